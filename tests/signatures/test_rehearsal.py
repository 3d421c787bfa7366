"""What the verifier does before it forks."""

from pathlib import Path

from communaute.domain.signatures.engine import loader
from communaute.domain.signatures.facts import Limits
from communaute.domain.signatures.rehearsal import FOLDER, rehearse
from communaute.domain.signatures.vocabulary import Verdict


def test_a_document_of_each_kind_is_rehearsed_whatever_the_day() -> None:
    """One that could not be read would leave its part of the work to every child."""
    found = rehearse()
    assert set(found.values()) == {Verdict.PASSED}
    assert {Path(name).suffix for name in found} == {".asice", ".p7m", ".pdf", ".xml"}


def test_the_engine_that_forks_has_rehearsed(tmp_path: Path) -> None:
    rehearse.cache_clear()
    for _ in loader(tmp_path, Limits(), None)():
        pass
    assert rehearse.cache_info().currsize == 1


def test_no_key_is_kept() -> None:
    kept = [path for path in FOLDER.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"PRIVATE KEY" in path.read_bytes()]
