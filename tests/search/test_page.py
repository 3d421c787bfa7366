"""The search page: without a script, filtered, paged, and whatever one types."""

import pytest
from bs4 import BeautifulSoup

from communaute.editorial.guidance import SearchGuidance, read_guidance
from tests.pages import Pages, one
from tests.swapping import main_text


ODD = (
    ("nothing", ""),
    ("spaces", "   "),
    ("one letter", "a"),
    ("7,000 letters", "facture " * 875),
    ("7,000 times one letter", "a" * 7_000),
    ("stop words", "de la du et que"),
    ("punctuation", "?!;:,.()[]{}«»…"),
    ("wildcards", "fact* fac?ure *"),
    ("field syntax", 'title:facture AND (body:"x" OR NOT kind:guides)^3~2'),
    ("an unclosed quote", '"facture'),
    ("control characters", "fac\x00ture\x1b[31m\x07\r\n\x85"),
    ("right-to-left marks", "\u202eerutcaf\u202c \u200ffacture\u2067"),
    ("SQL", "'; DROP TABLE users; -- ' OR 1=1"),
    ("HTML", "<script>alert(1)</script><img src=x onerror=alert(1)>"),
    ("an attribute", '" onfocus="alert(1)" autofocus="'),
    ("a template", "{{ 7*7 }} {% raw %} ${7*7}"),
    ("a path", "../../etc/passwd"),
    ("half an emoji", "\ud83d facture"),
    ("emoji", "💩 facture 👩‍👩‍👧"),
    ("combining marks", "e" + "\u0301" * 500),
    ("another script", "发票 счёт فاتورة"),
    ("digits", "1" * 300),
)


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def asked(search: Pages, text: str, **others: str) -> BeautifulSoup:
    from urllib.parse import urlencode

    return search.get("/recherche?" + urlencode({"q": encoded(text), **others}))


def titles(page: BeautifulSoup) -> list[str]:
    return [link.get_text(" ", strip=True) for link in page.select(".results__items h3 a")]


def addresses(page: BeautifulSoup) -> list[str]:
    return [str(link["href"]) for link in page.select(".results__items h3 a")]


def count_said(page: BeautifulSoup) -> str:
    return one(page, "[role=status] h2").get_text(" ", strip=True)


@pytest.mark.parametrize(("what", "typed"), ODD, ids=[what for what, _typed in ODD])
def test_whatever_is_typed_is_answered_in_a_sentence(search: Pages, what: str, typed: str) -> None:
    page = asked(search, typed)
    assert len(main_text(page)) > 100
    assert len(str(one(page, "#recherche-page-champ")["value"])) <= 200
    assert not [s for s in page.find_all("script") if "alert" in s.text]
    assert not page.select("img[src=x], [onfocus], [autofocus]")
    response = search.response("GET", "/recherche/suggestions", query_string={"q": encoded(typed)})
    assert response.status_code == 200
    assert "<script" not in response.text


def test_a_question_longer_than_an_address_may_be_is_refused_in_french(search: Pages) -> None:
    page = search.get("/recherche?q=" + "a" * 10_000, 414)
    assert len(main_text(page)) > 50


def test_an_odd_filter_or_page_is_ignored(search: Pages) -> None:
    expected = addresses(asked(search, "facture"))
    for name, value in (
        ("type", "<b>"),
        ("type", "x" * 5_000),
        ("public", "'--"),
        ("page", "-1"),
        ("page", "abc"),
        ("page", "٣"),
        ("page", "1e9"),
    ):
        page = asked(search, "facture", **{name: value})
        assert addresses(page) == expected, (name, value)
        assert not page.select(".chosen-filters")


def test_a_page_past_the_last_is_the_last(search: Pages) -> None:
    page = asked(search, "facture", page="999")
    assert addresses(page)
    current = one(page, ".fr-pagination [aria-current]").text
    assert f"page {current} sur {current}" in count_said(page)


def test_what_was_typed_stays_and_the_count_is_announced(search: Pages) -> None:
    page = asked(search, "ma facture est rejetée")
    assert one(page, "#recherche-page-champ")["value"] == "ma facture est rejetée"
    assert "résultats pour" in count_said(page)
    assert "ma facture est rejetée" in one(page, "title").text


