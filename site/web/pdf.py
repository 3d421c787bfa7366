"""A page of HTML as an accessible PDF, which fetches nothing."""

import atexit
import logging
import threading
from functools import cache, lru_cache
from pathlib import Path
from typing import Any


FONT_SCHEME = "font:"
FONTS = Path(__file__).resolve().parent.parent / "static" / "vendor" / "dsfr" / "fonts"
_SHEETS = 8
# Pages are set one at a time: they share fonts, which no two threads may use at once.
_setting = threading.Lock()
_warmed: set[str] = set()


def render_pdf(html: str, css: str) -> bytes:
    """Give a tagged PDF (PDF/UA-1) of a page.

    The only addresses followed are `font:NAME` for a file of the vendor fonts; whatever else the
    page asks for is refused, so that a name found in a document cannot make it fetch anything.
    """
    with _setting:
        # A second to import, with its fonts: not paid by commands nor by the verifier.
        from weasyprint import HTML

        sheet, fonts = _prepared(css)
        document = HTML(string=html, base_url=None, url_fetcher=_fetcher())
        written: bytes = document.write_pdf(
            stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1"
        )
    return written


@lru_cache(_SHEETS)
def _prepared(css: str) -> tuple[Any, Any]:
    """Read a style sheet and unpack its fonts, once a process: as long as setting a page."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    return CSS(string=css, url_fetcher=_fetcher(), font_config=fonts), fonts


# Each keeps its fonts in a temporary folder, which goes away with it.
atexit.register(_prepared.cache_clear)


def warm_up(css: str) -> None:
    """Make a first PDF with a style in a thread, so that the first visitor does not wait for it.

    To be called when somebody is likely to ask for a PDF soon; does it once a process.
    """
    if css not in _warmed:
        _warmed.add(css)
        page = "<html lang=fr><title>a</title><h1>a</h1>"
        threading.Thread(target=render_pdf, args=(page, css), daemon=True).start()


@cache
def _fetcher() -> Any:  # noqa: ANN401 - WeasyPrint has no types
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    # It says with a warning what the fetcher refuses: nobody has to act on it.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)

    class VendorFonts(URLFetcher):
        """Gives vendor fonts and nothing else."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            return URLFetcherResponse(url, body=font(url), headers={"Content-Type": "font/woff2"})

    return VendorFonts()


def font(address: str) -> bytes:
    """The bytes of a vendor font by its address. Raises ValueError for any other address."""
    scheme, _, name = address.partition(":")
    known = {path.name: path for path in FONTS.glob("*.woff2")}
    if f"{scheme}:" != FONT_SCHEME or name not in known:
        raise ValueError("reports fetch nothing")
    return known[name].read_bytes()


# The style sheets of what is printed by web/pdf.py.

FOLDER = Path(__file__).resolve().parent.parent / "static" / "css"


def style(*names: str) -> str:
    """The style sheets of these names, one after the other."""
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)
