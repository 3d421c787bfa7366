"""The form of one state of a PDF: its fields, with their names, kinds and parts on the pages."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any

from pyhanko.pdf_utils import generic

from communaute.domain.signatures.pdf.objects import (
    Reference,
    State,
    entry,
    entry_as_is,
    followed,
    members,
    pages,
)
from communaute.domain.signatures.pdf.states import Comparison, Exceptions


_DEEPEST = 50
_READ_ONLY, _PUSH_BUTTON = 1, 1 << 16
# Defaults that programs use to draw the values of a form anew.
_DRAWS_NOTHING = re.compile(rb"(?:\s|%[^\r\n]*|/Tx|BMC|EMC|q|Q)*")
_SHOWN_WITHOUT_APPEARANCE = {"/BG", "/CA", "/RC", "/AC", "/I", "/RI", "/IX"}
_DEFAULTS = ("/NeedAppearances", "/DA", "/Q", "/CO")


@dataclass(frozen=True)
class Field:
    """A field, or a group of fields."""

    name: str
    kind: str
    """/Sig, /Tx, /Ch or /Btn; empty for a group that names none."""
    flags: int
    value: Any
    dictionary: generic.DictionaryObject
    kids: tuple[Reference, ...]
    """What hangs below it: widgets, and other fields."""
    widgets: tuple[generic.DictionaryObject, ...]
    """Its parts on the pages, itself when it is one."""
    styled: frozenset[str] = frozenset()
    """Which of the form's defaults it does without: they are set for it."""

    @property
    def is_read_only(self) -> bool:
        """Whether nobody was to fill it in."""
        return bool(self.flags & _READ_ONLY)

    @property
    def is_push_button(self) -> bool:
        """Whether it is a button that holds no value."""
        return self.kind == "/Btn" and bool(self.flags & _PUSH_BUTTON)

    @property
    def acts(self) -> bool:
        """Whether it does something when it is seen or touched."""
        return any("/A" in one or "/AA" in one for one in (self.dictionary, *self.widgets))

    @property
    def is_invisible(self) -> bool:
        """Whether it takes no room on any page."""
        return all(is_flat(widget) for widget in self.widgets)


@dataclass(frozen=True)
class Form:
    """The interactive form of a state: empty when it has none."""

    dictionary: generic.DictionaryObject
    fields: dict[Reference, Field] = field(default_factory=dict)
    parts: dict[Reference, Field] = field(default_factory=dict)
    """The field of each widget."""

    @classmethod
    def of(cls, state: State) -> "Form":
        """Read the form. Raises RecursionError on fields that hold themselves."""
        found = entry(state, state.root, "/AcroForm")
        form = cls(found if isinstance(found, generic.DictionaryObject) else _NOTHING)
        for place, one in members(state, found, "/Fields"):
            form._add(state, place, one, _ABOVE, 0)
        for place, one in lone_signatures(state, form.fields):
            form._add(state, place, one, _ABOVE, 0)
        return form

    @property
    def has_values(self) -> bool:
        """Whether some field is not a place to sign."""
        return any(one.kind != "/Sig" for one in self.fields.values() if one.kind or not one.kids)

    def _add(
        self, state: State, place: Reference | None, one: object, above: Field, depth: int
    ) -> None:
        if depth > _DEEPEST:
            raise RecursionError("fields")
        if place is None or place in self.fields or not isinstance(one, generic.DictionaryObject):
            return
        own = str(entry(state, one, "/T") or "")
        kids = [(ref, kid) for ref, kid in members(state, one, "/Kids") if ref is not None]
        parts = [(ref, kid) for ref, kid in kids if isinstance(kid, generic.DictionaryObject)]
        made = Field(
            name=f"{above.name}.{own}" if above.name and own else own or above.name,
            kind=str(entry(state, one, "/FT") or above.kind),
            flags=int(entry(state, one, "/Ff") or above.flags),
            value=entry(state, one, "/V"),
            dictionary=one,
            kids=tuple(ref for ref, _ in kids),
            widgets=tuple(part for part in (one, *(kid for _, kid in parts)) if "/Rect" in part),
            styled=above.styled | {key for key in ("/DA", "/Q") if key in one},
        )
        self.fields[place] = self.parts[place] = made
        for ref, kid in parts:
            if "/T" in kid:
                self._add(state, ref, kid, made, depth + 1)
            else:
                self.parts[ref] = made


