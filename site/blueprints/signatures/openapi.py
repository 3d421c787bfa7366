"""The OpenAPI description of the signature API, its words taken from the values themselves."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from communaute.domain.signatures.vocabulary import (
    Answer,
    Criterion,
    Error,
    Format,
    Level,
    Qualified,
    SubIndication,
    Verdict,
)


Schema = dict[str, Any]


def one_of(values: type[StrEnum], description: str) -> Schema:
    """A text that is one of the values."""
    return {"type": "string", "enum": [one.value for one in values], "description": description}


def or_null(values: type[StrEnum], description: str) -> Schema:
    """A text that is one of the values, or null."""
    schema = one_of(values, description)
    return {**schema, "type": ["string", "null"], "enum": [*schema["enum"], None]}


def whole(description: str, properties: Schema) -> Schema:
    """An object all of whose properties are always there."""
    return {
        "type": "object",
        "description": description,
        "required": list(properties),
        "properties": properties,
    }


CRITERIA = whole(
    "Les cinq points de l’article 5 de l’arrêté du 22 mars 2019.",
    {one.value: one_of(Answer, "Oui, non ou non déterminé.") for one in Criterion},
)
SIGNATURE = whole(
    "Une signature du document.",
    {
        "verdict": one_of(Verdict, "Le verdict de la norme ETSI EN 319 102-1."),
        "sub_indication": or_null(SubIndication, "Pourquoi le verdict n’est pas TOTAL-PASSED."),
        "format": one_of(Format, "Le format de la signature."),
        "level": or_null(Level, "Le niveau : ce qui prouve la date et la validité."),
        "signer": {
            "type": ["string", "null"],
            "description": "Le titulaire du certificat, tel que le certificat le nomme.",
        },
        "signed_at": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "La date prouvée par un horodatage, sinon celle que le signataire affirme.",
        },
        "time_proven": {"type": "boolean", "description": "La date est-elle prouvée ?"},
        "qualified": one_of(Qualified, "Ce qu’eIDAS dit de la signature, à part du verdict."),
        "criteria": {"$ref": "#/components/schemas/Criteria"},
    },
)
REPORT = whole(
    "Le verdict d’un document : celui de sa plus mauvaise signature.",
    {
        "verdict": or_null(Verdict, "null quand le fichier n’a pas pu être vérifié (voir error)."),
        "sub_indication": or_null(SubIndication, "Celle de la plus mauvaise signature."),
        "acceptable": {
            "type": "boolean",
            "description": "TOTAL-PASSED, et les cinq points remplis pour chaque signature.",
        },
        "error": or_null(Error, "Pourquoi il n’y a pas de verdict."),
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "signatures": {"type": "array", "items": {"$ref": "#/components/schemas/Signature"}},
    },
)
REFUSAL = whole(
    "Une demande qui n’a pas été traitée.",
    {
        "error": {"type": "string", "description": "Un code stable."},
        "message": {"type": "string", "description": "Une phrase en français."},
    },
)
FILES: Schema = {
    "type": "object",
    "required": ["document"],
    "properties": {
        "document": {
            "type": "string",
            "contentMediaType": "application/octet-stream",
            "description": "Le document signé : PDF, XML, .p7m, conteneur ASiC, ou le contenu d’une signature à part.",
        },
        "signature": {
            "type": "string",
            "contentMediaType": "application/octet-stream",
            "description": "La signature, quand elle est dans un fichier à part (.xml, .p7s).",
        },
    },
}


def _json(schema: str) -> Schema:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _refusals(reasons: Iterable[tuple[str, str]]) -> Schema:
    return {status: {"description": text, "content": _json("Refusal")} for status, text in reasons}


DESCRIPTION: Schema = {
    "paths": {
        "/api/v1/signatures": {
            "post": {
                "operationId": "verifySignature",
                "summary": "Vérifier les signatures d’un document",
                "description": "Répond quand la vérification est finie. Le document n’est pas conservé.",
                "requestBody": {
                    "required": True,
                    "content": {"multipart/form-data": {"schema": FILES}},
                },
                "responses": {
                    "200": {
                        "description": "Un verdict, même mauvais, ou la raison pour laquelle il n’y en a pas.",
                        "content": _json("Report"),
                    },
                    **_refusals(
                        (
                            ("403", "La demande vient d’un autre site."),
                            ("413", "Le document dépasse la taille admise."),
                            ("422", "Il manque le document."),
                            ("429", "Trop de demandes : voir Retry-After."),
                            ("503", "File pleine ou vérificateur arrêté : voir Retry-After."),
                        )
                    ),
                },
            }
        }
    },
    "schemas": {
        "Report": REPORT,
        "Signature": SIGNATURE,
        "Criteria": CRITERIA,
        "Refusal": REFUSAL,
    },
}
