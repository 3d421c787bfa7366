"""Building: documents in, a published generation out."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whoosh.index import create_in

from search_index import generations
from search_index.collecting import Collector
from search_index.document import Document
from search_index.normalizing import canonical
from search_index.opening import ARRAYS, WHOOSH, Index
from search_index.schema import schema


STORED_AS_THEY_ARE = ("id", "page", "url", "kind", "verified", "expired", "replaced_by")


def build(
    directory: str | Path,
    documents: Iterable[Document],
    synonyms: Iterable[Iterable[str]] = (),
    *,
    fingerprint: str = "",
) -> Path:
    """Index the documents as a new generation and publish it in one step.

    `synonyms` are groups of words or phrases that mean the same. `fingerprint` says what
    the documents were made from: Index.is_older_than() compares it. Returns the folder of
    the generation. Raises ValueError if there is no document or two share an id, and
    OSError if the folder cannot be written; what was published before then stays.
    """

    def fill(generation: Path) -> dict[str, Any]:
        collector = _index(generation / WHOOSH, documents)
        (generation / ARRAYS).mkdir()
        collector.tables(synonyms).save(generation / ARRAYS)
        return {"fingerprint": fingerprint, "sections": len(collector.documents)}

    return generations.publish(Path(directory), fill, _smoke)


def _index(folder: Path, documents: Iterable[Document]) -> Collector:
    folder.mkdir()
    collector = Collector()
    writer = create_in(folder, schema()).writer(limitmb=256)
    seen: set[str] = set()
    try:
        for document in documents:
            if document.id in seen:
                message = f"two documents have the id {document.id!r}"
                raise ValueError(message)
            seen.add(document.id)
            writer.add_document(**_stored(document), terms=collector.add(document))
    except BaseException:
        writer.cancel()
        raise
    if not seen:
        writer.cancel()
        raise ValueError("no document: an empty index is never published")
    writer.commit()
    return collector


def _stored(document: Document) -> dict[str, Any]:
    """Return what Whoosh keeps of a section; texts in the spelling that was analysed."""
    kept = {name: getattr(document, name) for name in STORED_AS_THEY_ARE}
    kept |= {name: canonical(getattr(document, name)) for name in ("headings", "body")}
    kept["title"] = canonical(document.name)
    return kept | {"audience": ",".join(document.audience)}


def _smoke(generation: Path) -> None:
    """Open the new generation as a reader will, and ask it for its own first section."""
    index = Index(generation)
    index.check()
