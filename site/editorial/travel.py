"""Where a reader stands on a path: the address of each step keeps the path it was reached from."""

from collections.abc import Mapping
from dataclasses import dataclass

from communaute.editorial.pages import Page, Path, PathStep


# The field of an address that says from which path a page was reached: `?parcours=fournisseur`.
FIELD = "parcours"


@dataclass(frozen=True, slots=True)
class Travel:
    """A path, and the step of it that one reads, counted from 1."""

    path: Path
    number: int

    @property
    def step(self) -> PathStep:
        """The step that one reads."""
        return self.path.steps[self.number - 1]

    @property
    def before(self) -> PathStep | None:
        """The step before, None at the first."""
        return self.path.steps[self.number - 2] if self.number > 1 else None

    @property
    def after(self) -> PathStep | None:
        """The step after, None at the last."""
        return self.path.steps[self.number] if self.number < len(self.path.steps) else None


def travel_at(pages: Mapping[str, Page], slug: str, address: str) -> Travel | None:
    """The step of a path that is at an address; None for no such path, or a page that is not on it."""
    path = pages.get(f"/parcours/{slug}")
    if not isinstance(path, Path):
        return None
    steps = [step.page.partition("#")[0] for step in path.steps]
    return Travel(path, steps.index(address) + 1) if address in steps else None


def step_address(path: Path, step: PathStep) -> str:
    """The address of a step that keeps the path."""
    page, sign, anchor = step.page.partition("#")
    return f"{page}?{FIELD}={path.slug}{sign}{anchor}"
