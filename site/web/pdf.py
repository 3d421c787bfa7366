"""A page of HTML as an accessible PDF, which fetches nothing."""

import logging
import threading
from functools import cache
from pathlib import Path
from typing import Any


FONT_SCHEME = "font:"
FONTS = Path(__file__).resolve().parent.parent / "static" / "vendor" / "dsfr" / "fonts"
_warming = threading.Lock()


def render_pdf(html: str, css: str) -> bytes:
    """Give a tagged PDF (PDF/UA-1) of a page.

    The only addresses followed are `font:NAME` for a file of the vendor fonts; whatever else the
    page asks for is refused, so that a name found in a document cannot make it fetch anything.
    """
    # A second to import, with its fonts: not paid by commands nor by the verifier.
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fetcher, fonts = _fetcher(), FontConfiguration()
    sheet = CSS(string=css, url_fetcher=fetcher, font_config=fonts)
    document = HTML(string=html, base_url=None, url_fetcher=fetcher)
    written: bytes = document.write_pdf(
        stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1"
    )
    return written


def warm_up(css: str) -> None:
    """Make a first PDF in a thread, once a process, so that the first visitor does not wait for it.

    To be called when somebody is likely to ask for a PDF soon.
    """
    # The lock is never given back: it says that this process was warmed.
    if _warming.acquire(blocking=False):
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
