"""A folder of changes carried over into content/tarifs: what ends, begins, is confirmed, contradicts.

The folder holds changes.csv, verified.csv, parametres-new.csv and versions-new.csv, in the words of
whoever read the law. A second folder, ours, holds libelles.csv (our labels and conditions, by the
row's id there) and parametres.csv (which of our letters each value is, or why it is left out).
Figures, dates and references are carried over; sentences of the texts never are.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from communaute.editorial.tariffs import lines_of


Cells = dict[str, str]

BEGINS, REPLACES, SOURCED, CONFIRMED = "commence", "remplace", "précise", "confirme"
KNOWN, LEFT_OUT, CONTRADICTED, REFUSED = "déjà repris", "non repris", "contredit", "refuse"
BLOCKING = frozenset({CONTRADICTED, REFUSED})
COMMIT = re.compile(r"[0-9a-f]{40}")
REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}:\S+")
FORGES = ("github.com", "raw.githubusercontent.com", "gitlab.com", "codeberg.org")
# « (A43-10, version du 2008-09-12) » after an address, « (UV = 3 €) » after a formula.
ASIDE = re.compile(r" \([^)]*\)$")
CONFIDENCES = {"lu": "read", "secondaire": "secondary"}
# What our labels file may say of a row; an empty cell keeps what the row it continues says.
WORDS = (
    *("category", "articles", "text", "service", "code", "nature", "unit", "formula"),
    *("conditions", "on_top", "excludes", "follows", "date_basis", "date_basis_source"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one line of the folder: `file` and `source_id` name it, `ours` our id."""

    file: str
    source_id: str
    kind: str
    ours: str
    said: str


@dataclass(slots=True)
class Merge:
    """The content as it would be, and one outcome for each line of the folder."""

    tables: dict[str, list[Cells]]
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def blocked(self) -> bool:
        """Whether a line contradicts what we hold or cannot be taken: nothing may be written."""
        return any(outcome.kind in BLOCKING for outcome in self.outcomes)


# What a line becomes: the kind, our id, a sentence.
Taken = tuple[str, str, str]
Take = Callable[[Merge, Cells, Mapping[str, Cells]], Taken]


class _Wrong(Exception):
    """A line that is not taken: its arguments are the kind of outcome and the sentence."""


def merge(content: Path, folder: Path, words: Path) -> Merge:
    """Return what carrying `folder` over into `content` would do; writes nothing.

    Raises OSError or BrokenTariffError when a file is missing or cannot be read.
    """
    names = ("tarifs.csv", "parametres.csv", "versions.csv")
    merged = Merge({name: [cells for _, cells in lines_of(content / name)] for name in names})
    labels = {cells["source_id"]: cells for _, cells in lines_of(words / "libelles.csv")}
    letters = {cells["source"]: cells for _, cells in lines_of(words / "parametres.csv")}
    for name, take, known in (
        ("changes.csv", _take_change, labels),
        ("verified.csv", _take_check, labels),
        ("parametres-new.csv", _take_parameter, letters),
        ("versions-new.csv", _take_version, letters),
    ):
        for _, cells in lines_of(folder / name):
            try:
                taken = take(merged, cells, known)
            except _Wrong as wrong:
                taken = wrong.args[0], "", wrong.args[1]
            merged.outcomes.append(Outcome(name, next(iter(cells.values())), *taken))
    return merged


def _take_change(merged: Merge, cells: Cells, labels: Mapping[str, Cells]) -> Taken:
    """A tariff that begins, takes the place of another, or gets a better source."""
    rows = merged.tables["tarifs.csv"]
    by_source = {row["source_id"]: row for row in rows}
    amount = str(_number(cells["montant"])) if cells["montant"] else ""
    formula = ASIDE.sub("", cells["formule"])
    if not amount and not formula:
        raise _Wrong(REFUSED, "ni montant ni formule")
    if (held := by_source.get(cells["id"])) is not None:
        _same(held, amount, formula, cells["id"])
        return KNOWN, held["id"], ""
    if (label := labels.get(cells["id"])) is None:
        raise _Wrong(REFUSED, "ajoutez nos mots pour cette ligne dans libelles.csv")
    before = by_source.get(cells["remplace"])
    if before is None and cells["remplace"]:
        raise _Wrong(REFUSED, f"remplace « {cells['remplace']} », que nous n’avons pas")
    new = _row(cells, label, before or dict.fromkeys(rows[0], ""), amount, formula)
    if before is not None and before["valid_from"] == new["valid_from"]:
        _same(before, amount, formula, before["id"])
        before.update(new)
        return SOURCED, before["id"], f"remplace la source de {cells['remplace']}"
    said = _end(rows, before, new) if before is not None else ""
    last = new["valid_until"] or date.max.isoformat()
    for row in rows:
        end = row["valid_until"] or date.max.isoformat()
        if _series(row) == _series(new) and row["valid_from"] <= last and new["valid_from"] <= end:
            raise _Wrong(REFUSED, f"recouvre {row['id']}")
    # After the rows of its series, else after those of its category.
    own = [place for place, row in enumerate(rows) if _series(row) == _series(new)]
    near = own or [n for n, row in enumerate(rows) if row["category"] == new["category"]]
    rows.insert(near[-1] + 1 if near else len(rows), new)
    return (REPLACES if before is not None else BEGINS), new["id"], said


