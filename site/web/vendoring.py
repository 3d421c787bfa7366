"""Copy the front-end parts that npm installed into static/vendor, and say what was taken.

Run at set-up: `python -m communaute.web.vendoring NODE_MODULES STATIC`. DSFR's tree is kept, and its
files may not be modified; its components that the pages use are joined in one sheet (decision 0230).
"""

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path


DSFR = "@gouvfr/dsfr"
HTMX = "htmx.org"
FILES = {
    DSFR: (
        "dist/dsfr.print.min.css",
        "dist/dsfr.module.min.js",
        "LICENSE.md",
    ),
    HTMX: ("dist/htmx.min.js", "LICENSE"),
}
FOLDER = {DSFR: "dsfr", HTMX: "htmx"}
# The components that pages use, in DSFR's own order: each overrides those before it.
COMPONENTS = (
    *(
        "upload",
        "badge",
        "button",
        "breadcrumb",
        "form",
        "stepper",
        "link",
        "callout",
        "pagination",
    ),
    *("summary", "tag", "alert", "notice", "radio", "checkbox", "input", "content", "skiplink"),
    *("select", "modal", "navigation", "share", "footer", "search", "table", "header"),
)
SHEETS = (
    "core/core.main.min.css",
    "scheme/scheme.min.css",
    *(f"component/{name}/{name}.main.min.css" for name in COMPONENTS),
    "component/display/display.min.css",  # the one that has no `main`
    "utility/icons/icons-system/icons-system.main.min.css",
)
JOINED = "dsfr.css"
UPWARDS = re.compile(r"url\((\"?'?)(?:\.\./)+")
# What a page shows at once is preloaded; the italic comes when a text needs it.
FONTS = ("Marianne-Regular", "Marianne-Medium", "Marianne-Bold", "Marianne-Regular_Italic")
ADDRESS = re.compile(r"url\(\"?'?(?!data:)([^)\"'?#]+)")


def vendor(node_modules: Path, static: Path) -> Path:
    """Copy, and write MANIFEST.json (versions and SHA-256 of every file). Return its path."""
    target = static / "vendor"
    shutil.rmtree(target, ignore_errors=True)
    for package, names in FILES.items():
        for name in names:
            copy(node_modules / package, name, target / FOLDER[package])
    (target / "dsfr" / JOINED).write_text(joined(node_modules / DSFR / "dist"), encoding="utf-8")
    for css in list(target.rglob("*.css")):
        copy_referenced(css, target / "dsfr", node_modules / DSFR / "dist")
    return write_manifest(target, node_modules)


def copy(package: Path, name: str, target: Path) -> None:
    """One file; the `dist/` folder disappears from its path."""
    destination = target / name.removeprefix("dist/")
    destination.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(package / name, destination)


def joined(dist: Path) -> str:
    """The sheets of the components in use, one after the other, their images found from `dist`."""
    sheets = (dist.joinpath(name).read_text(encoding="utf-8") for name in SHEETS)
    return "\n".join(UPWARDS.sub(r"url(\1", sheet) for sheet in sheets)


def copy_referenced(css: Path, target: Path, dist: Path) -> None:
    """The images and the few fonts that a style sheet refers to."""
    for address in set(ADDRESS.findall(css.read_text(encoding="utf-8"))):
        destination = (css.parent / address).resolve()
        if not destination.is_relative_to(target.resolve()) or destination.exists():
            continue
        # Every browser that runs DSFR reads woff2; of its weights, those in use.
        wanted = destination.suffix == ".woff2" and destination.stem in FONTS
        if destination.suffix in (".woff", ".woff2") and not wanted:
            continue
        source = dist / destination.relative_to(target.resolve())
        if source.exists():
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, destination)


def write_manifest(target: Path, node_modules: Path) -> Path:
    """What was taken, so that a test can tell that nothing was changed."""
    versions = {
        package: json.loads((node_modules / package / "package.json").read_text())["version"]
        for package in FILES
    }
    files = {
        str(path.relative_to(target)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(target.rglob("*"))
        if path.is_file()
    }
    manifest = target / "MANIFEST.json"
    manifest.write_text(json.dumps({"versions": versions, "files": files}, indent=1))
    return manifest


if __name__ == "__main__":
    vendor(Path(sys.argv[1]), Path(sys.argv[2]))
