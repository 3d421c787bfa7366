"""The pages, each checked whole: what is typed is kept, what is refused says so, files are given safely."""

import io

import pytest
from flask import Flask

from communaute.domain.messages import file_kinds
from communaute.domain.notifications import leaving
from communaute.models import MembershipRole, Nature, Role
from communaute.wiring import current
from tests.messages.door import (
    TOOL,
    Writer,
    gives,
    last_message,
    pass_by,
    png,
    structure_of,
)
from tests.messages.test_files import PDF
from tests.pages import one, soup_of
from tests.structures.visiting import Visitor, next_siret, siret_of, text_of


def test_from_a_ready_made_text_to_the_other_side(
    visited_app: Flask, writer: Writer, reader: Writer
) -> None:
    writer.get(f"{writer.here}/envoyes")
    models = writer.get(f"{writer.here}/nouveau")
    assert len(models.select(".model")) == 4
    draft = writer.goes(f"{writer.here}/nouveau", modele="engagement")
    assert "à compléter" in text_of(writer.get(f"{draft}?relire=1", 422))
    assert "à compléter" in text_of(writer.get(f"{draft}/apercu"))
    writer.goes(draft, version=writer.version(draft), **writer.typed())
    preview = writer.get(f"{draft}/apercu")
    assert "Société d’essai" in text_of(preview)
    assert "S042" in str(one(preview, ".letter__text strong"))
    assert "S042" not in one(preview, "pre.mail").get_text()
    assert "@" not in one(preview, "section[aria-labelledby=qui]").get_text()
    page = writer.goes(f"{draft}/apercu", version=writer.version(f"{draft}/apercu"))
    assert "Rien n’est encore parti" in text_of(writer.get(page))
    pass_by(visited_app)
    assert "lu par moins de 5" in text_of(writer.get(page)).replace("\u00a0", " ")
    writer.get(f"{writer.here}/envoyes")
    space = text_of(reader.get("/compte/")).replace("\u00a0", " ")
    assert "1 message non lu" in space
    box = reader.get(f"{reader.here}/recus")
    letter = str(one(box, ".lines a")["href"])
    assert one(reader.get(letter), "#etat-lu form[hx-trigger='load, submit']")
    reader.goes(f"{letter}/lu", letter)
    assert "Lu par votre structure" in text_of(reader.get(letter))
    assert "Message de Société d’essai" in text_of(reader.get("/compte/notifications"))
    reader.goes(f"{letter}/sourdine", letter)
    assert "Non lu" not in text_of(reader.get(f"{reader.here}/recus?etat=en-sourdine"))
    reader.answer(f"{letter}/signaler", 422, letter)
    reader.goes(f"{letter}/signaler", letter, raison="fraude", precisions="Un virement.")
    assert "a signalé" in text_of(reader.get(letter))


def test_a_get_marks_nothing_as_read(visited_app: Flask, writer: Writer, reader: Writer) -> None:
    number = writer.sent().rpartition("/")[2]
    for _ in range(2):
        page = reader.get(f"{reader.here}/recus/{number}")
    assert one(page, "#etat-lu button").get_text() == "J’ai lu"


