"""The tariffs of content/, read once and given to the domain as a catalogue."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.finder import Finder
from communaute.domain.tariffs.formulas import Parameters
from communaute.editorial.tariffs import FOLDER, Change, TariffContent, read_tariffs
from communaute.wiring import current


@dataclass(frozen=True)
class Tariffs:
    """The content as it was read, and what is made of it once."""

    content: TariffContent

    @cached_property
    def catalogue(self) -> Catalogue:
        """The rows, found by id, series, article or date."""
        return Catalogue(
            rows=self.content.rows,
            parameters=Parameters(self.content.parameters),
            categories=self.content.categories,
            articles=self.content.articles,
            versions=self.content.versions,
            deductions=self.content.deductions,
        )

    @cached_property
    def finder(self) -> Finder:
        """The rows, indexed for the finder."""
        return Finder(self.catalogue)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What changed, in the law or in our data, latest first."""
        return tuple(sorted(self.content.changes, key=lambda change: change.on, reverse=True))


def tariffs() -> Tariffs:
    """The tariffs of the current application; in development, read again when a file changes."""
    state = current.site()
    folder = state.directory / FOLDER
    return _read(folder, _stamp(folder) if state.debug else 0.0)


@lru_cache(maxsize=2)
def _read(folder: Path, stamp: float) -> Tariffs:
    return Tariffs(read_tariffs(folder))


def _stamp(folder: Path) -> float:
    return max((path.stat().st_mtime for path in folder.glob("*.csv")), default=0.0)
