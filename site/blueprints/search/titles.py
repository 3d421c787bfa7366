"""A plain scan of titles: what answers when there is no index, and on the 404 page."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from communaute.editorial import Page


WORD = re.compile(r"[a-z0-9]{2,}")
# Words too common to tell one page from another.
COMMON = frozenset(
    [
        "de",
        "du",
        "des",
        "le",
        "la",
        "les",
        "un",
        "une",
        "et",
        "ou",
        "en",
        "au",
        "aux",
        "ce",
        "que",
        "qui",
        "dans",
        "pour",
        "par",
        "sur",
        "ma",
        "mon",
        "mes",
    ]
)
TITLE_WEIGHT, KEYWORD_WEIGHT, SUMMARY_WEIGHT = 3, 2, 1
MOST_WORDS = 12


def words_of(text: str) -> set[str]:
    """The words of a text, without accents, plural marks or common words."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    ascii_only = plain.encode("ascii", "ignore").decode()
    found = [word for word in WORD.findall(ascii_only) if word not in COMMON]
    return {word.rstrip("sx") or word for word in found}


def scan(pages: Iterable[Page], query: str, limit: int) -> Sequence[Page]:
    """The pages whose title, keywords or summary share words with the query, best first."""
    wanted = set(sorted(words_of(query[:200]))[:MOST_WORDS])
    scored = [(score(page, wanted), page) for page in pages] if wanted else []
    kept = [(points, page) for points, page in scored if points]
    kept.sort(key=lambda pair: (-pair[0], pair[1].title))
    return [page for _points, page in kept[:limit]]


def score(page: Page, wanted: set[str]) -> int:
    """How many words are shared, those of the title counting most."""
    return (
        TITLE_WEIGHT * len(wanted & words_of(page.title))
        + KEYWORD_WEIGHT * len(wanted & words_of(" ".join(page.keywords)))
        + SUMMARY_WEIGHT * len(wanted & words_of(page.summary))
    )
