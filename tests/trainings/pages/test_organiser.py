"""The organiser's desk: dates read before they are created, people told before an act, exports."""

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import select

from communaute.domain import clock
from communaute.extensions import db
from communaute.models import (
    AuditEntry,
    Delivery,
    DeliveryState,
    Registration,
    Role,
    SessionPair,
)
from tests.pages import one
from tests.swapping import main_text
from tests.trainings.pages.scenes import CLASS, Organiser, Scene


HERE = "/gestion/formations"


def days(number: int) -> str:
    return f"{clock.today() + timedelta(days=number):%Y-%m-%d}"


def acts(app: Flask, act: str) -> list[str]:
    """What the audit log says was done, and to what."""
    with app.app_context():
        found = select(AuditEntry.target).where(AuditEntry.act == act)
        return list(db.session.scalars(found))


def preview(organiser: Organiser, path: str, **fields: str) -> tuple[BeautifulSoup, dict[str, str]]:
    """Send a form to read what it would do; the page, and the form to send again."""
    page = organiser.post(path, 200, **fields, etape="apercu")
    return page, fields | {"vu": str(one(page, "input[name=vu]").get("value", ""))}


PLAN = {"heure": "10:00", "duree": "90", "nombre": "3", "semaines": "1", "places": "8"}


def a_plan(scene: Scene, **given: str) -> dict[str, str]:
    first = {"formation": scene.slugs()[0], "premiere": days(30), "seconde": days(37)}
    return first | PLAN | {"classe": CLASS} | given


def test_the_desk_shows_a_month_and_a_table(scene: Scene, organiser: Organiser) -> None:
    pair = scene.pair(capacity=2, days=3)
    scene.placed(pair)
    found = clock.today() + timedelta(days=3)
    page = organiser.get(f"{HERE}?mois={found:%Y-%m}")
    meeting = one(page, f".calendar a[href='{HERE}/{pair}']")
    assert "1/2" in meeting.get_text()
    row = next(r for r in page.select(".desk-table tbody tr") if f"{HERE}/{pair}" in str(r))
    assert "1 / 2 confirmées" in row.get_text(" ", strip=True).replace("\u00a0", " ")
    organiser.get(f"{HERE}?passees=oui")
    organiser.get(f"{HERE}?formation={scene.slugs()[0]}")
    organiser.get(f"{HERE}?mois=2026-13", 404)


def test_a_series_is_read_before_it_is_created(scene: Scene, organiser: Organiser) -> None:
    organiser.get(f"{HERE}/programmer")
    before = count_pairs(scene.app)
    page, form = preview(organiser, f"{HERE}/programmer", **a_plan(scene))
    assert len(page.select(".desk-plan > li")) == 3
    assert count_pairs(scene.app) == before, "a preview creates nothing"
    organiser.does(f"{HERE}/programmer", f"{HERE}.*", **form, etape="creer")
    assert count_pairs(scene.app) == before + 3
    assert "3 dates créées" in organiser.get(HERE).get_text().replace("\u00a0", " ")
    assert acts(scene.app, "training-created") or acts(scene.app, "training-pairs-created")


def count_pairs(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(SessionPair.id)).all())


