"""What a written translation is paid (A43-7, R122): words, pages of 250 words, euros."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import MissingOption, NoTariff, WrongQuantity
from communaute.domain.tariffs.formulas import in_french
from communaute.domain.tariffs.interpreting import FIRST_DAY, GRID_FROM
from communaute.domain.tariffs.values import Row, to_cents


MOST_WORDS = 10_000_000


@dataclass(frozen=True, slots=True)
class Translation:
    """A translation's total; `started_pages` is what started pages, due in full, would give."""

    ordered: date
    words: int
    words_a_page: int
    tariff: Row
    total: Decimal
    spelled: str
    started_pages: Decimal


def translate(
    catalogue: Catalogue, ordered: date, words: int, option: bool | None = None
) -> Translation:
    """Return what the translation of a French text of `words` words is paid.

    Words are counted to the page's fraction: the text makes a started hour due, and says no such
    thing of a page (our reading). Raises NoTariff, MissingOption, WrongQuantity.
    """
    _check(ordered, words, option)
    regime = "" if ordered < GRID_FROM else "-option" if option else "-sans-option"
    row = catalogue.required(f"traduction-ecrite{regime}", ordered)
    page = int(catalogue.parameters.value("PAGE_MOTS", ordered))
    price = row.amount or Decimal(0)
    return Translation(
        ordered=ordered,
        words=words,
        words_a_page=page,
        tariff=row,
        total=to_cents(price * words / page),
        spelled=f"{words} ÷ {page} × {in_french(price)}",
        started_pages=to_cents(price * (Decimal(words) / page).to_integral_value(ROUND_CEILING)),
    )


def _check(ordered: date, words: int, option: bool | None) -> None:
    if ordered < FIRST_DAY:
        raise NoTariff(
            "Avant le 11 septembre 2008, la page n’était pas comptée en mots : le tarif "
            "est affiché, mais pas calculé.",
            field="ordered",
        )
    if not 0 < words <= MOST_WORDS:
        raise WrongQuantity("Donnez le nombre de mots du texte français, à partir de 1.")
    if ordered >= GRID_FROM and option is None:
        raise MissingOption(
            "Depuis le 1er janvier 2021, le tarif dépend du droit d’option : dites si "
            "vous l’avez exercé.",
            field="option",
        )
