"""The content of the dossier of a territory, built once for all formats."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ...graph.region.gazetteer import Territory
from ...graph.region.view import RegionView
from ...graph.snapshots.snapshot import Snapshot
from ...words import N_, Spoken, first_upper, gettext
from ..labels.wording import level_name
from ..maps.svg import locator as draw_locator
from ..pages.territory.blocks import BLOCKS
from ..pages.territory.figures import figures
from ..pages.territory.matter import PortraitData
from ..web.negotiation import Language
from . import annex, essentials, findings, life, limits, pictures, portrait, supply
from .making import Making
from .model import Dossier, Element, Figure, Paragraph, Section, Tile, Tiles, join_words
from .words import ZERO, date_of

#: Figures of the first page, in their order; MOST_TILES at most are shown, and zeros leave first, from the end.
ESSENTIAL = (
    *("population", "programmes", "research-units", "interactions", "institutions"),
    *("companies-in-interactions", "distance-to-programme", "establishments"),
)
MOST_TILES = 6


#: The sections of a dossier, in order: the blocks of the portrait that each tells, and what makes it.
SECTIONS: tuple[tuple[str, Spoken, Callable[[Making], Section], tuple[str, ...]], ...] = (
    ("chiffres", N_("Le territoire en chiffres"), portrait.key_figures, ("chiffres-cles", "pairs", "composition")),
    ("cartes", N_("Cartes"), pictures.maps, ()),
    ("offre", N_("Formations et recherche"), supply.supply, ("formations",)),
    ("economie", N_("Économie et recrutements"), supply.economy, ("emplois", "etablissements", "recrutements")),
    ("filieres", N_("Filières"), portrait.filieres, ("filieres",)),
    ("liens", N_("Liens et synergies"), findings.ties, ("partenaires", "interactions", "evolutions")),
    ("manques", N_("Manques constatés"), findings.gaps, ()),
    ("suggestions", N_("Liens suggérés, et pourquoi"), findings.suggestions, ()),
    ("acteurs", N_("Acteurs et contacts des structures"), portrait.actors, ("acteurs",)),
    ("vie", N_("Guichet, agenda et stratégies"), life.life, ("relais", "agenda", "demandes", "strategies")),
    ("limites", N_("Ce que ce dossier ne dit pas"), limits.limits, ("donnees-absentes",)),
    ("methodes", N_("Méthodes en une page"), limits.methods, ()),
)  # fmt: skip
ANNEXES: tuple[tuple[str, Spoken, Callable[[Making], Section]], ...] = (
    ("annexe-chiffres", N_("Chaque chiffre et sa source"), annex.every_figure),
    ("annexe-sources", N_("Sources"), annex.sources),
    ("annexe-signes", N_("Signes et statuts de preuve"), annex.signs),
    ("annexe-images", N_("Tableaux des cartes et des graphiques"), annex.pictures),
)
TOLD = {name for *_, names in SECTIONS for name in names}
"""Blocks that a section tells; any other is printed in an annex of its own."""


def build(
    seen: PortraitData, matter: RegionView, territory: Territory, language: Language = "fr", created: str = ""
) -> Dossier:
    """Build the dossier of a territory; `created` is when the snapshot was published (ISO), else read in its id.

    A section that fails says so and leaves the others; what is not known is told section by section.
    """
    making = Making(seen, matter, territory, language, created or _from_id(matter.snapshot))
    body = [making.section(id, title, make) for id, title, make, _ in SECTIONS]
    first = making.section("essentiel", N_("L’essentiel"), lambda one: essentials.essentials(one, tiles))
    annexes = [making.section(*one) for one in ANNEXES]
    if others := [one for one in BLOCKS if one.make and one.name not in TOLD]:
        annexes.append(
            making.section(
                "annexe-blocs", N_("Autres tableaux"), lambda one: annex.print_other_blocks(one, others)
            )
        )
    snapshot = matter.snapshot
    return Dossier(
        territory.id,
        making.set(territory.label),
        territory.level,
        language,
        making.say(N_("Potentiel d’interaction")),
        making.say(
            N_("Université, recherche et territoire : ce qui existe, ce qui manque, ce qui pourrait se nouer")
        ),
        date_of(making.created, language),
        snapshot,
        (first, *body, *annexes),
        identity(making),
        locator(making),
        _warning(making),
        reading(making),
        summary(making),
        making.data,
    )


def _from_id(snapshot: str) -> str:
    return f"{snapshot[:4]}-{snapshot[4:6]}-{snapshot[6:8]}" if snapshot[:8].isdigit() else ""


def created_of(snapshot: Snapshot) -> str:
    """Give when a snapshot was published."""
    return str(snapshot.manifest.get("created", ""))


def tiles(making: Making) -> list[Element]:
    """Choose the key figures of the first page: those that have a value; what a zero means is said under them."""
    rows = {
        row["id"]: row for row in figures(making.seen, making.territory, making.parent, making.language).rows
    }
    known = [rows[name] for name in ESSENTIAL if name in rows and rows[name]["value"] is not None]
    zeros = [row for row in known if not row["value"]]
    for row in zeros[::-1][: max(0, len(known) - MOST_TILES)]:
        known.remove(row)
    found: list[Tile] = []
    for row in known[:MOST_TILES]:
        beside = ""
        if row["comparison_shown"] and making.parent.territories:
            beside = making.set(
                gettext(
                    "{parent} : {comparison_shown}",
                    making.language,
                    parent=making.parent.label,
                    comparison_shown=row["comparison_shown"],
                )
            )
        found.append(Tile(row["shown"], making.set(first_upper(row["indicator"])), beside))
    if not found:
        return [
            Paragraph(
                making.say(N_("Aucun chiffre clé n’est connu pour ce territoire.")),
                "absent",
            )
        ]
    shown: list[Element] = [Tiles(tuple(found))]
    if any(not row["value"] for row in known[:MOST_TILES]):
        shown.append(Paragraph(_zero(making), "note"))
    return shown


def identity(making: Making) -> tuple[tuple[str, str], ...]:
    """Give the lines of the cover."""
    territory, ground = making.territory, making.seen.ground
    lines = [(making.say(N_("Niveau")), level_name(territory.level, making.language))]
    for level, words in (("department", N_("Département")), ("region", N_("Région"))):
        if level != territory.level and (found := ground.containing(territory, level)):
            lines.append(
                (
                    making.say(words),
                    making.set(join_words([one.label for one, _ in found[:6]], making.language)),
                )
            )
    if territory.level != "commune":
        lines.append((making.say(N_("Communes")), str(len(territory.communes))))
    lines.append((making.say(N_("Code")), territory.id.rsplit("/", 1)[-1]))
    lines.append((making.say(N_("Publication")), making.matter.snapshot))
    return tuple(lines)


def locator(making: Making) -> Figure | None:
    """Draw where the territory is in its region; None where nothing says it."""
    found = draw_locator(making.seen.outlines, making.territory.id, 300)
    regions = making.seen.ground.containing(making.territory, "region")
    if found is None or making.territory.level == "region":
        return None
    where = regions[0][0].label
    alt = making.say(
        N_("Situation du territoire {territory} en {where}", territory=making.territory.label, where=where)
    )
    return Figure("situation", alt, alt, found[0])


def reading(making: Making) -> tuple[str, ...]:
    """Tell how to read the dossier."""
    return (
        making.say(
            N_(
                "Une référence (C1, M2, S3…) renvoie à l’annexe A : méthode ou question, date, source, "
                "preuve et publication du graphe."
            )
        ),
        making.say(
            N_(
                "∅ veut dire non connu d’après les sources, ▒ secret statistique, < trop peu de cas pour un "
                "chiffre, ou aucun."
            )
        ),
        _zero(making),
        making.say(
            N_(
                "Documenté : une source publique le dit ; inféré : une règle l’en déduit ; déclaré : un "
                "acteur l’affirme ; illustratif : inventé pour l’exemple, et jamais compté sans le dire."
            )
        ),
        making.say(N_("Chaque tableau, et celui de chaque image, est aussi un fichier CSV du même nom.")),
    )


def _zero(making: Making) -> str:
    return making.say(N_("0 : {zero}.", zero=ZERO))


def _warning(making: Making) -> str:
    if not making.matter.illustrative:
        return ""
    return making.say(
        N_(
            "Exemple : ce dossier compte des données illustratives, inventées pour montrer le "
            "fonctionnement. Ne pas diffuser comme un constat."
        )
    )


def summary(making: Making) -> dict[str, Any]:
    """Give the figures of the row of an index: latest values, and how many gaps and suggestions there are."""
    values = {one.indicator.id: one.value for one in making.seen.cube.values(making.territory.id)}
    found: dict[str, Any] = {
        name: values.get(name) for name in ("population", "programmes", "research-units", "interactions")
    }
    lacking = making.findings["lacunes"]["kinds"]
    found["gaps"] = sum(kind["count"] for kind in lacking if kind["kind"] != "data")
    found["suggestions"] = sum(kind["count"] for kind in making.findings["suggestions"]["kinds"])
    return found


def software() -> str:
    """Name the software and its version."""
    try:
        return f"ancrage {version('ancrage')}"
    except PackageNotFoundError:
        return "ancrage"
