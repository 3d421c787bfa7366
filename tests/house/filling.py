"""A site that has served for years: so many rows in every table, most of them in one list."""
# ruff: noqa: E501  # one table of values, a line a table

from collections.abc import Callable, Container, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import JSON, Column, Table, delete, insert, update
from sqlalchemy.orm import Session

from communaute.domain import clock
from communaute.domain.accounts.steps import digest
from communaute.extensions import Base
from communaute.models import (
    DeliveryState,
    Membership,
    MembershipRole,
    MembershipState,
    MessageState,
    ReceiptState,
    RegistrationState,
    ReturnKind,
    Rhythm,
    Role,
    SendingState,
    SignIn,
    TestimonialState,
    UserRole,
)
from communaute.models.columns import Moment


BATCH = 5_000
# The person who looks, and the structure they manage; the other end of everything.
READER, STRUCTURE = 1, 1
TOKEN = "une session ouverte"
PEOPLE_OF_A_PAIR = 200
# What staff makes by hand: nobody plans a hundred thousand trainings.
FEW = {
    "training": 20,
    "user_role": 50,
    "newsletter_sending": 300,
    "message_hold": 300,
    "search_wording": 2_000,
}
# Siblings of a list: what they hang on is the first of its table, unless it must be each its own.
FIRST = 1
# Where a foreign key must differ from row to row: (table, column).
EACH_ITS_OWN = {
    ("invoice", "recipient_id"), ("siret_change", "new_id"),
    ("follow", "follower_id"), ("message_mute", "user_id"), ("message_report", "message_id"),
    ("message_receipt", "message_id"), ("message_hold", "structure_id"),
    ("training_session", "pair_id"), ("training_offer", "registration_id"),
    ("training_attendance", "registration_id"), ("search_click", "use_id"),
    ("siret_draft", "structure_id"), ("structure", "practice_id"),
    ("tariff_period", "tariff_id"), ("space", "structure_id"), ("user_role", "user_id"), ("status_change", "invoice_id"),
    ("membership", "user_id"), ("sign_in", "user_id"), ("passkey", "user_id"),
    ("account_step", "user_id"), ("billing_mandate", "structure_id"), ("connection", "structure_id"),
    ("newsletter_consent", "subscriber_id"), ("message_attachment", "message_id"),
    ("service", "structure_id"),
}  # fmt: skip


def among(*values: object) -> Callable[[int], object]:
    """Each in turn."""
    return lambda n: values[n % len(values)]


def nothing(_n: int) -> None:
    return None


JUDGED = "/bonnes-pratiques/changer-de-siret"


def page(n: int) -> str:
    return (JUDGED, "/guides/deposer-une-facture", f"/ancienne-page-{n % 200}")[n % 3]


def day(n: int) -> date:
    return clock.today() - timedelta(days=n % 300)


def recent(n: int) -> datetime:
    return clock.now() - timedelta(minutes=n % 100_000)


def to_come(n: int) -> datetime:
    return clock.now() + timedelta(days=1 + n % 60)


def settled(n: int) -> DeliveryState:
    """Where mails are after years: nearly all have left."""
    return list(DeliveryState)[n % len(DeliveryState)] if n % 20 == 0 else DeliveryState.SENT


def hour_by_hour(n: int) -> datetime:
    """From the days to come into the past."""
    return clock.now() + timedelta(days=60) - timedelta(hours=n)


