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
# Who acts next on an invoice; domain.structures.statuses says it in words.
ACTORS = ("fournisseur", "destinataire", "valideur", "comptable", "personne")
FORMATS: Mapping[str, str] = {
    "paire": "Classe virtuelle en deux séances",
    "webinaire": "Webinaire en une séance",
}
LEVELS: Mapping[str, str] = {"debutant": "Débutant", "confirme": "Confirmé"}


@dataclass(frozen=True, slots=True)
class Period:
    """The years that screens of Chorus Pro were in use, in words, and how one knows them."""

    label: str
    known_by: str


# docs/facts and the guide to spaces say where each comes from.
PERIODS: Mapping[str, Period] = {
    "2017-2022": Period(
        "de 2017 à février 2022",
        "On les reconnaît aux onglets appelés « espaces », dont « Activités du gestionnaire ».",
    ),
    "depuis-2022": Period(
        "depuis le 21 février 2022",
        "On les reconnaît aux domaines « Organisation », « Facturation », « Commande » et "
        "« Raccordements », et au menu « Approbations ».",
    ),
    "depuis-2024": Period(
        "depuis septembre 2024",
        "Les domaines sont les mêmes, et un code est demandé à la connexion, après le mot de passe. "
        "Le domaine « Annuaire facturation », sans compte, s'y ajoute en septembre 2025.",
    ),
    "depuis-2026": Period(
        "depuis septembre 2026",
        "Une facture peut aussi venir d'une plateforme agréée.",
    ),
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A schematic screen of a page: its title, the labels said to be read, the line it is typed on.

    `outside` says what it shows when it is no screen of Chorus Pro.
    """

    title: str
    labels: tuple[str, ...]
    outside: str
    line: int


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
    """Where facts come from: `read` is the day it was read, the page's `verified` when it is not given.

    `note` says why there is no address, or what its reader should know of it.
    """

    label: str
    url: str = ""
    read: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class LinkUse:
    """A link typed in a page: where to, with which words, on which line."""

    target: str
    text: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """A content page. Titles, texts and HTML are in final typography.

    `screens` is the period of PERIODS whose screens are drawn, `few_screens` why there are fewer of
    them than the kind asks for. `toc` is the tree of headings, `headings` their texts in order,
    `text` the whole in plain words, `cited` the numbers of the sources its sentences name,
    `says_ours` whether a sentence is marked as this site's own, `has_steps` whether it goes step by step, `tools`
    the names of the tools embedded, `anchors` every id of the HTML.
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
    screens: str = ""
    few_screens: str = ""
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
    drawings: tuple[Drawing, ...] = ()
    has_steps: bool = False
    cited: frozenset[int] = frozenset()
    says_ours: bool = False
    anchors: frozenset[str] = frozenset()
    links: tuple[LinkUse, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def is_expired(self, today: date) -> bool:
        """Say whether the page no longer tells the truth: `valid_until` is its last true day."""
        return self.valid_until is not None and today > self.valid_until


@dataclass(frozen=True, slots=True)
class PageGroup:
    """A task, and the addresses of the pages of a section that serve it, in the order of reading."""

    title: str
    pages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SectionIndex(Page):
    """What introduces a section; `groups` orders its pages by task, empty when they are a plain list."""

    groups: tuple[PageGroup, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Guide(Page):
    """A guide; `duration` is the time its procedure takes, `needs` what to have at hand."""

    duration: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure of an issue: as it is shown, what it says, where it comes from."""

    value: str
    words: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class Issue(Page):
    """A newsletter issue: its body is the editorial, `articles` the addresses of its articles."""

    articles: tuple[str, ...] = ()
    figure: Figure | None = None


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
    """An invoice status: the one place where its words are.

    `code` is Chorus Pro's; `actor` acts next; `sender` and `recipient` say to each side what it means
    and what to do; `by_when` says how soon, and `guide` where to read how.
    """

    code: str = ""
    actor: str = ""
    sender: str = ""
    recipient: str = ""
    by_when: str = ""
    guide: str = ""


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
    """The words of a person: told indirectly, or their own when they sent them here (`submission`)."""

    witness: Witness | None = None
    submission: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
