"""The report of a validation as ETSI TS 119 102-2 has it: XML, for programs and archives.

Written in the namespace of version 1.2.1, whose schema 1.2.2 also has. Certificates are named by
their digests, never copied: who has the document has them. What is this site's own (the five
points of the arrêté, the eIDAS level) stands where the standard lets validators add data.
"""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree

from communaute.domain.signatures.facts import CertificateFacts, SignatureFacts
from communaute.domain.signatures.report import DocumentReport, SignatureReport
from communaute.domain.signatures.vocabulary import RevocationStatus, Verdict


VR = "http://uri.etsi.org/19102/v1.2.1#"
DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_URN = "urn:etsi:019102"
_INDICATIONS = {
    Verdict.PASSED: "total-passed",
    Verdict.INDETERMINATE: "indeterminate",
    Verdict.FAILED: "total-failed",
}
# How far the validation had to go (EN 319 102-1, 5.3, 5.5 and 5.6).
_PROCESSES = {"basic": "Basic", "time": "LTVM", "long_term": "LTA"}


def etsi_report(report: DocumentReport, service: str) -> bytes:
    """Write the report of a document that has a verdict; `service` is the tool's own address.

    Raises ValueError for a document without signature.
    """
    if not report.signatures:
        raise ValueError("a report needs a signature")
    root = etree.Element(f"{{{VR}}}ValidationReport", nsmap={"vr": VR, "ds": DS, "XAdES": XADES})
    for number, one in enumerate(report.signatures, 1):
        _signature(root, report, one, number, service)
    certificates = {c.sha256: c for one in report.signatures for c in _chain(one.facts)}
    if certificates:
        objects = _vr(root, "SignatureValidationObjects")
        for certificate in certificates.values():
            _object(objects, certificate)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _signature(
    root: etree._Element,
    report: DocumentReport,
    one: SignatureReport,
    number: int,
    service: str,
) -> None:
    facts, node = one.facts, _vr(root, "SignatureValidationReport")
    identifier = _vr(node, "SignatureIdentifier", id=f"signature-{number}")
    if _is_base64(facts.value):
        etree.SubElement(identifier, f"{{{DS}}}SignatureValue").text = facts.value
    _vr(identifier, "HashOnly", "false")
    _vr(identifier, "DocHashOnly", _boolean(report.hash_only))
    _times(node, report, facts)
    _digest(_vr(node, "SignersDocument"), report.sha256)
    _attributes(node, facts)
    if facts.certificate is not None:
        signer = _vr(node, "SignerInformation", Pseudonym=_boolean(facts.certificate.pseudonym))
        _refer(signer, "SignerCertificate", facts.certificate)
        _vr(signer, "Signer", _clean(facts.certificate.holder))
    process = _vr(node, "SignatureValidationProcess")
    name = _PROCESSES.get(facts.outcome.step, "Basic")
    _vr(process, "SignatureValidationProcessID", f"{_URN}:validationprocess:{name}")
    _status(node, one, service)


def _times(node: etree._Element, report: DocumentReport, facts: SignatureFacts) -> None:
    verified = report.verified_at or datetime.now(UTC)
    times = _vr(node, "ValidationTimeInfo")
    _vr(times, "ValidationTime", _moment(verified))
    best = _vr(times, "BestSignatureTime")
    _vr(best, "POETime", _moment(facts.proven_at or verified))
    # A time stamp of the signature is a proof that was provided; else it is this validation.
    kind = "provided" if facts.proven_at is not None else "validation"
    _vr(best, "TypeOfProof", f"{_URN}:poetype:{kind}")


def _attributes(node: etree._Element, facts: SignatureFacts) -> None:
    if facts.declared_at is None and not facts.timestamps:
        return
    attributes = _vr(node, "SignatureAttributes")
    if facts.declared_at is not None:
        _vr(_vr(attributes, "SigningTime", Signed="true"), "Time", _moment(facts.declared_at))
    for covers, name in (("signature", "SignatureTimeStamp"), ("document", "ArchiveTimeStamp")):
        for stamp in facts.timestamps:
            if stamp.covers == covers:
                over = _vr(attributes, name, Signed="false")
                _vr(over, "TimeStampValue", _moment(stamp.at))


