"""What mailbox providers check of the domain that letters come from: SPF, DKIM, DMARC, reverse name.

Asked of DNS through a resolver that is given, so that a test or a page can ask another. What cannot be
asked is « non vérifié », never « bon ». Sources: RFC 7208, 6376, 7489; what Gmail, Yahoo and Microsoft ask of
those who send 5,000 mails a day, from secondary sources (docs/decisions/0259).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class State(StrEnum):
    """Whether a thing asked for is there."""

    MET = "met"
    NOT_MET = "not-met"
    UNKNOWN = "unknown"


class NotAsked(Exception):
    """The resolver does not answer: nothing is known."""


class Resolver(Protocol):
    """Asks DNS. An empty answer says that there is nothing; NotAsked that nobody knows."""

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name. Raises NotAsked."""

    def addresses(self, name: str) -> list[str]:
        """The A and AAAA records of a name. Raises NotAsked."""

    def names(self, address: str) -> list[str]:
        """The names of an address (PTR). Raises NotAsked."""


@dataclass(frozen=True, kw_only=True)
class Sender:
    """How this site sends: the domain of From, of the envelope, the DKIM selector, the server if known."""

    domain: str
    envelope: str
    selector: str = ""
    server: str = ""


@dataclass(frozen=True)
class Check:
    """One thing: its name, its state, what was found, and the record to paste when it is missing."""

    name: str
    state: State
    found: str
    record: str = ""


@dataclass(frozen=True)
class Asked:
    """What a provider asks, whether it is met, and from which checks that follows."""

    provider: str
    what: str
    state: State


SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,198}[a-z0-9])?", re.IGNORECASE)
NEVER_ASKED = "DNS n’a pas répondu"


def checks(sender: Sender, resolver: Resolver) -> list[Check]:
    """Everything that DNS says of a sender."""
    return [
        _spf(sender, resolver),
        _dkim(sender, resolver),
        _dmarc(sender, resolver),
        _alignment(sender),
        _reverse(sender, resolver),
    ]


def _spf(sender: Sender, resolver: Resolver) -> Check:
    server = f"a:{sender.server} " if sender.server else "mx "
    record = f'{sender.envelope}. IN TXT "v=spf1 {server}~all"'
    try:
        found = [text for text in resolver.texts(sender.envelope) if _is(text, "v=spf1")]
    except NotAsked:
        return Check("SPF", State.UNKNOWN, NEVER_ASKED, record)
    if len(found) > 1:
        said = "Deux enregistrements SPF : aucun ne vaut (RFC 7208, 4.5). Gardez-en un."
        return Check("SPF", State.NOT_MET, said)
    if not found:
        return Check("SPF", State.NOT_MET, f"Rien pour {sender.envelope}.", record)
    if re.search(r"(?:^|\s)\+?all(?:\s|$)", found[0].lower()):
        said = f"« {found[0]} » laisse tout le monde écrire en votre nom."
        return Check("SPF", State.NOT_MET, said, record)
    return Check("SPF", State.MET, found[0])


def _dkim(sender: Sender, resolver: Resolver) -> Check:
    if not sender.selector:
        said = "Donnez le sélecteur que votre serveur de courriel emploie."
        return Check("DKIM", State.UNKNOWN, said)
    name = f"{sender.selector}._domainkey.{sender.domain}"
    record = f'{name}. IN TXT "v=DKIM1; k=rsa; p=<clé publique de votre serveur>"'
    try:
        found = [text for text in resolver.texts(name) if "p=" in text]
    except NotAsked:
        return Check("DKIM", State.UNKNOWN, NEVER_ASKED, record)
    if not found:
        return Check("DKIM", State.NOT_MET, f"Rien à {name}.", record)
    if re.search(r"p=\s*(?:;|$)", found[0]):
        return Check("DKIM", State.NOT_MET, "La clé est vide : elle a été révoquée.", record)
    return Check(
        "DKIM",
        State.MET,
        f"Une clé à {name}. Que les courriels soient signés n’est pas vérifié ici.",
    )


