"""The JSON that scripts rely on, key by key (architecture.md)."""

import json
from datetime import timedelta

from communaute.domain.signatures.report import to_json
from tests.signatures.conftest import Verifier
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.pki import NOW


PLAIN = blank_pdf()


def test_a_signed_document_has_every_key_of_the_contract(office: Office, check: Verifier) -> None:
    at = NOW - timedelta(hours=1)
    signed = office.sign(PLAIN, at=at)
    report = check(signed)
    answer = json.loads(json.dumps(to_json(report)))
    assert answer == {
        "verdict": "TOTAL-PASSED",
        "sub_indication": None,
        "acceptable": True,
        "error": None,
        "sha256": report.sha256,
        "signatures": [
            {
                "verdict": "TOTAL-PASSED",
                "sub_indication": None,
                "format": "PAdES",
                "level": "B-T",
                "signer": "Claude Exemple",
                "signed_at": at.isoformat(),
                "time_proven": True,
                "qualified": "QES",
                "criteria": {
                    "identity": "yes",
                    "certificate_category": "yes",
                    "format": "yes",
                    "validity": "yes",
                    "integrity": "yes",
                },
            }
        ],
    }


def test_an_unusable_document_has_the_same_keys(check: Verifier) -> None:
    report = check(PLAIN)
    assert to_json(report) == {
        "verdict": None,
        "sub_indication": None,
        "acceptable": False,
        "error": "no_signature",
        "sha256": report.sha256,
        "signatures": [],
    }


def test_what_is_unknown_is_null(office: Office, check: Verifier) -> None:
    report = check(office.sign(PLAIN, "stranger", pades=False))
    (signature,) = json.loads(json.dumps(to_json(report)))["signatures"]
    assert (signature["format"], signature["level"]) == ("PKCS7", None)
    assert signature["qualified"] == "undetermined"
    assert signature["time_proven"] is False
    assert signature["signed_at"].endswith(("+00:00", "+01:00", "+02:00"))
