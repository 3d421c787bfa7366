"""Tariffs in French: amounts, periods, dates that count, how sure they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from communaute.domain.tariffs import dates
from communaute.domain.tariffs.formulas import Parameters, in_french, is_deduced
from communaute.domain.tariffs.sheets import Sheet
from communaute.domain.tariffs.values import Parameter, Row, Version
from communaute.french.dates import date_in_words
from communaute.french.numbers import amount
from communaute.french.typography import typeset


LEGIFRANCE = (
    "https://www.legifrance.gouv.fr/search/code?tab_selection=code&searchField=NUM_ARTICLE&query="
)
GITHUB = "https://github.com/"
COUNTS = {
    dates.REQUISITION: "C’est la date de la réquisition qui compte.",
    dates.SERVICE: "C’est la date de la prestation qui compte.",
    dates.ACT: "C’est la date de l’acte qui compte.",
}
DOUBTS = {
    dates.SECONDARY: "Lu dans une source secondaire, pas dans le texte lui-même : à vérifier.",
    dates.ANNOUNCED: "Montant annoncé, non lu dans le texte : à vérifier.",
}
# What the data says of a rule that nobody read, and that adds nothing to UNREAD.
GENERIC = "Règle de date non lue dans le texte."
UNREAD = "La date à retenir n’a pas été lue dans le texte."


def legifrance(article: str) -> str:
    """The search of Légifrance by an article's number: it gives the version in force."""
    return f"{LEGIFRANCE}{article}"


def is_of_the_code(article: str) -> bool:
    """Whether Légifrance's search finds an article by that number."""
    return article[:1] in ("A", "R") and article[1:2].isdigit()


def source_address(source: str) -> str:
    """Where a text was read, as an address."""
    if source.startswith("https://"):
        return source
    repository, _, rest = source.partition("@")
    version, _, path = rest.partition(":")
    return f"{GITHUB}{repository}/blob/{version}/{path}"


@lru_cache(maxsize=2048)
def period(start: date | None, end: date | None) -> str:
    """`du 1er mars 2009 au 31 décembre 2020`, `depuis le 1er janvier 2021`."""
    if start and end:
        return f"du {date_in_words(start)} au {date_in_words(end)}"
    if start:
        return f"depuis le {date_in_words(start)}"
    if end:
        return f"jusqu’au {date_in_words(end)}, début non lu"
    return "dates non lues"


def which_date(basis: str, source: str, *, split: bool, two: bool) -> str:
    """One line: which date counts, and why; `two` when two different dates were given."""
    said = COUNTS.get(basis)
    if said:
        return typeset(f"{said} {source}")
    unread = UNREAD if source == GENERIC else typeset(f"{UNREAD} {source}")
    if split:
        return f"{unread} Voici le tarif à chacune de vos deux dates."
    return f"{unread} Vos deux dates donnent le même tarif." if two else unread


def how_sure(row: Row, day: date) -> str:
    """The warning to read before the amount; empty when the tariff was read for that date."""
    said = {
        dates.LAST_KNOWN: "Dernier tarif connu, vérifié jusqu’au "
        f"{date_in_words(row.verified_on)}, à confirmer sur Légifrance.",
        dates.UNSEEN_END: f"Vu en vigueur jusqu’au {date_in_words(row.verified_on)}. Sa fin, le "
        f"{date_in_words(row.valid_until or row.verified_on)}, est déduite du tarif qui suit : "
        "à confirmer sur Légifrance.",
        dates.UNSURE_START: "Début de validité non lu : ce montant valait peut-être à cette date.",
    }.get(dates.standing(row, day), "")
    return " ".join(filter(None, (said, DOUBTS.get(dates.doubt(row), ""))))


def ended(last: date | None, today: date) -> str:
    """That a tariff is over, for who looks at it without a date; empty while it may be in force."""
    if last is None or last >= today:
        return ""
    return f"Ce tarif n’est plus en vigueur : il a pris fin le {date_in_words(last)}."


# The whole title of the code was read in a copy of that day.
VERSIONS_UNTIL = date(2026, 6, 10)


