"""What a reader process does in the concurrency test."""

from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

from search_index import open_index


def read_until(
    stop: Event, ready: Barrier, folder: Path, told: "Queue[tuple[int, set[str]]]"
) -> None:
    """Open and ask again and again; report how often, and every fault seen.

    All sections of a generation carry its name as their kind: hits of two kinds in one
    answer, or fewer hits than there are sections, are a mix.
    """
    faults: set[str] = set()
    asked = 0
    ready.wait()
    while not stop.is_set() or not asked:
        try:
            index = open_index(folder)
            results = index.search("facture", limit=100)
            kinds = {hit.kind for hit in results.hits if "<mark>" in hit.excerpt}
            if len(kinds) != 1 or results.total != len(index):
                faults.add(f"{sorted(kinds)}: {results.total} of {len(index)}")
        except Exception as error:
            faults.add(repr(error))
        asked += 1
    told.put((asked, faults))


def ask_what_is_cut(folder: Path, opened: Event, cut: Event, told: "Queue[str]") -> None:
    """Open an index, let its files be cut, ask it: an answer or an error, never a signal."""
    index = open_index(folder)
    opened.set()
    cut.wait()
    try:
        told.put(f"{len([hit.excerpt for hit in index.search('facture siret').hits])} hits")
    except Exception as error:
        told.put(repr(error))
