"""Texts of articles to compare with the tariffs: a folder of files, or one JSON of the code."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from communaute.editorial.tariffs import BrokenTariffError


# The ways in which copies of the code name an article's number, its start and its words.
NUMBERS = ("section", "number", "numero", "num", "article", "title")
STARTS = ("valid_from", "start", "debut", "date_debut", "dateDebut")
WORDS = ("content", "text", "texte")
# `annexe-article-a43-6-2.md`, « Article A. 43-9 », « R122 ».
ARTICLE = re.compile(r"(?:^|[^a-z])([ar])\.?[ _]?(\d+(?:-\d+)*)(?=\W|_|$)")


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What an article says, annexes included; `starts` is its version's first day, when told."""

    words: str
    starts: date | None = None


def read_texts(path: Path) -> dict[str, ArticleText]:
    """The texts by article: a file each in a folder, or a list of articles in one JSON file.

    Raises BrokenTariffError for a file that holds no list of articles.
    """
    return _joined(_of_folder(path) if path.is_dir() else _of_code(path))


def article_named(name: str) -> str:
    """The article that a file's name or a title gives: `annexe-article-a43-6-2.md` is A43-6-2."""
    found = ARTICLE.search(name.lower())
    return f"{found[1].upper()}{found[2]}" if found else ""


def _of_folder(folder: Path) -> Iterator[tuple[str, ArticleText]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield article_named(path.name), ArticleText(path.read_text("utf-8", errors="replace"))


def _of_code(path: Path) -> Iterator[tuple[str, ArticleText]]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise BrokenTariffError(f"« {path.name} » n’est pas un fichier JSON.") from None
    lists = read.values() if isinstance(read, dict) else [read]
    entries = [entry for each in lists if isinstance(each, list) for entry in each]
    articles = [entry for entry in entries if isinstance(entry, dict) and _first(entry, WORDS)]
    if not articles:
        raise BrokenTariffError(
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


def _joined(found: Iterable[tuple[str, ArticleText]]) -> dict[str, ArticleText]:
    """One text an article: what has no number is left out, an annex joins its article."""
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
