"""The notes on the pages of a PDF, where its author let others write some (DocMDP 3).

Nobody signed them. What has a look of its own, a border included, may be laid over the text, in
white: only what readers draw as an icon, or not at all, surely hides nothing.
"""

from collections.abc import Callable, Set
from dataclasses import dataclass

from pyhanko.pdf_utils import generic

from communaute.domain.signatures.pdf.forms import Form
from communaute.domain.signatures.pdf.objects import Reference, State, entry, entry_as_is, members
from communaute.domain.signatures.pdf.states import Comparison, Exceptions


# Markup annotations (ISO 32000-1, 12.5.6.2) and the windows they open in.
_COMMENTS = frozenset(
    f"/{name}"
    for name in (
        *("Text", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight"),
        *("Underline", "Squiggly", "StrikeOut", "Stamp", "Caret", "Ink", "Popup"),
    )
)
# How a widget looks, which may change where notes may (ISO 32000-1, 12.8.2.2.2).
_LOOK = frozenset({"/AP", "/AS", "/BS", "/Border", "/C", "/DA", "/F", "/H", "/M", "/MK", "/NM"})
_ELSEWHERE = frozenset({"/URI", "/GoTo"})
_APART = frozenset({"/P", "/Popup", "/IRT", "/Parent"})
_Locked = Callable[[str], bool]


@dataclass
class Noted:
    """What was noted since a signature."""

    changed: bool = False
    """Whether anything was."""
    obtrusive: bool = False
    """Whether some of it may hide what was signed, or pass for it."""


def leave_out(
    before: tuple[State, Form], after: tuple[State, Form], exceptions: Exceptions, locked: _Locked
) -> Noted:
    """Make exceptions of what may be noted on `exceptions.pages`; say what was.

    The widgets of fields are notes too, but those of a signature or of a field that is `locked`.
    """
    (old, form), (new, other_form) = before, after
    then, now = _notes(old, form, exceptions, locked), _notes(new, other_form, exceptions, locked)
    noted = Noted()
    for place in then.keys() | now.keys():
        one, other, of_field = then.get(place), now.get(place), place in other_form.parts
        left_out = exceptions.parts.get(place, frozenset())
        if (
            one
            and other
            and not _differ(old, new, (one, other), _keys(one, other, of_field) - left_out)
        ):
            continue
        noted.changed = True
        # What went away, or changed, was there to be read when the document was signed.
        quiet = one is None and not of_field and _is_unobtrusive(new, other)
        noted.obtrusive = noted.obtrusive or not quiet
    # Moved to another page, or before what hid it: the same note no longer shows the same thing.
    kept = then.keys() & now.keys()
    if _standing(old, exceptions, kept) != _standing(new, exceptions, kept):
        noted.changed = noted.obtrusive = True
    for place in kept & other_form.parts.keys():
        exceptions.allow(place, _LOOK)
    exceptions.notes |= then.keys() | now.keys()
    return noted


_Notes = dict[Reference, generic.DictionaryObject]


def _notes(state: State, form: Form, exceptions: Exceptions, locked: _Locked) -> _Notes:
    """Find the notes of every page, and the widgets of fields that nobody locked."""
    found: _Notes = {}
    for page in exceptions.pages:
        for place, note in members(state, state.get_object(generic.Reference(*page)), "/Annots"):
            field = form.parts.get(place) if place else None
            free = field is not None and field.kind != "/Sig" and not locked(field.name)
            if place and (_is_note(state, note) if field is None else free):
                found[place] = note
    return found


def _standing(
    state: State, exceptions: Exceptions, kept: Set[Reference]
) -> dict[Reference, list[Reference | None]]:
    """Give what stands on each page in the order it is drawn, but what came or went."""
    return {
        page: [
            place
            for place, _ in members(state, state.get_object(generic.Reference(*page)), "/Annots")
            if place in kept
        ]
        for page in exceptions.pages
    }


def _keys(
    one: generic.DictionaryObject, other: generic.DictionaryObject, of_field: bool
) -> frozenset[str]:
    return _LOOK if of_field else frozenset({*one, *other} - _APART)


def _differ(
    old: State,
    new: State,
    notes: tuple[generic.DictionaryObject, generic.DictionaryObject],
    keys: frozenset[str],
) -> bool:
    strict = Comparison(old, new, Exceptions())
    for key in keys:
        strict.compare(entry_as_is(notes[0], key), entry_as_is(notes[1], key), key)
    return bool(strict.differences)


def _is_note(state: State, note: object) -> bool:
    """Say whether an annotation is a comment, or a link that leads elsewhere."""
    if not isinstance(note, generic.DictionaryObject) or "/AA" in note:
        return False
    if note.get("/Subtype") == "/Link":
        return "/A" not in note or entry(state, entry(state, note, "/A"), "/S") in _ELSEWHERE
    return note.get("/Subtype") in _COMMENTS and "/A" not in note


def _is_unobtrusive(state: State, note: object) -> bool:
    """Say whether a note is an icon that readers draw, a closed window, or a link without a border."""
    if not isinstance(note, generic.DictionaryObject) or "/AP" in note:
        return False
    opened = (entry(state, one, "/Open") for one in (note, entry(state, note, "/Popup")))
    if any(one is not None and not _is_false(one) for one in opened):
        return False
    if entry(state, entry(state, note, "/A"), "/Next") is not None:  # more than going elsewhere
        return False
    if entry(state, note, "/Subtype") != "/Link":
        return entry(state, note, "/Subtype") in {"/Text", "/Popup"}
    styled, border = entry(state, entry(state, note, "/BS"), "/W"), members(state, note, "/Border")
    width = styled if styled is not None else border[2][1] if len(border) > 2 else 1
    return isinstance(width, generic.NumberObject | generic.FloatObject) and not width


def _is_false(value: object) -> bool:
    return isinstance(value, generic.BooleanObject) and not value.value
