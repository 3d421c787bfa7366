"""What people type finds the page that answers (wordings.toml, and those judged elsewhere)."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from flask import Flask

from tests.search.wordings import CARD, Placed, Wording, given, ours, placed, share


Measure = Callable[[Sequence[Wording]], list[Placed]]


@pytest.fixture(scope="module")
def measure(indexed_app: Flask) -> Measure:
    """Ask the site each wording."""

    def measured(wordings: Sequence[Wording]) -> list[Placed]:
        with indexed_app.test_request_context():
            return [placed(wording) for wording in wordings]

    return measured


def missed(found: Sequence[Placed]) -> str:
    return "\n".join(f"{one.rank}: {one.wording.text}" for one in found if one.rank > 1)


def test_the_wordings_judged_elsewhere_find_their_page(
    reference_data: Path, measure: Measure
) -> None:
    found = measure(given(reference_data))
    assert share(found, 1) >= 0.78, missed(found)
    assert share(found, 3) >= 0.93, missed(found)


@pytest.mark.parametrize("which", ["seen", "kept"])
def test_our_own_wordings_find_their_page(measure: Measure, which: str) -> None:
    found = measure(ours(which))
    assert share(found, 1) >= 0.75, which
    assert share(found, 3) >= 0.94, which
    tasks = [one for one in found if one.wording.kind == "top task"]
    assert share(tasks, 1) >= 0.80, which
    assert share(tasks, 3) >= 0.95, which


def test_no_wording_is_in_both_halves_and_every_answer_exists(indexed_app: Flask) -> None:
    seen, kept = ours("seen"), ours("kept")
    assert not {one.text for one in seen} & {one.text for one in kept}
    assert min(len(seen), len(kept)) >= 60
    known = {CARD, *indexed_app.extensions["communaute"].content.pages}
    known |= {rule.rule for rule in indexed_app.url_map.iter_rules()}
    sections = {f"/{name}/" for name in indexed_app.extensions["communaute"].content.sections}
    gone = {a for one in (*seen, *kept) for a in one.answers} - known - sections
    assert not {address for address in gone if not address.startswith("/outils/")}
