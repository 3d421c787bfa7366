"""The report of ETSI TS 119 102-2: read back by bindings made from its schema, strictly."""

import asyncio
import base64
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from asn1crypto import cms
from lxml import etree
from pyhanko.generated.etsi import ts_11910202
from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from communaute.domain.signatures.etsi import VR, etsi_report
from communaute.domain.signatures.museum import xml_signer as make
from communaute.domain.signatures.report import DocumentReport
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.edits import fill_field, replace_text, update
from tests.signatures.pki import DAY, NOW
from tests.signatures.xades.conftest import xml_signer


SERVICE = "https://exemple.fr/outils/signature"
STRICT = ParserConfig(fail_on_unknown_properties=True, fail_on_unknown_attributes=True)


def read(report: DocumentReport) -> Any:
    """The report, in the values of the schema; fails on what the schema does not have."""
    xml = etsi_report(report, SERVICE)
    etree.fromstring(xml)
    parser = XmlParser(context=XmlContext(), config=STRICT)
    found = parser.from_bytes(xml, ts_11910202.ValidationReport)
    require(found)
    return found


def require(value: object) -> None:
    """What the schema requires is there."""
    if isinstance(value, tuple):
        for one in value:
            require(one)
    if not dataclasses.is_dataclass(value):
        return
    for field in dataclasses.fields(value):
        held = getattr(value, field.name)
        if field.metadata.get("required"):
            assert held is not None, f"{type(value).__name__}.{field.name}"
        require(held)


def in_order(report: DocumentReport) -> None:
    """Elements come in the order of the schema, which the bindings keep."""
    root = etree.fromstring(etsi_report(report, SERVICE))
    names = [f.metadata["name"] for f in dataclasses.fields(ts_11910202.SignatureValidationReportType)
             if "name" in f.metadata]  # fmt: skip
    for one in root.findall(f"{{{VR}}}SignatureValidationReport"):
        ranks = [names.index(etree.QName(child).localname) for child in one]
        assert ranks == sorted(ranks)


def documents(office: Office) -> dict[str, bytes]:
    good = office.sign(blank_pdf(), at=NOW - DAY)
    return {
        "good": good,
        "altered": update(office.sign(blank_pdf()), replace_text),
        "filled": update(good, fill_field),
        "stranger": office.sign(blank_pdf(), "stranger"),
        "hostile": office.sign(good, "hostile", field="Second"),
        "revoked": office.sign(blank_pdf(), "revoked"),
        "cms": asyncio.run(office.cms(b"un contrat")),
        "xml": make.written(make.enveloped(etree.fromstring("<a>b</a>"), signer_of(office))),
    }


def signer_of(office: Office) -> make.XmlSigner:
    maker: Callable[..., make.XmlSigner] = xml_signer.__wrapped__(office)  # type: ignore[attr-defined]
    return maker()


@pytest.fixture(scope="module")
def reports(office: Office, check: Verifier) -> dict[str, DocumentReport]:
    return {name: check(content) for name, content in documents(office).items()}


def test_every_state_is_what_the_schema_has(reports: dict[str, DocumentReport]) -> None:
    for report in reports.values():
        found = read(report)
        in_order(report)
        assert len(found.signature_validation_report) == len(report.signatures)
        for told, one in zip(found.signature_validation_report, report.signatures, strict=True):
            status = told.signature_validation_status
            assert status.main_indication.endswith(one.verdict.value.lower())
            subs = [sub.rsplit(":", 1)[1] for sub in status.sub_indication]
            assert subs == ([one.sub_indication.value] if one.sub_indication else [])


def test_what_refers_to_a_certificate_finds_it(reports: dict[str, DocumentReport]) -> None:
    for report in reports.values():
        root = etree.fromstring(etsi_report(report, SERVICE))
        held = set(root.xpath("//@id"))
        referred = {one for text in root.xpath("//@VOReference") for one in text.split()}
        assert referred <= held
        assert len(held) == len(root.xpath("//@id"))


def test_the_signature_and_its_document_are_told_apart(office: Office, check: Verifier) -> None:
    der = asyncio.run(office.cms(b"un contrat"))
    report = check(der)
    (told,) = read(report).signature_validation_report
    (signer,) = cms.ContentInfo.load(der)["content"]["signer_infos"]
    assert told.signature_identifier.signature_value.value == signer["signature"].native
    digest = told.signers_document.digest_alg_and_value.digest_value.value
    assert digest == bytes.fromhex(report.sha256)
    assert told.signature_identifier.doc_hash_only is False


def test_a_proven_time_is_a_proof_that_was_provided(reports: dict[str, DocumentReport]) -> None:
    proven, claimed = (
        read(reports[name]).signature_validation_report[0].validation_time_info.best_signature_time
        for name in ("good", "cms")
    )
    assert proven.type_of_proof.endswith(":provided")
    assert proven.poetime.to_datetime() == NOW - DAY
    assert claimed.type_of_proof.endswith(":validation")


def test_a_value_that_is_no_base64_is_left_out(reports: dict[str, DocumentReport]) -> None:
    one = reports["xml"].signatures[0]
    assert base64.b64decode(one.facts.value, validate=True)
    odd = dataclasses.replace(one, facts=dataclasses.replace(one.facts, value="<é>"))
    report = dataclasses.replace(reports["xml"], signatures=(odd,))
    assert read(report).signature_validation_report[0].signature_identifier.signature_value is None


def test_a_document_without_signature_has_no_report(check: Verifier) -> None:
    with pytest.raises(ValueError, match="signature"):
        etsi_report(check(blank_pdf()), SERVICE)
