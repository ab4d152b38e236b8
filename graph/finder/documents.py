"""What the finder finds: one row for each actor, unit, programme, interaction, filière, territory, scheme and strategy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from ..region.firmness import rank_in, status_of
from ..region.levels import BY_NAME, REGION
from ..region.view import RegionView
from .columns import (
    centres,
    containing,
    english_names,
    fill_columns,
    fold_names,
    gather_values,
    names_of,
    tops,
)

#: Kinds of what is found, in the order of their weight.
KINDS = (
    "filieres",
    "territoires",
    "acteurs",
    "unites",
    "formations",
    "interactions",
    "dispositifs",
    "strategies",
)
_INSTRUMENTS = ("dispositifs", "strategies")
_CHAIN_WORDS = ("filière", "filières")
"""Words that people write before the name of a filière."""
MOST_TITLES = 60
"""Titles of interactions that the text of one actor holds, at most."""
_LISTS = ("places", "fields", "chains", "families")
COLUMNS = (
    "path",
    "kind",
    "label",
    "detail",
    "weight",
    "names",
    *_LISTS,
    "text",
    "work",
    "evidence",
    "place_evidence",
    "lat",
    "long",
    "ties",
)


def documents(matter: RegionView, everything: RegionView | None = None) -> pl.DataFrame:
    """List what can be found, with the facets and the texts of each.

    `everything` is the same matter with the illustrative graphs: what only it has is "illustrative". Columns: `path`,
    `kind` (of KINDS), `label`, `detail` (path of what says more: a type, a level, an institution), `weight` (the
    smaller first), `names` (folded names and codes), `places`, `fields`, `chains`, `families` (lists of paths; places
    with all that contains them), `text` (what it is about), `work` (titles of what it took part in), `evidence`
    (of the facts about it), `place_evidence` (of its place, where less firm), `lat`, `long` (those of a larger territory
    are the middle of its communes; those of what is in the region and elsewhere are in the region), `ties` (how many
    interactions, programmes and units an actor has; how many of the others are in a territory). In the order of `path`.
    """
    rows = _of(matter)
    if everything is not None:
        more = _of(everything).join(rows, on="path", how="anti")
        rows = pl.concat([rows, more.with_columns(evidence=pl.lit("illustrative"))])
    return rows.unique("path", keep="first").sort("path")


def _of(matter: RegionView) -> pl.DataFrame:
    words = names_of(matter)
    spots = {
        path: (lat, long)
        for path, lat, long in matter.frame("communes").select("place", "lat", "long").iter_rows()
    }
    wholes = containing(matter.frame("wholes"))
    positions: dict[str, Mapping[str, tuple[float | None, float | None]]] = {
        "territoires": centres(spots, wholes) | spots,
        **{kind: {} for kind in ("filieres", *_INSTRUMENTS)},  # of many places
    }
    parts = [
        _territories(matter),
        _actors(matter),
        _programmes(matter),
        _interactions(matter),
        _chains(matter),
        _instruments(matter),
    ]
    rows = pl.concat([fill_columns(part) for part in parts])
    widest = tops(matter)
    facets: dict[str, list[object]] = {name: [] for name in ("places", "families", "lat", "long", "text")}
    told = ("own", "families", "fields", "chains", "activities", "text", "detail", "kind")
    for own, families, fields, chains, activities, text, detail, kind in rows.select(told).iter_rows():
        known = positions.get(kind, spots)
        here = [place for place in own if f"territory/{REGION}" in wholes.get(place, ())]
        lat, long = next((known[place] for place in here or own if place in known), (None, None))
        named = [*(() if kind == "territoires" else own), *families, *fields, *chains, *activities, detail]
        facets["places"].append(sorted({whole for place in own for whole in wholes.get(place, (place,))}))
        facets["families"].append(sorted({widest.get(family, family) for family in families}))
        facets["lat"].append(lat)
        facets["long"].append(long)
        facets["text"].append(_about(text, named, words))
    types = {"lat": pl.Float64, "long": pl.Float64, "text": pl.String}
    rows = rows.with_columns(
        pl.Series(name, values, dtype=types.get(name, pl.List(pl.String))) for name, values in facets.items()
    )
    held = pl.col("kind").is_in(["territoires", *_INSTRUMENTS]).not_()  # what serves a territory is not in it
    inside = rows.filter(held).select(path=pl.col("places").explode())
    inside = inside.group_by("path").agg(held=pl.len().cast(pl.Int64))
    rows = rows.join(inside, on="path", how="left", maintain_order="left").with_columns(
        ties=pl.when(pl.col("kind") == "territoires").then(pl.col("held").fill_null(0)).otherwise("ties"),
    )
    return _with_own_evidence(rows, matter.frame("statuses")).select(COLUMNS)


def _with_own_evidence(rows: pl.DataFrame, statuses: pl.DataFrame) -> pl.DataFrame:
    """Part the evidence of what is told of a thing, as firm as the firmest source, from that of its place where less firm."""
    known = statuses.group_by(path="thing").agg(firm=rank_in(statuses).min())
    rows = rows.join(known, on="path", how="left", maintain_order="left").with_columns(both=rank_in(rows))
    less = pl.when(pl.col("both") > pl.col("firm")).then("evidence")
    return rows.with_columns(
        evidence=pl.coalesce(status_of(pl.col("firm")), "evidence"), place_evidence=less.cast(pl.String)
    )


def _about(text: str | None, paths: Sequence[str | None], words: Mapping[str, Sequence[str]]) -> str:
    """Write what a row is about: its own text, and the names of what it is tied to, each once."""
    names = [name for path in paths if path for name in words.get(path, ())]
    return " · ".join(dict.fromkeys([*([text] if text else []), *names]))


def _territories(matter: RegionView) -> pl.DataFrame:
    larger = matter.frame("territories").select(path="territory", label="label")
    communes = matter.frame("communes").select(path="place", label="label")
    frame = pl.concat([larger, communes]).drop_nulls().unique("path", keep="first", maintain_order=True)
    level = pl.col("path").str.split("/").list.get(1, null_on_oob=True)
    frame = frame.with_columns(
        kind=pl.lit("territoires"),
        detail=level,
        weight=level.replace_strict(list(BY_NAME), list(range(len(BY_NAME))), default=9),
        names=pl.concat_list("label"),
        own=pl.concat_list("path"),
    )
    members = gather_values(matter.frame("members"), "place", "chain", "chains")
    return fold_names(frame.join(members, on="path", how="left", maintain_order="left"))


def _actors(matter: RegionView) -> pl.DataFrame:
    actors, units = matter.frame("actors"), matter.frame("units")
    institutions, participations = matter.frame("institutions"), matter.frame("participations")
    interactions, titles = matter.frame("interactions"), matter.frame("titles")
    frame = actors.group_by("actor", maintain_order=True).agg(
        label=pl.col("label").drop_nulls().sort().first(),
        detail=pl.col("type").drop_nulls().sort().first(),
        short=pl.col("short").drop_nulls().unique().sort(),
    )
    frame = frame.rename({"actor": "path"}).filter(pl.col("label").is_not_null())
    done = participations.join(interactions, on="interaction", how="left", suffix="_of").select(
        "actor", "interaction", "place", family="type_of", about="about"
    )
    # A unit is where its sites are, as its indicators have it; where none is known, from where it takes part.
    housed = units.filter(pl.col("place").is_not_null())["unit"].unique()
    places = pl.concat(
        [
            institutions.select(path="organization", value="place"),
            units.select(path="unit", value="place"),
            done.filter(~pl.col("actor").is_in(housed.implode())).select(path="actor", value="place"),
        ]
    )
    is_unit = pl.col("path").is_in(units["unit"].unique().implode())
    # A unit has the fields that its source gives it: the subjects of what it takes part in are words about it alone.
    about = _fields_of(done.select(path="actor", value="about"))
    fields = pl.concat([units.select(path="unit", value="field"), about.filter(~is_unit)])
    activities = matter.frame("activities").select(path="actor", value="activity")
    named = done.join(titles, on="interaction").sort("label").unique(["actor", "label"], maintain_order=True)
    work = named.group_by("actor", maintain_order=True).agg(
        work=pl.col("label").head(MOST_TITLES).str.join(" · ")
    )
    evidence = pl.concat(
        [institutions.select(path="organization", evidence="evidence"), units.select(path="unit", evidence="evidence")]
    ).drop_nulls().unique("path", keep="first", maintain_order=True)  # fmt: skip
    for more in (
        _ties(matter),
        gather_values(places, "path", "value", "own"),
        gather_values(fields, "path", "value", "fields"),
        gather_values(done, "actor", "family", "families"),
        gather_values(matter.frame("members"), "member", "chain", "chains"),
        gather_values(matter.frame("codes"), "actor", "code", "codes"),
        gather_values(pl.concat([activities, about.filter(is_unit)]), "path", "value", "activities"),
        gather_values(matter.frame("records"), "body", "label", "called"),
        work.rename({"actor": "path"}),
        evidence,
    ):
        frame = frame.join(more, on="path", how="left", maintain_order="left")
    frame = frame.with_columns(
        kind=pl.when(is_unit).then(pl.lit("unites")).otherwise(pl.lit("acteurs")),
        weight=pl.when(pl.col("detail") == "actor-type/higher-education").then(7).otherwise(8),
        names=pl.concat_list(
            "label",
            pl.col("short").fill_null([]),
            pl.col("codes").fill_null([]),
            pl.col("codes").list.eval(pl.element().str.replace(" ", "")).fill_null([]),  # « UMR5194 »
            pl.col("called").fill_null([]),
            _councils(),
        ),
        text=pl.col("short").list.join(" "),
        evidence=pl.col("evidence").fill_null("documented"),
    )
    return fold_names(frame)


def _councils() -> pl.Expr:
    """Give the names by which people ask for a département or a région: its council."""
    is_council = pl.col("detail") == "actor-type/local-authority"
    names = (
        pl.when(is_council & pl.col("label").str.starts_with(start)).then(pl.col("label").str.replace(start, name))
        for start, name in (
            ("Département ", "Conseil départemental "), ("Département ", "Conseil général "), ("Région ", "Conseil régional "),
        )
    )  # fmt: skip
    return pl.concat_list(*names).list.drop_nulls()


def _ties(matter: RegionView) -> pl.DataFrame:
    """Count the interactions, programmes and units of each actor."""
    pairs = pl.concat(
        [
            matter.frame("participations").select(path="actor", other="interaction"),
            matter.frame("programmes").select(path="institution", other="programme"),
            matter.frame("supervisions").select(path="institution", other="unit"),
        ]
    )
    return pairs.drop_nulls().unique().group_by("path").agg(ties=pl.len())


def _fields_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Keep what is a field: interactions concern filières and requests too."""
    return frame.filter(~pl.col("value").str.starts_with("value-chain/"))


