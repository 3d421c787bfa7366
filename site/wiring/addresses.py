"""Which addresses the site answers at without a content file: tools, feeds, tables."""

from flask import Flask, current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule


# What answers from a content file: these addresses exist only if the file does.
FROM_CONTENT = frozenset(
    f"content.{name}"
    for name in (
        "page",
        "root_page",
        "section",
        "section_feed",
        "page_changes",
        "as_markdown",
        "as_json",
        "term",
        "booklet_pdf",
        "booklet_epub",
        "media",
        "page_with_slash",
        "root_page_with_slash",
    )
)


def rule_at(path: str, app: Flask = current_app) -> Rule | None:
    """The rule that answers a GET at this path; None when none does, or another address is meant."""
    adapter = app.url_map.bind("localhost")
    try:
        rule, _arguments = adapter.match(path.partition("?")[0], method="GET", return_rule=True)
    except HTTPException:
        return None
    return rule


def is_an_address(path: str) -> bool:
    """Whether the site answers at this path without a content file (tools, feeds…)."""
    rule = rule_at(path)
    return rule is not None and rule.endpoint not in FROM_CONTENT
