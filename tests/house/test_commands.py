"""The command line."""

from pathlib import Path

import pytest
from flask import Flask

from communaute import current


def test_content_check_passes_on_the_site_s_own_content(shared_app: Flask) -> None:
    result = shared_app.test_cli_runner().invoke(args=["content", "check"])
    assert result.exit_code == 0, result.output
    assert "aucun défaut" in result.output


def test_content_check_names_the_file_the_line_and_what_to_do(
    shared_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "essai.md").write_text(
        "---\ntitle: Essai\n---\n\ntexte\n", encoding="utf-8"
    )
    monkeypatch.setattr(shared_app.extensions[current.KEY], "directory", tmp_path)
    result = shared_app.test_cli_runner().invoke(args=["content", "check"])
    assert result.exit_code == 1
    assert "essai.md:" in result.output


def test_content_new_makes_a_page_that_only_lacks_its_text(
    shared_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_app.extensions[current.KEY], "directory", tmp_path)
    runner = shared_app.test_cli_runner()
    made = runner.invoke(args=["content", "new", "guides", 'L’été "à" l\'œuvre'])
    assert made.exit_code == 0
    assert (tmp_path / "guides" / "l-ete-a-l-oeuvre.md").exists()
    assert runner.invoke(args=["content", "new", "guides", 'L’été "à" l\'œuvre']).exit_code == 2
    assert runner.invoke(args=["content", "new", "inconnu", "x"]).exit_code == 2


def test_data_purge_counts_each_rule(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["data", "purge"])
    assert result.exit_code == 0, result.output
    assert "opinions: 0" in result.output
