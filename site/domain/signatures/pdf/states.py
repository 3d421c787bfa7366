"""Compare two states of a PDF by what can be reached in them, whatever the object numbers.

Everything reachable from the catalogue is compared, value by value. What an update may do is
given as exceptions (explaining.py): parts of objects that may differ, objects that may have
come or gone. An exception is tied to an object, so that it holds wherever the object is met
and nowhere else. What differs beyond them is told apart: seen by a reader, or not.
"""

from dataclasses import dataclass, field

from pyhanko.pdf_utils import generic

from communaute.domain.signatures.pdf import entries
from communaute.domain.signatures.pdf.drawing import (
    is_of_resources,
    is_plain_group,
    names_drawn,
)
from communaute.domain.signatures.pdf.objects import (
    Reference,
    State,
    entry_as_is,
    followed,
    listed,
    raw,
    reference,
)


_MOST_OBJECTS = 100_000
# No reader shows these, wherever they stand: private data of programs (ISO 32000-1, 14.5), and
# marks of logical structure.
_UNSEEN = frozenset({"/PieceInfo", "/LastModified", "/StructParent", "/StructParents"})
# What a page may have of its own or from above: said again, it shows nothing else.
_INHERITED = frozenset({"/Resources", "/MediaBox", "/CropBox", "/Rotate"})
# The keys through which the form and the pages lead to a field: the parts that may differ do so
# there only. An object that also serves elsewhere is compared whole there.
_ROLES = frozenset({"/Annots", "/Fields", "/Kids", "/Parent", "/CO", "/Obj"})
# What fonts, patterns, shadings and states of graphics have and no entry of a form has.
_DRAWN = frozenset({"/Subtype", "/PatternType", "/ShadingType", "/ca", "/CA", "/SMask", "/BM"})
# How a stream is written down, not what it holds.
_SIZE = frozenset({"/Length", "/DL"})
_ENCODING = _SIZE | {"/Filter", "/DecodeParms"}


class TooMuch(Exception):
    """The document has more objects than are worth comparing."""


@dataclass
class Exceptions:
    """What an update may do without anything to say about it."""

    parts: dict[Reference, frozenset[str]] = field(default_factory=dict)
    """The keys of a field that may differ."""
    come: set[Reference] = field(default_factory=set)
    """Fields and widgets that may have come."""
    notes: set[Reference] = field(default_factory=set)
    """What may have come to the pages, changed there or gone from them."""
    pages: set[Reference] = field(default_factory=set)
    """The pages: the lists of notes are theirs."""
    groups: set[Reference] = field(default_factory=set)
    """The fields: the lists of fields and widgets are theirs."""

    def allow(self, place: Reference, keys: frozenset[str]) -> None:
        """Let these keys of a field differ, besides those that already may."""
        self.parts[place] = self.parts.get(place, frozenset()) | keys

    def in_list(self, holder: Reference | None, key: str) -> bool:
        """Say whether what came or went may do so in this list."""
        pages, groups = self.pages - self.groups, self.groups - self.pages
        return (key == "/Annots" and holder in pages) or (key == "/Kids" and holder in groups)


@dataclass(frozen=True)
class Difference:
    """One thing that differs: where (keys from the catalogue), and whether a reader sees it."""

    where: str
    seen: bool


