"""What a signature of a PDF covers, and what was changed since: our own checks, then pyHanko's."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass

from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.pdf_utils.xref import XRefSectionType
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    ModificationLevel,
    SuspiciousModification,
)
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from communaute.domain.signatures.pdf_comparison import only_archival, only_comments
from communaute.domain.signatures.pdf_fields import (
    Reference,
    filled_in,
    only_places_signed,
    unsigned_appearance,
)
from communaute.domain.signatures.values import Coverage, Modification, RevisionFacts


logger = logging.getLogger(__name__)
_HEX = re.compile(rb"<[0-9A-Fa-f]*>")
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


def byte_range(document: bytes, raw: object, contents: bytes) -> ByteRange | None:
    """Read a ByteRange; None unless all but the signature's own value is covered.

    pyHanko believes lengths. Here the gap must hold exactly the hexadecimal string of this
    signature: with less, a gap can hide a whole document (signature wrapping).
    """
    numbers = list(raw) if isinstance(raw, list) else []
    if len(numbers) != 4 or not all(type(n) is NumberObject for n in numbers):
        return None
    start, first, second, length = (int(n) for n in numbers)
    end = second + length
    if start != 0 or not 0 < first < second < end <= len(document):
        return None
    gap = document[first:second]
    if not _HEX.fullmatch(gap) or gap[1:-1].lower() != contents.hex().encode():
        return None
    return ByteRange(first, second, end)


def revision_of(
    document: bytes,
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    covered: ByteRange,
    signed_fields: frozenset[Reference],
) -> RevisionFacts:
    """Say what the signature covers and compare that revision with the whole document.

    `signed_fields` are the fields that hold the signature of a person.

    Raises whatever pyHanko raises on files it cannot compare: the caller says « unknown ».
    """
    signature.compute_integrity_info(skip_diff=True)
    coverage = _coverage(document, signature.evaluate_signature_coverage(), covered)
    signature.diff_result = _compared(reader, signature, coverage, signed_fields)  # type: ignore[assignment]
    summary = signature.summarise_integrity_info()
    change = _modification(document, reader, signature, coverage)
    return RevisionFacts(
        length=covered.end,
        added_after=len(document) - covered.end,
        coverage=coverage,
        modification=change,
        changes_allowed=_allowed(change, summary["docmdp_ok"]),
        unsigned_appearance=_laid_over(reader, signature, coverage, change, signed_fields),
        values_filled=_filled_without_permission(reader, signature, change),
    )


def unknown_revision(document: bytes, covered: ByteRange) -> RevisionFacts:
    """Give the facts of a revision that could not be compared with the document."""
    return RevisionFacts(
        covered.end,
        len(document) - covered.end,
        Coverage.WHOLE_FILE if covered.end == len(document) else Coverage.WHOLE_REVISION,
        Modification.UNKNOWN,
        changes_allowed=None,
    )


def _compared(
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    coverage: Coverage,
    signed_fields: frozenset[Reference],
) -> DiffResult | SuspiciousModification:
    """Ask pyHanko what changed; when it finds no explanation, compare what can be reached."""
    found = _explained(signature)
    if isinstance(found, DiffResult) or coverage is not Coverage.WHOLE_REVISION:
        return found or SuspiciousModification("not compared")
    if _same_but(only_archival, reader, signature.signed_revision):
        return DiffResult(ModificationLevel.LTA_UPDATES, set())
    if signature.docmdp_level is MDPPerm.ANNOTATE and _same_but(
        only_comments, reader, signature.signed_revision
    ):
        return DiffResult(ModificationLevel.ANNOTATIONS, set())
    # Fields that the signer locked are for pyHanko to know.
    if signature.fieldmdp is None and _places_signed(
        reader, signature.signed_revision, signed_fields
    ):
        return DiffResult(ModificationLevel.FORM_FILLING, set())
    if found is None:
        raise LookupError("not compared")
    return found


def _explained(signature: EmbeddedPdfSignature) -> DiffResult | SuspiciousModification | None:
    try:
        return signature.evaluate_modifications(DEFAULT_DIFF_POLICY)
    except KeyError:  # A reference to an object that never was, which PDF allows.
        return None


def _same_but(
    these: Callable[[HistoricalResolver, HistoricalResolver], bool],
    reader: PdfFileReader,
    signed_revision: int,
) -> bool:
    signed = reader.get_historical_resolver(signed_revision)
    latest = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    try:
        return these(signed, latest)
    except Exception as reason:  # What cannot be compared is not shown to be the same.
        logger.info("states cannot be compared: %s", type(reason).__name__)
        return False


def _places_signed(
    reader: PdfFileReader, signed_revision: int, signed_fields: frozenset[Reference]
) -> bool:
    try:
        return only_places_signed(reader, signed_revision, signed_fields)
    except Exception as reason:  # What cannot be compared is not shown to be the same.
        logger.info("places cannot be compared: %s", type(reason).__name__)
        return False


def _laid_over(
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    coverage: Coverage,
    change: Modification,
    signed_fields: frozenset[Reference],
) -> bool:
    """Say whether something nobody signed may hide what was signed, allowed comments included."""
    if change is Modification.ANNOTATIONS or coverage is Coverage.WHOLE_FILE:
        return change is Modification.ANNOTATIONS
    try:
        return unsigned_appearance(reader, signature.signed_revision, signed_fields)
    except Exception as reason:  # What cannot be read cannot be ruled out.
        logger.info("form fields cannot be compared: %s", type(reason).__name__)
        return True


def _coverage(document: bytes, found: SignatureCoverageLevel, covered: ByteRange) -> Coverage:
    if covered.end == len(document) and found is SignatureCoverageLevel.ENTIRE_FILE:
        return Coverage.WHOLE_FILE
    if found is SignatureCoverageLevel.ENTIRE_REVISION:
        return Coverage.WHOLE_REVISION
    return Coverage.PARTIAL


def _modification(
    document: bytes, reader: PdfFileReader, signature: EmbeddedPdfSignature, coverage: Coverage
) -> Modification:
    if coverage is Coverage.WHOLE_FILE:
        return Modification.NONE
    if not isinstance(signature.diff_result, DiffResult):
        return Modification.OTHER
    if _hidden_from_us(document, reader, signature):
        return Modification.UNKNOWN
    return _LEVELS[signature.diff_result.modification_level]


def _hidden_from_us(
    document: bytes, reader: PdfFileReader, signature: EmbeddedPdfSignature
) -> bool:
    """Say whether other programs may see in the added bytes what pyHanko does not compare.

    Bytes that belong to no revision are read by programs that repair files; a hybrid
    section (ISO 32000-1, 7.5.8.4) is read in two ways.
    """
    added = range(signature.signed_revision + 1, reader.xrefs.total_revisions)
    last_mark = document.rfind(b"%%EOF") + len(b"%%EOF")
    unexplained = document[last_mark if added else _end_of(signature) :]
    hybrid = {XRefSectionType.HYBRID_MAIN, XRefSectionType.HYBRID_STREAM}
    kinds = {reader.xrefs.get_xref_container_info(n).xref_section_type for n in added}
    return bool(unexplained.strip(_BLANK)) or bool(kinds & hybrid)


def _end_of(signature: EmbeddedPdfSignature) -> int:
    return int(signature.byte_range[2]) + int(signature.byte_range[3])


def _allowed(change: Modification, permissions_kept: bool | None) -> bool | None:
    if change is Modification.UNKNOWN:
        return None
    return change is not Modification.OTHER and permissions_kept is not False


def _filled_without_permission(
    reader: PdfFileReader, signature: EmbeddedPdfSignature, change: Modification
) -> bool:
    """Say whether values (not signatures) were filled in with no permission of this signer."""
    result = signature.diff_result
    if change is not Modification.FORM_FILLING or not isinstance(result, DiffResult):
        return False
    signatures = {other.fq_name for other in reader.embedded_signatures}
    if not set(result.changed_form_fields) - signatures:
        return False
    try:
        opened = signature.docmdp_level is not None
        return filled_in(reader, signature.signed_revision, opened=opened)
    except Exception as reason:  # What cannot be read cannot be ruled out.
        logger.info("form values cannot be compared: %s", type(reason).__name__)
        return True