def test_what_was_not_read_is_not_created(scene: Scene, organiser: Organiser) -> None:
    _, form = preview(organiser, f"{HERE}/programmer", **a_plan(scene))
    before = count_pairs(scene.app)
    for change in ({"places": "80"}, {"premiere": days(31)}, {"vu": ""}, {"classe": ""}):
        page = organiser.post(f"{HERE}/programmer", 200, **(form | change), etape="creer")
        assert page.select(".desk-plan"), "the new dates are shown first"
    assert count_pairs(scene.app) == before


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"formation": ""}, "formation"),
        ({"formation": "inconnue"}, "formation"),
        ({"premiere": "31/02/2027"}, "premiere"),
        ({"heure": "midi"}, "heure"),
        ({"seconde": ""}, "seconde"),
        ({"nombre": "0"}, "nombre"),
        ({"nombre": "1000"}, "nombre"),
        ({"places": "beaucoup"}, "places"),
        ({"duree": "5"}, "duree"),
        ({"seconde": days(30)}, "seconde"),
        ({"seconde": days(20)}, "seconde"),
        ({"premiere": "2027-03-28", "seconde": "2027-04-04", "heure": "02:30"}, "premiere"),
    ],
)
def test_each_wrong_date_is_said_beside_its_field(
    scene: Scene, organiser: Organiser, given: dict[str, str], field: str
) -> None:
    page = organiser.post(f"{HERE}/programmer", 422, **a_plan(scene, **given), etape="apercu")
    assert one(page, f"#{field}-erreur").get_text(strip=True)
    assert one(page, "#lieu") is not None
    assert not page.select(".desk-plan")


def test_dates_in_the_past_and_a_bad_class_are_refused_with_their_field(
    scene: Scene, organiser: Organiser
) -> None:
    for given, field in (
        ({"premiere": "2020-01-07", "seconde": "2020-01-14"}, "premiere"),
        ({"classe": "javascript:alert(1)"}, "classe"),
        ({"classe": "http://classe.example"}, "classe"),
    ):
        _, form = preview(organiser, f"{HERE}/programmer", **a_plan(scene, **given))
        page = organiser.post(f"{HERE}/programmer", 422, **form, etape="creer")
        assert one(page, f"#{field}-erreur").get_text(strip=True)


def test_a_series_across_the_clock_change_keeps_its_hour_and_says_so(
    scene: Scene, organiser: Organiser
) -> None:
    page, _ = preview(
        organiser,
        f"{HERE}/programmer",
        **a_plan(scene, premiere="2027-10-26", seconde="2027-10-28", nombre="2"),
    )
    items = [li.get_text(" ").replace("\u00a0", " ") for li in page.select(".desk-plan > li")]
    assert all("de 10 h" in item for item in items)
    assert "heure d’hiver" in items[1]
    assert "heure d’hiver" not in items[0]
    holiday, _ = preview(
        organiser,
        f"{HERE}/programmer",
        **a_plan(scene, premiere="2027-11-01", seconde="2027-11-06", nombre="1"),
    )
    assert "Toussaint" in main_text(holiday)
    assert "samedi" in main_text(holiday)


def test_a_webinar_has_one_session(scene: Scene, organiser: Organiser) -> None:
    webinar = scene.slugs()[-1]
    page = organiser.post(
        f"{HERE}/programmer", 422, **a_plan(scene, formation=webinar), etape="apercu"
    )
    assert "une seule séance" in one(page, "#seconde-erreur").get_text()
    page, _ = preview(
        organiser, f"{HERE}/programmer", **a_plan(scene, formation=webinar, seconde="")
    )
    assert len(page.select(".desk-plan .slots li")) == 3


def test_a_move_says_who_is_told_and_shows_their_mail(scene: Scene, organiser: Organiser) -> None:
    pair = scene.pair()
    people = [scene.placed(pair), scene.placed(pair)]
    path = f"{HERE}/{pair}/deplacer"
    now = organiser.get(path)
    form = typed_in(now)
    page, form = preview(organiser, path, **(form | {"premiere": days(15), "seconde": days(22)}))
    assert "2 personnes seront prévenues" in main_text(page).replace("\u00a0", " ")
    assert one(page, ".desk-mail").get_text(strip=True)
    mails = [len(person.mails()) for person in people]
    organiser.does(path, f"{HERE}/{pair}", **form, etape="deplacer")
    assert [len(person.mails()) for person in people] != mails
    assert all(person.mails()[-1].template for person in people)
    assert "training-moved" in {m.template for m in people[0].mails()}
    assert acts(scene.app, "training-moved")


