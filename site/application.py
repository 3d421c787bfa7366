"""The application: the one place where all is wired."""

import os
from urllib.parse import urlsplit

from flask import Flask
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from communaute import blueprints, commands, extensions
from communaute.config import PACKAGE, Settings
from communaute.instance_folder import make_private
from communaute.models.columns import compare_defaults, render_in_migrations
from communaute.web import (
    addresses,
    compression,
    errors,
    fingerprint,
    logs,
    metrics,
    rendering,
    retrying,
    security,
)
from communaute.wiring import current, indexing, layout, letter_desk, post_office


# The largest body any form accepts; the signature tool has its own, larger limit.
LARGEST_BODY = 256 * 1024


def build(settings: Settings | None = None, **overrides: object) -> Flask:
    """Build the application from the settings (the environment's when none are given).

    `overrides` are Flask settings, for tests. Raises SettingsError when a production start is
    half configured.
    """
    settings = settings or Settings.from_environment()
    logs.install(as_json=settings.log_format == "json")
    app = Flask("communaute", instance_path=str(settings.instance), static_folder=None)
    app.jinja_environment = rendering.Templates
    configure(app, settings, overrides)
    bind_extensions(app)
    compression.init_app(app)
    logs.init_app(app)
    metrics.init_app(app, settings.instance / "mesures")
    addresses.init_app(app)
    blueprints.register(app)
    layout.init_app(app)
    letter_desk.init_app(app)
    current.init_app(app, settings, PACKAGE / "content", blueprints.tools())
    indexing.init_app(app, settings)
    blueprints.prepare(app)
    post_office.init_app(app, settings)
    extensions.queue.bind(app, settings)
    commands.register(app)
    errors.init_app(app)
    rendering.init_app(app)
    security.init_app(app)
    fingerprint.init_app(app, PACKAGE / "static")
    # The X-Forwarded-* headers of so many proxies are believed, and of no more.
    if count := int(settings.trusted_proxies):
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    return app


def configure(app: Flask, settings: Settings, overrides: dict[str, object]) -> None:
    """Flask's own settings."""
    # What this process writes is this user's alone: databases, mails, trusted lists.
    os.umask(0o077)
    make_private(settings.instance)
    on_postgresql = settings.database_url.startswith("postgresql")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # A connection that died with the database is replaced before it is used.
        SQLALCHEMY_ENGINE_OPTIONS={
            "hide_parameters": True,
            "pool_pre_ping": True,
            "connect_args": extensions.POSTGRESQL_WAITS if on_postgresql else {},
        },
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        # Addresses that take more: each blueprint adds its own.
        LARGER_BODIES={},
        PUBLIC_HOST=urlsplit(settings.base_url).netloc,
        TRUSTED_HOSTS=settings.hosts,
        # The prefix binds the cookie to this host and to TLS: no sibling host writes one for us.
        SESSION_COOKIE_NAME="__Host-session" if settings.production else "session",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.production,
        WTF_CSRF_CHECK_DEFAULT=False,
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_STORAGE_OPTIONS=extensions.REDIS_WAITS if settings.redis_url else {},
        # While Redis does not answer, each process counts for itself: forms go on, limits too.
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(settings.redis_url),
        RATELIMIT_ENABLED=settings.limits != "off",
        ALEMBIC={"script_location": str(PACKAGE / "migrations")},
        ALEMBIC_CONTEXT={
            "render_item": render_in_migrations,
            "compare_server_default": compare_defaults,
            "render_as_batch": True,
        },
    )
    app.config.update(overrides)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]


def bind_extensions(app: Flask) -> None:
    """Give the unbound extensions their application."""
    Htmx(app)
    extensions.db.init_app(app)
    with app.app_context():
        extensions.prepare_sqlite(extensions.db.engine)
        extensions.prepare_postgresql(extensions.db.engine)
        extensions.hide_values(extensions.db.engine)
    extensions.alembic.init_app(app)
    extensions.csrf.init_app(app)
    retrying.init_app(app)
    extensions.limiter.init_app(app)
