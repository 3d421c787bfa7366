"""What each directive becomes: callouts, « depuis », procedures, tools, blocks of the site."""

from markdown_it.token import Token

from communaute.editorial.charts import write_chart
from communaute.editorial.directives import (
    OPEN,
    Directive,
    Writer,
    expand,
    refuse_headings,
)
from communaute.editorial.draft import Draft, attribute, html
from communaute.editorial.headings import heading
from communaute.editorial.screens import write_other_screens, write_screen
from communaute.french.folding import slugify
from communaute.french.typography import typeset


def _keep(draft: Draft, directive: Directive) -> list[Token]:
    """What a callout highlights."""
    inner = expand(draft, refuse_headings(draft, directive), WRITERS)
    title = '<p class="fr-callout__title">À retenir</p>'
    return [
        html(f'<div class="fr-callout">\n{title}\n<div class="fr-callout__text">\n'),
        *inner,
        html("</div>\n</div>\n"),
    ]


def _warn(draft: Draft, directive: Directive) -> list[Token]:
    inner = expand(draft, refuse_headings(draft, directive), WRITERS)
    title = '<p class="fr-alert__title">Attention</p>'
    return [html(f'<div class="fr-alert fr-alert--warning">\n{title}\n'), *inner, html("</div>\n")]


def _since(draft: Draft, directive: Directive) -> list[Token]:
    anchor = draft.free_id("ce-qui-a-change-depuis")
    level = max(draft.level, 2)
    draft.level = draft.written_level = level
    title = heading(level, "Ce qui a changé depuis", anchor)
    inner = expand(draft, directive.inner, WRITERS)
    start = html(f'<section class="since" aria-labelledby="{anchor}">\n', enter=True)
    return [start, *title, *inner, html("</section>\n", leave=True)]


def _procedure(draft: Draft, directive: Directive) -> list[Token]:
    draft.procedures += 1
    before, written = draft.level, draft.written_level
    level = max(before, 2)
    title: list[Token] = []
    label = ' aria-label="Démarche pas à pas"'
    if directive.rest:
        anchor = draft.free_id(slugify(directive.rest))
        title = heading(level, directive.rest, anchor)
        label = f' aria-labelledby="{anchor}"'
    steps = _steps(draft, directive, level + 1 if directive.rest or before > 1 else 2)
    draft.level, draft.written_level = level if directive.rest else before, written
    start = html(f'<section class="procedure"{label}>\n', enter=True)
    opening, closing = (
        html('<ol class="procedure__steps" role="list">\n'),
        html("</ol>\n</section>\n", leave=True),
    )
    return [start, *title, opening, *steps, closing]


def _steps(draft: Draft, directive: Directive, level: int) -> list[Token]:
    total = sum(
        t.type == OPEN and t.info.split()[0] == "etape" and t.level == _top(directive)
        for t in directive.inner
    )
    number = 0

    def write_step(draft: Draft, step: Directive) -> list[Token]:
        nonlocal number
        number += 1
        return _step(draft, step, number, total, level)

    if not total:
        draft.fault(directive.line, "Cette démarche n’a pas d’étape : ajoutez « ::: etape Titre ».")
    return expand(draft, directive.inner, {**WRITERS, "etape": write_step})


def _top(directive: Directive) -> int:
    return min((token.level for token in directive.inner), default=0)


def _step(draft: Draft, step: Directive, number: int, total: int, level: int) -> list[Token]:
    if not step.rest:
        draft.fault(
            step.line, "Donnez un titre à l’étape, sur la même ligne : « ::: etape Titre »."
        )
    first = draft.procedures == 1
    anchor = draft.free_id(
        f"etape-{number}" if first else f"demarche-{draft.procedures}-etape-{number}"
    )
    title = heading(level, step.rest or f"Étape {number}", anchor, own_id=False)
    count = f'<span class="procedure__count">Étape {number} sur {total}</span> '
    title[1].children = [Token("html_inline", "", 0, content=count), *(title[1].children or [])]
    draft.level = level
    inner = expand(draft, refuse_headings(draft, step), WRITERS)
    return [html(f'<li id="{anchor}" class="procedure__step">\n'), *title, *inner, html("</li>\n")]


def _stray_step(draft: Draft, step: Directive) -> list[Token]:
    draft.fault(
        step.line, "Une étape se met dans une démarche : ouvrez « :::: demarche Titre » avant."
    )
    return expand(draft, refuse_headings(draft, step), WRITERS)


def _tool(draft: Draft, directive: Directive) -> list[Token]:
    name, _, rest = directive.rest.partition(" ")
    typed = Directive(directive.name, rest, directive.line, []).arguments(draft)
    inner = expand(draft, refuse_headings(draft, directive), WRITERS)
    tool = draft.around.tools.get(name)
    if tool is None:
        known = ", ".join(sorted(draft.around.tools)) or "aucun pour l’instant"
        draft.fault(directive.line, f"L’outil « {name} » n’existe pas (outils : {known}).")
        return inner
    try:
        arguments = tool.accept(typed)
    except ValueError as error:
        draft.fault(directive.line, str(error))
        arguments = {}
    draft.tools.append(name)
    return _tool_frame(draft, tool.title, draft.around.address_of(tool, arguments), inner)


def _tool_frame(draft: Draft, title: str, url: str, inner: list[Token]) -> list[Token]:
    anchor = draft.free_id("outil")
    body = f"{anchor}-contenu"
    draft.ids.add(body)
    href = attribute(url)
    fragment = attribute(f"{url}{'&' if '?' in url else '?'}fragment=1")
    frame = (
        f'<div class="tool-frame__body" id="{body}" hx-get="{fragment}" hx-trigger="intersect once" '
        f'hx-swap="innerHTML" hx-target="#{body}">\n'
        f'<p><a class="fr-link" href="{href}">{attribute(typeset(f"{title} : ouvrir en pleine page"))}'
        "</a></p>\n"
        "</div>\n</section>\n"
    )
    title_tokens = heading(max(draft.level + 1, 2), title, anchor, quiet=True)
    start = html(f'<section class="tool-frame" aria-labelledby="{anchor}">\n')
    return [start, *title_tokens, *inner, html(frame)]


def _insertion(draft: Draft, directive: Directive) -> list[Token]:
    given = draft.around.insertions
    inner = expand(draft, refuse_headings(draft, directive), WRITERS)
    if directive.rest not in given:
        known = ", ".join(sorted(given)) or "aucune pour l’instant"
        message = f"Les données « {directive.rest} » n’existent pas (données : {known})."
        draft.fault(directive.line, message)
        return inner
    return [*inner, html(f'<div class="site-data">\n{given[directive.rest]}\n</div>\n')]


WRITERS: dict[str, Writer] = {
    "retenir": _keep,
    "attention": _warn,
    "depuis": _since,
    "demarche": _procedure,
    "etape": _stray_step,
    "outil": _tool,
    "donnees": _insertion,
    "graphique": write_chart,
    "ecran": write_screen,
    "autres-ecrans": write_other_screens,
}
