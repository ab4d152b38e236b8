"""Who speaks of what a request says: laboratories and programmes whose names, or projects, hold its words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

from ...words import N_, NN_, Listed
from ..findings.model import Reason, Step, Thing
from ..region.text import EMPTY, asked_words, fold, prepare_text, stemmer, stems
from ..region.view import RegionView
from .directory import Directory
from .requests import POINTS, Request

MOST = 50
"""Things that the words of a request may add: those that hold most of them, the rarest words first."""
_RARE = 0.02
"""Share of the texts that hold a word from which it tells nothing alone."""
_ANY = frozenset((
    "demande", "demander", "recherche", "rechercher", "chercher", "cherche", "cherchons", "projet", "stage",
    "etude", "besoin", "besoins", "accueil", "exemple", "aide", "aider", "aimerions", "aimerais", "souhait",
    "souhaite", "souhaitons", "souhaiterions", "voudrais", "voudrions", "voulons", "vouloir", "veut", "faire",
    "fait", "fais", "faisons", "font", "ferait", "savoir", "sait", "savons", "connaitre", "appeler", "appelle",
    "trouver", "trouve", "trouvons", "mettre", "met", "pouvoir", "peut", "peuvent", "pouvons", "pourrait",
    "pourrions", "devoir", "doit", "doivent", "devons", "falloir", "faut", "faudrait", "aller", "allons", "vont",
    "voir", "voyons", "venir", "vient", "prendre", "prend", "donner", "donne", "rendre", "rend", "tenir", "passer",
    "rester", "parler", "dire", "dit", "comprendre", "etre", "est", "sont", "suis", "sommes", "etait", "etaient",
    "serait", "seraient", "soit", "sera", "seront", "ete", "avoir", "ai", "avons", "avez", "ont", "avait",
    "avaient", "aurait", "aurions", "aura", "eu", "bonjour", "merci", "cordialement", "madame", "monsieur",
    "mairie", "commune", "ville", "village", "petit", "petite", "notre", "nos", "mon", "ma", "mes", "cet", "cette",
    "leurs", "eux", "ils", "elles", "lui", "tout", "tous", "toute", "toutes", "autre", "autres", "plus", "moins",
    "tres", "bien", "comme", "comment", "quoi", "quel", "quelle", "quels", "quelles", "dont", "ainsi", "alors",
    "aussi", "donc", "encore", "entre", "vers", "chez", "sans", "sous", "depuis", "pendant", "avant", "apres",
    "ici", "deja", "afin", "car", "si", "non", "oui", "etc", "quelque", "quelques", "plusieurs", "beaucoup", "peu",
    "chaque", "personne", "personnes", "gens", "chose", "choses", "jour", "jours", "mois", "annee", "annees", "an",
    "ans", "fois",
))  # fmt: skip
"""Words that any request may have: verbs and words of no subject, folded; those of the finder that are empty beside them."""
_VOID = _ANY | EMPTY


@dataclass(frozen=True)
class Texts:
    """The stems of names and titles: who holds each, in how many of its texts; `size` counts texts, `labels` names things."""

    holders: Mapping[str, Mapping[str, int]]
    texts: Mapping[str, int]
    size: int
    labels: Mapping[str, str]

    @classmethod
    def of(cls, matter: RegionView) -> Texts:
        """Read the names of units and programmes, and the titles of what units and institutions took part in; once."""
        return matter.once(_read)


def telling_words(label: str) -> dict[str, str]:
    """Give the words of a request that tell something, by their stem."""
    return {
        stem: word
        for word in asked_words(label)
        if len(word) > 2 and fold(word) not in _VOID
        for stem in stems(word)
    }


def add_word_matches(
    matter: RegionView, request: Request, thing: Thing, reasons: dict[str, list[Reason]]
) -> None:
    """Add those whose names, or projects, hold the words of a request, with the reason; the rarer the word, the more."""
    known = Texts.of(matter)
    words = {stem: word for stem, word in telling_words(request.label).items() if stem in known.holders}
    weights = {stem: log(known.size / known.texts[stem]) for stem in words}
    held = _held(known, words)
    scores = {holder: sum(weights[stem] for stem in stems_) for holder, stems_ in held.items()}
    best = sorted(scores, key=lambda holder: (-scores[holder], -sum(held[holder].values()), holder))[:MOST]
    whole = sum(weights.values()) or 1.0
    for holder in best:
        count = max(held[holder].values())
        quoted = Listed(
            [N_("« {word} »", word=word) for word in sorted({words[stem] for stem in held[holder]})]
        )
        step = Step(
            Thing(holder, known.labels.get(holder) or Directory.of(matter).label(holder), "member"),
            N_("parle de {words}", words=quoted),
            thing,
            "inferred",
        )
        text = NN_(
            "Mots de la demande : {words}, dans {n} texte (son nom ou ses projets, inféré).",
            "Mots de la demande : {words}, dans {n} textes (son nom ou ses projets, inféré).",
            count,
            words=quoted,
        )
        reasons.setdefault(holder, []).append(
            Reason("text", text, (step,), POINTS["text"] * scores[holder] / whole)
        )


def _held(known: Texts, words: Iterable[str]) -> dict[str, dict[str, int]]:
    """Count the texts of each holder of a rare word that have each of some words."""
    rare = {stem for stem in words if known.texts[stem] <= max(3.0, _RARE * known.size)}
    held: dict[str, dict[str, int]] = {holder: {} for stem in rare for holder in known.holders[stem]}
    for stem in words:
        counts = known.holders[stem]
        for holder in held.keys() & counts.keys():
            held[holder][stem] = counts[holder]
    return held


def _read(matter: RegionView) -> Texts:
    holders: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    texts: dict[str, int] = defaultdict(int)
    labels: dict[str, str] = {}
    size = 0
    who: dict[str, list[str]] = defaultdict(list)
    took = matter.frame("participations").select("interaction", "actor").drop_nulls().unique()
    for interaction, actor in took.sort("interaction", "actor").iter_rows():
        who[interaction].append(actor)
    named = [
        (label, who[path])
        for path, label in matter.frame("titles").select("interaction", "label").iter_rows()
    ]
    for frame, key in (("units", "unit"), ("programmes", "programme")):
        rows = matter.frame(frame).select(key, "label").unique(key, keep="first", maintain_order=True)
        labels |= dict(rows.drop_nulls().iter_rows())
        named += [(label, [path]) for path, label in rows.iter_rows()]
    for label, names in named:
        if not label or not names:
            continue
        size += 1
        for stem in set(stemmer().analyze(prepare_text(label))):
            texts[stem] += 1
            for name in names:
                holders[stem][name] += 1
    return Texts(holders, texts, max(size, 1), labels)
