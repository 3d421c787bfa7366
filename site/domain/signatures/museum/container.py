"""Make ASiC containers, sound or not: the bytes of a ZIP are written as asked."""

import base64
import hashlib
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO

from lxml import etree


SIMPLE = b"application/vnd.etsi.asic-s+zip"
EXTENDED = b"application/vnd.etsi.asic-e+zip"
_ASIC = "http://uri.etsi.org/02918/v1.2.1#"
_DS = "http://www.w3.org/2000/09/xmldsig#"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


def zipped(files: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> bytes:
    """Put files in a ZIP, in order; a sequence may name one twice."""
    pairs = files.items() if isinstance(files, Mapping) else files
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in pairs:
            stored = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), content, stored)
    return output.getvalue()


def with_another_name_beside(content: bytes, name: str, other: str) -> bytes:
    """Give an entry a second name in its extra field, which many programs unpack it under."""
    output, second = BytesIO(), other.encode()
    field = struct.pack("<HHBI", 0x7075, 5 + len(second), 1, zlib.crc32(name.encode())) + second
    with (
        zipfile.ZipFile(BytesIO(content)) as former,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for one in former.infolist():
            kept = zipfile.ZipInfo(one.filename)
            kept.extra = field if one.filename == name else b""
            archive.writestr(kept, former.read(one), one.compress_type)
    return output.getvalue()


def container(
    documents: Mapping[str, bytes], about: Mapping[str, bytes], mimetype: bytes = EXTENDED
) -> bytes:
    """Make a container: its kind, its documents, and what goes in META-INF/."""
    inside = {f"META-INF/{name}": content for name, content in about.items()}
    return zipped({"mimetype": mimetype, **documents, **inside})


def xades_file(signatures: Sequence[etree._Element]) -> bytes:
    """Put XML signatures in the file that a container has for them."""
    root = etree.Element(f"{{{_ASIC}}}XAdESSignatures", nsmap={"asic": _ASIC})
    root.extend(signatures)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return text


def manifest(signature: str, documents: Mapping[str, bytes]) -> bytes:
    """List documents with their digests, for the CMS signature of the list."""
    root = etree.Element(f"{{{_ASIC}}}ASiCManifest", nsmap={"asic": _ASIC, "ds": _DS})
    etree.SubElement(root, f"{{{_ASIC}}}SigReference", URI=signature)
    for name, content in documents.items():
        node = etree.SubElement(root, f"{{{_ASIC}}}DataObjectReference", URI=name)
        etree.SubElement(node, f"{{{_DS}}}DigestMethod", Algorithm=_SHA256)
        value = base64.b64encode(hashlib.sha256(content).digest()).decode()
        etree.SubElement(node, f"{{{_DS}}}DigestValue").text = value
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return text


def announcing(names: Sequence[str]) -> bytes:
    """Announce documents as OpenDocument does (META-INF/manifest.xml)."""
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    root = etree.Element(f"{{{space}}}manifest", nsmap={"manifest": space})
    for name in ("/", *names):
        etree.SubElement(root, f"{{{space}}}file-entry", {f"{{{space}}}full-path": name})
    text: bytes = etree.tostring(root)
    return text


def with_prefix(content: bytes, prefix: bytes = b"#!/bin/sh\n") -> bytes:
    """Put bytes before a ZIP."""
    return prefix + content


def with_suffix(content: bytes, suffix: bytes = b"%PDF-1.7") -> bytes:
    """Put bytes after a ZIP."""
    return content + suffix


def _parts(content: bytes) -> tuple[bytes, bytes, bytes]:
    end = content.rfind(b"PK\x05\x06")
    size, start = struct.unpack_from("<II", content, end + 12)
    return content[:start], content[start : start + size], content[end:]


def _joined(entries: bytes, directory: bytes, end: bytes) -> bytes:
    placed = end[:12] + struct.pack("<II", len(directory), len(entries)) + end[20:]
    return entries + directory + placed


def with_hidden_entry(content: bytes, name: str, hidden: bytes) -> bytes:
    """Put an entry before the directory, which does not list it."""
    entries, directory, end = _parts(content)
    return _joined(entries + _entry(name, hidden), directory, end)


def with_two_directories(content: bytes, other: bytes) -> bytes:
    """Put the whole of another ZIP after the entries: two directories, two ends."""
    entries, directory, end = _parts(content)
    return _joined(entries + other, directory, end)


def _entry(name: str, content: bytes) -> bytes:
    raw = name.encode()
    sizes = struct.pack("<III", zlib.crc32(content), len(content), len(content))
    header = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 0, 0, 33) + sizes
    return header + struct.pack("<HH", len(raw), 0) + raw + content


def with_another_name_inside(content: bytes, name: str, other: str) -> bytes:
    """Change a name in its entry and not in the directory; both are as long."""
    entries, directory, end = _parts(content)
    return _joined(entries.replace(name.encode(), other.encode(), 1), directory, end)


def with_false_size(content: bytes, name: str) -> bytes:
    """Change the unpacked size of an entry in the directory."""
    entries, directory, end = _parts(content)
    at = directory.index(name.encode()) - 46
    false = struct.pack("<I", struct.unpack_from("<I", directory, at + 24)[0] + 1)
    return _joined(entries, directory[: at + 24] + false + directory[at + 28 :], end)


def with_false_entry(content: bytes, name: str, at: int, false: bytes) -> bytes:
    """Change a field of the header of an entry, `at` octets from its start."""
    place = content.index(name.encode()) - 30 + at
    return content[:place] + false + content[place + len(false) :]


def with_bytes_packed(content: bytes, name: str, more: bytes) -> bytes:
    """Put bytes after the packed content of an entry, and count them in its packed size."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        listed = archive.infolist()
    entries, directory, end = _parts(content)
    (one,) = (entry for entry in listed if entry.filename == name)
    stop = one.header_offset + 30 + len(name) + one.compress_size
    size = struct.pack("<I", one.compress_size + len(more))
    entries = entries[:stop] + more + entries[stop:]
    entries = entries[: one.header_offset + 18] + size + entries[one.header_offset + 22 :]
    for entry in listed:
        place = directory.index(entry.filename.encode()) - 46
        if entry is one:
            directory = directory[: place + 20] + size + directory[place + 24 :]
        elif entry.header_offset > one.header_offset:
            moved = struct.pack("<I", entry.header_offset + len(more))
            directory = directory[: place + 42] + moved + directory[place + 46 :]
    return _joined(entries, directory, end)
