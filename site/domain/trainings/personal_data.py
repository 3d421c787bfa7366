"""What is kept of a registered person: given to them, erased when they ask or in time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    String,
    and_,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from communaute.domain.addresses import person_key
from communaute.domain.keeping import Holding, Rule, erased
from communaute.domain.trainings import mails, own
from communaute.domain.trainings.context import Context
from communaute.domain.trainings.registration import give_up
from communaute.models.mailing import Delivery
from communaute.models.trainings import (
    IN_LIST,
    AccessibilityNeed,
    Attendance,
    PlaceDecision,
    Registration,
    RegistrationState,
    Satisfaction,
    SessionPair,
    TrainingSession,
    WaitingOffer,
)


NEEDS_KEPT = timedelta(days=30)
KEPT = timedelta(days=365)
# A hold nobody confirmed: the address may be a stranger's.
UNCONFIRMED_KEPT = timedelta(days=30)


def personal_data(context: Context, token: str) -> dict[str, Any]:
    """All that is kept of the person behind the link, as JSON: every registration of theirs.

    Raises BadLink, DeadLink.
    """
    person = own.owner(context, token).person
    rows = _registrations_of(context.session, [person])
    return {"demande_le": context.now.isoformat(), "inscriptions": rows}


def _registrations_of(session: Session, people: Iterable[str]) -> list[dict[str, Any]]:
    """Every registration of a person, with all that hangs on it."""
    found = select(Registration).where(Registration.person.in_(list(people)))
    return [_one(session, each) for each in session.scalars(found.order_by(Registration.id))]


def _one(session: Session, each: Registration) -> dict[str, Any]:
    own = {
        "formation": each.training.title,
        "etat": each.state,
        "seances": [_iso(one.starts_at) for one in each.pair.sessions] if each.pair else [],
        "nom": each.name,
        "adresse": each.email,
        "organisation": each.organisation,
        "siret": each.siret,
        "telephone": each.telephone,
        "attentes": each.hopes,
        "accord": each.consent,
        "inscrit_le": _iso(each.created_at),
        "confirme_le": _iso(each.confirmed_at),
        "termine_le": _iso(each.ended_at),
    }
    return own | {
        "besoin_accessibilite": _need(session, each),
        "presences": _attendance(session, each),
        "satisfaction": _satisfaction(session, each),
        "decisions": _decisions(session, each),
        "propositions": _offers(session, each),
        "courriels": _mails(session, each),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _need(session: Session, each: Registration) -> dict[str, Any] | None:
    found = select(AccessibilityNeed).where(AccessibilityNeed.registration_id == each.id)
    need = session.scalar(found)
    return (
        {"besoin": need.need, "accord": need.consent, "le": _iso(need.given_at)} if need else None
    )


def _attendance(session: Session, each: Registration) -> list[dict[str, Any]]:
    found = (
        select(Attendance, TrainingSession.starts_at)
        .join(TrainingSession, TrainingSession.id == Attendance.session_id)
        .where(Attendance.registration_id == each.id)
        .order_by(TrainingSession.starts_at)
    )
    return [
        {
            "seance": _iso(starts_at),
            "absence_annoncee_le": _iso(mark.announced_absent_at),
            "present": mark.present,
        }
        for mark, starts_at in session.execute(found)
    ]


def _satisfaction(session: Session, each: Registration) -> dict[str, Any] | None:
    found = session.scalar(select(Satisfaction).where(Satisfaction.registration_id == each.id))
    if found is None:
        return None
    return {
        "attentes": found.expectations,
        "autonomie": found.autonomy,
        "remarque": found.comment,
        "le": _iso(found.given_at),
    }


def _decisions(session: Session, each: Registration) -> list[dict[str, Any]]:
    found = select(PlaceDecision).where(PlaceDecision.registration_id == each.id)
    rows = session.scalars(found.order_by(PlaceDecision.id))
    return [{"le": _iso(row.at), "decision": row.words} for row in rows]


def _offers(session: Session, each: Registration) -> list[dict[str, Any]]:
    found = select(WaitingOffer).where(WaitingOffer.registration_id == each.id)
    rows = session.scalars(found.order_by(WaitingOffer.id))
    return [
        {"faite_le": _iso(row.made_at), "jusqu_a": _iso(row.until), "suite": row.outcome}
        for row in rows
    ]


def _mails(session: Session, each: Registration) -> list[dict[str, Any]]:
    found = select(Delivery).where(Delivery.about == mails.about(each)).order_by(Delivery.id)
    return [
        {"objet": row.subject, "demande_le": _iso(row.created_at), "etat": row.state}
        for row in session.scalars(found)
    ]


def erase(context: Context, token: str) -> None:
    """Give the place back if there is one, then erase this registration's personal data.

    One last mail says so; the link opens nothing any more. Raises BadLink, DeadLink.
    """
    act, registration = own.begin(context, token)
    pair = registration.pair
    if pair is None or act.now < pair.ends_at:
        give_up(act, registration)
    mails.erased(act, registration)
    act.session.flush()
    _anonymise(act.session, [registration.id], act.now)


def _anonymise(session: Session, ids: list[int], now: datetime) -> int:
    """Take away all that says who; state, pair, dates, presence and ratings stay: statistics."""
    if not ids:
        return 0
    for table in (AccessibilityNeed, PlaceDecision):
        session.execute(
            delete(table)
            .where(table.registration_id.in_(ids))
            .execution_options(synchronize_session=False)
        )
    forget = update(Satisfaction).where(Satisfaction.registration_id.in_(ids))
    session.execute(forget.values(comment="").execution_options(synchronize_session=False))
    blank = dict.fromkeys(("name", "email", "organisation", "siret", "telephone", "hopes"), "")
    nobody = literal("erased-") + sql_cast(Registration.id, String)
    gone = update(Registration).where(Registration.id.in_(ids), Registration.erased_at.is_(None))
    done = session.execute(
        gone.values(
            **blank, consent="", person=nobody, reference=None, erased_at=now
        ).execution_options(synchronize_session=False)
    )
    session.expire_all()
    return cast(CursorResult[Any], done).rowcount


def purge_needs(session: Session, now: datetime) -> int:
    """Erase accessibility needs 30 days after the last session; answers how many.

    Without a pair any more, 30 days after the registration ended or the need was given.
    """
    last = func.coalesce(SessionPair.ends_at, Registration.ended_at, AccessibilityNeed.given_at)
    waits = Registration.state.in_(IN_LIST)
    past = (
        select(AccessibilityNeed.id)
        .join(Registration, Registration.id == AccessibilityNeed.registration_id)
        .outerjoin(SessionPair, SessionPair.id == Registration.pair_id)
        .where(last < now - NEEDS_KEPT, ~waits)
    )
    gone = delete(AccessibilityNeed).where(AccessibilityNeed.id.in_(past))
    return erased(session, gone.execution_options(synchronize_session=False))


def purge(session: Session, now: datetime) -> int:
    """Make anonymous what is past its time; answers how many registrations.

    Twelve months after the last session of its pair; a hold never confirmed, thirty days after
    it lapsed; somebody who waits, twelve months after signing up.
    """
    found = (
        select(Registration.id)
        .outerjoin(SessionPair, SessionPair.id == Registration.pair_id)
        .where(Registration.erased_at.is_(None), _past(now))
    )
    late = list(session.scalars(found))
    # Whoever has waited a year leaves the waiting list: their name is about to be erased.
    waits = update(Registration).where(
        Registration.id.in_(late), Registration.state == RegistrationState.WAITING
    )
    ended = waits.values(state=RegistrationState.LEFT, number=None, ended_at=now)
    session.execute(ended.execution_options(synchronize_session=False))
    return _anonymise(session, late, now)


def _past(now: datetime) -> ColumnElement[bool]:
    never_confirmed = Registration.confirmed_at.is_(None)
    lapsed = and_(
        Registration.state == RegistrationState.EXPIRED,
        never_confirmed,
        Registration.ended_at < now - UNCONFIRMED_KEPT,
    )
    over = SessionPair.ends_at < now - KEPT
    no_pair = and_(SessionPair.id.is_(None), Registration.created_at < now - KEPT)
    return or_(over, lapsed, no_pair)


RULES = (
    Rule(
        name="training_needs",
        what="Le besoin d’accessibilité que vous avez écrit en vous inscrivant à une formation. Seul "
        "l’organisateur le voit.",
        why="Adapter la formation.",
        legal_basis="Votre accord, donné à part (consentement).",
        how_long="{} après la dernière séance.",
        periods=(NEEDS_KEPT,),
        purge=purge_needs,
    ),
    Rule(
        name="training_registrations",
        what=(
            "Votre inscription à une formation : nom, adresse, organisation, SIRET et téléphone si vous "
            "les donnez, ce que vous espérez apprendre, vos séances, votre présence, vos réponses, les "
            "décisions de la liste d’attente."
        ),
        why="Vous garder une place, vous écrire, attester votre présence.",
        legal_basis="Votre accord, donné en vous inscrivant (consentement).",
        how_long=(
            "{} après la dernière séance, ou après l’inscription sur la liste d’attente ; {} si vous "
            "n’avez pas confirmé. Restent des chiffres sans nom."
        ),
        periods=(KEPT, UNCONFIRMED_KEPT),
        purge=purge,
    ),
)
HOLDINGS = (
    Holding(
        "formations",
        # Of the addresses that the account has proved to be its own.
        lambda session, user: _registrations_of(
            session, [person_key(one) for one in {user.email, user.contact_address}]
        ),
        survives="Vos inscriptions à des formations, qui ont leur propre lien : annulez-les et effacez-les "
        "depuis les courriels reçus.",
        tables=("training_registration",),
    ),
)
