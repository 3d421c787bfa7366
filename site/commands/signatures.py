"""`flask signatures`: verify a document, run the verifier, refresh the trusted lists."""

from __future__ import annotations

import json
import logging
import signal
import socket
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from communaute.config import Settings
from communaute.domain import clock
from communaute.extensions import db
from communaute.french.typography import typeset
from communaute.wiring import current


if TYPE_CHECKING:  # pyHanko takes a second to import: each command imports what it uses.
    from communaute.domain.signatures.broker.http import RevocationCache
    from communaute.domain.signatures.facts import Limits


NO_LISTS = (
    "Listes de confiance non chargées (pas de réseau ?). Le site démarre, mais le vérificateur de "
    "signatures ne reconnaîtra aucune autorité : presque tout sera « non concluant ». "
    "À relancer : flask signatures refresh-lists [--from DOSSIER]."
)

logger = logging.getLogger(__name__)
signatures_commands = AppGroup("signatures", help="Vérification des signatures électroniques.")
_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def moment(_context: click.Context, _option: click.Parameter, given: str | None) -> datetime | None:
    """Read an ISO date or moment; without offset, it is Paris time."""
    if given is None:
        return None
    try:
        read = datetime.fromisoformat(given)
    except ValueError as error:
        raise click.BadParameter("une date ISO est attendue : 2026-11-23T10:00+01:00") from error
    return read if read.tzinfo is not None else read.replace(tzinfo=clock.PARIS)


@signatures_commands.command("verify")
@click.argument("file", type=_FILE)
@click.option(
    "--signature", type=_FILE, help="La signature, quand elle est dans un fichier à part."
)
@click.option(
    "--trust", type=_FOLDER, help="Un autre dossier de confiance que SIGNATURE_TRUST_DIR."
)
@click.option("--at", callback=moment, help="Le moment de la vérification (date ISO).")
@click.option("--json", "as_json", is_flag=True, help="Répond en JSON.")
def verify_file(
    file: Path, signature: Path | None, trust: Path | None, at: datetime | None, *, as_json: bool
) -> None:
    """Vérifie la signature d’un fichier, comme le fait le site."""
    from communaute.domain.signatures.engine import SignatureEngine
    from communaute.domain.signatures.report import to_json
    from communaute.domain.signatures.serve.procedure import verify_file as verify_one
    from communaute.domain.signatures.trust.store import load_trust

    settings = current.site().settings
    loaded = load_trust(trust or Path(settings.signature_trust_dir))
    engine = SignatureEngine(loaded, limits(settings), revocation_cache(settings))
    report = verify_one(engine, file, signature, at, settings.signature_bytes)
    if as_json:
        click.echo(json.dumps(to_json(report), ensure_ascii=False))
        return
    click.echo(report.explanation)
    for one in report.signatures:
        click.echo("\n" + "\n".join(one.summary))


@signatures_commands.command("serve")
def serve() -> None:
    """Lance le vérificateur, qui répond au site sur VERIFIER_SOCKET."""
    from communaute.domain.signatures.serve.process import TAKEN, Specification
    from communaute.domain.signatures.serve.recorder import recorded

    settings = current.site().settings
    cache = revocation_cache(settings)
    ours, theirs = socket.socketpair()
    specification = Specification(
        socket=settings.verifier_socket,
        trust=settings.signature_trust_dir,
        document_bytes=settings.signature_bytes,
        cache=str(cache.folder) if cache else None,
        link=theirs.fileno(),
    )
    verifier = subprocess.Popen(  # noqa: S603 - our own module, our own settings
        specification.command(), pass_fds=[theirs.fileno()]
    )
    theirs.close()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: verifier.terminate())
    for address, report in recorded(ours):
        record(address, report)
    status = verifier.wait()
    if status == TAKEN:
        raise click.ClickException(
            f"un autre vérificateur répond déjà sur {settings.verifier_socket}"
        )
    sys.exit(status)


@signatures_commands.command("refresh-lists")
@click.option("--from", "folder", type=_FOLDER, help="Un dossier de listes, sans réseau.")
def refresh(folder: Path | None) -> None:
    """Prend les listes de confiance plus récentes : une ligne JSON par liste.

    Sort avec 1 quand une liste est refusée, et dit laquelle, ou quand aucune n’est bonne ; les
    dernières bonnes copies restent en place.
    """
    from communaute.domain.signatures.trust.refresh import (
        REFUSED,
        refresh_from_folder,
        refresh_from_publishers,
    )

    trust = Path(current.site().settings.signature_trust_dir)
    taken = refresh_from_folder(trust, folder) if folder else refresh_from_publishers(trust)
    for one in taken:
        click.echo(json.dumps(asdict(one), default=datetime.isoformat, ensure_ascii=False))
    refused = [one for one in taken if one.outcome == REFUSED]
    for one in refused:
        named = one.territory or "un fichier"
        click.echo(typeset(f"Liste refusée : {named} ({one.reason})."), err=True)
    if not any(one.sequence_number for one in taken):
        click.echo(NO_LISTS, err=True)
        sys.exit(1)
    if any(one.territory for one in refused):
        sys.exit(1)


@signatures_commands.command("museum")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def museum(folder: Path) -> None:
    """Écrit le musée : des signatures à refuser, d'autres à ne pas refuser, et de quoi les vérifier."""
    from communaute.domain.signatures.museum.making import write_museum

    folder.mkdir(parents=True, exist_ok=True)
    click.echo(f"{write_museum(folder)} pièces, avec la confiance qui les vérifie : {folder}")


def limits(settings: Settings) -> Limits:
    """What one document may be."""
    from communaute.domain.signatures.facts import Limits

    largest = settings.signature_bytes
    return Limits(document_bytes=largest, detached_bytes=largest)


def revocation_cache(settings: Settings) -> RevocationCache | None:
    """Where the broker keeps what it fetches; None when it is off."""
    from communaute.domain.signatures.broker.http import RevocationCache

    on = settings.signature_revocation == "on"
    return RevocationCache(settings.instance / "revocation") if on else None


def record(address: str, report: dict[str, object]) -> None:
    """Keep an answer in the results table; a database that fails loses that row and no other."""
    from communaute.domain.signatures.results import keep_result, purge_results

    try:
        with Session(db.engine) as session, session.begin():
            keep_result(session, address, report, clock.now())
            purge_results(session, clock.now())
    except (SQLAlchemyError, ValueError) as error:
        logger.error("an answer was not kept: %s", type(error).__name__)