# What a column holds, when its type does not say enough: by table, then by column.
VALUES: dict[str, dict[str, Callable[[int], object]]] = {
    "user_account": {
        "active": among(True), "practice_id": nothing, "email": lambda n: f"p{n}@exemple.example",
        "tf_totp_secret": among("scellé"), "mf_recovery_codes": among([]), "contact_email": nothing,
        "name": lambda n: f"Personne n° {n}",
    },
    "user_role": {"name": among("editor", "organiser")},
    "practice_set": {"expires_at": to_come},
    "structure": {
        "siret": lambda n: f"{n:014}", "nature": among("public", "private"), "active": among(True),
        "origin": among("declared"), "practice_id": nothing, "verified_at": nothing,
    },
    "membership": {
        "role": among(MembershipRole.USER, MembershipRole.SECONDARY),
        "state": among(MembershipState.ACTIVE, MembershipState.PENDING, MembershipState.ACTIVE),
    },
    "space": {"kind": among("manager", "sent")},
    "connection": {"kind": among("edi", "api")},
    "invoice": {
        "recipient_id": lambda n: 2 + n % 200,
        "year": among(2026), "amount": lambda n: Decimal(n % 9_000 + 1),
        "status": among("DEPOSEE", "MISE_A_DISPOSITION", "SUSPENDUE", "MANDATEE", "MISE_EN_PAIEMENT"),
    },
    "status_change": {"status": among("DEPOSEE", "MISE_A_DISPOSITION")},
    "event": {
        "kind": among("invoice-status"), "user_id": nothing, "fault": nothing,
        "details": among({"status": "SUSPENDUE", "sent": True, "number": "F1", "reason": ""}),
        "place": lambda n: n,
    },
    "intake_event": {"waiting": nothing, "waits_for": nothing},
    "delivery": {
        "state": settled, "code": lambda n: f"{n:09}"[-9:], "priority": among(1, 3),
        "recipient": lambda n: f"p{n}@exemple.example", "attachments": among([]),
        "template": among("confirm-place"), "list_name": nothing, "about": lambda n: f"registration {n}",
    },
    "message": {
        "state": among(*MessageState), "corrects_id": nothing, "change_id": nothing,
        "filters": among({}), "counts": among({}), "valid_until": nothing,
    },
    "message_receipt": {"state": among(ReceiptState.ARRIVED), "read_at": nothing},
    "message_attachment": {"kind": among("pdf"), "content": among(b"%PDF")},
    "message_report": {"reason": among("advertising")},
    "message_hold": {"lifted_at": nothing},
    "newsletter_subscriber": {
        "themes": among(" fournisseur "), "asked_themes": among(""), "rhythm": among(*Rhythm),
        "asked_rhythm": nothing, "left_at": nothing, "address": lambda n: f"p{n}@exemple.example",
        "paused_until": nothing, "new_address": nothing,
    },
    "newsletter_sending": {
        "state": among(SendingState.DONE), "tally": nothing, "pace": among({}),
        "number": lambda n: n % 30_000, "to": among("everybody"), "by": among(READER),
        "rhythm": among("monthly"), "letter": among("/newsletter/2020-automne"),
    },
    "mail_suppression": {"reason": among("left")},
    "returned_mail": {"kind": among(*ReturnKind), "lifted_at": nothing, "source": among("dsn")},
    "notification_setting": {
        "silenced": among([]), "exceptions": among([]), "before": nothing, "read_to": among(0),
        "read_before": nothing, "sent_to": among(0), "hour": among(8), "next_at": to_come,
    },
    "follower": {"user_id": lambda n: n, "email": nothing, "told_to": among(0)},
    "page_opinion": {"page": page, "helpful": among(True, False), "reason": among("", "unclear"), "comment": lambda n: f"Remarque n° {n}"},
    "page_repair": {"page": page, "owner_id": among(READER), "closed_at": nothing, "mended_on": nothing, "dropped": among(False)},
    "page_edit": {"page": lambda n: f"/ancienne-page-{n % 200}"},
    "page_read": {"page": lambda n: f"{page(n)}?{n}", "day": day},
    "missed_search": {"text": lambda n: f"mots {n}"},
    "search_use": {"text": lambda n: f"mots {n}"},
    "search_click": {"rank": among(1, 2, 3)},
    "verification_result": {"report": nothing, "code": nothing},
    "verification_batch": {"documents": among([])},
    "siret_change": {"summary": among({}), "old_id": lambda n: 2 * n, "new_id": lambda n: 2 * n + 1},
    "siret_draft": {"answers": among({}), "step": among(1)},
    "saved_calculation": {"kind": among("interpreting"), "question": among({}), "answer": among({})},
    "tariff_report": {"handled_at": nothing},
    "testimonial": {"state": among(*TestimonialState), "said": among({"signature": "Léa", "ville": "Brest"}), "published": among({}), "proposed": among({}), "refusal": among("")},
    "training": {"slug": lambda n: f"formation-{n}" if n > 1 else "factures-simples", "last_number": among(100_000), "first_number": among(1)},
    "training_pair": {
        "capacity": among(200_000), "taken": among(0), "cancelled_at": nothing,
        "starts_at": hour_by_hour, "ends_at": hour_by_hour, "attendance_noted_at": recent,
    },
    "training_session": {"starts_at": hour_by_hour, "ends_at": hour_by_hour, "number": among(1)},
    "training_registration": {
        "state": among(RegistrationState.CONFIRMED, RegistrationState.WAITING, RegistrationState.CONFIRMED),
        "pair_id": lambda n: (n - 1) // PEOPLE_OF_A_PAIR + 1,
        "email": lambda n: f"p{n}@exemple.example", "erased_at": nothing, "siret": among(""),
        "telephone": among(""), "person": lambda n: f"p{n}@exemple.example",
    },
    "training_offer": {"outcome": among("open")},
    "training_satisfaction": {"expectations": among(1, 2, 3, 4), "autonomy": among(1, 2, 3, 4)},
    "audit_entry": {"actor": among(READER), "act": among("role-granted", "role-withdrawn"), "details": among({}), "at": recent},
}  # fmt: skip
BY_TYPE: Mapping[type, Callable[[int], object]] = {
    datetime: recent,
    date: day,
    bool: lambda n: n % 2 == 0,
    int: lambda n: n,
    bytes: lambda _n: b"x",
    Decimal: lambda n: Decimal(n % 1_000),
}