def wording_of(version: Version, day: date) -> str:
    """Which wording of an article was in force, or the last that was seen before that day."""
    said = f"{version.article} {period(version.valid_from, version.valid_until)}"
    seen = version.valid_until is None and version.valid_from <= VERSIONS_UNTIL < day
    if seen:
        return f"Dernière rédaction vue, au {date_in_words(VERSIONS_UNTIL)} : celle de {said}"
    return f"Rédaction de {said}"


@dataclass(frozen=True)
class Deadline:
    """Until when a fee statement may be filed, in a sentence; `passed` when it is too late."""

    sentence: str
    passed: bool


def deadline(end: date, today: date) -> Deadline:
    """Until when the statement of a mission that ended on a day may be filed."""
    last = dates.last_day_to_file(end)
    if last is None:
        limit = date_in_words(dates.FIRST_END)
        said = f"Le délai d’un an ne s’applique pas aux missions achevées avant le {limit}."
        return Deadline(said, passed=False)
    ended, day = date_in_words(end), date_in_words(last)
    if last < today:
        said = (
            f"Pour une mission achevée le {ended}, le délai d’un an pour déposer le mémoire est "
            f"passé depuis le {day}."
        )
        return Deadline(said, passed=True)
    said = f"Pour une mission achevée le {ended}, déposez votre mémoire au plus tard le {day}."
    return Deadline(said, passed=False)


def stay(parameters: Parameters, day: date) -> dict[str, str]:
    """What a meal and a night away are paid on a day, and since when (or until when)."""
    meal, night = parameters.entry("REPAS", day), parameters.entry("NUITEE", day)
    if meal is None or night is None or meal.value is None or night.value is None:
        return {}
    when = period(meal.valid_from, meal.valid_until)
    return {"repas": euros(meal.value), "nuitee": euros(night.value), "periode": when}


# Past this many lines the sum is read in the table.
MOST_SPELLED = 6


def on_total(sheet: Sheet) -> str:
    """All there is to read before a calculation's total; empty when every figure was read."""
    said = []
    if sheet.to_confirm:
        day = date_in_words(date.fromisoformat(sheet.to_confirm))
        said.append(
            f"Total calculé avec le dernier tarif connu, vérifié jusqu’au {day}, à confirmer sur "
            "Légifrance."
        )
    said.extend(DOUBTS.get(doubt, "") for doubt in sheet.doubts)
    if sheet.deduced:
        said.append(unread_letters(", ".join(sheet.deduced)))
    return " ".join(filter(None, said))


def spelled(sheet: Sheet) -> str:
    """A calculation's sum in one line, when its total is the sum of few lines."""
    amounts = [Decimal(line.amount) for line in sheet.lines]
    if len(amounts) > MOST_SPELLED:
        return ""
    if sum(amounts) != Decimal(sheet.total):
        added = " + ".join(in_french(amount) for amount in amounts)
        return f"{added}, ramené à {euros(Decimal(sheet.total))}"
    if len(amounts) == 1:
        return (
            sheet.lines[0].sum if "=" in sheet.lines[0].sum else _equal(sheet.lines[0].sum, sheet)
        )
    return _equal(" + ".join(in_french(amount) for amount in amounts), sheet)


def _equal(said: str, sheet: Sheet) -> str:
    return f"{said} = {euros(Decimal(sheet.total))}"


def texts_of(sheet: Sheet) -> list[tuple[str, str]]:
    """Each text that a calculation rests on, with its tariff's period."""
    found = dict.fromkeys((line.text, line.period) for line in sheet.lines)
    return [
        (text, period(*(date.fromisoformat(day) if day else None for day in days)))
        if any(days)
        else (text, "")
        for text, days in found
    ]


def letters(used: Sequence[Parameter]) -> str:
    """The warning about letters whose value was deduced, or read elsewhere than in a text."""
    names = ", ".join(entry.name for entry in used if is_deduced(entry))
    return unread_letters(names) if names else ""


def unread_letters(names: str) -> str:
    """The warning itself."""
    return f"La valeur de {names} n’a pas été lue dans un texte : à vérifier."


def confidence(row_confidence: str) -> str:
    """How the figure is known, in words."""
    if row_confidence == "read":
        return "lu mot à mot dans le texte"
    return "lu dans une source secondaire, pas dans le texte"


@lru_cache(maxsize=2048)
def euros(sum_: Decimal) -> str:
    """`1 110,00 €`."""
    return amount(sum_)
