"""What the running application holds: its settings, its content, its tools, its readiness."""

import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import cast

from flask import Flask, current_app, url_for
from markupsafe import Markup

from communaute.config import Settings
from communaute.domain import clock
from communaute.domain.context import Context
from communaute.domain.trainings.context import Context as TrainingContext
from communaute.editorial.content import Content
from communaute.editorial.loading import load
from communaute.editorial.texts import Text
from communaute.extensions import db, reading
from communaute.instance_folder import host_name
from communaute.web.page_cache import PageCache
from communaute.web.page_front import PageFront
from communaute.web.tools import Tool
from communaute.wiring import insertions


log = logging.getLogger(__name__)
KEY = "communaute"
# In development, how often the content folder is looked at, in seconds.
LOOK_EVERY = 1.0

# A check answers None when all is well, else one sentence for /sante/pret.
ReadinessCheck = Callable[[], str | None]
# What /sante/pret says besides, and that makes no web process unready.
Note = Callable[[], object]


@dataclass
class Site:
    """The state of one application."""

    settings: Settings
    directory: Path
    tools: Mapping[str, Tool]
    content: Content
    debug: bool
    pages: PageCache = field(default_factory=PageCache)
    front: PageFront | None = None
    layout: dict[tuple[str, str], Markup] = field(default_factory=dict)
    readiness: dict[str, ReadinessCheck] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    looked_at: float = field(default_factory=time.monotonic)
    looked_for_withdrawn: float = float("-inf")
    lock: Lock = field(default_factory=Lock)


def init_app(app: Flask, settings: Settings, directory: Path, tools: Mapping[str, Tool]) -> None:
    """Load the content, once, and keep it with the application."""
    content = load_content(app, settings, directory, tools)
    if os.environ.get("FLASK_RUN_FROM_CLI") and content.faults:
        # A command says its own: `content check` tells each fault, once.
        log.error("content: %s fault(s), told by `flask content check`", len(content.faults))
    else:
        tell_faults(content)
    app.extensions[KEY] = Site(settings, directory, tools, content, debug=app.debug)
    app.extensions[KEY].readiness["content"] = content_is_whole


def load_content(
    app: Flask, settings: Settings, directory: Path, tools: Mapping[str, Tool]
) -> Content:
    """Read the content folder; a broken file hides no other."""
    with app.test_request_context(base_url=settings.base_url):
        return load(
            directory, tools=tools, tool_url=tool_url, insertions=insertions.all_of(settings)
        )


def tell_faults(content: Content) -> None:
    """Log what hides a page from visitors."""
    for fault in content.faults:
        log.error("content: %s", fault)


def tool_url(endpoint: str, arguments: Mapping[str, str]) -> str:
    """A tool's address, with its arguments in the query."""
    return url_for(endpoint, **dict(arguments))  # type: ignore[arg-type]  # all are query values


def site() -> Site:
    """The current application's state."""
    return cast(Site, current_app.extensions[KEY])


def settings() -> Settings:
    """The current settings."""
    return site().settings


def context() -> Context:
    """What verbs that write to people are given: the session, the moment, the address and secret."""
    return Context(db.session(), clock.now(), settings().base_url, settings().secret_key)


def training_context(actor: int | None = None, *, reads: bool = False) -> TrainingContext:
    """What verbs of trainings are given; `actor` is the account of the organiser who acts.

    Whoever only `reads` waits for nobody.
    """
    if reads:
        reading(db.session())
    return TrainingContext(**vars(context()), sender=settings().mail_from, actor=actor)


def host() -> str:
    """The name of this host among those that share the database."""
    return host_name(settings().instance)


def tools() -> Mapping[str, Tool]:
    """The tools that are built, by name."""
    return site().tools


def content() -> Content:
    """The current content; in development it is read again when a file has changed."""
    state = site()
    if state.debug:
        refresh(state)
    return state.content


def text(key: str) -> Text:
    """A text of a tool, `feature/id`, from content/textes/. Raises KeyError."""
    return content().text(key)


def refresh(state: Site) -> None:
    """Read the content again if a file has changed; at most once a second."""
    with state.lock:
        if time.monotonic() - state.looked_at < LOOK_EVERY:
            return
        state.looked_at = time.monotonic()
        if not state.content.stale():
            return
        state.content = load_content(current_app, state.settings, state.directory, state.tools)
        tell_faults(state.content)
        state.pages.clear()


def content_is_whole() -> str | None:
    """Readiness: whether every content file could be read."""
    count = len(site().content.faults)
    return f"{count} fault(s) in content, see the log" if count else None
