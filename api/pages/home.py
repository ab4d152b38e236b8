"""Pages on the whole: home, lists of territories and filières, sources, health."""

from collections import defaultdict
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from ...graph.pool.blocking import NoSnapshot
from ...graph.region.text import fold
from ...graph.region.view import REGION
from ...words import NN_, gettext
from ..datasets.dcat import DESCRIPTION
from ..reading.licences import licence_name
from ..reading.names import territory_kind
from ..reading.project_territories import HOW, projects
from ..reading.publication import index_of, library_of_questions, reading_of
from ..reading.solutions import Reading, Row, best_labels
from ..render.rendering import page
from ..render.structured import catalogue_block, dataset_of, site_block
from ..web.links import local_name
from ..web.negotiation import Language
from ..web.page_language import choose_language

router = APIRouter(tags=["pages"])
Read = Annotated[Reading, Depends(reading_of)]

#: What home counts, in the order it is shown: class, and its noun.
COUNTED = (
    ("Commune", NN_("commune", "communes", 1)),
    ("Intercommunality", NN_("intercommunalité", "intercommunalités", 1)),
    ("Organization", NN_("organisation", "organisations", 1)),
    ("ResearchUnit", NN_("unité de recherche", "unités de recherche", 1)),
    ("TrainingProgramme", NN_("formation", "formations", 1)),
    ("Site", NN_("site", "sites", 1)),
    ("Interaction", NN_("interaction", "interactions", 1)),
    ("TerritorialObservation", NN_("observation chiffrée", "observations chiffrées", 1)),
)  # fmt: skip


#: Questions that home proposes.
FEATURED = (
    *("territory-units", "territory-jobs-by-sector", "chain-members", "epci-without-teaching-site"),
    *("zones-with-jobs-without-training", "territory-partners-outside"),
)


@router.get("/", summary="Accueil")
def home(request: Request) -> Response:
    """Say what the graph is, what it holds, and where to begin; or that nothing is published yet."""
    try:
        reading = reading_of(request)
    except NoSnapshot:
        return page(request, "empty.html")
    said = reading.language = choose_language(request)
    counts = reading.block("home/counts")
    found = {local_name(row["class"]): int(row["value"]) for row in counts.rows}
    departments = reading.block("home/departments")
    reading.learn_labels(v for row in departments.rows for k, v in row.items() if k != "value")
    chains, chain_block = chains_of(reading)
    library = library_of_questions(request.app)
    loads = reading.block("home/sources").rows
    return page(
        request,
        "home.html",
        numbers=[(found[name], words.of(found[name])) for name, words in COUNTED if found.get(name)],
        counts=counts,
        regions=_by_region(reading, departments.rows, said),
        departments_block=departments,
        filieres=chains,
        filieres_block=chain_block,
        questions=[library[name] for name in FEATURED if name in library],
        sources=len({row["source"] for row in reading.block("home/datasets").rows}),
        loaded=max((row["ended"] for row in loads if "ended" in row), default=""),
        illustrative=request.state.publication.has_examples,
        structure=site_block(
            request.app.state.theme.name,
            DESCRIPTION[said],
            said,
            request.app.state.settings.base_url.rstrip("/"),
        ),
    )


def _by_region(reading: Reading, rows: list[Row], said: Language) -> list[tuple[str, list[Row]]]:
    """Group départements by region: first the one whose indicators are computed, then those with most sites."""
    regions: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        regions[row.get("region", "")].append({**row, "label": reading.label(row["department"])})
    return [
        (
            reading.label(region) if region else (gettext("autres", said)),
            sorted(found, key=lambda row: local_name(row["department"])),
        )
        for region, found in sorted(
            regions.items(),
            key=lambda item: (not item[0].endswith(f"/{REGION}"), -sum(int(row["value"]) for row in item[1])),
        )
    ]


