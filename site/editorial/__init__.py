"""Reads content/: documents, HTML, feeds, search documents; checks it."""

from communaute.editorial.checking import check
from communaute.editorial.content import Content, Section
from communaute.editorial.faults import Fault
from communaute.editorial.feeds import atom_feed
from communaute.editorial.loading import load
from communaute.editorial.pages import (
    ACTORS,
    LEVELS,
    PUBLICS,
    GlossaryTerm,
    Illustration,
    Issue,
    LinkUse,
    Page,
    Path,
    PathStep,
    Question,
    Source,
    StatusPage,
    Testimonial,
    TextSection,
    TocEntry,
    Training,
    Witness,
)
from communaute.editorial.typography import typography
from communaute.editorial.watching import Watcher


__all__ = [
    "ACTORS",
    "LEVELS",
    "PUBLICS",
    "Content",
    "Fault",
    "GlossaryTerm",
    "Illustration",
    "Issue",
    "LinkUse",
    "Page",
    "Path",
    "PathStep",
    "Question",
    "Section",
    "Source",
    "StatusPage",
    "Testimonial",
    "TextSection",
    "TocEntry",
    "Training",
    "Watcher",
    "Witness",
    "atom_feed",
    "check",
    "load",
    "typography",
]
