"""What people agree to, word for word: kept with each registration, changed only by a new wording."""

CONSENT = (
    "J’accepte que ces informations servent à organiser la formation\u202f: m’inscrire, m’envoyer les "
    "courriels qui la concernent et noter ma présence. Elles sont effacées douze mois après la "
    "dernière séance, ou avant si je le demande."
)
ACCESSIBILITY_CONSENT = (
    "J’accepte que l’organisateur lise ce besoin d’accessibilité pour adapter la formation. Lui seul "
    "le voit\u202f; il est effacé trente jours après la dernière séance."
)
