"""The forms of people who sign up. Rules are the domain's; these name the fields."""

from wtforms import BooleanField, EmailField, Form, RadioField, StringField, TelField, TextAreaField
from wtforms.validators import InputRequired

from communaute.domain.trainings.consent import ACCESSIBILITY_CONSENT, CONSENT


# The domain's word for each field, when the form's is another.
FIELDS = {
    "name": "nom",
    "email": "courriel",
    "hopes": "attentes",
    "consent": "consentement",
    "accessibility": "accessibilite",
    "accessibility_consent": "consentement_accessibilite",
    "pair_id": "paire",
}
# Only says to the eye that a field must be filled: what is wrong with it is the domain's to say.
REQUIRED = InputRequired()


class SignUpForm(Form):
    """A request for a place. `site_web` is the field that people do not see."""

    paire = RadioField("Choisissez vos dates", [REQUIRED], validate_choice=False)
    nom = StringField("Prénom et nom", [REQUIRED])
    courriel = EmailField("Adresse électronique", [REQUIRED])
    organisation = StringField("Entreprise, administration ou activité", [REQUIRED])
    siret = StringField("Numéro SIRET")
    telephone = TelField("Téléphone")
    attentes = TextAreaField("Ce que vous espérez apprendre")
    accessibilite = TextAreaField("Ce dont vous avez besoin pour suivre la formation")
    consentement_accessibilite = BooleanField(ACCESSIBILITY_CONSENT)
    consentement = BooleanField(CONSENT, [REQUIRED])
    site_web = StringField("Ne remplissez pas ce champ")

    def refuse(self, fault: str, field: str = "") -> None:
        """Put a sentence beside a field, named by the domain or by the form; above all without one."""
        named = FIELDS.get(field, field)
        if named in self:
            self[named].errors = [fault]
        else:
            self.form_errors = [*self.form_errors, fault]


RATING = [("4", "Oui, tout à fait"), ("3", "Plutôt oui"), ("2", "Plutôt non"), ("1", "Non")]


class SatisfactionForm(Form):
    """Three questions after a training."""

    attentes = RadioField(
        "La formation a-t-elle répondu à vos attentes\u202f?", [REQUIRED], choices=RATING
    )
    autonomie = RadioField(
        "Sauriez-vous maintenant faire seul ce qui était au programme\u202f?",
        [REQUIRED],
        choices=RATING,
    )
    remarque = TextAreaField("Ce qu’il faudrait changer, ou garder")
