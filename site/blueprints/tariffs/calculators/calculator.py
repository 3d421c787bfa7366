"""What a calculator is: an address, a form, a work, and the tariffs it serves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from wtforms import Field, Form
from wtforms.validators import ValidationError

from communaute.domain import clock
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.dates import check_day
from communaute.domain.tariffs.errors import WrongDate
from communaute.domain.tariffs.sheets import Sheet
from communaute.domain.tariffs.values import Row


Typed = Mapping[str, str]


class CalculatorForm(Form):
    """What a calculator asks. `FIELDS` are the domain's names that are not the form's; a refusal
    that names no field stands beside `OTHERWISE`.

    Fields that the data brings (acts of a date, letters of a formula) start with `MORE`, and are
    shown in a group of their own under `LEGEND`. A form opened by a link may have `PREFILLED`
    fields: it counts as sent when another is there.
    """

    FIELDS: ClassVar[Mapping[str, str]] = {}
    PREFILLED: frozenset[str] = frozenset()
    OTHERWISE = ""
    MORE, LEGEND, NOTE = "", "", ""
    TITLE = ""

    @classmethod
    def made(cls, catalogue: Catalogue, given: Typed, today: date) -> "type[CalculatorForm]":
        """The form for what was given. Raises UnknownName when that names no tariff."""
        return cls

    def mission_end(self) -> date | None:
        """The end of the mission, when the form asks it: one year runs from there."""
        return None

    def own(self) -> list[Field]:
        """The fields that are always there."""
        return [each for each in self if not self.MORE or not each.name.startswith(self.MORE)]

    def more(self) -> list[Field]:
        """The fields that the data brings."""
        return [each for each in self if self.MORE and each.name.startswith(self.MORE)]


@dataclass(frozen=True)
class Answer:
    """A sheet; its title, and what would be given to ask for it alone, when there are several."""

    sheet: Sheet
    title: str = ""
    given: Typed = field(default_factory=dict)


@dataclass(frozen=True)
class Calculator:
    """A calculator. `name` is kept with its calculations and never changes.

    `work` answers the sheets of a form that is valid, or raises a domain error whose fields are
    the form's (`FIELDS`). `serves` says what to fill in for a tariff, None for one it does not serve.
    `rules` is the text of content/textes that says what it follows.
    """

    name: str
    path: str
    title: str
    summary: str
    form: type[CalculatorForm]
    work: Callable[[Catalogue, Any], tuple[Answer, ...]]
    serves: Callable[[Catalogue, Row, date], Typed | None]
    link: str
    rules: str


def legible(arguments: Mapping[str, str], longest: int) -> dict[str, str]:
    """What was given, cut, without the characters that no page may hold."""
    return {
        name: "".join(c for c in value[:longest] if c.isprintable())
        for name, value in arguments.items()
    }


def known_day(_form: Form, given: Field) -> None:
    """A validator: a day of our data, not to come."""
    try:
        check_day(given.data, clock.today())
    except WrongDate as refused:
        raise ValidationError(str(refused)) from None
