"""The sending domain: each record there, missing, wrong, or not known; never « good » when not asked."""

from dataclasses import dataclass, field

import pytest
from flask import Flask

from communaute.domain.newsletter.sending_domain import (
    NotAsked,
    Sender,
    State,
    asked_by_providers,
    checks,
)
from communaute.wiring import resolving as wired


@dataclass
class Zone:
    """A DNS of our own."""

    records: dict[str, list[str]] = field(default_factory=dict)
    silent: bool = False

    def _of(self, name: str) -> list[str]:
        if self.silent:
            raise NotAsked
        return self.records.get(name, [])

    texts = addresses = names = _of


SENDER = Sender(
    domain="site.example", envelope="site.example", selector="s1", server="mx.site.example"
)
GOOD = {
    "site.example": ["v=spf1 mx -all", "autre chose"],
    "s1._domainkey.site.example": ["v=DKIM1; p=MIIB"],
    "_dmarc.site.example": ["v=DMARC1; p=none"],
    "mx.site.example": ["192.0.2.1"],
    "192.0.2.1": ["mx.site.example"],
}


def states(zone: Zone, sender: Sender = SENDER) -> dict[str, State]:
    return {check.name: check.state for check in checks(sender, zone)}


def test_all_there() -> None:
    assert set(states(Zone(GOOD)).values()) == {State.MET}
    asked = asked_by_providers(checks(SENDER, Zone(GOOD)))
    assert {one.state for one in asked} == {State.MET, State.UNKNOWN}
    assert {one.provider for one in asked} == {"Gmail", "Yahoo", "Microsoft"}


def test_a_silent_resolver_proves_nothing() -> None:
    found = states(Zone(silent=True))
    assert found.pop("Alignement") == State.MET
    assert set(found.values()) == {State.UNKNOWN}


@pytest.mark.parametrize(
    ("name", "records", "wrong"),
    [
        ("site.example", [], "SPF"),
        ("site.example", ["v=spf1 +all"], "SPF"),
        ("site.example", ["v=spf1 -all", "v=spf1 mx -all"], "SPF"),
        ("s1._domainkey.site.example", [], "DKIM"),
        ("s1._domainkey.site.example", ["v=DKIM1; p="], "DKIM"),
        ("_dmarc.site.example", [], "DMARC"),
        ("_dmarc.site.example", ["v=DMARC1"], "DMARC"),
        ("192.0.2.1", ["autre.example"], "Nom inverse"),
        ("mx.site.example", [], "Nom inverse"),
    ],
)
def test_what_is_missing_or_wrong_is_named(name: str, records: list[str], wrong: str) -> None:
    found = states(Zone({**GOOD, name: records}))
    assert [one for one, state in found.items() if state is State.NOT_MET] == [wrong]


def test_a_record_to_paste_is_given_and_names_the_domain() -> None:
    records = {check.name: check.record for check in checks(SENDER, Zone())}
    for name in ("SPF", "DKIM", "DMARC"):
        assert "site.example. IN TXT" in records[name]


def test_returns_elsewhere_are_not_aligned() -> None:
    other = Sender(domain="site.example", envelope="prestataire.example")
    assert states(Zone(GOOD), other)["Alignement"] is State.NOT_MET
    below = Sender(domain="site.example", envelope="rebonds.site.example")
    assert states(Zone(GOOD), below)["Alignement"] is State.MET


def test_the_command_says_it(shared_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wired, "_system", lambda: None)
    monkeypatch.setattr(
        "communaute.commands.mailing.SystemResolver", lambda: wired.SystemResolver(None)
    )
    result = shared_app.test_cli_runner().invoke(args=["mail", "check-domain", "--selector", "s"])
    assert result.exit_code == 0, result.output
    assert "SPF: non vérifié" in result.output
    assert "Microsoft" in result.output