def text_of(document: bytes) -> str:
    """What a PDF says, as poppler reads it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext")
    told = subprocess.run(["pdftotext", "-", "-"], input=document, capture_output=True, check=True)
    return " ".join(told.stdout.decode().split())


def typed_in(page: BeautifulSoup) -> dict[str, str]:
    """The fields of the page's form, as a browser would send them."""
    names = ("premiere", "heure", "seconde", "seconde_heure", "duree", "classe", "lieu")
    return {n: str(one(page, f"main [name={n}]").get("value", "")) for n in names}


def test_the_virtual_class_is_set_afterwards(scene: Scene, organiser: Organiser) -> None:
    pair = scene.pair()
    path = f"{HERE}/{pair}/deplacer"
    other = "https://classe.example/autre-salle"
    _, form = preview(organiser, path, **(typed_in(organiser.get(path)) | {"classe": other}))
    organiser.does(path, f"{HERE}/{pair}", **form, etape="deplacer")
    assert other in str(organiser.get(f"{HERE}/{pair}"))


def test_calling_off_says_who_is_told_and_carries_the_reason(
    scene: Scene, organiser: Organiser
) -> None:
    pair = scene.pair()
    person = scene.placed(pair)
    path = f"{HERE}/{pair}/annuler"
    page = organiser.get(path)
    assert "1 personne sera prévenue" in main_text(page).replace("\u00a0", " ")
    reason = "La formatrice est malade."
    page, form = preview(organiser, path, motif=reason)
    assert reason in one(page, ".desk-mail").get_text()
    organiser.post(path, 200, **(form | {"motif": "Autre chose"}), etape="annuler")
    assert "annulées" not in main_text(organiser.get(f"{HERE}/{pair}"))
    organiser.does(path, f"{HERE}/{pair}", **form, etape="annuler")
    assert reason in main_text(organiser.get(f"{HERE}/{pair}"))
    assert "training-called-off" in {mail.template for mail in person.mails()}
    assert acts(scene.app, "training-cancelled") or acts(scene.app, "training-called-off")
    again = organiser.post(path, 422, **form, etape="annuler")
    assert again.select(".fr-alert--error")


def test_a_reason_is_one_line_that_can_be_printed(scene: Scene, organiser: Organiser) -> None:
    pair = scene.pair()
    path = f"{HERE}/{pair}/annuler"
    page = organiser.post(path, 422, motif="a" * 501, etape="apercu")
    assert "500 au plus" in one(page, "#motif-erreur").get_text()
    page, form = preview(organiser, path, motif="Malade\x00\r\n\u202e demain")
    assert form["vu"] == "Malade demain"
    organiser.does(path, f"{HERE}/{pair}", **form, etape="annuler")
    for odd in ("\x00", "a\x00b", "%s", "é" * 500):
        organiser.raw("GET", HERE, query_string={"formation": odd, "passees": odd})


