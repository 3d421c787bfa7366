"""Load the lists of a trust DIR: the list of lists first, then the national ones it names."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import x509
from cryptography.x509 import load_der_x509_certificate
from lxml import etree
from pyhanko.sign.validation.qualified.eutl_parse import (
    LOTL_RULE,
    LOTLParseResult,
    TLReference,
    parse_lotl_unsafe,
)
from signxml.verifier import VerifyResult
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

from communaute.domain.signatures.facts import ListInfo
from communaute.domain.signatures.trust.pinned import OfficialAnchor
from communaute.domain.signatures.trust.reading import (
    TSL,
    ListHeader,
    ListRefused,
    parse_list,
    read_header,
)
from communaute.domain.signatures.trust.services import ListedService, read_services


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list as found: its bytes and what it says of itself, nothing of it verified."""

    name: str
    xml: bytes
    header: ListHeader


@dataclass(frozen=True, slots=True)
class VerifiedList:
    """A list whose signature was verified: only `content` may be read from it."""

    name: str
    header: ListHeader
    content: etree._Element

    def info(self) -> ListInfo:
        """What readiness, page and report show of it."""
        header = self.header
        return ListInfo(
            header.territory, header.sequence_number, header.issued_at, header.next_update
        )


@dataclass(frozen=True, slots=True)
class ListOfLists:
    """The list of lists in use, and whom it allows to sign the others."""

    list: VerifiedList
    pointers: LOTLParseResult

    def signers_of(self, territory: str) -> tuple[x509.Certificate, ...]:
        """The certificates that may sign the list of a territory, by its ISO code."""
        return _signers(
            one for one in self.pointers.references if one.territory.upper() == territory.upper()
        )

    def next_signers(self) -> tuple[x509.Certificate, ...]:
        """The certificates that may sign the next list of lists (its pointer to itself)."""
        return _signers(one for one in self.pointers.references if LOTL_RULE in one.scheme_rules)


@dataclass(frozen=True, slots=True)
class LoadedLists:
    """What a folder of lists gave."""

    list_of_lists: ListOfLists | None
    services: tuple[ListedService, ...]
    infos: tuple[ListInfo, ...]


def load_lists(
    folder: Path, anchors: Sequence[OfficialAnchor]
) -> Generator[None, None, LoadedLists]:
    """Load `folder/*.xml` one list a step, so that a server can answer between two steps.

    A file that does not verify is refused and named in `infos`; of two copies of a list, the
    highest sequence number that verifies is used.
    """
    files, infos = read_folder(folder)
    yield
    top, refusals = newest_list_of_lists(files, anchors)
    infos += refusals
    services: list[ListedService] = []
    if top is not None:
        infos.append(top.list.info())
    for territory in sorted({one.header.territory for one in _national(files)}):
        yield
        national, refusals = newest_national_list(files, territory, top)
        infos += refusals
        if national is not None:
            infos.append(national.info())
            services += read_services(national.content, territory)
    return LoadedLists(top, tuple(services), tuple(infos))


def read_folder(folder: Path) -> tuple[list[ListFile], list[ListInfo]]:
    """The lists of a folder with their headers, and the files that are no list."""
    files, refusals = [], []
    for path in sorted(folder.glob("*.xml")):
        try:
            files.append(read_file(path))
        except (ListRefused, OSError) as error:
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            refusals.append(ListInfo("", 0, written, None, f"{path.name} : {error}"))
    return files, refusals


def read_file(path: Path) -> ListFile:
    """Read one list and its header. Raises ListRefused and OSError."""
    xml = path.read_bytes()
    return ListFile(path.name, xml, read_header(parse_list(xml)))


def newest_list_of_lists(
    files: Iterable[ListFile], anchors: Sequence[OfficialAnchor]
) -> tuple[ListOfLists | None, list[ListInfo]]:
    """The newest list of lists that verifies, and the newer ones that do not.

    Taken in order of issue, each list verified with the publication in force names the
    signers of the next: that is how a « pivot » announces new signers (Commission
    Implementing Decision (EU) 2015/1505, article 4).
    """
    newest: ListOfLists | None = None
    refusals: list[ListInfo] = []
    announced: tuple[x509.Certificate, ...] = ()
    tops = [one for one in files if one.header.is_list_of_lists]
    for file in sorted(tops, key=lambda one: one.header.sequence_number):
        try:
            newest = verify_list_of_lists(file, anchors, announced)
        except ListRefused as error:
            refusals.append(refusal(file, error))
        else:
            refusals.clear()  # older than a list that verifies: nobody needs it
            if file.header.issued_at >= anchors[-1].since:
                announced = newest.next_signers()
    return newest, refusals


