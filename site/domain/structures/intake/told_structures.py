"""Write the structures that the intake tells of."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from communaute.domain.structures import attaching
from communaute.domain.structures.intake.known import Known
from communaute.domain.structures.intake.values import LineRefused, ToldService, ToldStructure
from communaute.mailing import outbox
from communaute.mailing.messages import structures as messages
from communaute.models.siret import SiretChange
from communaute.models.structures import (
    Membership,
    MembershipState,
    Origin,
    Service,
    Structure,
)


class StructureWriter:
    """Structures of one batch: new ones, and what has changed of the others."""

    def __init__(self, session: Session, known: Known, now: datetime, base_url: str) -> None:
        self.session, self.known, self.now, self.base_url = session, known, now, base_url
        self.arrived: set[str] = set()
        self.services: dict[str, tuple[ToldService, ...]] = {}
        ids = [one.id for one in known.structures.values() if not one.active]
        replaced = select(SiretChange.old_id).where(SiretChange.old_id.in_(ids))
        self.replaced = set(session.scalars(replaced)) if ids else set()

    def write(self, told: ToldStructure) -> None:
        """Add or update; what is older than what is known changes nothing. Raises LineRefused."""
        found = self.known.structures.get(told.siret.digits)
        if found is None:
            found = Structure(siret=told.siret.digits, origin=Origin.INTAKE, created_at=self.now)
            self.known.structures[found.siret] = found
            self.session.add(found)
        elif told.active and found.id in self.replaced:
            raise LineRefused(
                "Cette structure a changé de SIRET ici : elle ne redevient pas active. Parlez du "
                "nouveau SIRET."
            )
        elif found.origin == Origin.DECLARED:
            self._known_at_last(found)
        if found.told_at and told.at <= found.told_at:
            return
        found.name, found.nature, found.told_at = told.name, told.nature, told.at
        found.local_authority, found.active = told.local_authority, told.active
        found.verified_at = found.verified_at or self.now
        self.arrived.add(f"structure {found.siret}")
        if told.services is not None:
            self.services[found.siret] = told.services

    def flush(self) -> None:
        """Write the rows; services that are no longer told of go."""
        self.session.flush()
        for siret, told in self.services.items():
            self._write_services(self.known.structures[siret].id, told)

    def _write_services(self, structure_id: int, told: tuple[ToldService, ...]) -> None:
        here = Service.structure_id == structure_id
        known = {one.code: one for one in self.session.scalars(select(Service).where(here))}
        for one in told:
            row = known.pop(one.code, None) or Service(structure_id=structure_id, code=one.code)
            row.name, row.active = one.name, one.active
            self.session.add(row)
        if known:
            gone = [one.id for one in known.values()]
            self.session.execute(delete(Service).where(Service.id.in_(gone)))

    def _known_at_last(self, found: Structure) -> None:
        """A structure somebody had declared: who they said they were is to be confirmed.

        Otherwise declaring a stranger's SIRET early would open that stranger's invoices.
        """
        found.origin = Origin.INTAKE
        attached = select(Membership).where(
            Membership.structure_id == found.id, Membership.state == MembershipState.ACTIVE
        )
        for membership in self.session.scalars(attached):
            membership.state, membership.decided_at = MembershipState.PENDING, None
            message = messages.attachment_to_confirm(
                to=membership.user.contact_address,
                structure=attaching.named(found),
                link=attaching.structures_page(self.base_url),
            )
            key = f"attachment-to-confirm-{membership.id}-{uuid4().hex}"
            outbox.post(self.session, message, key=key, due=self.now)
