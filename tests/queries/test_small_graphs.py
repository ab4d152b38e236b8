"""Questions on graphs of a few lines: what is elsewhere, suppressed, not known or invented is told apart in their answers."""

from __future__ import annotations

import csv
import io

import pyoxigraph as ox
from ancrage.queries.library import Library

LIBRARY = Library()
PREFIXES = """
@prefix anc: <https://w3id.org/ancrage/def/> .
@prefix id: <https://w3id.org/ancrage/id/> .
@prefix ind: <https://w3id.org/ancrage/id/indicator/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix proof: <https://w3id.org/ancrage/id/evidence-status/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix role: <https://w3id.org/ancrage/id/actor-role/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix t: <https://w3id.org/ancrage/id/territory/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def ask(data: str, name: str, **values: object) -> list[dict[str, str]]:
    """Give the rows of a question on a graph in Turtle; IRIs without their base."""
    store = ox.Store()
    store.load((PREFIXES + data).encode(), format=ox.RdfFormat.TURTLE)
    query = LIBRARY[name]
    found = store.query(query.bind(**values) if values else query.text)
    assert isinstance(found, ox.QuerySolutions)
    text = found.serialize(format=ox.QueryResultsFormat.CSV)
    assert text is not None
    return list(csv.DictReader(io.StringIO(text.decode().replace("https://w3id.org/ancrage/id/", ""))))


EPCIS = """
t:region\\/84 a anc:Region .
t:epci\\/1 a anc:Intercommunality ; rdfs:label "Large, ailleurs"@fr .
t:epci\\/2 a anc:Intercommunality ; rdfs:label "Petit, ici"@fr .
t:commune\\/a a anc:Commune ; anc:partOfTerritory t:epci\\/1 , t:region\\/84 .
t:commune\\/b a anc:Commune ; anc:partOfTerritory t:epci\\/1 .
t:commune\\/c a anc:Commune ; anc:partOfTerritory t:epci\\/1 .
t:commune\\/d a anc:Commune ; anc:partOfTerritory t:epci\\/2 , t:region\\/84 .
[] anc:refTerritory t:epci\\/1 ; anc:refIndicator ind:population ; anc:obsValue 80000 .
[] anc:refTerritory t:epci\\/2 ; anc:refIndicator ind:population ; anc:obsValue 900 .
"""


def test_territories_that_are_mostly_elsewhere_come_last_with_their_communes() -> None:
    for name in ("epci-without-teaching-site", "epci-without-interaction"):
        rows = ask(EPCIS, name, territory="region/84")
        told = [(row["epciLabel"], row["communesHere"], row["communes"], row["population"]) for row in rows]
        assert told == [("Petit, ici", "1", "1", "900"), ("Large, ailleurs", "1", "3", "80000")]


def test_difficult_hirings_of_suppressed_cells_are_not_zero() -> None:
    cells = [
        ("B", "plans", 300),
        ("B", "plans-difficult", None),
        ("C", "plans", 50),
        ("C", "plans-difficult", 20),
    ]
    data = "t:commune\\/a a anc:Commune ; anc:partOfTerritory t:bassin\\/1 . t:bassin\\/1 a anc:LabourPool ."
    for family, indicator, value in cells:
        data += f'id:fap\\/{family} skos:prefLabel "{family}"@fr .'
        data += f"[] anc:refTerritory t:bassin\\/1 ; anc:refIndicator ind:hiring-{indicator}"
        data += f" ; anc:refOccupation id:fap\\/{family}"
        data += (
            ' ; anc:refPeriod "2024"^^xsd:gYear'
            + ("" if value is None else f" ; anc:obsValue {value}.0")
            + " ."
        )
    rows = ask(data, "territory-hirings-and-training", territory="commune/a")
    assert [
        (row["familyLabel"], float(row["plans"]), row["difficultPlans"], row["suppressedDifficultCells"])
        for row in rows
    ] == [("B", 300.0, "", "1"), ("C", 50.0, "20", "0")]


def test_places_of_programmes_that_are_not_known_are_empty() -> None:
    data = """