def test_hits_lead_to_sections_two_a_page_at_most_ten_a_page(search: Pages) -> None:
    page = asked(search, "délai de paiement")
    found = addresses(page)
    assert len(found) == 10
    assert len(set(found)) == 10
    pages = [address.partition("#")[0] for address in found if not address.startswith("/glossaire")]
    assert max(pages.count(address) for address in pages) <= 2
    sections = [address for address in found if "#" in address]
    assert sections
    for address in sections:
        path, _, anchor = address.partition("#")
        assert search.get(path).select_one(f"[id='{anchor}']"), address


def test_the_pages_of_results_follow_each_other(search: Pages) -> None:
    first, second = asked(search, "délai de paiement"), asked(search, "délai de paiement", page="2")
    assert not set(addresses(first)) & set(addresses(second))
    following = one(first, ".fr-pagination__link--next")
    assert addresses(search.get(str(following["href"]))) == addresses(second)


def test_a_result_says_its_path_its_date_of_truth_and_marks_the_words(search: Pages) -> None:
    page = asked(search, "code service")
    item = one(page, ".results__items li")
    assert one(item, ".result__path").text.strip()
    assert "Vérifié le" in item.text
    assert page.select(".listing__summary mark")


def test_the_count_of_a_facet_is_what_its_link_leaves(search: Pages) -> None:
    page = asked(search, "mémoire de frais de justice")
    facets = page.select(".facets--aside a")
    assert len(facets) > 5
    for facet in facets:
        promised = int(one(facet, ".facets__count").text.strip("()"))
        narrowed = search.get(str(facet["href"]))
        assert count_said(narrowed).startswith(f"{promised} résultat"), facet["href"]
        assert narrowed.select(".chosen-filters a")


def test_a_filter_is_taken_away_by_its_own_link(search: Pages) -> None:
    page = asked(search, "facture", type="guides", public="travaux")
    assert all(address.startswith("/guides/") for address in addresses(page))
    without = search.get(str(one(page, ".chosen-filters a")["href"]))
    assert len(without.select(".chosen-filters a")) == 1


def test_filters_that_leave_nothing_say_how_to_leave_them(search: Pages) -> None:
    page = asked(search, "code service", type="temoignages")
    assert "Aucun résultat avec ces filtres" in main_text(page)
    back = one(page, ".results__list p a[href^='/recherche']")
    assert addresses(search.get(str(back["href"])))


def test_a_page_past_its_truth_ranks_below_what_replaces_it_and_says_so(search: Pages) -> None:
    page = asked(search, "dates de la facture électronique entre entreprises")
    paths = [address.partition("#")[0] for address in addresses(page)]
    assert "/guides/reforme-2026-2027" in paths
    old = "/actualites/experimentation-inter-entreprises"
    if old in paths:
        assert paths.index("/guides/reforme-2026-2027") < paths.index(old)
    expired = asked(search, "bilan expérimentation 2020 inter-entreprises", type="actualites")
    badge = one(expired, ".result__expired")
    assert "Page dépassée" in badge.text
    assert one(badge, "a")["href"] == "/guides/reforme-2026-2027"


def test_a_mistyped_word_is_understood_and_another_spelling_offered(search: Pages) -> None:
    page = asked(search, "notificaton")
    assert addresses(page)
    offered = one(page, ".results__spelling a")
    assert offered.text == "notification"
    assert "q=notification" in str(offered["href"])
    # The page that is opened marks the words of the correction, not those that no text has.
    assert one(page, ".results__items")["data-words"] == "notification"


def test_the_words_that_no_page_says_are_told(search: Pages) -> None:
    page = asked(search, "facture proforma")
    assert one(page, ".results__note [data-typed]").text == "proforma"
    assert titles(page)
    assert not asked(search, "facture déposée").select(".results__note")


def test_without_result_one_is_told_where_to_go(search: Pages) -> None:
    page = asked(search, "zzzzqqqq")
    assert "Aucune page ne répond" in count_said(page)
    links = {str(link["href"]) for link in page.select("#resultats a")}
    assert {"/contact", "/plan-du-site", "/glossaire"} <= links
    assert any(link.startswith("/questions/") for link in links)


