"""The OpenAPI description of returned mails, as services and scripts tell them."""

from typing import Any

from communaute.blueprints.signatures.openapi import whole
from communaute.mailing.webhooks import MOST, SIGNED


Schema = dict[str, Any]
REPORT = {
    "type": "object",
    "description": "Ce que devient un courriel, en JSON simple, avec le jeton BOUNCE_TOKEN.",
    "required": ["return_path"],
    "properties": {
        "return_path": {
            "type": "string",
            "description": "L’expéditeur d’enveloppe du courriel : l’adresse signée que le site lui a donnée. "
            "Toute autre est ignorée.",
        },
        "status": {
            "type": "string",
            "description": "L’état étendu (RFC 3463) : 5.1.1 arrête l’envoi à cette boîte, 4.2.2 compte un "
            "échec, 5.7.x est noté sans rien coûter à la personne.",
        },
        "said": {
            "type": "string",
            "description": "La réponse du serveur. Les adresses en sont ôtées.",
        },
        "complaint": {"type": "boolean", "description": "La personne nous a signalés."},
    },
}
SNS = {
    "type": "object",
    "description": "Ce qu’Amazon SES dit par SNS : le sujet est sur la liste BOUNCE_SNS_TOPICS, la signature "
    "est celle d’Amazon. Une demande de confirmation est confirmée.",
    "required": ["Type", "TopicArn", "Message", "Signature", "SigningCertURL"],
    "properties": {
        "Type": {"enum": list(SIGNED)},
        "TopicArn": {"type": "string"},
        "Message": {"type": "string"},
        "Signature": {"type": "string"},
        "SigningCertURL": {"type": "string"},
    },
}
MAILGUN = {
    "type": "object",
    "description": "Ce que Mailgun dit, signé par la clé BOUNCE_MAILGUN_KEY depuis moins de cinq minutes.",
    "required": ["signature", "event-data"],
    "properties": {
        "signature": whole(
            "L’heure, le jeton qui ne sert qu’une fois, et ce qui les signe.",
            {name: {"type": "string"} for name in ("timestamp", "token", "signature")},
        ),
        "event-data": {"type": "object"},
    },
}
TAKEN = whole(
    "Ce qui a été noté.",
    {
        "taken": {"type": "integer", "description": "Ce qui parle d’un courriel de ce site."},
        "ignored": {"type": "integer", "description": "Le reste : rien n’en est gardé."},
    },
)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(description: str, schema: str) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": _ref(schema)}}}


DESCRIPTION: Schema = {
    "paths": {
        "/api/v1/rebonds": {
            "post": {
                "operationId": "takeReturnedMails",
                "summary": "Dire qu’un courriel de la newsletter est revenu",
                "description": "Chaque courriel part d’une adresse d’enveloppe à lui, signée : nul ne peut "
                "parler du courriel d’un autre. Le même rapport répété ne compte qu’une fois.",
                "security": [{"bounces": []}, {}],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "anyOf": [
                                    _ref("ReturnedMail"),
                                    {
                                        "type": "array",
                                        "maxItems": MOST,
                                        "items": _ref("ReturnedMail"),
                                    },
                                    _ref("SnsNotification"),
                                    _ref("MailgunEvent"),
                                ]
                            }
                        }
                    },
                },
                "responses": {
                    "200": _answer("C’est lu ; ce qui est de ce site est noté.", "ReturnedTaken"),
                    "401": _answer("JSON simple sans le jeton, ou avec un autre.", "Refusal"),
                    "403": _answer("Signature, sujet, heure ou jeton refusés.", "Refusal"),
                    "413": _answer("Le corps est trop lourd.", "Refusal"),
                    "422": _answer("Le corps ne se lit pas.", "Refusal"),
                    "429": _answer("Trop de demandes : voir Retry-After.", "Refusal"),
                },
            }
        }
    },
    "schemas": {
        "ReturnedMail": REPORT,
        "SnsNotification": SNS,
        "MailgunEvent": MAILGUN,
        "ReturnedTaken": TAKEN,
    },
    "securitySchemes": {
        "bounces": {"type": "http", "scheme": "bearer", "description": "Le jeton BOUNCE_TOKEN."}
    },
}
