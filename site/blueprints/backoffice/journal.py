"""The audit log: who did what, what was refused."""

import json

from flask import request
from flask.typing import ResponseReturnValue

from communaute.blueprints.accounts.access import role_required
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.backoffice import bp, journal_words
from communaute.domain import audit
from communaute.extensions import db
from communaute.models.accounts import Role
from communaute.web.addresses import LARGEST
from communaute.web.rendering import attached
from communaute.web.spreadsheet import as_csv


# Lines that a spreadsheet opens without complaint.
MOST_EXPORTED = 100_000


@bp.get("/journal")
@role_required(Role.ADMINISTRATOR)
def journal() -> ResponseReturnValue:
    """The latest entries; of one act (`acte`), before one entry (`avant`)."""
    act = request.args.get("acte", "")
    chosen = act if act in audit.acts(db.session()) else ""
    before = request.args.get("avant", type=int)
    entries = audit.latest(db.session(), act=chosen, before=within(before), limit=audit.PAGE)
    return page(
        "backoffice/journal.html",
        entries=entries,
        act=chosen,
        words=journal_words,
        kinds=audit.acts(db.session()),
        more=len(entries) == audit.PAGE,
    )


@bp.get("/journal.csv")
@role_required(Role.ADMINISTRATOR)
def journal_file() -> ResponseReturnValue:
    """The whole log, of one act (`acte`) if one is named, for a spreadsheet: no cell is a formula."""
    found = audit.latest(db.session(), act=request.args.get("acte", ""), limit=MOST_EXPORTED)
    rows = [
        (
            one.at.isoformat(),
            journal_words.act_in_words(one.act),
            one.act,
            one.actor,
            one.target,
            json.dumps(one.details, ensure_ascii=False),
        )
        for one in found
    ]
    heads = ("Date", "Acte", "Mot du site", "Par", "Sur", "Détails")
    return attached(as_csv(heads, rows), "text/csv", "journal.csv")


def within(number: int | None) -> int | None:
    """A number typed in the address, as one that an entry may have."""
    return None if number is None else max(0, min(number, LARGEST))
