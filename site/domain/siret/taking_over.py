"""What the new structure takes over, what it does not, which invoices stay: read in a few queries.

Source: the newsletter of autumn 2020, on changing SIRET (content/bonnes-pratiques). The number of
queries does not depend on how many services, people or invoices there are.
"""

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute import models
from communaute.domain.siret.values import Follows, Redo, Remaining, Side
from communaute.domain.structures import lifecycle, parts
from communaute.domain.structures.numbers import Siret
from communaute.domain.structures.statuses import ACTORS, STATUSES
from communaute.domain.structures.values import ConnectionLine


NAMES_SHOWN = 8
GUIDE = "/bonnes-pratiques/changer-de-siret"
CONNECTIONS_GUIDE = "/guides/raccordement-edi-et-api"


@dataclass(frozen=True)
class TakenOver:
    """The three lists of a change, and how many of each thing there are."""

    follows: tuple[Follows, ...]
    redo: tuple[Redo, ...]
    remaining: tuple[Remaining, ...]
    counts: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """The three lists, as a receipt keeps them."""
        return {
            "follows": [asdict(one) for one in self.follows],
            "redo": [asdict(one) for one in self.redo],
            "remaining": [asdict(one) for one in self.remaining],
        }


def from_json(kept: dict[str, Any]) -> TakenOver:
    """What as_json kept."""
    return TakenOver(
        follows=tuple(Follows(**{**one, "names": tuple(one["names"])}) for one in kept["follows"]),
        redo=tuple(Redo(**{**one, "names": tuple(one["names"])}) for one in kept["redo"]),
        remaining=tuple(Remaining(**one) for one in kept["remaining"]),
        counts={},
    )


def taken_over(session: Session, structure: models.Structure) -> TakenOver:
    """Read the three lists of a structure as it is now."""
    services = _names(
        session, select(models.Service.name).where(models.Service.structure_id == structure.id)
    )
    people = _names(session, _people(structure.id))
    spaces = parts.spaces(session, structure.id)
    mandates = parts.mandates(session, structure.id)
    connections = parts.connections(session, structure.id)
    return TakenOver(
        follows=_follows(structure, services, people, spaces),
        redo=_redo(structure, len(mandates), connections),
        remaining=remaining(session, structure.id),
        counts={
            "services": services[0],
            "people": people[0],
            "spaces": len(spaces),
            "mandates": len(mandates),
            "connections": len(connections),
        },
    )


def sides(structure: models.Structure, new: Siret, counts: dict[str, int]) -> tuple[Side, Side]:
    """The structure before and after."""
    before = Side(Siret(structure.siret), structure.name, True, **counts)
    after = Side(new, structure.name, True, **{**counts, "mandates": 0, "connections": 0})
    return before, after


def _people(structure_id: int) -> Any:  # noqa: ANN401  # a query of one text
    name = func.coalesce(func.nullif(models.User.name, ""), "Une personne sans nom")
    return (
        select(name)
        .join(models.Membership, models.Membership.user_id == models.User.id)
        .where(
            models.Membership.structure_id == structure_id,
            models.Membership.state == models.MembershipState.ACTIVE,
        )
        .order_by(parts.ROLE_ORDER, models.User.name, models.User.id)
    )


def _names(session: Session, found: Any) -> tuple[int, tuple[str, ...]]:  # noqa: ANN401
    """How many there are, and the first few."""
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    return total, tuple(session.scalars(found.limit(NAMES_SHOWN)))


def _follows(
    structure: models.Structure,
    services: tuple[int, tuple[str, ...]],
    people: tuple[int, tuple[str, ...]],
    spaces: tuple[str, ...],
) -> tuple[Follows, ...]:
    return (
        Follows(
            "Données de la structure", 1, (structure.name,), "Le nom et la nature sont repris."
        ),
        Follows("Services", *services, "Chaque service garde son code et son nom."),
        Follows("Utilisateurs", *people, "Chacun garde son rôle, sans nouvelle demande."),
        Follows("Espaces", len(spaces), spaces, "Les mêmes espaces sont ouverts."),
    )


def _redo(
    structure: models.Structure, mandates: int, connections: tuple[ConnectionLine, ...]
) -> tuple[Redo, ...]:
    named: defaultdict[models.ConnectionKind, list[str]] = defaultdict(list)
    for one in connections:
        named[one.kind].append(one.label or one.kind_label)
    lines = named[models.ConnectionKind.EDI] + named[models.ConnectionKind.API]
    mandate = "Mandat de facturation en cours" if mandates == 1 else f"{mandates} mandats en cours"
    rows = [
        Redo(
            "Mandat de facturation",
            (mandate,) if mandates else (),
            "Si vous saisissez vos factures en ligne (mode « Saisie »), souscrivez un nouveau mandat "
            "pour la nouvelle structure.",
            GUIDE,
        ),
        Redo(
            "Compte utilisateur technique",
            tuple(named[models.ConnectionKind.TECHNICAL_ACCOUNT]),
            "Si un logiciel se connecte avec un compte technique, créez-en un pour la nouvelle structure.",
            CONNECTIONS_GUIDE,
        ),
        Redo(
            "Raccordement EDI ou API",
            tuple(lines),
            "Si votre logiciel est raccordé, prévenez la personne qui s’en occupe : le raccordement est "
            "à refaire avec le nouveau SIRET.",
            CONNECTIONS_GUIDE,
        ),
    ]
    if structure.nature == models.Nature.PRIVATE:
        rows.append(
            Redo(
                "Numéro PACAGE",
                tuple(named[models.ConnectionKind.PACAGE]),
                "Si vous êtes agriculteur, redonnez votre numéro PACAGE.",
                GUIDE,
            )
        )
    return tuple(rows)


def remaining(session: Session, structure_id: int) -> tuple[Remaining, ...]:
    """The open invoices of a structure, by status: they stay where they are."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for side, column in enumerate((models.Invoice.sender_id, models.Invoice.recipient_id)):
        found = (
            select(models.Invoice.status, func.count())
            .where(column == structure_id, models.Invoice.status.in_(lifecycle.OPEN))
            .group_by(models.Invoice.status)
        )
        for status, count in session.execute(found):
            counts[status][side] += count
    return tuple(
        Remaining(
            status=code,
            label=status.label,
            sent=counts[code][0],
            received=counts[code][1],
            who=ACTORS[status.actor],
            url=status.url,
        )
        for code, status in STATUSES.items()
        if code in counts
    )
