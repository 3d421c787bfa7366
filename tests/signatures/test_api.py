"""The API answers what the command prints, and its description is true."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.signatures.documents import Office, blank_pdf
from tests.signatures.pki import DAY, NOW
from tests.signatures.served import API, Served, form, served


DESCRIPTION = "/api/v1/openapi.json"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, trust_directory: Path) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("api"), trust_directory) as running:
        yield running


def answered(site: Served, document: bytes, detached: bytes | None = None) -> dict[str, Any]:
    answer = site.pages.response("POST", API, **form(document, detached))
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    said: dict[str, Any] = answer.json or {}
    return said


def test_it_answers_what_the_command_prints(site: Served, office: Office, tmp_path: Path) -> None:
    documents = {
        "good": office.sign(blank_pdf(), at=NOW - DAY),
        "stranger": office.sign(blank_pdf(), "stranger"),
        "unsigned": blank_pdf(),
    }
    for name, document in documents.items():
        (tmp_path / name).write_bytes(document)
        arguments = ["signatures", "verify", str(tmp_path / name), "--json"]
        printed = site.app.test_cli_runner().invoke(args=arguments)
        assert answered(site, document) == json.loads(printed.stdout)


def test_a_detached_signature_comes_with_its_document(site: Served, office: Office) -> None:
    signature = asyncio.run(office.cms(b"un contrat", detached=True))
    assert answered(site, b"un contrat", signature)["verdict"] == "TOTAL-PASSED"
    assert answered(site, b"un autre", signature)["verdict"] == "TOTAL-FAILED"


def test_its_description_is_valid_openapi(site: Served) -> None:
    description = site.pages.response("GET", DESCRIPTION).json
    assert description
    assert description["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(description).validate()


def test_what_it_answers_is_what_its_description_says(site: Served, office: Office) -> None:
    described = schema(site, "Report")
    for document in (
        office.sign(office.sign(blank_pdf(), at=NOW - DAY), "stranger", field="Second"),
        office.sign(blank_pdf(), "noqc"),
        blank_pdf(),
        b"",
    ):
        described.validate(answered(site, document))


def test_a_word_that_is_not_in_the_description_would_be_seen(site: Served) -> None:
    said = answered(site, blank_pdf())
    assert not schema(site, "Report").is_valid({**said, "error": "unheard_of"})


def schema(site: Served, name: str) -> Draft202012Validator:
    description: dict[str, Any] = site.pages.response("GET", DESCRIPTION).json or {}
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
    )


def test_refusals_are_json_with_a_code_and_a_french_sentence(
    tmp_path: Path, trust_directory: Path
) -> None:
    with served(tmp_path, trust_directory, signature_megabytes="1", limits="on") as small:
        large = bytes(1024 * 1024 + 1)
        expected: dict[tuple[int, str], dict[str, Any]] = {
            (422, "document_missing"): form(None),
            (413, "too_large"): form(large),
            (403, "forbidden"): {**form(b"x"), "headers": {"Sec-Fetch-Site": "cross-site"}},
        }
        for (status, code), sent in expected.items():
            refused(small, status, code, **sent)
        assert refused(small, 405, "method_not_allowed", method="PUT")
        small.process.terminate()
        small.process.wait(30)
        answer = refused(small, 503, "unavailable", **form(b"x"))
        assert answer.headers["Retry-After"] == "60"
        for _ in range(60):
            answer = small.pages.response("POST", API, **form(None))
        assert answer.status_code == 429
        assert (answer.json or {})["error"] == "too_many_requests"


def refused(site: Served, status: int, code: str, method: str = "POST", **sent: Any) -> Any:
    answer = site.pages.response(method, API, **sent)
    assert answer.status_code == status, answer.text
    assert answer.json
    assert answer.json["error"] == code
    assert answer.json["message"].endswith(".")
    schema(site, "Refusal").validate(answer.json)
    return answer
