"""The entrance of management: what waits for staff, each with its count and where one acts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from communaute.blueprints.accounts.access import me, role_required
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.backoffice import bp
from communaute.blueprints.signatures import verifier
from communaute.blueprints.signatures.verifier import Lists
from communaute.domain import backups, clock, search
from communaute.domain.accounts import roles
from communaute.domain.opinions import repairs
from communaute.domain.structures import listing
from communaute.domain.tariffs import reports
from communaute.domain.testimonials import team
from communaute.domain.trainings import registrants
from communaute.extensions import db
from communaute.french.dates import in_paris, moment_in_words
from communaute.french.numbers import plural
from communaute.mailing import outbox
from communaute.models.accounts import Role, User
from communaute.models.testimonials import TestimonialState
from communaute.wiring import current
from communaute.wiring.insertions import OPERATOR


EDITORS, ORGANISERS = (Role.ADMINISTRATOR, Role.EDITOR), (Role.ADMINISTRATOR, Role.ORGANISER)
ADMINISTRATORS = (Role.ADMINISTRATOR,)
# The lists are asked for each night: so near its date, one has failed to come several times.
LIST_NEAR = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do: how many in words, what is done about it, and where (empty: by a command)."""

    what: str
    act: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the answer depends on."""

    session: Session
    user: User
    now: datetime


def waiting(session: Session, user: User, now: datetime) -> list[Waiting]:
    """All that this person may act upon, what people wait for first."""
    asked = Asked(session, user, now)
    return [
        one
        for roles, look in LOOKS
        if any(user.has_role(role) for role in roles)
        for one in look(asked)
    ]


def counted(
    count: Callable[[Asked], int], words: tuple[str, str], act: str, endpoint: str = ""
) -> "Look":
    """Look for what is told by its number: none is no line. `words` are for one, and for many."""

    def look(asked: Asked) -> Iterator[Waiting]:
        if found := count(asked):
            yield Waiting(plural(found, *words), act, url_for(endpoint) if endpoint else "")

    return look


def pages_past(asked: Asked) -> Iterator[Waiting]:
    """Pages past the day until which they are true, that nothing replaces."""
    today = in_paris(asked.now).date()
    past = [
        p for p in current.content().pages.values() if p.is_expired(today) and not p.replaced_by
    ]
    if past:
        yield Waiting(
            plural(
                len(past),
                "page dont la date de validité est passée",
                "pages dont la date de validité est passée",
            ),
            "Les revérifier",
            url_for("backoffice.contents"),
        )


def of_lists(found: Lists, now: datetime) -> Iterator[Waiting]:
    """Lists that announced a newer one for a day that is past, or near; a silent verifier."""
    if not found.up:
        yield Waiting(
            "Le vérificateur de signatures ne répond pas", "Le redémarrer : flask signatures serve"
        )
        return
    late = len(found.late(now))
    near = len(found.late(now + LIST_NEAR)) - late
    ask = "Les demander : flask signatures refresh-lists"
    if late:
        said = plural(late, "liste de confiance à renouveler", "listes de confiance à renouveler")
        yield Waiting(said, ask)
    if near:
        said = plural(near, "liste de confiance proche", "listes de confiance proches")
        yield Waiting(f"{said} de sa date" if near == 1 else f"{said} de leur date", ask)


def backup_late(asked: Asked) -> Iterator[Waiting]:
    """A last good backup that is too old, or none."""
    made = backups.last_good(current.settings().backups)
    if made is None:
        yield Waiting("Aucune sauvegarde de la base", "En faire une : flask data backup")
    elif asked.now - made > backups.OLD_AFTER:
        said = f"La dernière bonne sauvegarde date du {moment_in_words(made)}"
        yield Waiting(said, "En faire une : flask data backup")


Look = Callable[[Asked], Iterator[Waiting]]
LOOKS: tuple[tuple[tuple[Role, ...], Look], ...] = (
    (
        ADMINISTRATORS,
        counted(
            lambda asked: outbox.stuck_count(asked.session),
            ("courriel incertain ou refusé", "courriels incertains ou refusés"),
            "Dire s’il est arrivé, ou l’envoyer de nouveau",
            "backoffice.deliveries",
        ),
    ),
    (
        ADMINISTRATORS,
        counted(
            lambda asked: listing.waiting_count(asked.session, asked.user),
            ("demande de rattachement", "demandes de rattachement"),
            "Accepter ou refuser",
            "backoffice.attachments",
        ),
    ),
    (
        ORGANISERS,
        counted(
            lambda asked: registrants.unreached(asked.session),
            (
                "inscrit que nos courriels n’atteignent pas",
                "inscrits que nos courriels n’atteignent pas",
            ),
            "Les joindre autrement",
            "trainings.undelivered",
        ),
    ),
    (
        EDITORS,
        counted(
            lambda asked: team.counts(asked.session).get(TestimonialState.WAITING, 0),
            ("témoignage à lire", "témoignages à lire"),
            "Publier, proposer une correction ou refuser",
            "testimonials.overview",
        ),
    ),
    (
        EDITORS,
        counted(
            lambda asked: repairs.waiting_count(asked.session),
            ("page à corriger d’après les avis", "pages à corriger d’après les avis"),
            "Lire les remarques, corriger la page",
            "opinions.overview",
        ),
    ),
    (
        EDITORS,
        counted(
            lambda asked: reports.open_count(asked.session),
            ("erreur de tarif signalée", "erreurs de tarif signalées"),
            "Les lire : flask tariffs reports",
        ),
    ),
    (
        EDITORS,
        counted(
            lambda asked: search.missed_count(asked.session),
            ("recherche qui ne trouve rien", "recherches qui ne trouvent rien"),
            "Ajouter une formulation, ou écrire la page",
            "search.manage",
        ),
    ),
    (EDITORS, pages_past),
    (ADMINISTRATORS, lambda asked: of_lists(verifier.lists(), asked.now)),
    (ADMINISTRATORS, backup_late),
)


# The entrance of management.


@bp.get("/")
@role_required(Role.ADMINISTRATOR, Role.EDITOR, Role.ORGANISER)
def home() -> ResponseReturnValue:
    """What there is to do."""
    counts = outbox.counts(db.session())
    found = waiting(db.session(), me(), clock.now())
    return page(
        "backoffice/home.html", counts=counts, person=me(), labels=roles.LABELS, waiting=found
    )


@bp.get("/exploitant")
@role_required(Role.ADMINISTRATOR)
def operator() -> ResponseReturnValue:
    """What the law asks the site to say of who runs it, and the variable that says each."""
    settings = current.settings()
    rows = [(label, name.upper(), getattr(settings, name)) for name, label in OPERATOR]
    return page("backoffice/operator.html", rows=sorted(rows, key=lambda row: bool(row[2])))
