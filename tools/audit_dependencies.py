"""Compare what is pinned with a stored copy of the OSV database of known vulnerabilities.

    .venv/bin/python -m tools.audit_dependencies PyPI.zip npm.zip

Each argument is an archive (or a folder) of OSV advisories, one JSON file each, as osv.dev gives them by
ecosystem: fetched by hand or by a nightly job, never by this command, which asks nothing of the network.
Exits 1 when a pinned version is named by an advisory, 2 when the copy cannot be relied upon: empty, or
its last change is older than --days.
"""

import argparse
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tools.bill_of_materials import Part, parts


ECOSYSTEMS = {"PyPI": "pypi", "npm": "npm"}
FOUND, UNRELIABLE = 1, 2
Advisory = Mapping[str, Any]


def advisories(source: Path) -> Iterator[Advisory]:
    """Every advisory of an archive or of a folder, but those withdrawn."""
    if source.is_dir():
        texts: Iterator[bytes] = (path.read_bytes() for path in sorted(source.rglob("*.json")))
    else:
        archive = zipfile.ZipFile(source)
        texts = (archive.read(name) for name in archive.namelist() if name.endswith(".json"))
    for text in texts:
        said = json.loads(text)
        if not said.get("withdrawn"):
            yield said


def named_by(advisory: Advisory, pinned: Mapping[tuple[str, str], Part]) -> Iterator[Part]:
    """The parts whose version an advisory names."""
    for affected in advisory.get("affected", ()):
        package = affected.get("package", {})
        ecosystem = ECOSYSTEMS.get(package.get("ecosystem", ""), "")
        part = pinned.get((ecosystem, canonicalize_name(package.get("name", ""))))
        if part is not None and is_affected(part.version, affected):
            yield part


def is_affected(version: str, affected: Mapping[str, Any]) -> bool:
    """Whether a version is listed, or lies in a range: from `introduced` on, before `fixed`."""
    if version in affected.get("versions", ()):
        return True
    return any(
        lies_in(version, one["events"])
        for one in affected.get("ranges", ())
        if one.get("type") in ("ECOSYSTEM", "SEMVER")
    )


def lies_in(version: str, events: Sequence[Mapping[str, str]]) -> bool:
    """Whether a version lies in one of the stretches that events open and close.

    What cannot be compared is taken to be affected: people look.
    """
    try:
        mine, affected = Version(version), False
        moments = [(Version(moment), what) for one in events for what, moment in one.items()]
    except InvalidVersion:
        return True
    for moment, what in sorted(moments, key=lambda each: each[0]):
        if what == "introduced" and mine >= moment:
            affected = True
        elif (what == "fixed" and mine >= moment) or (what == "last_affected" and mine > moment):
            affected = False
    return affected


def audited(
    sources: Sequence[Path], found: Sequence[Part], oldest: datetime
) -> tuple[int, list[str]]:
    """The exit code and the lines to print."""
    pinned: dict[tuple[str, str], Part]
    pinned = {(part.ecosystem, canonicalize_name(part.name)): part for part in found}
    lines, last, count = [], "", 0
    for source in sources:
        for advisory in advisories(source):
            count, last = count + 1, max(last, str(advisory.get("modified", "")))
            for part in named_by(advisory, pinned):
                what = advisory.get("summary") or advisory.get("details", "")[:100]
                lines.append(f"{part.name} {part.version}: {advisory['id']} {what}")
    if not last or datetime.fromisoformat(last) < oldest:
        return UNRELIABLE, [
            f"{count} advisories, last changed {last or 'never'}: fetch the copy again"
        ]
    told = f"{count} advisories, last changed {last}; {len(pinned)} parts, {len(lines)} named"
    return (FOUND if lines else 0), [*sorted(set(lines)), told]


def main() -> None:
    """Print what is named, and exit by it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sources", nargs="+", type=Path)
    parser.add_argument("--days", type=int, default=30, help="how old the copy may be")
    asked = parser.parse_args()
    code, lines = audited(asked.sources, parts(), datetime.now(UTC) - timedelta(days=asked.days))
    print("\n".join(lines))
    sys.exit(code)


if __name__ == "__main__":
    main()
