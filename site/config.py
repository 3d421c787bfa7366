"""Every setting, read from the environment, with its default and one line of why."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit


# What the law asks a public site to name; shown « à compléter par l'exploitant » while unset.
OPERATOR_SETTINGS = (
    "publisher",
    "publication_director",
    "host",
    "data_protection_officer",
    "contact_email",
)


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
        "Signs sessions and links; development makes one in INSTANCE_PATH, production refuses without.",
    )
    instance_path: str = setting(
        "./instance", "Where this installation keeps its database, queue and outbox."
    )
    database_url: str = setting("", "The database; empty means SQLite in INSTANCE_PATH.")
    redis_url: str = setting(
        "", "Redis for the queue and the limits; empty means SQLite and memory."
    )
    base_url: str = setting(
        "http://localhost:5000", "The public address, for feeds, mails and canonical links."
    )
    smtp_url: str = setting(
        "", "smtp(s)://user:password@host:port; empty writes .eml files in INSTANCE_PATH/outbox/."
    )
    mail_from: str = setting(
        "", "Who mails come from; empty means ne-pas-repondre@ the host of BASE_URL."
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
        return cls(**given).completed()

    @property
    def production(self) -> bool:
        """Whether this is a production start."""
        return self.environment == "production"

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

    def completed(self) -> "Settings":
        """These settings with derived values filled in; raises SettingsError if some are missing."""
        if self.production and not self.secret_key:
            raise SettingsError("SECRET_KEY is required when ENVIRONMENT=production.")
        if self.production and self.is_official:
            self._refuse_unnamed_operator()
        return Settings(**{**self.__dict__, **self._derived()})

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


def development_key(instance: Path) -> str:
    """A secret key kept in the instance folder, made at the first start.

    Written with a link so that two processes starting together agree on one key.
    """
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        draft = instance / f"secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
