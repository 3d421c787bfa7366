"""`flask content`: check what the site says, start a new page."""

import shutil
import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, ScriptInfo, pass_script_info

from communaute.domain import clock
from communaute.editorial.checking import check
from communaute.editorial.faults import Fault
from communaute.editorial.kinds import KINDS, skeleton
from communaute.editorial.minimums import figures
from communaute.editorial.tariff_checks import check_tariffs
from communaute.editorial.tariffs import FOLDER
from communaute.french.folding import slugify
from communaute.wiring import booklet_desk, current, indexing
from communaute.wiring.addresses import is_an_address
from communaute.wiring.site_copy import CopyFault, make_copy


content_commands = AppGroup("content", help="Contenu du site.")


@content_commands.command("check")
def check_content() -> None:
    """Dit chaque défaut du contenu : fichier, ligne, quoi faire. Sort avec 1 s'il y en a."""
    state = current.site()
    with current_app.test_request_context():
        content = current.load_content(current_app, state.settings, state.directory, state.tools)
        faults = check(content, known_urls=is_an_address, today=clock.today())
        faults += indexing.misleading_wordings(content)
    faults = [*faults, *(Fault(*fault) for fault in check_tariffs(state.directory / FOLDER))]
    for fault in faults:
        click.echo(f"{fault.file}:{fault.line}: {fault.message}")
    if faults:
        sys.exit(1)
    click.echo(f"{len(content.pages)} pages, aucun défaut.")


@content_commands.command("stats")
def stats() -> None:
    """Les chiffres de chaque genre : pages, mots (médiane), écrans, sources, niveau de lecture (LIX médian)."""
    click.echo(f"{'genre':<18}{'pages':>6}{'mots':>7}{'écrans':>8}{'sources':>9}{'LIX':>5}")
    for row in figures(current.content().pages.values()):
        click.echo(
            f"{row.kind:<18}{row.pages:>6}{row.words:>7}{row.screens:>8}{row.sources:>9}{row.reading:>5}"
        )


@content_commands.command("booklets")
def booklets() -> None:
    """Compose d'avance les livrets des parcours (PDF) ; ceux qui disent déjà les pages restent."""
    with current_app.test_request_context():
        click.echo(f"{booklet_desk.fill()} livrets composés.")


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
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(skeleton(KINDS[kind], title, clock.today()), encoding="utf-8")
    click.echo(str(path))


@content_commands.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--without-booklets", is_flag=True, help="Sans les livrets des parcours, longs à composer."
)
@click.option("--archive", is_flag=True, help="Fait aussi FOLDER.zip, à lire sans réseau.")
@pass_script_info
def export(info: ScriptInfo, folder: Path, without_booklets: bool, archive: bool) -> None:
    """Copie tout le contenu en fichiers dans FOLDER : pour un serveur de fichiers, ou pour lire sans réseau."""
    try:
        count = make_copy(info.load_app(), folder, booklets=not without_booklets)
    except CopyFault as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(f"{count} adresses copiées dans {folder} ; ouvrir index.html.")
    if archive:
        click.echo(shutil.make_archive(str(folder), "zip", folder))