def test_too_long_a_query_says_that_it_was_cut(search: Pages) -> None:
    assert "200 premiers" in main_text(asked(search, "facture " * 100))
    assert "200 premiers" not in main_text(asked(search, "facture"))


def test_no_word_at_all_is_said(search: Pages) -> None:
    assert "aucun mot" in main_text(asked(search, "?!…"))


def test_the_swapped_part_is_the_reloaded_page(search: Pages) -> None:
    from tests.swapping import swap

    address = "/recherche?q=code+service&type=guides"
    before = search.get("/recherche?q=code+service")
    swapped = swap(before, "#resultats", search.fragment(address))
    after = search.get(address)
    assert main_text(swapped) == main_text(after)


def test_a_link_keeps_the_words_and_filters(search: Pages) -> None:
    page = asked(search, "facture à payer & délai", type="questions")
    links = page.select(".facets--aside a, .fr-pagination a[href]")
    assert links
    for link in links:
        assert "facture+%C3%A0+payer+%26+d%C3%A9lai" in str(link["href"])


def test_suggestions_are_options_the_last_being_all_results(search: Pages) -> None:
    from tests.pages import soup_of

    html = search.response("GET", "/recherche/suggestions?q=code serv").text
    options = soup_of(f"<ul>{html}</ul>").select("li")
    assert 2 <= len(options) <= 8
    assert all(option["role"] == "option" for option in options)
    assert options[-1]["data-url"] == "/recherche?q=code+serv"


def test_before_two_letters_the_frequent_questions_are_suggested(search: Pages) -> None:
    from tests.pages import soup_of

    for typed in ("", "c"):
        html = search.response("GET", f"/recherche/suggestions?q={typed}").text
        options = soup_of(f"<ul>{html}</ul>").select("li[role=option]")
        assert options
        assert all("Question fréquente" in option.text for option in options)


@pytest.mark.parametrize("typed", ["comment fa", "chang", "vérif", "mot de p", "factures rej"])
def test_suggestions_begin_with_tasks_and_say_nothing_twice(search: Pages, typed: str) -> None:
    from tests.pages import soup_of

    html = search.response("GET", "/recherche/suggestions", query_string={"q": typed}).text
    urls = [str(o["data-url"]) for o in soup_of(f"<ul>{html}</ul>").select("li[role=option]")]
    assert len(urls) == len(set(urls))
    tasks = {entry.address for entry in guidance_of(search).tasks}
    assert {urls[0], urls[1]} & tasks, urls


def guidance_of(search: Pages) -> SearchGuidance:
    content = search.app.extensions["communaute"].content
    return read_guidance(content.directory, content.tool_addresses)


def test_a_suggestion_keeps_the_anchor_of_its_section(search: Pages) -> None:
    html = search.response("GET", "/recherche/suggestions?q=indemnité forfaitaire de 40").text
    assert "/guides/delais-de-paiement#ce-qui-vous-est-du-en-cas-de-retard" in html


def test_a_valid_siret_is_not_told_that_nothing_answers(search: Pages) -> None:
    text = search.response("GET", "/recherche?q=732 829 320 00074").text
    assert "est un SIRET bien formé" in text
    assert "Aucune page ne répond" not in text


def test_an_answer_asked_again_is_the_same_and_takes_no_cookie(search: Pages) -> None:
    first = search.response("GET", "/recherche?q=facture rejetée")
    again = search.response("GET", "/recherche?q=facture rejetée")
    assert first.data == again.data
    assert "Set-Cookie" not in again.headers
    part = search.response("GET", "/recherche?q=facture rejetée&fragment=1")
    assert len(part.data) < len(first.data)
    assert search.response("GET", "/recherche/suggestions?q=zzzzqqqq").text.strip() == ""


def test_content_pages_ignore_the_words_of_a_search(search: Pages) -> None:
    plain = search.response("GET", "/guides/deposer-une-facture")
    asked_for = search.response("GET", "/guides/deposer-une-facture?q=facture")
    assert plain.data == asked_for.data
    assert plain.headers["ETag"] == asked_for.headers["ETag"]


def test_an_address_that_leads_nowhere_suggests_pages(search: Pages) -> None:
    page = search.get("/guides/changement-de-siret", status=404)
    assert "/bonnes-pratiques/changer-de-siret" in {
        str(a["href"]) for a in page.select("main li a")
    }
