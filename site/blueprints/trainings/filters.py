"""What a list of trainings or of dates is narrowed to: theme, public, month. An unknown value filters nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from communaute.blueprints.trainings import catalogue
from communaute.editorial.pages import Training


@dataclass(frozen=True)
class Filters:
    """The three keys, empty when not given."""

    theme: str = ""
    public: str = ""
    month: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> "Filters":
        """From an address's arguments: what is not offered is left out, so that addresses are few."""
        return cls(
            _known(arguments.get("theme", ""), catalogue.themes()),
            _known(arguments.get("public", ""), catalogue.publics()),
            _known(arguments.get("mois", ""), catalogue.this_month()),
        )

    def query(self) -> str:
        """The address's arguments, in one order, with their question mark; empty without any."""
        given = {"theme": self.theme, "public": self.public, "mois": self.month}
        kept = {name: value for name, value in given.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    def keeps(self, page: Training) -> bool:
        """Whether a training has the theme and the public; its dates are not looked at."""
        theme = catalogue.themes().get(self.theme, "")
        return (not theme or page.theme == theme) and (
            not self.public or self.public in page.publics
        )

    def pages(self) -> list[Training]:
        """The trainings that are kept."""
        return [page for page in catalogue.trainings() if self.keeps(page)]

    def words(self) -> str:
        """« Factures de travaux, Fournisseur, novembre 2026 »."""
        said = (
            catalogue.themes().get(self.theme, ""),
            catalogue.publics().get(self.public, ""),
            catalogue.this_month().get(self.month, ""),
        )
        return ", ".join(filter(None, said))


def _known(value: str, choices: Mapping[str, str]) -> str:
    return value if value in choices else ""
