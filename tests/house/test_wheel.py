"""What is installed elsewhere is whole: an archive without style sheets is never made."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


# What hatchling reads; the content is left out, it takes long to copy.
READ = ("pyproject.toml", "hatch_build.py", "README.md", "search_index", "site")
LEFT = shutil.ignore_patterns("vendor", "content", "built", "__pycache__")
MANIFEST = Path("site/static/vendor/MANIFEST.json")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout whose set-up was not done."""
    for name in READ:
        source, target = ROOT / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=LEFT)
        else:
            shutil.copy(source, target)
    return tmp_path


def build(tree: Path, target: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["wheel", "sdist"])
def test_an_archive_without_the_pages_style_is_not_made(tree: Path, target: str) -> None:
    refused = build(tree, target)
    assert refused.returncode != 0
    assert "make assets" in refused.stderr
    assert not list(tree.glob("dist/*"))


@pytest.mark.slow
def test_a_wheel_holds_the_style_sheets(tree: Path) -> None:
    (tree / MANIFEST).parent.mkdir()
    (tree / MANIFEST).write_text("{}", encoding="utf-8")
    done = build(tree, "wheel")
    assert done.returncode == 0, done.stderr
    (made,) = tree.glob("dist/*.whl")
    with zipfile.ZipFile(made) as wheel:
        names = set(wheel.namelist())
    assert "communaute/static/vendor/MANIFEST.json" in names
    assert "communaute/serving/__main__.py" in names
    assert not [name for name in names if name.startswith(("site/", "tests/"))]
