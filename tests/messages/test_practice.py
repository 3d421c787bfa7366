"""Practice: write, send and read on the other side, in an invented world that reaches nobody."""

from flask import Flask
from sqlalchemy import select

from communaute.extensions import db
from communaute.models import Message, MessageReceipt, Structure
from tests.structures.visiting import Visitor, mails_in_all, text_of


TOOL = "/outils/messages"
TEXT = {
    "objet": "Nouveau code service",
    "texte": "Employez **S042**.\n\n- dès demain",
    "valable": "31/12/2026",
    "concerne": "les fournisseurs de l’atelier",
}


def practising(visitor: Visitor) -> str:
    """Open the practice; the address of the company's messages."""
    response = visitor.raw("POST", f"{TOOL}/entrainement/ouvrir")
    assert response.status_code == 303
    assert str(response.location).endswith("/envoyes")
    return str(response.location).removesuffix("/envoyes")


def drafted(visitor: Visitor, here: str, **typed: str) -> str:
    """A draft filled; its address."""
    draft = visitor.goes(f"{here}/nouveau", modele="")
    version = visitor.get(draft).select_one("input[name=version]")
    assert version is not None
    visitor.goes(draft, version=str(version["value"]), **(TEXT | typed))
    return draft


def sent(visitor: Visitor, here: str, **typed: str) -> str:
    """A message sent, its ten minutes passed; the address of its page."""
    draft = drafted(visitor, here, **typed)
    preview = visitor.get(f"{draft}/apercu")
    version = preview.select_one("input[name=version]")
    assert version is not None
    page = visitor.goes(f"{draft}/apercu", version=str(version["value"]))
    visitor.goes(f"{page}/dix-minutes", page)
    return page


def test_from_one_side_to_the_other(visited_app: Flask, visitor: Visitor) -> None:
    before = mails_in_all(visited_app)
    here = practising(visitor)
    for shown in (f"{here}/envoyes", f"{here}/nouveau", f"{here}/recus", TOOL):
        visitor.get(shown)
    page = sent(visitor, here)
    said = text_of(visitor.get(page))
    assert "lu par moins de 5 structures sur 7" in said.replace("\u00a0", " ")
    other = visitor.get(page).select_one("a[href$='/recus'].fr-btn")
    assert other is not None
    box = visitor.get(str(other["href"]))
    link = box.select_one(".lines a")
    assert link is not None
    letter = visitor.get(str(link["href"]))
    assert letter.select_one(".letter__text strong") is not None
    visitor.goes(f"{link['href']}/lu", str(link["href"]))
    assert "Lu par votre structure" in text_of(visitor.get(str(link["href"])))
    assert mails_in_all(visited_app) == before


def test_a_guest_reaches_nobody_real(visited_app: Flask, visitor: Visitor) -> None:
    here = practising(visitor)
    sent(visitor, here)
    with visited_app.app_context():
        number = int(here.rpartition("/")[2])
        world = db.session.get_one(Structure, number).practice_id
        told = db.session.scalars(
            select(Structure.practice_id)
            .join(MessageReceipt, MessageReceipt.structure_id == Structure.id)
            .join(Message, Message.id == MessageReceipt.message_id)
            .where(Message.structure_id == number)
        )
        assert set(told) == {world}
