"""Missing data, kept apart from the other gaps: what is not known is neither zero nor a lack."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..findings.model import Finding, Question, Thing
from ..findings.words import (
    agree_en,
    agree_fr,
    count_en,
    count_fr,
    first_upper,
    listed_en,
    listed_fr,
    number_en,
    number_fr,
)
from ..region.view import Matter
from .chains import Chains
from .coverage import NOTHING
from .demand import Hirings
from .sectors import Jobs
from .setting import Setting, pools, zones
from .supply import placed, placed_units
from .ties import Ties

Told = tuple[str, str]
QUESTION = "missing-data-of-territory"

#: What belongs to no territory: what is said of many, and what follows, in French and in English.
EVERYWHERE: dict[str, tuple[Told, Told]] = {
    "programmes": (
        ("formations ouvertes n'ont pas de lieu d'enseignement connu", "elles ne comptent nulle part"),
        ("open programmes have no known place of teaching", "they count nowhere"),
    ),
    "units": (
        (
            "unités de recherche connues, ici et ailleurs, n'ont pas de lieu connu",
            "elles ne comptent nulle part",
        ),
        ("known research units, here and elsewhere, have no known place", "they count nowhere"),
    ),
    "members": (
        ("appartenances à une filière n'ont pas d'étape connue", "elles ne comblent aucun maillon"),
        ("memberships of a value chain have no known stage", "they fill no link"),
    ),
    "participations": (
        ("participations à des interactions n'ont pas de lieu connu", "elles ne lient aucun territoire"),
        ("participations in interactions have no known place", "they tie no territory"),
    ),
}


def region_wide(matter: Matter) -> Mapping[str, tuple[int, int]]:
    """Count what is missing and what was looked at, of what belongs to no territory: it is the same for all."""
    of = {"programmes": matter.once(placed).get("", NOTHING), "units": matter.once(placed_units)}
    made = {what: (one.every - one.known, one.every) for what, one in of.items()}
    members = matter.frame("members").select("chain", "stage", "function", "member").unique()
    made["members"] = members["stage"].null_count(), members.height
    took = matter.frame("participations").select("interaction", "actor", "place").unique()
    made["participations"] = took["place"].null_count(), took.height
    return made


def data_gaps(setting: Setting) -> list[Finding]:
    """List what is not known of a territory and of what surrounds it."""
    return [
        *_communes(setting),
        *_observed(setting),
        *_actors(setting),
        *_whole(setting),
        *_unseen(setting),
        *_silent(setting),
    ]


def _communes(setting: Setting) -> list[Finding]:
    ground, mine = setting.ground, setting.territory.communes
    made = []
    beyond = int((setting.inside & ~setting.region).sum())
    if beyond:
        words = (
            f"{count_fr(beyond, 'commune')} sur {number_fr(len(mine))} {agree_fr(beyond, 'est', 'sont')} hors de la région "
            f"{setting.region_label} : ce qui s'y trouve n'est pas lu.",
            f"{count_en(beyond, 'commune')} of {number_en(len(mine))} {agree_en(beyond, 'is', 'are')} outside the region "
            f"{setting.region_label}: what is there is not read.",
        )
        made.append(_finding(setting, "beyond", beyond, len(mine), words, None))
    for what, values, french in (
        ("population", ground.population, "population"),
        ("position", ground.lat, "position"),
    ):
        lost = int(np.isnan(values[mine]).sum())
        if lost:
            words = (
                f"{count_fr(lost, 'commune')} sur {number_fr(len(mine))} {agree_fr(lost, 'est', 'sont')} sans {french} connue.",
                f"{count_en(lost, 'commune')} of {number_en(len(mine))} {agree_en(lost, 'has', 'have')} no known {what}.",
            )
            made.append(_finding(setting, what, lost, len(mine), words, setting.question(QUESTION)))
    return made


def _observed(setting: Setting) -> list[Finding]:
    """Tell the cells without a value in the territory's labour pools and employment zones, or that it is in none."""
    made, question = [], setting.question(QUESTION)
    hirings, jobs = setting.matter.once(Hirings.of), setting.matter.once(Jobs.of)
    met = setting.matter.once(pools).meeting(setting.inside)
    lost, every = int((met @ hirings.hidden).sum()), int((met @ hirings.cells).sum())
    if not met.any():
        words = (
            "Aucun bassin d'emploi connu ne contient le territoire.",
            "No known labour pool holds the territory.",
        )
        made.append(_finding(setting, "hirings", lost, every, words, question))
    elif lost:
        hidden = agree_fr(lost, "est sous le secret statistique", "sont sous le secret statistique")
        words = (
            f"{count_fr(lost, 'chiffre')} de projets de recrutement sur {number_fr(every)} ({hirings.year}) {hidden} dans ses "
            "bassins d'emploi : ni zéro, ni compté.",
            f"{count_en(lost, 'figure')} of hiring plans of {number_en(every)} ({hirings.year}) {agree_en(lost, 'is', 'are')} "
            "suppressed in its labour pools: neither zero nor counted.",
        )
        made.append(_finding(setting, "hirings", lost, every, words, question))
    met = setting.matter.once(zones).meeting(setting.inside)
    lost, every = int((met @ jobs.missing).sum()), int((met @ jobs.cells).sum())
    if not met.any():
        words = (
            "Aucune zone d'emploi connue ne contient le territoire.",
            "No known employment zone holds the territory.",
        )
        made.append(_finding(setting, "jobs", lost, every, words, question))
    elif lost:
        words = (
            f"{count_fr(lost, 'chiffre')} d'emplois par secteur sur {number_fr(every)} ({jobs.year}) "
            f"{agree_fr(lost, 'manque', 'manquent')} dans ses zones d'emploi.",
            f"{count_en(lost, 'figure')} of jobs by sector of {number_en(every)} ({jobs.year}) {agree_en(lost, 'is', 'are')} "
            "missing in its employment zones.",
        )
        made.append(_finding(setting, "jobs", lost, every, words, question))
    return made


