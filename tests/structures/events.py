"""Events as an operator writes them."""

from datetime import timedelta
from typing import Any

from tests.structures.worlds import NOW, siret


SELLER, BUYER = siret(50).digits, siret(51).digits


def moment(days: float) -> str:
    """So many days before now."""
    return (NOW - timedelta(days=days)).isoformat()


def structure(identifier: str, number: str, days: float = 60, **more: Any) -> dict[str, Any]:
    told = {"id": identifier, "type": "structure", "at": moment(days), "siret": number}
    return {**told, "name": "Société", "nature": "private", **more}


def invoice(identifier: str, number: str = "F-1", days: float = 30, **more: Any) -> dict[str, Any]:
    told = {"id": identifier, "type": "invoice", "at": moment(days), "number": number}
    parties = {"sender": SELLER, "recipient": BUYER}
    return {**told, **parties, "amount": "120.50", "issued_on": "2026-10-20", **more}


def status(
    identifier: str, code: str, days: float, number: str = "F-1", **more: Any
) -> dict[str, Any]:
    told = {
        "id": identifier,
        "type": "status",
        "at": moment(days),
        "number": number,
        "sender": SELLER,
    }
    return {**told, "status": code, **more}


def story() -> list[dict[str, Any]]:
    """Two structures, an invoice, its whole life."""
    return [
        structure("s1", SELLER),
        structure("s2", BUYER, nature="public", services=[{"code": "A", "name": "Achats"}]),
        invoice("i1", service="A"),
        status("t1", "EN_COURS_ACHEMINEMENT", 29),
        status("t2", "MISE_A_DISPOSITION", 28),
        status("t3", "SUSPENDUE", 20, reason="Il manque une pièce."),
        status("t4", "COMPLETEE", 18),
        status("t5", "MANDATEE", 10),
        status("t6", "MISE_EN_PAIEMENT", 2),
    ]
