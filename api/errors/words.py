"""What error pages say, in English: sentences are raised in French, and told again here from their patterns."""

import re

from ..labels.wording import TERRITORY_KINDS
from ..web.negotiation import NotAcceptable

#: French nouns inside a sentence.
_NOUNS = {
    **{one["fr"]: one["en"] for one, _ in TERRITORY_KINDS.values()},
    **{"organisation": "organisation", "formation": "programme", "unité de recherche": "research unit"},
    **{"Indicateur": "indicator", "Niveau": "level", "Période": "period", "Groupe": "group"},
    **{"Territoire": "territory", "aucun territoire": "territory", "aucun indicateur": "indicator"},
    **{"aucun niveau": "level", "aucun groupe": "group", "aucune période": "period", "rien": "thing"},
    **{"aucun flux": "kind of flow"},
    **{"Un réseau": "A network", "Un dossier": "A dossier", "Une carte": "A map"},
    **{"Les valeurs d’un indicateur": "The values of an indicator"},
}
_SENTENCES: dict[str, str] = {
    r"L’adresse est peut-être ancienne, ou le code mal recopié\.": (
        "The address may be an old one, or its code mistyped."
    ),
    r"Cette adresse ne répond pas à la méthode (.*) \(méthodes : (.*)\)\.": (
        r"This address does not answer to the method \1 (methods: \2)."
    ),
    r"« (.+) » est l’une de ces valeurs : (.+)\.": r"“\1” is one of: \2.",
    r"« page » est un nombre entier à partir de 1\.": "“page” is a whole number from 1.",
    r"« size » est un nombre entier de 1 à 100\.": "“size” is a whole number from 1 to 100.",
    r"(\d+) résultats : un fichier en tient (\d+) au plus\. Choisissez d’abord des facettes\.": (
        r"\1 results: a file holds at most \2. Choose facets first."
    ),
    r"Rien ne porte cette adresse : ce code n’en est pas un\.": "Nothing has this address: its code is none.",
    r"Le corps dépasse la limite de (\d+) octets\.": r"The body is longer than the limit of \1 bytes.",
    r"Une erreur inattendue s’est produite\.": "Something unexpected happened.",
    r"Aucun territoire de projet n’a le code « (.*) » ; aucun n’est chargé\. Il s’en déclare dans un fichier : (.*)\.": (
        r"No project territory has the code “\1”; none is loaded. One is declared in a file: \2."
    ),
    r"Aucun territoire de projet n’a le code « (.*) » ; sont chargés : (.*)\. Il s’en déclare dans un fichier : (.*)\.": (
        r"No project territory has the code “\1”; loaded are: \2. One is declared in a file: \3."
    ),
    r"Aucune source chargée ne décrit d[e’]\s?(.+?) au code (.+)\.": r"No source loaded describes any {1} with the code \2.",
    r"Aucune source chargée ne décrit de filière nommée « (.+) »\.": r"No source loaded describes a value chain named “\1”.",
    r"Aucune source chargée ne décrit « (.+) »\.": r"No source loaded describes “\1”.",
    r"(Un réseau|Un dossier|Une carte|Les valeurs d’un indicateur) ne s’écri\w+ pas en « (.*) » \(formats : (.*)\)\.": (
        r"{1} cannot be written as “\2” (formats: \3)."
    ),
    r"Pas de version (.+) de l’ontologie ; versions publiées : (.+)\.": (
        r"The ontology has no version \1; versions published: \2."
    ),
    r"L’ontologie n’a pas de terme « (.*) »\.": r"The ontology has no term “\1”.",
    r"L’ontologie n’a pas de terme « (.*) »\. Termes proches : (.*)\.": (
        r"The ontology has no term “\1”. Near ones: \2."
    ),
    r"Aucune partie du plan du site n’a ce nom\.": "No part of the site map has this name.",
    r"Aucun dossier pour le territoire (.+) : il n’est pas dans la région étudiée\.": (
        r"There is no dossier for the territory \1: it is not in the region under study."
    ),
    r"La publication n’a pas de graphe nommé « (.*) »\.": r"The publication has no graph named “\1”.",
    r"Aucun fichier « (.*) » ; la liste est à l’adresse /dumps\.": r"There is no file “\1”; /dumps lists them.",
    r"Une valeur de l’adresse est trop longue(?: \(200 caractères au plus\))?\.": (
        "A value of the address is too long (at most 200 characters)."
    ),
    r"Trop de valeurs sont choisies \(50 au plus\)\.": "Too many values are chosen (at most 50).",
    r"Aucun indicateur « (.*) »\.": r"There is no indicator “\1”.",
    r"(Indicateur|Niveau|Période|Groupe|Territoire) « (.*) » inconnu\. ?(?:Proches : (.*)\.)?": (
        r"There is no {1} “\2”.|Near ones: \3."
    ),
    r"Il n’y a (aucune? (?:territoire|indicateur|niveau|groupe|période|flux)|rien) « (.*) »\.(?: Peut-être : (.*)\.)?": (
        r"There is no {1} “\2”.|Perhaps: \3."
    ),
    r"« (.*) » n’est pas une méthode : (.*)\.": r"“\1” is not a method: \2.",
    r"Une carte a de 3 à 7 classes\.": "A map has from 3 to 7 classes.",
    r"Tri inconnu : (.*)\.": r"Unknown order: \1.",
    r"« (.*) » demande un nombre entier\.": r"“\1” takes a whole number.",
    r"Le seuil est un nombre entier d’interactions, à partir de 1\.": (
        "The threshold is a whole number of interactions, from 1."
    ),
    r"Il n’y a rien à mettre sur une carte : .*": (
        "There is nothing to map: the publication does not describe the communes of the region whose indicators "
        "are computed. Load the administrative divisions, then publish."
    ),
    r"Les mesures ne sont pas publiques : voir ANCRAGE_METRICS_ALLOW\.": (
        "The metrics are not public: see ANCRAGE_METRICS_ALLOW."
    ),
    r"Aucun sujet « (.*) » ici \(sujets : (.*)\)\.": r"There is no subject “\1” here (subjects: \2).",
    r"« (.*) » n’est pas un niveau de territoire \(niveaux : (.*)\)\.": (
        r"“\1” is not a level of territories (levels: \2)."
    ),
    r"La publication ne décrit pas la région étudiée : il n’y a rien à compter\.": (
        "The publication does not describe the region under study: there is nothing to count."
    ),
    r"Ajoutez \?iri= et l’adresse d’une chose que le graphe décrit\.": (
        "Add ?iri= and the address of a thing that the graph describes."
    ),
    r"Cette adresse ne peut pas nommer une chose du graphe\.": "This address cannot name a thing of the graph.",
    r"Rien de plus ne cite « (.*) » : cette page n’existe pas\.": (
        r"Nothing more refers to “\1”: there is no such page."
    ),
    r"« (.*) » a moins de (.*) pages de liens\.": r"“\1” has fewer than \2 pages of links.",
    r"« (.*) » n’est plus décrit : la publication (.*) est la dernière conservée qui le connaît\.": (
        r"“\1” is no longer described: the publication \2 is the last one kept that knows it."
    ),
    r"La page d’.+? n’a pas de bloc « (.*) » \(blocs : (.*)\)\.": r"This page has no block “\1” (blocks: \2).",
    r"Aucun bloc pour le territoire (.*) : les indicateurs ne sont calculés que pour la région étudiée\.": (
        r"There is no block for the territory \1: indicators are computed for the region under study alone."
    ),
    r"Aucun bloc pour l’arrondissement (.*) : les chiffres sont ceux de la commune, (.*)\.": (
        r"There is no block for the municipal district \1: figures are those of the commune, \2."
    ),
    r"Aucun bloc pour l’ancienne commune (.*) : les chiffres sont ceux de la commune qui lui a succédé, (.*)\.": (
        r"There is no block for the former commune \1: figures are those of the commune that took it over, \2."
    ),
    r"Ce territoire ne se compare pas à « (.*) » \(comparaisons possibles : (.*)\)\.": (
        r"This territory cannot be compared with “\1” (possible comparisons: \2)."
    ),
    r"Rien ne porte cette adresse\.": "Nothing has this address.",
    r"Rien ne dit où se trouve (.*)\.": r"Nothing tells where \1 is.",
    r"Un portrait n’a pas de bloc « (.*) » \(blocs : (.*)\)\.": r"A portrait has no block “\1” (blocks: \2).",
    r"Ces données se préparent pour la publication courante : revenez dans quelques secondes\.": (
        "This is being prepared for the current publication: come back in a few seconds."
    ),
    r"Format « (.*) » inconnu ici ; formats possibles : (.*)\.": r"Format “\1” is unknown here; possible ones: \2.",
}
_COMPILED = [(re.compile(pattern, re.DOTALL), english) for pattern, english in _SENTENCES.items()]


