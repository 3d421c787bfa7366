"""What our own code never does, read in the code itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT


# Each reads all of the code.
pytestmark = pytest.mark.slow


PYTHON = [path for room in ("site", "search_index") for path in (ROOT / room).rglob("*.py")]
OURS = sorted((ROOT / "site/static/js").glob("*.js"))
# Code made from values: what a visitor typed could be among them.
DYNAMIC = {"eval", "exec", "compile", "__import__"}
# Numbers that anybody may guess.
GUESSED = {"random"}
# The demonstration draws the same invented invoices each time.
INVENTED = "demo_plan.py"
# A term of the glossary, fetched from this site, where it is a template of ours.
SHOWS_OUR_HTML = "glossary.js"
# An index holds pickle, read from a folder of our own (README, « The search index »).
UNPICKLES = {"pickle", "marshal", "shelve"}
IN_SCRIPTS = re.compile(
    r"\beval\(|new Function|document\.write|\.(?:inner|outer)HTML\s*=|insertAdjacentHTML|postMessage"
    r"|addEventListener\(\"message\"|WebSocket|__proto__"
)


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_no_code_is_made_from_values() -> None:
    assert [
        f"{path.relative_to(ROOT)}: {name}"
        for path in PYTHON
        for _call, name in calls(path)
        if name in DYNAMIC
    ] == []


def test_no_command_goes_through_a_shell() -> None:
    for path in PYTHON:
        for call, name in calls(path):
            assert name not in {"os.system", "os.popen", "subprocess.getoutput"}, path
            for keyword in call.keywords:
                shell = keyword.arg == "shell" and not (
                    isinstance(keyword.value, ast.Constant) and keyword.value.value is False
                )
                assert not shell, path


def test_secrets_are_never_drawn_from_a_guessable_generator() -> None:
    assert [p.name for p in PYTHON if imports(p) & GUESSED] == [INVENTED]


def test_only_the_index_of_the_search_is_unpickled() -> None:
    where = {path.parent.name for path in PYTHON if imports(path) & UNPICKLES}
    assert where <= {"search_index"}


def test_scripts_write_text_and_listen_to_no_other_window() -> None:
    for path in OURS:
        if path.name == SHOWS_OUR_HTML:
            continue
        found = IN_SCRIPTS.findall(path.read_text("utf-8"))
        assert found == [], f"{path.name}: {found}"


def test_what_is_looked_for_would_be_seen() -> None:
    assert IN_SCRIPTS.search('list.innerHTML = "x"')
    assert not IN_SCRIPTS.search("list.textContent = x")