class Comparison:
    """One comparison of `old` with `new`; `differences` fills as parts are compared."""

    def __init__(self, old: State, new: State, exceptions: Exceptions | None = None) -> None:
        self.old, self.new = old, new
        self.exceptions = exceptions or Exceptions()
        self.differences: list[Difference] = []
        self._met: set[tuple[Reference, Reference, bool]] = set()
        self._drawn: frozenset[str] | None = None
        # What is left to compare: two values, where, and the key that leads to them.
        self._work: list[tuple[object, object, str, str]] = []

    def compare(self, old: object, new: object, where: str) -> None:
        """Compare two values and all they refer to. Raises TooMuch, or what pyHanko raises."""
        self._work.append((old, new, where, where))
        while self._work:
            self._pair(*self._work.pop())

    def fields(self, old: object, new: object) -> None:
        """Compare the fields of two forms, but those that may have come."""
        self._lists(old, new, "/Fields")
        while self._work:
            self._pair(*self._work.pop())

    def assume(self, old: generic.Reference, new: generic.Reference) -> None:
        """Take two objects for the same wherever they are met: they are compared apart."""
        pair = (old.idnum, old.generation), (new.idnum, new.generation)
        self._met |= {(*pair, True), (*pair, False)}

    def alike(self, old: object, new: object) -> bool:
        """Say whether two values are the same, without noting what differs."""
        inner = Comparison(self.old, self.new, self.exceptions)
        inner._met = set(self._met)
        inner.compare(old, new, "")
        return not inner.differences

    def differ(self, where: str, *, seen: bool) -> None:
        """Note a difference."""
        self.differences.append(Difference(where, seen))

    def _pair(self, old: object, new: object, where: str, key: str) -> None:
        places, in_role = (reference(old), reference(new)), key in _ROLES
        if places[0] and places[1]:
            met = (places[0], places[1], in_role)
            if met in self._met:
                return
            if len(self._met) >= _MOST_OBJECTS:
                raise TooMuch
            self._met.add(met)
        before, after = followed(self.old, old), followed(self.new, new)
        if key == "/Contents":  # of a page: one stream, or a list of one (ISO 32000-1, 7.7.3.3)
            before, after = _only(self.old, before), _only(self.new, after)
        if isinstance(before, generic.StreamObject) or isinstance(after, generic.StreamObject):
            self._streams(before, after, where)
        elif isinstance(before, generic.DictionaryObject) and isinstance(
            after, generic.DictionaryObject
        ):
            # Exceptions are for one object, with the same number in both states.
            holder = places[0] if places[0] == places[1] else None
            parts = self.exceptions.parts.get(holder) if holder and in_role else None
            self._dictionaries(before, after, where, holder, parts or frozenset())
        elif isinstance(before, generic.ArrayObject) and isinstance(after, generic.ArrayObject):
            self._arrays(list(raw(before)), list(raw(after)), where, key)
        elif not entries.same_value(before, after):
            measured = entries.is_measured(where, key)
            rounded = entries.is_rounded(before, after, measured=measured)
            if not (rounded and measured):
                self.differ(where, seen=not rounded)

    def _streams(self, old: object, new: object, where: str) -> None:
        if not isinstance(old, generic.StreamObject) or not isinstance(new, generic.StreamObject):
            self.differ(where, seen=True)
        elif entries.same_encoding(old, new):  # what its parameters refer to may have changed
            self._dictionaries(old, new, where, None, _SIZE)
        elif old.data == new.data:
            self._dictionaries(old, new, where, None, _ENCODING)
        else:
            self.differ(where, seen=True)

    def _dictionaries(
        self,
        old: generic.DictionaryObject,
        new: generic.DictionaryObject,
        where: str,
        holder: Reference | None,
        left_out: frozenset[str],
    ) -> None:
        for key in sorted({*old, *new} - left_out):
            before, after, here = entry_as_is(old, key), entry_as_is(new, key), where + key
            # A resource may bear any name, those that follow among them: its value tells.
            values = followed(self.old, before), followed(self.new, after)
            if (
                key in _INHERITED
                and holder in self.exceptions.pages
                and entries.one_is_null(values)
            ):
                # Which nodes are above a page, two readers may not agree on: never accepted.
                same = self.alike(
                    entries.with_default(self.old, old, key),
                    entries.with_default(self.new, new, key),
                )
                self.differ(here, seen=not same)
            elif self._is_default(key, holder, values):
                continue
            elif entries.comes(values) and self._is_not_drawn(key, where, holder, after):
                self.differ(here, seen=False)
            elif key == "/SE" and all(map(entries.is_element, values)):
                # An entry of the outline: the structure is compared apart.
                if reference(before) != reference(after):
                    self.differ(here, seen=False)
            elif key in _UNSEEN and not any(isinstance(v, generic.StreamObject) for v in values):
                if not self.alike(before, after):
                    self.differ(here, seen=False)
            elif self.exceptions.in_list(holder, key):
                self._lists(before, after, here, key)
            else:
                self._work.append((before, after, here, key))

    def _is_not_drawn(self, key: str, where: str, holder: Reference | None, value: object) -> bool:
        """Say whether what comes to a page, or to its resources, draws nothing by itself."""
        if key == "/Group":
            return holder in self.exceptions.pages and is_plain_group(self.new, value)
        if is_of_resources(where) and self._drawn is None:
            self._drawn = names_drawn(self.old)
        return self._drawn is not None and is_of_resources(where) and key not in self._drawn

    def _is_default(
        self, key: str, holder: Reference | None, values: tuple[object, object]
    ) -> bool:
        """Say whether both values of an entry of a page show what none would."""
        if key == "/UserUnit":
            return holder in self.exceptions.pages and all(map(entries.is_one, values))
        return key == "/Tabs" and all(map(entries.is_order, values))

    def _lists(self, old: object, new: object, where: str, key: str = "/Fields") -> None:
        """Compare two lists from which something may be left out; none is an empty one."""
        before, after = listed(self.old, old), listed(self.new, new)
        notes = self.exceptions.notes if key != "/Fields" else set()
        self._arrays(
            [one for one in before if reference(one) not in notes],
            [one for one in after if reference(one) not in notes | self.exceptions.come],
            where,
            key,
        )

    def _arrays(self, old: list[object], new: list[object], where: str, key: str) -> None:
        if len(old) != len(new):
            self.differ(where, seen=True)
            return
        for n, (one, other) in enumerate(zip(old, new, strict=True)):
            self._work.append((one, other, f"{where}[{n}]", key))


def _only(state: State, contents: object) -> object:
    """Give the one stream of a list of one; anything else as it is."""
    if isinstance(contents, generic.ArrayObject) and len(contents) == 1:
        only = followed(state, contents.raw_get(0))
        return only if isinstance(only, generic.StreamObject) else contents
    return contents


def may_be_drawn(old: State, before: object, new: State, after: object) -> bool:
    """Say whether an entry of the catalogue or of the form is one that pages could draw.

    Both may also serve as resources: an image, a font, or a pattern in their own entries.
    """
    values = followed(old, before), followed(new, after)
    return any(
        isinstance(one, generic.StreamObject)
        or (isinstance(one, generic.DictionaryObject) and not _DRAWN.isdisjoint(one))
        for one in values
    )