def in_english(sentence: str, cause: BaseException | None = None) -> str:
    """Tell a sentence of an error page in English; one that nobody translated comes back empty.

    Errors that speak for themselves, as the `cause` of the page's, are asked first.

    >>> in_english("Aucune source chargée ne décrit d’organisation au code 0.")
    'No source loaded describes any organisation with the code 0.'
    >>> in_english("Indicateur « jbs » inconnu. Proches : « jobs ».")
    'There is no indicator “jbs”. Near ones: “jobs”.'
    >>> in_english("Une phrase d’ailleurs.")
    ''
    """
    if cause is not None and not isinstance(cause, NotAcceptable):
        if hasattr(cause, "told"):
            return str(cause.told("en"))
        words = getattr(cause, "words", None)
        if isinstance(words, dict) and "en" in words:
            return str(words["en"])
    for pattern, english in _COMPILED:
        if found := pattern.fullmatch(sentence):
            return _written(found, english)
    return ""


def _written(found: re.Match[str], english: str) -> str:
    """Fill a sentence: `{1}` is a noun in English; what follows a bar needs the last group to be there."""
    always, _, sometimes = english.partition("|")
    if sometimes and found[found.re.groups]:
        always += " " + sometimes
    if found.re.groups:
        always = always.replace("{1}", _NOUNS.get(found[1], found[1]))
    told = re.sub(r"\\(\d)", lambda number: found[int(number[1])] or "", always)
    return re.sub(r"«\s?(.*?)\s?»", r"“\1”", told)
