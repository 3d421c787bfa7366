"""Declare a structure: the three cases, each with its own words; the public register."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.structures import sirene
from communaute.domain.structures.declaring import Declaration, declare
from communaute.domain.structures.errors import (
    AlreadyAttached,
    AlreadyKnown,
    ClosedSiret,
    Forbidden,
    InvalidEntry,
    PracticeNumber,
    Replaced,
    UnknownSiret,
)
from communaute.domain.structures.numbers import PRACTICE, InvalidSiret, Siret, made_up
from communaute.domain.structures.sirene import Answer, Existence
from communaute.models import (
    Membership,
    MembershipRole,
    MembershipState,
    Nature,
    Origin,
    Structure,
    User,
)
from tests.structures.worlds import NOW, attach, guest, person, refusals, siret, structure


def declared(session: Session, user: User, number: str, **more: Any) -> Structure:
    name = more.pop("name", "Atelier d’essai")
    register = more.pop("register", sirene.NOT_ASKED)
    what = Declaration(number, name, more.pop("nature", Nature.PRIVATE), **more)
    return declare(session, user, what, register, now=NOW)


def test_who_declares_an_unknown_structure_is_its_principal_manager(session: Session) -> None:
    user = person(session)
    made = declared(session, user, f" {siret()} ", name="  Atelier   d’essai ")
    assert (made.siret, made.name, made.origin) == (
        siret().digits,
        "Atelier d’essai",
        Origin.DECLARED,
    )
    assert made.active
    assert not made.verified_at
    mine = session.scalars(select(Membership)).one()
    assert (mine.user_id, mine.role, mine.state) == (
        user.id,
        MembershipRole.PRINCIPAL,
        MembershipState.ACTIVE,
    )


def test_a_structure_known_from_intake_is_only_asked_for(session: Session) -> None:
    known = structure(session)
    with pytest.raises(AlreadyKnown, match="demandez à y être rattaché") as refused:
        declared(session, person(session), known.siret)
    assert refused.value.structure_id == known.id


def test_a_declared_structure_is_not_declared_twice(session: Session) -> None:
    first, second = person(session), person(session)
    declared(session, first, siret().digits)
    with pytest.raises(AlreadyKnown):
        declared(session, second, siret().digits)
    with pytest.raises(AlreadyAttached, match="déjà rattaché"):
        declared(session, first, siret().digits)


def test_who_waits_is_told_to_wait(session: Session) -> None:
    known, user = structure(session), person(session)
    attach(session, user, known, state=MembershipState.PENDING)
    with pytest.raises(AlreadyAttached, match="attend une réponse"):
        declared(session, user, known.siret)


def test_an_inactive_structure_is_not_declared(session: Session) -> None:
    known = structure(session)
    known.active = False
    with pytest.raises(Replaced, match="n’est plus active"):
        declared(session, person(session), known.siret)


@pytest.mark.parametrize(
    ("typed", "error"),
    [("", InvalidSiret), ("123", InvalidSiret), ("12345678901234", InvalidSiret)],
)
def test_a_number_that_is_no_siret_is_refused(
    session: Session, typed: str, error: type[InvalidSiret]
) -> None:
    with pytest.raises(error):
        declared(session, person(session), typed)


def test_la_poste_has_its_own_rule(session: Session) -> None:
    assert declared(session, person(session), "356 000 000 49837").siret == "35600000049837"
    with pytest.raises(InvalidSiret):
        declared(session, person(session), "35600000049838")


def test_a_practice_number_enters_by_no_other_door(session: Session) -> None:
    with pytest.raises(PracticeNumber, match="inventé pour s’exercer"):
        declared(session, person(session), made_up(PRACTICE, 101).digits)


def test_a_guest_declares_nothing_and_it_is_written_down(session: Session) -> None:
    visitor = guest(session)
    session.commit()
    with pytest.raises(Forbidden):
        declared(session, visitor, siret().digits)
    assert refusals(session) == [(visitor.id, "structure-declare-refused")]
    assert session.scalar(select(Structure).where(Structure.practice_id.is_(None))) is None


def test_a_name_is_asked_for(session: Session) -> None:
    with pytest.raises(InvalidEntry, match="raison sociale"):
        declared(session, person(session), siret().digits, name="  ")
    with pytest.raises(InvalidEntry, match="raccourcissez"):
        declared(session, person(session), siret().digits, name="x" * 201)


def test_only_a_public_structure_is_a_local_authority(session: Session) -> None:
    user = person(session)
    assert not declared(session, user, siret(1).digits, local_authority=True).local_authority
    town = declared(session, user, siret(2).digits, nature=Nature.PUBLIC, local_authority=True)
    assert town.local_authority


def test_what_the_register_says_is_heard(session: Session) -> None:
    user = person(session)
    assert declared(session, user, siret(1).digits, register=Answer(Existence.OPEN)).verified_at
    down = declared(session, user, siret(2).digits, register=sirene.UNREACHABLE)
    assert not down.verified_at
    with pytest.raises(ClosedSiret, match="fermé"):
        declared(session, user, siret(3).digits, register=Answer(Existence.CLOSED))
    unknown = Answer(Existence.UNKNOWN)
    with pytest.raises(UnknownSiret, match="ne connaît pas"):
        declared(session, user, siret(3).digits, register=unknown)
    hidden = declared(session, user, siret(3).digits, register=unknown, hidden=True)
    assert not hidden.verified_at


class Register(BaseHTTPRequestHandler):
    """A register of the tests' own, on this machine."""

    answer: bytes = b"{}"
    status = 200
    asked: list[str] = []  # noqa: RUF012
    release: threading.Event | None = None

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        if self.release:
            self.release.wait(10)
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def register() -> Iterator[tuple[str, type[Register]]]:
    handler: type[Register] = type("One", (Register,), {"asked": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    if handler.release:
        handler.release.set()
    server.shutdown()
    thread.join()
    server.server_close()


def company(number: Siret, state: str = "A", **more: object) -> bytes:
    """An answer of the register about one company."""
    one = {"siret": number.digits, "etat_administratif": state}
    found = {"nom_complet": "SOCIETE", "siege": {}, "matching_etablissements": [one], **more}
    return json.dumps({"results": [found], "total_results": 1}).encode()


def test_the_register_is_asked_by_siret(register: tuple[str, type[Register]]) -> None:
    url, handler = register
    handler.answer = company(siret())
    for address in (url, url + "/", url + "/search"):
        assert sirene.ask(address, siret()) == Answer(Existence.OPEN, "SOCIETE")
    assert {path.split("&")[0] for path in handler.asked} == {f"/search?q={siret().digits}"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (company(siret(), "F"), Existence.CLOSED),
        (
            company(siret(), siege={"siret": siret().digits, "etat_administratif": "A"}),
            Existence.OPEN,
        ),
        (b'{"results": []}', Existence.UNKNOWN),
        (company(siret(2)), Existence.UNREACHABLE),
        (b"<html>", Existence.UNREACHABLE),
        (b"[]", Existence.UNREACHABLE),
        (b'{"results": [null]}', Existence.UNREACHABLE),
        (b"\xff\xfe", Existence.UNREACHABLE),
        (b'{"results": "' + b"x" * (1 << 21) + b'"}', Existence.UNREACHABLE),
    ],
)
def test_every_answer_of_the_register_is_an_answer(
    register: tuple[str, type[Register]], answer: bytes, expected: Existence
) -> None:
    url, handler = register
    handler.answer = answer
    assert sirene.ask(url, siret()).existence is expected


def test_a_register_that_fails_or_stalls_says_not_verified(
    register: tuple[str, type[Register]],
) -> None:
    url, handler = register
    handler.status = 500
    assert sirene.ask(url, siret()) == sirene.UNREACHABLE
    handler.status, handler.release = 200, threading.Event()
    stalled = sirene.ask(url, siret(), timeout=0.2)
    assert stalled == sirene.UNREACHABLE
    assert "non vérifiée" in stalled.sentence
    assert sirene.ask("http://127.0.0.1:1", siret()) == sirene.UNREACHABLE
    assert sirene.ask("", siret()) == sirene.NOT_ASKED
    assert "non vérifiée" in sirene.NOT_ASKED.sentence
