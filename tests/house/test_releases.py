"""A release expands the schema and the next contracts it: old and new code run on it together.

While a release replaces another, processes of both work on one database.
"""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import inspect

from communaute import create_app
from communaute.extensions import Base, alembic, db
from tests.conftest import ROOT, settings_for


MIGRATIONS = ROOT / "site" / "migrations"
# What takes something away from code that still runs. A migration of a release that follows the one
# whose code no longer needs it is named here, with what was given up.
CONTRACTS: dict[str, str] = {
    "1795572209": "dropped a default; put back by 1795917247",
}
DESTRUCTIVE = {"drop_column", "drop_table", "rename_table"}
# Each feature writes through its commands: what a day of the site does without a visitor.
JOURNEYS = (
    ("tariffs", "load"),
    ("demo", "load"),
    ("trainings", "send-reminders"),
    ("notifications", "send-due"),
    ("mail", "send"),
    ("data", "purge"),
)


def calls_of(function: ast.FunctionDef) -> Iterator[tuple[str, ast.Call]]:
    """The operations of a migration's function, by their name."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def given(call: ast.Call, name: str) -> ast.expr | None:
    return next((word.value for word in call.keywords if word.arg == name), None)


def says(value: ast.expr | None, constant: object) -> bool:
    return isinstance(value, ast.Constant) and value.value is constant


def contractions(source: str) -> list[str]:
    """What a migration takes away from the code of the release before."""
    tree = ast.parse(source)
    upgrade = next(
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    )
    found = []
    for name, call in calls_of(upgrade):
        if name in DESTRUCTIVE:
            found.append(name)
        if name == "alter_column":
            found += ["a default is dropped"] * says(given(call, "server_default"), None)
            found += ["a column is no longer optional"] * says(given(call, "nullable"), False)
            found += ["a column is renamed"] * (given(call, "new_column_name") is not None)
    columns = [call for name, call in calls_of(upgrade) if name == "Column"]
    added = {
        id(arg) for name, call in calls_of(upgrade) if name == "add_column" for arg in call.args
    }
    for column in columns:
        if id(column) in added and says(given(column, "nullable"), False):
            found += ["a column without default is required"] * (
                given(column, "server_default") is None
            )
    return found


@pytest.mark.parametrize("path", sorted(MIGRATIONS.glob("*_*.py")), ids=lambda path: path.stem[:40])
def test_a_migration_takes_nothing_from_the_release_before(path: Path) -> None:
    found = contractions(path.read_text(encoding="utf-8"))
    assert not found or path.stem.split("_")[0] in CONTRACTS


def test_what_is_taken_away_is_seen() -> None:
    taken = contractions(
        "def upgrade():\n"
        "    op.add_column('t', sa.Column('a', sa.Integer(), nullable=False))\n"
        "    op.drop_column('t', 'b')\n"
        "    op.alter_column('t', 'c', server_default=None)\n"
        "    op.alter_column('t', 'd', nullable=False)\n"
    )
    assert len(taken) == 4
    assert not contractions(
        "def upgrade():\n"
        "    op.create_table('t', sa.Column('a', sa.Integer(), nullable=False))\n"
        "    op.add_column('t', sa.Column('a', sa.Integer(), nullable=False, server_default='0'))\n"
    )


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def release_before() -> str:
    """The last tag; while there is none, the commit before the newest migration."""
    try:
        tags = git("tag", "--sort=-creatordate", "--merged", "HEAD").split()
        newest = max(path.name for path in MIGRATIONS.glob("1*.py"))
        added = git(
            "log", "-1", "--format=%H", "--diff-filter=A", "--", f"site/migrations/{newest}"
        )
        return tags[0] if tags else git("rev-parse", f"{added}^")
    except (subprocess.CalledProcessError, FileNotFoundError):
        pytest.skip("no history here: a whole clone is needed to check out the release before")


@pytest.mark.slow
def test_this_release_breaks_no_page_on_the_schema_before(
    database_url: str, tmp_path: Path
) -> None:
    """Started before its migrations, it tells who needs what is new to come back; others read."""
    app = create_app(settings_for(tmp_path, database_url=database_url))
    with app.app_context():
        alembic.upgrade()
        for _ in range(3):
            alembic.downgrade("-1")
        new = set(Base.metadata.tables) - set(inspect(db.engine).get_table_names())
        db.engine.dispose()
    client, statuses = app.test_client(), {}
    paths = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.arguments and "GET" in (rule.methods or ())
    }
    for path in sorted(paths):
        statuses[path] = client.get(path).status_code
    assert not [path for path, status in statuses.items() if status == 500]
    for path in ("/", "/guides/", "/recherche", "/outils/tarifs", "/outils/messages"):
        assert client.get(path).status_code == 200, path
    assert statuses["/sante/pret"] == 503
    sent = client.post("/outils/temoignage", data={"courriel": "lea@exemple.example"})
    assert sent.status_code != 500
    assert new
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The code of the release before, checked out."""
    tree = tmp_path / "before"
    tree.mkdir()
    archive = subprocess.run(
        ["git", "archive", release_before()], cwd=ROOT, capture_output=True, check=True
    )
    subprocess.run(["tar", "-x", "-C", tree], input=archive.stdout, check=True)
    starts = subprocess.run(
        [sys.executable, "-c", "import communaute.application"], capture_output=True, text=True,
        check=False, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tree / "src")},
    )  # fmt: skip
    if "ModuleNotFoundError" in starts.stderr:
        pytest.skip(
            f"the release before needs a library that this one does not: {starts.stderr.splitlines()[-1]}"
        )
    return tree


