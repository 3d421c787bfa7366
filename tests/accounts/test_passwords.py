"""What may be chosen as a password, and how it is typed."""

from collections.abc import Callable

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from communaute.domain.accounts import passwords
from communaute.domain.accounts.passwords import WeakPassword
from tests.accounts.people import Person


Someone = Callable[[], Person]


@pytest.mark.parametrize(
    "typed",
    [
        "chorus pro 2026",
        "chorusprochoruspro",
        "Communauté2026",
        "motdepasse12345",
        "Mot de passe 1234",
    ],
)
def test_words_of_this_site_are_no_password(typed: str) -> None:
    with pytest.raises(WeakPassword, match="se devine"):
        passwords.check(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("aaaaaaaaaaaaaa", "123456789012", "azertyuiopqsdf", "qwertyuiopas", "Bienvenue2024"),
        *("iloveyou1234", "password1234", "unbelievable", "marseille2024", "P@ssw0rd2024"),
    ],
)
def test_what_the_keyboard_suggests_is_no_password(typed: str) -> None:
    with pytest.raises(WeakPassword, match="se devine"):
        passwords.check(typed)


# ASVS 5.0, 6.2.4: « at least the top 3000 passwords which match the policy ».
def test_none_of_the_most_typed_passwords_is_one() -> None:
    typed = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= passwords.SHORTEST]
    common = [word for word in FREQUENCY_LISTS["passwords"][:3_000] if len(word) >= 6]
    for word in (*typed, *(f"{word}123456" for word in common[::100])):
        assert passwords.is_guessable(word, ""), word


def test_only_the_beginning_of_a_password_is_judged() -> None:
    """zxcvbn takes seconds over two hundred odd characters: it is never given them."""
    odd = "4@8({[<369&#!1/|0$5+7%2"
    passwords.check(odd * 11)
    assert passwords.is_guessable("a" * passwords.LOOKED_AT + odd * 10, "")
    assert not passwords.is_guessable("a" * 3 + odd, "")


@pytest.mark.parametrize("typed", ["prenom.nom@exemple.example", "prenom.nom-le-long"])
def test_the_address_is_no_password(typed: str) -> None:
    with pytest.raises(WeakPassword, match="se devine"):
        passwords.check(typed, f"{typed.partition('@')[0]}@exemple.example")


@pytest.mark.parametrize(
    "typed",
    [
        "quatre mots faciles a retenir",
        "ma mairie depose ses factures",
        "un chorus de grenouilles",
        "🔑é🐸ñ🚲ç🌙à🍋ù🎻ô",
        "3141592653589",
    ],
)
def test_ordinary_sentences_are_passwords(typed: str) -> None:
    passwords.check(typed, "prenom.nom@exemple.example")


def test_the_refusal_stands_beside_the_field(someone: Someone) -> None:
    person = someone()
    person.password = "chorus pro 2026"
    page = person.post(
        "/compte/inscription", 422, courriel=person.email, mot_de_passe=person.password
    )
    assert "se devine trop vite" in page.text
    assert person.user() is None


@pytest.mark.parametrize(
    ("path", "wanted"),
    [("/compte/connexion", "current-password"), ("/compte/inscription", "new-password")],
)
def test_fields_are_masked_and_known_to_managers(someone: Someone, path: str, wanted: str) -> None:
    field = someone().get(path).select_one("input[name=mot_de_passe]")
    assert field is not None
    assert (field["type"], field["autocomplete"]) == ("password", wanted)
    assert "onpaste" not in field.attrs


def test_an_accent_typed_on_another_keyboard_is_the_same_password(someone: Someone) -> None:
    person = someone()
    person.password = "un mot de passe accentu\u00e9"
    person.with_account()
    person.password = "un mot de passe accentue\u0301"
    person.sign_in()
