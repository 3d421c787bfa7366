"""French words that carry no subject: ignored, or counted for little."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Grammar only: articles, pronouns, prepositions, conjunctions, auxiliaries. Folded.
GRAMMAR = _words("""
    a ai aie aient aies ait alors apres as au aucun aucune aupres auquel aussi autre autres aux
    auxquelles auxquels avaient avais avait avant avec avez aviez avions avons ayant car
    ce ceci cela celle celles celui cependant ces cet cette ceux chaque chez ci comme contre d
    dans de depuis des desquelles desquels deja donc dont du duquel elle elles en encore entre
    es est et etaient etais etait etant ete etes etiez etions etre eu eue eues eurent eus eut
    eux fut furent ici il ils j je jusque l la laquelle le lequel les lesquelles lesquels leur
    leurs lors lorsque lui m ma mais me meme memes mes mien moi mon n ne ni nos notre nous on
    ont or ou par parce parmi pas pendant plus pour puis puisque qu que quelque quelques quelqu
    qui quoi quoique s sa se selon sera seraient serait seras serez serons seront ses si
    sien soi soient sois soit sommes son sont sous suis sur t ta tandis te tel telle telles tels
    tes toi ton tous tout toute toutes tres tu un une unes uns vers via voici voila vos votre
    va vais vas vont vous y
""")

# As people type them on a phone: "cest quoi", "jai", "quest ce quun". None is a French word.
TYPED_QUICKLY = _words("""
    cest cetait chui daccord dun dune jai javais jarrive jen jpeux jsuis jvoudrais jy lai nai nest
    quelquun quest quil quils quon quun quune sest
""")
STOP = GRAMMAR | TYPED_QUICKLY

# Words of the question rather than of its subject, and words for what holds the answer ("le
# guide du mandat", "la page des statuts"): kept, because "comment" or "guide" can be all that
# tells two sections apart, but at a fraction of a word's weight.
CONTAINERS = _words("""
    article articles detail details documentation fiche fiches guide guides page pages partie
    parties rubrique rubriques section sections
""")
SOFT = CONTAINERS | _words("""
    actuellement afin aimerais ainsi aller allez allons avoir besoin bien bjr bonjour ca cas
    certain certaine certaines certains chose cment cmt combien coment commen comment devez
    devoir devons devrais devrait dire dois doit doivent faire fais fait faites falloir faudra
    faut font grace jamais koi koment lieu lorsqu maintenant merci mettre non ok oui peut
    peuvent peux pk pkoi plusieurs possible pourkoi pourquoi pourrais pourrait pouvez pouvoir pq
    quand quel quelle quelles quels question rien sais salut sans savoir signifie souhaite souhaitez
    stp svp toujours trop trouver urgent utiliser veut veux vite voir voudrais voulais voulez
    vouloir vraiment
""")
