"""Each feature says what it keeps: nothing it says is left out, and no period is said twice."""

import re
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

import pytest

from communaute import domain
from communaute.domain import retention
from communaute.domain.keeping import Holding, Rule, period_in_words


# A period typed by hand in a sentence, where a `{}` should stand.
TYPED = re.compile(r"\b(?:ans?|mois|semaines?|jours?|heures?|minutes?)\b")


def modules() -> Iterator[ModuleType]:
    for found in walk_packages(domain.__path__, f"{domain.__name__}."):
        yield import_module(found.name)


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (timedelta(minutes=15), "15 minutes"),
        (timedelta(hours=1), "une heure"),
        (timedelta(hours=24), "24 heures"),
        (timedelta(days=7), "une semaine"),
        (timedelta(days=14), "2 semaines"),
        (timedelta(days=30), "30 jours"),
        (timedelta(days=365), "un an"),
        (timedelta(days=3 * 365), "3 ans"),
    ],
)
def test_a_period_is_said_in_its_largest_unit(period: timedelta, words: str) -> None:
    assert period_in_words(period) == words


def test_a_period_that_cannot_be_said_is_refused() -> None:
    with pytest.raises(ValueError, match="90"):
        period_in_words(timedelta(seconds=90))


def test_what_a_feature_exports_is_collected() -> None:
    rules, holdings = set(), set()
    for module in modules():
        rules |= {one for one in getattr(module, "RULES", ()) if isinstance(one, Rule)}
        holdings |= {one for one in getattr(module, "HOLDINGS", ()) if isinstance(one, Holding)}
    assert rules == set(retention.RULES)
    assert holdings == set(retention.HOLDINGS)
    assert len({rule.name for rule in rules}) == len(retention.RULES)


@pytest.mark.parametrize("rule", retention.RULES, ids=lambda rule: rule.name)
def test_a_rule_says_the_periods_that_it_applies(rule: Rule) -> None:
    assert not TYPED.search(rule.how_long)
    assert rule.how_long.count("{}") == len(rule.periods) > 0
    assert "{" not in rule.kept
    assert rule.kept.endswith(".")


@pytest.mark.parametrize("holding", retention.HOLDINGS, ids=lambda one: one.name)
def test_a_holding_says_its_periods(holding: Holding) -> None:
    assert not TYPED.search(holding.survives)
    assert holding.survives.count("{}") == len(holding.periods)