def _status(node: etree._Element, one: SignatureReport, service: str) -> None:
    status = _vr(node, "SignatureValidationStatus")
    _vr(status, "MainIndication", f"{_URN}:mainindication:{_INDICATIONS[one.verdict]}")
    if one.sub_indication is not None:
        _vr(status, "SubIndication", f"{_URN}:subindication:{one.sub_indication.value}")
    data = _vr(status, "AssociatedValidationReportData")
    _chain_of(data, one.facts)
    _revoked(data, one.facts)
    more = _vr(data, "AdditionalValidationReportData")
    for name, value in _ours(one):
        said = _vr(more, "ReportData")
        _vr(said, "Type", f"{service}#{name}")
        _vr(said, "Value", _clean(value))


def _chain_of(data: etree._Element, facts: SignatureFacts) -> None:
    """The chain that was built to a recognised authority; nothing when none was."""
    if facts.certificate is None or not facts.anchored:
        return
    above = [link for link in facts.chain if link.sha256 != facts.certificate.sha256]
    if above:
        _refer(data, "TrustAnchor", above[-1])
    chain = _vr(data, "CertificateChain")
    _refer(chain, "SigningCertificate", facts.certificate)
    for link in above[:-1]:
        _refer(chain, "IntermediateCertificate", link)
    if above:
        _refer(chain, "TrustAnchor", above[-1])


def _revoked(data: etree._Element, facts: SignatureFacts) -> None:
    found = facts.revocation
    if found.status is not RevocationStatus.REVOKED or found.revoked_at is None:
        return
    if facts.certificate is None:
        return
    revoked = _vr(data, "RevocationStatusInformation")
    _refer(revoked, "ValidationObjectId", facts.certificate)
    _vr(revoked, "RevocationTime", _moment(found.revoked_at))


def _ours(one: SignatureReport) -> Iterator[tuple[str, str]]:
    yield "format", one.facts.format.value
    if one.facts.level is not None:
        yield "level", one.facts.level.value
    yield "qualified", one.qualified.value
    for point in one.points:
        yield f"criterion-{point.criterion.value}", point.answer.value
    yield "acceptable", _boolean(one.acceptable)


def _chain(facts: SignatureFacts) -> Iterator[CertificateFacts]:
    if facts.certificate is not None:
        yield facts.certificate
        yield from facts.chain if facts.anchored else ()


def _object(objects: etree._Element, certificate: CertificateFacts) -> None:
    node = _vr(objects, "ValidationObject", id=_id(certificate))
    _vr(node, "ObjectType", f"{_URN}:validationObject:certificate")
    _digest(_vr(node, "ValidationObjectRepresentation"), certificate.sha256)


def _digest(parent: etree._Element, sha256: str) -> None:
    node = _vr(parent, "DigestAlgAndValue")
    etree.SubElement(node, f"{{{DS}}}DigestMethod", Algorithm=_SHA256)
    value = etree.SubElement(node, f"{{{DS}}}DigestValue")
    value.text = base64.b64encode(bytes.fromhex(sha256)).decode()


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except ValueError:  # an XML signature may hold anything
        return False


def _refer(parent: etree._Element, name: str, certificate: CertificateFacts) -> None:
    _vr(parent, name, VOReference=_id(certificate))


def _id(certificate: CertificateFacts) -> str:
    return f"certificate-{certificate.sha256}"


def _vr(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    node = etree.SubElement(parent, f"{{{VR}}}{name}", attributes)
    node.text = text or None
    return node


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _clean(text: str) -> str:
    """Names come from the file: what XML cannot hold is left out."""
    return "".join(c for c in text if c >= " " and c not in "\ufffe\uffff")
