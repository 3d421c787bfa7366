"""Apply an htmx answer to a page as the browser would: page after a swap = page reloaded."""

from copy import copy

from bs4 import BeautifulSoup, Tag

from tests.pages import soup_of


def swap(
    page: BeautifulSoup, selector: str, fragment: str, how: str = "outerHTML"
) -> BeautifulSoup:
    """The page with the fragment in the place of what `selector` names.

    `how` is htmx's hx-swap: outerHTML or innerHTML.
    """
    swapped = copy(page)
    target = swapped.select_one(selector)
    assert isinstance(target, Tag), f"nothing on the page is {selector}"
    part = soup_of(fragment)
    name_window(swapped, part)
    body = part.body
    assert body is not None
    if how == "innerHTML":
        target.clear()
        target.extend(list(body.contents))
    else:
        target.replace_with(*list(body.contents))
    return swapped


def name_window(page: BeautifulSoup, part: BeautifulSoup) -> None:
    """Give the page the title that the fragment carries, as htmx does."""
    if part.title and page.title:
        page.title.string = part.title.extract().text


def main_text(page: BeautifulSoup) -> str:
    """The text of the main part, white space folded: what two pages are compared by."""
    main = page.find("main")
    assert isinstance(main, Tag)
    return " ".join(main.get_text(" ").split())
