"""The values that content files become: one dataclass for all pages, a narrower one per kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as FilePath


PUBLICS: Mapping[str, str] = {
    "fournisseur": "Fournisseur",
    "entite-publique": "Entité publique",
    "prestataire-justice": "Prestataire de justice",
    "travaux": "Marchés de travaux",
    "developpeur": "Développeur",
}
ACTORS: Mapping[str, str] = {
    "fournisseur": "Le fournisseur",
    "destinataire": "Le destinataire",
    "comptable": "Le comptable",
    "personne": "Personne",
}
FORMATS: Mapping[str, str] = {
    "paire": "Classe virtuelle en deux séances",
    "webinaire": "Webinaire en une séance",
}
LEVELS: Mapping[str, str] = {"debutant": "Débutant", "confirme": "Confirmé"}


@dataclass(frozen=True, slots=True)
class TocEntry:
    """A heading of the page and the headings under it; `id` is its anchor."""

    level: int
    id: str
    text: str
    children: tuple["TocEntry", ...] = ()


@dataclass(frozen=True, slots=True)
class TextSection:
    """The plain text under one heading; `path` is the headings down to it, empty at the top."""

    anchor: str
    path: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Illustration:
    """The picture of a page: its address, its text (empty: decorative), its size in pixels."""

    file: str
    url: str
    alt: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts come from; without an address when it is not on line."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class LinkUse:
    """A link typed in a page: where to, with which words, on which line."""

    target: str
    text: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """A content page. Titles, texts and HTML are in final typography.

    `toc` is the tree of headings, `headings` their texts in order, `text` the whole in
    plain words, `tools` the names of the tools embedded, `anchors` every id of the HTML.
    """

    url: str
    kind: str
    slug: str
    title: str
    summary: str
    source_path: FilePath
    publics: tuple[str, ...] = ()
    published: date | None = None
    verified: date | None = None
    period: str = ""
    valid_until: date | None = None
    replaced_by: str = ""
    updated_note: str = ""
    keywords: tuple[str, ...] = ()
    illustration: Illustration | None = None
    sources: tuple[Source, ...] = ()
    see_also: tuple[str, ...] = ()
    order: int | None = None
    html: str = ""
    toc: tuple[TocEntry, ...] = ()
    text: str = ""
    headings: tuple[str, ...] = ()
    text_sections: tuple[TextSection, ...] = ()
    tools: tuple[str, ...] = ()
    anchors: frozenset[str] = frozenset()
    links: tuple[LinkUse, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def is_expired(self, today: date) -> bool:
        """Say whether the page no longer tells the truth: `valid_until` is its last true day."""
        return self.valid_until is not None and today > self.valid_until


@dataclass(frozen=True, kw_only=True)
class Issue(Page):
    """A newsletter issue: its body is the editorial, `articles` the addresses of its articles."""

    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PathStep:
    """A step of a path: an address of the site, the step's title and why it comes now."""

    page: str
    title: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Path(Page):
    """An ordered path of pages for one public."""

    public: str = ""
    steps: tuple[PathStep, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StatusPage(Page):
    """An invoice status: its code in Chorus Pro and who must act next."""

    code: str = ""
    actor: str = ""


@dataclass(frozen=True, kw_only=True)
class GlossaryTerm(Page):
    """A term of the glossary; `aliases` are other ways of naming it."""

    acronym: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Question(Page):
    """A question as people type it, and its short answer."""


@dataclass(frozen=True, kw_only=True)
class Training(Page):
    """A training, without its dates, which live in the database."""

    theme: str = ""
    level: str = ""
    goals: tuple[str, ...] = ()
    session_1: tuple[str, ...] = ()
    session_2: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    duration: str = ""
    training_tools: tuple[str, ...] = ()
    format: str = "paire"
    virtual_class: str = ""

    @property
    def is_webinar(self) -> bool:
        """Whether one signs up for one session, not for a pair."""
        return self.format == "webinaire"


@dataclass(frozen=True, slots=True)
class Witness:
    """Who testifies, as published."""

    name: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Testimonial(Page):
    """The words of a person, told indirectly."""

    witness: Witness | None = None
