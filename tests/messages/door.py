"""Writers and readers with a browser, at the pages of messages."""

import io
from datetime import timedelta

from flask import Flask
from PIL import Image
from sqlalchemy import select

from communaute.domain import clock
from communaute.domain.context import Context
from communaute.domain.messages import sending
from communaute.domain.messages.preparing import leaves_at
from communaute.extensions import db
from communaute.models import (
    Membership,
    MembershipRole,
    Message,
    MessageState,
    Nature,
    SignIn,
    Structure,
)
from tests.pages import one
from tests.structures import worlds
from tests.structures.visiting import Visitor


TOOL = "/outils/messages"


def png(color: str = "red") -> bytes:
    """A small image."""
    made = io.BytesIO()
    Image.new("RGB", (4, 4), color).save(made, "PNG")
    return made.getvalue()


class Writer(Visitor):
    """Somebody who manages a public structure."""

    structure: int = 0

    @property
    def here(self) -> str:
        """The address of the structure's messages."""
        return f"{TOOL}/{self.structure}"

    def typed(self, **given: str) -> dict[str, str]:
        """A whole message."""
        until = clock.today() + timedelta(days=20)
        return {
            "objet": "Nouveau code service",
            "texte": "Employez **S042**.",
            "concerne": "les fournisseurs des sports",
            "valable": f"{until:%d/%m/%Y}",
            **given,
        }

    def version(self, draft: str) -> str:
        """The version that a page carries."""
        return str(one(self.get(draft), "input[name=version]")["value"])

    def draft(self, **given: str) -> str:
        """A draft filled; its address."""
        draft = self.goes(f"{self.here}/nouveau", modele="")
        self.goes(draft, version=self.version(draft), **self.typed(**given))
        return draft

    def prepared(self, **given: str) -> str:
        """A message prepared; the address of its page."""
        preview = f"{self.draft(**given)}/apercu"
        return self.goes(preview, version=self.version(preview))

    def sent(self, **given: str) -> str:
        """A message that has left; the address of its page."""
        page = self.prepared(**given)
        pass_by(self.app)
        return page


def a_writer(app: Flask) -> Writer:
    """Somebody signed in who manages a public structure."""
    writer = Writer(app)
    writer.signed_in()
    writer.structure = structure_of(app, writer, Nature.PUBLIC)
    return writer


def a_reader(app: Flask, writer: Writer) -> Writer:
    """Somebody signed in who manages one of its suppliers."""
    reader = Writer(app)
    reader.signed_in()
    reader.structure = structure_of(app, reader, Nature.PRIVATE)
    with app.app_context():
        firm = db.session.get_one(Structure, reader.structure)
        worlds.invoice(db.session(), firm, db.session.get_one(Structure, writer.structure))
        db.session.commit()
    return reader


def structure_of(app: Flask, person: Visitor, nature: Nature) -> int:
    """A real structure that somebody manages."""
    with app.app_context():
        made = worlds.structure(db.session(), worlds.fresh(), nature=nature)
        worlds.attach(db.session(), person.account(), made, MembershipRole.PRINCIPAL)
        db.session.commit()
        return made.id


def pass_by(app: Flask) -> None:
    """The ten minutes are over, and it is a working hour."""
    with app.app_context():
        late = leaves_at(clock.now(), urgent=False) + timedelta(minutes=1)
        sending.send_due(Context(db.session(), late, "https://site.example", "secret"))


def last_message(app: Flask) -> tuple[int, MessageState]:
    """The latest message, and where it is."""
    with app.app_context():
        found = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
        assert found is not None
        return found.id, MessageState(found.state)


def long_ago(app: Flask, person: Visitor) -> None:
    """The password was given an hour ago."""
    with app.app_context():
        for row in db.session.scalars(select(SignIn).where(SignIn.user_id == person.account().id)):
            row.proved_at = clock.now() - timedelta(hours=1)
        db.session.commit()


def gives(app: Flask, person: Visitor, structure: int, role: MembershipRole) -> None:
    """Attach somebody in a role, or change it."""
    with app.app_context():
        user = person.account()
        there = db.session.scalar(
            select(Membership).where(
                Membership.user_id == user.id, Membership.structure_id == structure
            )
        )
        if there is None:
            worlds.attach(db.session(), user, db.session.get_one(Structure, structure), role)
        else:
            there.role = role
        db.session.commit()
