"""Read the signatures of a container: each with the files it is over, and those it leaves out."""

from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import replace

from communaute.domain.signatures import detect
from communaute.domain.signatures.asic.container import Container, open_container
from communaute.domain.signatures.asic.manifest import (
    Archived,
    Listed,
    announced,
    archive_stamps,
    manifests,
    named_file,
)
from communaute.domain.signatures.cms.reading import read_cms
from communaute.domain.signatures.facts import (
    Limits,
    SignatureFacts,
    SignedScope,
    TechnicalOutcome,
    UnusableDocument,
    clean,
    unreadable_signature,
)
from communaute.domain.signatures.judging import no_verdict
from communaute.domain.signatures.judging.policies import Policies
from communaute.domain.signatures.vocabulary import (
    Error,
    Extent,
    Format,
    Integrity,
    Proof,
    SubIndication,
    Verdict,
)
from communaute.domain.signatures.xades.reading import read_xml_with
from communaute.domain.signatures.xades.references import Files, Standing


_XADES = r"[^/]*signatures[^/]*\.xml"
_CADES = r"[^/]*signature[^/]*\.p7[sm]"
_STAMPS = r"[^/]*timestamp[^/]*\.tst"
_SIMPLE = "application/vnd.etsi.asic-s+zip"
_ARCHIVE = r"[^/]*asicarchivemanifest[^/]*\.xml"
_RECORDS = r"[^/]*evidencerecord[^/]*\.(xml|ers)"


async def read_container(
    content: bytes, given: bytes | None, policies: Policies, limits: Limits
) -> list[SignatureFacts]:
    """Give the facts of every signature of a container; `given` was sent with it.

    Raises UnusableDocument: unreadable, encrypted, unsupported, too_large, no_signature,
    too_many_signatures.
    """
    container = open_container(content)
    if container.mimetype.startswith("application/vnd.oasis.opendocument"):
        raise UnusableDocument(Error.UNSUPPORTED)  # an office document, which has rules of its own
    found: list[SignatureFacts] = []
    for name in container.meta(_XADES):
        found += await _tolerated(name, _xades(container, name, policies, limits))
    stamps = await archive_stamps(container, policies)
    for name in container.meta(_CADES):
        found += await _tolerated(name, _cades(container, name, policies, limits, stamps))
    if not found:
        raise _no_signature(container)
    if len(found) > limits.signatures:
        raise UnusableDocument(Error.TOO_MANY_SIGNATURES)
    common = tuple(_common_faults(container, given))
    beside = tuple(_unread(container, stamps))
    return [
        replace(one, faults=(*one.faults, *common), unread=(*one.unread, *beside)) for one in found
    ]


def _unread(container: Container, stamps: Sequence[Archived]) -> Iterator[Proof]:
    if len(container.meta(_ARCHIVE)) > len(stamps):
        yield Proof.ARCHIVE_MANIFEST
    if container.meta(_RECORDS):
        yield Proof.EVIDENCE_RECORD


def _no_signature(container: Container) -> UnusableDocument:
    if container.meta(_STAMPS):
        return UnusableDocument(Error.NO_SIGNATURE, no_verdict.CONTAINER_STAMPED)
    if container.meta(_RECORDS):
        return UnusableDocument(Error.NO_SIGNATURE, no_verdict.CONTAINER_RECORDED)
    return UnusableDocument(Error.NO_SIGNATURE, no_verdict.CONTAINER_UNSIGNED)


async def _tolerated(name: str, reading: Awaitable[list[SignatureFacts]]) -> list[SignatureFacts]:
    """One file of signatures that cannot be read does not hide the others."""
    try:
        return await reading
    except UnusableDocument as reason:
        if reason.error is Error.TOO_MANY_SIGNATURES:
            raise
        return [replace(unreadable_signature(name, "unreadable"), format=Format.XADES)]


async def _xades(
    container: Container, name: str, policies: Policies, limits: Limits
) -> list[SignatureFacts]:
    def find(uri: str | None) -> bytes | None:
        file = named_file(container, uri)
        return None if file is None else container.files[file]

    files = Files(find, by_name=True)
    found = await read_xml_with(container.files[name], files, policies, limits)
    return [_of_container(container, name, one, _covered(container, one)) for one in found]


