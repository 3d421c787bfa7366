"""The calculators, in the order in which they are offered. A new one is a file here and a line below."""

from communaute.blueprints.tariffs.calculators import (
    delegates,
    formula,
    interpreting,
    translation,
    travel,
)
from communaute.blueprints.tariffs.calculators.calculator import Calculator


CALCULATORS: list[Calculator] = [
    interpreting.CALCULATOR,
    translation.CALCULATOR,
    delegates.CALCULATOR,
    travel.CALCULATOR,
    formula.CALCULATOR,
]


def named(name: str) -> Calculator | None:
    """The calculator that kept a calculation."""
    return next((each for each in CALCULATORS if each.name == name), None)
