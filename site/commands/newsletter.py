"""`flask newsletter`: check a letter, send it, for whoever runs the site."""

import csv
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.newsletter import lists, sending
from communaute.domain.newsletter.lists import Taken
from communaute.editorial.pages import Page
from communaute.editorial.preflight import Finding, blocks
from communaute.extensions import db
from communaute.french.dates import PARIS
from communaute.french.typography import typeset
from communaute.models.newsletter import Sending
from communaute.wiring import current, letter_desk


newsletter_commands = AppGroup("newsletter", help="Newsletter par courriel.")
MARKS = {"blocks": "BLOQUE", "warns": "à regarder"}


def page_of(issue: str) -> Page:
    """The page of a letter: an issue's name, `kind/name`, or an address. Raises UsageError."""
    url = f"/{issue.strip('/')}" if "/" in issue.strip("/") else f"/newsletter/{issue.strip('/')}"
    found = current.content().page(url)
    if found is None or not found.publics:
        raise click.UsageError(f"Aucune page à envoyer à l’adresse {url}.")
    return found


def say(page: Page, found: list[Finding]) -> None:
    """One line a finding: file, line, level, what, remedy."""
    for one in found:
        said = typeset(f"{one.what} {one.remedy}")
        click.echo(f"{page.source_path}:{one.line}: {MARKS[one.level]} : {said}")


@newsletter_commands.command("check")
@click.argument("issue")
def check(issue: str) -> None:
    """Contrôle ISSUE avant son envoi. Sort avec 1 si quelque chose le bloque."""
    page = page_of(issue)
    with current_app.test_request_context():
        found = letter_desk.preflight_of(page)
    say(page, found)
    if blocks(found):
        sys.exit(1)
    click.echo("Rien ne bloque l’envoi.")


@newsletter_commands.command("send")
@click.argument("issue")
@click.option("--at", "hour", type=click.DateTime(["%Y-%m-%dT%H:%M"]), help="Heure de Paris.")
def send(issue: str, hour: datetime | None) -> None:
    """Demande l'envoi de ISSUE, puis prépare ce qui est dû. Peut se répéter, et s'interrompre."""
    page = page_of(issue)
    with current_app.test_request_context():
        found = letter_desk.preflight_of(page)
        made = letter_desk.letter_of_page(page)
    say(page, found)
    if blocks(found):
        raise click.ClickException("Corrigez d’abord ce qui bloque.")
    due = hour.replace(tzinfo=PARIS) if hour else clock.now()
    number = sending.ask(letter_desk.context(), made, due=due).id
    db.session.commit()
    letter_desk.run_due()
    asked = db.session.get_one(Sending, number)
    counts = sending.counts(db.session(), asked, clock.today())
    for name, count in zip(("sent", "refused", "uncertain", "not yet"), counts, strict=False):
        click.echo(f"{name}: {count}")


@newsletter_commands.command("announce")
def announce() -> None:
    """Demande l'envoi des articles parus depuis la dernière fois, un à un. Peut se répéter."""
    for outcome, count in letter_desk.announce().items():
        click.echo(f"{outcome}: {count}")


@newsletter_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def take_over(file: Path) -> None:
    """Abonne les personnes de FILE, un CSV : courriel, consentement (daté), themes, rythme.

    Écrit chaque refus avec son numéro de ligne et sa raison, puis compte. Peut se répéter.
    """
    counts: Counter[Taken] = Counter()
    try:
        text = file.read_text(encoding="utf-8-sig")
        for line in lists.take_over(letter_desk.context(), text):
            counts[line.taken] += 1
            if line.taken is Taken.REFUSED:
                click.echo(f"ligne {line.number}: {typeset(line.reason)}", err=True)
    except UnicodeDecodeError:
        raise click.ClickException("Ce fichier n’est pas en UTF-8 : réenregistrez-le.") from None
    except (DomainError, csv.Error) as refused:
        raise click.ClickException(typeset(str(refused))) from None
    click.echo(", ".join(f"{taken.value}: {counts[taken]}" for taken in Taken))


@newsletter_commands.command("export")
def give_out() -> None:
    """Écrit les abonnés en CSV sur la sortie : des données personnelles, à garder comme telles."""
    csv.writer(sys.stdout).writerows(lists.give_out(db.session()))
