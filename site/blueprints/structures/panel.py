"""My structures in « Mon espace »: what waits for me in each."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from communaute.domain.structures.listing import structures_of
from communaute.domain.structures.values import MembershipLine
from communaute.french.numbers import listed, plural
from communaute.models.accounts import User
from communaute.models.structures import MembershipState
from communaute.web.panels import Line, Panel


def panel(session: Session, user: User, _now: datetime) -> Panel:
    """Each structure one is attached to, or has asked to be."""
    return Panel(
        title="Mes structures",
        lines=tuple(line(one) for one in structures_of(session, user)),
        empty="Aucune structure pour l’instant. Déclarez la vôtre, ou demandez à la rejoindre.",
        more=Line(
            "Mes structures",
            url_for("structures.mine"),
            "les déclarer, s’y rattacher, suivre leurs factures, changer de SIRET",
        ),
    )


def line(one: MembershipLine) -> Line:
    """A structure, and what waits in it."""
    if one.state is not MembershipState.ACTIVE:
        return Line(one.structure.name, url_for("structures.mine"), "rattachement demandé")
    waits = (
        (one.invoices_to_do, "facture à traiter", "factures à traiter"),
        (one.open_invoices, "facture en cours", "factures en cours"),
        (one.waiting, "demande à traiter", "demandes à traiter"),
    )
    said = [plural(count, single, many) for count, single, many in waits if count]
    note = listed(said) or "rien en attente"
    return Line(one.structure.name, url_for("structures.sheet", number=one.structure.id), note)
