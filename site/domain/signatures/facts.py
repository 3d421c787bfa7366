"""The facts read of a document, which the rules judge (judging/) and the report shows (report.py)."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from communaute.domain.signatures.vocabulary import (
    Coverage,
    Error,
    Extent,
    Format,
    Integrity,
    Level,
    Modification,
    Proof,
    RevocationStatus,
    SubIndication,
    TimeSource,
    Verdict,
)


class UnusableDocument(Exception):
    """The document has no verdict; `error` says why, and `sentence` when there is more to say."""

    def __init__(self, error: Error, sentence: str = "") -> None:
        super().__init__(error.value)
        self.error = error
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Limits:
    """What one verification may cost; the caller enforces time and memory (see sandbox)."""

    document_bytes: int = 25 * 1024 * 1024
    detached_bytes: int = 25 * 1024 * 1024
    signatures: int = 30
    decoded_stream_bytes: int = 64 * 1024 * 1024
    nesting: int = 200


@dataclass(frozen=True, slots=True)
class ListInfo:
    """One trusted list in use: what readiness, page and report show of it."""

    territory: str
    sequence_number: int
    issued_at: datetime
    next_update: datetime | None
    refused: str | None = None
    """Why the list was not taken (French sentence), or None when it was."""


@dataclass(frozen=True, slots=True)
class ServiceAtTime:
    """What the trusted lists say, at one moment, of the service behind a certificate."""

    at: datetime
    service_name: str
    territory: str
    service_type: str
    """One of "CA/QC" or "TSA/QTST", the last parts of the URI of ETSI TS 119 612."""
    granted: bool
    """True when the service had at that moment a status that counts as qualified."""
    certificate_qualified: bool
    """True when the certificate was qualified at that moment (list and certificate combined)."""
    certificate_type: str | None
    """One of "esign", "eseal", "web" or None when neither list nor certificate says."""
    secure_device: bool
    """True when the key is in a qualified device (QSCD), by list or certificate."""
    private_anchor: bool = False
    """True when the service is a local anchor of the trust DIR, not a trusted list."""


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """One certificate, cleaned for display: no control or direction character, 200 at most."""

    holder: str
    """The person or body named: common name, else the given and family names."""
    organisation: str
    country: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    sha256: str
    key: str
    """Such as "RSA 2048" or "EC secp256r1"."""
    pseudonym: bool = False


@dataclass(frozen=True, slots=True)
class RevocationFacts:
    """What revocation data say of one certificate, and what they are worth."""

    status: RevocationStatus
    source: str = ""
    """Either "CRL" or "OCSP", and whether embedded or local; empty when nothing was found."""
    issued_at: datetime | None = None
    revoked_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TimestampFacts:
    """One time-stamp token, checked on its own."""

    at: datetime
    authority: str
    verdict: Verdict
    sub_indication: SubIndication | None
    covers: str
    """One of "signature", "document" or "content"."""
    service: ServiceAtTime | None = None


@dataclass(frozen=True, slots=True)
class TechnicalOutcome:
    """What the validation algorithm of the library answered, before the rules of this site."""

    verdict: Verdict
    sub_indication: SubIndication | None
    step: str
    """One of "basic", "time" or "long_term": how far the cascade had to go."""
    reason: str = ""
    """The library's English reason: for diagnosis, never shown to a visitor."""


@dataclass(frozen=True, slots=True)
class RevisionFacts:
    """The state of a PDF that a signature covers: the first `length` bytes of the file."""

    length: int
    added_after: int
    """How many bytes come after it."""
    coverage: Coverage
    modification: Modification
    changes_allowed: bool | None
    """What the author allowed (DocMDP, FieldMDP) was respected; None when not known."""
    unsigned_appearance: bool = False
    """Something visible was added to the form since, or its values restyled, by nobody."""
    values_filled: bool = False
    """Fields other than signatures were filled in since, which this signer never permitted."""


@dataclass(frozen=True, slots=True)
class SignedScope:
    """What a signature of an XML file or of a container is over."""

    extent: Extent
    names: tuple[str, ...] = ()
    """The files, or the elements, that are signed; none for a whole document."""
    left_out: tuple[str, ...] = ()
    """What one reads beside them and nobody signed here: elements, or files of the container."""
    around: tuple[str, ...] = ()
    """The elements that hold those that are signed: nobody signed their names."""


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """All that was read of one signature; verdict.py decides on this and nothing else."""

    name: str
    """The field in a PDF, or the rank of the signer in a CMS: for display."""
    format: Format
    level: Level | None
    integrity: Integrity
    outcome: TechnicalOutcome
    certificate: CertificateFacts | None
    chain: tuple[CertificateFacts, ...] = ()
    """From the signer to the anchor; empty when no path to an anchor was found."""
    anchored: bool = False
    declared_at: datetime | None = None
    proven_at: datetime | None = None
    time_source: TimeSource = TimeSource.NONE
    timestamps: tuple[TimestampFacts, ...] = ()
    revocation: RevocationFacts = RevocationFacts(RevocationStatus.UNKNOWN)
    revision: RevisionFacts | None = None
    scope: SignedScope | None = None
    """None for the formats that sign a whole content: PDF and CMS."""
    digest_algorithm: str = ""
    signature_algorithm: str = ""
    service_at_signing: ServiceAtTime | None = None
    service_at_issuance: ServiceAtTime | None = None
    unread: tuple[Proof, ...] = ()
    """What it also carries and is not read here: named, so that nobody looks for it in vain."""
    value: str = ""
    """The value of the signature in base64: what tells it from every other."""
    faults: tuple[str, ...] = ()
    """Codes of structural faults found by our own checks (see wording.FAULTS)."""


LONGEST = 200
# Cc controls, Cf formats (bidirectional marks, zero width), Cs Co Cn no character at all,
# Zl Zp line separators.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: object) -> str:
    """Give `text` without control, direction or invisible characters, 200 characters at most."""
    kept = "".join(
        " " if unicodedata.category(c) in _INVISIBLE else c for c in str(text)[: LONGEST * 20]
    )
    shown = " ".join(kept.split())
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


_FAULTS = {
    "byte_range": (Verdict.FAILED, SubIndication.FORMAT_FAILURE),
    "content_type": (Verdict.FAILED, SubIndication.FORMAT_FAILURE),
    "sha1_envelope": (Verdict.INDETERMINATE, SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
    "unreadable": (Verdict.INDETERMINATE, SubIndication.GENERIC),
}


def unreadable_signature(name: str, fault: str) -> SignatureFacts:
    """Give the facts of a signature with a structural `fault` (a key of wording.FAULTS)."""
    verdict, sub = _FAULTS[fault]
    outcome = TechnicalOutcome(verdict, sub, "basic")
    return SignatureFacts(
        clean(name), Format.PKCS7, None, Integrity.UNKNOWN, outcome, None, faults=(fault,)
    )
