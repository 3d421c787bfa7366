"""« Article par article, dès la publication »: each leaves by itself, once, to those who were there."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from communaute.domain import clock
from communaute.domain.newsletter import articles, sending
from communaute.domain.newsletter.pace import Rates
from communaute.domain.newsletter.sending import Letter
from communaute.extensions import db
from communaute.models import NewArticle, Rhythm, Sending
from communaute.wiring import letter_desk
from tests.newsletter.conftest import Moments
from tests.newsletter.readers import LETTER, Reader


@pytest.fixture
def here(here: Moments) -> Moments:
    """By day: nobody is written to at night."""
    here.now = here.now.replace(hour=10)
    return here


def letter_of(page: str) -> Letter:
    return replace(LETTER, page=page, themes=("fournisseur",), rhythm=Rhythm.ARTICLES)


def look(
    here: Moments, published: dict[str, date], blocked: tuple[str, ...] = ()
) -> tuple[int, int, int]:
    """One look of the worker: how many were noted, asked for, blocked."""
    counts = articles.announce(
        here.context, published, lambda page: None if page in blocked else letter_of(page)
    )
    return counts["noted"], counts["asked"], counts["blocked"]


def asked() -> list[str]:
    """The articles whose letter was asked for, in order."""
    db.session.rollback()
    return list(db.session.scalars(select(Sending.letter).order_by(Sending.id)))


def queue(here: Moments) -> None:
    sending.queue_due(here.context, Rates())


def test_what_the_site_had_at_its_first_look_is_older_than_this_and_never_leaves(
    here: Moments,
) -> None:
    had = {"/guides/ancien": clock.today(), "/guides/autre": clock.today()}
    assert look(here, had) == (0, 0, 0)
    here.later(minutes=5)
    assert look(here, had) == (0, 0, 0)
    assert asked() == []


def test_a_new_article_leaves_once_to_those_who_were_subscribed_before(
    letter_app: Flask, here: Moments, reader: Reader
) -> None:
    look(here, {"/guides/ancien": clock.today()})
    reader.subscribed("fournisseur", rythme="articles")
    monthly = Reader(letter_app).subscribed("fournisseur")
    other = Reader(letter_app).subscribed("travaux", rythme="articles")
    here.later(minutes=5)
    new = {"/guides/ancien": clock.today(), "/guides/un": clock.today()}
    assert look(here, new) == (1, 1, 0)
    here.later(minutes=1)
    late = Reader(letter_app).subscribed("fournisseur", rythme="articles")
    assert look(here, new) == (0, 0, 0), "twice never"
    queue(here)
    assert asked() == ["/guides/un"]
    assert len(reader.mails("newsletter-letter")) == 1
    assert [len(one.mails("newsletter-letter")) for one in (monthly, other, late)] == [0, 0, 0]
    counts = sending.counts(db.session(), db.session.scalars(select(Sending)).one(), clock.today())
    assert counts.everybody == 1


def test_a_theme_added_later_keeps_the_place_of_a_reader(here: Moments, reader: Reader) -> None:
    reader.subscribed("fournisseur", rythme="articles")
    look(here, {})
    look(here, {"/guides/ancien": clock.today()})
    here.later(minutes=5)
    look(here, {"/guides/ancien": clock.today(), "/guides/un": clock.today()})
    here.later(minutes=1)
    reader.subscribed("travaux", rythme="articles")
    queue(here)
    assert len(reader.mails("newsletter-letter")) == 1


def test_one_left_and_come_back_is_not_sent_what_is_older(here: Moments, reader: Reader) -> None:
    reader.subscribed("fournisseur", rythme="articles")
    look(here, {"/guides/ancien": clock.today()})
    reader.post(reader.leaving())
    here.later(minutes=5)
    look(here, {"/guides/un": clock.today()})
    here.later(hours=2)
    reader.subscribed("fournisseur", rythme="articles")
    queue(here)
    assert reader.mails("newsletter-letter") == []


def test_an_archive_and_what_is_dated_tomorrow_do_not_leave(here: Moments) -> None:
    today = clock.today()
    look(here, {"/guides/ancien": today})
    dated = {
        "/guides/archive": today - articles.RECENT - timedelta(days=1),
        "/guides/demain": today + timedelta(days=1),
    }
    assert look(here, dated) == (0, 0, 0)
    here.later(days=1)
    assert look(here, dated) == (1, 1, 0)
    assert asked() == ["/guides/demain"]


def test_of_many_at_once_three_leave_a_day_the_oldest_first(here: Moments) -> None:
    look(here, {"/guides/ancien": clock.today()})
    many = {f"/guides/a{n}": clock.today() - timedelta(days=n) for n in range(5)}
    assert look(here, many) == (5, 3, 0)
    assert asked() == ["/guides/a4", "/guides/a3", "/guides/a2"]
    here.later(hours=1)
    assert look(here, many) == (0, 0, 0)
    here.later(days=1)
    assert look(here, many) == (0, 2, 0)


def test_what_is_blocked_waits_for_its_mending_and_is_given_up_after_a_week(here: Moments) -> None:
    look(here, {"/guides/ancien": clock.today()})
    new = {"/guides/un": clock.today(), "/guides/deux": clock.today()}
    assert look(here, new, blocked=("/guides/un", "/guides/deux")) == (2, 0, 2)
    assert set(articles.waiting(here.session)) == set(new)
    here.later(days=6)
    assert look(here, new, blocked=("/guides/deux",)) == (0, 1, 1)
    here.later(days=2)
    look(here, new, blocked=("/guides/deux",))
    assert articles.waiting(here.session) == []
    assert look(here, new) == (0, 0, 0)
    assert asked() == ["/guides/un"]


def test_nobody_is_written_to_at_night(here: Moments) -> None:
    look(here, {"/guides/ancien": clock.today()})
    here.now = here.now.replace(hour=23)
    look(here, {"/guides/un": clock.today()})
    due = db.session.scalars(select(Sending)).one().due_at
    assert due > here.now + timedelta(hours=6)


def test_what_an_editor_has_sent_already_is_not_sent_again(here: Moments) -> None:
    look(here, {"/guides/ancien": clock.today()})
    sending.ask(here.context, letter_of("/guides/un"), due=here.now)
    db.session.commit()
    look(here, {"/guides/un": clock.today()})
    assert asked() == ["/guides/un"]


def test_an_article_taken_away_meanwhile_does_not_leave(here: Moments) -> None:
    look(here, {"/guides/ancien": clock.today()})
    look(here, {"/guides/un": clock.today()}, blocked=("/guides/un",))
    assert look(here, {}) == (0, 0, 0)
    assert articles.waiting(here.session) == []


def test_the_site_looks_at_its_own_articles_and_their_letters(
    letter_app: Flask, here: Moments
) -> None:
    """With the real content: what was there is noted; forget one, and it is news."""
    assert letter_desk.announce() == {"noted": 0, "asked": 0, "blocked": 0}
    noted = select(NewArticle).order_by(NewArticle.id)
    recent = {one.url for one in letter_desk.recent_articles() if one.published <= clock.today()}  # type: ignore[operator]
    assert recent, "the content has recent articles"
    gone = next(one for one in db.session.scalars(noted) if one.page in recent)
    page = gone.page
    db.session.delete(gone)
    db.session.commit()
    done = letter_desk.announce()
    assert done["noted"] == 1
    assert (done["asked"], asked()) in ((1, [page]), (0, []))
    assert done["asked"] + done["blocked"] == 1
