"""The forms of the tariff tools. Rules are the domain's; these only name the fields."""

from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    RadioField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired


class FinderForm(Form):
    """Three keys, words, a code."""

    q = SearchField("Vos mots")
    categorie = SelectField("Catégorie de prestataires", validate_choice=False)
    texte = SelectField("Texte de référence", validate_choice=False)
    requisition = StringField("Date de la réquisition")
    prestation = StringField("Date de la prestation")
    code = StringField("Code de la prestation")
    fin = StringField("Fin de la mission")


class InterpretingForm(Form):
    """A mission."""

    requisition = StringField("Date de la réquisition", [InputRequired()])
    debut = StringField("Début de l’intervention", [InputRequired()])
    fin = StringField("Fin de l’intervention", [InputRequired()])
    option = RadioField(
        "Avez-vous exercé le droit d’option\u202f?",
        choices=[("oui", "Oui"), ("non", "Non")],
    )
    alsace = BooleanField("Intervention en Alsace ou en Moselle")


class TranslationForm(Form):
    """A text."""

    requisition = StringField("Date de la réquisition", [InputRequired()])
    mots = StringField("Nombre de mots du texte français", [InputRequired()])
    option = RadioField(
        "Avez-vous exercé le droit d’option\u202f?",
        choices=[("oui", "Oui"), ("non", "Non")],
    )


class TravellingForm(Form):
    """A journey by car."""

    date = StringField("Date du trajet", [InputRequired()])
    puissance = StringField("Puissance fiscale (CV)", [InputRequired()])
    km = StringField("Kilomètres de ce trajet", [InputRequired()])
    deja = StringField("Kilomètres déjà payés depuis le 1er janvier")


class DelegatesForm(Form):
    """Who did the acts, and when they were prescribed; the acts themselves come from the data."""

    requisition = StringField("Date à laquelle la mesure a été prescrite", [InputRequired()])
    statut = RadioField("Vous êtes", [InputRequired()], choices=[])


class FormulaForm(Form):
    """A tariff and a date; the letters and quantities come from its formula."""

    tarif = HiddenField()
    date = StringField("Date à retenir", [InputRequired()])
    territoire = SelectField("Territoire")
    nombre = StringField("Combien de fois")


class ReportForm(Form):
    """What is wrong."""

    tarif = HiddenField()
    message = TextAreaField("Ce qui est faux, et ce qu’il faudrait lire", [InputRequired()])
    source = StringField("Adresse du texte qui le montre")
