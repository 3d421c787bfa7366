"""A SIRET or SIREN typed in the search: what it is, above the results."""

import re
import unicodedata

from flask import url_for

from communaute.domain.structures.numbers import InvalidSiret, Siret, read_siret, spaced
from communaute.french.reading import SEPARATORS, SIREN_LENGTH, is_siren
from communaute.web.cards import Card, CardLink, naming_words
from communaute.wiring import current


NAMED = re.compile(r"^\s*(?:n[o°]\s*|numéro\s*)?(?:siret|siren)?\s*:?\s*(?=[\d\s])", re.IGNORECASE)
# What people mistype is seldom further than this from 9 or 14 digits.
FEWEST, MOST = 9, 16


# « modifier mon SIRET », « nouveau siret », « déménagement siret »: the same need in other words.
CHANGING = frozenset(
    naming_words(
        "changer changement change modifier modification nouveau ancien déménager déménagement "
        "déménagé transfert transférer siège adresse identifiant remplacer mise jour comment "
        "entreprise établissement structure chorus pro après vient j ai ma mon"
    )
)
SURE = frozenset(naming_words("changer changement change modifier modification nouveau remplacer"))
MOVING = frozenset(naming_words("déménager déménagement déménagé transfert transférer"))


def change_card(query: str) -> Card | None:
    """The tool that changes a SIRET, for people who say so in other words than its title."""
    words = frozenset(naming_words(query))
    tool = current.tools().get("changement-siret")
    if tool is None or "siret" not in words or not words & (SURE | MOVING):
        return None
    if words - CHANGING - {"siret"}:
        return None
    url = url_for(tool.endpoint)
    practice = current.content().page("/bonnes-pratiques/changer-de-siret")
    links = [CardLink("Ouvrir l’outil en pleine page", url)]
    if practice:
        links.append(CardLink(practice.title, practice.url))
    return Card(
        label="Outil", title=tool.title, lines=(tool.summary,), links=tuple(links), frame=url
    )


def siret_card(query: str) -> Card | None:
    """Whether the number is well formed, its parts, and the tools for it."""
    digits = SEPARATORS.sub("", unicodedata.normalize("NFKC", NAMED.sub("", query)))
    if not (digits.isascii() and digits.isdecimal() and FEWEST <= len(digits) <= MOST):
        return None
    if len(digits) == SIREN_LENGTH:
        return siren_card(digits)
    try:
        return good_siret(read_siret(digits))
    except InvalidSiret as refused:
        return Card(
            label="SIRET",
            title="Ce n’est pas un SIRET valable",
            lines=(str(refused),),
            links=links(digits),
            tone="warning",
        )


def good_siret(siret: Siret) -> Card:
    """A well-formed SIRET and its parts."""
    return Card(
        label="SIRET",
        title=f"{siret} est un SIRET bien formé",
        lines=("Sa clé de contrôle est juste. Cela ne prouve pas qu’il existe.",),
        facts=(
            ("SIREN", f"{spaced(siret.siren)} (l’entreprise, qui ne change jamais)"),
            ("NIC", f"{siret.nic} (l’établissement, qui change avec l’adresse)"),
        ),
        links=links(siret.digits),
        tone="success",
    )


def siren_card(digits: str) -> Card:
    """Nine digits: a SIREN, or a mistyped one."""
    if not is_siren(digits):
        return Card(
            label="SIREN",
            title="Ce n’est pas un SIREN valable",
            lines=("La clé de contrôle ne correspond pas : relisez les 9 chiffres.",),
            links=links(digits),
            tone="warning",
        )
    return Card(
        label="SIREN",
        title=f"{spaced(digits)} est un SIREN bien formé",
        lines=(
            "Il désigne l’entreprise. Un SIRET ajoute les 5 chiffres du NIC, qui désignent "
            "l’établissement.",
        ),
        links=links(digits),
        tone="success",
    )


def links(digits: str) -> tuple[CardLink, ...]:
    """The tools that are built for a SIRET, and what a SIRET is."""
    found = [CardLink("Vérifier ce numéro", url_for("siret.check", siret=digits))]
    change = current.tools().get("changement-siret")
    if change:
        found.append(CardLink(change.title, url_for(change.endpoint)))
    for url in ("/bonnes-pratiques/changer-de-siret", "/questions/qu-est-ce-qu-un-siret"):
        page = current.content().page(url)
        if page:
            found.append(CardLink(page.title, url))
    return tuple(found[:3])
