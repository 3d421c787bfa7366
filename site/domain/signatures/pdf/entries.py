"""What single entries of a PDF say: whether two are the same, and what one is when nobody says."""

from io import BytesIO

from pyhanko.pdf_utils import generic

from communaute.domain.signatures.pdf.objects import State, entry, followed, inherited, members


# The order of tabulation follows the fields that come (ISO 32000-2, 12.5.1).
_ORDERS = frozenset({"/R", "/C", "/S", "/A", "/W"})
# The entries of a structure element (ISO 32000-2, 14.7.2): nothing that is drawn has only these.
_ELEMENT = frozenset(
    {"/Type", "/S", "/P", "/ID", "/Ref", "/Pg", "/K", "/A", "/C", "/R", "/T", "/Lang", "/Alt"}
    | {"/E", "/ActualText", "/AF", "/NS", "/PhoneticAlphabet", "/Phoneme"}
)
# How far a number may be from the one it was: in points for a place, and for anything else.
_LAST_DIGITS = {True: 0.0005, False: 0.00001}
_MEASURED = frozenset({"/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rect"})


def same_value(old: object, new: object) -> bool:
    """Say whether two simple values are the same."""
    numbers = (generic.NumberObject, generic.FloatObject)
    if isinstance(old, numbers) and isinstance(new, numbers):
        return float(old) == float(new)
    strings = (generic.TextStringObject, generic.ByteStringObject)
    if isinstance(old, strings) and isinstance(new, strings):
        return bool(old.original_bytes == new.original_bytes)
    if isinstance(old, generic.BooleanObject) and isinstance(new, generic.BooleanObject):
        return bool(old.value == new.value)
    if isinstance(old, generic.NullObject) or isinstance(new, generic.NullObject):
        return isinstance(old, generic.NullObject) and isinstance(new, generic.NullObject)
    return type(old) is type(new) and bool(old == new)


def is_rounded(old: object, new: object, *, measured: bool) -> bool:
    """Say whether two numbers are the same but for the last digits, which programs do not keep.

    Five or so after the point are significant (ISO 32000-1, annex C, table C.1).
    """
    numbers = (generic.NumberObject, generic.FloatObject)
    if not isinstance(old, numbers) or not isinstance(new, numbers):
        return False
    return abs(float(old) - float(new)) <= _LAST_DIGITS[measured]


def is_measured(where: str, key: str) -> bool:
    """Say whether a number places a box on a page, or a page on a screen: nothing multiplies it."""
    return key in _MEASURED or where.startswith("/OpenAction[")


def with_default(state: State, page: object, key: str) -> object:
    """Give an entry of a page, or what it is when nobody says (ISO 32000-1, 7.7.3.3, table 30)."""
    found = inherited(state, page, key)
    if not isinstance(followed(state, found), generic.NullObject):
        return found
    if key == "/Rotate":
        return generic.NumberObject(0)
    return inherited(state, page, "/MediaBox") if key == "/CropBox" else found


def is_one(value: object) -> bool:
    """Say whether a scale is the one that applies when none is given."""
    numbers = (generic.NumberObject, generic.FloatObject)
    return isinstance(value, generic.NullObject) or (isinstance(value, numbers) and value == 1)


def comes(values: tuple[object, object]) -> bool:
    """Say whether the second of two values is there and the first was not."""
    return isinstance(values[0], generic.NullObject) and one_is_null(values)


def one_is_null(values: tuple[object, object]) -> bool:
    """Say whether one of two values, and one only, is not there."""
    return len({isinstance(one, generic.NullObject) for one in values}) == 2


def is_order(value: object) -> bool:
    """Say whether a value is an order of tabulation, or none."""
    return isinstance(value, generic.NullObject) or (
        isinstance(value, generic.NameObject) and value in _ORDERS
    )


def is_element(value: object) -> bool:
    """Say whether a value is a structure element, or none."""
    if isinstance(value, generic.StreamObject):
        return False
    return isinstance(value, generic.NullObject) or (
        isinstance(value, generic.DictionaryObject) and _ELEMENT.issuperset(value)
    )


def same_encoding(old: generic.StreamObject, new: generic.StreamObject) -> bool:
    """Say whether two streams are the same bytes, written the same way."""
    return bool(old.encoded_data == new.encoded_data) and _encoding(old) == _encoding(new)


def _encoding(stream: generic.StreamObject) -> bytes:
    output = BytesIO()
    for key in ("/Filter", "/DecodeParms"):
        if key in stream:
            stream[key].write_to_stream(output)
        output.write(b"|")
    return output.getvalue()


# Entries of the catalogue that say what they would say by not being there: the defaults of ISO 32000-1, which
# programs write out when they sign.


# 7.7.2, table 28.
_NAMES = {"/PageMode": "/UseNone", "/PageLayout": "/SinglePage"}
# 14.7.1, table 321.
_NO_OUTLINE = frozenset({"/Type", "/Count"})
_FALSE = frozenset({"/Marked", "/UserProperties", "/Suspects"})


def are_defaults(old: State, before: object, new: State, after: object, key: str) -> bool:
    """Say whether an entry of the catalogue says twice what it says when it is not there."""
    return _says_nothing(old, before, key) and _says_nothing(new, after, key)


def _says_nothing(state: State, value: object, key: str) -> bool:
    found = followed(state, value)
    if isinstance(found, generic.NullObject):
        return True
    if key == "/ViewerPreferences":  # 12.2: it prefers nothing
        return _is_plain(found) and not found
    if key == "/Outlines":  # 12.3.3: an outline of nothing
        return (
            _is_plain(found) and _NO_OUTLINE.issuperset(found) and not entry(state, found, "/Count")
        )
    if key == "/Names":  # 7.7.4: trees that name nothing
        return _is_plain(found) and all(_names_nothing(state, found, one) for one in found)
    return key in _NAMES and isinstance(found, generic.NameObject) and found == _NAMES[key]


def _names_nothing(state: State, holder: object, key: str) -> bool:
    tree = entry(state, holder, key)
    if not _is_plain(tree) or set(tree) - {"/Names", "/Limits"}:
        return False
    return not members(state, tree, "/Names") and not members(state, tree, "/Limits")


def same_marks(old: State, before: object, new: State, after: object) -> bool:
    """Say whether two MarkInfo say the same of the structure, « false » as when it is absent."""
    return _marks(old, before) is not None and _marks(old, before) == _marks(new, after)


def _marks(state: State, value: object) -> frozenset[str] | None:
    found = followed(state, value)
    if isinstance(found, generic.NullObject):
        return frozenset()
    if not _is_plain(found) or not _FALSE.issuperset(found):
        return None
    told = {key: entry(state, found, key) for key in found}
    if not all(isinstance(one, generic.BooleanObject) for one in told.values()):
        return None
    return frozenset(key for key, one in told.items() if one.value)


def _is_plain(value: object) -> bool:
    return isinstance(value, generic.DictionaryObject) and not isinstance(
        value, generic.StreamObject
    )
