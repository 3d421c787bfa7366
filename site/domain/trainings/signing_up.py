"""Sign up from the form: a place held, a rank in the list, or a clear refusal."""

import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from communaute.domain.addresses import person_key
from communaute.domain.errors import FilledTrap
from communaute.domain.trainings import dates, mails, places, waiting_list
from communaute.domain.trainings.context import Context
from communaute.domain.trainings.errors import InvalidSignUp
from communaute.domain.trainings.places import Act
from communaute.french.numbers import listed, ordinal
from communaute.french.reading import Unreadable, read_address, read_siret
from communaute.models.trainings import (
    ALIVE,
    AccessibilityNeed,
    OfferOutcome,
    Registration,
    RegistrationState,
    SessionPair,
    WaitingOffer,
)


LONGEST_NAME, LONGEST_ORGANISATION, LONGEST_TEXT, LONGEST_TELEPHONE = 100, 150, 1_000, 30
# E.164 allows 15 digits; the shortest numbers people give have 6.
DIGITS = range(6, 16)
TELEPHONE = re.compile(r"[+(]?[\d\s().\-/]+")
# What people agree to, word for word: kept with each registration, changed only by a new wording.
CONSENT = (
    "J’accepte que ces informations servent à organiser la formation : m’inscrire, m’envoyer les "
    "courriels qui la concernent et noter ma présence. Elles sont effacées douze mois après la "
    "dernière séance, ou avant si je le demande."
)
ACCESSIBILITY_CONSENT = (
    "J’accepte que l’organisateur lise ce besoin d’accessibilité pour adapter la formation. Lui seul "
    "le voit ; il est effacé trente jours après la dernière séance."
)


@dataclass(frozen=True, kw_only=True)
class SignUpRequest:
    """What the form says: as typed, then as `read_request` gives it back.

    What was not given is empty. `trap` is the field that people do not see.
    """

    pair_id: int
    name: str = ""
    email: str = ""
    organisation: str = ""
    siret: str = ""
    telephone: str = ""
    hopes: str = ""
    consent: bool = False
    accessibility: str = ""
    accessibility_consent: bool = False
    trap: str = ""


class SignUpKind(StrEnum):
    """What a sign-up came to."""

    HELD = "held"
    WAITING = "waiting"
    ALREADY = "already"


@dataclass(frozen=True, kw_only=True)
class SignUpOutcome:
    """What a sign-up came to, for the pair asked for.

    A place held `until` a moment, or a `rank` in the list. Only the mail carries a link, and only
    the mail says that an address has a request already: for ALREADY, `until` and `rank` are what
    an unknown address would have been told, so that nobody learns whose address is known.
    """

    kind: SignUpKind
    pair_id: int
    until: datetime | None = None
    rank: int | None = None


def sign_up(context: Context, request: SignUpRequest) -> SignUpOutcome:
    """Hold a place of the pair, or join the training's waiting list when it is full.

    The mail that confirms is asked for in the same transaction: the caller commits. A place is
    held 24 hours, 2 hours when the first session is within three days, and never past its start.
    Raises InvalidSignUp (`faults` by field: name, email, organisation, siret, telephone, hopes,
    consent, accessibility, accessibility_consent), FilledTrap, PairUnknown, PairClosed.
    """
    asked = read_request(request)
    act = places.begin_for_pair(context, asked.pair_id)
    waiting_list.settle(act)
    pair = places.open_pair(act, asked.pair_id)
    known = _alive_registration(act, person_key(asked.email))
    if known is None:
        answer = _hold if places.take(act, pair) else _wait
        registration = _new_registration(act, asked)
        outcome = answer(act, pair, registration)
        if asked.accessibility:
            need = AccessibilityNeed(
                registration_id=registration.id,
                need=asked.accessibility,
                consent=ACCESSIBILITY_CONSENT,
                given_at=act.now,
            )
            act.session.add(need)
        return outcome
    if known.state == RegistrationState.WAITING and places.take(act, pair):
        return _hold(act, pair, known)
    return _already(act, pair, known)


def _alive_registration(act: Act, person: str) -> Registration | None:
    """This person's request for this training; one whose sessions are over is put away."""
    found = select(Registration).where(
        Registration.training_id == act.training.id,
        Registration.person == person,
        Registration.state.in_(ALIVE),
    )
    known = act.session.scalar(found)
    confirmed = known is not None and known.state == RegistrationState.CONFIRMED
    if known and confirmed and known.pair is not None and known.pair.ends_at <= act.now:
        known.state = RegistrationState.PAST
        return None
    return known


def _new_registration(act: Act, asked: SignUpRequest) -> Registration:
    return Registration(
        reference=secrets.token_urlsafe(16),
        training_id=act.training.id,
        name=asked.name,
        email=asked.email,
        person=person_key(asked.email),
        organisation=asked.organisation,
        siret=asked.siret,
        telephone=asked.telephone,
        hopes=asked.hopes,
        consent=CONSENT,
        created_at=act.now,
    )


