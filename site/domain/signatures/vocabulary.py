"""The words of this room: each list of names that facts and reports are made of."""

from enum import StrEnum


class Verdict(StrEnum):
    """The three indications of ETSI EN 319 102-1, clause 5.1.3."""

    PASSED = "TOTAL-PASSED"
    INDETERMINATE = "INDETERMINATE"
    FAILED = "TOTAL-FAILED"


class SubIndication(StrEnum):
    """Why a verdict is not TOTAL-PASSED: the names of ETSI EN 319 102-1, clause 5.1.3."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE_NO_POE = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    POLICY_PROCESSING_ERROR = "POLICY_PROCESSING_ERROR"
    SIGNATURE_POLICY_NOT_AVAILABLE = "SIGNATURE_POLICY_NOT_AVAILABLE"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND_NO_POE = "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    REVOKED_CA_NO_POE = "REVOKED_CA_NO_POE"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    OUT_OF_BOUNDS_NOT_REVOKED = "OUT_OF_BOUNDS_NOT_REVOKED"
    REVOCATION_OUT_OF_BOUNDS_NO_POE = "REVOCATION_OUT_OF_BOUNDS_NO_POE"
    NO_POE = "NO_POE"
    TRY_LATER = "TRY_LATER"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"
    GENERIC = "GENERIC"


class Answer(StrEnum):
    """The answer to one of the five points of the arrêté."""

    YES = "yes"
    NO = "no"
    UNDETERMINED = "undetermined"


class Criterion(StrEnum):
    """The five points that article 5 of the arrêté du 22 mars 2019 has checked, in its order."""

    IDENTITY = "identity"
    CERTIFICATE_CATEGORY = "certificate_category"
    FORMAT = "format"
    VALIDITY = "validity"
    INTEGRITY = "integrity"


class Format(StrEnum):
    """The kind of signature; the arrêté admits the first three."""

    PADES = "PAdES"
    CADES = "CAdES"
    XADES = "XAdES"
    PKCS7 = "PKCS7"
    XMLDSIG = "XMLDSig"


class Level(StrEnum):
    """How long a signature can be checked: baseline levels of ETSI EN 319 122 and 319 142."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


class Qualified(StrEnum):
    """What eIDAS calls the signature, whatever its technical verdict."""

    QES = "QES"
    ADES_QC = "AdESQC"
    NO = "no"
    UNDETERMINED = "undetermined"


class Error(StrEnum):
    """Why a document has no verdict at all."""

    NO_SIGNATURE = "no_signature"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    TOO_MANY_SIGNATURES = "too_many_signatures"
    TIMEOUT = "timeout"


class Kind(StrEnum):
    """What a file is, by its content and never by its name."""

    PDF = "pdf"
    CMS = "cms"
    XML = "xml"
    ASIC = "asic"
    OTHER = "other"


class Integrity(StrEnum):
    """Whether the bytes are the ones that were signed (cryptography only)."""

    INTACT = "intact"
    HASH_MISMATCH = "hash_mismatch"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN = "unknown"


class Coverage(StrEnum):
    """How much of a PDF a signature covers."""

    WHOLE_FILE = "whole_file"
    WHOLE_REVISION = "whole_revision"
    PARTIAL = "partial"
    NOT_PDF = "not_pdf"


class Extent(StrEnum):
    """What an XML signature, or that of a container, is over."""

    WHOLE = "whole"
    ELEMENTS = "elements"
    FILES = "files"
    SIGNATURE = "signature"
    NOTHING = "nothing"


class Modification(StrEnum):
    """What was changed in a PDF after it was signed, from nothing to anything."""

    NONE = "none"
    ARCHIVAL = "archival"
    FORM_FILLING = "form_filling"
    ANNOTATIONS = "annotations"
    OTHER = "other"
    UNKNOWN = "unknown"


class Proof(StrEnum):
    """What a signature may carry that is named here, and not read."""

    EVIDENCE_RECORD = "evidence_record"
    CONTENT_TIMESTAMP = "content_timestamp"
    REFERENCES_TIMESTAMP = "references_timestamp"
    ARCHIVE_MANIFEST = "archive_manifest"


class RevocationStatus(StrEnum):
    """What revocation data say of the signer's certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class TimeSource(StrEnum):
    """Where the time of a signature comes from; only the first two prove anything."""

    SIGNATURE_TIMESTAMP = "signature_timestamp"
    DOCUMENT_TIMESTAMP = "document_timestamp"
    DECLARED = "declared"
    NONE = "none"
