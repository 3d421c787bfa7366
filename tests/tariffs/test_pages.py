"""The finder and the calculators as visitors see them, without a script."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import brotli
import pytest
from bs4 import Tag
from flask import Flask

from communaute.domain.tariffs.reports import open_reports
from communaute.extensions import db
from communaute.models.tariffs import SavedCalculation
from tests.pages import Pages, one


FINDER = "/outils/tarifs"
SATURDAY = "requisition=20/05/2019&debut=01/06/2019+22:00&fin=02/06/2019+00:00"


def plain(tag: Tag) -> str:
    """A text with ordinary spaces."""
    return tag.get_text().replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def live(app: Flask) -> Pages:
    """Pages over an empty database of their own."""
    return Pages(app)


class TestTheFinder:
    def test_it_opens_with_its_keys_and_the_calculators(self, pages: Pages) -> None:
        page = pages.get(FINDER)
        assert len(page.select("#categorie option")) == 31
        assert one(page, "a[href='/outils/tarifs/interpretation']")
        assert not page.select(".tariff")

    def test_an_answer_asked_again_is_the_same_and_each_place_has_its_own(
        self, pages: Pages
    ) -> None:
        address = f"{FINDER}?q=juré&date=2026-07-01"
        inside = {"HX-Request": "true", "HX-Current-URL": "http://localhost/guides/jures"}
        own = inside | {"HX-Current-URL": f"http://localhost{FINDER}"}
        for _ in range(2):  # made, then kept
            page = pages.get(address)
            assert one(page, "main #outil-tarifs h2#tarifs-trouves")
            there = pages.response("GET", address, headers=inside)
            assert b"<main" not in there.data
            assert b'<h3 id="tarifs-trouves"' in there.data
            assert "HX-Push-Url" not in there.headers
            here = pages.response("GET", address, headers=own)
            assert b'<h2 id="tarifs-trouves"' in here.data
            assert here.headers["HX-Push-Url"].startswith(FINDER)
            assert "Set-Cookie" not in here.headers
        assert pages.get(f"{address}&categorie=jures").select_one("#categorie [selected]")

    def test_the_warning_comes_before_the_amount_and_the_sum_after(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}?tarif=jure-session&date=2026-07-01")
        texts = [tag.get_text(" ", strip=True) for tag in page.select(".tariff__offer > p")]
        assert texts[0].startswith("Dernier tarif connu, vérifié jusqu’au 10\u00a0juin\u00a02026")
        assert texts[1].startswith("102,16")
        assert texts[2].startswith("6 + 8 × 12,02 = 102,16")
        assert "R140" in texts[3]

    def test_beside_others_a_tariff_keeps_its_conditions_at_hand(self, pages: Pages) -> None:
        several = pages.get(f"{FINDER}?q=interprete+nuit+premiere+heure&date=15/06/2022")
        assert len(several.select(".tariff")) > 1
        for card in several.select(".tariff"):
            assert "depuis le" in plain(one(card, ".tariff__text"))
            assert "Conditions et source" in plain(one(card, ".tariff__offer details summary"))
        alone = pages.get(f"{FINDER}?tarif=interpretation-heure&date=2019-06-01")
        assert one(alone, ".tariff__facts")
        assert not alone.select(".tariff__offer details")

    def test_a_tariff_read_for_that_date_has_no_warning(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}?tarif=interpretation-heure&date=2019-06-01")
        assert not page.select(".tariff__warning")
        assert "30,00" in one(page, ".tariff__amount").get_text()

    def test_two_dates_under_two_tariffs_show_both_and_which_applies(self, pages: Pages) -> None:
        dates = "requisition=28/02/2009&prestation=10/03/2009"
        page = pages.get(f"{FINDER}?tarif=interpretation-heure&{dates}")
        assert "C’est la date de la réquisition qui compte" in one(page, ".tariff__date").text
        titles = [tag.get_text(strip=True) for tag in page.select(".tariff__when")]
        assert titles[0].endswith("le tarif qui s’applique")
        assert titles[1].endswith("ne s’applique pas")

    def test_an_unread_rule_shows_both_without_choosing(self, pages: Pages) -> None:
        dates = "requisition=10/11/2011&prestation=11/11/2011"
        page = pages.get(f"{FINDER}?tarif=audience-police&{dates}")
        assert "Voici le tarif à chacune de vos deux dates" in one(page, ".tariff__date").text
        assert not any("applique" in tag.get_text() for tag in page.select(".tariff__when"))

    def test_a_formula_with_an_unknown_letter_shows_no_amount(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}?tarif=autopsie&date=2018-01-01")
        assert one(page, ".tariff__formula").get_text() == "CS × 6"
        assert "Donnez la valeur de CS" in page.text
        assert one(page, "a[href*='/outils/tarifs/formule?tarif=autopsie']")

    def test_the_302_operators_tariffs_fit_in_60_kilobytes(self, pages: Pages) -> None:
        address = f"{FINDER}?categorie=operateurs-communications-electroniques"
        response = pages.response("GET", address, headers={"Accept-Encoding": "br"})
        assert response.headers["Content-Encoding"] == "br"
        assert len(response.data) <= 60_000
        assert brotli.decompress(response.data).decode().count("par réquisition") >= 200
        assert len(pages.get(address).select(".tariff-table tbody tr")) == 302

    def test_a_table_leaves_aside_what_does_not_apply_to_the_date_that_counts(
        self, pages: Pages
    ) -> None:
        dates = "requisition=2020-12-31&prestation=2021-01-05"
        page = pages.get(f"{FINDER}?categorie=traducteurs-interpretes&{dates}")
        assert "18 tarifs de l’autre date ne s’appliquent pas" in page.text
        assert len(page.select(".tariff-table tbody tr")) == 5
        link = str(one(page, ".tariff-table a")["href"])
        assert "requisition=2020-12-31" in link
        assert pages.get(link).select(".tariff")

    def test_the_tool_in_a_page_s_frame_starts_one_heading_lower(self, pages: Pages) -> None:
        headers = {"HX-Current-URL": "http://localhost/tarifs/jures"}
        html = pages.fragment(f"{FINDER}?categorie=jures", headers=headers)
        assert '<h3 id="tarifs-trouves"' in html

    def test_the_lists_count_what_each_value_would_leave(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}?texte=A43-6")
        labels = [option.get_text() for option in page.select("#categorie option")]
        assert "Médecine légale (28)" in labels

    def test_a_fragment_answers_htmx_and_says_the_address_to_share(self, pages: Pages) -> None:
        html = pages.fragment(f"{FINDER}?q=autopsie")
        assert 'id="outil-tarifs"' in html
        response = pages.response(
            "GET",
            f"{FINDER}?q=autopsie",
            headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/outils/tarifs"},
        )
        assert response.headers["HX-Push-Url"] == f"{FINDER}?q=autopsie"

    @pytest.mark.parametrize(
        ("asked", "field", "said"),
        [
            ("requisition=30/02/2021", "requisition", "n’est pas une date du calendrier"),
            ("requisition=2001-12-31", "requisition", "commencent le 1er janvier 2002"),
            ("prestation=2099-01-01", "prestation", "à venir"),
            ("requisition=2022-01-02&prestation=2022-01-01", "prestation", "avant la réquisition"),
            ("categorie=traducteur", "categorie", "Traducteurs et interprètes"),
            ("texte=R999", "texte", "R999"),
            ("fin=hier", "fin", "n’est pas une date du calendrier"),
            ("fin=", "fin", "Donnez le jour où la mission s’est achevée"),
            ("q=&categorie=&texte=&requisition=&prestation=+&code=", "q", "au moins un champ"),
        ],
    )
    def test_a_bad_key_gets_its_sentence_beside_its_field(
        self, pages: Pages, asked: str, field: str, said: str
    ) -> None:
        page = pages.get(f"{FINDER}?{asked}", status=422)
        assert said in plain(one(page, f"#{field}-erreur"))
        assert one(page, f".error-summary a[href='#{field}']")

    def test_a_code_used_again_asks_for_a_date(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}?code=IP+6")
        assert "a désigné plusieurs prestations" in page.text
        assert len(page.select(".tariff")) == 2

    def test_a_service_without_a_tariff_in_the_law_is_free(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}?q=balistique")
        assert one(page, "#tarifs-trouves").get_text(strip=True) == "Tarif libre"

    def test_an_impossible_combination_is_never_an_empty_page(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}?categorie=jures&texte=A43-7")
        assert one(page, "#tarifs-trouves").get_text(strip=True) == "Aucun tarif trouvé"
        assert len(page.select(".tariffs__found li a")) == 2

    def test_the_last_day_to_file_is_a_year_after_the_mission(self, pages: Pages) -> None:
        assert "30\u00a0juin\u00a02027" in pages.get(f"{FINDER}?fin=30/06/2026").text
        assert "ne s’applique pas" in pages.get(f"{FINDER}?fin=30/12/2020").text
        assert "est passé depuis le" in pages.get(f"{FINDER}?fin=30/06/2022").text

    def test_what_was_typed_is_never_markup(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}?code=<b>x</b>&q=<i>y</i>")
        assert not page.select("main b, main i")


class TestTheCalculators:
    def test_a_saturday_evening_of_2019_is_102_euros(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}/interpretation?{SATURDAY}")
        assert "102,00" in one(page, ".tariff__amount").get_text()
        rows = [row.get_text(" ", strip=True) for row in page.select(".tariff-sheet tbody tr")]
        assert "30 × 1,90" in rows[0]
        assert "A43-7" in rows[0]
        assert not page.select(".tariff__warning")

    def test_a_requisition_after_the_last_check_warns_on_the_total(self, pages: Pages) -> None:
        given = "requisition=01/07/2026&debut=02/07/2026+09:00&fin=02/07/2026+10:00&option=oui"
        page = pages.get(f"{FINDER}/interpretation?{given}")
        assert (
            "dernier tarif connu, vérifié jusqu’au 10\u00a0juin\u00a02026"
            in one(page, ".tariff__warning").get_text()
        )

    @pytest.mark.parametrize(
        ("path", "field", "said"),
        [
            ("interpretation?requisition=&debut=x", "requisition", "Donnez la date"),
            ("interpretation?requisition=01/06/2019&debut=demain", "debut", "le jour et l’heure"),
            (
                "interpretation?requisition=01/06/2022&debut=02/06/2022+09:00&fin=02/06/2022+10:00",
                "option",
                "droit d’option",
            ),
            (
                "interpretation?requisition=01/01/2008&debut=02/06/2022+09:00&fin=02/06/2022+10:00",
                "requisition",
                "11 septembre 2008",
            ),
            (
                "interpretation?requisition=01/06/2019&debut=02/06/2019+09:00&fin=06/07/2020+09:00",
                "fin",
                "dure 400 jours",
            ),
            ("traduction?requisition=01/06/2019&mots=-4", "mots", "de 1 à 10 000 000"),
            ("traduction?requisition=01/06/2019&mots=deux", "mots", "Donnez un nombre"),
            ("deplacement?date=01/01/2018&puissance=5&km=10", "date", "avant mars 2019"),
            ("deplacement?date=01/01/2022&puissance=0&km=10", "puissance", "puissance fiscale"),
            ("deplacement?date=01/01/2022&puissance=5&km=1e9", "km", "Donnez un nombre"),
        ],
    )
    def test_what_cannot_be_counted_is_said_beside_its_field(
        self, pages: Pages, path: str, field: str, said: str
    ) -> None:
        page = pages.get(f"{FINDER}/{path}", status=422)
        assert said in plain(one(page, f"#{field}-erreur"))

    def test_every_field_that_cannot_be_read_is_said_at_once(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}/interpretation?requisition=abc&debut=&fin=hier", status=422)
        links = [link["href"] for link in page.select(".error-summary a")]
        assert links == ["#requisition", "#debut", "#fin"]
        assert "Des réponses sont à corriger" in page.text

    def test_a_capped_sum_says_what_it_came_to_before(self, pages: Pages) -> None:
        given = "requisition=01/01/2022&statut=association&acte-composition-controle-simple=5"
        page = pages.get(f"{FINDER}/delegues?{given}")
        assert "150,00, ramené à 120,00" in one(page, ".tariff__sum").get_text()
        assert (
            "12,00\u00a0€ (4 × UV)" in pages.get(f"{FINDER}/delegues?requisition=01/01/2022").text
        )

    def test_an_article_seen_until_2026_is_not_said_in_force_later(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}?tarif=citation-signification&date=2026-07-01")
        assert "Dernière rédaction vue" in page.text
        before = pages.get(f"{FINDER}?tarif=citation-signification&date=2020-06-01")
        assert "Dernière rédaction vue" not in before.text

    def test_a_letter_nobody_knows_is_asked_for(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}/formule?tarif=autopsie&date=2018-01-01&nombre=2", status=422)
        assert "Donnez la valeur de CS" in one(page, "#v-CS-erreur").get_text()
        page = pages.get(f"{FINDER}/formule?tarif=autopsie&date=2018-01-01&nombre=2&v-CS=25")
        assert "300,00" in one(page, ".tariff__amount").get_text()

    def test_a_formula_of_no_tariff_is_not_found(self, pages: Pages) -> None:
        pages.get(f"{FINDER}/formule?tarif=rien", status=404)

    def test_delegates_acts_are_those_of_the_date_and_the_status(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}/delegues?requisition=01/01/2015&statut=association")
        assert page.select("#acte-mediation-un-mois")
        assert not page.select("#acte-permanence")
        given = "requisition=01/01/2022&statut=association&acte-composition-controle-simple=5"
        page = pages.get(f"{FINDER}/delegues?{given}")
        assert "120,00" in one(page, ".tariff__amount").get_text()
        assert "plafonnés à 40 UV" in page.text


class TestWhatAResultSays:
    """What a newcomer needs beside an amount, and cannot know."""

    SUNDAY = "requisition=19+juin+2022&debut=19/06/2022+22h&fin=20/06/2022+00:00"

    def test_a_mission_whose_year_has_passed_is_warned_before_its_amount(
        self, pages: Pages
    ) -> None:
        page = pages.get(f"{FINDER}/interpretation?{self.SUNDAY}&option=non")
        text = plain(page)
        assert text.index("le délai d’un an pour déposer le mémoire est passé") < text.index(
            "102,00"
        )
        assert "20 juin 2023" in plain(one(page, ".tariff__warning"))

    def test_a_result_says_the_deadline_the_pieces_the_court_and_the_guide(
        self, pages: Pages
    ) -> None:
        given = "requisition=01/06/2026&debut=02/06/2026+09:00&fin=02/06/2026+10:00&option=oui"
        page = pages.get(f"{FINDER}/interpretation?{given}")
        filing = one(page, ".tariffs__filing")
        assert "au plus tard le 2 juin 2027" in plain(filing)
        for said in ("Joindre", "juridiction", "20,00 €", "90,00 €", "source secondaire"):
            assert said in plain(filing)
        assert filing.select("a[href='/guides/memoire-de-frais-de-justice']")
        assert "Tarif vérifié le 10 juin 2026" in plain(page)
        assert not page.select(".tariff__warning")

    def test_not_knowing_the_option_shows_both_amounts_and_what_it_is(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}/interpretation?{self.SUNDAY}&option=ne-sais-pas")
        amounts = [plain(amount) for amount in page.select(".tariff__amount strong")]
        assert amounts == ["158,30 €", "102,00 €"]
        assert "indépendants immatriculés" in page.text
        before = SATURDAY.replace("requisition", "option=ne-sais-pas&requisition")
        assert len(pages.get(f"{FINDER}/interpretation?{before}").select(".tariff-sheet")) == 1

    def test_each_of_two_amounts_is_kept_alone(self, live: Pages) -> None:
        page = live.get(f"{FINDER}/interpretation?{self.SUNDAY}&option=ne-sais-pas")
        kept = page.select("form[action$='/calculs']")
        fields = [{i["name"]: i["value"] for i in form.select("input")} for form in kept]
        assert [each["option"] for each in fields] == ["oui", "non"]
        response = live.response("POST", f"{FINDER}/calculs", data=fields[1])
        assert "102,00" in live.get(response.headers["Location"]).text

    @pytest.mark.parametrize(
        ("sent", "missing"),
        [
            ("interpretation?requisition=&debut=&fin=", ["#requisition", "#debut", "#fin"]),
            ("traduction?requisition=&mots=&remise=", ["#requisition", "#mots"]),
            ("deplacement?date=&puissance=&km=&deja=", ["#date", "#puissance", "#km"]),
            ("formule?tarif=autopsie&date=&nombre=&v-CS=", ["#date"]),
            ("delegues?requisition=&statut=association&acte-mineur=", ["#requisition"]),
        ],
    )
    def test_an_empty_form_sent_says_what_is_missing(
        self, pages: Pages, sent: str, missing: list[str]
    ) -> None:
        page = pages.get(f"{FINDER}/{sent}", status=422)
        assert [link["href"] for link in page.select(".error-summary a")] == missing

    def test_no_act_at_all_is_said_beside_the_first(self, pages: Pages) -> None:
        sent = "requisition=01/01/2022&statut=association&acte-mineur="
        page = pages.get(f"{FINDER}/delegues?{sent}", status=422)
        assert "Indiquez au moins un acte" in plain(one(page, ".fr-error-text"))

    def test_the_finder_gives_the_deadline_of_the_service_s_date(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}?tarif=autopsie&requisition=01/06/2022&prestation=05/06/2022")
        assert "est passé depuis le 5 juin 2023" in plain(one(page, ".tariff__warning"))

    def test_a_day_looked_up_or_a_requisition_alone_is_no_end_of_a_mission(
        self, pages: Pages
    ) -> None:
        for days in ("date=2022-06-01", "requisition=01/06/2022"):
            page = pages.get(f"{FINDER}?tarif=autopsie&{days}")
            assert "mission achevée le" not in plain(page)

    def test_a_list_says_when_its_tariffs_were_verified(self, pages: Pages) -> None:
        trade = f"{FINDER}?categorie=traducteurs-interpretes&date="
        assert "Tarifs vérifiés le 10 juin 2026" in plain(pages.get(f"{trade}2026-06-01"))
        assert "est le dernier connu" in plain(pages.get(f"{trade}2026-07-01"))

    def test_an_increase_overseas_is_asked_and_applied(self, pages: Pages) -> None:
        page = pages.get(f"{FINDER}?tarif=citation-signification&date=2026-04-01")
        link = str(one(page, "a[href*='/formule?']")["href"])
        page = pages.get(f"{link}&territoire=reunion&nombre=")
        assert "13,02" in one(page, ".tariff__amount").text
        page = pages.get(
            f"{link}&territoire=reunion&nombre=&date=".replace("2026-04-01", "2025-04-01"),
            status=422,
        )
        assert one(page, "#v-majoration")

    def test_a_mission_across_an_unread_rule_shows_both_and_says_so(self, pages: Pages) -> None:
        dates = "requisition=20/04/2026&prestation=05/05/2026"
        page = pages.get(f"{FINDER}?tarif=internet-adresse-ip-plateforme&{dates}")
        said = plain(one(page, ".tariff__date"))
        assert "n’a pas été lue" in said
        assert "chacune de vos deux dates" in said
        assert [plain(each) for each in page.select(".tariff__amount strong")] == [
            "18,00 €",
            "8,00 €",
        ]
        assert "est déduite" in plain(one(page, ".tariff__warning"))


class TestAKeptCalculation:
    def test_its_link_answers_the_same_sum(self, live: Pages) -> None:
        data = dict(pair.split("=") for pair in SATURDAY.replace("+", " ").split("&"))
        response = live.response("POST", f"{FINDER}/calculs", data={"kind": "interpreting", **data})
        assert response.status_code == 303
        page = live.get(response.headers["Location"])
        assert "102,00" in one(page, ".tariff__amount").get_text()
        again = str(one(page, "a[href*='interpretation?']")["href"])
        assert "102,00" in one(live.get(again), ".tariff__amount").get_text()

    def test_its_link_answers_when_its_tariff_bears_another_name(
        self, app: Flask, live: Pages
    ) -> None:
        data = {"kind": "formula", "tarif": "autopsie", "date": "2018-01-01", "v-CS": "25"}
        address = live.response("POST", f"{FINDER}/calculs", data=data).headers["Location"]
        with app.app_context():
            kept = db.session.get_one(SavedCalculation, address.rpartition("/")[2])
            kept.question = {**kept.question, "tarif": "nom-disparu"}
            db.session.commit()
        page = live.get(address)
        assert "150,00" in one(page, ".tariff__amount").get_text()
        assert not page.select("main a[href*='formule']")

    def test_what_a_form_claims_is_never_kept(self, live: Pages) -> None:
        data = {"kind": "interpreting", "total": "9999", "requisition": "01/06/2019"}
        assert live.response("POST", f"{FINDER}/calculs", data=data).status_code == 422
        assert live.response("POST", f"{FINDER}/calculs", data={"kind": "rien"}).status_code == 400

    def test_another_site_cannot_keep_one(self, live: Pages) -> None:
        headers = {"Sec-Fetch-Site": "cross-site"}
        response = live.response("POST", f"{FINDER}/calculs", data={}, headers=headers)
        assert response.status_code == 403

    def test_a_wrong_link_is_not_found(self, live: Pages) -> None:
        live.get(f"{FINDER}/calculs/rien", status=404)


class TestAReport:
    def test_it_is_kept_about_its_tariff(self, live: Pages) -> None:
        about = "interpretation-heure-20090301"
        page = live.get(f"{FINDER}/signaler?tarif={about}")
        assert "30,00" in page.text
        page = live.post(f"{FINDER}/signaler", data={"tarif": about, "message": "31 €"})
        assert "enregistré" in page.text
        with live.app.app_context():
            (report,) = open_reports(db.session())
            assert (report.message, report.period_id) == ("31 €", about)

    def test_an_empty_one_is_refused_and_what_was_typed_stays(self, live: Pages) -> None:
        data = {"message": " ", "source": "https://exemple.fr/texte"}
        page = live.post(f"{FINDER}/signaler", status=422, data=data)
        assert "Dites ce qui est faux" in one(page, "#message-erreur").get_text()
        assert one(page, "#source")["value"] == "https://exemple.fr/texte"

    def test_another_site_cannot_send_one(self, live: Pages) -> None:
        headers = {"Origin": "https://ailleurs.example"}
        response = live.response(
            "POST", f"{FINDER}/signaler", data={"message": "x"}, headers=headers
        )
        assert response.status_code == 403

    def test_one_about_a_tariff_that_does_not_exist_is_kept_without_it(self, live: Pages) -> None:
        live.post(f"{FINDER}/signaler", data={"tarif": "rien", "message": "faux"})
        with live.app.app_context():
            assert [report.period_id for report in open_reports(db.session())] == [None]


class TestOpenData:
    def test_the_csv_holds_every_row_and_its_schema_s_fields(self, pages: Pages) -> None:
        response = pages.response("GET", f"{FINDER}.csv")
        rows = list(csv.DictReader(io.StringIO(response.get_data(as_text=True))))
        schema = json.loads(pages.response("GET", f"{FINDER}/schema.json").data)
        assert len(rows) == 727
        assert [field["name"] for field in schema["fields"]] == list(rows[0])
        assert response.headers["Access-Control-Allow-Origin"] == "*"

    def test_every_cell_is_of_the_type_that_the_schema_says(self, pages: Pages) -> None:
        schema = json.loads(pages.response("GET", f"{FINDER}/schema.json").text)
        types = {field["name"]: field["type"] for field in schema["fields"]}
        rows = list(csv.DictReader(io.StringIO(pages.response("GET", f"{FINDER}.csv").text)))
        assert len({row[schema["primaryKey"]] for row in rows}) == len(rows) == 727
        for row in rows:
            assert list(row) == list(types)
            for name, cell in row.items():
                if cell and types[name] == "date":
                    assert date.fromisoformat(cell)
                elif cell and types[name] == "number":
                    assert Decimal(cell) > 0
        listed = json.loads(pages.response("GET", f"{FINDER}.json").text)
        assert [row["id"] for row in listed["rows"]] == [row["id"] for row in rows]

    def test_the_json_holds_the_rows_the_schema_and_the_licence(self, pages: Pages) -> None:
        answer = json.loads(pages.response("GET", f"{FINDER}.json").data)
        assert len(answer["rows"]) == 727
        assert "Licence Ouverte" in answer["licence"]["text"]
        assert answer["schema"]["primaryKey"] == "id"
        assert "citation" not in answer["rows"][0]

    def test_the_pages_about_the_data_are_well_made(self, pages: Pages) -> None:
        assert "Licence Ouverte" in pages.get(f"{FINDER}/donnees").text
        page = pages.get(f"{FINDER}/changements")
        assert len(page.select("section[id]")) >= 20

    def test_the_feed_leads_to_the_changelog_s_entries(self, pages: Pages) -> None:
        feed = pages.response("GET", f"{FINDER}/changements.atom").get_data(as_text=True)
        sections = pages.get(f"{FINDER}/changements").select("section[id]")
        assert sections
        for section in sections:
            assert f"{FINDER}/changements#{section['id']}" in feed


def test_the_tool_accepts_only_categories_and_texts_that_exist(shared_app: Flask) -> None:
    tool = shared_app.extensions["communaute"].tools["tarifs"]
    assert tool.accept({"categorie": "traducteurs-interpretes"})
    for wrong in ({"categorie": "rien"}, {"texte": "rien"}, {"q": "x" * 101}, {"rien": "x"}):
        with pytest.raises(ValueError, match=r"[a-z]"):
            tool.accept(wrong)
