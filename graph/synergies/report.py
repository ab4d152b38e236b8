"""Synergies of a territory or a filière: every kind asked for, in one report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from ...words import EMPTY, N_, NN_, Said
from ..analysis.uncertainty import TooFewData
from ..findings.model import Finding, Refusal, Report, Words
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .brokerage import find_brokers
from .complementarity import find_complements
from .fields import REFUSED, TESTS, find_fields
from .helix import find_helix
from .meetings import Flags, Meetings
from .options import Options, Told
from .partners import find_openness, find_partners, find_undated
from .subject import Subject, find_subject
from .ties import find_ties

KINDS = ("ties", "complementarity", "fields", "helix", "brokerage")
"""The kinds of synergies, in the order of a report."""

_REFUSED: Mapping[str, Words] = {
    "partners": N_(
        "Trop peu d'interactions connues avec un même autre territoire pour dire avec qui il "
        "coopère : il en faut 3."
    ),
    "openness": N_(
        "Trop peu d'interactions situées au dedans ou au dehors pour dire où vont les liens : il en faut 10 en tout."
    ),
    "complementarity": N_(
        "Trop peu de spécialisations connues, dans sa zone d'emploi ou hors du territoire, pour dire ce qu'un partenaire "
        "apporterait."
    ),
    "helix": N_(
        "Trop peu de projets de recherche connus, ou tous semblables, pour mesurer une synergie "
        ": il en faut 30."
    ),
    "brokerage": N_("Aucun de ses acteurs n'en met deux autres en relation dans ce que l'on connaît."),
}


def synergies(
    matter: RegionView,
    subject: str,
    *,
    kinds: Sequence[str] = KINDS,
    level: float = 0.95,
    draws: int = 199,
    seed: int = 0,
    most: int = 5,
) -> Report:
    """Find the synergies of a territory or a filière: what ties there are, and what could join what.

    Args:
        matter: frames of a snapshot, or of a scenario.
        subject: a territory (code, path, IRI or name) or a filière (short name, IRI or French label).
        kinds: which of KINDS to look for; complementarity and helix are of territories only.
        level: coverage of intervals, and level of tests corrected for their number.
        draws: number of random draws of each null model.
        seed: of the draws.
        most: how many findings of one sort to give.

    Raises:
        UnknownName: no such territory or filière; with the nearest.
        ValueError: a kind that is none of KINDS.
        BadTable: a level outside ]0, 1[, or no draw.
    """
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise ValueError(f"there is no synergy of kind « {unknown[0]} »: the kinds are {', '.join(KINDS)}")
    options = Options(level, draws, seed, most)
    who = find_subject(matter, subject)
    findings: list[Finding] = []
    refusals: list[Refusal] = []
    for kind, refused, find in _finders(matter, who, options):
        if kind not in kinds:
            continue
        try:
            found = find()
        except TooFewData as error:
            found = [Refusal.of(kind, error, refused)]
        findings += [_said(one) for one in found if isinstance(one, Finding)]
        refusals += [one for one in found if isinstance(one, Refusal)]
    return Report(
        N_("Synergies : {subject}", subject=Said(who.thing.named)),
        who.thing,
        tuple(findings),
        tuple(refusals),
        matter.snapshot,
        {
            "subject": who.thing.id,
            "kinds": ",".join(kinds),
            "draws": str(draws),
            "seed": str(seed),
            "most": str(most),
        },
        matter.illustrative,
        matter.scenario,
        level,
        _notes(matter, kinds),
    )


def _finders(
    matter: RegionView, who: Subject, options: Options
) -> list[tuple[str, Words, Callable[[], Told]]]:
    """List what is looked for: the kind, the sentences of its refusal, and who finds it."""
    mine, whole = _rows(matter, who)

    def found(find: Callable[..., list[Finding] | Told], *arguments: object) -> Callable[[], Told]:
        return lambda: list(find(matter, *arguments))

    finders: list[tuple[str, Words, Callable[[], Told]]] = [
        ("ties", EMPTY, found(find_ties, who, mine, whole, options))
    ]
    if who.territory is not None:
        finders += [
            ("ties", _REFUSED["partners"], found(find_partners, who, mine, whole, options)),
            ("ties", _REFUSED["openness"], found(find_openness, who, mine, options)),
            ("ties", EMPTY, found(find_undated, who, who.territory)),
            ("complementarity", _REFUSED["complementarity"], found(find_complements, who.territory, options)),
        ]
    finders += [("fields", REFUSED[test], found(find_fields, who, test, options)) for test in TESTS]
    if who.territory is not None:
        finders.append(("helix", _REFUSED["helix"], found(find_helix, who, options)))
    finders.append(("brokerage", _REFUSED["brokerage"], found(find_brokers, who, mine, options)))
    return finders


def _rows(matter: RegionView, who: Subject) -> tuple[Flags, Flags]:
    """Give the participations of the subject, and those it is compared with."""
    meetings = Meetings.of(matter)
    if who.territory is not None:
        ground = Gazetteer.of(matter)
        return meetings.inside(ground.places_in(who.territory)), meetings.inside(np.arange(len(ground.wide)))
    members = set(matter.frame("members").filter(pl.col("chain") == who.chain)["member"])
    about = matter.frame("interactions").filter(pl.col("about") == who.chain)["interaction"]
    members |= set(about)
    events = np.array([name in members for name in meetings.ids], dtype=bool)
    everyone = np.ones(len(meetings.event), dtype=bool)
    return events[meetings.event], everyone


def _said(finding: Finding) -> Finding:
    """Say in the sentence how many of the facts used are illustrative."""
    made_up = finding.evidence.get("illustrative", 0)
    if not made_up:
        return finding
    sentence = N_(
        "{sentence} (dont {facts}).",
        sentence=Said(_unended, (finding.sentence,)),
        facts=NN_("{n} fait illustratif", "{n} faits illustratifs", made_up),
    )
    return replace(finding, sentence=sentence)


def _unended(sentence: Words, language: str) -> str:
    return sentence[language].removesuffix(".")


def _notes(matter: RegionView, kinds: Sequence[str]) -> tuple[Words, ...]:
    notes = [
        N_(
            "Seules les interactions connues des sources chargées comptent ; une participation sans "
            "lieu connu n'est d'aucun territoire. Un projet commun n'est un lien recherche – "
            "entreprise que si une entreprise et un laboratoire ou un établissement y prennent part."
        )
    ]
    if "ties" in kinds:
        notes.append(
            N_(
                "Les parts sont comparées à source et nombre d'acteurs égaux, et selon les seules sources qui couvrent toute "
                "la région. Ce qui n'est su que de quelques territoires (les subventions des collectivités qui publient les "
                "leurs, ce que des acteurs déclarent) est compté sans être comparé : l'écart dirait qui publie, et non qui "
                "travaille ensemble."
            )
        )
    if matter.illustrative:
        notes.append(N_("Des faits illustratifs, inventés pour l'exemple, sont compris."))
    return tuple(notes)
