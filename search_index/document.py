"""What the index is given: one section of one page, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A section of a page, as visitors will find it.

    `page` groups the sections of one page and `replaced_by` names another page;
    `url` leads to the section's anchor. `headings` is the path of headings above
    the text, joined by " > " and empty for the page's introduction. `keywords`
    are words that visitors type and the text lacks; `links` the words with which
    other pages link here. `expired` pages rank below the page that replaces them.

    What people who keep the site add: `tasks` are wordings that must lead here first,
    `wordings` others that may, `not_for` words of questions that this page does not answer.
    They count for the section that is given them, and a little less for its page.
    """

    id: str
    page: str
    url: str
    title: str
    headings: str
    body: str
    kind: str = ""
    audience: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    wordings: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    verified: date | None = None
    expired: bool = False
    replaced_by: str = ""

    @property
    def name(self) -> str:
        """The title; for a page that has none, the first heading above the text."""
        return self.title or self.headings.partition(" > ")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """What the keepers of a site know of its words; nothing of it is needed.

    `own_names` are the site's own names: every page says them, so they tell none apart and
    are left out of a question that asks anything else. `intents` are words for what one came
    to do, which weigh more, and `recipients` words for whom it concerns, which weigh less.
    `priors` says what a page of each kind is worth beside another that says as much (1 when
    absent). Pages of the kind `definitions` define one word each: their prior does not count
    when that word alone, or a definition, is asked.
    """

    own_names: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    priors: Mapping[str, float] = field(default_factory=dict)
    definitions: str = ""


NO_GUIDANCE = Guidance()
