"""An invoice in plain words, for the members of its two structures; its next status."""

import pytest
from sqlalchemy.orm import Session

from communaute.domain.structures import listing
from communaute.domain.structures.errors import (
    Forbidden,
    ImpossibleStatus,
    NotFound,
    ReasonMissing,
)
from communaute.domain.structures.statuses import Turn
from communaute.domain.structures.timeline import change_status, timeline
from communaute.domain.structures.values import InvoiceFilter
from communaute.models import Event, Invoice, StatusChange, User
from tests.structures.worlds import NOW, guest, invoice, person, refusals, structure


@pytest.fixture
def trade(session: Session) -> tuple[User, User, Invoice]:
    """A supplier's member, a client's member, an invoice between the two."""
    seller, buyer = person(session), person(session)
    sent = invoice(session, structure(session, user=seller), structure(session, user=buyer))
    session.commit()
    return seller, buyer, sent


def test_each_side_reads_its_own_story(session: Session, trade: tuple[User, User, Invoice]) -> None:
    seller, buyer, sent = trade
    mine, theirs = timeline(session, seller, sent.id), timeline(session, buyer, sent.id)
    assert [step.by for step in mine.steps] == ["votre structure", "Chorus Pro"]
    assert [step.by for step in theirs.steps] == ["Société d’essai", "Chorus Pro"]
    assert mine.next_sentence == "Attendez : le client public doit agir."
    assert theirs.next_sentence == "C’est à vous d’agir."
    assert mine.possible == ()
    assert {"SUSPENDUE", "MANDATEE", "REJETEE"} <= set(theirs.possible)
    assert mine.invoice.sent
    assert not theirs.invoice.sent


def test_a_status_is_given_by_whose_turn_it_is(
    session: Session, trade: tuple[User, User, Invoice]
) -> None:
    seller, buyer, sent = trade
    with pytest.raises(ReasonMissing, match="motif"):
        change_status(session, buyer, sent.id, "SUSPENDUE", " ", now=NOW)
    change_status(session, buyer, sent.id, "SUSPENDUE", "Il manque le bon.", now=NOW)
    change_status(session, seller, sent.id, "COMPLETEE", "", now=NOW)
    assert sent.status == "COMPLETEE"
    assert timeline(session, seller, sent.id).steps[2].reason == "Il manque le bon."
    told = session.query(Event).filter_by(kind="invoice-status").all()
    assert {event.structure_id for event in told} == {sent.sender_id, sent.recipient_id}


def test_what_the_table_does_not_foresee_is_refused(
    session: Session, trade: tuple[User, User, Invoice]
) -> None:
    _, buyer, sent = trade
    with pytest.raises(ImpossibleStatus, match="ne passe pas à"):
        change_status(session, buyer, sent.id, "BROUILLON", "", now=NOW)
    with pytest.raises(ImpossibleStatus, match="inconnu"):
        change_status(session, buyer, sent.id, "PAYEE", "", now=NOW)


def test_the_wrong_side_is_refused_and_written_down(
    session: Session, trade: tuple[User, User, Invoice]
) -> None:
    seller, _, sent = trade
    with pytest.raises(Forbidden):
        change_status(session, seller, sent.id, "MANDATEE", "", now=NOW)
    assert refusals(session) == [(seller.id, "invoice-status-refused")]
    assert session.query(StatusChange).count() == 2


def test_nobody_else_sees_an_invoice(session: Session, trade: tuple[User, User, Invoice]) -> None:
    _, _, sent = trade
    strangers = (person(session), guest(session))
    session.commit()
    for stranger in strangers:
        with pytest.raises(NotFound):
            timeline(session, stranger, sent.id)
        with pytest.raises(NotFound):
            change_status(session, stranger, sent.id, "MANDATEE", "", now=NOW)
        with pytest.raises(NotFound):
            listing.invoices_of(session, stranger, sent.sender_id)
    assert refusals(session) == [(one.id, "invoice-status-refused") for one in strangers]


def test_invoices_are_listed_by_page(session: Session, trade: tuple[User, User, Invoice]) -> None:
    seller, _, sent = trade
    for _ in range(24):
        invoice(session, sent.sender, sent.recipient, "MISE_EN_PAIEMENT")
    everything = listing.invoices_of(session, seller, sent.sender_id, page=2)
    assert (everything.total, everything.pages, len(everything.lines)) == (25, 2, 5)
    still = listing.invoices_of(
        session, seller, sent.sender_id, InvoiceFilter(open_only=True), page=9
    )
    assert [one.id for one in still.lines] == [sent.id]
    found = listing.details(session, seller, sent.sender_id)
    assert (found.invoices, found.open_invoices) == (25, 1)
    assert listing.structures_of(session, seller)[0].open_invoices == 1


def test_what_waits_for_a_structure_comes_first_and_may_be_asked_for_alone(
    session: Session, trade: tuple[User, User, Invoice]
) -> None:
    seller, buyer, sent = trade
    ends = (sent.sender, sent.recipient)
    rejected, paid, suspended = (
        invoice(session, *ends, status).id
        for status in ("REJETEE", "MISE_EN_PAIEMENT", "SUSPENDUE")
    )
    for user, here, waits in (
        (seller, sent.sender_id, {rejected, suspended}),
        (buyer, sent.recipient_id, {sent.id}),
    ):
        every = listing.invoices_of(session, user, here).lines
        assert [line.turn is Turn.YOURS for line in every] == sorted(
            (line.turn is Turn.YOURS for line in every), reverse=True
        )
        to_do = listing.invoices_of(session, user, here, InvoiceFilter(to_do=True))
        assert {line.id for line in to_do.lines} == waits
        assert listing.details(session, user, here).invoices_to_do == len(waits)
    of_one = listing.invoices_of(session, seller, sent.sender_id, InvoiceFilter(status="REJETEE"))
    assert [line.id for line in of_one.lines] == [rejected]
    for asked in (InvoiceFilter(sent=False), InvoiceFilter(status="PAYEE")):
        assert listing.invoices_of(session, seller, sent.sender_id, asked).total == 0
    assert paid


def test_a_rejected_invoice_is_not_over_for_who_must_send_another(
    session: Session, trade: tuple[User, User, Invoice]
) -> None:
    seller, buyer, sent = trade
    change_status(session, buyer, sent.id, "REJETEE", "Le montant est faux.", now=NOW)
    mine, theirs = timeline(session, seller, sent.id), timeline(session, buyer, sent.id)
    assert (mine.invoice.turn, mine.next_sentence) == (Turn.YOURS, "C’est à vous d’agir.")
    assert theirs.invoice.turn is Turn.OVER
    assert theirs.next_sentence.startswith("C’est terminé")
