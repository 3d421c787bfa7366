"""Forged requests: each refused, written to the audit log, and nothing done."""

import io

from flask import Flask
from sqlalchemy import select

from communaute.extensions import db
from communaute.models import (
    MembershipRole,
    Message,
    MessageAttachment,
    MessageReceipt,
    MessageReport,
    MessageState,
    Structure,
)
from tests.messages.door import (
    TOOL,
    Writer,
    a_writer,
    gives,
    last_message,
    long_ago,
    pass_by,
    png,
)
from tests.structures.visiting import Visitor, refused_acts


def post(person: Visitor, path: str, **fields: str) -> int:
    """Send a form by hand, with a token of one's own."""
    data = {"csrf_token": person.token("/outils/notifications"), **fields}
    return person.raw("POST", path, data=data).status_code


def state_of(app: Flask, number: int) -> str:
    with app.app_context():
        return db.session.get_one(Message, number).state


def test_another_structure_s_drafts(visited_app: Flask, writer: Writer, reader: Writer) -> None:
    draft = writer.draft()
    for act in ("", "/apercu", "/effacer"):
        assert post(reader, f"{draft}{act}", version="2") == 404
        assert any("message" in one for one in refused_acts(visited_app))
    assert reader.raw("GET", draft).status_code == 404
    # Through one's own structure, the number of another's message.
    number = draft.rpartition("/")[2]
    assert post(reader, f"{reader.here}/brouillons/{number}/effacer") == 404
    assert refused_acts(visited_app)[1] == (
        f"message-refused message {number} of structure {reader.structure}"
    )
    assert state_of(visited_app, int(number)) == MessageState.DRAFT


def test_a_plain_user_writes_nothing(visited_app: Flask, writer: Writer, reader: Writer) -> None:
    draft = writer.draft()
    gives(visited_app, reader, writer.structure, MembershipRole.USER)
    assert reader.raw("GET", f"{writer.here}/nouveau").status_code == 403
    for path in (f"{writer.here}/nouveau", draft, f"{draft}/apercu", f"{draft}/effacer"):
        assert post(reader, path, version="2") == 403
        assert refused_acts(visited_app)[0].startswith("message-refused")
    assert last_message(visited_app)[1] == MessageState.DRAFT


def test_recall_and_withdrawal_of_another_s(
    visited_app: Flask, writer: Writer, reader: Writer
) -> None:
    page = writer.prepared()
    for act in ("rappeler", "retirer", "corriger", "reprendre", "dix-minutes"):
        assert post(reader, f"{page}/{act}", note="x") == 404
        assert refused_acts(visited_app)[1].startswith("message-refused")
    assert last_message(visited_app)[1] == MessageState.PREPARED


def test_the_ten_minutes_are_skipped_in_practice_alone(
    visited_app: Flask, writer: Writer, reader: Writer
) -> None:
    page = writer.prepared()
    assert post(writer, f"{page}/dix-minutes") == 403
    assert "hurried" in refused_acts(visited_app)[0]
    assert last_message(visited_app)[1] == MessageState.PREPARED


def test_a_password_given_long_ago_prepares_nothing(
    visited_app: Flask, writer: Writer, reader: Writer
) -> None:
    draft = writer.draft()
    version = writer.version(f"{draft}/apercu")
    token = writer.token(draft)
    long_ago(visited_app, writer)
    answer = writer.raw("POST", f"{draft}/apercu", data={"csrf_token": token, "version": version})
    assert (answer.status_code, str(answer.location).partition("?")[0]) == (
        302,
        "/compte/verifier",
    )
    assert last_message(visited_app)[1] == MessageState.DRAFT
    assert writer.raw("GET", f"{draft}/apercu").status_code == 302


def test_a_password_given_long_ago_withdraws_nothing_but_recalls(
    visited_app: Flask, writer: Writer, reader: Writer
) -> None:
    page = writer.prepared()
    long_ago(visited_app, writer)
    writer.goes(f"{page}/rappeler", page)
    assert last_message(visited_app)[1] == MessageState.DRAFT


def test_nobody_without_a_token_or_an_account(
    visited_app: Flask, writer: Writer, reader: Writer, visitor: Visitor
) -> None:
    page = writer.prepared()
    for path in (f"{page}/rappeler", f"{writer.here}/nouveau"):
        assert writer.raw("POST", path).status_code == 400
        assert visitor.raw("POST", path).status_code == 302
    assert last_message(visited_app)[1] == MessageState.PREPARED


