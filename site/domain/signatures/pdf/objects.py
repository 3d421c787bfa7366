"""Read the objects of one state of a PDF, references followed or as they stand."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver


# The number and generation of an object.
Reference = tuple[int, int]
State = HistoricalResolver
_AS_WRITTEN, _IN_CLEAR = generic.EncryptedObjAccess.RAW, generic.EncryptedObjAccess.TRANSPARENT
_DEEPEST = 50


def reference(value: object) -> Reference | None:
    """Give the number of an indirect object; None for a value that stands in its place."""
    if isinstance(value, generic.IndirectObject | generic.Reference):
        return (value.idnum, value.generation)
    return None


def followed(state: State, value: object) -> Any:  # noqa: ANN401 - any object
    """Give what a value refers to, null for what is not there."""
    for _ in range(10):
        if not isinstance(value, generic.IndirectObject):
            return value
        if _generations(state).get(value.idnum, value.generation) != value.generation:
            raise ValueError("many programs leave generations aside and read another object")
        try:
            value = state.get_object(value.reference)
        except KeyError:  # A reference to an object that never was, which PDF allows.
            return generic.NullObject()
    raise RecursionError("reference to a reference")


@lru_cache(maxsize=8)
def _generations(state: State) -> dict[int, int]:
    """Give the generation of the last object of each number in a state."""
    known: dict[int, int] = {}
    for revision in range(state.revision + 1):
        data = state.reader.xrefs.get_xref_data(revision)
        for one in [data] if data.hybrid is None else [data.hybrid.xref_data, data]:
            known |= {number: place[0] for number, place in one.standard_xrefs.items()}
            known |= dict.fromkeys(one.xrefs_in_objstm, 0)
    return known


def entry(state: State, holder: object, key: str) -> Any:  # noqa: ANN401 - any object
    """Give an entry of a dictionary, its references followed; None when there is none."""
    if not isinstance(holder, generic.DictionaryObject) or key not in holder:
        return None
    value = followed(state, holder.raw_get(key))
    return None if isinstance(value, generic.NullObject) else value


def members(state: State, holder: object, key: str) -> list[tuple[Reference | None, Any]]:
    """List the elements of an array in a dictionary, each with its number."""
    found = entry(state, holder, key)
    if not isinstance(found, generic.ArrayObject):
        return []
    raw = [found.raw_get(n) for n in range(len(found))]
    return [(reference(one), followed(state, one)) for one in raw]


def entry_as_is(holder: object, key: str) -> object:
    """Give an entry of a dictionary, a reference as a reference; null when there is none."""
    if isinstance(holder, generic.DictionaryObject) and key in holder:
        # The value of a signature is the one string that nobody encrypts (ISO 32000-1, 7.6.1).
        bare = key == "/Contents" and "/ByteRange" in holder and "/Subtype" not in holder
        return holder.raw_get(key, decrypt=_AS_WRITTEN if bare else _IN_CLEAR)
    return generic.NullObject()


def listed(state: State, value: object) -> list[object]:
    """List the elements of what should be an array: none for null, itself for another value."""
    found = followed(state, value)
    if isinstance(found, generic.ArrayObject):
        return list(raw(found))
    return [] if isinstance(found, generic.NullObject) else [value]


def raw(array: generic.ArrayObject) -> Iterator[object]:
    """Yield the elements of an array as they stand."""
    return (array.raw_get(n) for n in range(len(array)))


def inherited(state: State, page: object, key: str) -> object:
    """Give an entry of a page, its own or that of the nodes above it (ISO 32000-1, 7.7.3.4)."""
    node = page
    for _ in range(_DEEPEST):
        found = entry_as_is(node, key)
        if not isinstance(found, generic.NullObject):
            return found
        node = entry(state, node, "/Parent")
    return generic.NullObject()


def pages(state: State) -> Iterator[Reference]:
    """Yield the number of every page."""
    waiting: list[tuple[object, int]] = [(state.root.raw_get("/Pages"), 0)]
    met: set[Reference] = set()
    while waiting:
        node, depth = waiting.pop()
        place = reference(node)
        if place is None or place in met or depth > _DEEPEST:
            continue
        met.add(place)
        kids = entry(state, state.get_object(generic.Reference(*place)), "/Kids")
        if isinstance(kids, generic.ArrayObject):
            waiting += [(kids.raw_get(n), depth + 1) for n in range(len(kids))]
        else:
            yield place
