"""The trainings as content says them: by slug, by theme, by public."""

from collections.abc import Sequence
from datetime import date

from communaute import current
from communaute.domain import clock
from communaute.domain.trainings.values import TrainingPage
from communaute.editorial.pages import PUBLICS, Training
from communaute.editorial.slugs import slugify
from communaute.web.dates import french_month


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


def months(today: date) -> dict[str, str]:
    """This month and the next ones, by what an address says: 2026-11."""
    first = [
        date(today.year + (today.month - 1 + n) // 12, (today.month - 1 + n) % 12 + 1, 1)
        for n in range(MONTHS)
    ]
    return {f"{day:%Y-%m}": french_month(day) for day in first}


def this_month() -> dict[str, str]:
    """The months that can be asked for today."""
    return months(clock.today())