def _same(held: Cells, amount: str, formula: str, name: str) -> None:
    """Refuse figures that are not those of the row we hold for the same period."""
    if amount and held["amount"] and Decimal(amount) == Decimal(held["amount"]):
        return
    if not amount and formula == held["formula"]:
        return
    ours = held["amount"] or held["formula"]
    raise _Wrong(CONTRADICTED, f"{amount or formula} ; nous avons {ours} pour {name}")


def _row(cells: Cells, label: Cells, before: Cells, amount: str, formula: str) -> Cells:
    """Our row: our words, its figures, dates and source; what our words leave out is kept."""
    row = before | {name: label[name] for name in WORDS if label[name]}
    if not (series := label["series"] or _series(before)):
        raise _Wrong(REFUSED, "donnez la série de cette ligne dans libelles.csv")
    if not cells["valide_du"] and before["id"]:
        raise _Wrong(REFUSED, f"remplace {before['id']} sans date de début")
    row.update(
        id=f"{series}-{cells['valide_du'].replace('-', '') or '0000'}",
        source_id=cells["id"],
        amount=amount,
        formula=label["formula"] or formula,
        valid_from=_day(cells["valide_du"]),
        valid_until=_day(cells["valide_au"]),
        gap="",
        confidence=_confidence(cells),
        verified_on=_day(cells["verifie_au"]),
        source=_source(cells["source"]),
        verified_in="",
    )
    return row


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise _Wrong(REFUSED, f"« {text} » n’est pas une date comme 2026-05-01") from None


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise _Wrong(REFUSED, f"« {text} » n’est pas un nombre")
    return number


def _confidence(cells: Cells) -> str:
    if cells["confiance"] not in CONFIDENCES:
        raise _Wrong(REFUSED, f"« {cells['confiance']} » n’est ni « lu » ni « secondaire »")
    return CONFIDENCES[cells["confiance"]]


def _source(text: str) -> str:
    """A source that anybody can read again: an address, or a repository at one commit."""
    source = ASIDE.sub("", text)
    moving = any(forge in source for forge in FORGES) and not COMMIT.search(source)
    if REPOSITORY.fullmatch(source) or (source.startswith("https://") and not moving):
        return source
    raise _Wrong(REFUSED, f"source sans version fixe : « {source} »")


def _end(rows: list[Cells], before: Cells, new: Cells) -> str:
    """Give the row before its last day; a row ends once."""
    last = (date.fromisoformat(new["valid_from"]) - timedelta(days=1)).isoformat()
    if before["valid_from"] > last:
        raise _Wrong(REFUSED, f"commence avant {before['id']}")
    if not before["valid_until"]:
        before["valid_until"] = last
        return f"{before['id']} finit le {last}"
    if before["valid_until"] == last:
        return f"{before['id']} finissait déjà le {last}"
    after = [row["id"] for row in rows if _series(row) == _series(before)][-1]
    raise _Wrong(REFUSED, f"{before['id']} finit déjà le {before['valid_until']} ({after})")


def _series(row: Cells) -> str:
    return row["id"].rpartition("-")[0]


