"""The arrays beside the Whoosh index: everything ranking reads, mapped into memory."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index.postings import Postings, Rows


Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Tables:
    """One generation's arrays. Sections are numbered as Whoosh numbers its documents."""

    stems: list[str]  # sorted
    surfaces: list[str]  # sorted
    spellings: list[str]  # of each surface, as the texts write it most often
    stem_of: Codes  # surface -> stem
    page_of: Codes  # section -> page
    kind_of: Codes  # section -> kind
    expired: NDArray[np.bool_]  # by section
    replacement_of: Codes  # page -> the page that replaces it, or -1
    initials: str  # of the words of all titles, a line for each title
    initial_stems: Codes  # of each of those letters
    kinds: list[str]
    audiences: list[str]
    synonyms: list[list[str]]
    by_section: Postings  # stem -> sections, weighted frequency
    by_page: Postings  # stem -> pages, weighted frequency
    by_page_surface: Postings  # surface -> pages, weighted frequency
    by_audience: Postings  # audience -> sections
    stem_topics: NDArray[np.float16]  # stem -> its vector of latent topics, times its idf
    page_topics: NDArray[np.float16]  # page -> its unit vector
    titles: Rows  # page -> the stems of its title
    streams: Rows  # section -> its stems in reading order

    def save(self, folder: Path) -> None:
        """Write one file for each array and one for all lists."""
        lists: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Postings | Rows):
                value.save(folder, field.name)
            elif isinstance(value, np.ndarray):
                np.save(folder / f"{field.name}.npy", value)
            else:
                lists[field.name] = value
        (folder / "lists.json").write_text(json.dumps(lists, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Tables":
        """Map the arrays and read the lists."""
        values: dict[str, Any] = json.loads((folder / "lists.json").read_text("utf-8"))
        for field in fields(cls):
            if field.name in values:
                continue
            if field.type is Postings or field.type is Rows:
                values[field.name] = field.type.load(folder, field.name)
            else:
                path = folder / f"{field.name}.npy"
                values[field.name] = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
        return cls(**values)
