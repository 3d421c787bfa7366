"""The real European lists of the reference data verify against the pinned signers."""

import os
import shutil
from pathlib import Path

import pytest

from communaute.domain.signatures.trust.store import LoadedTrust, load_trust


SIGNATURES = Path(os.environ.get("REFERENCE_DATA", "../shared/data")) / "signatures"
CURRENT = (
    "MatthiasValvekens__pyHanko/internal/common-test-utils/src/pyhanko_testing_commons"
    "/test_data/data/tl"
)

pytestmark = pytest.mark.skipif(not SIGNATURES.is_dir(), reason="REFERENCE_DATA is absent")


def loaded(folder: Path, *names: str) -> LoadedTrust:
    (folder / "lists").mkdir()
    for name in names:
        shutil.copy(SIGNATURES / name, folder / "lists")
    return load_trust(folder)


def summary(trust: LoadedTrust) -> dict[str, bool]:
    return {f"{one.territory} {one.sequence_number}": not one.refused for one in trust.lists}


def test_the_lists_of_2026_verify(tmp_path: Path) -> None:
    names = ("eu-lotl.xml", "tsl-be-v6.xml", "tsl-ee.xml")
    trust = loaded(tmp_path, *(f"{CURRENT}/{name}" for name in names))

    assert summary(trust) == {"EU 388": True, "BE 81": True, "EE 68": True}
    assert len(trust.anchor_certificates()) > 60


def test_the_french_list_of_2020_verifies_with_the_list_of_lists_of_its_time(
    tmp_path: Path,
) -> None:
    trust = loaded(tmp_path, "trustlists/eu-lotl-vse.xml", "trustlists/tl-fr-vse.xml")

    assert summary(trust) == {"EU 274": True, "FR 73": True}


def test_a_test_list_of_the_french_administration_is_refused_and_named(tmp_path: Path) -> None:
    trust = loaded(tmp_path, "trustlists/eu-lotl-vse.xml", "trustlists/TSL-AIFE-DEV-TST-REC.xml")

    assert summary(trust) == {"EU 274": True, "FR 8": False}
    assert "TSL-AIFE-DEV-TST-REC.xml" in (trust.lists[-1].refused or "")
    assert not trust.anchor_certificates()


def test_the_french_list_of_2020_is_refused_by_the_list_of_lists_of_2026(tmp_path: Path) -> None:
    trust = loaded(tmp_path, f"{CURRENT}/eu-lotl.xml", "trustlists/tl-fr-vse.xml")

    assert summary(trust) == {"EU 388": True, "FR 73": False}


def test_one_byte_changed_in_a_real_list_is_seen(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    shutil.copy(SIGNATURES / CURRENT / "eu-lotl.xml", tmp_path / "lists")
    xml = (SIGNATURES / CURRENT / "tsl-ee.xml").read_bytes()
    altered = xml.replace(b"Svcstatus/withdrawn", b"Svcstatus/granted", 1)
    (tmp_path / "lists" / "tsl-ee.xml").write_bytes(altered)

    assert summary(load_trust(tmp_path)) == {"EU 388": True, "EE 68": False}
