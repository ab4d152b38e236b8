"""What is between two parties and what to ask of it: a part has never more than the whole, and nothing unmeasured is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import polars as pl
import pytest
from ancrage.api.dossier.meeting import parts, presentation, questions
from ancrage.api.dossier.meeting.between import Pair, worded
from ancrage.api.dossier.meeting.contacts import contacts
from ancrage.api.dossier.meeting.party import Party, actor_party
from ancrage.api.dossier.meeting.pools import Plans, Pool, plans_words, pool_of
from ancrage.api.dossier.meeting.questions import broker, chain, field, hiring, project, sequel, site
from ancrage.api.dossier.meeting.sheet import Sheet
from ancrage.api.dossier.model import Grid, Paragraph, Points
from ancrage.api.pages.actor.matter import ActorData, Context
from ancrage.api.pages.territory.matter import PortraitData, untaught_by_pool
from ancrage.api.reading.rows import By
from ancrage.graph.gaps.coverage import Coverage
from ancrage.graph.region.gazetteer import Territory
from ancrage.graph.region.view import RegionView

COLUMNS: Mapping[str, Sequence[str]] = {
    "participations": ("interaction", "actor", "place", "role"),
    "interactions": ("interaction", "year", "source", "type"),
    "ties": ("first", "second", "shared", "source"),
    "supervisions": ("unit", "institution", "relation"),
    "kin": ("part", "whole", "relation"),
    "members": ("chain", "function", "stage", "member"),
    "units": ("unit", "end", "field"),
    "preparations": ("programme", "family"),
    "sites": ("organization", "place"),
    "programmes": ("programme", "institution", "place", "end"),
    "actors": ("actor", "type"),
    "homepages": ("actor", "homepage"),
    "authorities": ("territory", "authority"),
}


class Known:
    """Frames of a few rows, and no other."""

    def __init__(self, **frames: Sequence[tuple[Any, ...]]) -> None:
        self.frames = frames
        self.names: dict[str, str] = {}
        self.places: dict[str, tuple[str, ...]] = {}
        self.kinds: dict[str, str] = {}

    def by(self, name: str, key: str) -> By:
        rows = self.frames.get(name, ())
        return By(pl.DataFrame(rows, schema=COLUMNS[name], orient="row", infer_schema_length=None), key)

    family = ActorData.family

    def kind(self, path: str) -> str:
        """Give the kind of an organisation: of all the same, unless told."""
        return self.kinds.get(path, "local-authority")

    def interactions(self, path: str) -> list[str]:
        """List what an organisation takes part in."""
        return self.by("participations", "actor").of(path).distinct("interaction")

    def towns(self, path: str) -> tuple[str, ...]:
        """Give the communes of an organisation."""
        return self.places.get(path, ())


class Page:
    """What a party asks of the context of a page: what is known, and the path that the page is of."""

    def __init__(self, known: Known, path: str = "") -> None:
        self.known, self.path = known, path
        self.language = "fr"

    def name(self, path: str) -> str:
        """Give the name of anything: what it is called here."""
        return path

    word = name

    def town(self, path: str) -> str:
        """Give the town of an organisation: unknown."""
        return ""


def party(known: Known, path: str, actors: Mapping[str, set[str]], towns: str = "", **more: Any) -> Party:
    """Give an organisation, or the territory of some communes, with who takes part in what for it."""
    place = Territory(f"territory/department/{path}", path, "department", np.array([], np.intp))
    return Party(
        path, path, "", "", cast("Context", Page(known)), {one: frozenset(who) for one, who in actors.items()},
        frozenset(), frozenset(), more.pop("members", ()), tuple(towns), territory=place if towns else None, **more,
    )  # fmt: skip


def shared(*sides: Party) -> list[str]:
    """Give the interactions of both, whoever comes first."""
    first, second = (sorted(one.path for one in Pair(*two).shared) for two in (sides, sides[::-1]))
    assert first == second
    return first


EVENTS = Known(interactions=[(f"i{n}", 2020, "source/anr", "t") for n in range(5)])


def test_a_part_of_a_territory_shares_no_more_than_the_whole() -> None:
    university = party(
        EVENTS, "uga", {f"i{n}": {"uga"} for n in range(4)}, family=frozenset(("lab",)),
    )  # fmt: skip
    town = party(EVENTS, "town", {"i0": {"lab"}, "i1": {"lab", "firm"}, "i2": {"uga"}}, "a")
    whole = party(
        EVENTS, "whole", {"i0": {"lab", "uga"}, "i1": {"lab", "firm"}, "i2": {"uga"}, "i3": {"firm"}}, "ab"
    )
    assert shared(town, university) == ["i1"]
    assert shared(whole, university) == ["i1", "i3"]


def test_two_territories_share_what_both_act_in_from_both() -> None:
    rhone = party(EVENTS, "69", {"i0": {"cnrs", "inserm"}, "i1": {"cnrs"}}, "c")
    assert shared(party(EVENTS, "town", {"i0": {"cnrs"}, "i1": {"cnrs"}}, "a"), rhone) == ["i0"]
    assert shared(party(EVENTS, "38", {"i0": {"cnrs", "inserm"}, "i1": {"cnrs"}}, "ab"), rhone) == ["i0"]


def test_a_territory_in_the_other_is_bound_to_its_rest() -> None:
    inner = party(EVENTS, "town", {"i0": {"lab", "firm"}, "i1": {"lab"}}, "a")
    outer = party(EVENTS, "38", {"i0": {"lab", "firm"}, "i1": {"lab", "plant"}}, "ab")
    assert Pair(inner, outer).nested == (inner, outer) and shared(inner, outer) == ["i1"]


def test_of_a_commune_and_its_intercommunality_nothing_is_counted_twice() -> None:
    known = Known(
        interactions=[("i0", 2025, "source/anr", "interaction-type/collaborative-project")],
        participations=[("i0", one, None, None) for one in ("lab", "cnrs", "x")],
    )
    known.names = {"i0": "Nanofutur", "cnrs": "CNRS", "x": "X"}
    inner = party(known, "Annonay", {"i0": {"lab"}}, "a")
    outer = party(known, "CA Annonay", {"i0": {"lab"}}, "abc")
    for sides in ((inner, outer), (outer, inner)):
        pair = Pair(*sides)
        assert project(pair) is None and pair.brokers == [] and broker(pair) is None
        told = [
            one.text
            for one in parts.ties(Sheet(pair, cast("PortraitData", None), ""))
            if isinstance(one, Paragraph)
        ]
        assert told == [
            "Annonay est une des 3 communes de la CA Annonay\xa0: ce qui est connu d’elle y est compté aussi.",
            "Aucun projet connu ne réunit des participants d’Annonay et du reste de la CA Annonay.",
        ]


def test_a_tie_without_place_is_told_of_who_acts_mostly_from_the_side_alone() -> None:
    known = Known(
        ties=[("inp", "uga", 108, "source/scanr"), ("firm", "uga", 2, "source/scanr"), ("cnrs", "firm", 9, "s")],
        participations=[("i0", "inp", "a", None), *((f"j{n}", "inp", "far", None) for n in range(20)),
                        ("i0", "firm", "a", None), ("j1", "firm", None, None), ("i1", "cnrs", "a", None)],
    )  # fmt: skip
    drome = party(known, "26", {"i0": {"inp", "firm"}, "i1": {"cnrs"}}, "a")
    university = party(known, "uga", {"i9": {"uga"}})
    assert drome.local == {"firm", "cnrs"}
    assert Pair(drome, university).undated == [("firm", "uga", 2, "scanr")]
    both = party(known, "38", {"i0": {"firm"}, "i1": {"cnrs"}}, "b")
    assert Pair(drome, both).undated == []  # who acts from both sides ties none to the other


@pytest.mark.parametrize("turned", [False, True])
def test_what_one_organisation_is_to_the_other_is_said_and_their_projects_count(turned: bool) -> None:
    known = Known(
        interactions=[("i0", 2023, "source/ilab", "t")],
        supervisions=[("Laboratoire d’Informatique", "Université Alpes", "supervised")],
    )
    lab = party(known, "Laboratoire d’Informatique", {"i0": {"Laboratoire d’Informatique"}},
                family=frozenset(("Université Alpes",)))  # fmt: skip
    university = party(known, "Université Alpes", {"i0": {"Université Alpes"}}, family=frozenset((lab.path,)))
    pair = Pair(lab, university) if turned else Pair(university, lab)
    assert pair.kinship is not None
    assert (
        pair.kinship["fr"]
        == "Le Laboratoire d’Informatique est une unité dont l'Université Alpes est tutelle."
    )
    assert [one.path for one in pair.shared] == ["i0"]


def joined(
    participations: Sequence[tuple[str, str, str | None]],
    kind: str = "collaborative-project",
    **places: tuple[str, ...],
) -> str | None:
    """Give the question on the latest project of a university that somebody of commune a could join; None where there is none."""
    events = sorted({event for event, *_ in participations})
    known = Known(
        participations=[(*row, None) for row in participations],
        interactions=[(event, 2025, "source/anr", f"interaction-type/{kind}") for event in events],
    )
    known.names = dict.fromkeys(events, "Nanofutur")
    known.places = places
    here: dict[str, set[str]] = {}
    for event, actor, place in participations:
        if place == "a":
            here.setdefault(event, set()).add(actor)
    town = party(known, "Isère", here, "a")
    university = party(known, "uga", {event: {"uga"} for event in events}, family=frozenset(("lab",)))
    found = project(Pair(town, replace(university, towns=places.get("uga", ()))))
    return found.words["fr"] if found else None


def test_a_project_that_began_long_before_the_last_known_one_is_not_asked_about() -> None:
    def asked(year: int) -> bool:
        known = Known(
            participations=[("i0", one, None, None) for one in ("uga", "x", "y")],
            interactions=[("i0", year, "source/anr", "t"), ("i1", 2025, "source/ilab", "t")],
        )
        known.names = {"i0": "Nanofutur"}
        return project(Pair(party(known, "Die", {}, "a"), party(known, "uga", {"i0": {"uga"}}))) is not None

    assert [year for year in range(2012, 2020) if asked(year)] == [2017, 2018, 2019]


def test_of_partners_of_as_many_interactions_academic_ones_come_first() -> None:
    took = [
        (event, one, None, None)
        for event, one in (("i0", "firm"), ("i0", "a"), ("i0", "uga"), ("i0", "z"), ("i1", "z"))
    ]
    known = Known(participations=took, interactions=[])
    known.names = {"a": "A", "uga": "UGA", "z": "Z"}
    known.kinds = {"a": "company", "uga": "higher-education", "z": "company"}
    town = party(known, "Die", {"i0": {"firm"}, "i1": {"firm"}}, "a")
    assert town.named_partners() == [("z", 2), ("uga", 1), ("a", 1)]


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((1, 1, 1, 1), "4 partenaires connus, une interaction avec chacun."),
        ((2, 2, 2, 2, 1), "5 partenaires connus, 2 interactions au plus avec chacun."),
        ((3, 2, 1, 1), "Ses premiers partenaires connus\xa0: p0 (3) et p1 (2)."),
        (
            (3, 2, 1, 4),
            "p0 (3), p1 (2) et p2 (1)\u202f; 1 autre, que sa source ne nomme pas, en a autant ou plus.",
        ),
    ],
)
def test_partners_are_named_down_to_where_they_differ(counts: tuple[int, ...], told: str) -> None:
    took = [(f"i{n}", f"p{at}", None, None) for at, count in enumerate(counts) for n in range(count)]
    known = Known(participations=took, interactions=[])
    known.names = {
        f"p{at}": "Organisation PIC 999974553" if count == 4 else f"p{at}" for at, count in enumerate(counts)
    }
    town = party(known, "Die", {f"i{n}": {"firm"} for n in range(4)}, "a")
    seen = cast("PortraitData", SimpleNamespace(values=lambda _: (), containing=lambda *_: []))
    first, _ = presentation.who(Sheet(Pair(town, party(known, "uga", {})), seen, ""))
    assert isinstance(first, Paragraph)
    assert first.text.endswith(told), first.text


def test_partners_are_counted_without_its_family_and_that_is_told() -> None:
    known = Known(
        participations=[("i0", one, None, None) for one in ("lab", "uga", "a", "b", "c", "d")],
        interactions=[],
    )
    known.names = dict.fromkeys("abcd", "Un nom")
    lab = party(known, "lab", {"i0": {"lab"}}, family=frozenset(("uga",)))
    sheet = Sheet(Pair(lab, party(known, "x", {})), cast("PortraitData", None), "")
    first, _ = presentation.who(sheet)
    assert isinstance(first, Paragraph)
    assert "4 partenaires connus hors de ses tutelles, unités et regroupements, une interaction" in first.text


def test_a_region_is_told_by_how_many_departements_it_has() -> None:
    def where(n: int) -> str:
        wholes = [(SimpleNamespace(label=f"D{at}"), 1 / n) for at in range(n)]
        seen = cast("PortraitData", SimpleNamespace(values=lambda _: (), containing=lambda *_: wholes))
        place = Territory("territory/region/84", "Région", "region", np.arange(9))
        region = replace(party(Known(), "Région", {}, "abc"), territory=place)
        first, _ = presentation.who(Sheet(Pair(region, party(Known(), "uga", {})), seen, ""))
        assert isinstance(first, Paragraph)
        return first.text

    assert ", D0, D1 et D2, 9 communes." in where(3)
    assert ", 12 départements, 9 communes." in where(12)


def ground(people: Sequence[float], *pools: Sequence[int]) -> PortraitData:
    """Give what is read of a ground of some communes, in labour pools that each have hiring plans, one of them secret."""
    territories = [
        Territory(f"bassin/{n}", f"Bassin {n}", "bassin", np.array(one)) for n, one in enumerate(pools)
    ]
    hirings = pl.DataFrame(
        [
            (f"bassin/{n}", "fap/J", f"indicator/{name}", 2024, value, least)
            for n in range(len(pools))
            for name, value, least in (
                ("hiring-plans", 90.0, 90.0), ("hiring-plans-difficult", 6.0, 6.0), ("hiring-plans-difficult", None, 20.0)
            )
        ],
        schema=("pool", "family", "indicator", "year", "value", "least"), orient="row",
    )  # fmt: skip

    def inside(place: Territory) -> Any:
        return np.isin(np.arange(len(people)), place.communes)

    def containing(place: Territory, _: str) -> list[tuple[Territory, float]]:
        return [(one, 0.0) for one in territories if inside(place)[one.communes].any()]

    return cast(
        "PortraitData",
        SimpleNamespace(
            ground=SimpleNamespace(population=np.array(people)), inside=inside, containing=containing, untaught={},
            by=lambda *_: By(hirings, "pool"),
        ),
    )  # fmt: skip


def around(seen: PortraitData, *communes: int) -> tuple[Pool, Party]:
    """Give the labour pool of some communes, and who they are."""
    place = Territory("territory/department/15", "Cantal", "department", np.array(communes))
    here = replace(party(Known(), "Cantal", {}, "a"), territory=place, seen=seen)
    return pool_of(here), here


def test_the_labour_pool_is_that_of_most_inhabitants_and_secret_cells_make_minimums() -> None:
    pool, here = around(ground([60, 10, 10, 20], [0], [1, 2, 3]), 0, 1, 2)
    assert (pool.label, pool.beyond, pool.share) == ("Bassin 0", False, 0.75)
    assert plans_words(pool, here, pool.plans["fap/J"])["fr"].replace("\u202f", " ") == (
        "Bassin d’emploi « Bassin 0 » (où vivent 75 % des habitants du Cantal) en 2024 : 90 projets de recrutement, "
        "dont au moins 26 jugés difficiles."
    )


def test_a_labour_pool_that_has_little_of_a_territory_is_not_told_of_it() -> None:
    seen = ground([3, 97, 100], [0, 2])
    assert around(seen, 0, 1)[0].plans == {}
    assert around(seen, 0)[0].beyond and around(seen, 0)[0].plans


def test_a_project_is_one_that_nobody_else_of_the_territory_takes_part_in() -> None:
    far = [("i0", "x", "b"), ("i0", "y", None)]
    alone = joined([("i0", "uga", "b"), *far])
    assert joined([("i0", "uga", "b"), *far], "spin-off") is None  # a company that others founded
    assert alone is not None and "uga y prend part, sans participant connu de l'Isère" in alone
    own = joined([("i0", "uga", "a"), ("i0", "lab", "b"), *far], uga=("a",))
    assert own is not None and "sans autre participant connu de l'Isère" in own
    assert joined([("i0", "uga", "a"), ("i0", "firm", "a"), *far]) is None
    assert joined([("i0", "uga", "a"), ("i0", "lab", "a"), *far], uga=("a",)) is None  # if of its family
    assert (
        joined([("i0", "uga", "a"), *far], y=("a",)) is None
    )  # its place there is known, if not in this project


def test_a_filiere_is_asked_about_where_no_member_of_it_is_in_a_shared_project() -> None:
    chips, makes, studies = "value-chain/chips", "chain-function/produces", "chain-function/searches"
    known = Known(
        members=[(chips, makes, None, "soitec"), (chips, studies, None, "leti")],
        participations=[("i0", "soitec", None, None), ("i0", "leti", "a", None)],
        interactions=[("i0", 2018, "source/anr", "t")],
    )
    firm = party(known, "soitec", {"i0": {"soitec"}}, members=[(chips, makes, None, "soitec")])
    town = party(known, "Grenoble", {"i0": {"leti"}}, "a", members=[(chips, studies, None, "leti")])
    assert chain(Pair(town, firm)) is None
    asked = chain(Pair(replace(town, actors={}), firm))
    assert asked is not None
    assert asked.facts[-1]["fr"] == "Aucun projet commun connu n’a de participant connu de cette filière."


def test_a_filiere_is_asked_about_between_a_territory_and_the_rest_of_the_one_that_holds_it() -> None:
    makes, studies = "chain-function/produces", "chain-function/searches"
    rows = [("chips", makes, None, "soitec"), ("chips", studies, None, "leti")]
    known = Known()
    inner = party(known, "Bernin", {}, "a", members=rows)
    assert chain(Pair(inner, party(known, "Isère", {}, "ab", members=rows))) is None
    asked = chain(Pair(inner, party(known, "Isère", {}, "ab", members=[*rows, ("chips", makes, None, "st")])))
    assert asked is not None and asked.facts[0]["fr"] == "Le reste de l'Isère : 1 membre connu qui produit."


def test_a_first_place_is_not_asked_of_who_has_projects_nor_a_go_between_of_who_is_there() -> None:
    known = Known(
        interactions=[("i0", 2018, "source/anr", "t"), ("i1", 2018, "source/anr", "t")],
        participations=[("i0", "uga", "a", None), ("i0", "firm", "a", None), ("i1", "uga", "a", None), ("i1", "x", "b", None)],
    )  # fmt: skip
    known.names = {"x": "X"}
    university = party(known, "uga", {"i0": {"uga"}, "i1": {"uga"}})
    town = party(known, "Grenoble", {"i0": {"uga", "firm"}, "i1": {"uga"}}, "a")
    pair = Pair(town, university)
    assert pair.within and pair.brokers and broker(pair) is None
    assert pair.shared and site(pair) is None
    assert not Pair(replace(town, actors={"i0": frozenset(("firm",))}), university).within


@pytest.mark.parametrize(
    ("until", "words"), [(2022, None), (2026, "Sa source va jusqu’en 2026"), (2030, None)]
)
def test_what_became_of_a_project_is_asked_by_the_years_of_its_source(until: int, words: str | None) -> None:
    rows = [
        ("i0", 2021, "source/anr", "t"),
        ("i1", until, "source/anr", "t"),
        ("i2", 2026, "source/grants", "t"),
    ]
    known = Known(interactions=rows, participations=[("i2", "firm", "a", None)])
    town = party(known, "Die", {"i0": {"firm"}, "i2": {"firm"}}, "a")
    asked = sequel(Pair(town, party(known, "uga", {"i0": {"uga"}})))
    assert (asked is None) if words is None else asked is not None and asked.facts[0]["fr"].startswith(words)


@pytest.mark.parametrize(("untaught", "asked"), [((), False), (("teaching",), True)])
def test_an_occupation_is_asked_about_where_gaps_measure_that_nobody_trains_for_it(
    monkeypatch: pytest.MonkeyPatch, untaught: tuple[str, ...], asked: bool
) -> None:
    pool = Pool("Grenoble", "2024", True, {"teaching": Plans(366, 262)}, frozenset(untaught))
    monkeypatch.setattr(questions, "pool_of", lambda _: pool)
    monkeypatch.setattr(
        Party, "families", property(lambda one: Counter(teaching=32 if one.path == "uga" else 0))
    )
    monkeypatch.setattr(questions, "_sources", lambda *_: ())
    known = Known()
    town = replace(party(known, "38185", {}, "a"), seen=cast("PortraitData", object()))
    found = hiring(Pair(town, party(known, "uga", {})))
    assert (found is not None) is asked
    if found is not None:
        assert (
            "bassin d'emploi de Grenoble, où aucune formation à ces métiers n’est connue" in found.words["fr"]
        )


def test_what_nobody_is_known_to_train_for_is_told_where_enough_of_it_is_known() -> None:
    little, enough = Coverage(53, 79), Coverage(60, 79)
    table = SimpleNamespace(
        areas=SimpleNamespace(ids=("grenoble", "elsewhere")), read=(enough, little),
        located=SimpleNamespace(groups=("teaching", "building", "trade")), coverage=(little, enough, enough),
        items=np.array([[0, 0, 3], [0, 0, 0]]),
    )  # fmt: skip
    matter = cast("RegionView", SimpleNamespace(once=lambda _: table))
    assert untaught_by_pool(matter) == {"grenoble": {"building"}, "elsewhere": set()}


def test_an_organisation_has_what_its_parts_have_and_what_is_on_site_is_told() -> None:
    known = Known(
        kin=[("iut", "uga", "part"), ("school", "uga", "member")],
        programmes=[("p1", "uga", None, None), ("p2", "iut", "d", None), ("p3", "iut", "d", 2020), ("p4", "school", "d", None)],
        participations=[("i1", "iut", None, None)],
    )  # fmt: skip
    known.places = {"uga": ("a",), "iut": ("d",)}
    university = actor_party(cast("Context", Page(known, "uga")))
    assert university.programmes == {"p1", "p2"}
    assert (university.towns, university.parts) == (("a", "d"), ("iut",))
    assert university.actors == {"i1": {"iut"}}
    drome = replace(party(known, "Drôme", {}, "d"), programmes=frozenset(("p2", "p4")))
    told = parts.ties(Sheet(Pair(drome, university), cast("PortraitData", None), ""))
    assert told[0] == Points(
        ("Sur place (Drôme)\xa0: 1 formation du supérieur connue de uga (1 autre est sans lieu connu).",)
    )
    no_values = cast("PortraitData", SimpleNamespace(values=lambda _: ()))
    first, _ = presentation.who(Sheet(Pair(university, drome), no_values, ""))
    assert (
        isinstance(first, Paragraph) and "2 formations ouvertes (dont 1 dans ses composantes)" in first.text
    )


def test_a_company_without_fields_is_not_asked_what_biology_could_serve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        Party, "fields", property(lambda one: Counter(biology=34 if one.path == "uga" else 0))
    )
    monkeypatch.setattr(questions, "_sources", lambda *_: ())
    known = Known()
    assert field(Pair(party(known, "uga", {}), replace(party(known, "town", {}, "a")))) is not None
    kin = Known(supervisions=[("lig", "uga", "supervised")])  # its fields are those of its supervisor
    assert questions.questions(Pair(party(kin, "uga", {}), party(kin, "lig", {}))) == []
    monkeypatch.setattr(
        Party, "fields", property(lambda one: Counter(biology=34) if one.path == "uga" else Counter())
    )
    assert field(Pair(party(known, "uga", {}), party(known, "soitec", {}))) is None


def test_a_territory_does_no_research_its_units_do_and_a_unit_is_not_asked_of_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        Party, "fields", property(lambda one: Counter(biology=13) if one.territory else Counter(physics=1))
    )
    monkeypatch.setattr(questions, "_sources", lambda *_: ())
    town, lab = party(Known(), "Isère", {}, "a"), party(Known(), "lab", {})
    asked = field(Pair(town, lab))
    assert asked is not None and "physics » : lab y fait de la recherche" in asked.words["fr"]
    asked = field(Pair(lab, town))
    assert asked is not None and asked.words["fr"].startswith(
        "« biology » : 13 unités de recherche de l'Isère y travaillent, rien de tel n’est connu pour lab."
    )
    lab = replace(lab, units=frozenset(("lab",)))
    asked = field(Pair(lab, town))
    assert asked is not None and "physics" in asked.words["fr"]


def test_panels_are_told_of_who_has_no_field_of_the_ministry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_cite_things", lambda *_: None)
    pairs = ("lab", "field/erc/SH2"), ("other", "field/mesr/3"), ("other", "field/erc/PE1")
    known = Known(units=[(unit, None, one) for unit, one in pairs])
    lab, other, mute = (
        replace(party(known, one, {}), units=frozenset((one,))) for one in ("lab", "other", "mute")
    )
    for one, told in ((lab, "aucun domaine du ministère dans le répertoire\u202f; panels de l’ERC\xa0: Field/erc/SH2 (1)"),
                      (mute, "∅")):  # fmt: skip
        [table] = parts.differences(Sheet(Pair(one, other), cast("PortraitData", None), ""))
        assert isinstance(table, Grid)
        [row] = table.rows
        assert [cell.text for cell in row[1:]] == [told, "Field/mesr/3 (1)", "∅"]


def test_who_teaches_on_site_is_written_to_before_who_may_relay() -> None:
    known = Known(
        actors=[("iut", "actor-type/academic-component"), ("lycee", "actor-type/secondary-school")],
        programmes=[("p1", "lycee", "a", None), ("p2", "lycee", "a", None), ("p3", "iut", "a", None)],
        sites=[("cafe", "a")],
    )
    known.kinds = {"iut": "academic-component", "lycee": "secondary-school", "cafe": "third-place"}
    cantal, isere = (
        replace(party(known, code, {}, town), path=f"territory/department/{code}")
        for code, town in (("15", "a"), ("38", "b"))
    )
    found = contacts(Pair(replace(cantal, programmes=frozenset(("p1", "p2", "p3"))), isere))
    assert [(one.path, one.why["fr"]) for one in found] == [
        ("iut", "1 formation du supérieur connue sur place"),
        ("cafe", "lieu d’études ou d’accueil sur place"),
    ]


def test_what_both_have_is_in_the_order_of_paths_and_a_filiere_is_named_once() -> None:
    context = cast("Context", Page(Known()))
    keys = [("chain/food", "does/searches"), ("chain/food", "does/trains"), ("chain/wood", "does/trains")]
    assert worded(context, keys) == ["chain/food, does/searches et does/trains", "chain/wood, does/trains"]
    assert worded(context, [("fap/J",)]) == ["fap/J"]


@pytest.mark.parametrize(
    ("place", "council"),
    [
        ("department/38", "223800012"),
        ("department/2A", "200076958"),
        ("region/84", "200053767"),
        ("commune/38185", "213801855"),
    ],
)
def test_the_council_of_a_territory_is_one_to_write_to(place: str, council: str) -> None:
    path = f"organization/{council}"
    governing = [] if "commune" in place else [(f"territory/{place}", path)]
    kinds = [(path, "actor-type/local-authority"), ("organization/38", "actor-type/company")]
    known = Known(actors=kinds, authorities=governing)
    territory = replace(party(known, "38", {}, "a"), path=f"territory/{place}")
    found = contacts(Pair(territory, party(known, "uga", {})))
    assert [one.path for one in found] == [path, "uga"]