def _actors(setting: Setting) -> list[Finding]:
    """Tell that no actor of the territory is known by an interaction: whether it works with research is not known."""
    if setting.matter.once(Ties.of).actors.count(setting.inside)[0]:
        return []
    words = (
        "Aucun acteur situé dans le territoire (entreprise, association, collectivité…) n'est connu par une interaction : on "
        "ne sait pas s'il en est qui travaillent avec la recherche.",
        "No actor located in the territory (company, association, authority…) is known by an interaction: whether any works "
        "with research is not known.",
    )
    question = setting.question("territory-interactions-with-research")
    return [_finding(setting, "actors", 0, 0, words, question)]


def _whole(setting: Setting) -> list[Finding]:
    """Tell what belongs to no territory because its place, or its stage, is not known."""
    made = []
    for what, (lost, every) in setting.matter.once(region_wide).items():
        if lost:
            (french, so), (english, then) = EVERYWHERE[what]
            words = (
                f"{number_fr(lost)} des {number_fr(every)} {french} : {so}.",
                f"{number_en(lost)} of {number_en(every)} {english}: {then}.",
            )
            made.append(_finding(setting, what, lost, every, words, setting.question(QUESTION), "everywhere"))
    return made


def _unseen(setting: Setting) -> list[Finding]:
    """Tell the functions of each filière that no placed member of the region is known to hold."""
    chains, made = setting.matter.once(Chains.of), []
    functions = setting.names.under("chain-function/")
    for chain, label in sorted(chains.labels.items()):
        missing = [one for one in functions if not chains.placed.get((chain, one))]
        if missing:
            names = [setting.names(one) for one in missing]
            words = (
                f"Filière {label} : aucun membre placé dans la région n'est connu pour les fonctions "
                f"{listed_fr([f'« {one[0]} »' for one in names])} ; la donnée manque sans doute.",
                f"{first_upper(setting.names(chain)[1])} value chain: no member placed in the region is known for the functions "
                f"{listed_en([f'“{one[1]}”' for one in names])}; data are probably missing.",
            )
            question = setting.question("chain-links-near-territory", radius=True, chain=chain)
            made.append(_finding(setting, chain, len(missing), len(functions), words, question, "everywhere"))
    return made


def _silent(setting: Setting) -> list[Finding]:
    """Tell that nothing is known of requests, or of internships."""
    matter, made = setting.matter, []
    if matter.frame("requests").is_empty():
        words = (
            "Aucune demande ni offre n'est connue : ce que le territoire demande n'est pas dans les données.",
            "No request or offer is known: what the territory asks for is not in the data.",
        )
        made.append(_finding(setting, "requests", 0, 0, words, Question("matter-requests"), "everywhere"))
    kinds = matter.frame("interactions")["type"].unique()
    if not any("internship" in kind for kind in kinds):
        words = (
            "Aucun stage n'est connu : aucune source ouverte n'en donne.",
            "No internship is known: no open source gives any.",
        )
        made.append(_finding(setting, "internships", 0, 0, words, None, "everywhere"))
    return made


def _finding(
    setting: Setting,
    what: str,
    missing: int,
    every: int,
    words: Told,
    question: Question | None,
    scope: str = "territory",
) -> Finding:
    return Finding(
        kind="data",
        subject=setting.thing,
        object=Thing(what if "/" in what else setting.territory.id, what.rsplit("/", 1)[-1], "data"),
        sentence={"fr": words[0], "en": words[1]},
        facts={"what": what, "missing": missing, "of": every},
        question=question,
        scope=scope,
    )