def test_attendance_is_ticked_and_gives_attestations(scene: Scene, organiser: Organiser) -> None:
    pair = scene.pair()
    came, missed = scene.placed(pair, nom="Ana Présente"), scene.placed(pair, nom="Bob Absent")
    page = organiser.get(f"{HERE}/{pair}")
    assert not page.select("input[name^=present-]"), "nothing to tick before it begins"
    scene.shift(pair, days=-40)
    page = organiser.get(f"{HERE}/{pair}")
    sessions = [str(i["value"]) for i in page.select("input[name=seance]")]
    who = str(came.registration().id)
    response = organiser.raw(
        "POST",
        f"{HERE}/{pair}/presences",
        data={
            "csrf_token": organiser.token(f"{HERE}/{pair}"),
            "seance": sessions,
            **{f"present-{session}": who for session in sessions},
        },
    )
    assert response.status_code == 303
    page = organiser.get(f"{HERE}/{pair}")
    ticked = {str(i["value"]) for i in page.select("input[name^=present-][checked]")}
    assert ticked == {who}
    pdf = organiser.raw("GET", f"{HERE}/{pair}/attestations.pdf")
    text = text_of(pdf.data)
    assert "Ana Présente" in text
    assert "Bob Absent" not in text
    one_pdf = organiser.raw("GET", f"{HERE}/{pair}/attestations.pdf?inscription={who}")
    reader = PdfFileReader(io.BytesIO(one_pdf.data))
    assert reader.root["/Pages"]["/Count"] == 1
    assert b"pdfuaid" in reader.root["/Metadata"].data, "it is tagged"
    absent = missed.registration().id
    organiser.raw("GET", f"{HERE}/{pair}/attestations.pdf?inscription={absent}")
    organiser.get(f"{HERE}/{pair}/attestations.pdf?inscription=999999", 404)
    own = came.pages.response("GET", came.own("/attestation.pdf"))
    assert own.data.startswith(b"%PDF")
    assert acts(scene.app, "training-attendance")
    assert acts(scene.app, "training-attestations-made")


def test_the_export_is_safe_in_a_spreadsheet_and_leaves_needs_out(
    scene: Scene, organiser: Organiser
) -> None:
    pair = scene.pair()
    scene.placed(
        pair,
        nom="=cmd|' /C calc'!A0",
        organisation="+SUM(1;2)",
        attentes="@import",
        accessibilite="Langue des signes",
        consentement_accessibilite="oui",
    )
    response = organiser.raw("GET", f"{HERE}/{pair}/inscrits.csv")
    assert response.mimetype == "text/csv"
    text = response.data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert len(rows) == 2
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r"))]
    assert "=cmd|" in text
    assert "Langue des signes" not in text
    assert "Langue des signes" in main_text(organiser.get(f"{HERE}/{pair}"))
    assert acts(scene.app, "training-registrants-exported")


def test_capacity_changes_and_never_under_what_is_taken(scene: Scene, organiser: Organiser) -> None:
    pair = scene.pair(capacity=2)
    scene.placed(pair)
    scene.placed(pair)
    path = f"{HERE}/{pair}/places"
    for places in ("1", "0", "x", ""):
        page = organiser.post(path, 422, form=f"{HERE}/{pair}", places=places)
        assert one(page, "#places-erreur").get_text(strip=True)
    organiser.does(path, f"{HERE}/{pair}", form=f"{HERE}/{pair}", places="5")
    assert "sur 5" in main_text(organiser.get(f"{HERE}/{pair}"))


def test_addresses_that_mails_do_not_reach_are_listed(scene: Scene, organiser: Organiser) -> None:
    pair = scene.pair()
    person = scene.placed(pair, telephone="01 23 45 67 89")
    with scene.app.app_context():
        for mail in db.session.scalars(select(Delivery).where(Delivery.recipient == person.email)):
            mail.state, mail.outcome = DeliveryState.FAILED, "550 no such user"
            mail.settled_at = clock.now()
        db.session.commit()
    page = organiser.get(f"{HERE}/non-remis")
    assert person.email in page.get_text()
    assert "01 23 45 67 89" in page.get_text()
    assert person.email in str(one(organiser.get(f"{HERE}/{pair}"), ".fr-alert--warning"))


def test_the_waiting_list_and_its_log_in_words(scene: Scene, organiser: Organiser) -> None:
    slug = scene.slugs()[1]
    pair = scene.pair(capacity=1, slug=slug)
    scene.placed(pair)
    waiter = scene.visitor()
    waiter.ask(pair)
    page = organiser.get(f"{HERE}/attente/{slug}")
    assert waiter.email in page.get_text()
    assert "liste d’attente" in page.select("main ul")[-1].get_text()
    organiser.get(f"{HERE}/attente/inconnue", 404)


