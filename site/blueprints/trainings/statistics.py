"""Figures by theme and month, as charts whose title says what they show."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.trainings import bp, words
from communaute.blueprints.trainings.month import Month
from communaute.blueprints.trainings.overview import HERE, organiser
from communaute.domain import clock
from communaute.domain.trainings import statistics as figures
from communaute.domain.trainings.statistics import MonthRow, SatisfactionRow, Statistics
from communaute.editorial.charts import MAX_LABEL, Chart, ChartData, Point, figure
from communaute.extensions import db
from communaute.french.numbers import number, plural
from communaute.french.typography import typeset


# A chart of one value says nothing that a sentence does not; past two years it cannot be read.
MOST_MONTHS = 24


@bp.get(f"{HERE}/statistiques")
@organiser
def statistics() -> ResponseReturnValue:
    """The figures, over the months asked for."""
    since, until = (key(request.args.get(name, "")) for name in ("depuis", "jusque"))
    found = figures.statistics(db.session(), since=since, until=until)
    return page(
        "trainings/statistics.html",
        found=found,
        charts=charts(found),
        totals=totals(found.months),
        since=since,
        until=until,
        words=words,
        month_name=month_name,
    )


def key(typed: str) -> str:
    """A month as 2026-11, or empty: an unreadable one narrows nothing."""
    month = Month.of(typed, clock.today()) if typed else None
    return month.key if month else ""


def month_name(month: str) -> str:
    """`novembre 2026`."""
    found = Month.of(month, clock.today())
    return found.name if found else month


def totals(rows: Sequence[MonthRow]) -> dict[str, int]:
    """What all rows sum to."""
    names = ("pairs", "capacity", "confirmed", "attended", "cancelled", "minutes")
    return {name: sum(getattr(row, name) for row in rows) for name in names}


def charts(found: Statistics) -> list[Markup]:
    """The figures that have something to show."""
    by_month, by_theme = summed(found.months, "month"), summed(found.months, "theme")
    made = [
        by_months(by_month),
        by_themes(by_theme),
        attendance_by_theme(found.months),
        satisfaction(found.satisfaction),
    ]
    return [chart for chart in made if chart]


def summed(rows: Sequence[MonthRow], name: str) -> dict[str, int]:
    """Confirmed places, by month or by theme, in the order of the rows."""
    sums: dict[str, int] = defaultdict(int)
    for row in rows:
        sums[getattr(row, name)] += row.confirmed
    return dict(sums)


def by_months(sums: Mapping[str, int]) -> Markup:
    """Confirmed places by month of the first session."""
    shown = dict(list(sums.items())[-MOST_MONTHS:])
    if not any(shown.values()):
        return Markup()
    best = max(shown, key=lambda month: shown[month])
    title = f"{month_name(best).capitalize()} est le mois le plus suivi : {plural(shown[best], 'inscrit')}"
    points = {month_name(month): str(count) for month, count in shown.items()}
    return drawn(
        "mois", title, "Places confirmées, par mois de la première séance.", "Mois", points
    )


def by_themes(sums: Mapping[str, int]) -> Markup:
    """Confirmed places by theme, the largest first."""
    shown = dict(sorted(sums.items(), key=lambda pair: -pair[1]))
    if not any(shown.values()):
        return Markup()
    best, total = next(iter(shown)), sum(shown.values())
    share = round(100 * shown[best] / total)
    counted = f"{plural(shown[best], 'inscrit')} sur {number(total)}"
    title = f"« {best} » réunit {share} % des inscrits ({counted})"
    points = {theme: str(count) for theme, count in shown.items()}
    return drawn("themes", title, "Places confirmées, par thème.", "Thème", points)


def attendance_by_theme(rows: Sequence[MonthRow]) -> Markup:
    """Of those who had a place, how many in a hundred came to every session, where it was noted."""
    noted = [row for row in rows if row.attended]
    confirmed = summed(noted, "theme")
    rates = {
        theme: round(100 * sum(row.attended for row in noted if row.theme == theme) / count)
        for theme, count in confirmed.items()
        if count
    }
    if not rates:
        return Markup()
    total = round(100 * sum(row.attended for row in noted) / sum(confirmed.values()))
    title = f"{total} % des inscrits sont venus à toutes les séances"
    points = {theme: str(rate) for theme, rate in sorted(rates.items(), key=lambda p: -p[1])}
    said = (
        "Part des inscrits venus à toutes les séances, par thème, là où les présences sont notées."
    )
    return drawn("presences", title, said, "Thème", points, "Présents", "%")


def satisfaction(rows: Sequence[SatisfactionRow]) -> Markup:
    """Means of the first question over 4, by theme."""
    known = {row.theme: row for row in rows if row.expectations is not None}
    if not known:
        return Markup()
    best = max(known.values(), key=lambda row: row.expectations or 0)
    mean = number(best.expectations or 0, 1)
    best_of_all = "répond le mieux aux attentes" if len(known) > 1 else "répond aux attentes"
    title = f"« {best.theme} » {best_of_all} : {mean} sur 4"
    points = {theme: f"{row.expectations:.1f}" for theme, row in known.items()}
    return drawn(
        "attentes",
        title,
        "Réponse moyenne à « la formation a-t-elle répondu à vos attentes ? », de 1 à 4.",
        "Thème",
        points,
        "Moyenne",
        "sur 4",
        "points",
    )


def drawn(
    name: str,
    title: str,
    description: str,
    head: str,
    points: Mapping[str, str],
    axis: str = "Places confirmées",
    unit: str = "",
    shape: str = "barres",
) -> Markup:
    """A chart and its table. `points` are values as typed, by label."""
    title, description = typeset(title), typeset(description)
    short = {at if len(at) <= MAX_LABEL else f"{at[: MAX_LABEL - 1]}…": points[at] for at in points}
    rows = tuple(Point(label, value) for label, value in short.items())
    chart = Chart(name, title, description, axis, unit, shape, ChartData(head, axis, rows))
    return Markup(figure(chart))  # noqa: S704  # it escapes what it is given
