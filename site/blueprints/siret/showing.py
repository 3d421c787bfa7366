"""The pages of a change: what each of them shows around its own part."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, url_for

from communaute.domain import clock
from communaute.domain.siret.errors import AlreadyReplaced, ChangeRefused
from communaute.domain.structures import listing, practice
from communaute.domain.structures.numbers import spaced
from communaute.editorial.texts import Text
from communaute.extensions import db
from communaute.models.accounts import User
from communaute.web.rendering import render, wants_fragment
from communaute.wiring import current


# The five steps of Chorus Pro; content/textes/siret.md says them, as the practice page does.
LAST = 5
PRACTICE = "/bonnes-pratiques/changer-de-siret"


@dataclass(frozen=True)
class Step:
    """One step: its words, and its schematic screen, which is the practice page's."""

    number: int
    text: Text

    @property
    def title(self) -> str:
        """What one does."""
        return self.text.title

    @property
    def button(self) -> str:
        """What one clicks."""
        return self.text.parts["bouton"].words

    @property
    def image(self) -> str:
        """The schematic screen's address."""
        return f"/media{PRACTICE}-etape-{self.number}.svg"


def steps() -> tuple[Step, ...]:
    """The steps, in Chorus Pro's order."""
    text = current.content().text
    return tuple(Step(number, text(f"siret/etape-{number}")) for number in range(1, LAST + 1))


def shown(
    state: str, user: User, number: int = 0, *, status: int = HTTPStatus.OK, **context: object
) -> Response:
    """A page of the change, or its part when htmx asks.

    Every page shows the practice, the structure when one is chosen, the path of the steps.
    """
    return render(
        f"siret/{state}.html",
        "tool",
        status=status,
        tool=current.tools()["changement-siret"],
        practice=practice.state(db.session(), user, clock.now()) if user.is_guest else None,
        sheet=listing.details(db.session(), user, number) if number else None,
        steps=steps(),
        last=LAST,
        address=lambda at: address_of(user, number, at),
        fragment=wants_fragment(),
        spaced=spaced,
        **context,
    )


def stopped(user: User, number: int, refused: ChangeRefused) -> Response:
    """Why this structure's SIRET is not changed here, and what to do instead."""
    replaced = isinstance(refused, AlreadyReplaced)
    return shown(
        "stopped",
        user,
        number,
        status=HTTPStatus.CONFLICT if replaced else HTTPStatus.FORBIDDEN,
        refused=str(refused),
        receipt=refused.receipt_code if isinstance(refused, AlreadyReplaced) else "",
    )


def address_of(user: User, number: int, at: int) -> str:
    """The address of a step: the first is the list of structures, the one after the last is
    the page that is checked."""
    if at <= 1:
        return url_for("siret.exercise" if user.is_guest else "siret.mine")
    if at > LAST:
        return url_for("siret.review", number=number)
    return url_for("siret.one_step", number=number, at=at)
