"""The pages of structures: declare, be attached, manage, follow invoices."""

import pytest
from flask import Flask
from sqlalchemy import select

from communaute.extensions import db
from communaute.models import Delivery, Invoice, Membership, Role, Structure, User
from tests.pages import one
from tests.structures import worlds
from tests.structures.visiting import (
    Visitor,
    invoiced,
    real_structure,
    refused_acts,
    siret_of,
    text_of,
)


HOME = "/compte/structures/"


def fresh() -> str:
    """A SIRET that nobody has here."""
    return worlds.fresh().digits


def declare(person: Visitor, siret: str, name: str = "Atelier d’essai") -> int:
    """Declare a structure as its page says; its number."""
    form = f"{HOME}ajouter?siret={siret}"
    sheet = person.goes(f"{HOME}ajouter", form, siret=siret, nom=name, nature="private")
    return int(sheet.rsplit("/", 1)[1])


def mailed(person: Visitor, template: str) -> Delivery:
    """The last mail of a kind to somebody."""
    wanted = select(Delivery).where(
        Delivery.recipient == person.email, Delivery.template == template
    )
    with person.app.app_context():
        found = db.session.scalars(wanted.order_by(Delivery.id.desc())).first()
        assert found is not None, template
        db.session.expunge(found)
        return found


def membership(app: Flask, person: Visitor, number: int) -> int:
    """The number of an attachment."""
    with app.app_context():
        wanted = select(Membership.id).where(
            Membership.user_id == person.account().id, Membership.structure_id == number
        )
        return db.session.scalars(wanted).one()


def test_who_declares_a_structure_manages_it_and_it_is_not_verified(manager: Visitor) -> None:
    assert "rattaché à aucune structure" in text_of(manager.get(HOME))
    siret = fresh()
    page = manager.get(f"{HOME}ajouter?siret={siret[:9]} {siret[9:]}")
    assert "Aucune structure ne porte encore" in text_of(page)
    assert one(page, "#siret")["value"] == siret
    number = declare(manager, siret)
    sheet = text_of(manager.get(f"{HOME}{number}"))
    assert "Gestionnaire principal" in sheet
    assert "Non vérifiée" in sheet
    listed = manager.get(HOME)
    assert listed.select_one(f"a[href='{HOME}{number}']")
    assert "Changer de SIRET" in text_of(listed)


def test_what_is_wrong_with_a_declaration_stands_beside_its_field(manager: Visitor) -> None:
    page = manager.get(f"{HOME}ajouter?siret=12", 422)
    assert "il en manque 12" in text_of(page)
    assert one(page, "#siret")["value"] == "12"
    assert "numéro inventé" in text_of(manager.get(f"{HOME}ajouter?siret=00000101600013", 422))
    form = f"{HOME}ajouter?siret={fresh()}"
    page = manager.answer(f"{HOME}ajouter", 422, form, siret="", nom="", nature="roi")
    assert "Choisissez « Structure privée »" in text_of(page)
    assert "Écrivez le nom" in one(page, "#nom-erreur").text
    assert "Saisissez les 14 chiffres" in one(page, "#siret-erreur").text
    page = manager.answer(
        f"{HOME}ajouter", 422, form, siret=fresh(), nom="x" * 300, nature="public"
    )
    assert "raccourcissez" in one(page, "#nom-erreur").text
    assert len(str(one(page, "#nom")["value"])) == 300
    page = manager.answer(f"{HOME}ajouter", 422, form, siret="12", nom="Essai", nature="public")
    assert "il en manque" in one(page, "#siret-erreur").text
    assert one(page, "#nom")["value"] == "Essai"
    assert page.select_one("input[value=public][checked]")


