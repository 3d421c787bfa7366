"""A testimonial from its questions to Markdown, and gone at once when its author says so."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute import PACKAGE, create_app
from communaute.domain import clock, retention
from communaute.domain.context import Context
from communaute.domain.testimonials import authors, markdown, personal_data, team
from communaute.domain.testimonials.words import Gone, TestimonialRefused, checked
from communaute.editorial.content import Content
from communaute.editorial.loading import load
from communaute.extensions import db
from communaute.models import Delivery, Testimonial, TestimonialState, User
from communaute.models.accounts import Role
from communaute.wiring import current, indexing, withdrawals
from tests.accounts.conftest import application
from tests.accounts.people import Person
from tests.conftest import settings_for
from tests.pages import Pages


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOOL, DESK = "/outils/temoignage", "/gestion/temoignages"
SAID = {
    "debut": "Un client m’a demandé une facture électronique, et j’ai dû m’y mettre en une semaine.",
    "aide": "Une formation d’une heure et demie.",
    "gain": "",
    "conseil": "Demandez le *code service* <b>avant</b> :\n::: outil tarifs\n1. puis déposez",
    "metier": "plombière",
    "public": "fournisseur",
    "voie": "portail",
    "depuis": "2020",
    "signature": "prenom",
    "nom": "Camille Exemple",
}
SENT = SAID | {"courriel": "camille@exemple.example", "accord": "y", "acte": "envoyer"}


def desk_at(session: Session, now: datetime = NOW) -> Context:
    where = {"base_url": "https://site.example", "secret": "s"}
    return Context(session=session, now=now, **where)


def waiting(session: Session) -> Testimonial:
    authors.send(desk_at(session), SAID, address="camille@exemple.example", consents=True)
    one = session.scalars(select(Testimonial)).one()
    authors.confirm(desk_at(session), one)
    return one


def approved(session: Session, now: datetime = NOW) -> Testimonial:
    one = waiting(session)
    team.approve(desk_at(session, now), one, answer="Merci.", guides=["/guides/pieces-jointes"])
    session.commit()
    return one


def mails(session: Session) -> list[str]:
    return [d.template for d in session.scalars(select(Delivery).order_by(Delivery.id))]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"debut": "", "aide": "", "conseil": ""}, "debut"),
        ({"gain": "x" * 2001}, "gain"),
        ({"aide": "appelez le 06 12 34 56 78"}, "aide"),
        ({"signature": "pseudo"}, "signature"),
        ({"nom": ""}, "nom"),
        ({"metier": ""}, "metier"),
        ({"depuis": "avant"}, "depuis"),
        ({"voie": "pigeon"}, "voie"),
    ],
)
def test_what_cannot_be_published_is_refused_beside_its_field(
    changed: dict[str, str], field: str
) -> None:
    with pytest.raises(TestimonialRefused) as refused:
        checked(SAID | changed)
    assert set(refused.value.faults) == {field}


def test_nothing_is_read_before_its_author_confirms_and_an_address_gets_one_mail_an_hour(
    session: Session,
) -> None:
    for minutes, gain in ((0, ""), (10, ""), (30, "Du temps."), (61, "Une heure."), (62, "Deux.")):
        later = desk_at(session, NOW + timedelta(minutes=minutes))
        authors.send(later, SAID | {"gain": gain}, address="Camille@exemple.example", consents=True)
    session.commit()
    due = session.scalars(select(Delivery.due_at).order_by(Delivery.id)).all()
    assert [(at - NOW) / timedelta(hours=1) for at in due] == [0, 1, 2]
    assert [one.said["gain"] for one in team.of_state(session, "draft", limit=9)] == [
        "",
        "Du temps.",
        "Une heure.",
    ]
    assert retention.purge(session, NOW + timedelta(days=8))["testimonials"] == 3


def test_without_consent_nothing_is_kept(session: Session) -> None:
    with pytest.raises(TestimonialRefused):
        authors.send(desk_at(session), SAID, address="camille@exemple.example", consents=False)
    assert session.scalar(select(func.count(Testimonial.id))) == 0


def test_a_proposal_changes_nothing_until_its_author_accepts(session: Session) -> None:
    one = waiting(session)
    words = dict(one.said)
    with pytest.raises(TestimonialRefused, match="Aucune réponse"):
        team.propose(desk_at(session), one, words, "x")
    team.propose(desk_at(session), one, words | {"aide": "Une formation."}, "Plus court.")
    assert one.said == words
    assert one.state == TestimonialState.PROPOSED
    with pytest.raises(TestimonialRefused):
        team.approve(desk_at(session), one)
    authors.accept(desk_at(session), one)
    assert one.said == words | {"aide": "Une formation."}
    with pytest.raises(TestimonialRefused):
        authors.accept(desk_at(session), one)
    assert one.state == TestimonialState.WAITING
    team.propose(desk_at(session), one, words, "Plus long.")
    authors.decline(desk_at(session), one)
    assert one.said["aide"] == "Une formation."


def test_a_refusal_has_a_reason_of_the_policy_and_its_author_may_send_again(
    session: Session,
) -> None:
    one = waiting(session)
    with pytest.raises(TestimonialRefused):
        team.refuse(desk_at(session), one, "il ne nous plaît pas")
    team.refuse(desk_at(session), one, "publicite")
    session.commit()
    assert mails(session) == ["testimonial-confirm", "testimonial-refused"]
    authors.change(desk_at(session), one, SAID)
    assert (one.state, one.refusal) == (TestimonialState.WAITING, "")


def test_an_edit_leaves_what_is_published_until_it_is_read(session: Session) -> None:
    one = approved(session)
    authors.change(desk_at(session), one, SAID | {"aide": "Autre chose."})
    assert "Autre chose" not in markdown.page_of(one)
    team.approve(desk_at(session), one)
    assert "Autre chose" in markdown.page_of(one)


def test_a_change_that_is_refused_leaves_what_is_online_and_its_author_in_charge(
    session: Session,
) -> None:
    one = approved(session)
    authors.change(desk_at(session), one, SAID | {"aide": "Achetez mon logiciel."})
    team.refuse(desk_at(session), one, "publicite")
    session.commit()
    last = session.scalars(select(Delivery).order_by(Delivery.id)).all()[-1]
    assert last.subject == "Ce changement de votre témoignage n’est pas publié"
    later = desk_at(session, NOW + timedelta(days=731))
    assert retention.purge(session, later.now)["testimonials"] == 0
    assert "formation" in markdown.page_of(one)
    assert team.ask_again(later) == 1
    authors.withdraw(later, one)
    assert team.published(session) == []


def test_an_account_erased_takes_its_testimonials_with_it_for_good(session: Session) -> None:
    one = approved(session, NOW - timedelta(days=6 * 365))
    session.add(user := User(email=one.email, password="x", fs_uniquifier="x", created_at=NOW))
    session.commit()
    personal_data.erase(session, user)
    session.commit()
    waits = select(Delivery.state).where(Delivery.template == "testimonial-approved")
    assert session.scalars(waits).one() == "withdrawn"
    assert retention.purge(session, clock.now())["testimonials"] == 0, "its page stays hidden"
    assert team.withdrawn(session) == {one.reference}


def test_after_two_years_its_author_is_asked_once_and_says_it_is_true(session: Session) -> None:
    one = approved(session)
    soon = desk_at(session, NOW + timedelta(days=700))
    assert team.ask_again(soon) == 0
    later = desk_at(session, NOW + timedelta(days=731))
    assert (team.ask_again(later), team.ask_again(later)) == (1, 0)
    assert mails(session)[-1] == "testimonial-still-true"
    authors.still_true(later, one)
    assert one.true_on == date(2028, 11, 23)
    assert team.dated(one) == later.today


def test_withdrawn_nothing_of_it_or_of_its_author_is_left(session: Session) -> None:
    one = approved(session)
    link = authors.link_to(desk_at(session), one).rpartition("/")[2]
    authors.withdraw(desk_at(session), one)
    session.commit()
    row = session.scalars(select(Testimonial)).one()
    kept = {c: getattr(row, c) for c in Testimonial.__table__.columns.keys()}  # noqa: SIM118
    assert "camille" not in repr(kept).lower()
    assert team.published(session) == []
    assert team.withdrawn(session) == {row.reference}
    with pytest.raises(Gone):
        authors.of_token(desk_at(session), link)
    assert mails(session)[-1] == "testimonial-withdrawn"
    # What waited to leave about it does not leave any more.
    left = session.scalars(select(Delivery).where(Delivery.template == "testimonial-approved"))
    assert left.one().state == "withdrawn"


def test_the_export_says_exactly_the_words_and_is_a_page_without_a_fault(
    session: Session, tmp_path: Path, shared_app: Flask
) -> None:
    approved(session)
    folder = tmp_path / "temoignages"
    folder.mkdir()
    (folder / "ludmila.md").write_text('---\ntitle: "La nôtre"\n---\n', "utf-8")
    assert markdown.write(folder, team.published(session))["written"] == 1
    assert markdown.write(folder, team.published(session)) == {
        "written": 0,
        "unchanged": 1,
        "removed": 0,
    }
    page = content_with(shared_app, folder).page("/temoignages/camille-1")
    assert page is not None
    assert "<b>" not in page.html
    assert "tarifs" not in [link.target for link in page.links]
    shown = re.sub(r"<[^>]+>", "", page.html).replace("&lt;", "<").replace("&gt;", ">")
    for words in ("*code service*", "<b>avant</b>", "::: outil tarifs", "1. puis déposez"):
        assert words in shown.replace("\u00a0", " "), words
    assert "Exemple" not in page.html + page.title
    assert markdown.write(folder, [])["removed"] == 1
    assert {file.name for file in folder.iterdir()} == {"_index.md", "ludmila.md"}


def content_with(app: Flask, folder: Path) -> Content:
    """The content of a folder that holds these testimonials and what they link to."""
    root = folder.parent
    for name in ("guides", "glossaire", "pages", "textes"):
        (root / name).symlink_to(PACKAGE / "content" / name)
    (folder / "_index.md").write_text(
        (PACKAGE / "content/temoignages/_index.md").read_text("utf-8"), "utf-8"
    )
    with app.test_request_context():
        return load(root, tools=current.tools(), tool_url=current.tool_url, insertions={})


@pytest.fixture
def published_app(tmp_path: Path) -> Flask:
    """The site with one testimonial sent here among its pages."""
    app = create_app(settings_for(tmp_path, search_index_dir=str(tmp_path / "index")), TESTING=True)
    state = app.extensions["communaute"]
    with app.app_context():
        db.create_all()
        one = approved(db.session(), NOW + timedelta(days=30))  # the newest page of the site
        folder = tmp_path / "content"
        folder.mkdir()
        for entry in (PACKAGE / "content").iterdir():
            if entry.name != "temoignages":
                (folder / entry.name).symlink_to(entry)
        (folder / "temoignages").mkdir()
        for entry in (PACKAGE / "content/temoignages").iterdir():
            (folder / "temoignages" / entry.name).write_bytes(entry.read_bytes())
        assert markdown.write(folder / "temoignages", [one])["written"] == 1
    state.content = current.load_content(app, state.settings, folder, state.tools)
    assert not state.content.faults
    return app


WHERE = ("/temoignages/", "/", "/flux.atom", "/temoignages/flux.atom", "/sitemap.xml")


@pytest.mark.slow
def test_withdrawn_it_is_gone_at_once_from_page_lists_search_feed_and_cache(
    published_app: Flask, tmp_path: Path
) -> None:
    app, pages = published_app, Pages(published_app)
    with app.app_context():
        assert indexing.build_index()
    url = "/temoignages/camille-1"
    assert "Cache-Control" in pages.response("GET", url).headers
    assert pages.response("GET", url).headers["Cache-Control"] == "public, no-cache"
    before = {
        path: url in pages.response("GET", path).text for path in (*WHERE, "/recherche?q=plombière")
    }
    assert all(before.values()), before
    with app.app_context():
        link = authors.link_to(desk_of(app), db.session.scalars(select(Testimonial)).one())
        link = link.rpartition("/")[2]
        db.session.rollback()
    assert pages.response("GET", f"{TOOL}/{link}/retirer").status_code == 200
    assert pages.response("GET", url).status_code == 200  # a GET has changed nothing
    assert "est retiré" in pages.post(f"{TOOL}/{link}/retirer").text
    assert pages.response("GET", url).status_code == 404
    for path in (*WHERE, "/recherche?q=plombière", "/recherche/suggestions?q=plomb"):
        assert url not in pages.response("GET", path).text, path
    assert pages.response("GET", f"{TOOL}/{link}").status_code == 410
    with app.app_context():
        assert indexing.build_index(if_older=True)
        assert not [h for h in indexing.opened().search("plombière").hits if h.page == url]
        counts = markdown.write(tmp_path / "content" / "temoignages", team.published(db.session()))
    assert counts["removed"] == 1


def test_another_process_loses_the_page_within_a_second_and_an_outage_hides_nothing(
    published_app: Flask,
) -> None:
    app, pages = published_app, Pages(published_app)
    url, state = "/temoignages/camille-1", published_app.extensions["communaute"]
    assert pages.response("GET", url).status_code == 200
    with app.app_context():
        one = db.session.scalars(select(Testimonial)).one()
        authors.forget(one)  # as another process would, without telling this one
        db.session.commit()
    state.looked_for_withdrawn = float("-inf")  # a second later
    assert pages.response("GET", url).status_code == 404
    assert url not in pages.response("GET", "/temoignages/").text


def test_a_page_being_made_while_it_is_withdrawn_is_not_kept(published_app: Flask) -> None:
    state = published_app.extensions["communaute"]

    def made_meanwhile() -> str:
        withdrawals.lose(state, frozenset(state.content.submissions))
        return "what it said"

    state.pages.get("a key", made_meanwhile, "text/html")
    assert state.pages.find("a key") is None


def desk_of(app: Flask) -> Context:
    settings = app.extensions["communaute"].settings
    where = {"base_url": settings.base_url, "secret": settings.secret_key}
    return Context(session=db.session(), now=clock.now(), **where)


def test_testimonials_are_read_before_one_is_asked_for(pages: Pages) -> None:
    page = pages.get("/temoignages/")
    asked = next(tag for tag in page.select("h2") if tag.get_text() == "Témoigner")
    assert page.select(".listing__item")
    assert not asked.find_all_next(class_="listing__item")


def test_the_form_is_read_again_then_sent_and_confirmed_by_a_button(
    app: Flask, session: Session
) -> None:
    pages = Pages(app)
    again = pages.post(TOOL, data=SENT | {"acte": "relire"})
    assert "Voici ce qui serait publié" in again.text
    assert again.select_one("textarea[name=debut]").text.strip() == SAID["debut"]  # type: ignore[union-attr]
    assert session.scalar(select(func.count(Testimonial.id))) == 0
    wrong = pages.post(TOOL, 422, data=SENT | {"courriel": "nulle part", "nom": ""})
    assert len(wrong.select(".fr-error-text")) == 1  # the words first; then the address
    assert "Regardez vos courriels" in pages.post(TOOL, data=SENT).text
    assert "Regardez vos courriels" in pages.post(TOOL, data=SENT).text
    session.rollback()
    assert mails(session) == ["testimonial-confirm"]
    path = link_in(session)
    own = pages.get(path)
    assert "Confirmer mon témoignage" in own.text
    assert session.scalars(select(Testimonial)).one().state == "draft"
    session.rollback()
    assert pages.response("POST", path, data={"acte": "confirmer"}).status_code == 303
    assert pages.response("POST", path, data={"acte": "vrai"}).status_code == 409
    edited = pages.post(f"{path}/modifier", 422, data=SAID | {"metier": ""})
    assert "Dites votre métier" in edited.text
    session.rollback()
    assert session.scalars(select(Testimonial)).one().state == "waiting"
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert pages.response("POST", f"{path}/retirer", headers=elsewhere).status_code == 403
    assert pages.response("GET", f"{TOOL}/{'x' * 300}").status_code == 410


def link_in(session: Session) -> str:
    context = session.scalars(select(Delivery.context)).one()
    session.rollback()
    return re.sub(r"^https?://[^/]+", "", str(context["link"]))


@pytest.fixture
def editor(tmp_path: Path) -> Person:
    app = next(application(f"sqlite:///{tmp_path / 'test.sqlite'}", tmp_path))
    return Person(app).at_work_as(Role.EDITOR)


def test_editors_decide_and_each_decision_is_told(editor: Person) -> None:
    with editor.app.app_context():
        waiting(db.session())
        db.session.commit()
    assert "Témoignage n° 1" in editor.get(DESK).text.replace("\u00a0", " ")
    where = f"{DESK}/1"
    editor.get(where)
    assert editor.send(f"{where}/refuser", where).status_code == 422
    wrong = editor.send(f"{where}/accepter", where, guides="/nulle-part")
    assert "Aucune page n’a l’adresse" in wrong.text
    editor.moves(
        f"{where}/proposer",
        DESK,
        where,
        pourquoi="Plus court.",
        **words_with(aide="Une formation."),
    )
    with editor.app.app_context():
        one = db.session.scalars(select(Testimonial)).one()
        authors.accept(desk_of(editor.app), one)
        db.session.commit()
    editor.moves(f"{where}/accepter", DESK, where, reponse="Merci.", guides="/contact")
    with editor.app.app_context():
        assert mails(db.session())[-2:] == ["testimonial-proposed", "testimonial-approved"]
        db.session.rollback()
    assert Person(editor.app).signed_in().raw("GET", where).status_code == 403


def words_with(**changed: str) -> dict[str, str]:
    return {name: SAID[name] for name in ("debut", "aide", "gain", "conseil")} | changed


def test_the_command_exports_and_asks_again(app: Flask, session: Session, tmp_path: Path) -> None:
    approved(session)
    run = app.test_cli_runner().invoke
    result = run(args=["testimonials", "export", str(tmp_path / "out")])
    assert "written: 1" in result.output
    assert len(list((tmp_path / "out").glob("*.md"))) == 1
    assert "asked: 0" in run(args=["testimonials", "ask-again"]).output
