"""What the site is made of is listed with its licence, and compared with known vulnerabilities."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools.audit_dependencies import FOUND, UNRELIABLE, audited, lies_in
from tools.bill_of_materials import Part, cyclonedx, parts


OLDEST = datetime(2026, 11, 1, tzinfo=UTC)
MINE = [Part("flask", "3.1.0", "pypi", "BSD-3-Clause"), Part("htmx.org", "2.0.11", "npm", "0BSD")]


def test_every_pinned_part_is_in_the_bill_with_its_digests_and_its_licence() -> None:
    found = parts()
    pins = (ROOT / "requirements.txt").read_text("utf-8")
    names = {
        line.partition("==")[0].partition("[")[0] for line in pins.splitlines() if "==" in line
    }
    assert {part.name for part in found if part.ecosystem == "pypi"} == names
    assert {part.name for part in found if part.ecosystem == "npm"} == {"@gouvfr/dsfr", "htmx.org"}
    assert [part.name for part in found if not part.digests] == []
    assert [part.name for part in found if not part.licence] == []
    bill = json.loads(json.dumps(cyclonedx(found)))
    assert bill["specVersion"] == "1.5"
    assert len({one["bom-ref"] for one in bill["components"]}) == len(found)


def test_no_licence_forbids_what_we_do_with_it() -> None:
    """AGPL would ask to publish what an operator changes; no part has it, and a new one would be seen."""
    assert [
        part.name for part in parts() if "AGPL" in part.licence or "Affero" in part.licence
    ] == []


def database(
    folder: Path, *affected: dict[str, object], modified: str = "2026-11-20T00:00:00Z"
) -> Path:
    path = folder / "PyPI.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, one in enumerate(affected):
            said = {
                "id": f"X-{number}",
                "modified": modified,
                "affected": [one],
                "summary": "Défaut",
            }
            archive.writestr(f"X-{number}.json", json.dumps(said))
    return path


def of(name: str, ecosystem: str = "PyPI", **more: object) -> dict[str, object]:
    return {"package": {"ecosystem": ecosystem, "name": name}, **more}


def test_a_version_that_an_advisory_names_is_said(tmp_path: Path) -> None:
    listed = of("Flask", versions=["3.0.0", "3.1.0"])
    ranged = of("htmx.org", "npm", ranges=[{"type": "SEMVER", "events": [{"introduced": "0"}]}])
    elsewhere = of("flask", "Debian", versions=["3.1.0"])
    code, lines = audited([database(tmp_path, listed, ranged, elsewhere)], MINE, OLDEST)
    assert code == FOUND
    assert [line.split(":")[0] for line in lines[:-1]] == ["flask 3.1.0", "htmx.org 2.0.11"]
    assert "3 advisories" in lines[-1]


def test_what_is_mended_is_not(tmp_path: Path) -> None:
    mended = of(
        "flask", ranges=[{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.1.0"}]}]
    )
    assert audited([database(tmp_path, mended)], MINE, OLDEST)[0] == 0


@pytest.mark.parametrize(
    ("version", "affected"),
    [("1.0", True), ("1.5", False), ("1.10", False), ("2.0", True), ("2.4", True), ("2.5", False)],
)
def test_stretches_open_and_close(version: str, affected: bool) -> None:
    events = [
        {"introduced": "0"},
        {"fixed": "1.5"},
        {"introduced": "2.0"},
        {"last_affected": "2.4"},
    ]
    assert lies_in(version, events) == affected


def test_an_old_or_empty_copy_is_not_relied_upon(tmp_path: Path) -> None:
    old = database(tmp_path, of("x"), modified="2026-01-01T00:00:00Z")
    assert audited([old], MINE, OLDEST)[0] == UNRELIABLE
    (tmp_path / "empty").mkdir()
    assert audited([tmp_path / "empty"], MINE, OLDEST)[0] == UNRELIABLE
