"""Postings as numpy arrays: for each term, where it stands and how much it weighs there."""

from dataclasses import dataclass
from pathlib import Path

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
        """Map the three arrays into memory; processes share them."""
        starts, places, weights = (
            np.load(folder / f"{name}-{part}.npy", mmap_mode="r", allow_pickle=False)
            for part in ("starts", "places", "weights")
        )
        return cls(np.asarray(starts), np.asarray(places), np.asarray(weights))


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
        """Map the two arrays into memory; processes share them."""
        starts, values = (
            np.asarray(np.load(folder / f"{name}-{part}.npy", mmap_mode="r", allow_pickle=False))
            for part in ("starts", "values")
        )
        return cls(starts, values)
