"""The OpenAPI description of the intake, its words taken from the values themselves."""

from typing import Any

from communaute.blueprints.signatures.openapi import one_of, whole
from communaute.domain.structures.intake import lines
from communaute.domain.structures.intake.values import Result
from communaute.domain.structures.statuses import OTHER_SPELLINGS, STATUSES
from communaute.models.structures import Nature


Schema = dict[str, Any]


# No control character but a tab; in a short text, no end of line and something to read.
READABLE = r"[^\x00-\x08\x0a-\x0c\x0e-\x1f\x7f]"
MOST_EVENTS = 5_000


def text(longest: int, description: str) -> Schema:
    """A short text."""
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": longest,
        "pattern": rf"^{READABLE}*[^\s\x00-\x1f\x7f]{READABLE}*$",
        "description": description,
    }


SIRET = {
    "type": "string",
    "minLength": 14,
    "maxLength": 30,
    "pattern": "[0-9]",
    "description": "14 chiffres, avec ou sans espaces, clé juste, hors de la plage d’exercice.",
}
STATUS = {
    "type": "string",
    "enum": [*STATUSES, *OTHER_SPELLINGS],
    "description": "Un statut de /statuts/, ou une autre de ses écritures.",
}
REASON = {
    "type": "string",
    "maxLength": 2000,
    "pattern": r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
    "description": "Le motif : obligatoire pour SUSPENDUE, REJETEE et REFUSEE.",
}
IDENTIFIER = text(lines.LONGEST_ID, "Choisi par l’émetteur : le même n’est reçu qu’une fois.")
AT = {
    "type": "string",
    "format": "date-time",
    "description": "Quand c’est arrivé, avec le décalage horaire. Jamais à venir.",
}
FLAG = {"type": "boolean"}


def event(kind: str, description: str, required: Schema, optional: Schema) -> Schema:
    """One kind of event."""
    fields = {"id": IDENTIFIER, "type": {"const": kind}, "at": AT, **required}
    return {
        "type": "object",
        "description": description,
        "required": list(fields),
        "properties": {**fields, **optional},
    }


STRUCTURE = event(
    "structure",
    "Une structure telle qu’elle est à la date « at ». Une date plus ancienne que la dernière reçue "
    "ne change rien.",
    {
        "siret": SIRET,
        "name": text(lines.LONGEST_NAME, "Sa raison sociale."),
        "nature": one_of(Nature, "Publique ou privée."),
    },
    {
        "local_authority": {**FLAG, "default": False, "description": "Collectivité locale."},
        "active": {**FLAG, "default": True},
        "services": {
            "type": ["array", "null"],
            "maxItems": lines.MOST_SERVICES,
            "description": "Tous ses services : ceux qui n’y sont plus sont retirés. Absent : rien ne "
            "change.",
            "items": {
                "type": "object",
                "required": ["code", "name"],
                "properties": {
                    "code": text(lines.LONGEST_CODE, "Unique dans la structure."),
                    "name": text(lines.LONGEST_NAME, "Son nom."),
                    "active": {**FLAG, "default": True},
                },
            },
        },
    },
)
INVOICE = event(
    "invoice",
    "Une facture, et le statut qu’elle prend à la date « at » (déposée, sauf si « status » dit "
    "autre chose). "
    "Son montant ne change plus ; son destinataire et son service peuvent changer.",
    {
        "number": text(
            lines.LONGEST_CODE, "Unique pour un émetteur dans l’année de « issued_on »."
        ),
        "sender": SIRET,
        "recipient": SIRET,
        "amount": {
            "type": ["string", "number"],
            "pattern": r"^-?0*[0-9]{1,11}(\.[0-9]{1,2}0*)?$",
            "exclusiveMinimum": -int(lines.LARGEST_AMOUNT),
            "exclusiveMaximum": int(lines.LARGEST_AMOUNT),
            "description": "En euros, deux décimales au plus ; de préférence un texte.",
        },
        "issued_on": {"type": "string", "format": "date"},
    },
    {
        "service": {
            "type": ["string", "null"],
            "maxLength": lines.LONGEST_CODE,
            "description": "Le code du service destinataire ; vide ou null : aucun.",
        },
        "status": STATUS,
        "reason": REASON,
    },
)
STATUS_CHANGE = event(
    "status",
    "Un statut d’une facture. Il prend sa place dans le temps, quel que soit l’ordre d’arrivée.",
    {
        "number": text(lines.LONGEST_CODE, "Le numéro de la facture."),
        "sender": SIRET,
        "status": STATUS,
    },
    {
        "year": {
            "type": ["integer", "null"],
            "minimum": lines.YEARS[0],
            "maximum": lines.YEARS[-1],
            "description": "Si plusieurs années ont ce numéro.",
        },
        "reason": REASON,
    },
)
OUTCOME = whole(
    "Ce qu’un événement est devenu.",
    {
        "line": {
            "type": ["integer", "null"],
            "description": "Sa place dans l’envoi, à partir de 1 ; null s’il attendait d’un envoi précédent.",
        },
        "id": {"type": "string"},
        "result": one_of(
            Result,
            "accepted, duplicate (déjà reçu), waiting (attend ce dont il parle) ou refused.",
        ),
        "reason": {"type": "string", "description": "Une phrase en français, ou rien."},
    },
)
REPORT = whole(
    "Ce que chaque événement est devenu.",
    {
        **{one.value: {"type": "integer"} for one in Result},
        "outcomes": {"type": "array", "items": {"$ref": "#/components/schemas/IntakeOutcome"}},
    },
)


