"""« Comment vérifier sans nous »: commands of other programs, filled in for one very file.

They are written when the file is verified, while it is here; only commands are kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from communaute.domain.signatures.detect import Content, Digests
from communaute.domain.signatures.facts import clean
from communaute.domain.signatures.vocabulary import Kind
from communaute.domain.signatures.xades.parsing import SIGNATURE, NotXml, ds, parse


_MOST = 5
_BYTE_RANGE = re.compile(
    rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]"
)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/#-]{0,199}")
_NAMES = {Kind.PDF: "document.pdf", Kind.XML: "document.xml", Kind.CMS: "document.p7m"}
_CONTAINER = "conteneur.asice"
_APART = {Kind.XML: "signature.xml", Kind.CMS: "signature.p7s"}
_OPENSSL = "openssl cms -verify -binary -noverify -purpose any"


@dataclass(frozen=True, slots=True)
class Command:
    """What a program other than ours is asked, and what it says and does not say."""

    program: str
    text: str
    note: str


def commands(document: Content, detached: bytes | None, kind: Kind) -> tuple[Command, ...]:
    """Give the commands for a file of a known kind; never raises on hostile input."""
    holder = detached if detached is not None else document
    if isinstance(holder, Digests):
        return ()
    alone = detached is None
    name = _NAMES.get(kind, _CONTAINER) if alone else _APART.get(kind, _CONTAINER)
    given = {
        Kind.PDF: _pdf,
        Kind.CMS: lambda held, called: _cms(held, called, alone=alone),
        Kind.XML: lambda held, called: _xml(held, called, alone=alone),
        Kind.ASIC: _container,
    }
    if kind not in given:
        return ()
    return (*given[kind](holder, name), _dss(name, alone=alone))


def _pdf(document: bytes, name: str) -> Iterator[Command]:
    yield Command(
        "pdfsig (poppler)",
        f"pdfsig -nocert {name}",
        "Il contrôle l'intégrité de chaque signature, et dit si elle couvre tout le fichier. Il ne "
        "compare pas ce qui a été ajouté ensuite et ne connaît pas les listes de confiance.",
    )
    ranges = list(dict.fromkeys(_BYTE_RANGE.findall(document)))[:_MOST]
    spans = [tuple(map(int, one)) for one in ranges]
    sound = [s for s in spans if s[0] == 0 and 0 < s[1] < s[2] and s[2] + s[3] <= len(document)]
    if sound:
        lines = [line for n, span in enumerate(sound, 1) for line in _cut(name, n, span)]
        yield Command(
            "OpenSSL",
            "\n".join(lines),
            "Il contrôle l'empreinte et le calcul de chaque signature, sur les octets qu'elle dit "
            "couvrir. L'option -noverify laisse de côté l'autorité du certificat.",
        )


def _cut(name: str, number: int, span: tuple[int, ...]) -> Iterator[str]:
    _, first, second, rest = span
    signed, value = f"signe-{number}.bin", f"signature-{number}.der"
    yield (f"(head -c {first} {name}; tail -c +{second + 1} {name} | head -c {rest}) > {signed}")
    yield (f"tail -c +{first + 2} {name} | head -c {second - first - 2} | xxd -r -p > {value}")
    yield f"{_OPENSSL} -inform DER -in {value} -content {signed} -out /dev/null"


def _cms(holder: bytes, name: str, *, alone: bool) -> Iterator[Command]:
    content = "" if alone else " -content document"
    form, prepared = _encoding(holder, name)
    source = "signature.der" if prepared else name
    yield Command(
        "OpenSSL",
        f"{prepared}{_OPENSSL} -inform {form} -in {source}{content} -out contenu",
        "Il contrôle l'empreinte et le calcul de chaque signataire, et écrit le contenu signé dans "
        "le fichier « contenu ». L'option -noverify laisse de côté l'autorité du certificat.",
    )


def _encoding(holder: bytes, name: str) -> tuple[str, str]:
    """How the CMS is wrapped, and what unwraps what OpenSSL does not read."""
    if holder[:1] == b"\x30":
        return "DER", ""
    if b"-----BEGIN" in holder:
        return "PEM", ""
    if re.match(rb"[A-Za-z0-9-]+:", holder):
        return "SMIME", ""
    return "DER", f"base64 -d {name} > signature.der\n"


def _xml(holder: bytes, name: str, *, alone: bool) -> Iterator[Command]:
    try:
        root = parse(holder)
    except NotXml:
        return
    count = min(len(list(root.iter(SIGNATURE))), _MOST)
    known = " ".join(_identifiers(root))
    lines = [
        f"xmlsec1 --verify --insecure {known} --node-xpath "
        f"\"(//*[local-name()='Signature'])[{number}]\" {name}"
        for number in range(1, count + 1)
    ]
    beside = sorted(set(_files(root)))[:_MOST] if not alone else []
    where = (
        f" Le document doit porter le nom que la signature lui donne ({', '.join(beside)}), dans "
        "le même dossier."
        if beside
        else ""
    )
    yield Command(
        "xmlsec1",
        "\n".join(lines),
        "Il contrôle l'empreinte et le calcul de chaque signature XML. L'option --insecure laisse de "
        f"côté l'autorité du certificat.{where}",
    )


def _identifiers(root: etree._Element) -> Iterator[str]:
    """What xmlsec1 must be told: on which elements an attribute is an identifier."""
    wanted = {
        (one.get("URI") or "")[1:]
        for one in root.iter(ds("Reference"))
        if (one.get("URI") or "").startswith("#")
    }
    seen: dict[str, None] = {}
    for node in root.iter(etree.Element):
        for attribute in ("Id", "ID", "id"):
            if node.get(attribute) in wanted:
                name = etree.QName(node)
                where = f"{name.namespace}:{name.localname}" if name.namespace else name.localname
                # Names come from the file, and this is pasted in a terminal.
                if _PLAIN.fullmatch(where):
                    seen[f"--id-attr:{attribute} {where}"] = None
    yield from list(seen)[:20]


def _files(root: etree._Element) -> Iterator[str]:
    for one in root.iter(ds("Reference")):
        uri = one.get("URI") or ""
        if uri and not uri.startswith("#"):
            yield clean(uri)


def _container(_: bytes, name: str) -> Iterator[Command]:
    yield Command(
        "unzip",
        f"unzip -d conteneur {name}\nls conteneur/META-INF",
        "Il sort les fichiers du conteneur et leurs signatures (dossier META-INF), que xmlsec1 "
        "(.xml) ou OpenSSL (.p7s) contrôlent ensuite, une à une.",
    )


def _dss(name: str, *, alone: bool) -> Command:
    original = (
        ""
        if alone
        else ', "originalDocuments": [{"bytes": "\'$(base64 -w0 document)\'", "name": "document"}]'
    )
    return Command(
        "DSS (Commission européenne)",
        'printf \'%s\' \'{"signedDocument": {"bytes": "\'$(base64 -w0 '
        f'{name})\'", "name": "{name}"}}{original}}}\' > demande.json\n'
        "curl -H 'Content-Type: application/json' --data @demande.json "
        "http://localhost:8080/services/rest/validation/validateSignature",
        "C'est le vérificateur de référence en Europe, à installer chez vous (dss-demo-webapp) : il "
        "donne un verdict complet, avec les listes de confiance. Sa page de démonstration publique "
        "fait de même, mais le document y est envoyé.",
    )
