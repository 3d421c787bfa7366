"""The finder's address understood: each key resolved, each fault beside its field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from wtforms import Field

from communaute.blueprints.tariffs import typed
from communaute.blueprints.tariffs.forms import FinderForm
from communaute.domain.errors import DomainError
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.dates import Days, days_of
from communaute.domain.tariffs.finder import Query
from communaute.domain.tariffs.naming import category_named, text_named


LONGEST = 100
KEYS = ("q", "categorie", "texte", "requisition", "prestation", "date", "code", "tarif")

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """What is looked for; `form` holds what was typed and what is wrong with it."""

    form: FinderForm
    query: Query
    mission_end: date | None
    anything: bool

    @property
    def refused(self) -> bool:
        """Whether a key could not be understood."""
        return bool(self.form.errors)


def understand(catalogue: Catalogue, given: Mapping[str, str], today: date) -> Asked:
    """Return what the address asks; a key that cannot be understood narrows nothing."""
    form = form_of(given)
    mission_end = tried(form.fin, None, typed.optional_day, today)
    query = Query(
        text=tried(form.texte, "", lambda name: text_named(catalogue, name)),
        category=tried(form.categorie, "", lambda name: category_named(catalogue, name)),
        days=_days(form, today),
        code=(form.code.data or "")[:LONGEST],
        words=(form.q.data or "")[:LONGEST],
        series=_series(catalogue, given.get("tarif", "")),
    )
    return Asked(form, query, mission_end, any(given.get(key, "").strip() for key in KEYS))


def form_of(given: Mapping[str, str]) -> FinderForm:
    """The form, filled; `date` stands for both dates, unless one of them is given."""
    both = given.get("date", "")
    names = ("q", "categorie", "texte", "requisition", "prestation", "code", "fin")
    values = {name: given.get(name, "") for name in names}
    for name in ("requisition", "prestation"):
        values[name] = values[name] or both
    return FinderForm(data=values)


def tried(field: Field, otherwise: T, read: Callable[..., T], *more: object) -> T:
    """What `read` makes of a field; a refusal stands beside it."""
    try:
        return read((field.data or "").strip(), *more)
    except DomainError as refused:
        field.errors = [str(refused)]
        return otherwise


def _days(form: FinderForm, today: date) -> Days | None:
    requisition = tried(form.requisition, None, typed.optional_day, today)
    service = tried(form.prestation, None, typed.optional_day, today)
    try:
        return days_of(requisition, service)
    except DomainError as refused:
        form.prestation.errors = [str(refused)]
        return None


def _series(catalogue: Catalogue, name: str) -> str:
    """A row's id or a series' name brought to the series; an unknown one finds nothing."""
    row = catalogue.by_id.get(name)
    return row.series if row else name[:LONGEST]
