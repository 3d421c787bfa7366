"""What a signature of a PDF covers, and what was changed since: our own checks, then pyHanko's."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    ModificationLevel,
    SuspiciousModification,
)
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from communaute.domain.signatures.facts import RevisionFacts
from communaute.domain.signatures.pdf.ambiguous import read_in_two_ways
from communaute.domain.signatures.pdf.explaining import Permissions, Since, since
from communaute.domain.signatures.pdf.objects import Reference
from communaute.domain.signatures.vocabulary import Coverage, Modification


logger = logging.getLogger(__name__)
# White space may stand between the digits (ISO 32000-1, 7.3.4.3).
_HEX = re.compile(rb"<[0-9A-Fa-f \t\r\n\x0c\x00]*>")
_BLANK = b" \t\r\n\x00\x0c"
_LEVELS = {
    ModificationLevel.NONE: Modification.NONE,
    ModificationLevel.LTA_UPDATES: Modification.ARCHIVAL,
    ModificationLevel.FORM_FILLING: Modification.FORM_FILLING,
    ModificationLevel.ANNOTATIONS: Modification.ANNOTATIONS,
    ModificationLevel.OTHER: Modification.OTHER,
}


@dataclass(frozen=True)
class ByteRange:
    """The two stretches of a file that a signature covers: [0, gap_start[ and [gap_end, end[."""

    gap_start: int
    gap_end: int
    end: int

    def of(self, document: bytes) -> bytes:
        """Give the bytes of both."""
        return document[: self.gap_start] + document[self.gap_end : self.end]


def byte_range(document: bytes, raw: object, contents: bytes) -> ByteRange | None:
    """Read a ByteRange; None unless all but the signature's own value is covered.

    pyHanko believes lengths. Here the gap must hold exactly the hexadecimal string of this
    signature: with less, a gap can hide a whole document (signature wrapping).
    """
    numbers = list(raw) if isinstance(raw, list) else []
    if len(numbers) != 4 or not all(type(n) is generic.NumberObject for n in numbers):
        return None
    start, first, second, length = (int(n) for n in numbers)
    end = second + length
    if start != 0 or not 0 < first < second < end <= len(document):
        return None
    gap = document[first:second]
    digits = gap[1:-1].translate(None, _BLANK).lower()
    if not _HEX.fullmatch(gap) or digits + b"0" * (len(digits) % 2) != contents.hex().encode():
        return None
    return ByteRange(first, second, end)


def revision_of(
    document: bytes,
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    covered: ByteRange,
    signed_fields: frozenset[Reference],
    suspicious: set[int],
) -> RevisionFacts:
    """Say what the signature covers and compare that revision with the whole document.

    `signed_fields` are the fields that hold the signature of a person; `suspicious` the
    revisions since which pyHanko found a change that it cannot explain: those before need not
    be asked about, which would take it a time that grows as the square of their number.

    Raises whatever pyHanko raises on files it cannot compare: the caller says « unknown ».
    """
    with _as_if_without_blanks(signature, covered):
        signature.compute_integrity_info(skip_diff=True)
        coverage = _coverage(document, signature.evaluate_signature_coverage(), covered)
    found = _changes(reader, signature, coverage, signed_fields, suspicious)
    hidden = coverage is Coverage.WHOLE_REVISION and read_in_two_ways(
        document, reader, signature.signed_revision, _end_of(signature)
    )
    compared = found.change not in {Modification.OTHER, Modification.NONE}
    change = Modification.UNKNOWN if hidden and compared else found.change
    return RevisionFacts(
        length=covered.end,
        added_after=len(document) - covered.end,
        coverage=coverage,
        modification=change,
        changes_allowed=_allowed(change, signature.docmdp_level),
        unsigned_appearance=found.unsigned_appearance,
        values_filled=found.values_filled and change is Modification.FORM_FILLING,
    )


@contextmanager
def _as_if_without_blanks(signature: EmbeddedPdfSignature, covered: ByteRange) -> Iterator[None]:
    """Have pyHanko find the gap of a signature as long as it is, white space included.

    It takes two digits a byte for granted; what the gap holds was read before (`byte_range`).
    """
    room, kept = covered.gap_end - covered.gap_start - 2, signature.pkcs7_content
    if room == 2 * len(kept):
        yield
        return
    signature.compute_digest()
    ranges = signature.byte_range
    start, first, second, length = (int(n) for n in ranges)
    signature.pkcs7_content = bytes(room // 2)
    signature.byte_range = generic.ArrayObject(
        generic.NumberObject(n) for n in (start, first + room % 2, second, length)
    )
    try:
        yield
    finally:
        signature.pkcs7_content, signature.byte_range = kept, ranges


def unknown_revision(document: bytes, covered: ByteRange) -> RevisionFacts:
    """Give the facts of a revision that could not be compared with the document."""
    return RevisionFacts(
        covered.end,
        len(document) - covered.end,
        Coverage.WHOLE_FILE if covered.end == len(document) else Coverage.WHOLE_REVISION,
        Modification.UNKNOWN,
        changes_allowed=None,
    )


@dataclass(frozen=True)
class _Changes:
    """What came since, and what is to be said against it."""

    change: Modification
    unsigned_appearance: bool = False
    values_filled: bool = False


def _changes(
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    coverage: Coverage,
    signed_fields: frozenset[Reference],
    suspicious: set[int],
) -> _Changes:
    """Compare what was signed with what is shown; refuse a difference that pyHanko refuses too."""
    if coverage is not Coverage.WHOLE_REVISION:
        whole = coverage is Coverage.WHOLE_FILE
        return _Changes(Modification.NONE if whole else Modification.OTHER)
    account = _account(reader, signature, signed_fields)
    if account is not None and account.level is not ModificationLevel.OTHER:
        return _Changes(
            _LEVELS[account.level],
            account.obtrusive or account.drawn or account.restyled,
            account.filled and signature.docmdp_level is None,
        )
    if account is not None and not account.seen:
        return _Changes(Modification.UNKNOWN)
    if account is not None and max(suspicious, default=-1) >= signature.signed_revision:
        return _Changes(Modification.OTHER)
    # pyHanko compares nothing with a state without a form, where a page alone has the signature.
    signed = reader.get_historical_resolver(signature.signed_revision)
    if account is not None and "/AcroForm" not in signed.root:
        return _Changes(Modification.OTHER)
    # pyHanko alone never has an update accepted: it admits a new title, or a field that hides.
    explained = _explained(signature)
    if isinstance(explained, SuspiciousModification):
        suspicious.add(signature.signed_revision)
        return _Changes(Modification.OTHER)
    if explained is None or _allowed(_LEVELS[explained.modification_level], signature.docmdp_level):
        return _Changes(Modification.UNKNOWN)
    return _Changes(Modification.OTHER)


def _account(
    reader: PdfFileReader, signature: EmbeddedPdfSignature, signed_fields: frozenset[Reference]
) -> Since | None:
    permissions = Permissions(
        signature.docmdp_level,
        _author_s_permission(reader, signature.signed_revision),
        signature.fieldmdp,
    )
    try:
        return since(reader, signature.signed_revision, signed_fields, permissions)
    except Exception as reason:  # What cannot be compared is not shown to be the same.
        logger.info("states cannot be compared: %s", type(reason).__name__)
        return None


def _author_s_permission(reader: PdfFileReader, revision: int) -> MDPPerm | None:
    """What the author of a certified document lets others do (ISO 32000-1, 12.8.2.2)."""
    try:
        state = reader.get_historical_resolver(revision)
        references = state.root["/Perms"]["/DocMDP"]["/Reference"]
        return MDPPerm(references[0]["/TransformParams"]["/P"])
    except (KeyError, IndexError, ValueError, TypeError):
        return None


def _explained(signature: EmbeddedPdfSignature) -> DiffResult | SuspiciousModification | None:
    try:
        return signature.evaluate_modifications(DEFAULT_DIFF_POLICY)
    except KeyError:  # A reference to an object that never was, which PDF allows.
        return None


def _coverage(document: bytes, found: SignatureCoverageLevel, covered: ByteRange) -> Coverage:
    if covered.end == len(document) and found is SignatureCoverageLevel.ENTIRE_FILE:
        return Coverage.WHOLE_FILE
    if found is SignatureCoverageLevel.ENTIRE_REVISION:
        return Coverage.WHOLE_REVISION
    return Coverage.PARTIAL


def _end_of(signature: EmbeddedPdfSignature) -> int:
    return int(signature.byte_range[2]) + int(signature.byte_range[3])


_RANKS = {
    Modification.NONE: 0,
    Modification.ARCHIVAL: 0,
    Modification.FORM_FILLING: MDPPerm.FILL_FORMS.value,
    Modification.ANNOTATIONS: MDPPerm.ANNOTATE.value,
}


def _allowed(change: Modification, permission: MDPPerm | None) -> bool | None:
    if change is Modification.UNKNOWN:
        return None
    if change is Modification.OTHER:
        return False
    return permission is None or _RANKS[change] <= permission.value
