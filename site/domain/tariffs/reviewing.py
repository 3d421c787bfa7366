"""Texts of articles compared with the rows that rest on them: what a person must look at again.

Nothing here changes an amount: it says where the figures of a row are not in the text any more.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from communaute.domain.tariffs import words
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.formulas import ON_QUOTE
from communaute.domain.tariffs.values import Row


FIGURE = re.compile(r"\d+(?:[ \u00a0\u202f]\d{3})*(?:[,.] ?\d+)?")
MISSING_FIGURE, NO_ROW, NO_TEXT = "figure", "no_row", "no_text"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at again: an article, perhaps a row, and why."""

    article: str
    kind: str
    row: str
    said: str


def article_of_file(name: str) -> str:
    """Return the article that a file's name gives: `annexe-article-a43-6-2.md` is A43-6-2."""
    found = re.search(r"(?:^|[^a-z])([ar])\.?[ _]?(\d+(?:-\d+)*)(?=\.|_|$)", name.lower())
    return f"{found[1].upper()}{found[2]}" if found else ""


def review(catalogue: Catalogue, texts: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what must be looked at again in the rows still in force.

    `texts` gives each article's text (several files of one article joined).
    """
    current = [row for row in catalogue.rows if row.valid_until is None]
    cited = {article for row in current for article in row.articles}
    for article in sorted(texts):
        if article not in cited:
            yield Finding(article, NO_ROW, "", "aucun tarif en vigueur ne cite cet article")
    for row in current:
        yield from _row_findings(row, texts)


def _row_findings(row: Row, texts: Mapping[str, str]) -> Iterator[Finding]:
    read = [article for article in row.articles if article in texts]
    if not read:
        yield Finding(row.articles[0], NO_TEXT, row.id, "texte absent du dossier")
        return
    known = {number for article in read for number in figures(texts[article])}
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
        for part in words.fold(found).split():
            if part.isdigit():
                yield Decimal(part).normalize()
