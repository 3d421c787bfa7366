"""Fields of forms that read what people type through french.reading, with French faults.

A field's `data` is what was read, or None: left empty, or not readable. `form.validate()` puts the
fault in `errors`; a page shown again has the very text that was typed. A field is required by
WTForms' InputRequired, whose sentence is the field's own unless another is given.
"""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape
from wtforms import Field, SelectField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, StopValidation
from wtforms.widgets import EmailInput, Select, TextArea, TextInput, html_params

from communaute.french import reading


# An element's attributes, told once: the same few on every page, and WTForms takes a while.
quick_attributes = lru_cache(maxsize=2_000, typed=True)(html_params)


@lru_cache(maxsize=2_000)
def option(value: str, label: str, chosen: bool) -> str:
    """One choice of a list, escaped."""
    selected = "selected " if chosen else ""
    return f'<option {selected}value="{escape(value)}">{escape(label)}</option>'


class QuickSelect(Select):
    """A list whose options have a value and a label only: WTForms' own, in a tenth of the time."""

    def __call__(self, field: SelectField, **attributes: object) -> Markup:  # type: ignore[override]
        """The element."""
        attributes.setdefault("id", field.id)
        attributes.setdefault("required", bool(field.flags.required))
        opened = quick_attributes(name=field.name, **attributes)
        choices = (option(each[0], str(each[1]), each[2]) for each in field.iter_choices())
        return Markup(f"<select {opened}>{''.join(choices)}</select>")  # noqa: S704  # escaped above


class QuickInput(TextInput):
    """An input of one line whose attributes are remembered; `QuickInput("search")` is another kind."""

    html_params = staticmethod(quick_attributes)


class ReadField(Field):
    """A field read by a function that raises Unreadable. Subclasses name it."""

    widget: Any = QuickInput()
    missing = "Remplissez ce champ."
    # Whether its own sentences say what is asked: « Un SIRET a 14 chiffres », not « Donnez une heure ».
    says_what = False

    @property
    def fault_lacks_question(self) -> bool:
        """Whether the fault would fit any field of this kind: read far from it, it needs the label."""
        own = (self.missing, *self.process_errors)
        return not self.says_what and bool(self.errors) and self.errors[0] in own

    def read(self, text: str) -> object:
        """What the text means. Raises Unreadable."""
        raise NotImplementedError

    def written(self, value: Any) -> str:  # noqa: ANN401  # what read() gives
        """A value that the page fills in, as it would be typed."""
        return str(value)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read what was sent; Unreadable is a ValueError, which WTForms makes a fault."""
        if not valuelist:
            return
        self.data = None
        if str(valuelist[0]).strip():
            self.data = self.read(str(valuelist[0]))

    def pre_validate(self, form: BaseForm) -> None:
        """Say in French what is missing."""
        blank = not self.raw_data or not str(self.raw_data[0]).strip()
        wanted = next((v for v in self.validators if isinstance(v, InputRequired)), None)
        if wanted and blank:
            raise StopValidation(str(wanted.message or self.missing))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written(self.data)


class DayField(ReadField):
    """A day. In `type="date"`, the browser's own calendar is given the ISO form it wants."""

    data: date | None
    missing = "Donnez la date, par exemple 31/12/2026."
    iso, browser = "%Y-%m-%d", "date"

    def read(self, text: str) -> date:
        """A day in any of the French ways, or ISO."""
        return reading.read_day(text)

    def written(self, value: date) -> str:
        """`31/12/2026`."""
        return f"{value:%d/%m/%Y}"

    def __call__(self, **attributes: object) -> Markup:
        """The element."""
        if attributes.get("type") == self.browser and self.data is not None:
            attributes.setdefault("value", self.data.strftime(self.iso))
        return super().__call__(**attributes)


class DayAndHourField(DayField):
    """A day and an hour, as clocks in France show them: a datetime without a zone."""

    data: datetime | None
    missing = "Donnez le jour et l’heure, par exemple 31/12/2026 22:00."
    iso, browser = "%Y-%m-%dT%H:%M", "datetime-local"

    def read(self, text: str) -> datetime:
        """A day and an hour."""
        return reading.read_moment(text)

    def written(self, value: date) -> str:
        """`31/12/2026 22:00`."""
        return f"{value:%d/%m/%Y %H:%M}"


