"""Secrecy at the door: no small count of a partner can be worked out from anything that is published."""

from __future__ import annotations

import csv
import io
import re
import time
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.graph.indicators.declaration import read_indicators
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.read.withholding import OF_COMPANIES, OF_PEOPLE, Containers, withhold
from ancrage.ontology.vocabulary import prologue
from fastapi.testclient import TestClient
from scipy.optimize import linprog  # type: ignore[import-untyped, unused-ignore]

TERRITORIES = ["id,kind,label_fr,code,vintage,part_of", "territory/region/84,Region,Région,84,2026,"]
TERRITORIES += [f"territory/department/{d},Department,D{d},{d},2026,R84" for d in ("38", "26")]
TERRITORIES += [f"territory/epci/{e},Intercommunality,E{e},{e},2026," for e in ("200000001", "200000002")]
TOWNS = [f"{department}{n:03d}" for department in ("38", "26") for n in range(1, 5)]
TERRITORIES += [  # the first intercommunality straddles the départements
    f"territory/commune/{code},Commune,C{code},{code},2026,{code[:2]};{'200000001' if at % 3 else '200000002'}"
    for at, code in enumerate(TOWNS)
]
INDICATORS = [name for name, one in read_indicators()[0].items() if "department" in one.levels]
STATUS = "https://w3id.org/ancrage/id/obs-status/suppressed"


