"""The application: the one place where all is wired."""

from urllib.parse import urlsplit

from flask import Flask
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from communaute import PACKAGE, blueprints, commands, current, indexing, layout, post_office
from communaute.blueprints.accounts import wiring
from communaute.config import Settings
from communaute.extensions import alembic, csrf, db, limiter, prepare_sqlite
from communaute.models.columns import render_in_migrations
from communaute.web import addresses, errors, fingerprint, rendering, retrying, security


# The largest body any form accepts; the signature tool has its own, larger limit.
LARGEST_BODY = 256 * 1024


def build(settings: Settings | None = None, **overrides: object) -> Flask:
    """Build the application from the settings (the environment's when none are given).

    `overrides` are Flask settings, for tests. Raises SettingsError when a production start is
    half configured.
    """
    settings = settings or Settings.from_environment()
    app = Flask("communaute", instance_path=str(settings.instance), static_folder=None)
    configure(app, settings, overrides)
    bind_extensions(app)
    addresses.init_app(app)
    blueprints.register(app)
    wiring.init_app(app, settings)
    current.init_app(app, settings, PACKAGE / "content", blueprints.tools())
    indexing.init_app(app, settings)
    blueprints.prepare(app)
    layout.init_app(app)
    post_office.init_app(app, settings)
    commands.register(app)
    errors.init_app(app)
    rendering.init_app(app)
    security.init_app(app)
    fingerprint.init_app(app, PACKAGE / "static")
    trust_proxies(app, int(settings.trusted_proxies))
    return app


def configure(app: Flask, settings: Settings, overrides: dict[str, object]) -> None:
    """Flask's own settings."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        PUBLIC_HOST=urlsplit(settings.base_url).netloc,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.production,
        WTF_CSRF_CHECK_DEFAULT=False,
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_ENABLED=settings.limits != "off",
        ALEMBIC={"script_location": str(PACKAGE / "migrations")},
        ALEMBIC_CONTEXT={"render_item": render_in_migrations, "render_as_batch": True},
    )
    app.config.update(overrides)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]


def bind_extensions(app: Flask) -> None:
    """Give the unbound extensions their application."""
    Htmx(app)
    db.init_app(app)
    with app.app_context():
        prepare_sqlite(db.engine)
    alembic.init_app(app)
    csrf.init_app(app)
    retrying.init_app(app)
    limiter.init_app(app)


def trust_proxies(app: Flask, count: int) -> None:
    """Believe the X-Forwarded-* headers of `count` proxies, and of no more."""
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