class EndField(DayAndHourField):
    """The end of what begins at the field `since`: an hour alone is the first such hour after it."""

    def __init__(
        self,
        label: str | None = None,
        validators: list[Any] | None = None,
        *,
        since: str,
        **options: Any,  # noqa: ANN401  # WTForms' own
    ) -> None:
        self.since = since
        super().__init__(label, validators, **options)

    def pre_validate(self, form: BaseForm) -> None:
        """Read an hour alone, now that the beginning is known."""
        super().pre_validate(form)
        begun, typed = form[self.since].data, self._value().strip()
        if self.data is not None or not isinstance(begun, datetime) or typed.isdigit():
            return
        try:
            at = reading.read_hour(typed)
        except reading.Unreadable:
            return
        day = begun.date() if at > begun.time() else begun.date() + timedelta(days=1)
        self.data, self.errors = datetime.combine(day, at), []


class HourField(ReadField):
    """An hour of the day, as a clock in France shows it."""

    data: time | None
    missing = "Donnez une heure, par exemple 10:30 ou 10 h 30."

    def read(self, text: str) -> time:
        """An hour."""
        return reading.read_hour(text)

    def written(self, value: time) -> str:
        """`10:30`, which a browser's own clock wants too."""
        return f"{value:%H:%M}"


class WholeNumberField(ReadField):
    """A whole number, from `least` to `most`."""

    data: int | None
    missing = "Donnez un nombre entier."

    def __init__(
        self,
        label: str | None = None,
        validators: list[Any] | None = None,
        *,
        least: int = 0,
        most: int = reading.LARGEST,
        **options: Any,  # noqa: ANN401  # WTForms' own
    ) -> None:
        self.least, self.most = least, most
        super().__init__(label, validators, **options)

    def read(self, text: str) -> int:
        """A number within the bounds."""
        return reading.read_whole_number(text, self.least, self.most)


class NumberField(ReadField):
    """A number with decimals."""

    data: Decimal | None
    missing = "Donnez un nombre, par exemple 12,50."

    def read(self, text: str) -> Decimal:
        """A number, with a comma or a full stop."""
        return reading.read_number(text)

    def written(self, value: Decimal) -> str:
        """`12,5`."""
        return str(value).replace(".", ",")


class AmountField(NumberField):
    """An amount in euros, to the cent."""

    missing = "Donnez un montant, par exemple 12,50."

    def read(self, text: str) -> Decimal:
        """An amount, with or without its sign."""
        return reading.read_amount(text)


class SiretField(ReadField):
    """A SIRET: its 14 digits, whatever stood between them."""

    data: str | None
    missing = "Saisissez les 14 chiffres du SIRET."
    says_what = True

    def read(self, text: str) -> str:
        """The 14 digits."""
        return reading.read_siret(text)


class AddressField(ReadField):
    """An e-mail address."""

    data: str | None
    widget = EmailInput()
    missing = "Saisissez une adresse électronique complète, par exemple nom@exemple.fr."
    says_what = True

    def read(self, text: str) -> str:
        """The address as mail servers write it."""
        return reading.read_address(text)


class LongTextField(ReadField):
    """A text of several lines, `most` characters at most, without what cannot be seen."""

    data: str | None
    widget = TextArea()

    def __init__(
        self,
        label: str | None = None,
        validators: list[Any] | None = None,
        *,
        most: int = 1_000,
        **options: Any,  # noqa: ANN401  # WTForms' own
    ) -> None:
        self.most = most
        super().__init__(label, validators, **options)

    def read(self, text: str) -> str:
        """The text, its lines ended one way."""
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        seen = "".join(c for c in lines if c == "\n" or unicodedata.category(c)[0] != "C").strip()
        if len(seen) > self.most:
            raise reading.Unreadable(
                f"{len(seen)} caractères : raccourcissez à {self.most} au plus."
            )
        return seen