def _programmes(matter: RegionView) -> pl.DataFrame:
    rows = matter.frame("programmes")
    frame = rows.group_by(path="programme", maintain_order=True).agg(
        label=pl.col("label").drop_nulls().sort().first(),
        detail=pl.col("institution").drop_nulls().sort().first(),
        evidence=pl.col("evidence").drop_nulls().first().fill_null("documented"),
        levels=pl.col("level").drop_nulls().unique().sort(),
    )
    names = names_of(matter)
    levels = [" · ".join(word for one in found for word in names.get(one, ())) for found in frame["levels"]]
    prepared = matter.frame("preparations")
    families: dict[str, list[str]] = {}
    for path, family in prepared.select("programme", "family").drop_nulls().iter_rows():
        families.setdefault(path, []).extend(names.get(family, ()))
    told = [
        " · ".join([level, *families.get(path, ())])
        for path, level in zip(frame["path"], levels, strict=True)
    ]
    for more in (
        gather_values(rows, "programme", "place", "own"),
        gather_values(rows, "programme", "field", "fields"),
        gather_values(matter.frame("members"), "member", "chain", "chains"),
    ):
        frame = frame.join(more, on="path", how="left", maintain_order="left")
    frame = frame.with_columns(
        pl.Series("text", told, dtype=pl.String), kind=pl.lit("formations"), weight=pl.lit(9), names=pl.concat_list("label")
    )  # fmt: skip
    return fold_names(frame)


