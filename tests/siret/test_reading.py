"""Each way of being right or wrong has its own answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaute.domain.structures.numbers import InvalidSiret, read_siret


# INSEE's own establishment, and examples made from the rule.
GOOD = "73282932000074"
LA_POSTE_HEAD_OFFICE = "35600000000048"
LA_POSTE_BRANCH = "35600000049837"


def luhn_key(digits: str) -> str:
    """The digit that completes a number under Luhn's formula: the rule, written again."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


@pytest.mark.parametrize(
    "typed",
    [
        GOOD,
        "732 829 320 00074",
        "732 829 320 000 74",
        "732\u00a0829\u202f320\u200900074",
        " 732.829.320.00074 ",
        "732-829-320-00074",
        "７３２８２９３２００００７４",
        "\u202a73282932000074\u202c",
    ],
)
def test_a_good_number_is_read_in_any_spacing(typed: str) -> None:
    siret = read_siret(typed)
    assert siret.digits == GOOD
    assert (siret.siren, siret.nic, siret.key) == ("732829320", "00074", "4")


def test_it_is_shown_in_threes() -> None:
    assert str(read_siret(GOOD)) == "732\u202f829\u202f320\u202f00074"


@pytest.mark.parametrize("number", [LA_POSTE_HEAD_OFFICE, LA_POSTE_BRANCH])
def test_la_poste_follows_its_own_rule(number: str) -> None:
    assert read_siret(number).is_la_poste


def test_la_poste_s_rule_still_refuses() -> None:
    with pytest.raises(InvalidSiret, match="clé de contrôle"):
        read_siret("35600000012345")


@pytest.mark.parametrize(
    ("typed", "reason", "words"),
    [
        ("", "empty", "14 chiffres"),
        (" \u202f- ", "empty", "14 chiffres"),
        ("7328293200007", "length", "il en manque un"),
        ("732829320000", "length", "il en manque 2"),
        ("732829320000741", "length", "un de trop"),
        ("7" * 20, "length", "6 de trop"),
        ("7", "length", "un seul"),
        ("732829320", "siren_alone", "SIREN bien formé"),
        ("732829321", "length", "il en manque 5"),
        ("73282932O00074", "foreign", "lettre O"),
        ("FR73282932000", "foreign", "« F »"),
        ("73282932000074\u0007", "foreign", "que des chiffres"),
        ("73282932000075", "key", "5 derniers"),
        ("73282932100074", "siren_key", "9 premiers"),
        ("00000000000000", "siren_key", "9 premiers"),
    ],
)
def test_each_mistake_has_its_own_sentence(typed: str, reason: str, words: str) -> None:
    with pytest.raises(InvalidSiret) as refused:
        read_siret(typed)
    assert refused.value.reason == reason
    assert words in str(refused.value).replace("\u202f", " ")


@given(
    st.text(alphabet="0123456789", min_size=8, max_size=8),
    st.text("0123456789", min_size=4, max_size=4),
)
def test_a_number_with_both_keys_right_is_accepted(company: str, place: str) -> None:
    siren = company + luhn_key(company)
    number = siren + place
    number += luhn_key(number)
    if siren in ("000000000", "356000000"):
        return
    assert read_siret(number).digits == number


@given(st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(position: int, shift: int) -> None:
    digits = list(GOOD)
    digits[position] = str((int(digits[position]) + shift) % 10)
    with pytest.raises(InvalidSiret, match="clé de contrôle"):
        read_siret("".join(digits))


@given(st.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        answer = read_siret(text).digits
    except InvalidSiret as refused:
        answer = str(refused)
    assert len(answer) == 14 or answer.endswith(".")
