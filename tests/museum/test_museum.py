"""The museum: every attack has the verdict it must have, and no honest oddity is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from communaute.domain.signatures.museum.catalogue import PIECES, Piece
from communaute.domain.signatures.museum.making import MAKERS
from communaute.domain.signatures.trust.store import LoadedTrust, load_trust
from communaute.domain.signatures.verify import verify
from tests.pages import Pages, one


@pytest.fixture(scope="module")
def museum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from communaute.domain.signatures.museum.making import write_museum

    folder = tmp_path_factory.mktemp("musee")
    assert write_museum(folder) == len(PIECES)
    return folder


@pytest.fixture(scope="module")
def trust(museum: Path) -> LoadedTrust:
    return load_trust(museum / "confiance")


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.name)
def test_each_piece_has_the_verdict_it_must_have(
    piece: Piece, museum: Path, trust: LoadedTrust
) -> None:
    folder = museum / ("attaques" if piece.attack else "honnetes")
    report = verify((folder / f"{piece.name}.{piece.suffix}").read_bytes(), trust=trust)
    assert (report.verdict or report.error) is piece.expected
    assert not report.acceptable


def test_the_list_says_what_is_expected_of_each_file(museum: Path) -> None:
    listed: list[dict[str, Any]] = json.loads((museum / "musee.json").read_text("utf-8"))
    assert {one["file"] for one in listed} == {
        str(path.relative_to(museum))
        for folder in ("attaques", "honnetes")
        for path in (museum / folder).iterdir()
    }


def test_the_catalogue_is_what_it_says() -> None:
    assert {piece.name for piece in PIECES} == set(MAKERS)
    assert len({piece.name for piece in PIECES}) == len(PIECES)
    for attack in (True, False):
        shown = {piece.family for piece in PIECES if piece.attack is attack}
        assert shown == {"PDF", "CMS", "XML", "ZIP"}


@pytest.mark.slow
def test_the_command_makes_it_again(app: Flask, tmp_path: Path) -> None:
    done = app.test_cli_runner().invoke(args=["signatures", "museum", str(tmp_path / "m")])
    assert done.exit_code == 0
    assert str(len(PIECES)) in done.output
    assert (tmp_path / "m" / "musee.json").is_file()


def test_the_page_shows_every_piece(app: Flask) -> None:
    page = Pages(app).get("/outils/signature/musee")
    assert len(page.select(".museum__piece")) == len(PIECES)
    assert one(page, "h1").get_text(strip=True) == "Le musée des fausses signatures"
