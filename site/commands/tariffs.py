"""`flask tariffs`: load, find, work out, review the tariffs of frais de justice."""

import json
import sys
from collections import Counter
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import AppGroup

from communaute.blueprints.tariffs.data import tariffs
from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.tariffs import reviewing
from communaute.domain.tariffs.dates import check_day, days_of
from communaute.domain.tariffs.finder import Query
from communaute.domain.tariffs.interpreting import Line, interpret
from communaute.domain.tariffs.loading import load_tariffs
from communaute.domain.tariffs.naming import category_named, text_named
from communaute.domain.tariffs.open_data import rows_as_data
from communaute.domain.tariffs.reports import handle_report, open_reports
from communaute.editorial import tariff_merging as merging
from communaute.editorial.tariffs import FOLDER as TARIFFS
from communaute.editorial.tariffs import BrokenTariffError
from communaute.extensions import db
from communaute.french.reading import Unreadable, read_day
from communaute.wiring import current


tariffs_commands = AppGroup("tariffs", help="Tarifs des frais de justice.")

FOLDER_OPTION = click.Path(exists=True, file_okay=False, path_type=Path)
OPTIONS = {None: None, "yes": True, "no": False}


def refuse(sentence: object) -> NoReturn:
    """Say what is wrong and stop with 2, as for any wrong use."""
    click.echo(str(sentence), err=True)
    sys.exit(2)


@tariffs_commands.command("load")
def load() -> None:
    """Copie les tarifs du contenu dans la base. Peut se répéter."""
    session = db.session()
    done = load_tariffs(session, tariffs().catalogue, clock.now())
    session.commit()
    click.echo(
        f"{done.added} ajoutés, {done.changed} modifiés, {done.withdrawn} retirés, "
        f"{done.unchanged} inchangés"
    )


@tariffs_commands.command("find")
@click.option("--date", "day", help="Date de la réquisition et de la prestation.")
@click.option("--category", default="", help="Catégorie de prestataires.")
@click.option("--text", default="", help="Texte de référence (A43-7…).")
@click.option("--query", "free_words", default="", help="Mots libres, code ou article.")
@click.option("--json", "as_json", is_flag=True, help="En JSON.")
def find(day: str | None, category: str, text: str, free_words: str, as_json: bool) -> None:
    """Cherche des tarifs."""
    known = tariffs()
    try:
        asked = day_of(day) if day else None
        query = Query(
            text=text_named(known.catalogue, text),
            category=category_named(known.catalogue, category),
            days=days_of(asked, asked),
            words=free_words,
        )
    except (DomainError, Unreadable) as refused:
        refuse(refused)
    found = known.finder.find(query)
    data = rows_as_data(known.catalogue, found.rows, asked)
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for row in data:
        click.echo("\t".join(str(row[name] or "") for name in ("id", "amount", "formula", "unit")))


@tariffs_commands.command("interpreting")
@click.option("--ordered", required=True, help="Date de la réquisition : 2019-05-20.")
@click.option("--start", required=True, help="Début, heure de Paris : 2019-06-01T22:00.")
@click.option("--end", required=True, help="Fin, heure de Paris.")
@click.option("--option", type=click.Choice(["yes", "no"]), help="Droit d'option exercé.")
@click.option("--alsace-moselle", is_flag=True, help="Compte les deux jours fériés locaux.")
@click.option("--json", "as_json", is_flag=True, help="En JSON.")
def interpreting(
    ordered: str, start: str, end: str, option: str | None, alsace_moselle: bool, as_json: bool
) -> None:
    """Calcule une mission d'interprétation."""
    try:
        mission = interpret(
            tariffs().catalogue,
            day_of(ordered),
            moment(start),
            moment(end),
            OPTIONS[option],
            alsace_moselle,
        )
    except (DomainError, Unreadable) as refused:
        refuse(refused)
    data = {"total": str(mission.total), "lines": [line_as_data(line) for line in mission.lines]}
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for line in mission.lines:
        click.echo(f"{line.start} {line.end} {line.hours} × {line.rate.euros} = {line.amount}")
    click.echo(f"Total {mission.total}")