t:commune\\/a anc:partOfTerritory t:department\\/38 .
id:site\\/s anc:locatedIn t:commune\\/a .
id:p1 anc:taughtAt id:site\\/s ; anc:trainsFor id:fap\\/A .
id:p2 anc:taughtAt id:site\\/s ; anc:trainsFor id:fap\\/B ; anc:capacity 30 .
"""
    for code in "ABC":
        data += (
            f'id:fap\\/{code} skos:inScheme id:fap ; skos:notation "{code}" ; skos:prefLabel "{code}"@fr .'
        )
    rows = ask(data, "families-of-programmes", territory="38")
    assert [(row["code"], row["programmes"], row["capacity"]) for row in rows] == [
        ("A", "1", ""),
        ("B", "1", "30"),
        ("C", "0", ""),
    ]


def test_invented_relays_come_after_real_ones_and_who_supplies_is_named_without_a_demander() -> None:
    data = ""
    for name, evidence, count, demand in (("made", "illustrative", 2, "c"), ("real", "documented", 1, "")):
        data += f'id:{name} rdfs:label "{name}"@fr .'
        for at in range(count):
            data += f"""
id:{name}{at} anc:evidenceStatus proof:{evidence} ; anc:hasParticipation
    [ anc:participantRole role:relay ; anc:participant id:{name} ] , [ anc:participantRole role:supply ; anc:participant id:u ]"""
            data += (
                f" , [ anc:participantRole role:demand ; anc:participant id:{demand} ] ." if demand else " ."
            )
    data += 'id:u rdfs:label "Université"@fr . id:c rdfs:label "Commune"@fr .'
    rows = ask(data, "relays")
    assert [(row["relayLabel"], row["interactions"], row["between"], row["evidence"]) for row in rows] == [
        ("real", "1", "Université → …", "evidence-status/documented"),
        ("made", "2", "Université → Commune", "evidence-status/illustrative"),
    ]


def test_invented_branches_and_late_actions_come_last() -> None:
    data = 't:commune\\/a anc:partOfTerritory t:department\\/07 ; rdfs:label "Privas"@fr .'
    data += "id:strategy anc:definesAction id:A , id:B . "
    for name, evidence in (("A", "illustrative"), ("B", "documented")):
        data += f"""
id:site\\/{name} a anc:DigitalBranch ; rdfs:label "{name}"@fr ; anc:locatedIn t:commune\\/a .
id:site\\/{name} anc:evidenceStatus proof:{evidence} .
id:{name} rdfs:label "{name}"@fr ; anc:evidenceStatus proof:{evidence} ; anc:endDate "2025-01-01"^^xsd:date ;
    anc:actionStatus id:action-status\\/planned ."""
    branches = ask(data, "branches-of-territory", territory="07")
    actions = ask(data, "late-actions", day="2026-01-01")
    assert [(row["branchLabel"], row["evidence"]) for row in branches] == [
        ("B", "evidence-status/documented"),
        ("A", "evidence-status/illustrative"),
    ]
    assert [row["actionLabel"] for row in actions] == ["B", "A"]


def test_jobs_of_a_filiere_are_of_the_latest_year_and_those_of_wide_activities_apart() -> None:
    data = """
id:value-chain\\/x anc:hasComponent [ anc:componentActivity id:a1 ] , [ anc:componentActivity id:a2 ; anc:wideActivity true ] .
id:a1 skos:broadMatch id:s1 . id:a2 skos:broadMatch id:s2 . id:s1 skos:notation "AZ" . id:s2 skos:notation "GZ" .
t:zone\\/1 a anc:EmploymentZone ; rdfs:label "Zone"@fr .
[] anc:ofValueChain id:value-chain\\/x ; anc:member id:p . id:p a anc:TrainingProgramme .
"""
    for year, sector, value in ((2022, 1, 90), (2023, 1, 10), (2023, 2, 300)):
        data += f"[] anc:refIndicator ind:salaried-jobs ; anc:refSector id:s{sector} ; anc:refTerritory t:zone\\/1"
        data += f' ; anc:refPeriod "{year}"^^xsd:gYear ; anc:obsValue {value} .'
    [row] = ask(data, "zones-with-jobs-without-training", chain="x")
    assert (row["period"], float(row["jobs"]), float(row["jobsOfWideActivities"])) == ("2023", 10.0, 300.0)
    assert row["programmesWithoutPlace"] == "1"


def test_companies_say_why_they_are_in_a_filiere_and_those_of_a_wide_activity_come_last() -> None:
    data = """
