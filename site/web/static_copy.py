"""A page as a file: links that lead from file to file, nothing that needs a server or a module.

The same files answer under a web server and from a disk: links are relative and name whole files,
and what was not copied leads to the site itself.
"""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from markupsafe import Markup


# What changes what a page shows, and is copied; any other question is the site's to answer.
KEPT_QUESTIONS = ("page", "parcours", "public")
SEARCH = "/recherche"
TAG = re.compile(r"<[a-z][^>]*>")
ADDRESS = re.compile(r'\s(href|src|action)="([^"]*)"')
HTMX = re.compile(r'\shx-[a-z-]+(?:="[^"]*"|=\'[^\']*\')?')
# Modules do not load from a disk, and nothing is left for htmx to do. JSON-LD is no script.
NEEDS_A_SERVER = re.compile(
    r'\s*<script (?:type="module"|src="[^"]*htmx[^"]*")[^>]*></script>'
    r'|\s*<link rel="search"[^>]*>|\s*<meta name="htmx-config"[^>]*>'
)
# Style and fonts, under a name of their own: they are not quite the bytes of the site.
STATIC, STYLE = "static/", "style/"
ICON = re.compile(r"url\([\"']?([^)\"':]+\.svg)[\"']?\)")
START_OF_MAIN = '<main id="contenu" tabindex="-1">'


def file_of(address: str) -> str:
    """The file of an address, from the folder of the copy: `guides/x.html`, `guides/index.page-2.html`."""
    asked = urlsplit(address)
    path = asked.path.lstrip("/")
    if path.startswith(STATIC):
        return STYLE + path.removeprefix(STATIC)
    folder, _, name = path.rpartition("/")
    if "." in name:
        return path
    said = [f"{key}-{value}" for key, value in sorted(parse_qsl(asked.query))]
    return posixpath.join(folder, ".".join([name or "index", *said, "html"]))


def style_of_copy(sheet: Path) -> str:
    """A style sheet as a copy needs it.

    What is meant for browsers without scripts always holds; icons are inside, because from a disk
    no page may use an image of another file as a mask.
    """

    def inside(match: re.Match[str]) -> str:
        icon = sheet.parent / match[1]
        if not icon.is_file():
            return match[0]
        return f'url("data:image/svg+xml,{quote(icon.read_text(encoding="utf-8"))}")'

    text = sheet.read_text(encoding="utf-8").replace("(scripting: none)", "all")
    return ICON.sub(inside, text)


def without_fragment(address: str) -> str:
    """The address of what is fetched, and copied."""
    return address.partition("#")[0]


def questions_are_kept(address: str) -> bool:
    """Whether a copy of this address can answer all that it asks."""
    asked = parse_qsl(urlsplit(address).query, keep_blank_values=True)
    return all(key in KEPT_QUESTIONS and value.isascii() for key, value in asked)


@dataclass(frozen=True)
class StaticCopy:
    """How pages become files. `live` is where the site itself is, without a slash at its end.

    `copied` says which addresses, without fragment, are in the copy. `notice` is a sentence placed
    at the top of each page, before a link to the same page on the site.
    """

    live: str
    copied: Callable[[str], bool]
    notice: str

    def links_of(self, page: str, address: str) -> list[str]:
        """The addresses in the copy that a page leads to or loads."""
        found = dict.fromkeys(
            without_fragment(_joined(address, match[2]))
            for match in ADDRESS.finditer(page)
            if not match[2].startswith("#")
        )
        return [one for one in found if self.copied(one)]

    def page(self, html: str, address: str, from_root: bool = False) -> str:
        """The page as its file holds it; `from_root` keeps links from the root, for an error page."""
        where = "" if from_root else posixpath.dirname(file_of(address))

        def led(match: re.Match[str]) -> str:
            return f' {match[1]}="{self._to(match[2], address, where, from_root)}"'

        def tag(match: re.Match[str]) -> str:
            return ADDRESS.sub(led, HTMX.sub("", match[0]))

        told = Markup('<p class="fr-container fr-hint-text fr-pt-2w">{} <a href="{}">{}</a></p>')
        line = told.format(self.notice, self.live + address, "Lire la page à jour")
        bare = NEEDS_A_SERVER.sub("", html)
        return TAG.sub(tag, bare).replace(START_OF_MAIN, f"{START_OF_MAIN}\n{line}", 1)

    def _to(self, given: str, address: str, where: str, from_root: bool) -> str:
        """Where a link leads from the copy."""
        whole = _joined(address, given)
        if not whole or given.startswith("#"):
            return given
        target, _, fragment = whole.partition("#")
        if urlsplit(target).path == SEARCH and not urlsplit(target).query:
            target = SEARCH
        elif not self.copied(target):
            return f"{self.live}{given if given.startswith('/') else whole}"
        path = file_of(target)
        to = f"/{path}" if from_root else posixpath.relpath(path, where or ".")
        return f"{to}#{fragment}" if fragment else to


def _joined(address: str, given: str) -> str:
    """The address on this site that a link names, "" when it leads elsewhere."""
    plain = given.replace("&amp;", "&")
    parts = urlsplit(plain)
    return "" if parts.scheme or parts.netloc else urljoin(address, plain)