def day_of(text: str) -> date:
    """A day, as people write it. Raises Unreadable, WrongDate."""
    day = read_day(text)
    check_day(day, clock.today())
    return day


def moment(text: str) -> datetime:
    """A local French time, or a time with its offset; stops with 2 when it is neither."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        refuse(f"« {text} » n’est pas une date et une heure : écrivez 2019-06-01T22:00.")


def line_as_data(line: Line) -> dict[str, object]:
    """A line: `rate` is euros an hour with supplements, `tariff` the base row."""
    return {
        "from": line.start.isoformat(timespec="minutes"),
        "to": line.end.isoformat(timespec="minutes"),
        "rate": str(line.rate.euros),
        "amount": str(line.amount),
        "tariff": line.rate.tariff.id,
        "supplements": [row.id for row in line.rate.supplements],
    }


@tariffs_commands.command("reports")
@click.option("--handled", type=int, multiple=True, help="Numéro d'une erreur traitée.")
def reports(handled: tuple[int, ...]) -> None:
    """Liste les erreurs signalées et pas encore traitées, sans celles que --handled nomme."""
    try:
        for number in handled:
            handle_report(db.session(), number, clock.now())
    except DomainError as refused:
        refuse(refused)
    db.session.commit()
    waiting = open_reports(db.session())
    for report in waiting:
        click.echo(f"{report.id}\t{report.reported_at:%Y-%m-%d}\t{report.period_id or '-'}")
        click.echo(f"  {report.message}")
        if report.source:
            click.echo(f"  {report.source}")
    click.echo(f"{len(waiting)} à traiter")


@tariffs_commands.command("merge")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--words", type=FOLDER_OPTION, required=True, help="Nos libellés et nos lettres.")
@click.option("--content", type=FOLDER_OPTION, help="Les tarifs à mettre à jour.")
@click.option("--account", type=click.Path(path_type=Path), help="Où écrire le compte rendu.")
@click.option("--write", "writes", is_flag=True, help="Écrit ; sans cela, montre seulement.")
def merge_folder(
    folder: Path, words: Path, content: Path | None, account: Path | None, writes: bool
) -> None:
    """Reprend un dossier de changements : ce qui finit, commence, est confirmé, contredit.

    FOLDER tient changes.csv, verified.csv, parametres-new.csv et versions-new.csv. N'écrit rien
    sans --write ; rien non plus tant qu'une ligne contredit nos données ou ne peut être reprise.
    """
    content = content or current.site().directory / TARIFFS
    try:
        merged = merging.merge(content, folder, words)
    except (OSError, BrokenTariffError) as fault:
        refuse(fault)
    for one in merged.outcomes:
        click.echo(f"{one.kind}\t{one.source_id}\t{one.ours or '-'}\t{one.said}")
    for kind, count in Counter(one.kind for one in merged.outcomes).most_common():
        click.echo(f"{count} {kind}")
    if account is not None:
        account.write_text(merging.csv_text(map(asdict, merged.outcomes)), encoding="utf-8")
    if merged.blocked:
        sys.exit(1)
    if writes:
        merging.write(merged, content)


@tariffs_commands.command("review")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def review_texts(path: Path) -> None:
    """Compare des textes d'articles aux tarifs en vigueur ; dit quoi relire, ne change rien.

    PATH est un dossier, avec un fichier de texte par article, nommé comme lui (a43-7.md,
    R122.txt, annexe-article-a43-6-2.md…), ou un JSON du code : une liste d'articles avec leur
    numéro, le début de leur version et leur texte. Finit par ce qui est déduit et reste à lire.
    """
    try:
        texts = reviewing.read_texts(path)
    except DomainError as fault:
        refuse(fault)
    found = list(reviewing.review(tariffs().catalogue, texts, whole_code=path.is_file()))
    for finding in found:
        click.echo(f"{finding.article}\t{finding.row or '-'}\t{finding.said}")
    deduced = sum(finding.kind == reviewing.DEDUCED for finding in found)
    click.echo(f"{len(found) - deduced} à relire au {clock.today().isoformat()}, {deduced} déduits")
