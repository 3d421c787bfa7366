"""The arrays beside the Whoosh index: everything ranking reads."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


Ids = NDArray[np.int32]
Weights = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Postings:
    """A sparse matrix by rows: row t holds the places of term t, in order, and its weights."""

    starts: NDArray[np.int64]
    places: Ids
    weights: Weights

    @classmethod
    def gathered(
        cls, rows: Ids, places: Ids, weights: Weights, height: int, width: int
    ) -> "Postings":
        """Return the matrix of (row, place, weight) triples; equal (row, place) pairs add up."""
        kept = weights > 0
        rows, places, weights = rows[kept], places[kept], weights[kept]
        keys, inverse = np.unique(rows.astype(np.int64) * width + places, return_inverse=True)
        summed = np.bincount(inverse, weights=weights, minlength=len(keys)).astype(np.float32)
        starts = np.searchsorted(keys, np.arange(height + 1, dtype=np.int64) * width)
        return cls(starts.astype(np.int64), (keys % width).astype(np.int32), summed)

    def row(self, term: int) -> tuple[Ids, Weights]:
        """Return the places of a term and its weight at each."""
        span = slice(self.starts[term], self.starts[term + 1])
        return self.places[span], self.weights[span]

    def frequencies(self) -> NDArray[np.int64]:
        """Return in how many places each term stands."""
        return np.diff(self.starts)

    def save(self, folder: Path, name: str) -> None:
        """Write the three arrays into the folder."""
        for part in ("starts", "places", "weights"):
            np.save(folder / f"{name}-{part}.npy", getattr(self, part))

    @classmethod
    def load(cls, folder: Path, name: str) -> "Postings":
        """Read the three arrays."""
        starts, places, weights = (
            np.load(folder / f"{name}-{part}.npy", allow_pickle=False)
            for part in ("starts", "places", "weights")
        )
        return cls(starts, places, weights)


@dataclass(frozen=True, slots=True)
class Rows:
    """Lists of numbers of unequal length, end to end."""

    starts: NDArray[np.int64]
    values: Ids

    @classmethod
    def of(cls, lists: list[list[int]]) -> "Rows":
        """Return the lists end to end."""
        starts = np.cumsum([0, *map(len, lists)])
        return cls(starts.astype(np.int64), np.array([v for row in lists for v in row], np.int32))

    def gather(self, rows: NDArray[np.int64]) -> tuple[Ids, NDArray[np.int64]]:
        """Return the values of some rows end to end, and which of `rows` each belongs to."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        owners = np.repeat(np.arange(len(rows)), lengths)
        shift = self.starts[rows] - np.concatenate(([0], np.cumsum(lengths)[:-1]))
        return self.values[np.arange(len(owners)) + shift[owners]], owners

    def save(self, folder: Path, name: str) -> None:
        """Write the two arrays into the folder."""
        np.save(folder / f"{name}-starts.npy", self.starts)
        np.save(folder / f"{name}-values.npy", self.values)

    @classmethod
    def load(cls, folder: Path, name: str) -> "Rows":
        """Read the two arrays."""
        starts, values = (
            np.asarray(np.load(folder / f"{name}-{part}.npy", allow_pickle=False))
            for part in ("starts", "values")
        )
        return cls(starts, values)


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
    synonyms: list[list[str]]  # written by the keepers of the site
    acronyms: list[list[str]]  # explained by the texts themselves
    own_names: list[list[str]]  # as stems
    stress: dict[str, float]  # stem -> what it weighs beside another word
    priors: list[float]  # of each kind
    definitions: int  # the kind that defines words, or -1
    tasks: list[tuple[int, str]]  # section, what one comes to do there
    not_for: list[tuple[int, str]]  # page, what it is not for
    by_section: Postings  # stem -> sections, weighted frequency
    by_page: Postings  # stem -> pages, weighted frequency
    by_page_surface: Postings  # surface -> pages, weighted frequency
    by_audience: Postings  # audience -> sections
    stem_topics: NDArray[np.float16]  # stem -> its vector of latent topics, times its idf
    page_topics: NDArray[np.float16]  # page -> its unit vector
    titles: Rows  # page -> the stems of its title
    wordings: Rows  # wording -> its stems
    wording_of: Codes  # wording -> the section it leads to
    wording_strength: NDArray[np.float32]  # of each wording
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
        """Read the arrays and the lists. Read, not mapped: a mapped file cut short kills its reader."""
        values: dict[str, Any] = json.loads((folder / "lists.json").read_text("utf-8"))
        for field in fields(cls):
            if field.name in values:
                continue
            if field.type is Postings or field.type is Rows:
                values[field.name] = field.type.load(folder, field.name)
            else:
                path = folder / f"{field.name}.npy"
                values[field.name] = np.load(path, allow_pickle=False)
        return cls(**values)