def value_of(column: Column[Any], n: int) -> object:
    """What row number `n` holds in a column."""
    table = column.table.name
    given = VALUES.get(table, {}).get(column.name)
    if given is not None:
        return given(n)
    if column.foreign_keys:
        parent = next(iter(column.foreign_keys)).column.table.name
        own = (table, column.name) in EACH_ITS_OWN or column.unique or column.primary_key
        return key_of(parent, n if own else FIRST)
    if column.primary_key:
        return key_of(table, n)
    if isinstance(column.type, JSON):
        return {}
    kind = datetime if isinstance(column.type, Moment) else column.type.python_type
    if kind is str:
        return f"{column.name} {n}"[-(getattr(column.type, "length", None) or 200) :]
    return BY_TYPE[kind](n)


def key_of(table: str, n: int) -> object:
    """The primary key of row number `n`."""
    (key,) = Base.metadata.tables[table].primary_key.columns
    return n if key.type.python_type is int else f"{n:011}"


def rows_of(table: Table, count: int) -> Iterator[list[dict[str, object]]]:
    """The rows of a table, by batches."""
    for start in range(1, count + 1, BATCH):
        yield [
            {column.name: value_of(column, n) for column in table.columns}
            for n in range(start, min(count + 1, start + BATCH))
        ]


def size_of(table: str, count: int) -> int:
    """How many rows a table has, when most have `count`."""
    if table in ("training_pair", "training_session"):
        return -(-count // PEOPLE_OF_A_PAIR)
    return count // 3 if table == "siret_change" else min(count, FEW.get(table, count))


def fill(session: Session, count: int) -> None:
    """Put `count` rows in each table, and let somebody in who may see them all."""
    for table in Base.metadata.sorted_tables:
        for batch in rows_of(table, size_of(table.name, count)):
            session.execute(insert(table), batch)
    session.execute(
        insert(Membership),
        [
            {
                "id": count + n,
                "user_id": READER,
                "structure_id": n,
                "role": MembershipRole.PRINCIPAL,
                "state": MembershipState.ACTIVE,
                "asked_at": recent(n),
                "message": "",
            }
            for n in range(2, 202)
        ],
    )
    session.execute(
        update(Membership)
        .where(Membership.id == FIRST)
        .values(role=MembershipRole.PRINCIPAL, state=MembershipState.ACTIVE)
    )
    session.execute(update(SignIn).where(SignIn.id == READER).values(digest=digest(TOKEN)))
    held = {role: number for number, role in enumerate(Role, 2 * count)}
    session.execute(delete(UserRole).where(UserRole.user_id == READER))
    session.execute(
        insert(UserRole),
        [
            {"id": n, "user_id": READER, "name": role, "granted_at": recent(1)}
            for role, n in held.items()
        ],
    )
    session.commit()


# What the addresses of pages are completed with.
NAMED: dict[str, dict[str, Any]] = {
    "": {"number": FIRST, "invoice": FIRST, "membership": FIRST, "slug": "factures-simples"},
    "newsletter": {"kind": "newsletter", "slug": "2020-automne"},
    "opinions": {"adresse": JUDGED},
}


def pages_of(app: Flask, but: Container[str]) -> list[str]:
    """The addresses of every page of `/gestion` and `/compte` that may list something, but some.

    Those whose link a mail gives (a token) list nothing.
    """
    paths = set()
    for rule in app.url_map.iter_rules():
        here = rule.rule.startswith(("/gestion/", "/compte/")) and "GET" in (rule.methods or ())
        if not here or rule.endpoint in but or rule.arguments & {"token", "name"}:
            continue
        named = NAMED[""] | NAMED.get(rule.endpoint.partition(".")[0], {})
        wanted = rule.arguments | ({"adresse"} if rule.endpoint == "opinions.of_page" else set())
        with app.test_request_context():
            paths.add(url_for(rule.endpoint, **{name: named[name] for name in wanted}))
    return sorted(paths)


def reader_of(app: Flask) -> FlaskClient:
    """The browser of the person who may see it all."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update({"connexion": TOKEN, "_user_id": str(READER), "_fresh": True})
    return client
