"""The `graphique` block: from its line and its CSV to a drawn figure."""

from markdown_it.token import Token

from communaute.editorial.chart_data import ChartData, read_chart
from communaute.editorial.charts import Chart, draw, table
from communaute.editorial.directives import Directive, refuse_headings, words_of
from communaute.editorial.draft import Draft, attribute, html
from communaute.editorial.typography import typography


_REQUIRED = {"fichier", "type", "titre", "axe"}
_KNOWN = {*_REQUIRED, "unite"}
_SHAPES = ("barres", "points")


def write_chart(draft: Draft, directive: Directive) -> list[Token]:
    """Return the figure: title, description, drawing, and the same data as a table."""
    inner = refuse_headings(draft, directive)
    arguments = directive.arguments(draft)
    data = _data(draft, directive, arguments) if _check(draft, directive, arguments) else None
    if data is None:
        return inner
    chart = Chart(
        name=draft.free_id("graphique"),
        title=typography(arguments["titre"]),
        description=typography(words_of(inner)),
        axis=typography(arguments["axe"]),
        unit=typography(arguments.get("unite", "")),
        shape=arguments["type"],
        data=data,
    )
    return _figure(draft, chart, inner)


def _figure(draft: Draft, chart: Chart, inner: list[Token]) -> list[Token]:
    draft.ids |= {f"{chart.name}-{part}" for part in ("titre", "desc", "donnees")}
    title = attribute(chart.title)
    start = (
        f'<figure class="chart" id="{chart.name}" role="group" aria-label="{title}">\n'
        f'<figcaption class="chart__caption">\n<p class="chart__title">{title}</p>\n'
    )
    end = f"</figcaption>\n{draw(chart)}{table(chart)}</figure>\n"
    return [html(start), *inner, html(end)]


def _check(draft: Draft, directive: Directive, arguments: dict[str, str]) -> bool:
    faults = [f"Le graphique veut « {name}=… »." for name in sorted(_REQUIRED - set(arguments))]
    for name in sorted(set(arguments) - _KNOWN):
        faults.append(f"Le graphique n’a pas d’argument « {name} » ({', '.join(sorted(_KNOWN))}).")
    if arguments.get("type", "barres") not in _SHAPES:
        faults.append(f"Le type de graphique est l’un de ces mots : {', '.join(_SHAPES)}.")
    if not words_of(directive.inner):
        faults.append("Décrivez dans le bloc ce que le graphique montre : une ou deux phrases.")
    for message in faults:
        draft.fault(directive.line, message)
    return not faults


def _data(draft: Draft, directive: Directive, arguments: dict[str, str]) -> ChartData | None:
    name = arguments["fichier"]
    media = draft.around.media.get(f"/media/{draft.kind}/{name}")
    if media is None or media.path.suffix != ".csv":
        draft.fault(directive.line, f"Le fichier {name} manque : mettez ce CSV à côté de la page.")
        return None
    try:
        return read_chart(media.path.read_bytes())
    except ValueError as error:
        draft.fault(directive.line, f"Le fichier {name} est à corriger : {error}.")
        return None
