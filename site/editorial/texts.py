"""Sentences that the tools show: content/textes/<feature>.md, one part for each `## id Title`.

A definition list inside a part names what a tool shows apart (« Où », « À faire »); `{name}` is
filled by the tool. Links and terms are checked as those of pages are.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from itertools import pairwise
from pathlib import Path

from markdown_it.token import Token

from communaute.editorial.body import as_html, parse
from communaute.editorial.draft import Draft, Surroundings, plain
from communaute.editorial.faults import BrokenFileError, Fault
from communaute.editorial.files import TEXTS
from communaute.editorial.frontmatter import decode
from communaute.editorial.pages import LinkUse
from communaute.french.folding import slugify
from communaute.french.typography import typeset


_PART = re.compile(r"## +([a-z0-9]+(?:-[a-z0-9]+)*)(?: +(\S.*))?")
_BLANK = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Text:
    """A text of a tool. A template prints its HTML; `str()` is its words, for a card or a mail.

    `parts` are the definitions of its list, by the slug of their term (« À faire » is `a-faire`).
    """

    html: str
    words: str
    title: str = ""
    parts: Mapping[str, "Text"] = field(default_factory=dict)
    links: tuple[LinkUse, ...] = ()
    path: Path = Path()

    def __html__(self) -> str:
        return self.html

    def __str__(self) -> str:
        return self.words

    def filled(self, **values: object) -> "Text":
        """The text with each `{name}` replaced. Raises KeyError for a name that is not given."""
        said = {name: typeset(str(value)) for name, value in values.items()}
        return replace(
            self,
            html=_BLANK.sub(lambda blank: escape(said[blank[1]]), self.html),
            words=_BLANK.sub(lambda blank: said[blank[1]], self.words),
            title=_BLANK.sub(lambda blank: said[blank[1]], self.title),
            parts={name: part.filled(**values) for name, part in self.parts.items()},
        )


def read_texts(
    path: Path, raw: bytes, around: Surroundings, faults: list[Fault]
) -> dict[str, Text]:
    """Read one file: its texts by `feature/id`; what is wrong is added to the faults."""
    try:
        source, found = decode(path, raw)
    except BrokenFileError as broken:
        faults.append(broken.fault)
        return {}
    faults += found
    texts: dict[str, Text] = {}
    for line, name, title, body in _parts(path, source, faults):
        key = f"{path.stem}/{name}"
        if key in texts:
            faults.append(Fault(path, line, f"« {name} » est écrit deux fois : gardez-en un."))
        draft = Draft(path, TEXTS, name, line + 1, around, prefix=f"{name}-")
        texts[key] = _text(draft, title, body)
        faults += draft.faults
    return texts


def _parts(path: Path, source: str, faults: list[Fault]) -> Iterator[tuple[int, str, str, str]]:
    """Each part: the line of its heading (from 1), its id, its title, its Markdown."""
    lines = source.split("\n")
    starts = [at for at, line in enumerate(lines) if line.startswith("## ")]
    if any(line.strip() for line in lines[: starts[0] if starts else None]):
        faults.append(Fault(path, 1, "Commencez par « ## identifiant Titre »."))
    for start, end in pairwise([*starts, len(lines)]):
        if heading := _PART.fullmatch(lines[start].rstrip()):
            yield start + 1, heading[1], heading[2] or "", "\n".join(lines[start + 1 : end])
        else:
            message = (
                "Ce titre n’est pas un identifiant : « ## etape-1 Titre » (le titre peut manquer)."
            )
            faults.append(Fault(path, start + 1, message))


def _text(draft: Draft, title: str, body: str) -> Text:
    tokens, env = parse(draft, body)
    if not tokens:
        draft.fault(-1, "Ce texte est vide : écrivez-le ou retirez-le.")
    return Text(
        html=as_html(tokens, env),
        words=_words(tokens),
        title=typeset(title),
        parts=dict(_definitions(tokens, env)),
        links=tuple(draft.links),
        path=draft.path,
    )


def _definitions(tokens: list[Token], env: dict[str, str]) -> Iterator[tuple[str, Text]]:
    name, start = "", 0
    for at, token in enumerate(tokens):
        if token.type == "dt_open":
            name = slugify(plain(tokens[at + 1].children))
        elif token.type == "dd_open":
            start = at + 1
        elif token.type == "dd_close":
            inner = tokens[start:at]
            yield name, Text(as_html(inner, env).strip(), _words(inner))


def _words(tokens: list[Token]) -> str:
    return "\n".join(plain(token.children) for token in tokens if token.type == "inline")
