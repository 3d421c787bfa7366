"""The demonstration: something to see in each training, nobody real, nothing twice."""

from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from communaute.domain.clock import PARIS
from communaute.domain.trainings import demo, listing
from communaute.french.holidays import is_weekend_or_holiday
from communaute.models import Delivery, Registration, SessionPair
from communaute.wiring.current import Site
from tests.trainings.people import School


def test_each_training_has_something_to_see_and_nobody_is_real(school: School) -> None:
    made = demo.load(school.session, school.now)
    pairs = listing.pairs_to_come(school.context)
    assert made == len(pairs) == 10
    assert {pair.training for pair in pairs} == {plan.page.slug for plan in demo.PLANS}
    assert sum(pair.full for pair in pairs) == 3
    assert {pair.waiting for pair in pairs if pair.training == "factures-travaux"} == {3}
    days = [one.starts_at.astimezone(PARIS).date() for pair in pairs for one in pair.sessions]
    assert not any(is_weekend_or_holiday(day) for day in days)
    addresses = school.session.scalars(select(Registration.email)).all()
    assert all(address.endswith(".example") for address in addresses)
    assert set(school.session.scalars(select(Delivery.state))) == {"withdrawn"}, "no mail leaves"
    assert demo.load(school.session, school.now + timedelta(days=1)) == 0, "nothing twice"
    assert len(school.session.scalars(select(Registration.id)).all()) == len(addresses)


def test_loading_once_the_dates_are_past_makes_new_ones(school: School) -> None:
    demo.load(school.session, school.now)
    later = school.now + timedelta(days=90)
    assert demo.load(school.session, later) == 10
    assert len(listing.pairs_to_come(replace(school.context, now=later))) == 10
    assert school.session.scalar(select(func.count(SessionPair.id))) == 20


def test_titles_and_themes_are_those_of_the_pages(shared_app: Flask) -> None:
    site: Site = shared_app.extensions["communaute"]
    for plan in demo.PLANS:
        page = site.content.pages[f"/formations/{plan.page.slug}"]
        assert (page.title, page.theme) == (plan.page.title, plan.page.theme)  # type: ignore[attr-defined]
        assert page.is_webinar == plan.webinar  # type: ignore[attr-defined]