def _interactions(matter: RegionView) -> pl.DataFrame:
    interactions, participations = matter.frame("interactions"), matter.frame("participations")
    rows = matter.frame("happenings")
    frame = rows.select(path="interaction", label="label").unique("path", keep="first", maintain_order=True)
    evidence = rows.select(path="interaction", evidence="evidence").unique("path", keep="first")
    types = pl.concat(
        [rows.select("interaction", "type"), interactions.select("interaction", "type")]
    ).drop_nulls()
    where = pl.concat([rows.select("interaction", "place"), participations.select("interaction", "place")])
    about = interactions.select(path="interaction", value="about").drop_nulls()
    labels = matter.frame("actors").select("actor", "label").drop_nulls().unique("actor", keep="first")
    who = participations.join(labels, on="actor").select(path="interaction", value="label").unique()
    chains = pl.concat(
        [
            about.filter(pl.col("value").str.starts_with("value-chain/")),
            matter.frame("members").select(path="member", value="chain"),
        ]
    )
    for more in (
        gather_values(where, "interaction", "place", "own"),
        gather_values(_fields_of(about), "path", "value", "fields"),
        gather_values(types, "interaction", "type", "families"),
        gather_values(chains, "path", "value", "chains"),
        gather_values(who, "path", "value", "partners"),
        evidence,
    ):
        frame = frame.join(more, on="path", how="left", maintain_order="left")
    frame = frame.with_columns(
        kind=pl.lit("interactions"),
        detail=pl.col("families").list.first(),
        weight=pl.lit(10),
        names=pl.concat_list("label"),
        work=pl.col("partners").list.head(MOST_TITLES).list.join(" · "),
        evidence=pl.col("evidence").fill_null("documented"),
    )
    return fold_names(frame)


