"""Every setting, read from the environment, with its default and one line of why."""

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from communaute.instance_folder import development_key


# Where the package is: its content, templates, static files and migrations.
PACKAGE = Path(__file__).resolve().parent

# What the law asks a public site to name; shown « à compléter par l'exploitant » while unset.
OPERATOR_SETTINGS = (
    "publisher",
    "publication_director",
    "host",
    "data_protection_officer",
    "contact_email",
)


ENVIRONMENTS = ("development", "production")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# What SMTP_URL says in production when mails are to stay in files.
NO_SMTP = "none"
SHORTEST_KEY = 32


class SettingsError(ValueError):
    """A setting is missing or contradicts another: the site refuses to start."""


def setting(default: str, why: str) -> str:
    """A setting's field: its default as text, and why it exists (read by docs and tests)."""
    return field(default=default, metadata={"why": why})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings, as text, by the lower-case name of their environment variable."""

    secret_key: str = setting(
        "",
        "Signs sessions and links; development makes one, production refuses fewer than 32 characters.",
    )
    instance_path: str = setting(
        "./instance", "Where this installation keeps its database, queue and outbox."
    )
    database_url: str = setting("", "The database; empty means SQLite in INSTANCE_PATH.")
    redis_url: str = setting(
        "", "Redis for the queue and the limits; empty means SQLite and memory."
    )
    base_url: str = setting(
        "http://localhost:5000",
        "The public address, for feeds, mails and canonical links; production refuses to start without one of its own.",
    )
    smtp_url: str = setting(
        "",
        "smtp(s)://user:password@host:port; empty writes .eml files in INSTANCE_PATH/outbox/ (production: say none).",
    )
    mail_from: str = setting(
        "", "Who mails come from; empty means ne-pas-repondre@ the host of BASE_URL."
    )
    mail_return_path: str = setting(
        "",
        "Where mails that could not be delivered come back; empty means the address of MAIL_FROM.",
    )
    mail_lines: str = setting(
        "4",
        "How many connections to the mail server a worker opens when many mails wait; one is enough for a few.",
    )
    newsletter_rate: str = setting(
        "0",
        "How many letters may leave in a minute, in all; 0 says as fast as the server takes them.",
    )
    newsletter_domain_rate: str = setting(
        "600", "How many may leave in a minute to one receiving domain; 0 says no limit."
    )
    bounce_token: str = setting(
        "", "The bearer token of /api/v1/rebonds for plain JSON; empty closes that door."
    )
    bounce_mailgun_key: str = setting(
        "", "Mailgun's webhook signing key; empty refuses what Mailgun tells."
    )
    bounce_sns_topics: str = setting(
        "", "The SNS topics (ARN) by which SES tells, separated by commas; empty refuses them all."
    )
    metrics_token: str = setting(
        "", "The bearer token of /metriques; empty leaves it to this machine, without a proxy."
    )
    log_format: str = setting(
        "text", "json writes each line of the log as an object, with its request."
    )
    backup_dir: str = setting(
        "", "Where `data backup` puts its files; empty means INSTANCE_PATH/sauvegardes."
    )
    search_index_dir: str = setting(
        "",
        "Where the built index is; empty means search_index/built of the checkout, or INSTANCE_PATH once installed.",
    )
    search_index_read_only: str = setting(
        "0",
        "1 refuses an index that this process can write: it holds pickle, which runs code when opened.",
    )
    signature_trust_dir: str = setting(
        "", "Trusted lists and private anchors; empty means INSTANCE_PATH/trust."
    )
    verifier_socket: str = setting(
        "", "The verifier's Unix socket; empty means INSTANCE_PATH/verifier.sock."
    )
    signature_revocation: str = setting(
        "off", "on lets the verifier ask certification authorities for revocation data."
    )
    signature_megabytes: str = setting("25", "The largest document whose signatures are verified.")
    intake_token: str = setting(
        "", "The bearer token of /api/v1/evenements; empty closes that door."
    )
    sirene_url: str = setting(
        "", "The public « Recherche d'entreprises » API; empty means existence is not asked."
    )
    official: str = setting(
        "0", "1 on the State's own site; 0 says « Site non officiel » on every page."
    )
    limits: str = setting("on", "off lifts the limits on forms, for load tests.")
    environment: str = setting(
        "development", "production refuses to start half configured and hides details of faults."
    )
    trusted_proxies: str = setting(
        "0", "How many reverse proxies stand in front, whose X-Forwarded-* headers are believed."
    )
    trusted_hosts: str = setting(
        "",
        "Other names the site answers to, separated by commas; BASE_URL's own and the machine's are known.",
    )
    publisher: str = setting(
        "", "Legal notice: who publishes the site, with address and telephone."
    )
    publication_director: str = setting("", "Legal notice: the publication director's name.")
    host: str = setting("", "Legal notice: the host's name, address and telephone.")
    data_protection_officer: str = setting(
        "", "Privacy page: how to reach the data-protection officer."
    )
    contact_email: str = setting("", "The operator's address for questions on the site itself.")

    @classmethod
    def names(cls) -> tuple[Field[str], ...]:
        """The fields, in order: documentation and tests walk them."""
        return fields(cls)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings.

        Raises SettingsError when a production start lacks what it needs.
        """
        given = {f.name: environ[f.name.upper()] for f in fields(cls) if f.name.upper() in environ}
        settings = cls(**given)
        if settings.environment not in ENVIRONMENTS:
            raise SettingsError(f"ENVIRONMENT is {' or '.join(ENVIRONMENTS)}.")
        if settings.has_proxy and "environment" not in given:
            raise SettingsError(
                "TRUSTED_PROXIES says that others reach this site: say ENVIRONMENT=production "
                "(or development, if it is one)."
            )
        return settings.completed()

    @property
    def production(self) -> bool:
        """Whether this is a production start."""
        return self.environment == "production"

    @property
    def has_proxy(self) -> bool:
        """Whether reverse proxies stand in front."""
        return self.trusted_proxies not in ("", "0")

    @property
    def hosts(self) -> list[str]:
        """The names the site answers to: a request that names another is refused.

        This machine's own are among them: probes and developers use them, and they lead nowhere else.
        """
        public = urlsplit(self.base_url).hostname or ""
        others = [name.strip() for name in self.trusted_hosts.split(",")]
        # Werkzeug compares what stands before a colon: no IPv6 number can be one of the names.
        return [name for name in (public, *others, *LOOPBACK) if name and ":" not in name]

    @property
    def is_for_this_machine(self) -> bool:
        """Whether all says that one person develops here: nobody else comes, no mail leaves."""
        at_home = urlsplit(self.base_url).hostname in LOOPBACK
        return at_home and not (self.production or self.has_proxy or self.smtp_url)

    @property
    def is_official(self) -> bool:
        """Whether the State publishes this installation."""
        return self.official == "1"

    @property
    def signature_bytes(self) -> int:
        """The largest document whose signatures are verified, in bytes."""
        return int(self.signature_megabytes) * 1024 * 1024

    @property
    def instance(self) -> Path:
        """The absolute instance folder."""
        return Path(self.instance_path).resolve()

    @property
    def backups(self) -> Path:
        """The folder of backups."""
        return Path(self.backup_dir or self.instance / "sauvegardes")

    def completed(self) -> "Settings":
        """These settings with derived values filled in; raises SettingsError if some are missing."""
        if self.production:
            self._refuse_half_configured()
        if self.production and self.is_official:
            self._refuse_unnamed_operator()
        return Settings(**{**self.__dict__, **self._derived()})

    def _refuse_half_configured(self) -> None:
        if len(self.secret_key) < SHORTEST_KEY:
            raise SettingsError(
                f"SECRET_KEY of {SHORTEST_KEY} characters at least is required when "
                "ENVIRONMENT=production: openssl rand -hex 32 makes one."
            )
        if urlsplit(self.base_url).hostname in (None, *LOOPBACK):
            raise SettingsError(
                "BASE_URL is the public address (https://…) when ENVIRONMENT=production: "
                "mails and feeds lead there."
            )
        if not self.smtp_url:
            raise SettingsError(
                f"SMTP_URL is required when ENVIRONMENT=production; {NO_SMTP} leaves mails in "
                "INSTANCE_PATH/outbox/, where nobody receives them."
            )

    def _refuse_unnamed_operator(self) -> None:
        unset = [name.upper() for name in OPERATOR_SETTINGS if not getattr(self, name)]
        if unset:
            raise SettingsError(f"OFFICIAL=1 needs {', '.join(unset)}: the law asks for them.")

    def _derived(self) -> dict[str, str]:
        return {
            "secret_key": self.secret_key or development_key(self.instance),
            "database_url": database_address(self.database_url, self.instance),
            "search_index_dir": self.search_index_dir or str(default_index_dir(self.instance)),
            "signature_trust_dir": self.signature_trust_dir or str(self.instance / "trust"),
            "verifier_socket": self.verifier_socket or str(self.instance / "verifier.sock"),
            "base_url": self.base_url.rstrip("/"),
            "smtp_url": "" if self.smtp_url == NO_SMTP else self.smtp_url,
            "mail_from": self.mail_from or f"ne-pas-repondre@{urlsplit(self.base_url).hostname}",
        }


def database_address(given: str, instance: Path) -> str:
    """SQLAlchemy's address: SQLite in the instance folder, or PostgreSQL through psycopg 3."""
    if not given:
        return f"sqlite:///{instance / 'site.sqlite'}"
    for short in ("postgres://", "postgresql://"):
        if given.startswith(short):
            return "postgresql+psycopg://" + given.removeprefix(short)
    return given


def default_index_dir(instance: Path) -> Path:
    """search_index/built in a checkout; the instance folder once installed from a wheel."""
    checkout = Path(__file__).resolve().parent.parent
    if (checkout / "pyproject.toml").exists():
        return checkout / "search_index" / "built"
    return instance / "search_index"
