"""One stem for all the forms of a French word, read without its accents."""

import re
from functools import lru_cache

import snowballstemmer


_stemmer = snowballstemmer.stemmer("french")


def _first_of_line(lines: str) -> dict[str, str]:
    return {form: line.split()[0] for line in lines.strip().splitlines() for form in line.split()}


# Words that Snowball takes for forms of another: each line is one word, its first form its stem.
# A "commune" is no "communication", a "cours" no "cour", the "pays" is not "paie", "il faut" no
# "faute"; "refus" keeps the "s" of "refuser".
APART = _first_of_line("""
    administrateur administrateurs administratrice administratrices
    application applications
    assistant assistants assistante assistantes
    case cases
    commune communes
    compta
    departement departements
    faute fautes
    formation formations
    gerant gerants gerante gerantes
    identifiant identifiants
    operateur operateurs operatrice operatrices
    ordonnateur ordonnateurs ordonnatrice ordonnatrices
    nouveau nouveaux nouvel nouvelle nouvelles
    payant payants payante payantes
    public publics publique publiques
    taxi taxis
    trainer traine trainent
    usager usagers
    virement virements
    abus
    acquis acquise acquises
    anglais anglaise anglaises
    avis
    bas basse basses
    biais
    cours
    debris
    depuis
    devis
    divers diverse diverses
    epais epaisse epaisses
    exclus exclusion exclusions
    fois
    francais francaise francaises
    frais
    gros grosse grosses
    inclus inclusion inclusions
    mauvais mauvaise mauvaises
    mois
    palais
    parfois
    pays
    precis
    propos
    refus
    relais
    repas
    repos
    requis requise requises
    sursis
    tiers
    travers
    trois
    univers
""")

# Forms that share no beginning long enough with their verb: each line is one word.
IRREGULAR = _first_of_line("""
    recevoir recois recoit recoivent recevez recevons recevra recevrai
    perdre perdu perdus perdue perdues perds perd perdent perdez
    attendre attendu attendus attendue attends attend attendent attendez
    repondre repondu reponds repond repondent repondez
    rendre rendu rendus rendue rends rend rendent rendez
    vendre vendu vendus vendue vends vend vendent vendez
    obtenir obtenu obtenue obtenus obtiens obtient obtiennent obtenez obtention
    tenir tenu tenue tiens tient tiennent tenez
    venir venu venus venue viens vient viennent venez
    revenir reviens revient reviennent
    mettre mis mets met mettent mettez
    transmettre transmis transmise transmises transmets transmet transmettent transmettez transmission
    emettre emis emise emises emets emet emettent emettez emission
    remettre remis remets remet remettent remettez
    permettre permis permise permets permet permettent permettez
    soumettre soumis soumise soumises soumets soumet soumettez
    inscrire inscrit inscrite inscrits inscris inscrivent inscrivez inscription
    ecrire ecrit ecrite ecrits ecrites ecris ecrivent ecrivez
    souscrire souscrit souscrite souscris souscrivez
    ouvrir ouvert ouverte ouverts ouvertes ouvre ouvres ouvrent ouvrez
    offrir offert offerte offerts offre offrent
    joindre joint jointe joints jointes joins joignez
    prendre pris prise prises prends prend prennent prenez
    comprendre compris comprise comprends comprend comprennent comprenez
    apprendre appris apprends apprend apprenez
    disparaitre disparu disparue disparus disparais disparait disparaissent
    connaitre connu connue connais connait connaissez
    reconnaitre reconnu reconnue reconnais reconnait reconnaissent reconnaissez
    apparaitre apparu apparait apparaissent
    suivre suivi suivis suivie suit suivent suivez
    partir parti partis partie parties pars partent partez
    sortir sorti sortie sors sort sortent sortez
    servir servi servie sers sert servent servez
    choisir choix
    petit petite
    etranger etrangere
    interdire interdit interdite
    prescrire prescrit prescrite
    entrer entre entree entrees entres entrez entrent
""")
# Nouns and adjectives that end as « ils demandent » does.
NOT_VERBS = re.compile(
    r"(?:"
    r"abs|acc|accid|adher|ag|appar|arg|c|cli|compet|consequ|cont|contin|"
    r"differ|equival|evid|excell|frequ|incid|inconveni|par|pati|perman|"
    r"preced|pres|presid|rec|reg|resid|souv|tal|urg"
    r")ents?"
)
# Snowball leaves the "s" of « numéros », « envois » and « crédits », of which it takes the singular for
# a verb; that of « connexions » it takes for « nous connexions ».
PLURAL = re.compile(r"(?<=[aout])s$|(?<=[ao]i)s$|(?<=[^aeiou]i)s$|(?<=er)s$|(?<=[gnstx]ion)s$")
# "Hongroise" as "hongrois"; not "croise".
FEMININE = re.compile(r"(?<=.{3}ois)es?$")
# "ans", "vue"; nothing else is taken from a word as short: "MOE" is not "MOA", nor "DUA" due.
SHORT, SHORT_PLURAL = 3, re.compile(r"(?<=[^aeious])s$|(?<=u)(?:es?|s)$")
# "Ils demandent", "qui vérifient", "ferment"; not "document".
PLURAL_VERB = re.compile(r"(?<=[^im])ent$|(?<=[flpo]i)ent$|(?<=rm)ent$")
# "Choisissez", not "laissez".
SECOND_GROUP = re.compile(r"(?<=[^a])iss(?:ez|ent|ons)$")
# "Vous vérifiez"; "dépasse", which is no subjunctive.
FIRST_GROUP = re.compile(r"(?:ez|(?<=ass)es?)$")
DOUBLED = re.compile(r"([lmnpt])\1$")
LONGEST_ROOT = 5  # no ending is looked for in a word as short


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the stem of a folded word; words with digits stay whole.

    Snowball's (Porter, "Snowball: a language for stemming algorithms", 2001) with what folding
    hides from it: without its accent the end of « déposé » is not that of a participle.
    """
    if not word.isalpha() or word in APART:
        return APART.get(word, word)
    irregular = IRREGULAR.get(word) or IRREGULAR.get(word.removesuffix("s"))
    word = FEMININE.sub("", word)
    word = irregular or re.sub(r"ieres?$", "ier", PLURAL.sub("", word))  # "premières"
    if len(word) <= SHORT:
        return SHORT_PLURAL.sub("", word)
    if len(word) > LONGEST_ROOT and not NOT_VERBS.fullmatch(word):
        word = PLURAL_VERB.sub("er", SECOND_GROUP.sub("ir", word))
    word = re.sub(r"ees?$", "e", word)  # "créées", "payée"
    if len(word) > 4:
        word = FIRST_GROUP.sub("er", word)
    stemmed = str(_stemmer.stemWord(word))
    if len(stemmed) > 4:
        stemmed = stemmed.rstrip("e")
    # "Envoyé" and "envoi"; "donnée" and "donner"; "vérifié" and "vérifier"; "désactivé".
    stemmed = re.sub(r"(?<=[aeou])y$", "i", stemmed)
    if len(stemmed) > 3:
        stemmed = DOUBLED.sub(r"\1", stemmed)
        stemmed = re.sub(r"(?<=[flpo])i$", "", stemmed) if len(stemmed) > 3 else stemmed
    return stemmed.removesuffix("iv") if len(stemmed) > 6 else stemmed
