"""How somebody acts on a page: by keyboard alone, by touch on a small phone, without a script."""

import re
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from playwright.sync_api import Locator

from tests.browser.axe import settle
from tests.browser.conftest import NARROW, WIDE, Visitor


Way = Literal["keyboard", "touch", "no-script"]
Name = str | re.Pattern[str]
MOST_TABS = 150
# A date or an hour has parts of its own in a browser, whose order is its language's.
IN_PARTS = ("date", "time", "datetime-local")


@dataclass(frozen=True)
class Hand:
    """One way to act. `context` is what its browser is made with."""

    way: Way
    context: dict[str, Any] = field(hash=False)
    by: Visitor | None = None

    def __repr__(self) -> str:
        return self.way

    def of(self, visitor: Visitor) -> "Hand":
        """The same way, by somebody who has a browser."""
        return replace(self, by=visitor)

    @property
    def visitor(self) -> Visitor:
        """Whose hand it is."""
        assert self.by is not None
        return self.by

    def press(self, role: Literal["link", "button"], name: Name, *, exact: bool = False) -> None:
        """A link or a button of the page's own part, by its name."""
        self.act(self.visitor.page.get_by_role("main").get_by_role(role, name=name, exact=exact))

    def act(self, target: Locator) -> None:
        """Press what is there."""
        target = target.first
        target.scroll_into_view_if_needed()
        if self.way == "touch":
            settle(self.visitor.page)
            target.tap()
        elif self.way == "keyboard":
            self.reach(target)
            self.visitor.page.keyboard.press("Enter")
        else:
            target.click()

    def write(self, label: Name, text: str) -> None:
        """Type in a field."""
        target = self.visitor.page.get_by_role("main").get_by_label(label).first
        if self.way != "keyboard":
            target.fill(text)
            return
        self.reach(target)
        if target.get_attribute("type") in IN_PARTS:
            target.fill(text)
        else:
            self.visitor.page.keyboard.press("Control+A")
            self.visitor.page.keyboard.type(text)

    def choose(self, label: str, *, first: str, downs: int) -> None:
        """One of several: by keyboard, from the first one down."""
        main = self.visitor.page.get_by_role("main")
        if self.way != "keyboard":
            main.get_by_text(label, exact=True).click()
            return
        self.reach(main.get_by_label(first, exact=True))
        for _ in range(downs):
            self.visitor.page.keyboard.press("ArrowDown")

    def tick(self, label: Name) -> None:
        """A box: its words hide it from a pointer, the space bar ticks it."""
        box = self.visitor.page.get_by_role("main").get_by_role("checkbox", name=label).first
        if self.way == "keyboard":
            self.reach(box)
            self.visitor.page.keyboard.press("Space")
            return
        self.act(self.visitor.page.locator(f"label[for='{box.get_attribute('id')}']"))

    def reach(self, target: Locator) -> None:
        """Press Tab until what is wanted has the focus."""
        settle(self.visitor.page)
        wanted = target.element_handle()
        for _ in range(MOST_TABS):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            self.visitor.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {target}")

    def sees_nothing_wrong(self) -> None:
        """No error of a script, and nothing to the right of the window."""
        assert self.visitor.overflow() == 0
        if self.way != "no-script":
            assert self.visitor.faults() == []


HANDS = (
    Hand("keyboard", {"width": WIDE}),
    Hand("touch", {"width": NARROW, "touch": True}),
    Hand("no-script", {"width": NARROW, "scripts": False}),
)
