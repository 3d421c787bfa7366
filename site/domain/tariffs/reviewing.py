"""Texts of articles compared with the rows that rest on them: what a person must look at again.

Nothing here changes an amount: it says where the figures of a row are not in the text any more,
which wording is newer than ours, and what was inferred and is still to be read.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import TariffError
from communaute.domain.tariffs.formulas import ON_QUOTE
from communaute.domain.tariffs.values import Row
from communaute.french.folding import fold


FIGURE = re.compile(r"\d+(?:[ \u00a0\u202f]\d{3})*(?:[,.] ?\d+)?")
MISSING_FIGURE, NO_ROW, NO_TEXT, NEWER, OLDER, DEDUCED = (
    *("figure", "no_row", "no_text", "newer", "older"),
    "deduced",
)
# Before it, the dates of versions are conventions (2 March 1959, 1 January 1970), not dates.
FIRST_REAL_DAY = date(2002, 1, 1)
# The ways in which copies of the code name an article's number, its start and its words.
NUMBERS = ("section", "number", "numero", "num", "article", "title")
STARTS = ("valid_from", "start", "debut", "date_debut", "dateDebut")
WORDS = ("content", "text", "texte")
# `annexe-article-a43-6-2.md`, « Article A. 43-9 », « R122 ».
ARTICLE = re.compile(r"(?:^|[^a-z])([ar])\.?[ _]?(\d+(?:-\d+)*)(?=\W|_|$)")


class UnreadableText(TariffError):
    """A file that holds no list of articles."""


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What an article says, annexes included; `starts` is its version's first day, when told."""

    words: str
    starts: date | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at again: an article, perhaps a row, and why."""

    article: str
    kind: str
    row: str
    said: str


def review(
    catalogue: Catalogue, texts: Mapping[str, ArticleText], *, whole_code: bool = False
) -> Iterator[Finding]:
    """Yield what must be looked at again in the rows still in force, then what was inferred.

    `texts` gives each article's text (several files of one article joined). Of a whole code, the
    articles that we have never named are passed over.
    """
    current = [row for row in catalogue.rows if row.valid_until is None]
    cited = {article for row in current for article in row.articles}
    named = cited | catalogue.article_by_slug.keys() | {v.article for v in catalogue.versions}
    for article in sorted(texts):
        if article not in cited and not (whole_code and article not in named):
            yield Finding(article, NO_ROW, "", "aucun tarif en vigueur ne cite cet article")
        yield from _version_findings(catalogue, article, texts[article].starts)
    for row in current:
        yield from _row_findings(row, texts)
    for deduction in catalogue.deductions:
        first, *others = deduction.subjects
        about = f"{first} (+{len(others)})" if others else first
        yield Finding("-", DEDUCED, about, f"{deduction.said} À chercher : {deduction.look_for}")


def _version_findings(catalogue: Catalogue, article: str, starts: date | None) -> Iterator[Finding]:
    ours = [version.valid_from for version in catalogue.versions if version.article == article]
    if starts is None or not ours or starts < FIRST_REAL_DAY or starts == max(ours):
        return
    told, held = f"{starts:%d/%m/%Y}", f"{max(ours):%d/%m/%Y}"
    if starts > max(ours):
        yield Finding(article, NEWER, "", f"version du {told} ; la nôtre est du {held}")
    else:
        yield Finding(article, OLDER, "", f"texte du {told}, plus ancien que le nôtre ({held})")


def _row_findings(row: Row, texts: Mapping[str, ArticleText]) -> Iterator[Finding]:
    read = [article for article in row.articles if article in texts]
    if not read:
        yield Finding(row.articles[0], NO_TEXT, row.id, "texte absent du dossier")
        return
    known = {number for article in read for number in figures(texts[article].words)}
    for number in row_figures(row):
        if number not in known:
            said = f"le chiffre {str(number).replace('.', ',')} n’est plus dans le texte"
            yield Finding(read[0], MISSING_FIGURE, row.id, said)


def row_figures(row: Row) -> list[Decimal]:
    """Return the figures of a row that its text must hold."""
    if row.amount is not None and not row.formula:
        return [row.amount.normalize()]
    if row.formula in ("", ON_QUOTE) or "base" in row.formula:
        return []
    return list(dict.fromkeys(figures(row.formula)))


def figures(text: str) -> Iterable[Decimal]:
    """Yield every number of a text, whatever its spaces: « 1 110 », « 0, 65 », « 12.50 »."""
    for found in FIGURE.findall(text):
        compact = re.sub(r"[ \u00a0\u202f]", "", found).replace(",", ".")
        yield Decimal(compact).normalize()
        # « 9 euros » after « 2 » may be read as a thousand: each part counts too.
        for part in fold(found).split():
            if part.isdigit():
                yield Decimal(part).normalize()


def read_texts(path: Path) -> dict[str, ArticleText]:
    """The texts by article: a file each in a folder, or a list of articles in one JSON file.

    What has no number is left out, an annex joins its article.
    Raises UnreadableText for a file that holds no list of articles.
    """
    if path.is_dir():
        files = [one for one in sorted(path.rglob("*")) if one.is_file()]
        found = [
            (article_named(one.name), ArticleText(one.read_text("utf-8", errors="replace")))
            for one in files
        ]
    else:
        found = list(_of_code(path))
    parts: defaultdict[str, list[ArticleText]] = defaultdict(list)
    for article, text in found:
        if article:
            parts[article].append(text)
    return {
        article: ArticleText(
            "\n".join(text.words for text in texts),
            max((text.starts for text in texts if text.starts), default=None),
        )
        for article, texts in parts.items()
    }


def article_named(name: str) -> str:
    """The article that a file's name or a title gives: `annexe-article-a43-6-2.md` is A43-6-2."""
    found = ARTICLE.search(name.lower())
    return f"{found[1].upper()}{found[2]}" if found else ""


def _of_code(path: Path) -> Iterator[tuple[str, ArticleText]]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise UnreadableText(f"« {path.name} » n’est pas un fichier JSON.") from None
    lists = read.values() if isinstance(read, dict) else [read]
    entries = [entry for each in lists if isinstance(each, list) for entry in each]
    articles = [entry for entry in entries if isinstance(entry, dict) and _first(entry, WORDS)]
    if not articles:
        raise UnreadableText(
            f"« {path.name} » ne tient pas de liste d’articles (numéro, date de début, texte)."
        )
    for entry in articles:
        names = (article_named(str(entry.get(key) or "")) for key in NUMBERS)
        words, start = str(_first(entry, WORDS)), _day(_first(entry, STARTS))
        yield next(filter(None, names), ""), ArticleText(words, start)


def _first(entry: Mapping[str, Any], keys: Iterable[str]) -> object:
    return next((entry[key] for key in keys if entry.get(key)), None)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