def test_a_known_structure_is_only_asked_for_and_a_manager_decides(
    manager: Visitor, colleague: Visitor
) -> None:
    siret = fresh()
    number = declare(manager, siret)
    form = f"{HOME}ajouter?siret={siret}"
    page = colleague.get(form)
    assert "déjà connue ici" in text_of(page)
    assert not page.select("#nom")
    where = colleague.goes(f"{HOME}rattachement", form, siret=siret, message="De la comptabilité.")
    assert where == HOME
    assert "en attente de réponse" in text_of(colleague.get(HOME))
    assert colleague.raw("GET", f"{HOME}{number}").status_code == 404
    asked = mailed(manager, "attachment-asked")
    link = str(asked.context["link"])
    assert link.endswith(f"{HOME}{number}/demandes")
    requests = f"{HOME}{number}/demandes"
    page = manager.get(requests)
    assert "De la comptabilité." in text_of(page)
    assert "1 demande de rattachement à traiter" in text_of(manager.get(HOME))
    which = membership(manager.app, colleague, number)
    answer = {"decision": "accepter", "role": "secondary"}
    assert manager.goes(f"{requests}/{which}", requests, **answer) == requests
    assert "prévenue par courriel" in text_of(manager.get(requests))
    mailed(colleague, "attachment-decided")
    assert "Gestionnaire secondaire" in text_of(colleague.get(f"{HOME}{number}"))
    again = f"{requests}/{which}"
    token = manager.token(f"{HOME}{number}")
    manager.raw("POST", again, data={"csrf_token": token, "decision": "refuser"})
    assert "déjà répondu" in text_of(manager.get(requests))


def test_a_refused_person_is_told_why_and_may_ask_again(
    manager: Visitor, colleague: Visitor
) -> None:
    siret = fresh()
    number = declare(manager, siret)
    form = f"{HOME}ajouter?siret={siret}"
    colleague.goes(f"{HOME}rattachement", form, siret=siret)
    requests = f"{HOME}{number}/demandes"
    which = membership(manager.app, colleague, number)
    fields = {"decision": "refuser", "motif": "x" * 600}
    page = manager.answer(f"{requests}/{which}", 422, requests, **fields)
    assert "raccourcissez" in one(page, f"#motif-{which}-erreur").text
    fields["motif"] = "Nous ne vous connaissons pas."
    manager.goes(f"{requests}/{which}", requests, **fields)
    assert "Nous ne vous connaissons pas." in str(mailed(colleague, "attachment-decided").context)
    page = colleague.get(HOME)
    assert "Rattachement refusé" in text_of(page)
    again = str(one(page, "a:-soup-contains('Demander de nouveau')")["href"])
    assert "déjà connue" in text_of(colleague.get(again))


def test_bad_requests_are_explained(manager: Visitor, colleague: Visitor) -> None:
    siret = fresh()
    declare(manager, siret)
    form = f"{HOME}ajouter?siret={siret}"
    page = colleague.answer(f"{HOME}rattachement", 422, form, siret=siret, message="x" * 900)
    assert "raccourcissez" in one(page, "#message-erreur").text
    page = colleague.answer(f"{HOME}rattachement", 422, form, siret="12")
    assert "il en manque" in one(page, "#siret-erreur").text
    colleague.goes(f"{HOME}rattachement", form, siret=siret)
    assert "attend une réponse" in text_of(colleague.get(form, 422))
    unknown = fresh()
    where = manager.goes(f"{HOME}rattachement", f"{HOME}ajouter?siret={fresh()}", siret=unknown)
    assert where == f"{HOME}ajouter?siret={unknown}"


