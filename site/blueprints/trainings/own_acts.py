"""What one does with one's link: each act is a page with one button, since scanners follow links."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from flask import redirect, request
from flask.typing import ResponseReturnValue

from communaute.blueprints.trainings import bp
from communaute.blueprints.trainings.desk import desk
from communaute.blueprints.trainings.own import HERE, LIMIT, mine, own_page, page_of, shown
from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.trainings import personal_data, registration, waiting
from communaute.domain.trainings.errors import BadLink, DeadLink
from communaute.domain.trainings.values import RegistrationView
from communaute.extensions import db, limiter
from communaute.web.security import refuse_cross_site


Verb = Callable[..., RegistrationView]


@dataclass(frozen=True, kw_only=True)
class Act:
    """A page with one button. `possible`: whether it is shown; else the person's own page is."""

    title: str
    sentence: str
    button: str
    verb: Verb
    possible: Callable[[RegistrationView], bool]
    done: str
    back: str = "Revenir à mon inscription"


ACTS = {
    "confirmer": Act(
        title="Confirmer votre place",
        sentence="Appuyez sur le bouton\u202f: la place est alors à vous.",
        button="Confirmer ma place",
        verb=registration.confirm,
        possible=lambda found: found.can_confirm,
        done="confirmee",
        back="Voir mon inscription, ou l’annuler",
    ),
    "annuler": Act(
        title="Annuler votre inscription",
        sentence="Votre place sera rendue tout de suite, et proposée à une autre personne.",
        button="Annuler mon inscription",
        verb=registration.cancel,
        possible=lambda found: found.can_cancel,
        done="annulee",
    ),
    "quitter": Act(
        title="Quitter la liste d’attente",
        sentence="Vous perdrez votre rang, et une place qui vous serait proposée ira à la personne suivante.",
        button="Quitter la liste d’attente",
        verb=waiting.leave_list,
        possible=lambda found: found.can_leave_list,
        done="quittee",
    ),
}


@bp.get(f"{HERE}/<any({', '.join(ACTS)}):name>")
def act(token: str, name: str) -> ResponseReturnValue:
    """The page with its button; when there is nothing to do, where one stands."""
    found = mine(token)
    chosen = ACTS[name]
    return shown("act", mine=found, act=chosen) if chosen.possible(found) else own_page(found)


@bp.post(f"{HERE}/<any({', '.join(ACTS)}):name>")
@limiter.limit(LIMIT)
def do(token: str, name: str) -> ResponseReturnValue:
    """Press the button."""
    refuse_cross_site()
    chosen = ACTS[name]
    return attempt(token, chosen.done, lambda: verb(chosen.verb, token))


def verb(chosen: Verb, token: str, *given: object, **named: object) -> RegistrationView:
    """Call a verb of a link."""
    return chosen(db.session(), token, *given, desk=desk(), now=clock.now(), **named)


def attempt(
    token: str, done: str, call: Callable[[], RegistrationView | None]
) -> ResponseReturnValue:
    """Act, then lead to the person's page; a refusal is said there, with its status."""
    try:
        call()
    except (BadLink, DeadLink):
        raise
    except DomainError as refused:
        db.session.rollback()
        return own_page(mine(token), refused=refused)
    db.session.commit()
    return redirect(page_of(token, done), HTTPStatus.SEE_OTHER)


@bp.get(f"{HERE}/changer")
def change(token: str) -> ResponseReturnValue:
    """The other dates that have places."""
    found = mine(token)
    return shown("change", mine=found) if found.can_change else own_page(found)


@bp.post(f"{HERE}/changer")
@limiter.limit(LIMIT)
def changed(token: str) -> ResponseReturnValue:
    """Take a place elsewhere; when it is gone meanwhile, nothing changes and the page says so."""
    refuse_cross_site()
    pair = number("paire")
    return attempt(token, "changee", lambda: verb(registration.change_pair, token, pair))


@bp.post(f"{HERE}/absence")
@limiter.limit(LIMIT)
def absence(token: str) -> ResponseReturnValue:
    """« Je ne pourrai pas venir à cette séance », or that one will after all."""
    refuse_cross_site()
    session, absent = number("seance"), request.form.get("absent") != "non"
    done = "absent" if absent else "present"
    return attempt(
        token, done, lambda: verb(registration.cannot_come, token, session, absent=absent)
    )


def number(field: str) -> int:
    """A number of the form; 0, which nothing has, when it is none."""
    typed = request.form.get(field, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


@bp.get(f"{HERE}/effacer")
def erase(token: str) -> ResponseReturnValue:
    """What goes, what stays, one button."""
    return shown("erase", mine=mine(token))


@bp.post(f"{HERE}/effacer")
@limiter.limit(LIMIT)
def erased(token: str) -> ResponseReturnValue:
    """Erase: the link opens nothing any more."""
    refuse_cross_site()
    personal_data.erase(db.session(), token, desk=desk(), now=clock.now())
    db.session.commit()
    return shown("erased")