@dataclass
class Shared:
    """The database of both, and what either release does to it."""

    url: str
    folder: Path

    def run(self, source: Path, *words: str) -> str:
        """Run Python with the code of a release; what it says."""
        done = subprocess.run(
            [sys.executable, *words], cwd=self.folder, capture_output=True, text=True, check=False,
            env={
                **os.environ, "PYTHONPATH": str(source / "src"), "DATABASE_URL": self.url,
                "INSTANCE_PATH": str(self.folder / "i"), "SECRET_KEY": "k" * 32, "LIMITS": "off",
            },
        )  # fmt: skip
        assert done.returncode == 0, f"{words}: {done.stderr[-2000:]}"
        return done.stdout

    def day(self, source: Path) -> None:
        """Everything that a release does by itself."""
        for journey in JOURNEYS:
            self.run(source, *FLASK, *journey)

    def walk(self, source: Path) -> dict[str, int]:
        """What it answers to visitors: status by page and form."""
        walked = self.run(source, str(ROOT / "tests/house/walking.py"))
        return dict(json.loads(walked))


FLASK = ("-m", "flask", "--app", "communaute")
CONTENT = ("/", "/guides/", "/questions/", "/recherche", "/outils/tarifs", "/sante")
# What a walk may meet: done, sent elsewhere, refused for a reason, not allowed.
FINE = {200, 302, 303, 400, 401, 403, 404, 405, 422}


@pytest.mark.slow
def test_the_release_before_works_on_this_schema(
    before: Path, database_url: str, tmp_path: Path
) -> None:
    base = Shared(database_url, tmp_path)
    base.run(ROOT, *FLASK, "db", "upgrade")
    base.day(before)
    walked = base.walk(before)
    wrong = {what: status for what, status in walked.items() if status not in FINE}
    assert set(wrong) <= {"GET /sante/pret"}, wrong
    base.day(ROOT)


@pytest.mark.slow
def test_this_release_starts_on_the_schema_of_the_release_before(
    before: Path, database_url: str, tmp_path: Path
) -> None:
    """A host may have its new code before the migration: it reads, and says what it waits for."""
    base = Shared(database_url, tmp_path)
    base.run(before, *FLASK, "db", "upgrade")
    base.day(before)
    walked = base.walk(ROOT)
    assert not [what for what, status in walked.items() if status == 500]
    assert [walked[f"GET {path}"] for path in CONTENT] == [200] * len(CONTENT)
    assert walked["GET /sante/pret"] == 503
    # The old one goes on as if nothing had come, and the new one after its migration.
    base.day(before)
    base.run(ROOT, *FLASK, "db", "upgrade")
    base.day(ROOT)
    wrong = {what: status for what, status in base.walk(ROOT).items() if status not in FINE}
    assert set(wrong) <= {"GET /sante/pret"}, wrong


@pytest.mark.slow
def test_a_process_that_waits_for_the_migration_is_ready_after_it(
    before: Path, database_url: str, tmp_path: Path
) -> None:
    base = Shared(database_url, tmp_path)
    base.run(before, *FLASK, "db", "upgrade")
    app = create_app(settings_for(tmp_path, database_url=database_url))
    client = app.test_client()
    waiting = client.get("/sante/pret")
    assert waiting.status_code == 503
    assert "db upgrade" in (waiting.json or {})["database"]
    assert client.get("/guides/").status_code == 200
    base.run(ROOT, *FLASK, "db", "upgrade")
    assert (client.get("/sante/pret").json or {})["database"] == "ok"
    with app.app_context():
        db.engine.dispose()
