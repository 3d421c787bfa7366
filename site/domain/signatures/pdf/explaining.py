"""Say what was done to a PDF since a signature, by comparing what was signed with what is shown.

pyHanko explains an update object by object, and finds suspicious what it has no rule for: an
object number marked free, a structure element added for a widget. Here what a reader reaches
in the last state is compared with what was reached in the signed one; whatever differs is
either one of the acts named below, or something that is seen, or something that is not.
"""

from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm

from communaute.domain.signatures.pdf import structure
from communaute.domain.signatures.pdf.entries import are_defaults, same_marks
from communaute.domain.signatures.pdf.forms import (
    Field,
    Form,
    draws,
    fewer_characteristics,
    restyled,
)
from communaute.domain.signatures.pdf.metadata import same_description
from communaute.domain.signatures.pdf.notes import Noted, leave_out
from communaute.domain.signatures.pdf.objects import (
    Reference,
    State,
    entry,
    entry_as_is,
    pages,
    reference,
)
from communaute.domain.signatures.pdf.states import Comparison, Exceptions, may_be_drawn


# What signing changes of the place where one signs: not where it stands nor what it does.
_SIGNED = frozenset(
    {"/V", "/AP", "/AS", "/M", "/Lock", "/F", "/Ff", "/P", "/DA", "/DR", "/Q", "/TU"}
    | {"/StructParent"}
)
# What filling in changes (ISO 32000-1, 12.7).
_VALUES = frozenset({"/V", "/I", "/TI", "/RV"})
_FILLED = _VALUES | {"/AP", "/AS", "/M"}
# What an archival update adds to the catalogue (EN 319 142-1, 5.4 and 6.3), and its version.
_ARCHIVAL = frozenset({"/DSS", "/Extensions", "/Version"})
_APART = frozenset({"/AcroForm", "/StructTreeRoot", "/Metadata"})
# The catalogue of ISO 32000-2, 7.7.2: what is not named there is nobody's to show.
_KNOWN = frozenset(
    {"/Type", "/Pages", "/PageLabels", "/Names", "/Dests", "/ViewerPreferences", "/PageLayout"}
    | {"/PageMode", "/Outlines", "/Threads", "/OpenAction", "/AA", "/URI"}
    | {"/OutputIntents", "/OCProperties", "/Perms", "/Legal", "/Requirements", "/Collection"}
    | {"/NeedsRendering", "/AF", "/DPartRoot"}
)
_FORM_APART = frozenset({"/Fields", "/SigFlags", "/DR", "/DA", "/Q", "/CO", "/NeedAppearances"})


@dataclass(frozen=True)
class Since:
    """What was done since a signature."""

    level: ModificationLevel
    """OTHER when something is left that no act explains."""
    seen: bool
    """Whether a reader sees something of what is left unexplained."""
    filled: bool = False
    """Whether values of fields other than signatures changed."""
    obtrusive: bool = False
    """Whether comments came or changed that may hide what was signed, or pass for it."""
    drawn: bool = False
    """Whether something visible that nobody signed came to the form."""
    restyled: bool = False
    """Whether values of the form may be drawn otherwise."""
    left: tuple[str, ...] = ()
    """Where the unexplained differences are: for diagnosis, never shown to a visitor."""


@dataclass(frozen=True)
class Permissions:
    """What the signer, or the author before him, let others do."""

    own: MDPPerm | None
    author: MDPPerm | None
    fields: FieldMDPSpec | None

    @property
    def filling(self) -> bool:
        """Whether fields may be filled in, and signed."""
        return self.own is not MDPPerm.NO_CHANGES

    @property
    def commenting(self) -> bool:
        """Whether comments may be written on the pages."""
        return (self.own or self.author) is MDPPerm.ANNOTATE

    @property
    def preparing(self) -> bool:
        """Whether places may be added for others to sign: where nothing is certified."""
        return self.own is None

    def locked(self, name: str) -> bool:
        """Say whether the signer locked a field."""
        return self.fields is not None and bool(self.fields.is_locked(name))


def since(
    reader: PdfFileReader,
    revision: int,
    signed_fields: frozenset[Reference],
    permissions: Permissions,
) -> Since:
    """Compare the state signed at `revision` with the last one.

    `signed_fields` are the fields that hold the signature of a person: each has a verdict of
    its own. Raises TooMuch, RecursionError, or what pyHanko raises on unreadable objects.
    """
    old = reader.get_historical_resolver(revision)
    new = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    return _Account(old, new, signed_fields, permissions).given()


