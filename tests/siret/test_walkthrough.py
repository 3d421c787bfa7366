"""The change of SIRET, rehearsed page by page by a visitor without account."""

import re
import subprocess
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from icalendar import Calendar
from pyhanko.pdf_utils.reader import PdfFileReader

from communaute.blueprints.siret.showing import LAST, PRACTICE, steps
from communaute.domain import clock
from communaute.domain.structures import practice
from communaute.extensions import db
from tests.pages import Pages, one, soup_of
from tests.structures.visiting import (
    NEW,
    OLD,
    TOOL,
    Visitor,
    hidden,
    mails_in_all,
    text_of,
)
from tests.swapping import main_text, swap


def test_looking_at_the_tool_sets_no_cookie_and_starting_does(visitor: Visitor) -> None:
    seen = visitor.raw("GET", TOOL)
    assert "Set-Cookie" not in seen.headers
    assert "X-Robots-Tag" not in seen.headers, "search engines may list the tool"
    assert seen.headers["Cache-Control"] == "no-store"
    assert "S’exercer sans compte" in visitor.get(TOOL).text
    started = visitor.raw("POST", f"{TOOL}/entrainement/ouvrir")
    cookies = started.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)
    for path in (f"{TOOL}/entrainement", TOOL, f"/compte/structures/{visitor.number}"):
        own = visitor.raw("GET", path)
        assert "Set-Cookie" not in own.headers, path
        assert own.headers["Cache-Control"] == "no-store", path
        assert (own.headers.get("X-Robots-Tag") == "noindex") is (path != TOOL), path


def test_starting_again_resumes_the_same_practice(visitor: Visitor) -> None:
    number = visitor.practise().number
    visitor.practise()
    assert visitor.number == number
    assert "Reprendre l’entraînement" in visitor.get(TOOL).text