def _answer(description: str, schema: str) -> Schema:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}


EVENT = {"$ref": "#/components/schemas/IntakeEvent"}
EVENTS = {"anyOf": [{"type": "array", "maxItems": MOST_EVENTS, "items": EVENT}, EVENT]}
DESCRIPTION: Schema = {
    "paths": {
        "/api/v1/evenements": {
            "post": {
                "operationId": "receiveEvents",
                "summary": "Recevoir des structures, des factures et des statuts",
                "description": "Une seule transaction. Chaque événement est accepté ou refusé avec sa raison ; "
                "l’ordre n’a pas d’importance ; le même envoi répété ne double rien.",
                "security": [{"intake": []}],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": EVENTS},
                        "application/x-ndjson": {
                            "schema": {"type": "string", "description": "Un événement par ligne."}
                        },
                    },
                },
                "responses": {
                    "200": _answer("Au moins un événement n’est pas refusé.", "IntakeReport"),
                    "401": _answer("Le jeton manque ou n’est pas le bon.", "Refusal"),
                    "404": _answer("L’exploitant n’a pas ouvert cette adresse.", "Refusal"),
                    "413": _answer("Plus de 8 Mo ou de 5 000 événements.", "Refusal"),
                    "422": {
                        "description": "Le corps ne se lit pas, ou chaque événement est refusé.",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "anyOf": [
                                        {"$ref": "#/components/schemas/Refusal"},
                                        {"$ref": "#/components/schemas/IntakeReport"},
                                    ]
                                }
                            }
                        },
                    },
                    "429": _answer("Trop de demandes : voir Retry-After.", "Refusal"),
                },
            }
        }
    },
    "schemas": {
        "IntakeEvent": {
            "oneOf": [
                {"$ref": f"#/components/schemas/{name}"}
                for name in ("IntakeStructure", "IntakeInvoice", "IntakeStatus")
            ]
        },
        "IntakeStructure": STRUCTURE,
        "IntakeInvoice": INVOICE,
        "IntakeStatus": STATUS_CHANGE,
        "IntakeOutcome": OUTCOME,
        "IntakeReport": REPORT,
    },
    "securitySchemes": {
        "intake": {"type": "http", "scheme": "bearer", "description": "Le jeton INTAKE_TOKEN."}
    },
}