def _covered(container: Container, facts: SignatureFacts) -> set[str]:
    """The files that the references of a signature match, manifests among them."""
    names = facts.scope.names if facts.scope is not None else ()
    return {file for uri in names if (file := named_file(container, uri)) is not None}


def _of_container(
    container: Container, holder: str, facts: SignatureFacts, covered: set[str]
) -> SignatureFacts:
    """Say which files of the container a signature is over, and which it leaves out."""
    name = clean(f"{holder.rpartition('/')[2]}, {facts.name}")
    if facts.scope is not None and facts.scope.extent is Extent.SIGNATURE:
        return replace(facts, name=name)
    signed = tuple(clean(one) for one in container.documents if one in covered)
    left_out = tuple(clean(one) for one in container.documents if one not in covered)
    beside = facts.scope.left_out if facts.scope is not None else ()
    scope = SignedScope(Extent.FILES if signed else Extent.NOTHING, signed, (*left_out, *beside))
    faults = tuple(one for one in facts.faults if one not in {"nothing_signed", "part_signed"})
    if facts.integrity is Integrity.INTACT:
        faults += ("nothing_signed",) if not signed else ("part_signed",) if scope.left_out else ()
    return replace(facts, name=name, scope=scope, faults=faults)


async def _cades(
    container: Container,
    name: str,
    policies: Policies,
    limits: Limits,
    stamps: Sequence[Archived],
) -> list[SignatureFacts]:
    holder = container.files[name]
    der = detect.cms_bytes(holder)
    if der is None:
        raise UnusableDocument(Error.UNREADABLE)
    beside = ("beside",) if detect.holds_more(holder) else ()
    content, listed = _signed_by(container, name)
    archived = [one.token for one in stamps if name in one.covered]
    found = await read_cms(der, content, policies, limits, archived)
    covered = {one.name for one in listed if one.standing is Standing.MATCHES}
    held = [_held(one, listed) for one in found]
    of = [_of_container(container, name, one, covered) for one in held]
    return [replace(one, faults=(*one.faults, *beside)) for one in of]


def _signed_by(container: Container, name: str) -> tuple[bytes | None, tuple[Listed, ...]]:
    """Give what a CMS signature is made over: the one document, or the manifest that lists them."""
    listing = [one for one in manifests(container) if one.signature == name]
    simple = container.mimetype == _SIMPLE or not listing
    if simple and len(container.written) == 1:
        (only,) = (
            container.written
        )  # what a system left beside it is named, as all that is unsigned
        return container.files[only], (Listed(only, Standing.MATCHES),)
    if len(listing) == 1:
        return container.files[listing[0].name], listing[0].listed
    return None, ()


def _held(facts: SignatureFacts, listed: Sequence[Listed]) -> SignatureFacts:
    """Hold a signature of a manifest to the files that the manifest lists."""
    if facts.integrity is not Integrity.INTACT:
        return facts
    standings = {one.standing for one in listed}
    if Standing.DIFFERS in standings:
        return _with(facts, SubIndication.HASH_FAILURE, Integrity.HASH_MISMATCH, Verdict.FAILED)
    if Standing.MISSING in standings:
        return _with(facts, SubIndication.SIGNED_DATA_NOT_FOUND, Integrity.UNKNOWN)
    if Standing.UNSUPPORTED in standings:
        return _with(facts, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, Integrity.UNKNOWN)
    if any(one.weak for one in listed):
        return _with(facts, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, facts.integrity)
    return facts


def _with(
    facts: SignatureFacts,
    sub: SubIndication,
    integrity: Integrity,
    verdict: Verdict = Verdict.INDETERMINATE,
) -> SignatureFacts:
    outcome = TechnicalOutcome(verdict, sub, facts.outcome.step)
    return replace(facts, outcome=outcome, integrity=integrity, anchored=False)


def _common_faults(container: Container, given: bytes | None) -> Iterator[str]:
    """What is wrong with the container itself, whatever each signature is worth."""
    if any(name not in container.files for name in announced(container)):
        yield "announced_missing"
    if given is not None and given not in {container.files[one] for one in container.documents}:
        yield "other_document"
