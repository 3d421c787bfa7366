"""What people type, read: days, hours, numbers, amounts, SIRETs, addresses.

One reader for each, so that the same forms are accepted everywhere. What cannot be read raises
Unreadable, whose text is the French sentence to show beside the field.
"""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

from email_validator import EmailNotValidError, validate_email
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret

from communaute.french.dates import MONTHS, WEEKDAYS
from communaute.french.folding import fold
from communaute.french.numbers import number


LONGEST_TEXT = 60
LONGEST_NUMBER = 12
LONGEST_ADDRESS = 254  # RFC 5321, and what it costs to read a longer one
LARGEST = 2**31 - 1
# Days in figures: the year first, as ISO 8601 has it, or the day first, as French has it.
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
DAY_FIRST = re.compile(r"(\d{1,2}) ?[-/. ] ?(\d{1,2}) ?[-/. ] ?(\d{4}|\d{2})", re.ASCII)
IN_WORDS = re.compile(r"(\d{1,2})(?:er)? ?([a-z]{3,9})\.? ?(\d{4}|\d{2})", re.ASCII)
WITHOUT_YEAR = re.compile(r"\d{1,2}(?:er)? ?(?:[a-z]{3,9}\.?|[-/.] ?\d{1,2})", re.ASCII)
BEFORE_A_DAY = re.compile(rf"(?:le )?(?:(?:{'|'.join(WEEKDAYS)}),? )?")
HOUR = re.compile(r"(\d{1,2}) ?(?:[:h] ?(\d{2})?(?::\d{2})?)?", re.ASCII)
# A day, then an hour that has its colon or its h: « 31/12/2020 22 » could be anything.
MOMENT = re.compile(r"(.*?)(?:t| a |,| ) ?(\d{1,2} ?[:h](?: ?\d{2})?(?::\d{2})?)", re.ASCII)
# A two-figure year below it is of this century, as POSIX has it.
PIVOT = 69
FIRST_YEAR, LAST_YEAR = 1900, 2199
# What people write after a number, though its field says it: « 35 km », « 6 CV », « 1 200 mots ».
UNIT = re.compile(
    r"(?<=\d) ?(?:km|kilom[eè]tres?|cv|mots?|heures?|h|jours?|minutes?|min|actes?|fois|places?)\.?$"
)
EUROS = re.compile(r" ?(?:€|euros?)$")
GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?=,)")
FIGURES = re.compile(r"-?(?:\d+(?:[.,]\d*)?|[.,]\d+)")
CENT = Decimal("0.01")

SIREN_LENGTH, SIRET_LENGTH = 9, 14
# What people put between the digits: any space, full stops, hyphens, slashes, invisible marks.
SEPARATORS = re.compile(r"[\s.\-_/\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060\ufeff]+")


class Unreadable(ValueError):
    """What was typed is not what the field asks for; the text is the sentence to show."""


class UnreadableSiret(Unreadable):
    """Not a SIRET. `reason` is empty, foreign, siren_alone, length, siren_key or key."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


def read_day(text: str) -> date:
    """A day: `1/2/2021`, `01.08.2026`, `01-02-2021`, `2026-08-01`, `1er août 2026`, `19 juin 22`.

    Raises Unreadable when nothing is typed, or no day of the calendar (1900 to 2199).
    """
    typed = _one_line(text)
    if not typed:
        raise Unreadable("Donnez la date, par exemple 31/12/2026.")
    return _day(fold(typed), text, example="31/01/2026")


def read_hour(text: str) -> time:
    """An hour of the day: `10:30`, `10 h 30`, `10h`, `10`. Raises Unreadable."""
    read = HOUR.fullmatch(fold(_one_line(text)))
    try:
        if read is None:
            raise ValueError(text)
        return time(int(read[1]), int(read[2] or 0))
    except ValueError:
        raise Unreadable("Donnez une heure, par exemple 10:30 ou 10 h 30.") from None


def read_moment(text: str) -> datetime:
    """A day and an hour, as a clock in France shows them: the answer has no zone.

    `31/12/2020 22:00`, `31 décembre 2020 à 22 h`, `2020-12-31T22:00`. Raises Unreadable.
    """
    read = MOMENT.fullmatch(fold(_one_line(text)))
    if read is None:
        raise Unreadable("Donnez le jour et l’heure, par exemple 31/12/2026 22:00.")
    day = _day(read[1].strip(), text, example="31/01/2026 22:00")
    return datetime.combine(day, read_hour(read[2]))


def read_number(text: str) -> Decimal:
    """A number: `12,5`, `12.5`, `1 234,5`, `1.234,5`, `35 km`. Raises Unreadable."""
    typed = "".join(UNIT.sub("", _one_line(text).lower()).split())
    typed = GROUPED.sub(lambda group: group[0].replace(".", ""), typed)
    if not typed.isascii() or not FIGURES.fullmatch(typed):
        raise Unreadable("Donnez un nombre, par exemple 12,50.")
    if len(typed) > LONGEST_NUMBER:
        raise Unreadable("Ce nombre a trop de chiffres.")
    return Decimal(typed.replace(",", "."))


def read_whole_number(text: str, least: int = 0, most: int = LARGEST) -> int:
    """A whole number between two, both allowed. Raises Unreadable."""
    bounds = f"de {number(least)} à {number(most)}" if most < LARGEST else f"à partir de {least}"
    try:
        read = read_number(text)
    except Unreadable:
        read = Decimal("NaN")
    if read.is_nan() or read != read.to_integral_value() or not least <= read <= most:
        raise Unreadable(f"Donnez un nombre entier, {bounds}.")
    return int(read)


def read_amount(text: str) -> Decimal:
    """An amount in euros, to the cent, not negative: `12,50`, `1 234,5 €`. Raises Unreadable."""
    try:
        read = read_number(EUROS.sub("", _one_line(text).lower()))
    except Unreadable as refused:
        raise Unreadable(str(refused).replace("un nombre", "un montant")) from None
    if read < 0 or read != read.quantize(CENT):
        raise Unreadable("Donnez un montant en euros et centimes, par exemple 12,50.")
    return read.quantize(CENT)


def read_address(text: str) -> str:
    """An e-mail address, as mail servers write it; whether it exists is not asked. Raises Unreadable."""
    if len(text) > LONGEST_ADDRESS:
        raise Unreadable(f"Une adresse compte {LONGEST_ADDRESS} caractères au plus.")
    try:
        address = validate_email(text.strip(), check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise Unreadable(
            "Saisissez une adresse électronique complète, par exemple nom@exemple.fr."
        ) from None
    if address.ascii_email is None:
        raise Unreadable(
            "Nos courriels n’atteignent pas une adresse avec des lettres accentuées ou d’un autre "
            "alphabet avant « @ ». Donnez-en une autre."
        )
    return str(address.ascii_email)


def read_siret(text: str) -> str:
    """The 14 digits of a SIRET typed in any spacing, its two keys right. Raises UnreadableSiret.

    Source: INSEE's key is Luhn's formula on the 9 digits of the SIREN and on the 14 of the SIRET;
    La Poste's establishments follow a rule of their own, which python-stdnum knows.
    """
    digits = _digits(text)
    if len(digits) != SIRET_LENGTH:
        raise _wrong_length(digits)
    if not is_siren(digits[:SIREN_LENGTH]):
        raise UnreadableSiret(
            "siren_key",
            "La clé de contrôle ne correspond pas : l’erreur est dans les 9 premiers chiffres, "
            "qui ne forment pas un SIREN. Relisez-les sur un document officiel.",
        )
    try:
        return str(siret.validate(digits))
    except ValidationError:
        raise UnreadableSiret(
            "key",
            "La clé de contrôle ne correspond pas : les 9 premiers chiffres forment bien un "
            "SIREN, l’erreur est donc dans les 5 derniers. Relisez-les.",
        ) from None


def is_siren(digits: str) -> bool:
    """Whether nine digits satisfy the key. Nine zeros do too, and are nobody's."""
    return digits.strip("0") != "" and bool(siren.is_valid(digits))


