"""The register in a publication: records of one organisation are one for questions, decisions are obeyed, nothing is lost."""

from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.verification import verify
from ancrage.loaders.publish.faults import InvalidGraph
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.publish.register import register_in, register_of, tables_of
from ancrage.loaders.publish.review import review_table
from ancrage.loaders.publish.staging import SourceVersions
from ancrage.loaders.register.decisions import DECISIONS
from ancrage.loaders.register.names import words
from ancrage.ontology.vocabulary import ANC, ID
from ancrage.queries.library import Library

ORGANIZATIONS = """id,kind,label_fr,siren
537455982,Company,ALEDIA SAS,537455982
essai-un,Company,Aledia,
essai-deux,Company,Société du bois,
essai-trois,Company,Bois du Vercors,
"""
INTERACTIONS = "id,types,label_fr,year\nessai,collaborative-project,Essai,2024\n"
PARTICIPATIONS = "interaction,organization,roles\nessai,essai-un,partner\nessai,essai-deux,partner\n"


def partners(pipeline: Pipeline) -> list[str]:
    """Return who takes part in the one interaction, by the default graph; a verified one."""
    snapshot = pipeline.snapshots.current()
    assert snapshot is not None and verify(snapshot).findings == ()
    store = ox.Store.read_only(str(snapshot.store))
    found = store.quads_for_pattern(None, ox.NamedNode(f"{ANC}participant"), None, ox.DefaultGraph())
    return sorted(quad.object.value.removeprefix(f"{ID}organization/") for quad in found)  # type: ignore[union-attr]


def test_a_publication_has_one_organisation_and_obeys_decisions(tmp_path: Path) -> None:
    folder = tmp_path / "partner"
    folder.mkdir()
    tables = {"organizations": ORGANIZATIONS, "interactions": INTERACTIONS, "participations": PARTICIPATIONS}
    for name, text in {**tables, "about": "key,value\nname,partner\ntitle,Essai\npublisher,Essai\n"}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    pipeline = Pipeline(tmp_path / "data")
    pipeline.load("exchange", [folder])
    assert partners(pipeline) == ["537455982", "partner-essai-deux"]

    header = "record,body,decision,by,date,why\n"
    rows = (
        "partner-essai-un,537455982,refuse,guichet,2026-11-28,une filiale\n"
        "partner-essai-deux,partner-essai-trois,accept,guichet,2026-11-28,même siège\n"
        "partner-inconnu,537455982,accept,guichet,2026-11-28,\n"
    )
    (tmp_path / "data" / DECISIONS).write_text(header + rows, encoding="utf-8")
    told: list[str] = []
    pipeline.publish(lambda sentence: told.append(sentence["fr"]))
    assert partners(pipeline) == ["partner-essai-trois", "partner-essai-un"]
    assert any("décision sans effet" in line and "partner-inconnu" in line for line in told)

    assert (
        register_in(tmp_path / "data").body("partner-essai-deux") is None
    )  # paths begin with what they are of
    assert (
        register_in(tmp_path / "data").body("organization/partner-essai-deux")
        == "organization/partner-essai-trois"
    )
    assert words.cache_info().currsize == 0  # a service keeps the register, not the words of all names

    pipeline.load("exchange", [folder])
    assert partners(pipeline) == ["partner-essai-trois", "partner-essai-un"], (
        "a decision stays from load to load"
    )


def test_a_register_that_contradicts_itself_is_told_and_links_nobody(tmp_path: Path) -> None:
    """One SIREN, two names that have nothing in common: the rows are named at load, and no third record is taken for either."""
    folder = tmp_path / "partner"
    folder.mkdir()
    rows = (
        "id,kind,label_fr,siren\n"
        "un,Company,Aledia,537455982\ndeux,Company,Scierie du Vercors,537455982\ntrois,Company,Bois Noir,537455982\n"
    )
    (folder / "organizations.csv").write_text(rows, encoding="utf-8")
    (folder / "about.csv").write_text(
        "key,value\nname,partner\ntitle,Essai\npublisher,Essai\n", encoding="utf-8"
    )
    report = Pipeline(tmp_path / "data").load("exchange", [folder])
    told = [line["fr"] for line in report.warnings if "537455982" in line["fr"]]
    assert len(told) == 1
    assert (
        "organizations.csv, lignes 2, 3, 4, colonne « siren »" in told[0]
        and "« Scierie du Vercors »" in told[0]
    )
    snapshot = Pipeline(tmp_path / "data").snapshots.current()
    assert snapshot is not None
    store = ox.Store.read_only(str(snapshot.store))
    assert list(store.quads_for_pattern(None, ox.NamedNode(f"{ANC}recordOf"), None, None)) == []