def test_an_administrator_answers_where_nobody_manages(
    visited_app: Flask, colleague: Visitor
) -> None:
    number = real_structure(visited_app)
    siret = siret_of(visited_app, number)
    form = f"{HOME}ajouter?siret={siret}"
    colleague.goes(f"{HOME}rattachement", form, siret=siret, message="La directrice.")
    administrator = Visitor(visited_app).at_work_as(Role.ADMINISTRATOR)
    page = administrator.get("/gestion/rattachements")
    assert "La directrice." in text_of(page)
    assert administrator.get("/gestion/").select_one("a[href='/gestion/rattachements']")
    which = membership(visited_app, colleague, number)
    address = f"/gestion/rattachements/{which}"
    long = {"decision": "refuser", "motif": "x" * 600}
    page = administrator.answer(address, 422, "/gestion/rattachements", **long)
    assert page.select_one(f"#motif-{which}-erreur")
    where = administrator.goes(address, "/gestion/rattachements", decision="accepter")
    assert where == "/gestion/rattachements"
    assert "Gestionnaire principal" in text_of(colleague.get(f"{HOME}{number}"))
    assert "Rattachement accepté" in text_of(administrator.get("/gestion/journal"))
    assert colleague.raw("GET", "/gestion/rattachements").status_code == 403


def test_managers_keep_services_spaces_mandates_and_connections(manager: Visitor) -> None:
    number = declare(manager, fresh())
    sheet = f"{HOME}{number}"
    for part, fields in (
        ("services", {"code": "COMPTA", "nom": "Comptabilité"}),
        ("espaces", {"espace": "sent"}),
        ("mandats", {"signe_le": "01/08/2026"}),
        ("raccordements", {"genre": "edi", "libelle": "Notre logiciel"}),
    ):
        assert manager.goes(f"{sheet}/{part}", sheet, **fields).startswith(f"{sheet}#partie-")
    said = text_of(manager.get(sheet))
    for words in ("Comptabilité", "Factures émises", "1er août 2026", "Notre logiciel"):
        assert words in said.replace("\u00a0", " "), words
    manager.goes(f"{sheet}/services", sheet, fermer="COMPTA")
    assert "fermé" in text_of(manager.get(sheet))
    manager.goes(f"{sheet}/services", sheet, ouvrir="COMPTA")
    manager.goes(f"{sheet}/espaces", sheet, fermer="sent")
    manager.goes(f"{sheet}/mandats", sheet, retirer="1")
    manager.goes(f"{sheet}/raccordements", sheet, retirer="edi", libelle="Notre logiciel")
    said = text_of(manager.get(sheet))
    assert "Aucun espace n’est enregistré" in said
    assert "Aucun n’est enregistré ici" in said
    assert "Rien n’est enregistré ici" in said


@pytest.mark.parametrize(
    ("part", "fields", "field", "said"),
    [
        ("services", {"code": "", "nom": "x"}, "code", "Saisissez le code"),
        ("services", {"code": "   ", "nom": "x"}, "code", "Saisissez le code"),
        ("services", {"code": "x" * 200, "nom": "y"}, "code", "raccourcissez"),
        ("services", {"code": "DEJA", "nom": "y"}, "code", "déjà ce code"),
        ("espaces", {"espace": "manager-of-all"}, "espace", "liste"),
        ("espaces", {"espace": "tic"}, "espace", "déjà ouvert"),
        ("mandats", {"signe_le": "hier"}, "signe_le", "écrivez-la comme"),
        ("mandats", {"signe_le": "2099-01-01"}, "signe_le", "souscription"),
        ("raccordements", {"genre": "edi", "libelle": "x" * 300}, "libelle", "raccourcissez"),
    ],
)
def test_what_is_wrong_on_the_sheet_stands_beside_its_field(
    manager: Visitor, part: str, fields: dict[str, str], field: str, said: str
) -> None:
    sheet = f"{HOME}{declare(manager, fresh())}"
    manager.goes(f"{sheet}/services", sheet, code="DEJA", nom="Déjà là")
    manager.goes(f"{sheet}/espaces", sheet, espace="tic")
    page = manager.answer(f"{sheet}/{part}", 422, sheet, **fields)
    assert said in one(page, f"#{field}-erreur").text
    assert one(page, f"#{field}-erreur").find_parent("details").has_attr("open")  # type: ignore[union-attr]
    if fields[field] and part != "espaces":
        assert one(page, f"#{field}")["value"] == fields[field]