def test_another_site_cannot_start_a_practice(visitor: Visitor) -> None:
    response = visitor.raw(
        "POST", f"{TOOL}/entrainement/ouvrir", headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 403
    assert not visitor.is_guest


def test_the_steps_are_those_of_the_practice_page_in_its_words(pages: Pages) -> None:
    page = pages.get(PRACTICE)
    written = page.select(".procedure__step")
    with pages.app.app_context():
        told = steps()
    assert len(written) == len(told) == LAST
    for step, item in zip(told, written, strict=True):
        words = re.sub(r"\s+", " ", item.get_text(" "))
        parts = step.text.parts
        same = (parts[name].words for name in ("ou", "que-faire", "ce-que-vous-voyez-ensuite"))
        for said in (step.title, *same):
            assert re.sub(r"\s+", " ", said).strip(".") in words, said
        image = item.select_one("img")
        assert image is not None
        assert image["src"] == step.image
        assert step.button in parts["que-faire"].words


def test_the_tool_is_embedded_in_its_practice_and_on_the_home_page(pages: Pages) -> None:
    assert pages.get(PRACTICE).select_one(f".tool-frame a[href='{TOOL}']")
    assert pages.get("/").select_one(f".door a[href='{TOOL}']")
    fragment = pages.fragment(f"{TOOL}?fragment=1")
    assert soup_of(fragment).select_one(f"form[action='{TOOL}/entrainement/ouvrir']")


def test_five_steps_then_a_page_to_check_then_a_receipt(visitor: Visitor) -> None:
    before = mails_in_all(visitor.app)
    number = visitor.practise().number
    for at in range(2, 6):
        here = visitor.walk(number, at)
        assert here == f"{TOOL}/{number}/etape-{at}"
        with visitor.app.app_context():
            step = steps()[at - 1]
        page = visitor.get(here)
        told = (step.text.parts[name].words for name in ("ou", "que-faire", "pourquoi"))
        for said in (step.title, f"Étape {at} sur 5", *told):
            assert re.sub(r"\s+", " ", said) in text_of(page), said
        assert one(page, f"form[action='{here}'] button").get_text(strip=True) == step.button
    here = visitor.walk(number, 6, day="01/11/2026")
    review = visitor.get(here)
    assert OLD.nic in one(review, "#avant del").text
    assert NEW.nic in one(review, "#apres ins").text
    assert str(NEW) in review.text
    assert [one(dd, "strong").text for dd in review.select("#apres .side__changed")][:2] == [
        "Change"
    ] * 2
    said = text_of(review)
    for words in ("Ce qui vous suit", "Ce que vous devez refaire", "Mandat de facturation"):
        assert words in said
    assert "1er novembre 2026" in re.sub(r"\s", " ", said)
    button = one(review, f"form[action='{here}'] button")
    assert button.get_text(strip=True).startswith("Changer le SIRET de Manufacture Imaginaire")
    receipt = visitor.goes(here, **hidden(review, here))
    page = visitor.get(receipt)
    assert "est changé" in text_of(page)
    assert page.select("#liste-a-faire input[type=checkbox]")
    assert mails_in_all(visitor.app) == before, "a practice writes to nobody"


def test_the_two_structures_are_linked_both_ways_with_both_dates(visitor: Visitor) -> None:
    number = visitor.practise().number
    receipt = visitor.change(number, day="2026-11-01")
    old = visitor.get(f"/compte/structures/{number}")
    assert "Inactive" in text_of(old)
    successor = one(old, "a[href^='/compte/structures/']:-soup-contains('remplacée')")
    new = visitor.get(str(successor["href"]))
    assert new.select_one(f"a[href='/compte/structures/{number}']")
    for page in (old, new):
        words = re.sub(r"\s", " ", text_of(page))
        assert "1er novembre 2026" in words
        assert "enregistré le" in words
        assert page.select_one(f"a[href='{receipt}']")


def test_open_invoices_of_the_old_structure_are_still_dealt_with(visitor: Visitor) -> None:
    number = visitor.practise().number
    visitor.change(number)
    listed = visitor.get(f"/compte/structures/{number}/factures?en-cours=1")
    received = one(listed, "a:-soup-contains('BOIS-771')")
    address = str(received["href"])
    page = visitor.answer(address, 422, statut="SUSPENDUE")
    assert "Écrivez le motif" in text_of(page)
    assert page.select_one("input[value=SUSPENDUE][checked]"), "nothing chosen is lost"
    assert visitor.goes(address, statut="SUSPENDUE", motif="Il manque le bon.") == address
    told = text_of(visitor.get(address))
    assert "Suspendue" in told
    assert "Il manque le bon." in told


def test_what_is_typed_is_kept_right_or_wrong_back_and_forward(visitor: Visitor) -> None:
    number = visitor.practise().number
    here = visitor.walk(number, 4)
    visitor.answer(here, 422, siret="12 34", date_effet="bientôt")
    visitor.get(f"{TOOL}/{number}/etape-2")
    page = visitor.get(here)
    assert one(page, "#siret")["value"] == "12 34"
    assert one(page, "#date_effet")["value"] == "bientôt"
    start = visitor.get(f"{TOOL}/entrainement")
    assert "Reprendre où vous étiez" in text_of(start)
    assert visitor.raw("GET", f"{TOOL}/{number}").location == here


def test_no_step_is_skipped(visitor: Visitor) -> None:
    number = visitor.practise().number
    for path in ("etape-3", "etape-5", "relecture", "etape-99"):
        location = visitor.raw("GET", f"{TOOL}/{number}/{path}").location
        assert location == f"{TOOL}/entrainement", path
    here = visitor.walk(number, 3)
    assert visitor.raw("GET", f"{TOOL}/{number}/etape-5").location == here
    assert visitor.raw("GET", f"{TOOL}/{number}/relecture").location == here
    forged = visitor.goes(f"{TOOL}/{number}/etape-5", form=here)
    assert forged == here


@pytest.mark.parametrize(
    ("siret", "said"),
    [
        ("", "Saisissez les 14 chiffres"),
        ("12", "il en manque 12"),
        ("000 001 016 0002O", "lettre O ressemble"),
        ("000 001 016", "est un SIREN bien formé"),
        (str(NEW)[:-1] + "9", "5 derniers"),
        (OLD.digits, "SIRET actuel"),
        ("73282932000074", "jamais un vrai SIRET"),
        ("00000202200010", "un autre SIREN"),
        ("1" * 400, "de trop"),
    ],
)
def test_each_bad_siret_is_explained_beside_its_field(
    visitor: Visitor, siret: str, said: str
) -> None:
    here = visitor.walk(visitor.practise().number, 4)
    page = visitor.answer(here, 422, siret=siret)
    field = one(page, "#siret")
    assert field["value"] == siret[:400]
    error = one(page, f"#{str(field['aria-describedby']).split()[-1]}")
    assert said in re.sub(r"\s", " ", error.text)
    assert page.select_one(".error-summary a[href='#siret']")
    assert one(page, "title").text.startswith("Erreur")


@pytest.mark.parametrize(
    ("day", "said"),
    [("demain", "écrivez-la comme"), ("2099-01-01", "à venir"), ("1999-01-01", "trop ancienne")],
)
def test_each_bad_date_is_explained_beside_its_field(visitor: Visitor, day: str, said: str) -> None:
    here = visitor.walk(visitor.practise().number, 4)
    page = visitor.answer(here, 422, siret=NEW.digits, date_effet=day)
    assert said in one(page, "#date_effet-erreur").text
    assert one(page, "#siret")["value"] == NEW.digits


def test_a_wrong_answer_after_the_page_was_reached_leads_back_to_its_field(
    visitor: Visitor,
) -> None:
    number = visitor.practise().number
    review = visitor.walk(number, 6)
    here = f"{TOOL}/{number}/etape-4"
    visitor.answer(here, 422, siret="12")
    response = visitor.raw("GET", review)
    assert response.location == f"{here}?relire=1"
    assert "il en manque 12" in text_of(visitor.get(response.location, 422))


def test_two_windows_at_once_one_wins_and_the_other_is_told(visitor: Visitor) -> None:
    number = visitor.practise().number
    review = visitor.walk(number, 6)
    fields = hidden(visitor.get(review), review) | {"csrf_token": visitor.token(review)}
    receipt = visitor.raw("POST", review, data=fields).location.split("?")[0]
    late = visitor.checked(visitor.raw("POST", review, data=fields), 409, review)
    assert "a déjà changé de SIRET" in text_of(late)
    assert late.select_one(f"a[href='{receipt}']")


def test_the_act_is_the_one_the_page_showed(visitor: Visitor) -> None:
    number = visitor.practise().number
    review = visitor.walk(number, 6)
    fields = hidden(visitor.get(review), review) | {"csrf_token": visitor.token(review)}
    other = "00000101600039"
    visitor.goes(f"{TOOL}/{number}/etape-4", siret=other)
    receipt = visitor.raw("POST", review, data=fields).location
    assert str(NEW) in visitor.get(receipt).text


def test_the_receipt_is_opened_again_ticked_printed_and_put_in_a_calendar(
    visitor: Visitor,
) -> None:
    receipt = visitor.change(visitor.practise().number)
    page = visitor.get(receipt)
    assert "est changé" not in text_of(page), "said once"
    numbers = [str(box["value"]) for box in page.select("#liste-a-faire input[name=fait]")]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    back = visitor.goes(f"{receipt}/a-faire", form=receipt, fait=["1", "3", "99", "x", "-1"])
    assert back == f"{receipt}#a-faire"
    ticked = [str(box["value"]) for box in visitor.get(receipt).select("input[checked]")]
    assert ticked == ["1", "3"]
    visitor.goes(f"{receipt}/a-faire", form=receipt, fait=["3"])
    assert [b["value"] for b in visitor.get(receipt).select("input[checked]")] == ["3"]
    pdf = visitor.raw("GET", f"{receipt}.pdf")
    assert (pdf.status_code, pdf.mimetype, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert PdfFileReader(BytesIO(pdf.data)).root["/MarkInfo"]["/Marked"], "not accessible"
    told = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf.data, capture_output=True, check=True
    )
    lines = [" ".join(line.split()) for line in told.stdout.decode().splitlines()]
    assert f"Numéro du reçu {receipt.rsplit('/', 1)[1]}" in lines, "letter under letter"
    assert f"Nouveau SIRET {' '.join(str(NEW).split())}, structure active" in lines
    ics = visitor.raw("GET", f"{receipt}.ics")
    assert ics.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert ics.data == visitor.raw("GET", f"{receipt}.ics").data, "a second import doubles nothing"
    events = Calendar.from_ical(ics.data).walk("VEVENT")
    assert len({str(event["uid"]) for event in events}) == len(events) == 2
    assert "mandat" in str(events[0]["summary"])
    assert receipt in str(events[0]["description"])
    announcement = one(page, "#texte-annonce").text
    assert str(OLD) in announcement
    assert str(NEW) in announcement


def test_it_is_undone_begun_again_and_left(visitor: Visitor) -> None:
    number = visitor.practise().number
    receipt = visitor.change(number)
    visitor.goes(f"{receipt}/a-faire", form=receipt, fait=["1"])
    assert visitor.goes(f"{receipt}/annuler", form=receipt) == f"{TOOL}/entrainement"
    assert "Tout est comme avant" in text_of(visitor.get(f"{TOOL}/entrainement"))
    assert visitor.raw("GET", receipt).status_code == 404
    assert visitor.number == number
    second = visitor.change(number)
    assert second != receipt
    assert visitor.get(second).select("input[checked]") == []
    start = f"{TOOL}/entrainement"
    assert visitor.goes(f"{start}/recommencer", form=start) == f"{start}?neuf=1"
    assert "Crayon" in text_of(visitor.get(start))
    assert visitor.raw("GET", second).status_code == 404
    assert visitor.goes(f"{start}/quitter", form=start) == f"{TOOL}?fini=1"
    assert not visitor.is_guest
    assert "est terminé" in text_of(visitor.get(f"{TOOL}?fini=1"))


def test_a_practice_that_is_over_says_so(visitor: Visitor, visited_app: Flask) -> None:
    number = visitor.practise().number
    with visited_app.app_context():
        practice.purge(db.session(), clock.now() + timedelta(hours=25))
        db.session.commit()
    for path in (
        f"{TOOL}/entrainement",
        f"{TOOL}/{number}/etape-2",
        f"/compte/structures/{number}",
    ):
        assert visitor.raw("GET", path).location == f"{TOOL}?fini=1", path
    visitor.practise()


def test_too_many_practices_are_put_off_with_a_sentence(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(practice, "FROM_ONE_CLIENT", 0)
    response = visitor.raw("POST", f"{TOOL}/entrainement/ouvrir")
    page = visitor.checked(response, 429, TOOL)
    assert "Trop d’exercices sont ouverts depuis votre réseau" in text_of(page)
    assert int(response.headers["Retry-After"]) > 0
    assert not visitor.is_guest


def test_the_swapped_part_is_the_reloaded_page(visitor: Visitor) -> None:
    number = visitor.practise().number
    start = visitor.get(f"{TOOL}/entrainement")
    for at in (2, 3, 4, 5, 6):
        here = visitor.walk(number, at)
        answer = visitor.raw("GET", here, headers={"HX-Request": "true"})
        assert "<html" not in answer.text
        assert "HX-Request" in answer.headers["Vary"]
        swapped, page = swap(start, "#outil-changement", answer.text), visitor.get(here)
        assert main_text(swapped) == main_text(page), here
        titles = [one(each, "title").text for each in (swapped, page)]
        assert titles[0] == titles[1], "the window is named after the step"


def test_typed_html_is_text(visitor: Visitor) -> None:
    here = visitor.walk(visitor.practise().number, 4)
    page = visitor.answer(here, 422, siret="<script>alert(1)</script>")
    assert not [script for script in page.find_all("script") if "alert" in script.text]
