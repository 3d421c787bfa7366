"""A small content folder that a test fills with the files it needs."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from communaute.editorial.checking import check
from communaute.editorial.content import Content
from communaute.editorial.faults import Fault
from communaute.editorial.loading import load
from communaute.web.tools import Tool


TODAY = date(2026, 11, 23)
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><path d="M0 0h9"/></svg>'
HEADER: dict[str, Any] = {
    "title": "Une page d'essai",
    "summary": "Ce que dit la page.",
    "publics": ["fournisseur"],
    "published": date(2026, 11, 1),
    "verified": date(2026, 11, 20),
}
# What a kind asks for besides, or does without.
OF_KIND: dict[str, dict[str, Any]] = {
    "glossaire": {"published": None, "publics": None},
    "statuts": {"sender": "Rien.", "recipient": "Rien.", "guide": "/guides/"},
}


def check_category(value: str) -> str:
    """Accept one category only, as a tool's own check would."""
    if value != "experts":
        raise ValueError(f"La catégorie « {value} » n’existe pas.")
    return value


TOOLS = {
    "verifier-siret": Tool(
        "verifier-siret", "Vérifier un SIRET", "siret.page", "Vérifie.", "un SIRET"
    ),
    "tarifs": Tool(
        "tarifs", "Les tarifs", "t.page", "Cherche.", arguments={"categorie": check_category}
    ),
    "interne": Tool("interne", "Interne", "i.page", "Pour nous.", public=False),
}


class Tree:
    """A content folder under construction."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def file(self, where: str, content: str | bytes) -> Path:
        """Write a file as it is."""
        path = self.root / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def page(
        self, where: str = "guides/essai.md", body: str = "Du texte.\n", **fields: Any
    ) -> Path:
        """Write a page whose header is right but for the fields given (None takes one away)."""
        kind = where.partition("/")[0]
        index = self.root / kind / "_index.md"
        if not index.exists():
            self.file(f"{kind}/_index.md", "---\ntitle: T\nsummary: S\norder: 1\n---\n")
        known = HEADER | OF_KIND.get(kind, {})
        header = {k: v for k, v in (known | fields).items() if v is not None}
        text = yaml.safe_dump(header, allow_unicode=True, sort_keys=False)
        return self.file(where, f"---\n{text}---\n{body}")

    def load(self, **options: Any) -> Content:
        """Read the folder as the application does."""
        return load(
            self.root, **{"tools": TOOLS, "insertions": {"conservation": "<p>x</p>"}, **options}
        )

    def html(self, body: str, where: str = "guides/essai.md", **fields: Any) -> str:
        """Return the HTML of a page with this body."""
        self.page(where, body, **fields)
        path, _, name = where.removesuffix(".md").rpartition("/")
        return self.load().pages[f"/{path}/{name}"].html

    def faults(self, known_urls: Callable[[str], bool] = lambda path: False) -> list[Fault]:
        """Check the folder on a fixed day."""
        return check(self.load(), known_urls=known_urls, today=TODAY)
