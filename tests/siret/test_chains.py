"""What must hold after any sequence of declarations, attachments, changes and undos."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection as DatabaseConnection
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from communaute.domain.errors import DomainError
from communaute.domain.siret.changing import change, undo
from communaute.domain.structures import attaching, practice
from communaute.domain.structures.declaring import Declaration, declare
from communaute.domain.structures.numbers import made_up
from communaute.domain.structures.timeline import change_status
from communaute.extensions import db
from communaute.models import (
    BillingMandate,
    Connection,
    Invoice,
    Membership,
    MembershipRole,
    MembershipState,
    Nature,
    SiretChange,
    StatusChange,
    Structure,
    User,
)
from tests.structures.worlds import BASE, NOW, TODAY, equip, guest, invoice, person, siret


PLACES = st.integers(0, 40)
Rights = dict[tuple[int, int], str]


class Chains(RuleBasedStateMachine):
    """A small world: four people, two guests, three companies of five establishments each."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.connection: DatabaseConnection = self.engine.connect()
        self.transaction = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")

    def teardown(self) -> None:
        self.session.close()
        self.transaction.rollback()
        self.connection.close()

    @initialize()
    def begin(self) -> None:
        """People, two practice sets, one declared structure with all that a change leaves behind."""
        session = self.session
        self.people = [person(session) for _ in range(4)] + [guest(session) for _ in range(2)]
        self.rights: Rights = self.rights_now()
        first = declare(
            session, self.people[0], Declaration(siret(1).digits, "Un", Nature.PRIVATE), now=NOW
        )
        equip(session, first)
        self.rights[self.people[0].id, first.id] = MembershipRole.PRINCIPAL
        self.owners = {one.id: (one.sender_id, one.recipient_id) for one in self.invoices()}
        self.machines = self.not_copied()
        session.commit()

    def pick(self, place: int) -> Structure:
        """Some structure, whichever."""
        every = self.session.scalars(select(Structure).order_by(Structure.id)).all()
        return every[place % len(every)]

    def invoices(self) -> list[Invoice]:
        return list(self.session.scalars(select(Invoice)))

    def rights_now(self) -> Rights:
        """Who is what in which structure, as the database says."""
        found = select(Membership).where(Membership.state == MembershipState.ACTIVE)
        return {(one.user_id, one.structure_id): one.role for one in self.session.scalars(found)}

    def not_copied(self) -> list[tuple[str, int]]:
        """Where each mandate and connection is."""
        found = [
            (table.__name__, where)
            for table in (BillingMandate, Connection)
            for where in self.session.scalars(select(table.structure_id))
        ]
        return sorted(found)

    @rule(who=PLACES, company=st.integers(1, 3), place=st.integers(1, 5))
    def declares(self, who: int, company: int, place: int) -> None:
        user = self.people[who % 6]
        try:
            number = siret(company, place).digits
            made = declare(self.session, user, Declaration(number, "Deux", Nature.PUBLIC), now=NOW)
            self.session.commit()
        except DomainError:
            self.session.rollback()
            return
        self.rights[user.id, made.id] = MembershipRole.PRINCIPAL

    @rule(who=PLACES, what=PLACES)
    def asks(self, who: int, what: int) -> None:
        try:
            attaching.request_attachment(
                self.session, self.people[who % 6], self.pick(what).siret, base_url=BASE, now=NOW
            )
            self.session.commit()
        except DomainError:
            self.session.rollback()

    @rule(who=PLACES, which=PLACES, role=st.sampled_from([None, *MembershipRole]), no=st.booleans())
    def decides(self, who: int, which: int, role: MembershipRole | None, no: bool) -> None:
        waiting = self.session.scalars(
            select(Membership).where(Membership.state == MembershipState.PENDING)
        ).all()
        if not waiting:
            return
        asked = waiting[which % len(waiting)]
        key = (asked.user_id, asked.structure_id)
        decider = self.people[who % 4]
        try:
            if no:
                attaching.refuse(self.session, decider, asked.id, base_url=BASE, now=NOW)
            else:
                attaching.accept(self.session, decider, asked.id, role=role, base_url=BASE, now=NOW)
            self.session.commit()
        except DomainError:
            self.session.rollback()
            return
        if not no:
            self.rights[key] = asked.role

    @rule(who=PLACES, what=PLACES, place=st.integers(1, 5))
    def changes(self, who: int, what: int, place: int) -> None:
        self.change(self.people[who % 6], self.pick(what), place)

    @rule(what=PLACES, place=st.integers(1, 6))
    def changes_as_a_manager(self, what: int, place: int) -> None:
        """The same, by who may: so that changes often succeed."""
        target = self.pick(what)
        for user in self.people:
            if self.rights.get((user.id, target.id)) == MembershipRole.PRINCIPAL:
                self.change(user, target, place)
                return

    def change(self, user: User, target: Structure, place: int) -> None:
        before = {w: r for (w, s), r in self.rights.items() if s == target.id}
        # The company's own number, at another place.
        prefix, company = target.siret[:5], int(target.siret[5:8])
        number = made_up(prefix, company, place).digits
        try:
            done = change(self.session, user, target.id, number, "", today=TODAY, now=NOW)
            self.session.commit()
        except DomainError:
            self.session.rollback()
            return
        self.rights |= {(who, done.new_id): role for who, role in before.items()}

    @rule(which=PLACES, who=PLACES)
    def undoes(self, which: int, who: int) -> None:
        done = self.session.scalars(select(SiretChange).order_by(SiretChange.id.desc())).all()
        if not done:
            return
        one = done[which % len(done)]
        old, new = one.old_id, one.new_id
        try:
            undo(self.session, self.people[who % 6], one.code, now=NOW)
            self.session.commit()
        except DomainError:
            self.session.rollback()
            return
        back = {w: r for (w, s), r in self.rights.items() if s == new}
        self.rights = {key: role for key, role in self.rights.items() if key[1] != new}
        for who_back, role in back.items():
            self.rights.setdefault((who_back, old), role)
        for number, pair in self.owners.items():
            sender, recipient = (old if one == new else one for one in pair)
            self.owners[number] = (sender, recipient)

    @rule(sender=PLACES, recipient=PLACES)
    def exchanges(self, sender: int, recipient: int) -> None:
        """An invoice comes in between two structures of one world."""
        a, b = self.pick(sender), self.pick(recipient)
        if a.practice_id == b.practice_id and a.id != b.id:
            made = invoice(self.session, a, b)
            self.owners[made.id] = (a.id, b.id)
            self.session.commit()

    @rule(who=PLACES, which=PLACES, status=st.sampled_from(["MANDATEE", "SUSPENDUE", "COMPLETEE"]))
    def treats(self, who: int, which: int, status: str) -> None:
        """Whoever is attached to its side may treat an open invoice, replaced structure or not."""
        every = self.invoices()
        one, user = every[which % len(every)], self.people[who % 6]
        side = one.sender_id if status == "COMPLETEE" else one.recipient_id
        foreseen = {"COMPLETEE": {"SUSPENDUE"}, "SUSPENDUE": {"MISE_A_DISPOSITION"}}
        may = (user.id, side) in self.rights and one.status in foreseen.get(status, set())
        try:
            change_status(self.session, user, one.id, status, "Un motif.", now=NOW)
            self.session.commit()
        except DomainError:
            self.session.rollback()
            assert not may

    @invariant()
    def no_invoice_is_lost_nor_has_two_owners(self) -> None:
        if hasattr(self, "owners"):
            found = {one.id: (one.sender_id, one.recipient_id) for one in self.invoices()}
            assert found == self.owners
            told = set(self.session.scalars(select(StatusChange.invoice_id)))
            assert told == set(self.owners)

    @invariant()
    def each_chain_has_one_active_end_and_is_walked_both_ways(self) -> None:
        every = {one.id: one for one in self.session.scalars(select(Structure))}
        changes = self.session.scalars(select(SiretChange)).all()
        after = {one.old_id: one.new_id for one in changes}
        before = {one.new_id: one.old_id for one in changes}
        assert len(after) == len(before) == len(changes)
        for start in every:
            walked = [start]
            while walked[-1] in after:
                walked.append(after[walked[-1]])
                assert len(walked) == len(set(walked)), "a cycle"
            assert [every[one].active for one in walked] == [False] * (len(walked) - 1) + [True]
            back = [walked[-1]]
            while back[-1] in before:
                back.append(before[back[-1]])
            assert start in back
            assert len({every[one].siret[:9] for one in walked}) == 1
            assert len({every[one].practice_id for one in walked}) == 1

    @invariant()
    def rights_are_neither_gained_nor_lost(self) -> None:
        if hasattr(self, "rights"):
            assert self.rights_now() == self.rights

    @invariant()
    def mandates_and_connections_are_never_copied(self) -> None:
        if hasattr(self, "machines"):
            assert self.not_copied() == self.machines

    @invariant()
    def every_guest_still_has_an_exercise(self) -> None:
        for user in getattr(self, "people", [])[4:]:
            assert practice.state(self.session, user, NOW).structure.active


def run(app: Flask, examples: int, steps: int) -> None:
    with app.app_context():
        machine = type("Here", (Chains,), {"engine": db.engine})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


def test_any_sequence_leaves_whole_chains(structures_app: Flask) -> None:
    run(structures_app, 12, 30)


@pytest.mark.slow
def test_many_sequences_leave_whole_chains(structures_app: Flask) -> None:
    run(structures_app, 150, 50)