def chains_of(reading: Reading) -> tuple[list[dict[str, Any]], Any]:
    """List the filières with their members by function, and the block that gave them."""
    block = reading.block("chain/list")
    functions: dict[str, dict[str, int]] = defaultdict(dict)
    for row in block.rows:
        functions[row["chain"]]
        if "function" in row:
            functions[row["chain"]][row["function"]] = int(row["value"])
    reading.learn_labels([*functions, *(f for found in functions.values() for f in found)])
    chains = [
        {
            "iri": iri,
            "label": reading.label(iri),
            "functions": [(reading.label(f), n) for f, n in sorted(found.items(), key=lambda item: -item[1])],
        }
        for iri, found in functions.items()
    ]
    return sorted(chains, key=lambda chain: fold(chain["label"])), block


@router.get("/territoires", summary="Liste des territoires")
def territories(request: Request, reading: Read) -> Response:
    """List the larger territories of the graph, level by level."""
    said = reading.language = choose_language(request)
    levels: dict[str, list[tuple[str, str]]] = defaultdict(list)
    index = index_of(request, reading)
    for thing in index.things:
        if thing.kind == "territoires":
            levels[territory_kind(thing.iri)].append((thing.iri, thing.label))
    for pairs in levels.values():
        pairs.sort(key=lambda pair: fold(pair[1]))
    levels.pop("commune", None)
    found = {local_name(row["class"]): int(row["value"]) for row in reading.block("home/counts").rows}
    order = ["region", "department", "adhoc", "epci", "zone", "bassin"]
    return page(
        request,
        "territories.html",
        present_levels=[(level, levels[level]) for level in order if levels.get(level)],
        communes=found.get("Commune", 0),
        former=found.get("FormerCommune", 0),
        example_projects=projects(index),
        example_how=HOW[said],
        trail=[(None, gettext("Territoires", said))],
    )


def _titles(rows: list[Row], said: Language) -> dict[str, Row]:
    """Give the best title of each source, with its language where that is not the one of the page."""
    titled = [{**row, "thing": row["source"], "label": row["title"]} for row in rows if "title" in row]
    spoken = {(row["source"], row["label"]): row.get("language", "") for row in titled}
    return {
        source: {"label": label, "lang": spoken[source, label].replace(said, "")}
        for source, label in best_labels(titled, said).items()
    }


@router.get("/sources", summary="Sources du graphe")
def sources(request: Request, reading: Read) -> Response:
    """List the sources loaded, with publisher, licence, date, graph and size."""
    said = reading.language = choose_language(request)
    block = reading.block("home/sources")
    titles = _titles(block.rows, said)
    rows: dict[str, Row] = {}
    for row in block.rows:
        rows.setdefault(row["graph"], row | titles.get(row["source"], {"label": local_name(row["source"])}))
    datasets, described = reading.block("home/datasets"), reading.block("home/described")
    counts = {row["source"]: row["value"] for row in described.rows}
    names = _titles(datasets.rows, said)
    originals = {
        row["source"]: {**row, **names[row["source"]], "value": counts.get(row["source"], "")}
        for row in datasets.rows
    }
    publication = request.state.publication
    told = set(rows)
    others = [
        {"graph": iri, **{k: str(v) for k, v in about.items()}}
        for iri, about in publication.graphs.items()
        if iri not in told
    ]
    return page(
        request,
        "sources.html",
        shown=block,
        origins_block=datasets,
        origins=sorted(originals.values(), key=lambda row: fold(row["label"])),
        rows=sorted(rows.values(), key=lambda row: fold(row["label"])),
        others=sorted(others, key=lambda row: row["graph"]),
        licence=partial(licence_name, language=said),
        structure=catalogue_block(
            gettext("Sources", said),
            DESCRIPTION[said],
            "/sources",
            [
                dataset_of(
                    row["label"],
                    row.get("page", ""),
                    iri=row["source"],
                    licence=row.get("licence", ""),
                    publisher=row.get("publisher", ""),
                    period=row.get("period", ""),
                )
                for row in originals.values()
            ],
        ),
        trail=[(None, "Sources")],
    )