def _one_line(text: str) -> str:
    """Spaces of every kind made one; what is too long to be read is cut."""
    return " ".join(unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).split())


def _shown(text: str) -> str:
    visible = "".join(c if c.isprintable() else " " for c in text[:LONGEST_TEXT])
    return " ".join(visible.split())[:20].rstrip()


def _day(folded: str, text: str, *, example: str) -> date:
    """The day that is written; the fault shows `text`, as typed, and how to write it. Raises Unreadable."""
    plain = BEFORE_A_DAY.sub("", folded, count=1)
    try:
        return _calendar_day(plain)
    except ValueError:
        wrong = "n’est pas une date du calendrier"
        if WITHOUT_YEAR.fullmatch(plain):
            wrong = "n’a pas d’année"
        raise Unreadable(f"« {_shown(text)} » {wrong} : écrivez-la comme {example}.") from None


def _calendar_day(plain: str) -> date:
    """The day that a folded text writes. Raises ValueError."""
    if read := YEAR_FIRST.fullmatch(plain):
        year, month, day = read.groups()
    elif read := DAY_FIRST.fullmatch(plain):
        day, month, year = read.groups()
    elif read := IN_WORDS.fullmatch(plain):
        day, month, year = read[1], str(_month(read[2])), read[3]
    else:
        raise ValueError(plain)
    full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < PIVOT else 1900)
    if not FIRST_YEAR <= full <= LAST_YEAR:
        raise ValueError(plain)
    return date(full, int(month), int(day))


def _month(typed: str) -> int:
    """The number of a month, its name whole or shortened. Raises ValueError."""
    named = [n for n, month in enumerate(MONTHS, start=1) if fold(month).startswith(typed)]
    if len(named) != 1:
        raise ValueError(typed)
    return named[0]


def _digits(text: str) -> str:
    compact = SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if not compact:
        raise UnreadableSiret("empty", "Saisissez les 14 chiffres du SIRET.")
    foreign = sorted({character for character in compact if character not in "0123456789"})
    if foreign:
        shown = ", ".join(f"« {c} »" for c in foreign[:3] if c.isprintable())
        remove = f" : retirez {shown}" if shown else ""
        hint = " La lettre O ressemble au chiffre 0." if {"O", "o"} & set(foreign) else ""
        sentence = f"Un SIRET ne contient que des chiffres{remove}.{hint}"
        raise UnreadableSiret("foreign", sentence)
    return compact


def _wrong_length(digits: str) -> UnreadableSiret:
    count = len(digits)
    if count == SIREN_LENGTH and is_siren(digits):
        spaced = " ".join(digits[i : i + 3] for i in range(0, count, 3))
        return UnreadableSiret(
            "siren_alone",
            f"{spaced} est un SIREN bien formé (9 chiffres), qui désigne l’entreprise. "
            "Ajoutez les 5 chiffres du NIC, qui désignent l’établissement.",
        )
    seen = "un seul" if count == 1 else str(count)
    off = abs(SIRET_LENGTH - count)
    rest = "il en manque" if count < SIRET_LENGTH else "il y en a"
    rest += " un" if off == 1 else f" {off}"
    rest += " de trop" if count > SIRET_LENGTH else ""
    return UnreadableSiret("length", f"Un SIRET a 14 chiffres, vous en avez saisi {seen} : {rest}.")
