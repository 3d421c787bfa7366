"""Fields that an update adds or restyles so that a signed page shows what nobody signed.

pyHanko admits new signature fields and new form defaults at its mildest level, whatever they
display (sneaky signature attack, 2021): here what is displayed must be signed by somebody.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from communaute.domain.signatures.pdf_comparison import digest_of, same_without


# The number and generation of an object.
Reference = tuple[int, int]

# Where a field hangs, not what it says: the page gains the fields of other signers.
_HUNG = frozenset({"/P", "/Parent", "/Kids"})
_DEEPEST = 50
# What filling in changes (ISO 32000-1, 12.7), and the lock that a signature puts on a field.
_FILLED = ("/V", "/AP", "/AS", "/I", "/TI", "/RV", "/M", "/Ff")
_READ_ONLY = 1
# What signing changes of the place where one signs.
_SIGNED = ("/V", "/AP", "/M")

# Defaults that programs use to draw the values of a form anew.
_DEFAULTS = ("/NeedAppearances", "/DA", "/Q", "/CO")


def unsigned_appearance(
    reader: PdfFileReader, revision: int, signed_fields: frozenset[Reference]
) -> bool:
    """Say whether something visible was added to the form since `revision` and not signed.

    `signed_fields` are the fields that hold the signature of a person: each of those has a
    verdict of its own. Raises what pyHanko raises on fields it cannot read.
    """
    old = reader.get_historical_resolver(revision)
    new = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    return _restyled(old, new) or any(
        _drawn_since(old, new, widget)
        for _, _, field in enumerate_sig_fields(reader)
        if reference_of(field) not in signed_fields
        for widget in _widgets(field.get_object())
    )


def only_places_signed(
    reader: PdfFileReader, revision: int, signed_fields: frozenset[Reference]
) -> bool:
    """Say whether all that came since `revision` is signatures in places made for them.

    pyHanko does not know a place whose widget is an object apart, and finds its signature
    suspicious. Of the usual places it is the better judge: these only are looked at. Raises
    what pyHanko raises on objects it cannot read.
    """
    old = reader.get_historical_resolver(revision)
    new = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    places = [
        field.get_object()
        for _, _, field in enumerate_sig_fields(reader)
        if reference_of(field) in signed_fields and not _signed_in(old, reference_of(field))
    ]
    parts = [part for place in places for part in (place, *_members(place, "/Kids"))]
    found = tuple(part.container_ref for part in parts)
    return (
        bool(parts)
        and all("/Kids" in place for place in places)
        and not any(_changed_since(old, new, part, _SIGNED) for part in parts)
        and same_without(old, new, found)
    )


def _signed_in(state: HistoricalResolver, place: Reference | None) -> bool:
    field = state.get_object(generic.Reference(*place)) if place else None
    return isinstance(field, generic.DictionaryObject) and "/V" in field


def filled_in(reader: PdfFileReader, revision: int, *, opened: bool) -> bool:
    """Say whether a field that holds no signature is not what it was at `revision`.

    `opened`: the author allowed filling in; then only fields that he had made read-only count,
    and those hidden or restyled rather than filled in. pyHanko allows all of it, and names
    every field it would have let change. Raises what pyHanko raises on fields it cannot read,
    RecursionError on those that hold themselves.
    """
    old = reader.get_historical_resolver(revision)
    new = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    form = _form(new)
    return form is not None and any(
        _changed_since(old, new, field, _FILLED if opened and not _locked(old, field) else ())
        for field in _values(_members(form, "/Fields"))
    )


def _locked(old: HistoricalResolver, field: generic.DictionaryObject) -> bool:
    """Say whether a field was read-only then; the flag may stand on the field above."""
    place = field.container_ref
    before = old.get_object(place) if isinstance(place, generic.Reference) else None
    flags = None
    for _ in range(_DEEPEST):
        if flags is not None or not isinstance(before, generic.DictionaryObject):
            break
        flags, before = _followed(before, "/Ff"), _followed(before, "/Parent")
    return bool(int(flags or 0) & _READ_ONLY)


def _values(
    fields: list[generic.DictionaryObject], kind: object = None, depth: int = 0
) -> Iterator[generic.DictionaryObject]:
    """Yield the fields that hold values, and their parts: all but signatures."""
    if depth > _DEEPEST:
        raise RecursionError("fields")
    for field in fields:
        own = _followed(field, "/FT") or kind
        if own != "/Sig":
            yield field
            yield from _values(_members(field, "/Kids"), own, depth + 1)


def reference_of(field: generic.PdfObject) -> Reference | None:
    """Give the place of a field; its name proves nothing, two fields may share one."""
    if isinstance(field, generic.IndirectObject):
        return (field.idnum, field.generation)
    place = field.container_ref
    return (place.idnum, place.generation) if isinstance(place, generic.Reference) else None


def _widgets(field: generic.DictionaryObject) -> Iterator[generic.DictionaryObject]:
    if "/Rect" in field:
        yield field
    yield from _members(field, "/Kids")


def _drawn_since(
    old: HistoricalResolver, new: HistoricalResolver, widget: generic.DictionaryObject
) -> bool:
    left, bottom, right, top = (float(n) for n in widget["/Rect"])
    if left == right or bottom == top or "/AP" not in widget:
        return False
    return _changed_since(old, new, widget)


def _changed_since(
    old: HistoricalResolver,
    new: HistoricalResolver,
    field: generic.DictionaryObject,
    but: Sequence[str] = (),
) -> bool:
    place = field.container_ref
    if not isinstance(place, generic.Reference):
        return True
    return _own(old, old.get_object(place), but) != _own(new, new.get_object(place), but)


def _own(state: HistoricalResolver, field: generic.PdfObject, but: Sequence[str]) -> bytes:
    """Digest what a field says, wherever it hangs."""
    if not isinstance(field, generic.DictionaryObject):
        return b""
    said = {key: field.raw_get(key) for key in field if key not in _HUNG and key not in but}
    return digest_of(state, generic.DictionaryObject(said))


def _restyled(old: HistoricalResolver, new: HistoricalResolver) -> bool:
    """Say whether the values of a form that has some may be drawn otherwise."""
    before, after = _form(old), _form(new)
    if before is None or after is None or not _has_values(before):
        return False
    return any(_entry(old, before, key) != _entry(new, after, key) for key in _DEFAULTS) or (
        not _resources_kept(old, before, new, after)
    )


def _form(state: HistoricalResolver) -> generic.DictionaryObject | None:
    form = _followed(state.root, "/AcroForm")
    return form if isinstance(form, generic.DictionaryObject) else None


def _has_values(form: generic.DictionaryObject) -> bool:
    fields = _members(form, "/Fields")
    return any("/FT" not in field or field["/FT"] != "/Sig" for field in fields)


def _members(holder: generic.DictionaryObject, key: str) -> list[generic.DictionaryObject]:
    found = _followed(holder, key) or ()
    return [found[n] for n in range(len(found))]


def _entry(state: HistoricalResolver, form: generic.DictionaryObject, key: str) -> bytes:
    return digest_of(state, form.raw_get(key)) if key in form else b""


def _resources_kept(
    old: HistoricalResolver,
    before: generic.DictionaryObject,
    new: HistoricalResolver,
    after: generic.DictionaryObject,
) -> bool:
    """Say whether each resource of the form is still what it was; more may have come."""
    return all(
        _entry(old, kind, name) == _entry(new, _part(_part(after, "/DR"), key), name)
        for key in _part(before, "/DR")
        for kind in [_part(_part(before, "/DR"), key)]
        for name in kind
    )


def _part(holder: generic.DictionaryObject, key: str) -> generic.DictionaryObject:
    part = _followed(holder, key)
    return part if isinstance(part, generic.DictionaryObject) else generic.DictionaryObject()


def _followed(holder: generic.DictionaryObject, key: str) -> Any:  # noqa: ANN401 - any object
    # Unlike this, `get` does not follow references.
    try:
        return holder[key]
    except KeyError:
        return None
