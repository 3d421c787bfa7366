"""`flask signatures`: what scripts rely on."""

import json
import mmap
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from communaute import create_app
from communaute.domain.signatures.report import from_wire
from communaute.domain.signatures.serve.client import VerifierClient
from communaute.domain.signatures.vocabulary import Verdict
from tests.conftest import settings_for
from tests.signatures.documents import Office, blank_pdf
from tests.signatures.served import answers
from tests.signatures.trusted_lists import TrustedList, a_signer, signed


@pytest.fixture
def site(tmp_path: Path, trust_directory: Path) -> Flask:
    return create_app(settings_for(tmp_path, signature_trust_dir=str(trust_directory)))


def run(site: Flask, *arguments: object) -> Result:
    return site.test_cli_runner().invoke(args=["signatures", *map(str, arguments)])


@pytest.fixture
def contract(office: Office, tmp_path: Path) -> Path:
    path = tmp_path / "contrat.pdf"
    path.write_bytes(office.sign(blank_pdf()))
    return path


def test_a_file_is_verified_and_told_in_json(site: Flask, contract: Path) -> None:
    result = run(site, "verify", contract, "--json")
    answer = json.loads(result.output)

    assert result.exit_code == 0
    assert (answer["verdict"], answer["acceptable"], answer["error"]) == (
        "TOTAL-PASSED",
        True,
        None,
    )
    assert answer["signatures"][0]["signer"] == "Claude Exemple"


def test_a_bad_verdict_exits_with_0_too(site: Flask, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    result = run(site, "verify", tmp_path / "photo.png", "--json")

    assert result.exit_code == 0
    assert json.loads(result.output)["error"] == "no_signature"


def test_a_large_process_leaves_its_child_memory_enough(site: Flask, contract: Path) -> None:
    with mmap.mmap(-1, 2**30):
        answer = json.loads(run(site, "verify", contract, "--json").output)
    assert answer["verdict"] == "TOTAL-PASSED"


def test_a_file_is_verified_and_told_in_french(site: Flask, contract: Path) -> None:
    result = run(site, "verify", contract)

    assert result.exit_code == 0
    assert "Claude Exemple" in result.output


def test_another_trust_dir_may_be_given(site: Flask, contract: Path, tmp_path: Path) -> None:
    (tmp_path / "nobody").mkdir()
    answer = json.loads(
        run(site, "verify", contract, "--json", "--trust", tmp_path / "nobody").output
    )

    assert answer["verdict"] == "INDETERMINATE"


def test_another_moment_may_be_given(site: Flask, contract: Path) -> None:
    answer = json.loads(run(site, "verify", contract, "--json", "--at", "2001-01-01").output)

    assert answer["verdict"] == "INDETERMINATE"


def test_a_detached_signature_is_verified(site: Flask, office: Office, tmp_path: Path) -> None:
    import asyncio

    (tmp_path / "text").write_bytes(b"content")
    (tmp_path / "text.p7s").write_bytes(asyncio.run(office.cms(b"content", detached=True)))
    result = run(site, "verify", tmp_path / "text", "--signature", tmp_path / "text.p7s", "--json")

    assert json.loads(result.output)["verdict"] == "TOTAL-PASSED"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nowhere.pdf",),
        (__file__, "--at", "demain"),
        (__file__, "--trust", "nowhere"),
        (__file__, "--signature", "nowhere"),
    ],
)
def test_wrong_use_exits_with_2(site: Flask, arguments: tuple[str, ...]) -> None:
    assert run(site, "verify", *arguments).exit_code == 2


def test_a_file_above_the_limit_is_too_large(trust_directory: Path, tmp_path: Path) -> None:
    settings = settings_for(
        tmp_path, signature_trust_dir=str(trust_directory), signature_megabytes="1"
    )
    (tmp_path / "large").write_bytes(bytes(1024 * 1024 + 1))
    result = run(create_app(settings), "verify", tmp_path / "large", "--json")

    assert json.loads(result.output)["error"] == "too_large"


def test_lists_that_do_not_verify_are_named_and_the_exit_status_says_so(tmp_path: Path) -> None:
    site = create_app(settings_for(tmp_path))
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "fr.xml").write_bytes(signed(TrustedList("FR"), a_signer("Inconnu")))
    result = run(site, "refresh-lists", "--from", tmp_path / "source")

    assert result.exit_code == 1
    lines = [json.loads(line) for line in result.output.splitlines() if line.startswith("{")]
    assert [(line["territory"], line["outcome"]) for line in lines] == [
        ("EU", "unreachable"),
        ("FR", "refused"),
    ]
    assert "Liste refusée\u00a0: FR" in result.output
    assert "non concluant" in result.output


def test_the_real_lists_are_taken_from_a_folder(tmp_path: Path, reference_data: Path) -> None:
    site = create_app(settings_for(tmp_path))
    folder = reference_data / "signatures" / "trustlists"
    result = run(site, "refresh-lists", "--from", folder)

    assert result.exit_code == 0
    first = json.loads(result.output.splitlines()[0])
    assert (first["sequence_number"], first["issued_at"]) == (274, "2020-10-01T10:00:00+00:00")
    assert len(list((tmp_path / "trust" / "lists").iterdir())) == 2


@pytest.mark.slow
def test_the_verifier_serves_and_keeps_answers_in_the_table(
    tmp_path: Path, trust_directory: Path, contract: Path
) -> None:
    environment = {
        **os.environ,
        "INSTANCE_PATH": str(tmp_path),
        "SIGNATURE_TRUST_DIR": str(trust_directory),
        "SECRET_KEY": "test",
    }
    flask = [sys.executable, "-m", "flask", "--app", "communaute"]
    subprocess.run([*flask, "db", "upgrade"], env=environment, check=True, capture_output=True)
    verifier = subprocess.Popen(
        [*flask, "signatures", "serve"], env=environment, stderr=subprocess.PIPE, text=True
    )
    client = VerifierClient(tmp_path / "verifier.sock")
    try:
        answers(verifier, tmp_path / "verifier.sock")
        job = client.submit(contract.read_bytes())
        done = client.poll(job, wait=60)
        kept = create_app(settings_for(tmp_path, signature_trust_dir=str(trust_directory)))
        assert verdict_in_table(kept, job) is Verdict.PASSED
        assert from_wire(done.report or {}).verdict is Verdict.PASSED
    finally:
        verifier.send_signal(signal.SIGTERM)
        _, log = verifier.communicate(timeout=30)
    assert verifier.returncode == 0
    assert "Claude" not in log
    assert "contrat" not in log


def verdict_in_table(site: Flask, job: str) -> Verdict | None:
    from communaute.domain import clock
    from communaute.domain.signatures.results import find_result
    from communaute.extensions import db

    with site.app_context():
        found = find_result(db.session(), job, clock.now(), "any")
        assert found is not None
        assert found.report is not None
        return found.report.verdict