def _take_check(merged: Merge, cells: Cells, _: Mapping[str, Cells]) -> Taken:
    """A tariff seen in force again, unchanged."""
    rows = merged.tables["tarifs.csv"]
    row = next((row for row in rows if row["source_id"] == cells["id"]), None)
    if row is None:
        raise _Wrong(REFUSED, "nous n’avons pas cette ligne")
    seen = _day(cells["verifie_au"])
    if row["valid_until"] and row["valid_until"] < seen:
        raise _Wrong(CONTRADICTED, f"{row['id']} a fini le {row['valid_until']}")
    source = _source(cells["source"])
    if row["verified_on"] >= seen:
        return KNOWN, row["id"], ""
    row.update(verified_on=seen, verified_in=source)
    return CONFIRMED, row["id"], f"vue en vigueur jusqu’au {seen}"


def _take_parameter(merged: Merge, cells: Cells, letters: Mapping[str, Cells]) -> Taken:
    """A letter's value: confirmed, new, or left out with its reason."""
    name, start = cells["parametre"], _day(cells["valide_du"])
    letter = letters.get(f"{name}@{start}") or letters.get(name)
    if letter is None:
        raise _Wrong(REFUSED, "dites dans parametres.csv quelle lettre c’est, ou pourquoi rien")
    if letter["why_not"]:
        return LEFT_OUT, "", letter["why_not"]
    ours, value = f"{letter['parameter']} {letter['territory']}".strip(), _number(cells["valeur"])
    if cells["unite"] == "%":  # our formulas multiply: an increase of 29 % is 1.29
        value = 1 + value / 100
    for held in merged.tables["parametres.csv"]:
        key = (held["parameter"], held["territory"], held["valid_from"])
        if key == (letter["parameter"], letter["territory"], start) and held["value"]:
            return _confirmed(held, cells, value, ours)
    first = next(p for p in merged.tables["parametres.csv"] if p["parameter"] == ours.split()[0])
    new = dict.fromkeys(first, "") | {name: first[name] for name in ("parameter", "label", "unit")}
    new |= {"kind": "dated", "value": str(value), "territory": letter["territory"]}
    new |= {"valid_from": start, "valid_until": _day(cells["valide_au"])}
    new |= {"confidence": _confidence(cells), "source": _source(cells["source"])}
    table = merged.tables["parametres.csv"]
    table.insert(table.index(first), new)
    return BEGINS, ours, str(value)


def _confirmed(held: Cells, cells: Cells, value: Decimal, ours: str) -> Taken:
    if Decimal(held["value"]) != value:
        raise _Wrong(CONTRADICTED, f"{value} ; nous avons {held['value']} pour {ours}")
    seen = re.search(r"(?:vérifiée?|écrite) au (\d\d)/(\d\d)/(\d{4})\)$", cells["libelle"])
    day = f"{seen[3]}-{seen[2]}-{seen[1]}" if seen else held["verified_on"]
    if day <= held["verified_on"]:
        return KNOWN, ours, ""
    held["verified_on"] = day
    return CONFIRMED, ours, f"vue en vigueur jusqu’au {day}"


def _take_version(merged: Merge, cells: Cells, _: Mapping[str, Cells]) -> Taken:
    """A wording of an article: the one before it ends the day before."""
    versions, article = merged.tables["versions.csv"], cells["article"]
    start, name = _day(cells["debut"]), f"{cells['article']} {cells['debut']}"
    own = [version for version in versions if version["article"] == article]
    if any(version["valid_from"] == start for version in own):
        return KNOWN, name, ""
    if any(version["valid_from"] > start for version in own):
        raise _Wrong(REFUSED, f"nous avons une rédaction d’{article} plus récente")
    said = ""
    for version in own:
        if not version["valid_until"]:
            version["valid_until"] = (date.fromisoformat(start) - timedelta(days=1)).isoformat()
            said = f"celle du {version['valid_from']} finit le {version['valid_until']}"
    new = {"article": article, "valid_from": start, "valid_until": _day(cells["fin"])}
    place = versions.index(own[-1]) + 1 if own else len(versions)
    versions.insert(place, new | {"source": _source(cells["source"])})
    return (REPLACES if own else BEGINS), name, said


def write(merged: Merge, content: Path) -> None:
    """Write the content as the merge makes it."""
    for name, lines in merged.tables.items():
        (content / name).write_text(csv_text(lines), encoding="utf-8")


def csv_text(lines: Iterable[Mapping[str, str]]) -> str:
    """Lines as a CSV file, as those of content/tarifs are."""
    kept, file = list(lines), io.StringIO(newline="")
    writer = csv.DictWriter(file, kept[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    return file.getvalue()
