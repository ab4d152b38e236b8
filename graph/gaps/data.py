"""Missing data, kept apart from the other gaps: what is not known is neither zero nor a lack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ...words import N_, NN_, Listed, Message, Named, Number, first_upper
from ..findings.model import Finding, Question, Thing, Words
from ..region.derived import distinct_participations
from ..region.view import RegionView
from .chains import Chains
from .coverage import NOTHING
from .demand import Hirings
from .sectors import Jobs
from .setting import GapContext, pools, zones
from .supply import count_placed, placed_units
from .ties import Ties

QUESTION = "missing-data-of-territory"

#: What belongs to no territory: what is said of many, and what follows.
EVERYWHERE: dict[str, Message] = {
    "programmes": NN_(
        "{n} des {every} formations ouvertes n'a pas de lieu d'enseignement connu : elle ne compte nulle part.",
        "{n} des {every} formations ouvertes n'ont pas de lieu d'enseignement connu : elles ne comptent nulle part.",
        0,
    ),
    "units": NN_(
        "{n} des {every} unités de recherche connues est située ailleurs ou sans lieu connu : elle ne compte dans aucun "
        "territoire.",
        "{n} des {every} unités de recherche connues sont situées ailleurs ou sans lieu connu : elles ne comptent dans aucun "
        "territoire.",
        0,
    ),
    "members": NN_(
        "{n} des {every} appartenances à une filière n'a pas d'étape connue : elle ne comble aucun maillon.",
        "{n} des {every} appartenances à une filière n'ont pas d'étape connue : elles ne comblent aucun maillon.",
        0,
    ),
    "participations": NN_(
        "{n} des {every} participations à des interactions n'a pas de lieu connu : elle ne lie aucun territoire.",
        "{n} des {every} participations à des interactions n'ont pas de lieu connu : elles ne lient aucun territoire.",
        0,
    ),
}


def region_wide(matter: RegionView) -> Mapping[str, tuple[int, int]]:
    """Count what is missing and what was looked at, of what belongs to no territory: it is the same for all."""
    of = {"programmes": matter.once(count_placed).get("", NOTHING), "units": matter.once(placed_units)}
    made = {what: (one.every - one.known, one.every) for what, one in of.items()}
    members = matter.frame("members").select("chain", "stage", "function", "member").unique()
    made["members"] = members["stage"].null_count(), members.height
    took = distinct_participations(matter.frame("participations"))
    made["participations"] = took["place"].null_count(), took.height
    return made


def data_gaps(setting: GapContext) -> list[Finding]:
    """List what is not known of a territory and of what surrounds it."""
    return [
        *_communes(setting),
        *_observed(setting),
        *_actors(setting),
        *_whole(setting),
        *_unseen(setting),
        *_silent(setting),
    ]


def _communes(setting: GapContext) -> list[Finding]:
    ground, mine = setting.ground, setting.territory.communes
    made = []
    beyond = int((setting.inside & ~setting.region).sum())
    if beyond:
        words = NN_(
            "{n} commune sur {mine} est hors de la région {region_label} : ce qui s'y trouve n'est pas lu.",
            "{n} communes sur {mine} sont hors de la région {region_label} : ce qui s'y trouve n'est pas lu.",
            beyond,
            mine=Number(len(mine)),
            region_label=setting.region_label,
        )
        made.append(_finding(setting, "beyond", beyond, len(mine), words, None))
    for what, values in (("population", ground.population), ("position", ground.lat)):
        lost = int(np.isnan(values[mine]).sum())
        if lost:
            told = {"every": Number(len(mine))}
            if what == "population":
                words = NN_(
                    "{n} commune sur {every} est sans population connue.",
                    "{n} communes sur {every} sont sans population connue.",
                    lost,
                    **told,
                )
            else:
                words = NN_(
                    "{n} commune sur {every} est sans position connue.",
                    "{n} communes sur {every} sont sans position connue.",
                    lost,
                    **told,
                )
            made.append(_finding(setting, what, lost, len(mine), words, setting.question(QUESTION)))
    return made


def _observed(setting: GapContext) -> list[Finding]:
    """Tell the cells without a value in the territory's labour pools and employment zones, or that it is in none."""
    made, question = [], setting.question(QUESTION)
    hirings, jobs = setting.matter.once(Hirings.of), setting.matter.once(Jobs.of)
    met = setting.matter.once(pools).meeting(setting.inside)
    lost, every = int((met @ hirings.hidden).sum()), int((met @ hirings.cells).sum())
    if not met.any():
        words = N_("Aucun bassin d'emploi connu ne contient le territoire.")
        made.append(_finding(setting, "hirings", lost, every, words, question))
    elif lost:
        words = NN_(
            "{n} chiffre de projets de recrutement sur {every} ({year}) est sous le secret statistique dans ses bassins "
            "d'emploi : seul ce qui en est publié est compté.",
            "{n} chiffres de projets de recrutement sur {every} ({year}) sont sous le secret statistique dans ses bassins "
            "d'emploi : seul ce qui en est publié est compté.",
            lost,
            every=Number(every),
            year=hirings.year,
        )
        made.append(_finding(setting, "hirings", lost, every, words, question))
    met = setting.matter.once(zones).meeting(setting.inside)
    lost, every = int((met @ jobs.missing).sum()), int((met @ jobs.cells).sum())
    if not met.any():
        words = N_("Aucune zone d'emploi connue ne contient le territoire.")
        made.append(_finding(setting, "jobs", lost, every, words, question))
    elif lost:
        words = NN_(
            "{n} chiffre d'emplois par secteur sur {every} ({year}) manque dans ses zones d'emploi.",
            "{n} chiffres d'emplois par secteur sur {every} ({year}) manquent dans ses zones d'emploi.",
            lost,
            every=Number(every),
            year=jobs.year,
        )
        made.append(_finding(setting, "jobs", lost, every, words, question))
    return made


