"""« Puis-je l'accepter ? »: in the terms of the arrêté, with a request that says what is missing."""

import pytest

from communaute.domain.signatures.acceptance import acceptance
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.edits import replace_text, update
from tests.signatures.pki import DAY, NOW


def test_what_is_all_established_needs_no_request(office: Office, check: Verifier) -> None:
    found = acceptance(check(office.sign(blank_pdf(), at=NOW - DAY)))
    assert found is not None
    assert found.title.startswith("Oui")
    assert "à vous de vérifier" in found.reasons[0]
    assert found.request == ""


@pytest.mark.parametrize(
    ("label", "asked"),
    [("noqc", "certificat qualifié"), ("stranger", "autorité reconnue")],
)
def test_what_is_missing_is_asked_for(
    office: Office, check: Verifier, label: str, asked: str
) -> None:
    report = check(office.sign(blank_pdf(), label))
    found = acceptance(report)
    assert found is not None
    assert found.title.startswith("Pas en l")
    assert asked in found.request
    assert report.sha256 in found.request
    holder = report.signatures[0].facts.certificate
    assert holder is not None
    assert holder.holder not in found.request


def test_an_altered_document_is_refused(office: Office, check: Verifier) -> None:
    found = acceptance(check(update(office.sign(blank_pdf()), replace_text)))
    assert found is not None
    assert found.title == "Non"
    assert any("5°" in one for one in found.reasons)
    assert "tel qu’il a été signé" in found.request


def test_an_unsigned_document_gets_a_request_and_no_answer(check: Verifier) -> None:
    found = acceptance(check(blank_pdf()))
    assert found is not None
    assert (found.title, found.reasons) == ("", ())
    assert "ne porte pas de signature" in found.request


def test_a_file_that_cannot_be_read_has_neither(check: Verifier) -> None:
    assert acceptance(check(b"%PDF-1.7 rien")) is None
