"""Which addresses the site answers at without a content file: tools, feeds, tables."""

from flask import current_app
from werkzeug.exceptions import HTTPException


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


def is_an_address(path: str) -> bool:
    """Whether the site answers at this path without a content file (tools, feeds…)."""
    adapter = current_app.url_map.bind("localhost")
    try:
        endpoint, _arguments = adapter.match(path.split("?")[0], method="GET")
    except HTTPException:
        return False
    return endpoint not in FROM_CONTENT
