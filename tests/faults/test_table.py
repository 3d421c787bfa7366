"""The operator's table of faults names tests that are there."""

import re

from tests.conftest import ROOT


TABLE = (ROOT / "docs/pannes.md").read_text(encoding="utf-8")


def test_each_fault_of_the_table_has_its_test() -> None:
    named = re.findall(r"`(tests/\S+\.py)::(test_\w+)`", TABLE)
    rows = [line for line in TABLE.splitlines() if line.startswith("| ")][1:]
    assert len(named) == len(rows) > 35
    missing = [
        f"{path}::{name}"
        for path, name in named
        if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert not missing
