"""The trainings as content says them, and what a list of them is narrowed to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta

from communaute.domain import clock
from communaute.domain.trainings.listing import TrainingPage
from communaute.editorial.pages import PUBLICS, Training
from communaute.french.dates import month_in_words
from communaute.french.folding import slugify
from communaute.wiring import current


SECTION = "/formations/"
# How many months the filter offers, this one included.
MONTHS = 6


def trainings() -> Sequence[Training]:
    """Every training's page, in the section's order."""
    section = current.content().sections.get("formations")
    pages = section.pages if section else ()
    return [page for page in pages if isinstance(page, Training)]


def training(slug: str) -> Training | None:
    """The page of a training, by its slug."""
    return next((page for page in trainings() if page.slug == slug), None)


def as_value(page: Training) -> TrainingPage:
    """What the domain needs of a page."""
    return TrainingPage(slug=page.slug, title=page.title, theme=page.theme)


def themes() -> dict[str, str]:
    """The themes that have a training, by the word that an address says."""
    return {slugify(page.theme): page.theme for page in trainings()}


def publics() -> dict[str, str]:
    """The publics that have a training."""
    return {
        key: label for key, label in PUBLICS.items() if any(key in p.publics for p in trainings())
    }


def this_month() -> dict[str, str]:
    """This month and the next ones, by what an address says: 2026-11."""
    first = clock.today().replace(day=1)
    coming = [first + relativedelta(months=number) for number in range(MONTHS)]
    return {f"{day:%Y-%m}": month_in_words(day) for day in coming}


@dataclass(frozen=True)
class Filters:
    """Theme, public and month, empty when not given. An unknown value filters nothing."""

    theme: str = ""
    public: str = ""
    month: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> "Filters":
        """From an address's arguments: what is not offered is left out, so that addresses are few."""
        return cls(
            _known(arguments.get("theme", ""), themes()),
            _known(arguments.get("public", ""), publics()),
            _known(arguments.get("mois", ""), this_month()),
        )

    def query(self) -> str:
        """The address's arguments, in one order, with their question mark; empty without any."""
        given = {"theme": self.theme, "public": self.public, "mois": self.month}
        kept = {name: value for name, value in given.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    def keeps(self, page: Training) -> bool:
        """Whether a training has the theme and the public; its dates are not looked at."""
        theme = themes().get(self.theme, "")
        return (not theme or page.theme == theme) and (
            not self.public or self.public in page.publics
        )

    def pages(self) -> list[Training]:
        """The trainings that are kept."""
        return [page for page in trainings() if self.keeps(page)]

    def words(self) -> str:
        """« Factures de travaux, Fournisseur, novembre 2026 »."""
        said = (
            themes().get(self.theme, ""),
            publics().get(self.public, ""),
            this_month().get(self.month, ""),
        )
        return ", ".join(filter(None, said))


def _known(value: str, choices: Mapping[str, str]) -> str:
    return value if value in choices else ""
