"""What a PDF says by saying nothing: the defaults of ISO 32000-1, which programs write out when they sign."""

from pyhanko.pdf_utils import generic

from communaute.domain.signatures.pdf.objects import State, entry, entry_as_is, followed, members
from communaute.domain.signatures.pdf.states import Comparison


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
    if not _is_plain(value) or not isinstance(value, generic.DictionaryObject):
        return None
    return frozenset(value) - ({"/R"} if entry(state, value, "/R") == 0 else set())


def _is_plain(value: object) -> bool:
    return isinstance(value, generic.DictionaryObject) and not isinstance(
        value, generic.StreamObject
    )
