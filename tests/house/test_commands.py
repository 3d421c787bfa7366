"""The command line."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from communaute import PACKAGE
from communaute.editorial.kinds import KINDS, TO_WRITE, skeleton
from communaute.wiring import current


TODAY = date(2026, 11, 23)


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


def test_a_command_tells_each_fault_of_the_content_once(
    shared_app: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "essai.md").write_text("---\nverified: 2026-11-31\n---\n", "utf-8")
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    site: current.Site = shared_app.extensions[current.KEY]
    monkeypatch.setitem(shared_app.extensions, current.KEY, site)  # put back afterwards
    current.init_app(shared_app, site.settings, tmp_path, site.tools)
    result = shared_app.test_cli_runner().invoke(args=["content", "check"])
    assert result.stdout.count("2026-11-31") == 1
    assert [record.getMessage().count("2026-11-31") for record in caplog.records] == [0]


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


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_new_page_of_any_kind_is_refused_until_it_is_written_and_for_nothing_else(
    shared_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(shared_app.extensions[current.KEY], "directory", tmp_path)
    data = PACKAGE / "content" / "tarifs"
    shutil.copytree(data, tmp_path / "tarifs", ignore=shutil.ignore_patterns("*.md"))
    for folder in {kind, "guides"}:
        index = tmp_path / folder / "_index.md"
        index.parent.mkdir(exist_ok=True)
        index.write_text("---\ntitle: T\nsummary: S\norder: 1\n---\n", encoding="utf-8")
    written = skeleton(KINDS["guides"], "Un guide", TODAY).replace(TO_WRITE, "Écrit")
    (tmp_path / "guides" / "guide.md").write_text(written, encoding="utf-8")
    runner = shared_app.test_cli_runner()
    made = runner.invoke(args=["content", "new", kind, "Une page d'essai"])
    path = Path(made.output.strip())

    untouched = runner.invoke(args=["content", "check"])
    assert untouched.exit_code == 1
    mine = [line for line in untouched.output.splitlines() if line.startswith(str(path))]
    assert len(mine) == 1, untouched.output
    assert "n’est pas écrite" in mine[0]

    written = path.read_text(encoding="utf-8").replace(TO_WRITE, "Écrit")
    written = written.replace("sources: []", 'sources: [{label: "Un arrêté", note: "sur papier"}]')
    path.write_text(written + "\nPar exemple, une mairie répond le jour même.{1}" * 20, "utf-8")
    assert f"{path}:" not in runner.invoke(args=["content", "check"]).output