class _Account:
    """One account of what was done between two states."""

    def __init__(
        self,
        old: State,
        new: State,
        signed_fields: frozenset[Reference],
        permissions: Permissions,
    ) -> None:
        self.old, self.new = old, new
        self.signed_fields, self.permissions = signed_fields, permissions
        self.exceptions = Exceptions()
        self.comparison = Comparison(old, new, self.exceptions)
        self.before, self.after = Form.of(old), Form.of(new)
        self.acted = self.filled = self.drawn = False

    def given(self) -> Since:
        self._fields()
        self.exceptions.groups |= {*self.before.fields, *self.after.fields}
        self.exceptions.pages |= set(pages(self.old)) & set(pages(self.new))
        noted = Noted()
        if self.permissions.commenting:
            states = (self.old, self.before), (self.new, self.after)
            noted = leave_out(*states, self.exceptions, self.permissions.locked)
        self._catalogue()
        self._form()
        for seen in structure.differences(self.old, self.new, self.exceptions):
            self.comparison.differ("/StructTreeRoot", seen=seen)
        if not same_description(self.old, self.new):
            self.comparison.differ("/Metadata", seen=True)
        left = self.comparison.differences
        return Since(
            self._level(commented=noted.changed, explained=not left),
            seen=any(one.seen for one in left),
            filled=self.filled,
            obtrusive=noted.obtrusive,
            drawn=self.drawn,
            restyled=restyled(self.old, self.before, self.new, self.after),
            left=tuple(one.where for one in left),
        )

    def _level(self, *, commented: bool, explained: bool) -> ModificationLevel:
        if not explained:
            return ModificationLevel.OTHER
        if commented:
            return ModificationLevel.ANNOTATIONS
        if self.acted or self.filled:
            return ModificationLevel.FORM_FILLING
        return ModificationLevel.LTA_UPDATES

    def _fields(self) -> None:
        for place, field in self.after.fields.items():
            former = self.before.fields.get(place)
            if former is None:
                self._came(place, field)
            elif field.kind != former.kind or field.name != former.name:
                continue
            elif field.kind == "/Sig":
                self._signed(place, field, former)
            else:
                self._filled(place, field, former)
        for place, field in reversed(self.after.fields.items()):
            # A group that came holds nothing but what may have come.
            is_group = place not in self.before.fields and field.kids and not field.kind
            if is_group and self.exceptions.come.issuperset(field.kids):
                self.exceptions.come.add(place)

    def _came(self, place: Reference, field: Field) -> None:
        if field.kind != "/Sig" or field.acts:
            return
        if place in self.signed_fields:
            self.acted = True
        elif field.value is not None:
            if _sub_filter(self.new, field) != "/ETSI.RFC3161":
                return
            self.drawn = self.drawn or not field.is_invisible
        elif self.permissions.preparing:
            self.acted = True
            seen = not field.is_invisible and any(draws(self.new, one) for one in field.widgets)
            self.drawn = self.drawn or seen
        else:
            return
        self.exceptions.come |= {place, *field.kids}

    def _signed(self, place: Reference, field: Field, former: Field) -> None:
        """Let a place for a signature be signed: only once, by a person, and not if locked."""
        if former.value is not None or place not in self.signed_fields:
            return
        if self.permissions.locked(field.name) or set(field.kids) != set(former.kids):
            return
        self.acted = True
        for part in (place, *field.kids):
            self.exceptions.allow(part, _SIGNED)

    def _filled(self, place: Reference, field: Field, former: Field) -> None:
        """Let a field be filled in where that is allowed; buttons only change their state."""
        allowed = self.permissions.filling and not self.permissions.locked(field.name)
        if not allowed or field.is_push_button or former.is_read_only:
            return
        keys = _FILLED - {"/AP"} if field.kind == "/Btn" else _FILLED
        keys |= {"/Ff"} if field.flags == former.flags | 1 else frozenset()
        fewer = {
            fewer_characteristics(self.old, one, self.new, other)
            for one, other in zip(former.widgets, field.widgets, strict=False)
        }
        if None not in fewer:
            keys |= {"/MK"}
            # Whoever draws the field anew draws it otherwise.
            self.acted, self.drawn = self.acted or True in fewer, self.drawn or True in fewer
        for part in (place, *field.kids):
            self.exceptions.allow(part, keys)
        self.filled = self.filled or not self._same(former, field, _FILLED)
        # Drawn otherwise and worth what it was: what is shown is nobody's value.
        look = frozenset({"/AS"} if field.kind == "/Btn" else {"/AP"})
        redrawn = not self._same(former, field, look)
        self.drawn = self.drawn or (redrawn and self._same(former, field, _VALUES))

    def _same(self, former: Field, field: Field, keys: frozenset[str]) -> bool:
        strict = Comparison(self.old, self.new, Exceptions())
        for one, other in ((former, field), *zip(former.widgets, field.widgets, strict=False)):
            before = one.dictionary if isinstance(one, Field) else one
            after = other.dictionary if isinstance(other, Field) else other
            for key in keys:
                strict.compare(entry_as_is(before, key), entry_as_is(after, key), key)
        return not strict.differences

    def _catalogue(self) -> None:
        before, after = self.old.root, self.new.root
        # Signatures refer to it: what may have come into it has come wherever it is met.
        self.comparison.assume(self.old.root_ref, self.new.root_ref)
        for key in sorted({*before, *after} - _APART):
            one, other = entry_as_is(before, key), entry_as_is(after, key)
            if key in _ARCHIVAL and not may_be_drawn(self.old, one, self.new, other):
                continue
            if are_defaults(self.old, one, self.new, other, key):
                continue
            if key == "/MarkInfo" and same_marks(self.old, one, self.new, other):
                continue
            if key in _KNOWN | _ARCHIVAL:
                self.comparison.compare(one, other, key)
            elif not self.comparison.alike(one, other):
                self.comparison.differ(key, seen=False)

    def _form(self) -> None:
        before, after = self.before.dictionary, self.after.dictionary
        places = [reference(entry_as_is(one.root, "/AcroForm")) for one in (self.old, self.new)]
        if places[0] and places[1]:
            self.comparison.assume(_as_reference(places[0]), _as_reference(places[1]))
        self.comparison.fields(entry_as_is(before, "/Fields"), entry_as_is(after, "/Fields"))
        for key in sorted({*before, *after}):
            one, other = entry_as_is(before, key), entry_as_is(after, key)
            if key in _FORM_APART and not may_be_drawn(self.old, one, self.new, other):
                continue
            self.comparison.compare(one, other, f"/AcroForm{key}")


def _as_reference(place: Reference) -> generic.Reference:
    return generic.Reference(*place)


def _sub_filter(state: State, field: Field) -> object:
    return entry(state, field.value, "/SubFilter")