def test_roles_are_given_and_people_leave(
    visited_app: Flask, manager: Visitor, colleague: Visitor
) -> None:
    number = real_structure(visited_app, principal=manager, user=colleague)
    sheet = f"{HOME}{number}"
    mine = membership(visited_app, manager, number)
    theirs = membership(visited_app, colleague, number)
    for person in (mine, theirs):
        assert manager.get(sheet).select_one(f"a[href='{sheet}/personnes/{person}']")
        manager.get(f"{sheet}/personnes/{person}")
    page = manager.answer(f"{sheet}/personnes/{mine}", 422, sheet, detacher="1")
    assert "seul gestionnaire principal" in text_of(page)
    page = manager.answer(f"{sheet}/personnes/{mine}", 422, sheet, role="user")
    assert "seul gestionnaire principal" in text_of(page)
    assert not colleague.get(f"{sheet}/personnes/{mine}").select("main form")
    assert not colleague.get(f"{sheet}/personnes/{theirs}").select("select[name=role]")
    manager.goes(f"{sheet}/personnes/{theirs}", sheet, role="principal")
    assert "Gestionnaire principal" in text_of(colleague.get(sheet))
    manager.goes(f"{sheet}/personnes/{mine}", sheet, role="secondary")
    forged = manager.fill(f"{sheet}/personnes/{theirs}", sheet, detacher="1")
    assert forged.status_code == 403, "a secondary manager detaches no manager"
    assert manager.fill(f"{sheet}/personnes/{theirs}", sheet, role="roi").status_code == 400
    back = colleague.goes(f"{sheet}/personnes/{mine}", sheet, detacher="1")
    assert back == f"{sheet}#partie-people"
    colleague.get(f"{sheet}/personnes/{mine}", 404)
    assert manager.raw("GET", sheet).status_code == 404


def test_anybody_may_leave_and_is_led_to_their_own_structures(
    visited_app: Flask, manager: Visitor, colleague: Visitor
) -> None:
    number = real_structure(visited_app, principal=manager, user=colleague)
    sheet = f"{HOME}{number}"
    own = f"{sheet}/personnes/{membership(visited_app, colleague, number)}"
    assert colleague.goes(own, detacher="1") == HOME
    assert colleague.raw("GET", sheet).status_code == 404


def test_many_people_are_a_page_away(visited_app: Flask, manager: Visitor) -> None:
    number = real_structure(visited_app, principal=manager)
    with visited_app.app_context():
        structure = db.session.get_one(Structure, number)
        for place in range(60):
            worlds.attach(db.session(), worlds.person(db.session(), f"Essai {place}"), structure)
        db.session.commit()
    sheet = manager.get(f"{HOME}{number}")
    assert len(sheet.select("#partie-people .people__one")) == 20
    everybody = one(sheet, f"a[href='{HOME}{number}/personnes']")
    assert "61" in everybody.text
    first = manager.get(str(everybody["href"]))
    assert len(first.select(".people__one")) == 50
    second = manager.get(str(one(first, ".fr-pagination__link--next")["href"]))
    assert len(second.select(".people__one")) == 11
    last = second.select(".people__one a")[-1]
    assert "Détacher" in text_of(manager.get(str(last["href"])))


def test_the_guest_of_a_practice_stays_its_principal_manager(visitor: Visitor) -> None:
    number = visitor.practise().number
    sheet = f"{HOME}{number}"
    page = visitor.get(sheet)
    links = [str(a["href"]) for a in page.select("#partie-people a")]
    assert len(links) == 3, "everybody but the guest"
    with visitor.app.app_context():
        guest = select(Membership.id).join(User, Membership.user_id == User.id)
        mine = db.session.scalars(
            guest.where(Membership.structure_id == number, User.name == "Vous")
        ).one()
    for fields in ({"detacher": "1"}, {"role": "user"}):
        page = visitor.answer(f"{sheet}/personnes/{mine}", 422, sheet, **fields)
        assert "vous restez gestionnaire principal" in text_of(page)
    visitor.goes(links[0], role="principal")
    assert visitor.number == number, "the practice goes on"