def partner(path: Path, seed: int) -> tuple[Path, dict[tuple[str, str], int]]:
    """Write a folder with random counts of students in communes, by sector or not, and their totals; give all of them."""
    rng = np.random.default_rng(seed)
    cells = {
        (code, sector): int(rng.choice([0, 0, 1, 2, 4, 6, 11, 40]))
        for code in TOWNS
        for sector in ("a17/FZ", "a17/GZ")
    }
    totals = {(code, ""): cells[code, "a17/FZ"] + cells[code, "a17/GZ"] for code in TOWNS}
    holders = {"38": TOWNS[:4], "26": TOWNS[4:], "R84": TOWNS}
    holders |= {"200000001": [c for n, c in enumerate(TOWNS) if n % 3], "200000002": TOWNS[::3]}
    for holder, towns in holders.items():
        for sector in ("a17/FZ", "a17/GZ", ""):
            totals[holder, sector] = sum((cells | totals)[town, sector] for town in towns)
    counts = cells | totals
    path.mkdir()
    lines = ["territory,period,indicator,sector,value"]
    lines += [f"{code},2025,internships,{sector},{n}" for (code, sector), n in counts.items()]
    tables = {
        "about": ["key,value", "name,stages", "title,Stages", "publisher,Essai"],
        "territories": TERRITORIES,
        "observations": lines,
    }
    for name, text in tables.items():
        (path / f"{name}.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
    return path, counts


def asked(data: Path, text: str) -> list[list[str]]:
    snapshot = Pipeline(data).snapshots.current()
    assert snapshot is not None
    with LocalReader(snapshot) as reader:
        body = reader.query(prologue() + text, accept="text/csv").body.decode()
    return [line.split(",") for line in body.split("\r\n")[1:] if line]


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_nobody_works_out_a_small_count_from_the_published_graph(tmp_path: Path, seed: int) -> None:
    folder, counts = partner(tmp_path / "stages", seed)
    report = Pipeline(tmp_path / "data").load("exchange", [folder])
    rows = asked(
        tmp_path / "data",
        """SELECT ?t ?s ?v ?status { ?o a anc:TerritorialObservation ; anc:refTerritory ?t .
        OPTIONAL { ?o anc:refSector ?s } OPTIONAL { ?o anc:obsValue ?v } OPTIONAL { ?o anc:obsStatus ?status } }""",
    )
    codes = {"region": "R84"}
    told: dict[tuple[str, str], str] = {}
    for territory, sector, value, status in rows:
        level, code = territory.rsplit("/", 2)[1:]
        key = (codes.get(level, code), "/".join(sector.split("/")[-2:]) if "a17" in sector else "")
        told[key] = value or status
    assert set(told) == set(counts)
    hidden = [key for key, value in told.items() if value == STATUS]
    small = [key for key, n in counts.items() if 0 < n < 5]
    assert set(small) <= set(hidden) and all(counts[key] > 0 for key in hidden)
    assert all(float(told[key]) == counts[key] for key in counts if key not in hidden)  # a zero stays a zero
    assert bool(small) == any("secret statistique" in one["fr"] for one in report.warnings)
    attacked(counts, {key for key in counts if key not in hidden})


def attacked(counts: dict[tuple[str, str], int], known: set[tuple[str, str]]) -> None:
    """Work out each count that is not known: those of a commune and sector are not negative, all that is known is true."""
    atoms = [(code, sector) for code in TOWNS for sector in ("a17/FZ", "a17/GZ")]
    holders = {"38": TOWNS[:4], "26": TOWNS[4:], "R84": TOWNS}
    holders |= {"200000001": [c for n, c in enumerate(TOWNS) if n % 3], "200000002": TOWNS[::3]}
    form = {(t, s): [float(a in holders.get(t, [t]) and s in ("", b)) for a, b in atoms] for t, s in counts}
    equations = np.array([form[one] for one in sorted(known)]) if known else None
    values = np.array([counts[one] for one in sorted(known)]) if known else None
    for key in counts.keys() - known:
        ends = []
        for sign in (1, -1):
            found = linprog(sign * np.array(form[key]), A_eq=equations, b_eq=values, method="highs")
            assert found.status in (0, 3)
            ends.append(float("inf") if found.status == 3 else abs(found.fun))
        assert ends[1] - ends[0] >= 5 - 1e-6, key


def test_nobody_works_out_a_small_count_from_what_the_faces_serve(tmp_path: Path) -> None:
    folder, counts = partner(tmp_path / "stages", 1)
    data = tmp_path / "data"
    Pipeline(data).load("exchange", [folder])
    settings = Settings(data_dir=data, workers=1, deadline=60)
    with TestClient(create_app(settings), headers={"Accept-Encoding": "identity"}) as site:
        # files of RDF: dumps of every graph and licence, the description of each observation, what a query makes of all
        dumps = [file["plain"] for file in site.get("/dumps?format=json").json()["files"]]
        named = [row[0] for row in asked(data, "SELECT ?o { ?o a anc:TerritorialObservation }")]
        described = [f"{one.replace('https://w3id.org/ancrage/id/', '/doc/')}.nt" for one in named[:8]]
        query = "PREFIX anc: <https://w3id.org/ancrage/def/> CONSTRUCT { ?s ?p ?o } WHERE { "
        query += "{ ?s ?p ?o ; anc:obsValue ?v } UNION { GRAPH ?g { ?s ?p ?o ; anc:obsValue ?v } } }"
        made = [site.get("/sparql", params={"query": query}, headers={"Accept": "application/n-triples"})]
        made += [site.get(one) for one in described]
        end = time.monotonic() + 300  # dumps are made once the service is open, and are 503 until then
        for path in (
            one for one in dumps if one.endswith(("/stages.nq", "/non-precisee.nq", "/indicators.nq"))
        ):
            while (answer := site.get(path)).status_code == 503 and time.monotonic() < end:
                time.sleep(0.5)
            made.append(answer)
        assert (
            len(made) == 12
            and [(one.url.path, one.status_code) for one in made if one.status_code != 200] == []
        )
        told: dict[tuple[str, str], set[float]] = {}
        for answer in made:
            syntax = ox.RdfFormat.N_QUADS if answer.url.path.endswith(".nq") else ox.RdfFormat.N_TRIPLES
            for key, value in observed(answer.content, syntax):
                told.setdefault(key, set()).add(value)
        # tables: flows, what a territory's page lists, and the values of every indicator
        region = "/territoires/region/84"
        tables = [
            "/cartes/flux.csv",
            "/cartes.csv?indicator=interactions",
            f"{region}/chiffres-cles?format=csv",
        ]
        tables += [f"{region}/evolutions?format=csv"]
        tables += [f"/indicateurs/{one}.csv?level=department&by=*&period=*" for one in INDICATORS]
        for path in tables:
            answer = site.get(path)
            assert answer.status_code in (200, 404), path
            for row in csv.DictReader(io.StringIO(answer.text)) if answer.status_code == 200 else ():
                assert "internships" not in " ".join(str(one) for one in row.values()), path
    assert told and all(values == {counts[key]} for key, values in told.items())
    assert not {key for key in told if 0 < counts[key] < 5}
    attacked(counts, set(told))


def observed(body: bytes, syntax: ox.RdfFormat) -> list[tuple[tuple[str, str], float]]:
    """Read the values of observations in RDF, by territory and sector; a page of one holds its neighbours' too."""
    facts: dict[str, dict[str, str]] = {}
    for quad in ox.parse(body, syntax):
        term = str(quad.predicate.value).rsplit("/", 1)[-1]
        facts.setdefault(str(quad.subject), {})[term] = quad.object.value
    found = []
    for one in facts.values():
        if "obsValue" in one and one.get("refIndicator", "").endswith("/indicator/internships"):
            level, code = one["refTerritory"].rsplit("/", 2)[1:]
            sector = one.get("refSector", "")
            key = (
                {"region": "R84"}.get(level, code),
                "/".join(sector.split("/")[-2:]) if "a17" in sector else "",
            )
            found.append((key, float(one["obsValue"])))
    return found


def test_a_headcount_under_five_is_nowhere_and_its_edition_does_not_tell_it(tmp_path: Path) -> None:
    folder, _ = partner(tmp_path / "stages", 0)
    (folder / "observations.csv").unlink()
    texts = {
        "organizations": "id,kind,label_fr,actor_type\nfirm,Company,Entreprise,company\n",
        "schemes": "id,label_fr,types\nvillab,Villab,internship\n",
        "interactions": "id,label_fr,types,year,scheme,headcount\na,A,internship,2025,villab,1\nb,B,internship,2025,villab,9\n"
        "c,C,internship,2025,villab,30\nd,D,internship,2024,villab,0\ne,E,internship,2024,,7\nf,F,internship,2024,,\n",
        "participations": "interaction,organization,roles\n" + "".join(f"{n},firm,host\n" for n in "abcdef"),
        "editions": "id,label_fr,scheme,year,territories,headcount\nv25,Villab 2025,villab,2025,38,40\n",
    }
    for table, text in texts.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    Pipeline(tmp_path / "data").load("exchange", [folder])
    rows = asked(
        tmp_path / "data",
        "SELECT ?l ?n ?s { ?i rdfs:label ?l OPTIONAL { ?i anc:headcount ?n } OPTIONAL { ?i anc:headcountStatus ?s } "
        "{ ?i a anc:Interaction } UNION { ?i a anc:SchemeEdition } }",
    )
    told = {label: (number, status) for label, number, status in rows}
    assert told["A"] == ("", STATUS) and told["B"] == ("", STATUS)  # else 40 less 9 and 30 would tell A
    assert [told[one] for one in "CDEF"] == [("30", ""), ("0", ""), ("7", ""), ("", "")]
    assert told["Villab 2025"] == ("40", "")
    kept = pl.concat(
        [
            pl.read_parquet(path).select("headcount")
            for path in (tmp_path / "data").rglob("interactions.parquet")
        ]
    )
    assert "1" not in kept["headcount"].cast(pl.String).to_list()


def test_what_is_published_elsewhere_or_counts_no_person_stays() -> None:
    schema = [
        "territory",
        "sector",
        "organization",
        "occupation",
        "indicator",
        "period",
        "scenario",
        "value",
        "status",
        "evidence",
    ]
    rows = [
        ("territory/commune/1", None, None, None, "indicator/students", "2025", None, 2, None, "evidence-status/documented"),
        ("territory/commune/1", None, None, None, "indicator/programmes", "2025", None, 2, None, "evidence-status/declared"),
        ("territory/commune/1", None, None, None, "indicator/establishments", "2025", None, 2, None, "evidence-status/declared"),
        ("territory/commune/2", None, None, None, "indicator/establishments", "2025", None, 3, None, "evidence-status/declared"),
    ]  # fmt: skip
    tables, told = withhold({"observations": pl.DataFrame(rows, schema=schema, orient="row")}, Containers())
    assert tables["observations"]["value"].to_list() == [2, 2, None, 3]
    assert len(told) == 1 and "observations" in told[0]["fr"]


def test_what_one_company_has_nearly_all_of_is_withheld_with_what_it_has() -> None:
    schema = [
        *("territory", "sector", "organization", "occupation", "indicator", "period", "scenario"),
        "value",
        "status",
        "evidence",
    ]

    def row(
        territory: str, organization: str | None, value: int, indicator: str = "salaried-jobs"
    ) -> tuple[object, ...]:
        at = f"territory/commune/{territory}"
        return (
            at,
            None,
            organization,
            None,
            f"indicator/{indicator}",
            "2025",
            None,
            value,
            None,
            "evidence-status/declared",
        )

    rows = [
        *(row("1", None, 1000), row("1", "organization/giant", 900), row("1", "organization/small", 60)),
        *(row("2", None, 1000), row("2", "organization/giant", 500)),
        row("3", "organization/giant", 70),  # what it tells of itself is in no other cell
        *(
            row("4", None, 100, "students"),
            row("4", "organization/school", 95, "students"),
        ),  # a school is no company
    ]
    tables, told = withhold({"observations": pl.DataFrame(rows, schema=schema, orient="row")}, Containers())
    assert tables["observations"]["value"].to_list() == [None, None, 60, 1000, 500, 70, 100, 95]
    assert len(told) == 1 and "85" in told[0]["fr"]


def test_what_counts_people_for_pages_counts_them_at_the_door_and_in_the_shape() -> None:
    of_people = {f"indicator/{name}" for name, one in read_indicators()[0].items() if one.people}
    assert of_people and of_people <= OF_PEOPLE
    shape = files("ancrage.ontology").joinpath("shapes/observation.ttl").read_text("utf-8")
    for name in OF_PEOPLE | OF_COMPANIES:
        assert shape.count(f"/id/{name}>") == 2, name


def test_each_indicator_of_the_ontology_counts_people_companies_or_is_said_to_count_neither() -> None:
    text = files("ancrage.ontology").joinpath("schemes/indicators.ttl").read_text("utf-8")
    every = {f"indicator/{name}" for name in re.findall(r'skos:notation "([^"]+)"', text)}
    neither = {"indicator/population", "indicator/programmes", "indicator/research-units"}
    neither |= {name for name in every if name.startswith("indicator/income")}  # euros
    assert every - neither == OF_PEOPLE | OF_COMPANIES
