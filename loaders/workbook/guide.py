"""The first sheet of the workbook that people fill: how the others are filled."""

from __future__ import annotations

from collections.abc import Iterator

from ...words import gettext


def guide(language: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of the first sheet, a subject and what is said of it; a title has nothing said of it.

    >>> next(guide("fr"))
    ("Classeur d'échange d'ancrage", '')
    """
    yield gettext("Classeur d'échange d'ancrage", language), ""
    yield (
        gettext("À quoi il sert", language),
        gettext(
            "Il rassemble ce que votre structure veut verser au graphe : organisations, lieux, formations, interactions… "
            "Remplissez les feuilles qui vous concernent, laissez les autres vides.",
            language,
        ),
    )
    yield (
        gettext("Par où commencer", language),
        gettext(
            "La feuille « À propos » d'abord : un nom court, un titre, qui publie, sous quelle licence.",
            language,
        ),
    )
    yield (
        gettext("La ligne grise", language),
        gettext(
            "C'est un exemple. Elle n'est pas lue tant que sa première case dit « Exemple, à effacer ».",
            language,
        ),
    )
    yield (
        gettext("Les listes", language),
        gettext(
            "Une case à liste propose les termes admis. Là où plusieurs valeurs sont permises, séparez-les par un point-virgule.",
            language,
        ),
    )
    yield (
        gettext("Les identifiants", language),
        gettext(
            "Un code officiel si la chose en a un (UAI, SIREN, SIRET, RNSR ; code Insee d'une commune, SIREN d'un EPCI, 38 "
            "pour un département, R84 pour une région), sinon un code à vous, sans espace : stage-12.",
            language,
        ),
    )
    yield (
        gettext("Les dates", language),
        gettext("12/03/2026 ou 2026-03-12. Une case vide ne dit rien ; un zéro est un zéro.", language),
    )
    yield (
        gettext("Jamais de personnes", language),
        gettext("Ni nom, ni adresse électronique, ni téléphone : des effectifs seulement.", language),
    )
    yield (
        gettext("Pour l'essayer", language),
        "ancrage load exchange modele.xlsx --dry-run --errors-to corrige.xlsx",
    )
    yield (
        gettext("Les feuilles", language),
        gettext("Une étoile à la fin d'un titre : la case est obligatoire.", language),
    )