def test_a_replaced_structure_is_only_read(visited_app: Flask, manager: Visitor) -> None:
    number = declare(manager, fresh())
    with visited_app.app_context():
        db.session.get_one(Structure, number).active = False
        db.session.commit()
    sheet = f"{HOME}{number}"
    assert not manager.get(sheet).select(f"form[action='{sheet}/services']")
    page = manager.answer(f"{sheet}/services", 422, "/compte/profil", code="A", nom="B")
    assert "n’est plus active" in text_of(page)


def test_an_invoice_is_told_to_its_two_sides_and_to_nobody_else(
    visited_app: Flask, manager: Visitor, colleague: Visitor
) -> None:
    seller = real_structure(visited_app, principal=manager)
    buyer = real_structure(visited_app, principal=colleague)
    invoice = invoiced(visited_app, seller, buyer)
    sold, bought = f"{HOME}{seller}/factures", f"{HOME}{buyer}/factures"
    assert "Votre client peut lire la facture" in text_of(manager.get(f"{sold}/{invoice}"))
    page = colleague.get(f"{bought}/{invoice}")
    assert "C’est à vous d’agir" in text_of(page)
    assert "Chorus Pro ne publie pas sa propre table" in text_of(page)
    assert "Choisissez un statut" in text_of(colleague.answer(f"{bought}/{invoice}", 422))
    page = colleague.answer(f"{bought}/{invoice}", 422, statut="REJETEE")
    assert "obligatoire pour « Rejetée »" in one(page, "#motif-erreur").text.replace("\u00a0", " ")
    page = colleague.answer(f"{bought}/{invoice}", 422, statut="DEPOSEE", motif="x")
    assert "ne passe pas à" in one(page, "#statut-erreur").text
    assert one(page, "#motif").text.strip() == "x"
    colleague.goes(f"{bought}/{invoice}", statut="SUSPENDUE", motif="Il manque <b>un</b> bon.")
    told = manager.get(f"{sold}/{invoice}")
    assert "Il manque <b>un</b> bon." in text_of(told)
    manager.goes(f"{sold}/{invoice}", statut="COMPLETEE")
    assert "1 facture" in text_of(manager.get(f"{sold}?en-cours=1"))
    for page_number in ("0", "-1", "x", "9" * 30):
        manager.get(f"{sold}?page={page_number}")
    stranger = Visitor(visited_app)
    stranger.signed_in()
    third = real_structure(visited_app, principal=stranger)
    for path in (f"{bought}/{invoice}", bought, f"{HOME}{third}/factures/{invoice}"):
        assert stranger.raw("GET", path).status_code == 404, path
    with visited_app.app_context():
        assert db.session.get_one(Invoice, invoice).status == "COMPLETEE"


