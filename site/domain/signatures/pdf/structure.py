"""Compare the logical structure of two states: what tagged PDFs tell to those who listen to them.

A signature in a tagged PDF adds an element for its widget (ISO 32000-1, 14.7.4.3). What replaces
text (ActualText, Alt, E) counts as seen; an order or a role that changed shows nothing.
"""

from collections.abc import Iterator

from pyhanko.pdf_utils import generic

from communaute.domain.signatures.pdf.objects import (
    Reference,
    State,
    entry,
    entry_as_is,
    followed,
    raw,
    reference,
)
from communaute.domain.signatures.pdf.states import Comparison, Exceptions


_DEEPEST = 200
_MOST_ELEMENTS = 200_000
_SPOKEN = ("/ActualText", "/Alt", "/E")
# Compared on its own, or by number only.
_APART = frozenset({"/P", "/K", "/Pg", "/Obj", "/ParentTree", "/ParentTreeNextKey", "/IDTree"})
_OF_A_WIDGET = frozenset(
    {"/Type", "/S", "/P", "/K", "/Pg", "/T", "/Lang", "/ID", "/A", "/C", "/NS"}
)


def differences(old: State, new: State, exceptions: Exceptions) -> Iterator[bool]:
    """Yield, for each difference of structure, whether it is seen. Raises RecursionError."""
    before, after = (entry(state, state.root, "/StructTreeRoot") for state in (old, new))
    if before is None and after is None:
        return
    if before is None or after is None:
        yield False
        return
    yield from _Trees(old, new, exceptions).compared(before, after)


class _Trees:
    def __init__(self, old: State, new: State, exceptions: Exceptions) -> None:
        self.old, self.new, self.exceptions = old, new, exceptions
        self.count = 0

    def compared(self, before: object, after: object) -> Iterator[bool]:
        yield from self._elements(before, after, 0)
        yield from self._parents(before, after)

    def _elements(self, before: object, after: object, depth: int) -> Iterator[bool]:
        """Compare two elements and all below them."""
        self.count += 1
        if depth > _DEEPEST or self.count > _MOST_ELEMENTS:
            raise RecursionError("structure")
        if not isinstance(before, generic.DictionaryObject) or not isinstance(
            after, generic.DictionaryObject
        ):
            if not self._alike(before, after):
                yield False
            return
        for key in {*before, *after} - _APART:
            if not self._alike(entry_as_is(before, key), entry_as_is(after, key)):
                yield key in _SPOKEN
        for key in ("/Pg", "/Obj"):
            if reference(entry_as_is(before, key)) != reference(entry_as_is(after, key)):
                yield False
        notes = self.exceptions.notes
        kids = [
            self._kids(self.old, before, notes),
            self._kids(self.new, after, notes | self.exceptions.come),
        ]
        pairs = list(zip(*kids, strict=False))
        if len(kids[0]) != len(kids[1]):
            known = [{reference(one) for one in side} - {None} for side in kids]
            lone = (
                (state, one)
                for state, side, others in zip((self.old, self.new), kids, known[::-1], strict=True)
                for one in side
                if reference(one) not in others
            )
            yield any(_speaks(state, one) for state, one in lone)
            pairs = [(one, one) for one in kids[1] if reference(one) in known[0]]
        for one, other in pairs:
            yield from self._elements(followed(self.old, one), followed(self.new, other), depth + 1)

    def _kids(self, state: State, element: object, left_out: set[Reference]) -> list[object]:
        """List what hangs below an element, but what serves objects that came or went."""
        held = entry(state, element, "/K")
        found = (
            list(raw(held))
            if isinstance(held, generic.ArrayObject)
            else [entry_as_is(element, "/K")]
        )
        found = [one for one in found if not isinstance(one, generic.NullObject)]
        return [one for one in found if not _serves(state, one, left_out, 0)]

    def _parents(self, before: object, after: object) -> Iterator[bool]:
        """Compare the tables that lead from a page or a widget to its element."""
        one, other = _numbered(self.old, before), _numbered(self.new, after)
        notes = self.exceptions.notes
        came = _serving(self.new, other, notes | self.exceptions.come)
        went = _serving(self.old, one, notes)
        if set(other) - came != set(one) - went:
            yield False
            return
        if any(not self._same_parent(one[n], other[n]) for n in set(one) - went):
            yield False

    def _same_parent(self, one: object, other: object) -> bool:
        before, after = followed(self.old, one), followed(self.new, other)
        if isinstance(before, generic.ArrayObject) and isinstance(after, generic.ArrayObject):
            return [reference(e) for e in raw(before)] == [reference(e) for e in raw(after)]
        return reference(one) is not None and reference(one) == reference(other)

    def _alike(self, before: object, after: object) -> bool:
        comparison = Comparison(self.old, self.new, self.exceptions)
        comparison.compare(before, after, "")
        return not comparison.differences


def _speaks(state: State, element: object) -> bool:
    found = followed(state, element)
    return isinstance(found, generic.DictionaryObject) and any(key in found for key in _SPOKEN)


def _serves(state: State, element: object, objects: set[Reference], depth: int) -> bool:
    """Say whether an element is there only for some of these objects, and says nothing itself."""
    found = followed(state, element)
    if not isinstance(found, generic.DictionaryObject) or depth > _DEEPEST:
        return False
    if entry(state, found, "/Type") == "/OBJR":
        return reference(entry_as_is(found, "/Obj")) in objects
    if not set(found) <= _OF_A_WIDGET:
        return False
    held = entry(state, found, "/K")
    below = list(raw(held)) if isinstance(held, generic.ArrayObject) else [entry_as_is(found, "/K")]
    return bool(below) and all(_serves(state, one, objects, depth + 1) for one in below)


def _serving(state: State, numbered: dict[int, object], objects: set[Reference]) -> set[int]:
    return {n for n, element in numbered.items() if _serves(state, element, objects, 0)}


def _numbered(state: State, root: object) -> dict[int, object]:
    """Read the number tree of parents, whatever its shape (ISO 32000-1, 7.9.7)."""
    found: dict[int, object] = {}
    waiting = [(entry(state, root, "/ParentTree"), 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > _DEEPEST or len(found) > _MOST_ELEMENTS:
            raise RecursionError("numbers")
        pairs = entry(state, node, "/Nums")
        if isinstance(pairs, generic.ArrayObject):
            flat = list(raw(pairs))
            found |= {
                int(str(followed(state, n))): v for n, v in zip(flat[::2], flat[1::2], strict=True)
            }
        kids = entry(state, node, "/Kids")
        if isinstance(kids, generic.ArrayObject):
            waiting += [(followed(state, kid), depth + 1) for kid in raw(kids)]
    return found
