"""Backups: the database as it is at one moment, opened again before it is called good.

SQLite is copied page by page by its own online API while the site writes; PostgreSQL by pg_dump. No
replication of SQLite's log: decision 0247 says why.
"""

import gzip
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from communaute.domain.errors import DomainError


NAME = "sauvegarde-{:%Y%m%dT%H%M%SZ}"
PATTERN = "sauvegarde-*Z.*"
SUFFIXES = {"sqlite": ".sqlite.gz", "postgresql": ".dump"}
# Our own rule: one a night, and a night that failed is seen the next morning.
OLD_AFTER = timedelta(hours=30)
KEPT = 14
# Rows are counted in these before and after: what nobody could make again.
COUNTED = (
    "user_account",
    "structure",
    "invoice",
    "training_registration",
    "delivery",
    "audit_entry",
)


class BackupFailed(DomainError):
    """The backup, or the restoration, could not be made or does not open."""


@dataclass(frozen=True)
class Backup:
    """A backup that opened: its file, when it was made, and how many rows it holds of what matters."""

    path: Path
    made_at: datetime
    rows: dict[str, int]


def make(database: str, folder: Path, now: datetime, kept: int = KEPT) -> Backup:
    """Back up, restore apart, open, and only then give the file its name; the oldest leave.

    Raises BackupFailed: nothing is named, the former ones stay.
    """
    url = make_url(database)
    kind = url.get_backend_name()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / (NAME.format(now.astimezone(UTC)) + SUFFIXES[kind])
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    try:
        (_copy_sqlite if kind == "sqlite" else _dump)(url, draft)
        rows = check(url, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    for old in found(folder)[kept:]:
        old.unlink()
    return Backup(path, now, rows)


def restore(database: str, path: Path) -> dict[str, int]:
    """Put a backup in the place of the database; answers how many rows it holds of what matters.

    Stop the site before. It is opened apart first. On SQLite the former database stays beside, named
    `.avant`; on PostgreSQL the whole is one transaction. Raises BackupFailed.
    """
    url = make_url(database)
    rows = check(url, path)
    if url.get_backend_name() == "postgresql":
        arguments = ["--clean", "--if-exists", "--no-owner", "--single-transaction"]
        _run("pg_restore", url, *arguments, "--exit-on-error", "--dbname", _name(url), str(path))
        return rows
    place = Path(str(url.database))
    with _unpacked(path) as fresh:
        for suffix in ("", "-wal", "-shm"):
            former = place.with_name(place.name + suffix)
            if former.exists():
                former.replace(place.with_name(f"{place.name}.avant{suffix}"))
        fresh.chmod(0o600)
        shutil.move(fresh, place)
    return rows


def check(url: URL, path: Path) -> dict[str, int]:
    """Open a backup apart from the site; answers its rows. Raises BackupFailed when it does not open."""
    try:
        if url.get_backend_name() == "sqlite":
            with _unpacked(path) as fresh, closing(sqlite3.connect(fresh)) as opened:
                said = opened.execute("PRAGMA integrity_check").fetchone()[0]
                if said != "ok":
                    raise BackupFailed(
                        "La copie de la base est abîmée : recommencez, puis vérifiez le disque."
                    )
                return _rows(opened)
        return _restored_apart(url, path)
    except (OSError, EOFError, sqlite3.Error) as error:
        raise BackupFailed("La sauvegarde ne s’ouvre pas : elle n’est pas gardée.") from error


def found(folder: Path) -> list[Path]:
    """The backups of a folder, the newest first."""
    return sorted(folder.glob(PATTERN), reverse=True)


def last_good(folder: Path) -> datetime | None:
    """When the newest backup was made: only what opened has a name."""
    for path in found(folder)[:1]:
        stamp = path.name.split(".")[0].removeprefix("sauvegarde-")
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return None


def _copy_sqlite(url: URL, draft: Path) -> None:
    """SQLite's online copy, then compressed: a copy of the files alone would miss what is in the log."""
    copy = draft.with_name(draft.name + ".copie")
    try:
        with (
            closing(sqlite3.connect(str(url.database))) as live,
            closing(sqlite3.connect(copy)) as to,
        ):
            live.backup(to, pages=2000, sleep=0.01)
        with copy.open("rb") as plain, gzip.open(draft, "wb", compresslevel=6) as packed:
            shutil.copyfileobj(plain, packed)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed("La base ne se copie pas : vérifiez la place sur le disque.") from error
    finally:
        copy.unlink(missing_ok=True)


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    fresh = path.with_name(f".{path.name}.{os.getpid()}.ouverte")
    try:
        with gzip.open(path, "rb") as packed, fresh.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
        yield fresh
    finally:
        for suffix in ("", "-wal", "-shm"):
            fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)


def _rows(opened: sqlite3.Connection) -> dict[str, int]:
    tables = {row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    return {
        name: opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  # ours
        for name in COUNTED
        if name in tables
    }


def _name(url: URL) -> str:
    return str(url.database)


def _dump(url: URL, draft: Path) -> None:
    _run("pg_dump", url, "--format=custom", "--no-owner", "--file", str(draft), _name(url))


def _restored_apart(url: URL, path: Path) -> dict[str, int]:
    """Restore into a database of its own, count, drop it."""
    apart = f"{_name(url)}_sauvegarde_{os.getpid()}"
    _run("createdb", url, "--template=template0", apart)
    try:
        _run("pg_restore", url, "--no-owner", "--exit-on-error", "--dbname", apart, str(path))
        return {name: count for name in COUNTED if (count := _count(url, apart, name)) is not None}
    finally:
        _run("dropdb", url, "--if-exists", "--force", apart)


def _count(url: URL, apart: str, table: str) -> int | None:
    asked = f"SELECT count(*) FROM {table}"  # noqa: S608  # one of COUNTED
    known = _run("psql", url, "-XAt", "-c", f"SELECT to_regclass('{table}')", apart).strip()
    return int(_run("psql", url, "-XAt", "-c", asked, apart)) if known else None


def _run(program: str, url: URL, *arguments: str) -> str:
    """Run one of PostgreSQL's programs on this server. The password is given by the environment alone."""
    where = {
        "PGHOST": url.host or str(url.query.get("host", "")),
        "PGPORT": str(url.port or ""),
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
    }
    given = {name: value for name, value in where.items() if value}
    try:
        done = subprocess.run(  # noqa: S603  # a fixed program, no shell
            [shutil.which(program) or program, *arguments],
            env={**os.environ, **given}, capture_output=True, text=True, check=True,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise BackupFailed(f"{program} manque : installez postgresql-client.") from error
    except subprocess.CalledProcessError as error:
        raise BackupFailed(f"{program} n’a pas abouti : {error.stderr.strip()[-300:]}") from error
    return done.stdout