def test_a_rejected_invoice_says_to_send_another_wherever_it_is_told(
    visited_app: Flask, manager: Visitor, colleague: Visitor
) -> None:
    seller = real_structure(visited_app, principal=manager)
    buyer = real_structure(visited_app, principal=colleague)
    number = invoiced(visited_app, seller, buyer)
    invoiced(visited_app, seller, buyer, "MISE_EN_PAIEMENT")
    sold, bought = f"{HOME}{seller}/factures", f"{HOME}{buyer}/factures"
    colleague.goes(f"{bought}/{number}", statut="REJETEE", motif="Le montant est faux.")
    status = manager.get("/statuts/rejetee")
    act = "déposez une nouvelle facture avec un nouveau numéro"
    guide = "/guides/facture-rejetee-suspendue-a-recycler#facture-rejetee"
    listed, told = manager.get(f"{sold}?a-faire=1"), manager.get(f"{sold}/{number}")
    for page in (listed, told, status):
        assert act in text_of(page)
        assert "C’est terminé" not in text_of(page)
    assert "Terminée" not in text_of(listed)
    assert "1 facture" in text_of(listed)
    for page in (told, status):
        assert "7 jours" in text_of(page)
        assert page.select_one(f"main a[href='{guide}']")
    both = manager.get(sold)
    assert [heading.text for heading in both.select("main h2.fr-h4")] == [
        "À faire",
        "Rien à faire pour l’instant",
    ]
    assert "Terminée, depuis" in text_of(both)
    assert "C’est terminé" in text_of(colleague.get(f"{bought}/{number}"))
    kept = manager.get(f"{sold}?a-faire=1&sens=emises&statut=REJETEE&page=x")
    assert one(kept, "input[type=hidden][name=a-faire]")
    assert one(kept, "option[value=REJETEE][selected]")
    assert "Aucune facture" in text_of(manager.get(f"{sold}?statut=<b>&sens=nord"))


def test_the_reason_of_a_suspension_stands_above_the_form(
    visited_app: Flask, manager: Visitor, colleague: Visitor
) -> None:
    seller = real_structure(visited_app, principal=manager)
    buyer = real_structure(visited_app, principal=colleague)
    number = invoiced(visited_app, seller, buyer)
    path = f"{HOME}{buyer}/factures/{number}"
    colleague.goes(path, statut="SUSPENDUE", motif="Il manque le bon.")
    page = manager.get(f"{HOME}{seller}/factures/{number}")
    words = text_of(page)
    assert words.index("Il manque le bon.") < words.index("Nouveau statut")


def test_an_invoice_is_shown_from_a_structure_it_belongs_to(
    visited_app: Flask, manager: Visitor, colleague: Visitor
) -> None:
    seller = real_structure(visited_app, principal=manager)
    buyer = real_structure(visited_app, principal=colleague)
    elsewhere = real_structure(visited_app, principal=manager)
    invoice = invoiced(visited_app, seller, buyer)
    assert manager.raw("GET", f"{HOME}{elsewhere}/factures/{invoice}").status_code == 404
    forged = {"statut": "ABANDONNEE", "csrf_token": manager.token(f"{HOME}{seller}")}
    for path in (f"{HOME}{elsewhere}/factures/{invoice}", f"{HOME}{buyer}/factures/{invoice}"):
        assert manager.raw("POST", path, data=forged).status_code == 404, path


def test_what_no_column_can_hold_is_a_bad_request_and_not_a_failure(
    visited_app: Flask, manager: Visitor
) -> None:
    here = f"/compte/structures/{declare(manager, fresh())}"
    sent = manager.fill(f"{here}/services", here, code="A\0B", nom="Achats")
    # SQLite keeps a null character; PostgreSQL does not.
    with visited_app.app_context():
        expected = 303 if db.engine.dialect.name == "sqlite" else 400
    assert sent.status_code == expected
    assert manager.raw("GET", here).status_code == 200


def test_a_status_that_is_another_s_to_give_is_refused_and_written_down(
    visited_app: Flask, manager: Visitor
) -> None:
    seller = real_structure(visited_app)
    buyer = real_structure(visited_app, principal=manager)
    invoice = invoiced(visited_app, seller, buyer)
    path = f"{HOME}{buyer}/factures/{invoice}"
    manager.checked(manager.fill(path, statut="MISE_EN_PAIEMENT"), 403, path)
    assert f"invoice {invoice}" in refused_acts(visited_app)[0]


def test_the_space_of_an_account_leads_to_its_structures(manager: Visitor) -> None:
    assert manager.get("/compte/").select_one(f"a[href='{HOME}']")
    stranger = Visitor(manager.app)
    assert stranger.raw("GET", HOME).location.startswith("/compte/connexion")
