"""`flask content`: check what the site says, start a new page."""

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from werkzeug.exceptions import HTTPException

from communaute import current, insertions
from communaute.domain import clock
from communaute.editorial import check, load
from communaute.editorial.faults import Fault
from communaute.editorial.kinds import KINDS
from communaute.editorial.slugs import slugify
from communaute.editorial.tariff_checks import check_tariffs
from communaute.editorial.tariffs import FOLDER


content_commands = AppGroup("content", help="Contenu du site.")

# What answers from a content file: these addresses exist only if the file does.
FROM_CONTENT = frozenset(
    f"content.{name}"
    for name in (
        "page",
        "root_page",
        "section",
        "section_feed",
        "media",
        "page_with_slash",
        "root_page_with_slash",
    )
)
SKELETON = """---
title: "{title}"
summary: "À écrire : une à deux phrases."
publics: [fournisseur]
published: {today}
verified: {today}
sources: []
---

À écrire.
"""


@content_commands.command("check")
def check_content() -> None:
    """Dit chaque défaut du contenu : fichier, ligne, quoi faire. Sort avec 1 s'il y en a."""
    state = current.site()
    with current_app.test_request_context():
        content = load(
            state.directory,
            tools=state.tools,
            tool_url=current.tool_url,
            insertions=insertions.all_of(state.settings),
            strict=True,
        )
        faults = check(content, known_urls=is_an_address, today=clock.today())
    faults = [*faults, *(Fault(*fault) for fault in check_tariffs(state.directory / FOLDER))]
    for fault in faults:
        click.echo(f"{fault.file}:{fault.line}: {fault.message}")
    if faults:
        sys.exit(1)
    click.echo(f"{len(content.pages)} pages, aucun défaut.")


def is_an_address(path: str) -> bool:
    """Whether the site answers at this path without a content file (tools, feeds…)."""
    adapter = current_app.url_map.bind("localhost")
    try:
        endpoint, _arguments = adapter.match(path.split("?")[0], method="GET")
    except HTTPException:
        return False
    return endpoint not in FROM_CONTENT


@content_commands.command("new")
@click.argument("kind")
@click.argument("title")
def new(kind: str, title: str) -> None:
    """Crée la page TITLE du genre KIND, à compléter."""
    if kind not in KINDS:
        raise click.UsageError(f"Genre inconnu : {kind}. Choisir parmi {', '.join(sorted(KINDS))}.")
    path = current.site().directory / kind / f"{slugify(title) or 'page'}.md"
    if path.exists():
        raise click.UsageError(f"{path.name} existe déjà.")
    write_skeleton(path, title)
    click.echo(str(path))


def write_skeleton(path: Path, title: str) -> None:
    """The file, with the front matter every kind shares."""
    path.parent.mkdir(parents=True, exist_ok=True)
    escaped = title.replace("\\", "\\\\").replace('"', '\\"')
    path.write_text(SKELETON.format(title=escaped, today=clock.today()), encoding="utf-8")
