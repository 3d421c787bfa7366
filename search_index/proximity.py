"""How near the words of the question stand to each other in a section."""

import numpy as np
from numpy.typing import NDArray


Numbers = NDArray[np.int32]
NEAR = 6


def adjacent_pairs(
    words: Numbers, owners: NDArray[np.int64], weights: NDArray[np.float32], sections: int
) -> NDArray[np.float64]:
    """Return for each section the weight of the pairs of words said side by side, in order.

    `words` holds, for each place of the sections' texts end to end, which word of the
    question stands there (-1 for none), `owners` the section, `weights` what it weighs.
    """
    places = np.flatnonzero(words >= 0)
    a, b = places[:-1], places[1:]
    side_by_side = (b - a == 1) & (words[b] == words[a] + 1) & (owners[a] == owners[b])
    return _sum_once(words, owners, weights, a[side_by_side], b[side_by_side], sections)


def near_pairs(
    words: Numbers, owners: NDArray[np.int64], weights: NDArray[np.float32], sections: int
) -> NDArray[np.float64]:
    """Return for each section the weight of the pairs of words within six places, in any order."""
    places = np.flatnonzero(words >= 0)
    a, b = places[:-1], places[1:]
    near = (b - a <= NEAR) & (words[b] != words[a]) & (owners[a] == owners[b])
    return _sum_once(words, owners, weights, a[near], b[near], sections)


def _sum_once(
    words: Numbers,
    owners: NDArray[np.int64],
    weights: NDArray[np.float32],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    sections: int,
) -> NDArray[np.float64]:
    """Sum the lighter weight of each pair, each distinct pair once for each section."""
    low, high = np.minimum(words[a], words[b]), np.maximum(words[a], words[b])
    keys = (owners[a] * 64 + low) * 64 + high
    _, first = np.unique(keys, return_index=True)
    lighter = np.minimum(weights[a], weights[b])[first]
    counted = np.bincount(owners[a][first], weights=lighter, minlength=sections)
    return counted.astype(np.float64)
