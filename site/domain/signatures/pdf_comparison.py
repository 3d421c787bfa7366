"""Compare two states of a PDF object by object, for the files pyHanko cannot explain.

pyHanko refuses an archival update when some unused reference of the file happens to point at
an object that the update made: the library of the European Commission writes such files.
Here everything a reader can reach from the catalogue is compared instead. The only answers are
« the same, but for proofs added for archiving » and « the same, but for comments »: anything
else leaves pyHanko's opinion.
"""

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver


_MOST_OBJECTS = 100_000
# What an archival update adds to the catalogue (EN 319 142-1, 5.4 and 6.3).
_ADDED = {"/DSS", "/Extensions", "/AcroForm"}
# Programs that sign write their name there; no page shows it.
_METADATA = frozenset({"/Metadata"})
_FORM_ADDED = {"/Fields", "/SigFlags"}
# Markup annotations (ISO 32000-1, 12.5.6.2) and the windows they open in.
_COMMENTS = frozenset(
    f"/{name}"
    for name in (
        *("Text", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight"),
        *("Underline", "Squiggly", "StrikeOut", "Stamp", "Caret", "Ink", "Popup"),
    )
)
_DEEPEST = 50


class TooMuch(Exception):
    """The document has more objects than are worth comparing."""


def only_archival(old: HistoricalResolver, new: HistoricalResolver) -> bool:
    """Say whether `new` shows what `old` shows, and only gained time stamps and proofs.

    Raises TooMuch, RecursionError, or what pyHanko raises on unreadable objects.
    """
    gained = _gained_fields(old, new)
    if gained is None:
        return False
    before = _digest(old, _form(old), ())
    after = _digest(new, _form(new), gained)
    return before == after


def only_comments(old: HistoricalResolver, new: HistoricalResolver) -> bool:
    """Say whether `new` is `old` but for the comments on its pages. Raises as only_archival."""
    return _digest(old, _form(old), _comments(old)) == _digest(new, _form(new), _comments(new))


def same_without(
    old: HistoricalResolver, new: HistoricalResolver, fields: tuple[generic.Reference, ...]
) -> bool:
    """Say whether `new` is `old` but for these fields and the metadata. Raises as only_archival."""
    before, after = (_digest(one, _form(one), fields, _METADATA) for one in (old, new))
    return before == after


def _comments(state: HistoricalResolver) -> tuple[generic.Reference, ...]:
    """List the comments of every page: what a reader adds without touching what he reads."""
    notes = (note for page in _pages(state.root["/Pages"]) for note in _notes(page))
    return tuple(note.reference for note in notes if _is_comment(state.get_object(note.reference)))


def _pages(node: generic.PdfObject, depth: int = 0) -> Iterator[generic.DictionaryObject]:
    if not isinstance(node, generic.DictionaryObject) or depth > _DEEPEST:
        raise TypeError("pages")
    if "/Kids" not in node:
        yield node
        return
    for n in range(len(node["/Kids"])):
        yield from _pages(node["/Kids"][n], depth + 1)


def _notes(page: generic.DictionaryObject) -> Iterator[generic.IndirectObject]:
    notes = page["/Annots"] if "/Annots" in page else generic.ArrayObject()
    for n in range(len(notes)):
        note = notes.raw_get(n)
        if isinstance(note, generic.IndirectObject):
            yield note


def _is_comment(note: generic.PdfObject) -> bool:
    if not isinstance(note, generic.DictionaryObject) or "/A" in note or "/AA" in note:
        return False
    return note.get("/Subtype") in _COMMENTS


def digest_of(state: HistoricalResolver, value: object) -> bytes:
    """Digest a value with all it refers to; alike for alike, whatever the object numbers."""
    walk = _Walk(state, ())
    walk.value(value)
    return walk.hash.digest()


def _form(state: HistoricalResolver) -> generic.DictionaryObject:
    root = state.root
    form = root["/AcroForm"] if "/AcroForm" in root else generic.DictionaryObject()
    if not isinstance(form, generic.DictionaryObject):
        raise TypeError("form")
    return form


def _field_references(state: HistoricalResolver) -> list[generic.Reference]:
    form = _form(state)
    fields = form["/Fields"] if "/Fields" in form else generic.ArrayObject()
    if not isinstance(fields, generic.ArrayObject):
        raise TypeError("fields")
    found = [fields.raw_get(n) for n in range(len(fields))]
    if not all(isinstance(one, generic.IndirectObject) for one in found):
        raise TypeError("direct field")
    return [one.reference for one in found]


def _gained_fields(
    old: HistoricalResolver, new: HistoricalResolver
) -> tuple[generic.Reference, ...] | None:
    """List the fields that were added, when all are invisible time stamps; None otherwise."""
    before, after = _field_references(old), _field_references(new)
    if after[: len(before)] != before:
        return None
    gained = after[len(before) :]
    stamps = all(_invisible_stamp(new.get_object(one)) for one in gained)
    return tuple(gained) if stamps else None


def _invisible_stamp(field: generic.PdfObject) -> bool:
    if not isinstance(field, generic.DictionaryObject) or field.get("/FT") != "/Sig":
        return False
    if "/Kids" in field or "/AA" in field or "/A" in field:
        return False
    left, bottom, right, top = (float(n) for n in field["/Rect"])
    unseen = left == right or bottom == top
    return unseen and field["/V"]["/SubFilter"] == "/ETSI.RFC3161"


def _digest(
    state: HistoricalResolver,
    form: generic.DictionaryObject,
    without: tuple[generic.Reference, ...],
    besides: frozenset[str] = frozenset(),
) -> bytes:
    """Digest what can be reached from the catalogue, objects named in the order they are met."""
    walk = _Walk(state, without)
    left_out = _ADDED | besides
    catalogue = {key: state.root.raw_get(key) for key in state.root if key not in left_out}
    walk.dictionary(catalogue)
    walk.dictionary({key: form.raw_get(key) for key in form if key not in _FORM_ADDED})
    kept = [one for one in _field_references(state) if one not in without]
    for reference in kept:
        walk.value(generic.IndirectObject(reference.idnum, reference.generation, state))
    return walk.hash.digest()


def _written(value: object) -> str:
    if not isinstance(value, generic.PdfObject):
        raise TypeError("not a PDF object")
    output = BytesIO()
    value.write_to_stream(output)
    return output.getvalue().hex()


class _Walk:
    """One walk over the objects of a state: what it meets goes into `hash`."""

    def __init__(self, state: HistoricalResolver, without: tuple[generic.Reference, ...]) -> None:
        self.state = state
        self.without = {(one.idnum, one.generation) for one in without}
        self.met: dict[tuple[int, int], int] = {}
        self.hash = sha256()

    def value(self, value: object) -> None:
        """Digest a value, following references but each only once."""
        if isinstance(value, generic.IndirectObject):
            self._reference(value)
        elif isinstance(value, generic.StreamObject):
            self._say("stream", sha256(value.encoded_data).hexdigest())
            self.dictionary({key: value.raw_get(key) for key in value})
        elif isinstance(value, generic.DictionaryObject):
            self.dictionary({key: value.raw_get(key) for key in value})
        elif isinstance(value, generic.ArrayObject):
            kept = list(self._kept(value))
            self._say("array", str(len(kept)))
            for one in kept:
                self.value(one)
        else:
            self._say(type(value).__name__, _written(value))

    def dictionary(self, entries: dict[str, object]) -> None:
        """Digest a dictionary whose references are not yet followed, in the order of keys."""
        shown = {k: v for k, v in entries.items() if not self._emptied(k, v)}
        self._say("dictionary", str(len(shown)))
        for key in sorted(shown):
            self._say("key", key)
            self.value(shown[key])

    def _reference(self, value: generic.IndirectObject) -> None:
        place = (value.idnum, value.generation)
        if place in self.met:
            self._say("again", str(self.met[place]))
            return
        if len(self.met) >= _MOST_OBJECTS:
            raise TooMuch
        target = self.state.get_object(value.reference)
        if isinstance(target, generic.ArrayObject):
            # Whether a list of notes is written in place or apart changes nothing of it.
            self.value(target)
            return
        self.met[place] = len(self.met)
        self.value(target)

    def _kept(self, array: generic.ArrayObject) -> Iterator[object]:
        for n in range(len(array)):
            one = array.raw_get(n)
            place = isinstance(one, generic.IndirectObject) and (one.idnum, one.generation)
            if place not in self.without:
                yield one

    def _emptied(self, key: str, value: object) -> bool:
        # A page that had no note gains a list holding only the widget of a time stamp.
        if key != "/Annots":
            return False
        if isinstance(value, generic.IndirectObject):
            value = self.state.get_object(value.reference)
        return isinstance(value, generic.ArrayObject) and not any(True for _ in self._kept(value))

    def _say(self, *words: str) -> None:
        self.hash.update("\x00".join(words).encode("utf-8", "surrogateescape") + b"\x01")