def verify_list_of_lists(
    file: ListFile, anchors: Sequence[OfficialAnchor], announced: Sequence[x509.Certificate] = ()
) -> ListOfLists:
    """Verify a list of lists with the pinned signers or those a former list announced.

    Raises ListRefused.
    """
    issued_at = file.header.issued_at
    official = [anchor for anchor in anchors if anchor.signs_lists_of(issued_at)]
    signers = [one for anchor in official for one in anchor.certificates]
    verified = _verified(file, {one.sha256: one for one in (*signers, *announced)}.values())
    try:
        pointers = parse_lotl_unsafe(_text(verified.content))
    except Exception as error:  # the parser raises many kinds on a list that lacks a part
        raise ListRefused("la liste des listes est incomplète") from error
    return ListOfLists(verified, pointers)


def newest_national_list(
    files: Iterable[ListFile], territory: str, top: ListOfLists | None
) -> tuple[VerifiedList | None, list[ListInfo]]:
    """The newest list of a territory that verifies, and the newer ones that do not."""
    copies = [one for one in _national(files) if one.header.territory == territory]
    refusals: list[ListInfo] = []
    for file in sorted(copies, key=lambda one: one.header.sequence_number, reverse=True):
        try:
            return verify_national_list(file, top), refusals
        except ListRefused as error:
            refusals.append(refusal(file, error))
    return None, refusals


def verify_national_list(file: ListFile, top: ListOfLists | None) -> VerifiedList:
    """Verify a national list with the signers the list of lists names. Raises ListRefused."""
    if top is None:
        raise ListRefused("aucune liste des listes vérifiée ne permet de la vérifier")
    return _verified(file, top.signers_of(file.header.territory))


def refusal(file: ListFile, error: ListRefused) -> ListInfo:
    """Name a refused list and say why."""
    header = file.header
    return ListInfo(
        header.territory,
        header.sequence_number,
        header.issued_at,
        header.next_update,
        f"{file.name} : {error}",
    )


def _verified(file: ListFile, signers: Iterable[x509.Certificate]) -> VerifiedList:
    content = signed_content(file.xml, signers, file.header.issued_at)
    header = read_header(content)
    if header != file.header:
        raise ListRefused("son en-tête n’est pas celui qui a été signé")
    return VerifiedList(file.name, header, content)


def _national(files: Iterable[ListFile]) -> Iterator[ListFile]:
    return (one for one in files if not one.header.is_list_of_lists)


def _signers(references: Iterable[TLReference]) -> tuple[x509.Certificate, ...]:
    return tuple(certificate for one in references for certificate in one.tlso_certs)


def _text(content: etree._Element) -> str:
    return str(etree.tostring(content, encoding="unicode"))


# Verify the XML signature of a trusted list against the certificates allowed to sign it.


def signed_content(xml: bytes, signers: Iterable[x509.Certificate], at: datetime) -> etree._Element:
    """Return the part of a list that one of `signers` signed: only that part may be read.

    `at` is the moment when the signer's certificate must be valid: the date of issue of the
    list, because a good copy stays good when the certificate of its signer expires later.
    Raises ListRefused.
    """
    candidates = sorted(signers, key=lambda signer: signer.not_valid_before, reverse=True)
    if not candidates:
        raise ListRefused("aucun signataire n’est annoncé pour cette liste")
    for signer in candidates:
        content = _content_signed_by(xml, signer, at)
        if content is not None:
            return parse_list(content)
    raise ListRefused("sa signature n’est celle d’aucun des signataires annoncés")


def _content_signed_by(xml: bytes, signer: x509.Certificate, at: datetime) -> bytes | None:
    """The canonical bytes of the whole list, or None when this signer did not sign them."""
    try:
        results = XAdESVerifier().verify(
            xml,
            x509_cert=load_der_x509_certificate(signer.dump()),
            expect_config=XAdESSignatureConfiguration(
                require_x509=True, expect_references=True, verification_time=at
            ),
        )
    except Exception:  # whatever the library raises, the list does not verify
        return None
    return next((result.signed_data for result in results if _is_whole_list(result)), None)


def _is_whole_list(result: VerifyResult) -> bool:
    """Whether what was signed is the list, and not some part of it."""
    signed = result.signed_xml
    return signed is not None and signed.tag == f"{TSL}TrustServiceStatusList"
