"""The waiting list served: what is over is freed, what is free is offered, in order, explained."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update

from communaute.domain.trainings import dates, mails, places
from communaute.domain.trainings.places import Act
from communaute.french.numbers import ordinal
from communaute.models.trainings import (
    OfferOutcome,
    Registration,
    RegistrationState,
    SessionPair,
    WaitingOffer,
)


# Whoever leaves so many offers without an answer leaves the list: the next in line wait behind. Our own
# rule, said on the page.
UNANSWERED_OFFERS = 2
REFUSED = {
    OfferOutcome.DECLINED: "vous aviez décliné cette date",
    OfferOutcome.LAPSED: "elle vous avait été proposée et vous n’aviez pas répondu",
    OfferOutcome.WITHDRAWN: "elle vous avait été proposée",
}


# Built once: every verb asks it under the lock.
OVER = (
    select(Registration)
    .where(
        Registration.training_id == bindparam("training"),
        Registration.state.in_((RegistrationState.HELD, RegistrationState.OFFERED)),
        Registration.until <= bindparam("now"),
    )
    .order_by(Registration.until, Registration.id)
)


def settle(act: Act) -> tuple[int, int, int]:
    """Free what is over at this moment, and serve the list: every verb begins so.

    Answers how many holds and how many offers were over, and how many offers were made.
    """
    late = act.session.scalars(OVER, {"training": act.training.id, "now": act.now}).all()
    if not late:
        return 0, 0, 0
    holds = sum(each.state == RegistrationState.HELD for each in late)
    freed = set()
    for each in late:
        pair = places.give_back(act, each)
        freed.add(pair.id)
        is_over = _hold_is_over if each.state == RegistrationState.HELD else _offer_is_over
        is_over(act, each, pair)
    made = serve(act, freed)
    return holds, len(late) - holds, made


def _hold_is_over(act: Act, late: Registration, pair: SessionPair) -> None:
    said = (
        f"La place {dates.of_pair(pair)}, gardée jusqu’au {dates.day_and_hour(_until(late))}, n’a pas "
        "été confirmée : elle est libérée."
    )
    if late.number is None:
        places.end(act, late, RegistrationState.EXPIRED)
    else:
        back_in_line(late)
        said += " Vous gardez votre rang dans la liste d’attente."
    act.log(said, late, pair)


def _offer_is_over(act: Act, late: Registration, pair: SessionPair) -> None:
    close_offer(act, late, pair, OfferOutcome.LAPSED)
    late.unanswered += 1
    said = (
        f"La place {dates.of_pair(pair)}, proposée jusqu’au {dates.day_and_hour(_until(late))}, est "
        "restée sans réponse : elle passe à la personne suivante."
    )
    if late.unanswered < UNANSWERED_OFFERS:
        back_in_line(late)
        act.log(f"{said} Vous gardez votre rang pour une autre date.", late, pair)
        return
    places.end(act, late, RegistrationState.LEFT)
    act.log(
        f"{said} C’est la {UNANSWERED_OFFERS}e proposition sans réponse : vous sortez de la "
        "liste d’attente. Vous pouvez vous inscrire de nouveau.",
        late,
        pair,
    )
    mails.left_list(act, late)


def _until(registration: Registration) -> datetime:
    if registration.until is None:
        raise LookupError(f"registration {registration.id} has no end")
    return registration.until


def back_in_line(registration: Registration) -> None:
    """Wait again, at the rank one had."""
    registration.state = RegistrationState.WAITING
    registration.until = None
    places.put(registration, None)


def close_offer(
    act: Act, registration: Registration, pair: SessionPair, outcome: OfferOutcome
) -> None:
    """Note what became of the open offer."""
    offer = update(WaitingOffer).where(
        WaitingOffer.registration_id == registration.id,
        WaitingOffer.pair_id == pair.id,
        WaitingOffer.outcome == OfferOutcome.OPEN,
    )
    act.session.execute(
        offer.values(outcome=outcome, settled_at=act.now).execution_options(
            synchronize_session=False
        )
    )


def serve(act: Act, freed: Collection[int] = ()) -> int:
    """Offer every free place to the first in line who has not been offered that pair.

    `freed` are the pairs in which a place was just freed: who is passed over is told why.
    Answers how many offers were made.
    """
    free = [p for p in places.free_pairs(act) if p.starts_at - act.now >= places.LEAST_OFFER]
    if not free:
        return 0
    found = select(Registration).where(
        Registration.training_id == act.training.id,
        Registration.state == RegistrationState.WAITING,
    )
    waiting = act.session.scalars(found.order_by(Registration.number)).all()
    known = _known_offers(act, free) if waiting else {}
    made = 0
    for person in waiting:
        if all(pair.taken >= pair.capacity for pair in free):
            break
        made += _offer_first(act, person, free, known, freed)
    return made


def _known_offers(act: Act, free: Sequence[SessionPair]) -> dict[tuple[int, int], OfferOutcome]:
    found = select(WaitingOffer.registration_id, WaitingOffer.pair_id, WaitingOffer.outcome).where(
        WaitingOffer.pair_id.in_([pair.id for pair in free])
    )
    return {(who, pair): OfferOutcome(outcome) for who, pair, outcome in act.session.execute(found)}


def _offer_first(
    act: Act,
    person: Registration,
    free: Sequence[SessionPair],
    known: dict[tuple[int, int], OfferOutcome],
    freed: Collection[int],
) -> bool:
    for pair in free:
        outcome = known.get((person.id, pair.id))
        if pair.taken >= pair.capacity:
            continue
        if outcome is None:
            return offer(act, person, pair)
        if outcome in REFUSED and pair.id in freed:
            act.log(
                f"Une place s’est libérée {dates.on_pair(pair)}. Elle ne vous est pas proposée : "
                f"{REFUSED[outcome]}. Vous gardez votre rang.",
                person,
                pair,
            )
    return False


def offer(act: Act, person: Registration, pair: SessionPair) -> bool:
    """Offer a place, and say so by mail; False when none is left."""
    if not places.take(act, pair):
        return False
    rank = places.rank_of(act.session, person) or 1
    until = min(act.now + places.OFFERED_FOR, pair.starts_at)
    person.state, person.until = RegistrationState.OFFERED, until
    places.put(person, pair)
    act.session.add(
        WaitingOffer(
            registration_id=person.id,
            pair_id=pair.id,
            made_at=act.now,
            until=until,
            outcome=OfferOutcome.OPEN,
        )
    )
    act.log(
        f"Une place est libre {dates.on_pair(pair)}. Vous étiez {ordinal(rank, feminine=True)} sur la liste "
        "d’attente et cette date ne vous avait pas encore été proposée : elle vous est proposée "
        f"jusqu’au {dates.day_and_hour(until)}.",
        person,
        pair,
    )
    mails.offered(act, person, pair, until)
    return True
