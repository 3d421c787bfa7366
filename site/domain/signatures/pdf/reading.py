"""Read the signatures of a PDF: each gives its facts, and one that is broken hides no other."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from math import inf
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import AuthStatus, PubKeySecurityHandler
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, extract_contents

from communaute.domain.signatures.der import content_info, one_per_signer
from communaute.domain.signatures.facts import (
    Limits,
    SignatureFacts,
    TimestampFacts,
    UnusableDocument,
    unreadable_signature,
)
from communaute.domain.signatures.judging import no_verdict
from communaute.domain.signatures.judging.evidence import Evidence, from_pdf, from_signed_data
from communaute.domain.signatures.judging.policies import Policies, useful_anchors
from communaute.domain.signatures.judging.timestamps import check, imprint_of
from communaute.domain.signatures.pdf.forms import lone_signatures, reference_of
from communaute.domain.signatures.pdf.objects import Reference, entry, members
from communaute.domain.signatures.pdf.revisions import ByteRange, byte_range
from communaute.domain.signatures.pdf.signature import (
    PdfContext,
    Stamp,
    facts_of_signature,
    structural_fault,
)
from communaute.domain.signatures.vocabulary import Error


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Field:
    name: str
    embedded: EmbeddedPdfSignature | None
    covered: ByteRange | None
    place: Reference | None = None

    @property
    def is_document_timestamp(self) -> bool:
        """Some producers call it /Sig, forgers would call a signature so: its content decides."""
        if self.embedded is None:
            return False
        content = self.embedded.signed_data["encap_content_info"]["content_type"].native
        return bool(content == "tst_info")


async def read_pdf(
    document: bytes, policies: Policies, limits: Limits
) -> tuple[list[SignatureFacts], list[TimestampFacts]]:
    """Give the facts of every signature of a PDF, and those of its own time stamps.

    Raises UnusableDocument: no_signature, unreadable, encrypted, too_many_signatures.
    """
    reader = _open(document, limits)
    fields = _fields(document, reader, limits)
    if all(field.is_document_timestamp for field in fields):
        raise UnusableDocument(Error.NO_SIGNATURE)
    carried = _carried(reader, fields)
    anchors = Evidence(useful_anchors(policies.trust, carried.certificates))
    known = policies.with_evidence(carried).with_evidence(anchors)
    stamps = await _document_stamps(document, fields, known)
    people = frozenset(f.place for f in fields if f.place and not f.is_document_timestamp)
    context = PdfContext(document, reader, known, carried, tuple(stamps), people)
    # The last first: what is suspicious since a signature is so since those before it.
    signed = [field for field in reversed(fields) if not field.is_document_timestamp]
    signatures = [await _facts(field, context) for field in signed][::-1]
    return signatures, [stamp.token.facts for stamp in stamps]


def _open(document: bytes, limits: Limits) -> PdfFileReader:
    size = limits.decoded_stream_bytes
    bounds = DecodeLimits(
        per_stream=StreamDecodeLimits(max_output_size=size),
        document_budget=DocumentDecodeBudget(base_allowance=4 * size, max_ratio=20),
    )
    try:
        reader = PdfFileReader(BytesIO(document), strict=False, decode_limits=bounds)
        for_somebody = isinstance(reader.security_handler, PubKeySecurityHandler)
        locked = (
            reader.encrypted and not for_somebody and reader.decrypt("").status is AuthStatus.FAILED
        )
        _ = None if for_somebody else reader.root
    except Exception:  # pyHanko raises a dozen kinds on hostile files, RecursionError included.
        # Encrypted for certificates, in a way that pyHanko does not know.
        for_somebody, locked = b"/Adobe.PubSec" in document, False
        if not for_somebody:
            raise UnusableDocument(Error.UNREADABLE) from None
        raise UnusableDocument(Error.ENCRYPTED, no_verdict.ENCRYPTED_FOR_SOMEBODY) from None
    if for_somebody:
        raise UnusableDocument(Error.ENCRYPTED, no_verdict.ENCRYPTED_FOR_SOMEBODY)
    if locked:
        raise UnusableDocument(Error.ENCRYPTED)
    return reader


def _fields(document: bytes, reader: PdfFileReader, limits: Limits) -> list[_Field]:
    """List the filled signature fields in the order they were signed."""
    found: list[_Field] = []
    try:
        for name, _, dictionary in enumerate_sig_fields(reader, filled_status=True):
            found += _in_field(document, reader, str(name), dictionary, limits)
            if len(found) > limits.signatures:
                raise UnusableDocument(Error.TOO_MANY_SIGNATURES)
        # Its digits are filled in once all is written: they stand in the file as they are.
        more = document.count(b"/ByteRange") > len(found)
        for widget in _lone(reader, {f.place for f in found if f.place}) if more else ():
            name = str(widget.get_object().get("/T", ""))
            found += _in_field(document, reader, name, widget, limits)
            if len(found) > limits.signatures:
                raise UnusableDocument(Error.TOO_MANY_SIGNATURES)
    except UnusableDocument:
        raise
    except Exception:
        if not found:
            raise UnusableDocument(Error.UNREADABLE) from None
        found.append(_Field("", None, None))
    # In the order they were made; those that cannot be read come last.
    found.sort(key=lambda f: f.embedded.signed_revision if f.embedded is not None else inf)
    # pyHanko would build this list itself and let one broken signature hide the others.
    readable: Any = [f.embedded for f in found if f.covered and f.embedded]
    reader._embedded_signatures = readable
    return found


def _lone(reader: PdfFileReader, known: set[Reference]) -> Iterator[generic.IndirectObject]:
    """Yield the signatures that no form lists, nor did in the state that made them."""
    last = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    for place, _ in lone_signatures(last, known):
        made = reader.xrefs.get_last_change(generic.Reference(*place))
        state = reader.get_historical_resolver(made)
        listed = {
            one for one, _ in members(state, entry(state, state.root, "/AcroForm"), "/Fields")
        }
        if place not in listed:
            yield generic.IndirectObject(*place, reader)


def _in_field(
    document: bytes, reader: PdfFileReader, name: str, dictionary: generic.PdfObject, limits: Limits
) -> list[_Field]:
    place = reference_of(dictionary)
    try:
        return [
            _Field(one.fq_name, one, byte_range(document, one.byte_range, one.pkcs7_content), place)
            for one in embedded_in(reader, dictionary, name, limits.signatures)
        ]
    except Exception as reason:
        logger.info("a signature cannot be read: %s", type(reason).__name__)
        return [_Field(name, None, None, place)]


def _carried(reader: PdfFileReader, fields: Sequence[_Field]) -> Evidence:
    carried = from_pdf(reader)
    for field in fields:
        if field.embedded is not None:
            carried = carried.plus(_of_signature(field.embedded))
    return carried


def _of_signature(embedded: EmbeddedPdfSignature) -> Evidence:
    try:
        return from_signed_data(embedded.signed_data)
    except Exception:
        try:
            return Evidence((embedded.signer_cert,))
        except Exception:  # it shows none: what judges it says so
            return Evidence()


async def _document_stamps(
    document: bytes, fields: Sequence[_Field], policies: Policies
) -> list[Stamp]:
    stamps = []
    for field in fields:
        if field.is_document_timestamp and field.embedded and field.covered:
            imprint = imprint_of(field.covered.of(document))
            token = await check(field.embedded.signed_data, imprint, policies, "document")
            if token is not None:
                stamps.append(Stamp(token, field.covered))
    return stamps


async def _facts(field: _Field, context: PdfContext) -> SignatureFacts:
    if field.embedded is None:
        return unreadable_signature(field.name, "unreadable")
    fault = structural_fault(field.embedded, field.covered)
    if fault is not None or field.covered is None:
        return unreadable_signature(field.name, fault or "byte_range")
    try:
        return await facts_of_signature(field.name, field.embedded, field.covered, context)
    except Exception as reason:
        logger.info("a signature cannot be judged: %s", type(reason).__name__)
        return unreadable_signature(field.name, "unreadable")


# What one field holds, in the forms that pyHanko does not foresee: it wants the dictionary of a
# signature apart from its field, and one signer in it.


def embedded_in(
    reader: PdfFileReader, field: generic.PdfObject, name: str, most: int
) -> list[EmbeddedPdfSignature]:
    """Give a signature for each signer of a field, `most` + 1 at most.

    podofo puts two in one field, of the same person; each is judged alone. Raises what pyHanko
    and asn1crypto raise on hostile input.
    """
    holder = field.get_object()
    value = holder.raw_get("/V")
    apart = isinstance(value, generic.IndirectObject)
    dictionary = value.get_object()
    contents = extract_contents(dictionary)
    pieces = _pieces(contents, most)
    if apart and len(pieces) == 1:
        return [EmbeddedPdfSignature(reader, holder, name)]
    # Written in the field itself, it changes when the field does.
    place = value.reference if apart else _reference(field)
    found = []
    for rank, der in enumerate(pieces, start=1):
        alone = _with(dictionary, "/Contents", generic.ByteStringObject(der))
        title = name if len(pieces) == 1 else f"{name} ({rank})"
        one = EmbeddedPdfSignature(reader, _with(holder, "/V", _Place(alone, place)), title)
        one.pkcs7_content = contents
        found.append(one)
    return found


def _reference(field: generic.PdfObject) -> generic.Reference:
    place = field.reference if isinstance(field, generic.IndirectObject) else field.container_ref
    if not isinstance(place, generic.Reference):
        raise ValueError("a field without a number")
    return place


class _Place:
    """What stands for a reference to a dictionary."""

    def __init__(self, dictionary: generic.DictionaryObject, reference: generic.Reference) -> None:
        self.dictionary, self.reference = dictionary, reference

    def get_object(self) -> generic.DictionaryObject:
        return self.dictionary


def _pieces(contents: bytes, most: int) -> list[bytes]:
    signed = cms.ContentInfo.load(contents)["content"]
    if len(signed["signer_infos"]) < 2:
        return [contents]
    return [content_info(piece) for piece in one_per_signer(contents, most)]


def _with(former: generic.DictionaryObject, key: str, value: object) -> generic.DictionaryObject:
    copied = generic.DictionaryObject({one: former.raw_get(one) for one in former})
    dict.__setitem__(copied, generic.NameObject(key), value)
    return copied