def _instruments(matter: RegionView) -> pl.DataFrame:
    rows = matter.frame("instruments")
    frame = rows.group_by(path="thing", maintain_order=True).agg(
        label=pl.col("label").sort().first(),
        detail=pl.col("operator").drop_nulls().sort().first(),
        evidence=pl.col("evidence").drop_nulls().first().fill_null("documented"),
        is_scheme=pl.col("class").str.ends_with("/SupportScheme").any(),
    )
    frame = frame.join(
        gather_values(rows, "thing", "place", "own"), on="path", how="left", maintain_order="left"
    )
    kind = pl.when("is_scheme").then(pl.lit("dispositifs")).otherwise(pl.lit("strategies"))
    return fold_names(frame.with_columns(kind=kind, weight=pl.lit(6), names=pl.concat_list("label")))


def _chains(matter: RegionView) -> pl.DataFrame:
    rows = matter.frame("chains")
    frame = rows.group_by(path="chain", maintain_order=True).agg(
        label=pl.col("chainLabel").drop_nulls().sort().first(),
        text=pl.col("stageLabel").drop_nulls().unique().sort().str.join(" · "),
    )
    words = names_of(matter)
    english = dict(english_names(matter))
    frame = frame.filter(pl.col("label").is_not_null())
    for more in (
        gather_values(matter.frame("members"), "chain", "place", "own"),
        gather_values(rows, "chain", "activity", "activities"),
    ):
        frame = frame.join(more, on="path", how="left", maintain_order="left")
    frame = frame.with_columns(kind=pl.lit("filieres"), weight=pl.lit(-1), chains=pl.concat_list("path"))
    names = [
        [*words.get(path, ()), *english.get(path, ()), *(f"{kind} {label}" for kind in _CHAIN_WORDS)]
        for path, label in frame.select("path", "label").iter_rows()
    ]
    return fold_names(frame.with_columns(pl.Series("names", names, dtype=pl.List(pl.String))))
