"""Under what licence the pages may be used elsewhere, and whom to credit."""

LICENCE = "Licence Ouverte 2.0"
LICENCE_URL = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
CREDIT = "Communauté Chorus Pro"
