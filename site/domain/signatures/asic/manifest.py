"""Read the manifests of a container: which files a signature is over, and which are announced."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from hmac import compare_digest
from unicodedata import normalize
from urllib.parse import unquote, unquote_plus

from asn1crypto import cms
from lxml import etree
from signxml.algorithms import DigestAlgorithm
from signxml.exceptions import InvalidInput

from communaute.domain.signatures.asic.container import Container
from communaute.domain.signatures.judging.policies import Policies
from communaute.domain.signatures.judging.timestamps import Token, check, imprint_of
from communaute.domain.signatures.xades.parsing import NotXml, ds, parse, text_of
from communaute.domain.signatures.xades.references import Standing, digested


_NAMES = ("ASiCManifest", "SigReference", "DataObjectReference")
_OPEN_DOCUMENT = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"


@dataclass(frozen=True)
class Listed:
    """A file that a manifest lists, and what became of it."""

    name: str
    standing: Standing
    weak: bool = False


@dataclass(frozen=True)
class Manifest:
    """An ASiCManifest: the signature it is for, and the files it lists (EN 319 162-1, A.4)."""

    name: str
    signature: str
    listed: tuple[Listed, ...]


def manifests(container: Container) -> tuple[Manifest, ...]:
    """Read every ASiCManifest of a container; what cannot be read is left out."""
    return tuple(
        found
        for name in container.meta(r"[^/]*manifest[^/]*\.xml")
        for found in _manifest(container, name)
    )


def named_file(container: Container, uri: str | None) -> str | None:
    """Give the name of the file a reference means, however it was escaped."""
    if uri is None:
        return None
    path = uri.removeprefix("./").removeprefix("/")
    # Some programs write a space as forms do.
    spellings = (path, unquote(path), unquote_plus(path))
    exact = next((name for name in spellings if name in container.files), None)
    if exact is not None:
        return exact
    # An accent may be written apart from its letter on one side and not on the other.
    wanted = normalize("NFC", unquote(path))
    same = [name for name in container.files if normalize("NFC", name) == wanted]
    return same[0] if len(same) == 1 else None


def announced(container: Container) -> tuple[str, ...]:
    """List the files that META-INF/manifest.xml announces (OpenDocument 1.2, part 3)."""
    found = []
    for name in container.meta(r"manifest\.xml"):
        root = _parsed(container, name)
        for entry in root.iter(f"{_OPEN_DOCUMENT}file-entry") if root is not None else ():
            path = entry.get(f"{_OPEN_DOCUMENT}full-path", "")
            if path and not path.endswith("/"):
                found.append(path)
    return tuple(found)


def _manifest(container: Container, name: str) -> Iterator[Manifest]:
    root = _parsed(container, name)
    if root is None or etree.QName(root).localname != _NAMES[0]:
        return
    signatures = list(_children(root, _NAMES[1]))
    if len(signatures) != 1:
        return
    signature = named_file(container, signatures[0].get("URI")) or ""
    listed = tuple(_listed(container, child) for child in _children(root, _NAMES[2]))
    yield Manifest(name, signature, listed)


def _parsed(container: Container, name: str) -> etree._Element | None:
    try:
        return parse(container.files[name])
    except NotXml:
        return None


def _children(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return (
        child
        for child in root.iterchildren(etree.Element)
        if etree.QName(child).localname == name
        and etree.QName(child).namespace == etree.QName(root).namespace
    )


def _listed(container: Container, node: etree._Element) -> Listed:
    uri = node.get("URI")
    name = named_file(container, uri)
    if name is None:
        return Listed(uri or "", Standing.MISSING)
    method, value = node.find(ds("DigestMethod")), node.find(ds("DigestValue"))
    try:
        algorithm = DigestAlgorithm(method.get("Algorithm") if method is not None else "")
        expected = base64.b64decode(text_of(value), validate=True) if value is not None else b""
    except (InvalidInput, binascii.Error, ValueError):
        return Listed(name, Standing.UNSUPPORTED)
    same = compare_digest(digested(container.files[name], algorithm), expected)
    standing = Standing.MATCHES if same else Standing.DIFFERS
    return Listed(name, standing, weak=algorithm is DigestAlgorithm.SHA1)


# Archive time stamps: what each of them covers (EN 319 162-1, 4.4.3.4 and A.7).


_MOST = 30


@dataclass(frozen=True)
class Archived:
    """A time stamp, and the files that its manifest holds as they are."""

    token: Token
    covered: frozenset[str]


async def archive_stamps(container: Container, policies: Policies) -> tuple[Archived, ...]:
    """Check the time stamps of archive manifests; one that cannot be read proves nothing.

    The stamp is over the manifest, which lists the other files: one that is missing, or is not
    what the manifest says, and nothing it lists is covered.
    """
    found = []
    stamped = [one for one in manifests(container) if one.signature.lower().endswith(".tst")]
    for one in stamped[:_MOST]:
        token = await _token(container, one, policies)
        if token is not None:
            whole = all(own.standing is Standing.MATCHES and not own.weak for own in one.listed)
            names = frozenset(own.name for own in one.listed) if whole else frozenset[str]()
            found.append(Archived(token, names))
    return tuple(found)


async def _token(container: Container, manifest: Manifest, policies: Policies) -> Token | None:
    try:
        signed = cms.ContentInfo.load(container.files[manifest.signature])["content"]
    except Exception:  # asn1crypto raises many kinds on hostile files
        return None
    imprint = imprint_of(container.files[manifest.name])
    return await check(signed, imprint, policies, "document")
