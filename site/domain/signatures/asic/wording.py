"""What is said of a container that is refused, or that holds no signature."""

_ASK = "Demandez au signataire le conteneur tel qu'il l'a fait."

REFUSED = {
    reason: (f"Ce conteneur n'est pas ouvert : {what}. {_ASK}")
    for reason, what in {
        "prefix": "des octets précèdent son contenu, et un autre programme pourrait lire autre "
        "chose",
        "trailing": "des octets suivent son contenu, et un autre programme pourrait lire autre "
        "chose",
        "directories": "il porte deux sommaires qui ne disent pas la même chose",
        "hidden": "il cache des octets que son sommaire n'annonce pas",
        "sizes": "la taille annoncée d'un fichier n'est pas la vraie",
        "names": "un de ses fichiers porte deux noms, et un autre programme pourrait l'ouvrir sous l'autre",
        "twice": "deux de ses fichiers portent le même nom",
        "path": "le nom d'un de ses fichiers sort du conteneur (« .. ») ou n'est pas un nom",
        "depth": "ses dossiers sont emboîtés trop profondément",
        "count": "il contient plus de 200 fichiers",
        "size": "il dépasse 100 Mo une fois ouvert",
        "ratio": "il grossit plus de cent fois une fois ouvert",
    }.items()
}
NO_SIGNATURE = "Ce conteneur ne porte aucune signature. Demandez au signataire le conteneur signé."
STAMPED_ONLY = (
    "Ce conteneur est horodaté, il n'est pas signé : l'horodatage prouve une date, pas l'accord "
    "d'une personne. Demandez au signataire un conteneur signé."
)
RECORD_ONLY = (
    "Ce conteneur porte une preuve d'archivage, pas de signature : cet outil ne la vérifie pas. "
    "Demandez au signataire un conteneur signé."
)