def test_statistics_say_their_finding_above_a_table(scene: Scene, organiser: Organiser) -> None:
    pair = scene.pair()
    scene.placed(pair)
    page = organiser.get(f"{HERE}/statistiques")
    charts = page.select("figure.chart")
    assert charts
    for chart in charts:
        assert one(chart, ".chart__title").get_text(strip=True)
        assert chart.select("svg")
        assert chart.select("table")
    organiser.get(f"{HERE}/statistiques?depuis=2026-01&jusque=2026-02")
    organiser.get(f"{HERE}/statistiques?depuis=n-importe&jusque=%00")


def test_erased_data_are_shown_as_erased(scene: Scene, organiser: Organiser) -> None:
    pair = scene.pair()
    person = scene.placed(pair)
    person.pages.post(person.own("/effacer"), 200)
    assert person.email not in organiser.get(f"{HERE}/{pair}").get_text()


PATHS = (
    "",
    "/programmer",
    "/non-remis",
    "/statistiques",
    "/{pair}",
    "/{pair}/deplacer",
    "/{pair}/annuler",
    "/{pair}/inscrits.csv",
    "/{pair}/attestations.pdf",
    "/attente/{slug}",
)
POSTS = (
    "/programmer",
    "/{pair}/presences",
    "/{pair}/places",
    "/{pair}/deplacer",
    "/{pair}/annuler",
)


def at(path: str, scene: Scene, pair: int) -> str:
    return HERE + path.format(pair=pair, slug=scene.slugs()[0])


def test_nobody_else_opens_these_pages(
    scene: Scene, staff: Callable[..., Organiser], training_app: Flask
) -> None:
    pair = scene.pair()
    stranger = scene.visitor()
    plain = Organiser(training_app).signed_in()
    editor = staff(Role.EDITOR)
    for path in PATHS:
        there = at(path, scene, pair)
        assert stranger.pages.response("GET", there).status_code == 302, there
        for person in (plain, editor):
            assert person.raw("GET", there).status_code == 403, there
    for path in POSTS:
        there = at(path, scene, pair)
        assert stranger.pages.response("POST", there).status_code == 302, there
        for person in (plain, editor):
            data = {"csrf_token": person.token("/compte/")}
            assert person.raw("POST", there, data=data).status_code == 403, there
    assert len(acts(training_app, "access-refused")) >= 2 * (len(PATHS) + len(POSTS))


