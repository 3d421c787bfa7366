"""My registrations in « Mon espace »: those made with an address that this account has confirmed."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from communaute.domain.trainings.own import coming
from communaute.french.dates import moment_in_words
from communaute.models.accounts import User
from communaute.models.trainings import Registration, RegistrationState
from communaute.web.panels import Line, Panel
from communaute.wiring import current


STATES = {
    RegistrationState.WAITING: "liste d’attente",
    RegistrationState.OFFERED: "une place vous est proposée",
    RegistrationState.HELD: "place à confirmer",
    RegistrationState.CONFIRMED: "place confirmée",
}


def panel(session: Session, user: User, now: datetime) -> Panel:
    """What is to come, with the same page that the mails lead to."""
    found = coming(session, (user.email, user.contact_address), now)
    return Panel(
        title="Mes formations",
        lines=tuple(line(one) for one in found),
        empty="Aucune inscription à venir avec vos adresses confirmées.",
        more=Line("Dates des formations", url_for("trainings.dates")),
    )


def line(one: Registration) -> Line:
    """A registration: its training, its first session, where it stands."""
    said = STATES[RegistrationState(one.state)]
    if one.pair is not None:
        said = f"{moment_in_words(one.pair.starts_at)}, {said}"

    url = url_for("trainings.own", token=current.training_context().token(one.reference))
    return Line(one.training.title, url, said)
