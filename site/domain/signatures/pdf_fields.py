"""Fields that an update adds or restyles so that a signed page shows what nobody signed.

pyHanko admits new signature fields and new form defaults at its mildest level, whatever they
display (sneaky signature attack, 2021): here what is displayed must be signed by somebody.
"""

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from communaute.domain.signatures.pdf_comparison import digest_of


# The number and generation of an object.
Reference = tuple[int, int]

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
    place = widget.container_ref
    if not isinstance(place, generic.Reference):
        return True
    before = old.get_object(place)
    return digest_of(old, before) != digest_of(new, new.get_object(place))


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
