"""What the site is made of: every third-party part that runs, its version, its licence, its digests.

    .venv/bin/python -m tools.bill_of_materials > sbom.json     CycloneDX 1.5, for tools that read it
    .venv/bin/python -m tools.bill_of_materials --licences      a line a part, for people

Read from requirements.txt, package-lock.json and what is installed: nothing is asked of the network.
"""

import argparse
import base64
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==([^ ;\\]+)", re.M)
DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
CLASSIFIED = "License :: "
LONGEST_NAME = 60
# Read in their own LICENSE files: the first says nothing in its metadata, the others are for other
# machines than this one, and are not installed here.
READ = {
    "huey": "MIT",
    "async-timeout": "Apache-2.0",
    "brotlicffi": "MIT",
    "colorama": "BSD-3-Clause",
}


@dataclass(frozen=True)
class Part:
    """One third-party part, as its lock names it."""

    name: str
    version: str
    ecosystem: str
    licence: str
    digests: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Its package URL (purl)."""
        return f"pkg:{self.ecosystem}/{self.name.replace('@', '%40')}@{self.version}"


def parts() -> list[Part]:
    """Every part that runs: Python's by their pins, the pages' by npm's lock."""
    return sorted([*python_parts(), *npm_parts()], key=lambda part: part.address)


def python_parts(pins: Path = ROOT / "requirements.txt") -> Iterator[Part]:
    """Those of the pinned requirements."""
    text = pins.read_text(encoding="utf-8")
    found = list(PINNED.finditer(text))
    ends = [each.start() for each in found[1:]] + [len(text)]
    for each, end in zip(found, ends, strict=True):
        digests = tuple(DIGEST.findall(text, each.end(), end))
        yield Part(each[1], each[2], "pypi", licence_of(each[1]), digests)


def licence_of(name: str) -> str:
    """What a distribution says of its licence: the SPDX expression, else its classifiers, else its words."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return READ.get(name, "")
    if "License-Expression" in said:
        return str(said["License-Expression"])
    classified = [
        each.rpartition(" :: ")[2]
        for each in said.get_all("Classifier") or ()
        if each.startswith(CLASSIFIED)
    ]
    words = [line for line in (said.get_all("License") or [""])[0].strip().splitlines() if line]
    return " / ".join(classified) or (words[0][:LONGEST_NAME] if words else READ.get(name, ""))


def npm_parts(lock: Path = ROOT / "package-lock.json") -> Iterator[Part]:
    """Those that npm brings to the pages; what only builds or checks is left out."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    for path, said in packages.items():
        if path and not said.get("dev"):
            name = path.removeprefix("node_modules/")
            algorithm, _, digest = said.get("integrity", "").partition("-")
            digests = (base64.b64decode(digest).hex(),) if algorithm == "sha512" else ()
            yield Part(name, said["version"], "npm", said.get("license", ""), digests)


def cyclonedx(found: list[Part]) -> dict[str, object]:
    """The bill as CycloneDX 1.5."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": "communaute",
                "version": metadata.version("communaute") if installed() else "0",
            }
        },
        "components": [
            {
                "type": "library",
                "bom-ref": part.address,
                "name": part.name,
                "version": part.version,
                "purl": part.address,
                "licenses": [{"license": {"name": part.licence}}] if part.licence else [],
                "hashes": [
                    {"alg": "SHA-512" if part.ecosystem == "npm" else "SHA-256", "content": digest}
                    for digest in part.digests
                ],
            }
            for part in found
        ],
    }


def installed() -> bool:
    """Whether the site itself is installed, and has a version."""
    try:
        return bool(metadata.version("communaute"))
    except metadata.PackageNotFoundError:
        return False


def main() -> None:
    """Print the bill."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--licences", action="store_true", help="a line a part")
    found = parts()
    if parser.parse_args().licences:
        for part in found:
            print(f"{part.name:34} {part.version:14} {part.licence}")
    else:
        json.dump(cyclonedx(found), sys.stdout, ensure_ascii=False, indent=1)
        print()


if __name__ == "__main__":
    main()