def _actors(setting: GapContext) -> list[Finding]:
    """Tell that no actor of the territory is known by an interaction: whether it works with research is not known."""
    if setting.matter.once(Ties.of).actors.count(setting.inside)[0]:
        return []
    words = N_(
        "Aucun acteur situé dans le territoire (entreprise, association, collectivité…) n'est "
        "connu par une interaction : on ne sait pas s'il en est qui travaillent avec la "
        "recherche."
    )
    question = setting.question("territory-interactions-with-research")
    return [_finding(setting, "actors", 0, 0, words, question)]


def _whole(setting: GapContext) -> list[Finding]:
    """Tell what belongs to no territory because its place, or its stage, is not known."""
    made = []
    for what, (lost, every) in setting.matter.once(region_wide).items():
        if lost:
            words = replace(EVERYWHERE[what].of(lost), filled={"every": Number(every)})
            made.append(_finding(setting, what, lost, every, words, setting.question(QUESTION), "everywhere"))
    return made


def _unseen(setting: GapContext) -> list[Finding]:
    """Tell the functions of each filière that no placed member of the region is known to hold."""
    chains, made = setting.matter.once(Chains.of), []
    functions = setting.names.under("chain-function/")
    for chain, label in sorted(chains.labels.items()):
        missing = [one for one in functions if not chains.placed.get((chain, one))]
        if missing:
            names = Listed([N_("« {name} »", name=setting.names(one)) for one in missing])
            words = NN_(
                "Filière {chain} : aucun membre placé dans la région n'est connu pour la fonction {names} ; la donnée manque "
                "sans doute.",
                "Filière {chain} : aucun membre placé dans la région n'est connu pour les fonctions {names} ; la donnée manque "
                "sans doute.",
                len(missing),
                chain=Named(label, first_upper(setting.names(chain)["en"])),
                names=names,
            )
            question = setting.question("chain-links-near-territory", radius=True, chain=chain)
            made.append(_finding(setting, chain, len(missing), len(functions), words, question, "everywhere"))
    return made


def _silent(setting: GapContext) -> list[Finding]:
    """Tell that nothing is known of requests, or of internships."""
    matter, made = setting.matter, []
    if matter.frame("requests").is_empty():
        words = N_(
            "Aucune demande ni offre n'est connue : ce que le territoire demande n'est pas dans les données."
        )
        made.append(_finding(setting, "requests", 0, 0, words, Question("matter-requests"), "everywhere"))
    kinds = matter.frame("interactions")["type"].unique()
    if not any("internship" in kind for kind in kinds):
        words = N_("Aucun stage n'est connu : aucune source lue ici n'en donne.")
        made.append(_finding(setting, "internships", 0, 0, words, None, "everywhere"))
    return made


def _finding(
    setting: GapContext,
    what: str,
    missing: int,
    every: int,
    words: Words,
    question: Question | None,
    scope: str = "territory",
) -> Finding:
    return Finding(
        kind="data",
        subject=setting.thing,
        object=Thing(what if "/" in what else setting.territory.id, what.rsplit("/", 1)[-1], "data"),
        sentence=words,
        facts={"what": what, "missing": missing, "of": every},
        question=question,
        scope=scope,
    )
