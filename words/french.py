"""Names inside sentences: what French grammar adds to them, and other languages do not."""

from __future__ import annotations

from collections.abc import Mapping

from .catalogues import SOURCE

_NOUNS = {
    "le": "Campus Centre Comité Commissariat Conseil Département Groupe Groupement Laboratoire Lycée Muséum Parc Pays Pôle "
    "Réseau Syndicat",
    "la": "CA CC CU Chambre Commune Communauté Fondation Métropole Région Société Station Vallée Ville",
    "l'": "Agence Association IAE INSA IRT IUT Incubateur Institut Observatoire UFR Université École",
}
"""The articles of nouns that names of organisations and of intercommunalities begin with."""
_DEPARTMENTS = {
    "le": "Bas Calvados Cantal Cher Doubs Finistère Gard Gers Haut Jura Loiret Lot Morbihan Nord Pas Puy Rhône Tarn Territoire "
    "Val Var Vaucluse",
    "la": "Charente Corrèze Corse Creuse Côte Dordogne Drôme Gironde Guadeloupe Guyane Haute Loire Lozère Manche Marne "
    "Martinique Mayenne Meuse Moselle Nièvre Sarthe Savoie Seine Somme Vendée Vienne",
    "l'": "Ain Aisne Allier Ardèche Ariège Aube Aude Aveyron Essonne Eure Hérault Indre Isère Oise Orne Yonne",
    "les": "Alpes Ardennes Bouches Côtes Deux Hautes Hauts Landes Pyrénées Vosges Yvelines",
}
"""The articles of départements by the first word of their names: no source tells them."""
_VOWELS = "AEIOUYÀÂÉÈÊÎÔŒ"
_AT = {"Le": "au", "Les": "aux"}
_AREAS = {"zone": "la zone d'emploi", "bassin": "le bassin d'emploi"}


def first_upper(text: str) -> str:
    """Raise the first letter of a sentence and leave the others alone.

    >>> first_upper("timber construction")
    'Timber construction'
    """
    return text[:1].upper() + text[1:]


def of_name(name: str, language: str) -> str:
    """Write a name after « de », which French joins to it or to its article and a sentence of another language holds.

    >>> names = ("Valence", "Aubenas", "Le Puy en Velay", "Les Sources", "La Maurienne", "Vallée de la Drôme")
    >>> [of_name(name, "fr") for name in names]
    ['de Valence', "d'Aubenas", 'du Puy en Velay', 'des Sources', 'de La Maurienne', 'de la Vallée de la Drôme']
    >>> of_name("CC Val Eyrieux", "fr"), of_name("le Rhône", "fr")
    ('de la CC Val Eyrieux', 'du Rhône')
    >>> of_name("Université Grenoble Alpes", "fr"), of_name("Département de l'Isère", "fr"), of_name("Aubenas", "en")
    ("de l'Université Grenoble Alpes", "du Département de l'Isère", 'Aubenas')
    """
    if language != SOURCE:
        return name
    name = organization_name(name, language)
    if name.lower().startswith(("le ", "les ")):
        return ("du " if name[2] == " " else "des ") + name.split(" ", 1)[1]
    return f"d'{name}" if name[:1] in _VOWELS else f"de {name}"


def of_territory(label: str, level: str, language: str) -> str:
    """Write the name of a territory after « de », with the article that its level has.

    >>> [of_territory(*one, "fr") for one in (("Ardèche", "department"), ("Valence", "zone"), ("Die", "commune"))]
    ["de l'Ardèche", "de la zone d'emploi de Valence", 'de Die']
    """
    return of_name(territory_name(label, level, language), language)


def at_name(name: str, language: str) -> str:
    """Write the name of a commune after « à », which French joins to its article and a sentence of another language holds.

    >>> names = ("Aubenas", "Le Puy-en-Velay", "Les Vans", "La Mure", "L'Isle-d'Abeau")
    >>> [at_name(name, "fr") for name in names]
    ['à Aubenas', 'au Puy-en-Velay', 'aux Vans', 'à La Mure', "à L'Isle-d'Abeau"]
    >>> at_name("Les Vans", "en")
    'Les Vans'
    """
    if language != SOURCE:
        return name
    article, _, rest = name.partition(" ")
    return f"{_AT[article]} {rest}" if article in _AT and rest else f"à {name}"


def organization_name(name: str, language: str) -> str:
    """Write the name of an organisation as the subject of a sentence: with an article where it begins with a common noun.

    >>> names = ("Université Grenoble Alpes", "IUT Lyon1", "Centre de Recherche", "Soitec", "Pôle-sud")
    >>> [organization_name(name, "fr") for name in names]
    ["l'Université Grenoble Alpes", "l'IUT Lyon1", 'le Centre de Recherche', 'Soitec', 'Pôle-sud']
    """
    return _with_article(name, name.split(" ")[0], _NOUNS) if language == SOURCE else name


def territory_name(name: str, level: str, language: str) -> str:
    """Write the name of a territory of a level as the subject of a sentence.

    >>> [territory_name(name, "department", "fr") for name in ("Ardèche", "Haute-Loire", "Puy-de-Dôme", "Hérault", "Paris")]
    ["l'Ardèche", 'la Haute-Loire', 'le Puy-de-Dôme', "l'Hérault", 'Paris']
    >>> territory_name("Alpes-Maritimes", "department", "fr"), territory_name("Tarn-et-Garonne", "department", "fr")
    ('les Alpes-Maritimes', 'Tarn-et-Garonne')
    >>> territory_name("Auvergne-Rhône-Alpes", "region", "fr"), territory_name("Vienne-Annonay", "zone", "fr")
    ('la région Auvergne-Rhône-Alpes', "la zone d'emploi de Vienne-Annonay")
    >>> territory_name("CC du Diois", "epci", "fr"), territory_name("Vienne", "commune", "fr")
    ('la CC du Diois', 'Vienne')
    >>> territory_name("Ardèche", "department", "en")
    'Ardèche'
    """
    if language != SOURCE or level == "commune":
        return name
    if level in _AREAS:
        return f"{_AREAS[level]} {of_name(name, language)}"
    if level == "region":
        return f"la région {name}"
    if level != "department":
        return organization_name(name, language)
    return name if "-et-" in name else _with_article(name, name.replace("-", " ").split()[0], _DEPARTMENTS)


def _with_article(name: str, word: str, articles: Mapping[str, str]) -> str:
    """Put before a name the article that its first word has, if that is known."""
    for article, nouns in articles.items():
        if word in nouns.split():
            return f"{article}{name}" if article == "l'" else f"{article} {name}"
    return name