def test_limits_are_the_verb_s_not_the_form_s(
    visited_app: Flask, writer: Writer, reader: Writer
) -> None:
    """The button is not on the page; the form is sent all the same."""
    draft = writer.draft(texte="Au [à compléter : date]")
    version = writer.version(f"{draft}/apercu")
    answer = writer.fill(f"{draft}/apercu", draft, version=version)
    assert answer.status_code == 422
    assert last_message(visited_app)[1] == MessageState.DRAFT
    answer = writer.fill(draft, version="999", **writer.typed())
    assert answer.status_code == 422
    assert "modifié ce message entre-temps" in answer.text


def with_file(writer: Writer) -> tuple[str, int]:
    """A draft with a file."""
    draft = writer.draft()
    data = {
        "csrf_token": writer.token(draft),
        "version": writer.version(draft),
        **writer.typed(),
        "fichier": (io.BytesIO(png()), "plan.png"),
    }
    assert writer.raw("POST", draft, data=data).status_code == 303
    with writer.app.app_context():
        found = db.session.scalars(
            select(MessageAttachment.id).order_by(MessageAttachment.id.desc())
        ).first()
    assert found is not None
    return draft, found


def test_files_are_their_readers_alone(
    visited_app: Flask, writer: Writer, reader: Writer, colleague: Visitor
) -> None:
    draft, file = with_file(writer)
    number = draft.rpartition("/")[2]
    theirs = f"{reader.here}/recus/{number}/pieces/{file}"
    assert reader.raw("GET", theirs).status_code == 404  # nothing has been sent yet
    preview = f"{draft}/apercu"
    writer.goes(preview, version=writer.version(preview))
    assert reader.raw("GET", theirs).status_code == 404
    pass_by(visited_app)
    answer = reader.raw("GET", theirs)
    assert (answer.status_code, answer.data) == (200, png())
    assert colleague.raw("GET", theirs).status_code == 404
    assert reader.raw("GET", f"{writer.here}/envoyes/{number}/pieces/{file}").status_code == 404
    # Another message's file through one's own.
    other = writer.draft()
    assert (
        writer.raw(
            "GET", f"{writer.here}/envoyes/{other.rpartition('/')[2]}/pieces/{file}"
        ).status_code
        == 404
    )
    page = f"{writer.here}/envoyes/{number}"
    writer.goes(f"{page}/retirer", page, note="Erreur.")
    assert reader.raw("GET", theirs).status_code == 404


def test_what_was_not_received_is_neither_read_nor_reported(
    visited_app: Flask, writer: Writer, reader: Writer, colleague: Visitor
) -> None:
    page = writer.sent()
    number = page.rpartition("/")[2]
    stranger = a_writer(visited_app)
    for act in ("lu", "sourdine", "signaler"):
        for where in (stranger.here, reader.here):
            assert post(stranger, f"{where}/recus/{number}/{act}", raison="menace") == 404
        assert refused_acts(visited_app)[0].startswith("access-refused")
    with visited_app.app_context():
        receipts = db.session.scalars(
            select(MessageReceipt.read_at).where(MessageReceipt.message_id == int(number))
        )
        assert list(receipts) == [None]
        reports = select(MessageReport).where(MessageReport.message_id == int(number))
        assert db.session.scalars(reports).all() == []


def test_a_guest_writes_for_no_real_structure(
    visited_app: Flask, writer: Writer, reader: Writer, visitor: Visitor
) -> None:
    draft = writer.draft()
    answer = visitor.raw("POST", f"{TOOL}/entrainement/ouvrir")
    own = str(answer.location)
    token = visitor.token(own)
    for path in (f"{writer.here}/nouveau", f"{draft}/apercu", f"{reader.here}/recus/1/lu"):
        answer = visitor.raw("POST", path, data={"csrf_token": token, "version": "2"})
        assert answer.status_code in (302, 403)
        assert visitor.raw("GET", path.removesuffix("/lu")).status_code == 302
    assert refused_acts(visited_app)[0].startswith("access-refused")
    # Somebody signed in does not write for an invented structure either.
    invented = own.split("/")[3]
    assert post(writer, f"{TOOL}/{invented}/nouveau") in (302, 403)
    with visited_app.app_context():
        world = db.session.get_one(Structure, int(invented)).practice_id
        assert world is not None
        drafts = db.session.scalars(select(Message).where(Message.structure_id == int(invented)))
        assert drafts.all() == []


def test_management_is_for_administrators(
    visited_app: Flask, writer: Writer, reader: Writer
) -> None:
    assert writer.raw("GET", "/gestion/messages").status_code == 403
    for path in ("arreter", "arrets/1/lever", "limite"):
        assert post(writer, f"/gestion/messages/{path}", motif="x", siret="") == 403
    assert refused_acts(visited_app)[0].startswith("access-refused")
