"""One stem for all the forms of a French word, read without its accents."""

import re
from functools import lru_cache

import snowballstemmer


_stemmer = snowballstemmer.stemmer("french")

# Forms that share no beginning long enough with their verb: each line is one word.
IRREGULAR = {
    form: forms.split()[0]
    for forms in """
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
        apparaitre apparu apparait apparaissent
        suivre suivi suivis suivie suit suivent suivez
        partir parti partis partie parties pars partent partez
        sortir sorti sortie sors sort sortent sortez
        servir servi servie sers sert servent servez
        choisir choix
        entrer entre entree entrees entres entrez entrent
    """.strip().splitlines()
    for form in forms.split()
}
# Nouns and adjectives that end as « ils demandent » does.
NOT_VERBS = re.compile(
    r"(?:"
    r"abs|acc|accid|adher|ag|appar|arg|c|cli|compet|consequ|cont|contin|"
    r"differ|equival|evid|excell|frequ|incid|inconveni|par|pati|perman|"
    r"preced|pres|presid|rec|reg|resid|souv|tal|urg"
    r")ents?"
)
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
    if not word.isalpha():
        return word
    word = IRREGULAR.get(word, word)
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