def test_sources_that_contradict_each_other_are_told_and_proposed_for_review(tmp_path: Path) -> None:
    """One SIREN in two sources, two names that have nothing in common: linked, never silently, and a person may split them."""
    pipeline, told = Pipeline(tmp_path / "data"), []
    for name, label in (("premier", "Aledia"), ("second", "Scierie du Vercors")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "organizations.csv").write_text(
            f"id,kind,label_fr,siren\nun,Company,{label},537455982\n", "utf-8"
        )
        (folder / "about.csv").write_text(f"key,value\nname,{name}\ntitle,Essai\npublisher,Essai\n", "utf-8")
        pipeline.load("exchange", [folder], progress=lambda step: told.append(step["fr"]))
    assert any("organizations.csv, ligne 2 : 537455982 est le numéro de « Aledia »" in step for step in told)
    tables = tables_of(SourceVersions(tmp_path / "data").current())
    [row] = review_table(tables, *register_of(tables)).iter_rows(named=True)
    assert (row["record"], row["body_name"], row["rule"]) == ("second-un", "Aledia", "identifier")


def test_a_circle_of_successors_is_refused_with_its_rows(tmp_path: Path) -> None:
    folder = tmp_path / "partner"
    folder.mkdir()
    tables = {
        "about": "key,value\nname,partner\ntitle,Essai\npublisher,Essai\n",
        "organizations": "id,label_fr\nun,Un\ndeux,Deux\ntrois,Trois\n",
        "changes": "id,original,resulting,date\na,un,deux,2015-01-01\nb,deux,trois,2016-01-01\nc,trois,un,2017-01-01\n",
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidGraph) as caught:
        Pipeline(tmp_path / "data").load("exchange", [folder])
    assert "ne peut pas succéder à une autre qui lui a succédé" in str(caught.value)
    assert "changes.csv, ligne 2" in str(caught.value)


def test_a_unit_that_the_register_of_units_gives_no_more_is_the_one_of_the_same_name(tmp_path: Path) -> None:
    """In tables made of several sources, as those of the examples, what tells it is the source of the row."""
    rows = {
        "id": ["organization/199218602J", "organization/199911764W"],
        "label_fr": ["Institut de Biologie Structurale", "Institut de biologie structurale"],
        "kind": ["ResearchUnit"] * 2,
        "rnsr": ["199218602J", "199911764W"],
    }
    path = tmp_path / "organizations.parquet"
    for source, linked in (("mesr-ilab", [("199218602J", "199911764W")]), ("mesr-rnsr", [])):
        pl.DataFrame(rows | {"source": [f"source/{source}", "source/mesr-rnsr"]}).write_parquet(path)
        _, links = register_of({"aura": {"organizations": path}})
        assert [(one.record[13:], one.body[13:]) for one in links] == linked


def test_a_body_says_whom_it_has_succeeded_and_until_when(tmp_path: Path) -> None:
    folder = tmp_path / "partner"
    folder.mkdir()
    rows = "id,kind,label_fr,uai\n0755361V,ResearchOrganization,INRAE,0755361V\n"
    (folder / "organizations.csv").write_text(rows, encoding="utf-8")
    (folder / "about.csv").write_text(
        "key,value\nname,partner\ntitle,Essai\npublisher,Essai\n", encoding="utf-8"
    )
    pipeline = Pipeline(tmp_path / "data")
    pipeline.load("exchange", [folder])
    snapshot = pipeline.snapshots.current()
    assert snapshot is not None
    store = ox.Store.read_only(str(snapshot.store))
    text = Library()["matter-successions"].text
    told = {(row["label"].value, row["until"].value) for row in store.query(text)}  # type: ignore[union-attr]
    assert told == {("INRA", "2019"), ("Irstea", "2019"), ("Cemagref", "2012")}
