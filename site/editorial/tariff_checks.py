"""What is wrong in the data of content/tarifs: file, line, what to do."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from typing import TypeVar

from communaute.editorial import tariffs
from communaute.editorial.tariffs import Parameter, TariffRow


TariffFault = tuple[Path, int, str]

ROWS, PARAMETERS, CATEGORIES, ARTICLES, DEDUCTIONS = (
    *("tarifs.csv", "parametres.csv"),
    *("categories.csv", "articles.csv", "deductions.csv"),
)
# A deduction about all the data.
EVERYTHING = "*"
SOURCE = re.compile(r"https://\S+|[\w.-]+/[\w.-]+@[0-9a-f]{40}:\S+")
# The words of a formula that are not letters or quantities.
WORDS = {"si", "sinon"}
# The tariff to which a surcharge or a reduction applies.
BASE = "base"
NAME = re.compile(r"[^\W\d_]+")
DAY = timedelta(days=1)

T = TypeVar("T")


def check_tariffs(directory: Path) -> list[TariffFault]:
    """Return what is wrong in the CSV files of `directory`, by file and line.

    A line that cannot be read hides no other.
    """
    faults: list[TariffFault] = []
    rows = [row for _, row in _readable(directory / ROWS, tariffs.row_of, faults)]
    letters = _readable(directory / PARAMETERS, tariffs.parameter_of, faults)
    parameters = [entry for _, entry in letters]
    known = {
        column: {cells.get(column, "") for _, cells in _lines(directory / name, faults)}
        for column, name in (("category", CATEGORIES), ("article", ARTICLES))
    }
    path = directory / ROWS
    faults += [(path, line, said) for line, said in _row_faults(rows, known)]
    faults += [(path, line, said) for line, said in _series_faults(rows)]
    faults += [(path, line, said) for line, said in _formula_faults(rows, parameters)]
    subjects = {row.id for row in rows} | {entry.name for entry in parameters} | {EVERYTHING}
    path = directory / DEDUCTIONS
    faults += [
        (path, line, f"« {name} » n’est ni un tarif ni une lettre.")
        for line, deduction in _readable(path, tariffs.deduction_of, faults)
        for name in deduction.subjects
        if name not in subjects
    ]
    return sorted(faults)


def _readable(
    path: Path, build: Callable[[Mapping[str, str], int], T], faults: list[TariffFault]
) -> list[tuple[int, T]]:
    built = []
    for line, cells in _lines(path, faults):
        try:
            built.append((line, build(cells, line)))
        except tariffs.BrokenTariffError as fault:
            faults.append((path, line, str(fault)))
        except KeyError as name:
            faults.append((path, line, f"La colonne {name} manque dans l’en-tête."))
    return built


def _lines(path: Path, faults: list[TariffFault]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        yield from tariffs.lines_of(path)
    except (tariffs.BrokenTariffError, OSError) as fault:
        faults.append((path, 1, f"Le fichier ne se lit pas : {fault}"))


def _row_faults(
    rows: Sequence[TariffRow], known: Mapping[str, set[str]]
) -> Iterator[tuple[int, str]]:
    seen: dict[str, int] = {}
    series = {row.series for row in rows}
    for row in rows:
        for identity in filter(None, (row.id, f"source {row.source_id}" if row.source_id else "")):
            if identity in seen:
                yield row.line, f"« {identity} » sert déjà à la ligne {seen[identity]}."
            seen[identity] = row.line
        yield from ((row.line, said) for said in _own_faults(row, known, series))


def _own_faults(row: TariffRow, known: Mapping[str, set[str]], series: set[str]) -> Iterator[str]:
    if row.id.rpartition("-")[2] != (f"{row.valid_from:%Y%m%d}" if row.valid_from else "0000"):
        yield "L’identifiant ne finit pas par la date de début (0000 si elle est inconnue)."
    if row.valid_from and row.valid_until and row.valid_until < row.valid_from:
        yield "La fin est avant le début."
    if row.category not in known["category"]:
        yield f"La catégorie « {row.category} » n’est pas dans {CATEGORIES}."
    for article in row.articles:
        if article not in known["article"]:
            yield f"L’article « {article} » n’est pas dans {ARTICLES}."
    if row.follows and row.follows not in series:
        yield f"« follows » nomme « {row.follows} », qui n’existe pas."
    for base in row.bases:
        if base not in series:
            yield f"« bases » nomme « {base} », qui n’existe pas."
    if bool(row.bases) != (BASE in NAME.findall(row.formula)):
        yield f"Une formule sur « {BASE} » nomme ses tarifs de base dans « bases », et elle seule."
    yield from _figure_faults(row)


def _figure_faults(row: TariffRow) -> Iterator[str]:
    if row.amount is None and not row.formula:
        yield "Ni montant ni formule : donnez l’un des deux, ou la formule « sur devis »."
    if row.amount is not None and row.amount <= 0:
        yield "Un montant est toujours positif."
    if not SOURCE.fullmatch(row.source):
        yield "Un chiffre sans source : donnez une adresse https ou dépôt@version:chemin."
    if not row.date_basis_source:
        yield "Dites d’où vient la date à retenir, ou qu'elle n’a pas été lue."
    for name in ("category", "articles", "text", "service", "unit"):
        if not getattr(row, name):
            yield f"« {name} » est vide."


def _series_faults(rows: Iterable[TariffRow]) -> Iterator[tuple[int, str]]:
    ordered = sorted(rows, key=lambda row: (row.series, row.valid_until or date.max, row.line))
    for _, group in groupby(ordered, key=lambda row: row.series):
        for before, after in pairwise(group):
            said = _between(before, after)
            if said:
                yield after.line, said


def _between(before: TariffRow, after: TariffRow) -> str | None:
    """Say what is wrong between two periods of a series that follow each other."""
    if before.valid_until is None:
        return f"Deux périodes sans fin pour « {before.series} » (ligne {before.line})."
    if after.valid_from is not None and after.valid_from <= before.valid_until:
        return f"Cette période recouvre celle de la ligne {before.line}."
    if after.valid_from != before.valid_until + DAY and not after.gap:
        return f"Un trou depuis la ligne {before.line} : expliquez-le dans « gap »."
    return None


def _formula_faults(
    rows: Iterable[TariffRow], parameters: Sequence[Parameter]
) -> Iterator[tuple[int, str]]:
    for row in rows:
        if row.formula in ("", tariffs.ON_QUOTE):
            continue
        for name in sorted(set(NAME.findall(row.formula)) - WORDS):
            entries = [entry for entry in parameters if entry.name == name]
            if not entries:
                yield row.line, f"La formule emploie « {name} », absent de {PARAMETERS}."
            elif missing := _first_day_outside(row, entries):
                yield (
                    row.line,
                    f"« {name} » n’a ni valeur ni mention « unknown » le {missing.isoformat()} : "
                    f"complétez {PARAMETERS}.",
                )


def _first_day_outside(row: TariffRow, entries: Sequence[Parameter]) -> date | None:
    """Return the first day of the row that no entry covers; None when all are covered."""
    day = row.valid_from or date.min
    for entry in sorted(entries, key=lambda entry: entry.valid_from or date.min):
        if (entry.valid_from or date.min) > day:
            return day
        if entry.valid_until is None:
            return None
        day = max(day, entry.valid_until + DAY)
    return day if day <= (row.valid_until or date.max) else None
