"""Leave: one click, a mail, a button; only this list; undone for 28 days; a stranger learns nothing."""

import pytest

from communaute.domain.newsletter import leaving, personal_data
from communaute.extensions import db
from communaute.mailing.tagged import LEAVE
from communaute.models import DeliveryState
from communaute.wiring import letter_desk
from tests.newsletter.conftest import Moments
from tests.newsletter.readers import Reader, words_of


ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def test_one_click_of_a_mail_program_leaves(reader: Reader) -> None:
    path = reader.subscribed("travaux").leaving()
    headers = {"Origin": "https://courrier.example", "Sec-Fetch-Site": "cross-site"}
    answer = reader.open("POST", path, data=ONE_CLICK, headers=headers)
    assert answer.status_code == 200, "RFC 8058: no redirection, which a server does not follow"
    assert "Location" not in answer.headers
    assert reader.address not in answer.text
    assert reader.row.left_at is not None


def test_one_click_in_the_confirmation_really_does_something(reader: Reader) -> None:
    reader.subscribe("travaux")
    reader.open("POST", reader.leaving(), data=ONE_CLICK)
    assert reader.row.asked_at is None
    assert reader.row.left_at is not None


def test_opening_the_page_leaves_nothing_and_says_nothing_of_anybody(reader: Reader) -> None:
    """A forwarded letter: neither the address nor the choices, one button that leaves, one for a link."""
    path = reader.subscribed("travaux").leaving()
    page = reader.get(path)
    assert reader.row.left_at is None
    assert reader.address not in str(page)
    assert "Marchés de travaux" not in words_of(page)
    assert [b.get_text() for b in page.select("main button")] == [
        "Se désabonner",
        "Recevoir mon lien",
    ]


def test_the_link_to_preferences_goes_to_the_mailbox_once_an_hour(
    reader: Reader, here: Moments
) -> None:
    path = reader.subscribed("travaux").leaving()
    for _ in range(2):
        answer = reader.post(path, lien="1")
        assert reader.address not in reader.get(answer.location).text
    assert len(reader.mails("newsletter-link")) == 1
    here.later(minutes=61)
    reader.post(path, lien="1")
    assert len(reader.mails("newsletter-link")) == 2


def test_left_by_mistake_one_comes_back_as_before_for_28_days(
    reader: Reader, here: Moments
) -> None:
    path = reader.subscribed("travaux", "developpeur").leaving()
    before = reader.row.themes
    reader.post(path)
    here.later(days=27)
    assert "Annuler" in words_of(reader.get(path))
    reader.post(path, annuler="1")
    assert (reader.row.left_at, reader.row.themes) == (None, before)
    reader.post(path)
    here.later(days=28)
    assert "Annuler" not in words_of(reader.get(path))
    reader.post(path, annuler="1")
    assert reader.row.left_at is not None


def test_leaving_by_mail(reader: Reader, here: Moments) -> None:
    row = reader.subscribed("travaux").row
    address = letter_desk.context().tagger.address(LEAVE, row.reference)
    assert len(address.rpartition("@")[0]) <= 64, "RFC 5321"
    made_up = address.replace(row.reference, "aaaaaaaaaaaaaaaa")
    assert not leaving.leave_by_mail(here.context, made_up)
    assert leaving.leave_by_mail(here.context, address.upper())
    db.session.commit()
    assert reader.row.left_at is not None


def test_only_the_list_is_left(reader: Reader, here: Moments) -> None:
    """A password mail that waits for the same mailbox leaves; the letter does not."""
    from communaute.mailing.messages import accounts
    from communaute.mailing.outbox import post

    reader.subscribed("travaux")
    mail = accounts.password_changed(to=reader.address, when=here.now, reset="https://x.example")
    post(db.session(), mail, key="password", due=here.now)
    db.session.commit()
    here.later(seconds=1)
    reader.subscribe("developpeur")
    reader.post(reader.leaving())
    states = {one.template: one.state for one in reader.mails()}
    assert states["password-changed"] == DeliveryState.WAITING
    assert states["newsletter-confirm"] == DeliveryState.WITHDRAWN


def test_another_site_does_not_leave_for_us(reader: Reader) -> None:
    path = reader.subscribed("travaux").leaving()
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert reader.open("POST", path, headers=headers).status_code == 403
    assert reader.row.left_at is None


@pytest.mark.parametrize("days", [7, 29])
def test_what_is_past_its_time_is_erased(reader: Reader, here: Moments, days: int) -> None:
    gone = Reader(reader.app)
    gone.subscribe("travaux")
    left = Reader(reader.app).subscribed("travaux")
    left.post(left.leaving())
    reader.subscribed("travaux")
    here.later(days=days, minutes=1)
    assert personal_data.purge(db.session(), here.now) == (1 if days == 7 else 2)
    db.session.commit()
    assert reader.row.confirmed_at is not None
