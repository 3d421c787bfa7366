"""Tell what a document is by its content: PDF, CMS, XML, ASiC or something else; its digests."""

import base64
import binascii
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from asn1crypto import parser
from cryptography.hazmat.primitives import hashes
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from communaute.domain.signatures.vocabulary import Kind


_HEAD = 1024
# OBJECT IDENTIFIER 1.2.840.113549.1.7.2, id-signedData (RFC 5652, section 5.1).
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_PEM = re.compile(
    rb"-----BEGIN (?:PKCS7|CMS|PKCS #7 SIGNED DATA)-----(.*?)-----END [A-Z0-9# ]{1,30}-----",
    re.DOTALL,
)
_BLANK = b" \t\r\n\x00\xef\xbb\xbf"
_SMIME = re.compile(rb"\A(?:[A-Za-z0-9-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+\r?\n")
# What documents made as a ZIP begin with (ISO/IEC 29500-2; OpenDocument 1.3, part 2).
_OFFICE = ("[Content_Types].xml", "mimetype", "word/", "xl/", "ppt/")
_ASIC_MARKS = ("SIG", "TIMESTAMP", "EVIDENCERECORD")
_OBJECT = re.compile(rb"\d\s+obj\b|endobj|startxref")
_XMLDSIG = b"http://www.w3.org/2000/09/xmldsig#"


def kind_of(content: bytes) -> Kind:
    """Say what `content` is. The name of a file is never asked: it proves nothing."""
    head = content[:_HEAD].lstrip()
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    if content.startswith(b"PK\x03\x04"):
        return Kind.ASIC if _is_asic(content) else Kind.OTHER
    if cms_bytes(content) is not None:
        return Kind.CMS
    xml = _is_signed_xml(content)
    # An XML file may name the format in its words; with objects too, a reader would show a PDF.
    if b"%PDF-" in content[:_HEAD] and not (xml and _OBJECT.search(content) is None):
        return Kind.PDF
    if xml:
        return Kind.XML
    # What comes before a container is refused by its name (asic/container.py).
    return Kind.ASIC if b"PK\x03\x04" in content and _is_asic(content) else Kind.OTHER


def cms_bytes(content: bytes) -> bytes | None:
    """Give the DER or BER of a CMS SignedData found in `content`, whatever its wrapping.

    PEM, bare base64 and S/MIME with an opaque signature are unwrapped. None when
    `content` is not a CMS SignedData.
    """
    if _starts_signed_data(content):
        return content
    armoured = _PEM.search(content)
    if armoured:
        return _from_base64(armoured.group(1))
    headers = _SMIME.match(content[: 16 * _HEAD])
    return _from_base64(content[headers.end() :] if headers else content)


def holds_more(content: bytes) -> bool:
    """Say whether a file that is a CMS holds something besides it, which nobody signed.

    Programs that open files by their end, or text around the armour, would show it to a reader.
    """
    armoured = _PEM.search(content)
    if armoured and not _starts_signed_data(content):
        around = content[: armoured.start()] + content[armoured.end() :]
        if around.strip(_BLANK):
            return True
    encoded = cms_bytes(content) or b""
    return bool(encoded[_length(encoded) :].strip(_BLANK))


def _length(encoded: bytes) -> int:
    try:
        return int(parser.peek(encoded))
    except ValueError:  # cut short: whoever reads it says so
        return len(encoded)


def is_archive(content: bytes) -> bool:
    """Say whether `content` is a ZIP of files, and no document made as one (office, ASiC)."""
    names = _zipped(content) if kind_of(content) is Kind.OTHER else []
    return bool(names) and not any(name.startswith(_OFFICE) for name in names)


def _starts_signed_data(content: bytes) -> bool:
    # SEQUENCE, then at most nine octets of length before the type of content.
    return content[:1] == b"\x30" and _SIGNED_DATA in content[1 : 11 + len(_SIGNED_DATA)]


def _from_base64(body: bytes) -> bytes | None:
    if not body.lstrip()[:1].startswith(b"M"):  # 0x30 is always written « M » in base64.
        return None
    try:
        decoded = base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error:
        return None
    return decoded if _starts_signed_data(decoded) else None


def is_signed_office(content: bytes) -> bool:
    """Say whether `content` is an Office document that is signed (ISO/IEC 29500-2, 10)."""
    return any(name.upper().startswith("_XMLSIGNATURES/") for name in _zipped(content))


def is_ddoc(content: bytes) -> bool:
    """Say whether `content` is a DIGIDOC-XML file, the Estonian form before BDOC."""
    head = content[:_HEAD]
    return b"<SignedDoc" in head and b"DIGIDOC-XML" in head


def _is_asic(content: bytes) -> bool:
    names = [name.upper().replace("\\", "/") for name in _zipped(content)]
    if any(name.startswith("_XMLSIGNATURES/") for name in names):
        return False
    if b"mimetypeapplication/vnd.etsi.asic" in content[:_HEAD]:
        return True
    return any(
        name.startswith("META-INF/") and any(mark in name for mark in _ASIC_MARKS) for name in names
    )


def _zipped(content: bytes) -> list[str]:
    """List the names in a ZIP; none when it is none, or is cut."""
    try:
        return zipfile.ZipFile(BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return []


def _is_signed_xml(content: bytes) -> bool:
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    written = (_XMLDSIG.decode().encode(one) for one in ("ascii", "utf-16-le", "utf-16-be"))
    return head[:1] == b"<" and any(name in content for name in written)


# A document that is here, or only its digests.


# What a browser computes by itself (Web Cryptography API), in hexadecimal digits.
LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}


@dataclass(frozen=True, slots=True)
class Digests:
    """A document that stayed with its owner, who sent its digests."""

    values: Mapping[str, bytes]

    @classmethod
    def read(cls, given: Mapping[str, object]) -> "Digests":
        """Read digests in hexadecimal by algorithm, SHA-256 among them. Raises ValueError."""
        if "sha256" not in given or not set(given) <= set(LENGTHS):
            raise ValueError("no SHA-256, or a digest of another kind")
        for name, value in given.items():
            if not isinstance(value, str) or not re.fullmatch(
                f"[0-9a-f]{{{LENGTHS[name]}}}", value
            ):
                raise ValueError(name)
        return cls({name: bytes.fromhex(str(value)) for name, value in given.items()})

    def written(self) -> dict[str, str]:
        """Give the digests as `read` takes them."""
        return {name: value.hex() for name, value in self.values.items()}


Content = bytes | Digests


def digest(algorithm: str, content: Content) -> bytes:
    """Digest `content` with the algorithm asn1crypto calls `algorithm`.

    Raises AttributeError or ValueError for an algorithm nobody knows, KeyError for one that the
    owner of a document did not send.
    """
    if isinstance(content, Digests):
        return content.values[algorithm]
    computed = hashes.Hash(get_pyca_cryptography_hash(algorithm))
    computed.update(content)
    return computed.finalize()


def is_same(content: bytes, other: Content) -> bool:
    """Whether some bytes are a document, or that document by its digest."""
    if isinstance(other, Digests):
        return digest("sha256", content) == other.values["sha256"]
    return content == other