def _hold(act: Act, pair: SessionPair, registration: Registration) -> SignUpOutcome:
    """The place just taken is kept for this person, for a while."""
    until = places.held_until(act.now, pair.starts_at)
    registration.state, registration.until = RegistrationState.HELD, until
    places.put(registration, pair)
    act.session.add(registration)
    act.session.flush()
    act.log(
        f"Une place vous est gardée {dates.on_pair(pair)} jusqu’au {dates.day_and_hour(until)}, le temps "
        "de confirmer votre adresse.",
        registration,
        pair,
    )
    mails.confirm_place(act, registration, pair, until)
    return SignUpOutcome(kind=SignUpKind.HELD, pair_id=pair.id, until=until)


def _wait(act: Act, pair: SessionPair, registration: Registration) -> SignUpOutcome:
    """The last rank of the list. Places that are free elsewhere are to be chosen, not offered."""
    act.training.last_number += 1
    registration.state, registration.number = RegistrationState.WAITING, act.training.last_number
    act.session.add(registration)
    act.session.flush()
    elsewhere = places.free_pairs(act)
    act.session.add_all(
        WaitingOffer(
            registration_id=registration.id,
            pair_id=each.id,
            made_at=act.now,
            outcome=OfferOutcome.PASSED,
        )
        for each in elsewhere
    )
    rank = places.list_length(act.session, act.training.id)
    said = (
        f"Les {pair.capacity} places {dates.of_pair(pair)} sont prises : vous êtes "
        f"{ordinal(rank, feminine=True)} sur la liste d’attente. La première place qui se libère, à cette date ou "
        "à une autre, vous sera proposée à votre tour."
    )
    if elsewhere:
        days = listed([dates.on_pair(each) for each in elsewhere[:3]])
        said += f" Des places restent à choisir, sans attendre : {days}."
    act.log(said, registration, pair)
    mails.in_list(act, registration, pair, rank)
    return SignUpOutcome(kind=SignUpKind.WAITING, pair_id=pair.id, rank=rank)


def _already(act: Act, pair: SessionPair, known: Registration) -> SignUpOutcome:
    """This address has a request: nothing changes, and its owner gets the link again, not often."""
    mails.again(act, known)
    if pair.taken >= pair.capacity:
        rank = places.list_length(act.session, act.training.id) + 1
        return SignUpOutcome(kind=SignUpKind.ALREADY, pair_id=pair.id, rank=rank)
    until = places.held_until(act.now, pair.starts_at)
    return SignUpOutcome(kind=SignUpKind.ALREADY, pair_id=pair.id, until=until)


def read_request(request: SignUpRequest) -> SignUpRequest:
    """Check all that was typed at once; answers it as it is kept.

    Raises FilledTrap, or InvalidSignUp with a sentence for each wrong field.
    """
    if request.trap.strip():
        raise FilledTrap
    faults = {} if request.pair_id else {"pair_id": "Choisissez une date dans la liste."}
    read: dict[str, Any] = {}
    for name, reader in READERS.items():
        try:
            read[name] = reader(getattr(request, name))
        except Unreadable as refused:
            faults[name] = str(refused)
    if not request.consent:
        faults["consent"] = (
            "Cochez la case : sans votre accord, nous ne pouvons pas garder votre inscription."
        )
    if read.get("accessibility") and not request.accessibility_consent:
        faults["accessibility_consent"] = (
            "Cochez la case pour que l’organisateur lise ce besoin, ou effacez-le."
        )
    if faults:
        raise InvalidSignUp(faults)
    return replace(request, **read)


def one_line(text: str) -> str:
    """A text on one line, without invisible characters."""
    seen = (c for c in unicodedata.normalize("NFC", text) if c.isspace() or c.isprintable())
    return " ".join("".join(seen).split())


def _line(longest: int, missing: str) -> Callable[[str], str]:
    """Read one line; `missing` is the sentence when it is empty, or empty when it may be."""

    def read(typed: str) -> str:
        text = one_line(typed)
        if not text and missing:
            raise Unreadable(missing)
        return _short_enough(text, longest)

    return read


def _paragraph(typed: str) -> str:
    lines = (one_line(line) for line in typed.splitlines())
    return _short_enough("\n".join(lines).strip(), LONGEST_TEXT)


def _short_enough(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Unreadable(
            f"Votre texte compte {len(text)} caractères : raccourcissez-le à {longest} au plus."
        )
    return text


def _telephone(typed: str) -> str:
    text = one_line(typed)
    digits = sum(c.isdigit() for c in text)
    if text and (
        not TELEPHONE.fullmatch(text) or digits not in DIGITS or len(text) > LONGEST_TELEPHONE
    ):
        raise Unreadable(
            "Saisissez un numéro de 6 à 15 chiffres, par exemple 01 23 45 67 89, ou laissez vide."
        )
    return text


def _siret(typed: str) -> str:
    return read_siret(typed) if typed.strip() else ""


READERS: dict[str, Callable[[str], str]] = {
    "name": _line(LONGEST_NAME, "Saisissez votre nom."),
    "email": read_address,
    "organisation": _line(
        LONGEST_ORGANISATION, "Saisissez le nom de votre entreprise ou de votre organisme."
    ),
    "siret": _siret,
    "telephone": _telephone,
    "hopes": _paragraph,
    "accessibility": _paragraph,
}
