"""Links inside a page: glossary terms, other pages, files, other sites."""

import re

from markdown_it.token import Token

from communaute.editorial.draft import Draft, plain
from communaute.editorial.pages import LinkUse
from communaute.french.folding import slugify
from communaute.french.typography import typeset


_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_EMPTY_WORDS = frozenset({"ici", "cliquez-ici", "cliquer-ici", "la", "ce-lien", "lien"})


def write_links(draft: Draft, children: list[Token], at: int) -> None:
    """Resolve and check every link of an inline token that starts on line `at` (from 0)."""
    line = at
    for index, token in enumerate(children):
        if token.type in {"softbreak", "hardbreak"}:
            line += 1
        elif token.type == "link_open":
            end = _closing(children, index)
            words = typeset(plain(children[index + 1 : end]))
            if "term" in token.meta:
                _link_term(draft, token, children[end], words, line)
            else:
                _link_page(draft, token, words, line)
        elif token.type == "text" and _REFUSED.search(token.content):
            draft.fault(
                line, "Cette adresse est refusée : écrivez une adresse en « https:// » ou « / »."
            )
        elif token.type == "text" and _NO_NOTE.search(token.content):
            draft.fault(
                line, "Cette note de bas de page n’est pas écrite : ajoutez « [^…]: » plus bas."
            )


_REFUSED = re.compile(r"\]\(\s*(?:javascript|vbscript|data|file):", re.IGNORECASE)
_NO_NOTE = re.compile(r"\[\^[^\]\s]+\]")


def _closing(children: list[Token], start: int) -> int:
    ends = (i for i in range(start, len(children)) if children[i].type == "link_close")
    return next(ends, len(children) - 1)


def _link_term(draft: Draft, opening: Token, closing: Token, words: str, line: int) -> None:
    name = opening.meta["term"]
    term = draft.around.term(name)
    if term is None:
        message = (
            f"Le terme « {name} » n’est pas au glossaire : ajoutez-le ou écrivez-le sans [[ ]]."
        )
        draft.fault(line, message)
    own = draft.kind == "glossaire" and term is not None and term.slug == draft.slug
    if term is None or own or term.slug in draft.terms_used:
        for token in (opening, closing):
            token.type, token.tag, token.nesting, token.content = "text", "", 0, ""
        return
    draft.terms_used.add(term.slug)
    href = f"/glossaire#{term.slug}"
    opening.attrs = {"class": "glossary-term", "href": href}
    draft.links.append(LinkUse(href, words, draft.line(line)))


def _link_page(draft: Draft, token: Token, words: str, line: int) -> None:
    href = str(token.attrs.get("href", ""))
    if slugify(words) in _EMPTY_WORDS:
        draft.fault(
            line, f"« {words} » ne dit pas où mène le lien : écrivez le nom de la page visée."
        )
    if not words:
        draft.fault(line, "Ce lien n’a pas de texte : écrivez le nom de la page visée.")
    if href.startswith("https://"):
        token.attrs["rel"] = "noopener external"
    elif href.startswith(("mailto:", "tel:")):
        return
    elif _SCHEME.match(href) or href.startswith("//"):
        draft.fault(line, f"L’adresse {href} n’est pas en https : donnez l’adresse sûre du site.")
    elif href.startswith(("/", "#")):
        draft.links.append(LinkUse(href, words, draft.line(line)))
    else:
        _link_file(draft, token, href, line)


def _link_file(draft: Draft, token: Token, href: str, line: int) -> None:
    url = f"/media/{draft.kind}/{href}"
    if url in draft.around.media:
        token.attrs["href"] = url
        return
    message = (
        f"« {href} » n’est ni un fichier à côté de la page ni une adresse : commencez par « / »."
    )
    draft.fault(line, message)