def test_read_by_htmx_says_so_in_place(visited_app: Flask, writer: Writer, reader: Writer) -> None:
    letter = f"{reader.here}/recus/{writer.sent().rpartition('/')[2]}"
    token = {"csrf_token": reader.token(letter)}
    answer = reader.raw("POST", f"{letter}/lu", data=token, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Lu par votre structure" in answer.text


def test_nonsense_typed_is_kept_and_said(
    visited_app: Flask, writer: Writer, reader: Writer
) -> None:
    draft = writer.draft()
    wrong = writer.typed(objet="o" * 130, valable="demain matin", texte="Gardé" + "é" * 7000)
    page = writer.answer(draft, 422, draft, version=writer.version(draft), **wrong)
    assert one(page, "#valable")["value"] == "demain matin"
    assert "Gardé" in one(page, "#texte").get_text()
    assert len(page.select(".error-summary li")) == 3
    later = writer.answer(
        draft, 422, draft, version=writer.version(draft), **writer.typed(valable="31/02/2027")
    )
    assert one(later, "#objet")["value"] == "Nouveau code service"
    for query in ("page=zz", f"page={9**20}", "page=-4", "page=%00"):
        writer.get(f"{draft}/apercu?{query}")
        writer.get(f"{writer.here}/envoyes?{query}")
        reader.get(f"{reader.here}/recus?{query}&etat=zz&q=%00{'é' * 300}")
        writer.get(f"{writer.here}/destinataires?{query}&service=zz&depuis=hier&statut=zz")


def test_the_audience_follows_the_filters_as_one_chooses(
    visited_app: Flask, writer: Writer, reader: Writer
) -> None:
    path = f"{writer.here}/destinataires"
    answer = writer.raw("GET", f"{path}?statut=REJETEE", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "Personne" in answer.text
    assert "Votre seul fournisseur" in text_of(writer.get(path)).replace("\u00a0", " ")


def joined(writer: Writer, draft: str, content: bytes, name: str) -> int:
    data = {
        "csrf_token": writer.token(draft),
        "version": writer.version(draft),
        **writer.typed(),
        "fichier": (io.BytesIO(content), name),
    }
    answer = writer.raw("POST", draft, data=data)
    if answer.status_code == 422:
        assert "fichier-erreur" in answer.text
    return answer.status_code


def test_a_file_is_joined_refused_taken_away_and_given_safely(
    visited_app: Flask, writer: Writer, reader: Writer
) -> None:
    draft = writer.draft()
    assert joined(writer, draft, b"<html><script>", "a.pdf") == 422
    assert joined(writer, draft, png(), "plan « été ».png") == 303
    page = writer.get(draft)
    link = str(one(page, ".attachments a")["href"])
    answer = writer.raw("GET", link)
    assert answer.data == png()
    headers = answer.headers
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cache-Control"] == "no-store"
    shown = writer.raw("GET", f"{link}?montrer=1").headers["Content-Disposition"]
    assert shown.startswith("inline")
    writer.goes(
        draft, version=writer.version(draft), retirer=link.rpartition("/")[2], **writer.typed()
    )
    assert writer.get(draft).select(".attachments") == []
    assert one(writer.get(draft), "#objet")["value"] == "Nouveau code service"


def test_a_pdf_is_never_shown_in_a_page(visited_app: Flask, writer: Writer) -> None:
    draft = writer.draft()
    assert joined(writer, draft, PDF, "note.pdf") == 303
    link = str(one(writer.get(draft), ".attachments a")["href"])
    answer = writer.raw("GET", f"{link}?montrer=1")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_too_heavy_a_body_is_a_sentence(
    visited_app: Flask, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = writer.draft()
    monkeypatch.setattr(file_kinds, "LARGEST", 20)
    assert joined(writer, draft, png(), "a.png") == 422
    weighs = {"CONTENT_LENGTH": str(40 * 1024 * 1024)}
    answer = writer.raw("POST", draft, environ_overrides=weighs, input_stream=io.BytesIO(b"--x"))
    assert answer.status_code == 413


def test_recalled_twice_from_two_browsers(
    visited_app: Flask, writer: Writer, reader: Writer
) -> None:
    page = writer.prepared()
    token = writer.token(page)
    for said in ("Rien n’est parti", "déjà été rappelé"):
        writer.raw("POST", f"{page}/rappeler", data={"csrf_token": token})
        answer = writer.raw("GET", page, follow_redirects=True)
        assert said in soup_of(answer.text).get_text()
    assert last_message(visited_app)[1] == "draft"


def test_withdrawn_and_corrected_by_their_pages(
    visited_app: Flask, writer: Writer, reader: Writer
) -> None:
    page = writer.sent()
    number = page.rpartition("/")[2]
    draft = writer.goes(f"{page}/corriger", page)
    writer.goes(draft, version=writer.version(draft), **writer.typed(change="Le 15, et non le 5."))
    preview = f"{draft}/apercu"
    assert "Le 15, et non le 5." in text_of(writer.get(preview))
    new = writer.goes(preview, version=writer.version(preview))
    pass_by(visited_app)
    letter = reader.get(f"{reader.here}/recus/{number}")
    assert "Ce message a été corrigé" in text_of(letter)
    assert "Ce qui change" in text_of(reader.get(f"{reader.here}/recus/{new.rpartition('/')[2]}"))
    writer.answer(f"{page}/retirer", 422, page)
    writer.goes(f"{page}/retirer", page, note="Mauvaise date.")
    gone = reader.get(f"{reader.here}/recus/{number}")
    assert "Mauvaise date." in text_of(gone)
    assert gone.select(".letter") == []


def test_the_receipt_of_a_siret_change_hands_over(
    visited_app: Flask, writer: Writer, reader: Writer
) -> None:
    receipt = writer.change(writer.structure, next_siret(visited_app, writer.structure))
    form = one(writer.get(receipt), "form[action*='/annonce/']")
    draft = writer.goes(str(form["action"]), receipt)
    assert "Changement de SIRET" in str(one(writer.get(draft), "#objet")["value"])
    preview = f"{draft}/apercu"
    assert "Société d’essai" in text_of(writer.get(preview))
    writer.goes(preview, version=writer.version(preview))
    before = len(writer.get(receipt).select(".todo input[checked]"))
    pass_by(visited_app)
    assert len(writer.get(receipt).select(".todo input[checked]")) == before + 1


def test_a_private_firm_and_a_plain_user_see_what_is_theirs(
    visited_app: Flask, writer: Writer, reader: Writer, colleague: Visitor
) -> None:
    assert len(reader.get(f"{reader.here}/nouveau").select(".model")) == 2
    gives(visited_app, colleague, reader.structure, MembershipRole.USER)
    page = colleague.get(f"{reader.here}/recus")
    assert "Écrire un message" not in text_of(page)
    mine = colleague.get(TOOL)
    assert mine.select("a[href$='/nouveau']") == []
    assert len(reader.get(TOOL).select("a[href$='/nouveau']")) == 1


def test_management_stops_and_lifts(visited_app: Flask, writer: Writer, reader: Writer) -> None:
    admin = Visitor(visited_app)
    admin.with_account().granted(Role.ADMINISTRATOR)
    admin.sign_in("/compte/second-facteur.*")
    admin.set_up_factor()
    admin.get("/gestion/")
    page = writer.prepared()
    where = "/gestion/messages"
    admin.answer(f"{where}/arreter", 422, where, siret="", motif="")
    admin.goes(
        f"{where}/arreter",
        where,
        siret=siret_of(visited_app, writer.structure),
        motif="Une enquête",
    )
    assert "Une enquête" in text_of(writer.get(page))
    assert "Nouveau code service" in text_of(admin.get(where))
    lift = str(one(admin.get(where), "form[action*='/lever']")["action"])
    admin.goes(lift, where)
    admin.answer(f"{where}/limite", 422, where, siret="1", nombre="zz")
    admin.goes(
        f"{where}/limite", where, siret=siret_of(visited_app, writer.structure), nombre="900"
    )
    assert "Une enquête" not in text_of(writer.get(page))
    admin.get("/gestion/journal?acte=messages-stopped")


def test_left_from_a_mail(visited_app: Flask, writer: Writer, reader: Writer) -> None:
    visitor = Visitor(visited_app)
    with visited_app.app_context():
        sign = leaving.signing(current.settings().secret_key)
        path = f"{TOOL}/quitter/{sign(reader.account().id)}"
    assert "Ne plus être prévenu" in text_of(visitor.get(path))
    one_click = {"List-Unsubscribe": "One-Click"}
    answer = visitor.raw(
        "POST", path, data=one_click, headers={"Origin": "https://ailleurs.example"}
    )
    assert answer.status_code == 303
    assert "C’est fait" in text_of(visitor.get(path))
    crossed = visitor.raw("POST", path, headers={"Origin": "https://ailleurs.example"})
    assert crossed.status_code == 403
    assert visitor.raw("POST", path, data={"annuler": "1"}).status_code == 303
    assert "C’est fait" not in text_of(visitor.get(path))
    visitor.get(f"{TOOL}/quitter/forge", 404)


def test_a_tool_for_everybody_and_its_fragment(visited_app: Flask, visitor: Visitor) -> None:
    assert "sens unique" in text_of(visitor.get(TOOL))
    part = visitor.raw("GET", f"{TOOL}?fragment=1")
    assert "<html" not in part.text
    assert part.headers["Cache-Control"] == "no-store"
    assert visitor.raw("GET", f"{TOOL}/entrainement").location.endswith("/outils/messages?fini=1")


def test_a_structure_without_partners(visited_app: Flask) -> None:
    person = Writer(visited_app)
    person.signed_in()
    person.structure = structure_of(visited_app, person, Nature.PRIVATE)
    assert "clients publics" in text_of(person.get(f"{person.here}/nouveau"))
    draft = person.goes(f"{person.here}/nouveau", modele="siret")
    assert "Personne" in text_of(person.get(draft)).replace("\u00a0", " ")