def _dmarc(sender: Sender, resolver: Resolver) -> Check:
    record = f'_dmarc.{sender.domain}. IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@{sender.domain}"'
    try:
        found = _first_dmarc(sender.domain, resolver)
    except NotAsked:
        return Check("DMARC", State.UNKNOWN, NEVER_ASKED, record)
    if found is None:
        return Check("DMARC", State.NOT_MET, f"Rien à _dmarc.{sender.domain}.", record)
    if not re.search(r";\s*p\s*=\s*(?:none|quarantine|reject)\b", found, re.IGNORECASE):
        return Check("DMARC", State.NOT_MET, f"« {found} » ne dit pas quoi faire (p=).", record)
    return Check("DMARC", State.MET, found)


def _first_dmarc(domain: str, resolver: Resolver) -> str | None:
    """The domain's own record, else that of the domain above it."""
    for name in (domain, domain.partition(".")[2]):
        if "." in name or name == domain:
            found = [text for text in resolver.texts(f"_dmarc.{name}") if _is(text, "v=DMARC1")]
            if found:
                return found[0]
    return None


def _is(text: str, version: str) -> bool:
    return text.strip().lower().replace(" ", "").startswith(version.lower())


def _alignment(sender: Sender) -> Check:
    """The envelope's domain is From's, or one above or below it (relaxed, RFC 7489, 3.1)."""
    one, other = sender.domain.lower(), sender.envelope.lower()
    related = one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
    said = f"From : {one} ; retours : {other}."
    record = "" if related else f"MAIL_RETURN_PATH=rebonds@{one}"
    return Check("Alignement", State.MET if related else State.NOT_MET, said, record)


def _reverse(sender: Sender, resolver: Resolver) -> Check:
    if not sender.server:
        said = "Donnez le nom du serveur qui parle aux boîtes aux lettres (option --server)."
        return Check("Nom inverse", State.UNKNOWN, said)
    try:
        addresses = resolver.addresses(sender.server)
        wrong = [
            one
            for one in addresses
            if not any(one in resolver.addresses(name) for name in resolver.names(one))
        ]
    except NotAsked:
        return Check("Nom inverse", State.UNKNOWN, NEVER_ASKED)
    if not addresses:
        return Check("Nom inverse", State.NOT_MET, f"{sender.server} n’a pas d’adresse.")
    if wrong:
        said = (
            f"{', '.join(wrong)} n’a pas de nom qui ramène à elle : demandez-le à votre hébergeur."
        )
        return Check("Nom inverse", State.NOT_MET, said)
    return Check("Nom inverse", State.MET, f"{', '.join(addresses)} : le nom ramène à l’adresse.")


def asked_by_providers(found: Sequence[Check]) -> list[Asked]:
    """What Gmail, Yahoo and Microsoft ask of those who send much, met or not or unknown."""
    return list(_asked({check.name: check.state for check in found}))


def _asked(states: dict[str, State]) -> Iterator[Asked]:
    both = _all_of(states["SPF"], states["DKIM"])
    for provider in ("Gmail", "Yahoo", "Microsoft"):
        yield Asked(provider, "SPF et DKIM", both)
        yield Asked(
            provider,
            "DMARC, au moins « p=none », et un domaine aligné",
            _all_of(states["DMARC"], states["Alignement"]),
        )
    for provider in ("Gmail", "Yahoo"):
        yield Asked(provider, "Désabonnement d’un clic (RFC 8058)", State.MET)
        yield Asked(provider, "Moins de 0,3 % de signalements", State.UNKNOWN)
    yield Asked("Gmail", "Un nom inverse qui ramène à l’adresse", states["Nom inverse"])
    yield Asked("Gmail", "TLS jusqu’à la boîte", State.UNKNOWN)


def _all_of(*states: State) -> State:
    for worst in (State.NOT_MET, State.UNKNOWN):
        if worst in states:
            return worst
    return State.MET
