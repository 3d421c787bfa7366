"""What reaches somebody is found; what businesses write every day is not."""

import pytest

from communaute.french.personal import what_reaches_somebody


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("écrivez à jean.dupont@exemple.fr", "une adresse électronique"),
        ("jean @ exemple.fr", "une adresse électronique"),
        ("au 06 12 34 56 78", "un numéro de téléphone"),
        ("tél. 0612345678.", "un numéro de téléphone"),
        ("+33 6 12 34 56 78", "un numéro de téléphone"),
        ("00 33 (0)1.23.45.67.89", "un numéro de téléphone"),
        ("+32 470 12 34 56", "un numéro de téléphone"),
        ("FR76 3000 6000 0112 3456 7890 189", "un IBAN"),
        ("fr7630006000011234567890189 est mon compte", "un IBAN"),
        ("BE68 5390 0754 7034", "un IBAN"),
        ("2 85 05 78 006 084 36", "un numéro de sécurité sociale"),
        ("j'habite 12 bis, rue de la Paix", "une adresse postale"),
        ("3 avenue Foch", "une adresse postale"),
    ],
)
def test_found(text: str, found: str) -> None:
    assert what_reaches_somebody(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "mon SIRET 123 456 789 00012 est refusé",
        "SIRET 05587654300012",
        "12345678900012",
        "la facture F2026-041 de 12 000,00 € du 01/02/2026",
        "le code CPP 20 000 000 000",
        "2 places à la formation, 3 route",
        "article R. 122 et A43-7",
        "numéro d'engagement 1300012345",
        "erreur 401 puis 403 @ chaque dépôt",
        "BR-FR-CPRO-12 et FR12345678901 (TVA)",
        "",
    ],
)
def test_not_found(text: str) -> None:
    assert what_reaches_somebody(text) == ""


@pytest.mark.parametrize("part", ["a", "a@", "a.", "1 ", "FR12 ", "é", "@"])
def test_a_text_of_any_length_is_read_once(part: str) -> None:
    """Read again from each of its letters, a word of this length would hold a thread for an hour."""
    assert what_reaches_somebody(part * (400_000 // len(part))) == ""