def test_a_form_without_its_token_does_nothing(scene: Scene, organiser: Organiser) -> None:
    pair = scene.pair()
    for path in POSTS:
        there = at(path, scene, pair)
        assert organiser.raw("POST", there, data={"etape": "annuler", "vu": ""}).status_code == 400
        cross = organiser.raw(
            "POST", there, data={"csrf_token": "x"}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert cross.status_code == 400, there
    with scene.app.app_context():
        row = db.session.get(SessionPair, pair)
        assert row is not None
        assert row.cancelled_at is None


def test_an_administrator_may_organise_too_but_reads_no_need(
    scene: Scene, staff: Callable[..., Organiser]
) -> None:
    pair = scene.pair()
    scene.placed(pair, accessibilite="Langue des signes", consentement_accessibilite="oui")
    text = staff(Role.ADMINISTRATOR).get(f"{HERE}/{pair}").get_text()
    assert "Langue des signes" not in text
    assert "lu par l’organisateur seul" in text


def test_a_pair_that_does_not_exist_is_not_found(scene: Scene, organiser: Organiser) -> None:
    for path in ("", "/deplacer", "/annuler", "/inscrits.csv", "/attestations.pdf"):
        for number in (999_999, 2**40):
            organiser.get(f"{HERE}/{number}{path}", 404)


def test_what_somebody_typed_is_shown_as_text(scene: Scene, organiser: Organiser) -> None:
    pair = scene.pair()
    scene.placed(pair, nom="<script>alert(1)</script>", attentes="</td><img src=x>")
    page = organiser.get(f"{HERE}/{pair}")
    assert "<script>alert(1)</script>" in page.get_text()
    assert not page.select("main script, main img[src=x]")


def test_the_registrations_of_the_pair_are_all_there(scene: Scene, organiser: Organiser) -> None:
    pair = scene.pair(capacity=3)
    people = [scene.placed(pair) for _ in range(2)]
    held = scene.visitor()
    held.ask(pair)
    text = organiser.get(f"{HERE}/{pair}").get_text()
    with scene.app.app_context():
        rows = db.session.scalars(select(Registration.email).where(Registration.pair_id == pair))
        assert set(rows) == {p.email for p in (*people, held)}
    assert all(person.email in text for person in (*people, held))
    assert re.search(r"2 sur 3 confirmées", text)


def test_a_series_over_other_dates_says_so_before_it_is_created(
    scene: Scene, organiser: Organiser
) -> None:
    path, (first, second) = f"{HERE}/programmer", scene.slugs()[:2]
    given = {"premiere": "2028-03-07", "seconde": "2028-03-14", "heure": "15:10", "nombre": "1"}
    page, form = preview(organiser, path, **a_plan(scene, formation=first, **given))
    assert "déjà" not in main_text(page)
    organiser.does(path, f"{HERE}.*", **form, etape="creer")
    again, _ = preview(organiser, path, **a_plan(scene, formation=first, **given))
    assert "cette formation a déjà des séances à cette heure" in main_text(again)
    other, _ = preview(
        organiser, path, **a_plan(scene, formation=second, **given | {"heure": "16:00"})
    )
    assert "vous avez déjà programmé" in main_text(other)
    later, _ = preview(
        organiser, path, **a_plan(scene, formation=first, **given | {"heure": "16:40"})
    )
    assert "déjà" not in main_text(later), "one begins when the other ends"


def test_the_days_between_christmas_and_new_year_are_pointed_out(
    scene: Scene, organiser: Organiser
) -> None:
    given = {"premiere": "2027-12-28", "seconde": "2028-01-04", "nombre": "1"}
    page, _ = preview(organiser, f"{HERE}/programmer", **a_plan(scene, **given))
    assert "entre Noël et le jour de l’an" in main_text(page)


def test_a_date_that_the_preview_points_out_may_be_left_out(
    scene: Scene, organiser: Organiser
) -> None:
    path = f"{HERE}/programmer"
    given = {"premiere": "2028-12-18", "seconde": "2028-12-19", "heure": "09:00", "nombre": "2"}
    page, form = preview(organiser, path, **a_plan(scene, **given))
    offered = [str(box["value"]) for box in page.select("input[name=sans]")]
    assert offered == ["20281225T0800"], "one date of two is a holiday"
    before = count_pairs(scene.app)
    everything = {"nombre": "1", "premiere": "2028-12-25", "seconde": "2028-12-26"}
    _, alone = preview(organiser, path, **a_plan(scene, **given | everything))
    refused = organiser.post(path, 422, **alone, sans=offered[0], etape="creer")
    assert "gardez-en une au moins" in main_text(refused)
    assert refused.select("input[name=sans][checked]")
    organiser.does(path, f"{HERE}.*", **form, sans=offered[0], etape="creer")
    assert count_pairs(scene.app) == before + 1
    assert "1 date créée" in organiser.get(HERE).get_text().replace("\u00a0", " ")


def test_faults_are_told_in_the_order_of_the_page(scene: Scene, organiser: Organiser) -> None:
    page = organiser.post(
        f"{HERE}/programmer", 422, nombre="0", semaines="1", places="x", etape="apercu"
    )
    told = [str(link["href"]) for link in page.select(".fr-alert--error a")]
    assert told == ["#formation", "#premiere", "#heure", "#duree", "#nombre", "#places"]
    said = main_text(page)
    assert "Combien de fois : donnez un nombre entier" in said.replace("\u00a0", " ")