id:value-chain\\/x anc:hasComponent [ anc:componentActivity id:a1 ] , [ anc:componentActivity id:a2 ; anc:wideActivity true ] .
id:a1 skos:notation "16.10A" ; skos:prefLabel "Sciage"@fr . id:a2 skos:notation "71.12B" ; skos:prefLabel "Ingénierie"@fr .
t:commune\\/a anc:partOfTerritory t:region\\/84 ; rdfs:label "Ici"@fr . id:site\\/s anc:locatedIn t:commune\\/a .
[] anc:ofValueChain id:value-chain\\/x ; anc:member id:C ; anc:matchedRule "rule" ; anc:evidenceStatus proof:declared .
"""
    for name, activity in (("A", "a2"), ("B", "a1"), ("C", "a2")):
        data += f'id:{name} a anc:Company ; rdfs:label "{name}"@fr ; anc:mainActivity id:{activity} ; org:hasSite id:site\\/s .'
    rows = ask(data, "chain-companies", chain="x", territory="region/84")
    assert [(row["companyLabel"], row["code"], row["wide"], row["evidence"]) for row in rows] == [
        ("B", "16.10A", "false", ""),
        ("C", "71.12B", "false", "evidence-status/declared"),
        ("A", "71.12B", "true", ""),
    ]
    assert rows[2]["activityLabel"] == "Ingénierie"
    assert set(rows[1]["basis"].split(" ; ")) == {"rule", "activité principale"}


def test_a_member_placed_by_its_departement_alone_is_also_where_it_took_part_from() -> None:
    data = """
t:department\\/38 a anc:Department ; anc:partOfTerritory t:region\\/84 ; rdfs:label "Isère"@fr .
t:commune\\/a anc:partOfTerritory t:department\\/38 . t:commune\\/b anc:partOfTerritory t:department\\/38 .
id:chain-function\\/produces skos:topConceptOf id:chain-function ; skos:prefLabel "produit"@fr .
id:wide org:hasSite [ anc:locatedIn t:department\\/38 ] . id:sited org:hasSite [ anc:locatedIn t:commune\\/b ] .
"""
    for name in ("wide", "sited", "siteless"):
        data += f"[] anc:ofValueChain id:value-chain\\/x ; anc:member id:{name} ; "
        data += "anc:chainFunction id:chain-function\\/produces ."
        data += f"[] anc:participant id:{name} ; anc:participatesFrom t:commune\\/a ."
    members = {(row["member"], row["place"]) for row in ask(data, "matter-members")}
    assert members == {
        *(("wide", "territory/department/38"), ("wide", "territory/commune/a")),
        *(("sited", "territory/commune/b"), ("siteless", "territory/commune/a")),
    }
    here = ask(data, "chain-members-in-territory", chain="x", territory="commune/a")
    assert {row["member"] for row in here} == {"siteless", "wide"}
    [row] = ask(data, "chain-functions-by-territory", chain="x", territory="region/84")
    assert row["members"] == "3"


def test_an_institution_that_is_part_of_another_is_a_component_of_it() -> None:
    data = """@prefix kind: <https://w3id.org/ancrage/id/actor-type/> .
        id:part org:hasSite id:s ; org:subOrganizationOf id:whole ; anc:actorType kind:higher-education .
        id:whole org:hasSite id:s ; anc:actorType kind:higher-education .
        id:unit org:hasSite id:s ; org:subOrganizationOf id:whole ; anc:actorType kind:research-unit .
        id:unsaid org:hasSite id:s .
        id:s anc:locatedIn t:a ."""
    assert {row["organization"]: row["type"] for row in ask(data, "matter-institutions")} == {
        "part": "actor-type/academic-component",
        "whole": "actor-type/higher-education",
        "unit": "actor-type/research-unit",
        "unsaid": "",
    }