_NOTHING = generic.DictionaryObject()
_ABOVE = Field("", "", 0, None, generic.DictionaryObject(), (), ())


def lone_signatures(
    state: State, known: Container[Reference]
) -> Iterator[tuple[Reference, generic.DictionaryObject]]:
    """Yield the signed widgets of the pages that no form lists, besides those that are `known`.

    poppler, and what signs with it, forgets a form that is written in the catalogue.
    """
    for page in pages(state):
        for place, note in members(state, state.get_object(generic.Reference(*page)), "/Annots"):
            if place is None or place in known or "/Parent" in (note or ()):
                continue
            if entry(state, note, "/FT") == "/Sig" and entry(state, note, "/V") is not None:
                yield place, note


def draws(state: State, widget: generic.DictionaryObject) -> bool:
    """Say whether a widget draws something where it stands, or lets readers do so."""
    if _SHOWN_WITHOUT_APPEARANCE & set(entry(state, widget, "/MK") or {}):
        return True
    appearance = entry(state, widget, "/AP")
    if appearance is None:
        return False
    looks = [entry(state, appearance, key) for key in appearance]
    return not all(
        isinstance(one, generic.StreamObject) and _DRAWS_NOTHING.fullmatch(one.data)
        for one in looks
    )


def is_flat(widget: generic.DictionaryObject) -> bool:
    """Say whether a widget takes no room."""
    left, bottom, right, top = (float(n) for n in widget["/Rect"])
    return left == right or bottom == top


def restyled(old: State, before: Form, new: State, after: Form) -> bool:
    """Say whether the values of a form that has some may be drawn otherwise."""
    if not before.has_values:
        return False
    comparison = Comparison(old, new, Exceptions())
    written = [one for one in before.fields.values() if one.kind in {"/Tx", "/Ch"}]
    for key in _DEFAULTS:
        if key in {"/DA", "/Q"} and all(key in one.styled for one in written):
            continue
        one, other = entry_as_is(before.dictionary, key), entry_as_is(after.dictionary, key)
        if key != "/NeedAppearances" or _is_asked(old, one) or _is_asked(new, other):
            comparison.compare(one, other, key)
    # Each resource is still what it was; more may have come.
    resources, others = entry(old, before.dictionary, "/DR"), entry(new, after.dictionary, "/DR")
    for key in resources or ():
        kinds, now = entry(old, resources, key), entry(new, others, key)
        if not isinstance(kinds, generic.DictionaryObject):
            comparison.compare(entry_as_is(resources, key), entry_as_is(others, key), key)
            continue
        for name in kinds:
            comparison.compare(entry_as_is(kinds, name), entry_as_is(now, name), name)
    return bool(comparison.differences)


def _is_asked(state: State, value: object) -> bool:
    found = followed(state, value)  # nothing is false (ISO 32000-1, table 218)
    if isinstance(found, generic.BooleanObject):
        return bool(found.value)
    return not isinstance(found, generic.NullObject)


def reference_of(field: generic.PdfObject) -> Reference | None:
    """Give the place of a field; its name proves nothing, two fields may share one."""
    if isinstance(field, generic.IndirectObject):
        return (field.idnum, field.generation)
    place = field.container_ref
    return (place.idnum, place.generation) if isinstance(place, generic.Reference) else None


def fewer_characteristics(
    old: State, before: generic.DictionaryObject, new: State, after: generic.DictionaryObject
) -> bool | None:
    """Say whether a widget lost some of its `/MK` and gained nothing; None when it did gain.

    Firefox writes it anew without the caption. A rotation of 0 is the default (12.5.6.19).
    """
    one, other = entry(old, before, "/MK"), entry(new, after, "/MK")
    had, has = _characteristics(old, one), _characteristics(new, other)
    if had is None or has is None or not has <= had:
        return None
    comparison = Comparison(old, new)
    for key in has:
        comparison.compare(entry_as_is(one, key), entry_as_is(other, key), key)
    return None if comparison.differences else has < had


def _characteristics(state: State, value: object) -> frozenset[str] | None:
    if value is None:
        return frozenset()
    if not isinstance(value, generic.DictionaryObject) or isinstance(value, generic.StreamObject):
        return None
    return frozenset(value) - ({"/R"} if entry(state, value, "/R") == 0 else set())
