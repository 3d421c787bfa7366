"""French analysis: spellings that a reader takes for the same give the same terms."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.analysis import terms
from search_index.folding import canonical, fold


def stems(text: str) -> list[str]:
    return [term.stem for term in terms(canonical(text))]


@pytest.mark.parametrize("apostrophe", "'’ʼ‘′`´")
def test_an_elided_article_vanishes_with_every_apostrophe(apostrophe: str) -> None:
    assert stems(f"l{apostrophe}accès") == stems("accès")
    assert stems(f"jusqu{apostrophe}au dépôt") == stems("dépôt")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dépôt", "depot"),
        ("ŒUVRE", "oeuvre"),
        ("dépo\u0302t", "dépôt"),
        ("factures", "facture"),
        ("journaux", "journal"),
        ("aujourd’hui", "aujourd'hui"),
        ("sous\u00adtraitant", "soustraitant"),
        ("\u200ffacture\u200e", "facture"),
        ("ｆａｃｔｕｒｅ", "facture"),
    ],
)
def test_spellings_that_read_the_same_give_the_same_terms(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_stop_words_are_left_out_but_their_capitals_are_acronyms() -> None:
    assert stems("le service se trouve sur la page") == stems("service trouve page")
    assert "se" in stems("le code du SE destinataire")
    assert "pa" in stems("une PA ou le portail")


def test_a_text_all_in_capitals_has_stop_words_like_any_other() -> None:
    assert stems("COMMENT SE CONNECTER") == stems("comment se connecter")


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("123 456 789 00012", "12345678900012"),
        ("123\u00a0456\u00a0789\u00a000012", "12345678900012"),
        ("12345678900012", "12345678900012"),
        ("4 950 724", "4950724"),
        ("4.950.724", "4950724"),
        ("4\u202f950\u202f724", "4950724"),
        ("A43-7", "a43-7"),
        ("a 43-7", "a43-7"),
        ("R. 122", "r122"),
        ("R122", "r122"),
        ("r122", "r122"),
        ("IP. 6", "ip6"),
        ("IP 6", "ip6"),
        ("l’A43-7", "a43-7"),
        ("EN 16931", "en16931"),
    ],
)
def test_an_identifier_has_one_spelling(text: str, whole: str) -> None:
    assert stems(text)[0] == whole


def test_an_identifier_is_found_by_its_parts() -> None:
    assert "123456789" in stems("123 456 789 00012")
    assert {"a43", "43-7"} <= set(stems("A43-7"))
    assert {"ip", "6"} <= set(stems("IP. 6"))


def test_the_word_siret_is_no_part_of_the_number() -> None:
    for spelled in ("SIRET 123 456 789 00012", "SIRET 12345678900012", "SIRET : 12345678900012"):
        assert stems(spelled)[:2] == ["siret", "12345678900012"]


@pytest.mark.parametrize(
    "forms",
    [
        "déposer déposée déposez déposent déposant",
        "envoyer envoyé envoyée envoi envoyez envoient",
        "payer payé payée paiement payez",
        "vérifier vérifié vérifiée vérifiez vérification vérifient",
        "oublier oublié oubliez",
        "choisir choisi choisissez choisissent choix",
        "perdre perdu perds perdez",
        "répondre répondu répondent répondez",
        "désactiver désactivé désactive désactivation",
        "dépasser dépassé dépasse dépassent",
        "demander demande demandent demandez",
        "créer créé créée créées créez",
        "reconnaître reconnu reconnaît reconnais",
        "émettre émise émises émission émissions",
        "obtenir obtenu obtenus obtenues",
    ],
)
def test_the_forms_of_a_verb_have_one_stem(forms: str) -> None:
    assert len(set(stems(forms))) == 1


@pytest.mark.parametrize(
    "forms",
    """
    numéro numéros
    euro euros
    contenu contenus
    envoi envois envoyer
    emploi emplois
    loi lois
    délai délais
    ami amis
    crédit crédits
    usager usagers
    premier premiers première premières
    étranger étrangers étrangère étrangères
    petit petits petite petites
    inscription inscriptions
    connexion connexions
    commission commissions
    public publics publique publiques
    nouveau nouvelle nouveaux nouvelles
    refus refusé refuser
    hongrois hongroise hongroises
    chinois chinoise
    vue vues vu vus
    an ans
    API APIs
    """.strip().splitlines(),
)
def test_a_plural_or_a_feminine_is_the_same_word(forms: str) -> None:
    assert len(set(stems(forms))) == 1


@pytest.mark.parametrize(
    "words",
    [
        *("fichier fiche", "document docum", "client clier", "agent ager", "cas casse"),
        *("argent arger", "commune communication", "compte compta", "pays payer", "taxe taxi"),
        *("format formation", "administrateur administration", "opérateur opération"),
        *("cours cour", "cas case", "MOE MOA", "virer virement", "faut faute", "usage usager"),
    ],
)
def test_words_that_look_like_forms_of_another_are_not(words: str) -> None:
    assert len(set(stems(words))) == 2


def test_a_count_of_things_is_not_an_article() -> None:
    assert "a43" not in stems("il y a 43 dossiers")


def test_a_compound_is_found_whole_and_in_parts() -> None:
    assert "facturx" in stems("Factur-X")
    assert set(stems("traitant")) <= set(stems("sous-traitant"))
    assert stems("peut-on") == stems("peut")


@given(st.text(max_size=300))
def test_any_text_can_be_analysed_and_terms_stay_inside_it(text: str) -> None:
    given_text = canonical(text)
    for term in terms(given_text):
        assert term.stem
        assert 0 <= term.start < term.end <= len(given_text)


@given(st.text(max_size=300))
def test_a_text_in_its_one_spelling_stays_as_it_is(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@given(st.text(max_size=50))
def test_a_folded_word_stays_as_it_is(word: str) -> None:
    assert fold(fold(word)) == fold(word)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), max_size=80))
def test_composed_and_decomposed_accents_are_one(text: str) -> None:
    assert stems(unicodedata.normalize("NFD", text)) == stems(unicodedata.normalize("NFC", text))


@given(st.integers(min_value=1000, max_value=10**12))
def test_an_amount_is_one_term_whatever_separates_its_thousands(amount: int) -> None:
    spellings = [f"{amount:,}".replace(",", space) for space in (" ", "\u00a0", "\u202f", ".")]
    assert {stems(spelling)[0] for spelling in spellings} == {str(amount)}
