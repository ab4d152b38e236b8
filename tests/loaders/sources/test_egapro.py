"""Companies that declare an index of equality: one a SIREN, in the département of the latest declaration, and no person."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ancrage.loaders.mapping.mapping import Mapping
from ancrage.loaders.publish.generation import EXCHANGE_MAPPING
from ancrage.loaders.read.source import Inputs, Source, read_inputs
from ancrage.loaders.read.tidy import tidy

FIXTURES = Path(__file__).parents[2] / "data"
OWN = FIXTURES / "egapro"
BEFORE = ("decoupage-administratif", "mesr-etablissements", "insee-sirene")
Tables = dict[str, pl.DataFrame]


def load(registers: dict[str, Path], *paths: Path, **settings: str) -> tuple[Inputs, Tables]:
    source = Source.named("egapro")
    inputs = read_inputs(source, list(paths) or sorted(OWN.glob("*.csv")), registers=registers)
    return inputs, tidy(source, inputs.tables, registers=registers, settings=settings)


def by_id(tables: Tables, table: str) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in tables[table].to_dicts()}


def test_the_quads_are_the_golden_ones(registers: dict[str, Path], tmp_path: Path) -> None:
    inputs, tables = load(registers)
    assert (inputs.signalled, inputs.rejected.rows()) == ([], [])
    out = tmp_path / "data.nq"
    Mapping.read(EXCHANGE_MAPPING).write(tables, out, graph="https://w3id.org/ancrage/graph/egapro")
    golden = (OWN / "expected.nq").read_text(encoding="utf-8")
    assert sorted(out.read_text(encoding="utf-8").splitlines()) == sorted(golden.splitlines())


def test_a_company_is_where_it_last_declared(registers: dict[str, Path]) -> None:
    _, tables = load(registers)
    sites = by_id(tables, "sites")
    assert sites["site/egapro-920000001"]["territory"] == "territory/department/26"  # 38 until 2019
    assert "site/egapro-920000003" not in sites  # it left the region
    assert {row["territory"].rpartition("/")[0] for row in sites.values()} == {"territory/department"}
    assert "site/egapro-920000003" in by_id(load(registers, region="all")[1], "sites")


def test_facts_are_those_of_sirene_and_names_as_they_were_typed(registers: dict[str, Path]) -> None:
    organizations = by_id(load(registers)[1], "organizations")
    assert set(organizations) == {f"organization/92000000{rank}" for rank in (1, 2, 4, 5)}
    sawmill = organizations["organization/920000001"]
    assert (sawmill["label_fr"], sawmill["size"], sawmill["activity"][-6:], sawmill["kind"]) == (
        "Scierie des Essais", "size-band/21", "16.10A", "Company",
    )  # fmt: skip
    chemist = organizations["organization/920000002"]
    assert (chemist["label_fr"], chemist["size"]) == ("Fabrication chimique d'Essai", None)
    assert organizations["organization/920000004"]["kind"] is None  # help at home: an association, perhaps
    nobody = organizations["organization/920000005"]
    assert (nobody["label_fr"], nobody["activity"]) == (
        "Entreprise SIREN 920000005",
        None,
    )  # somebody wrote their own name


@pytest.mark.parametrize(
    ("activity", "name", "kind"),
    [
        ("72.19Z", "Institut d'Essai", None),  # Institut Pasteur, ILL, ESRF declare too
        ("72.19Z", "Chimie d'Essai SAS", "Company"),
        ("71.12B", "Institut d'Essai", "Company"),
        ("94.99Z", "Essai SAS", None),
    ],
)
def test_an_employer_of_research_is_a_company_where_its_name_says_so(
    registers: dict[str, Path], tmp_path: Path, activity: str, name: str, kind: str | None
) -> None:
    changed = []
    for path in sorted(OWN.glob("*.csv")):
        text = path.read_text(encoding="utf-8").replace("SCIERIE DES ESSAIS", name)
        text = text.replace("Scierie des Essais", name).replace("16.10A", activity)
        changed.append(tmp_path / path.name)
        changed[-1].write_text(text, encoding="utf-8")
    row = by_id(load(registers, *changed)[1], "organizations")["organization/920000001"]
    assert (row["kind"], row["actor_type"]) == (kind, "actor-type/company" if kind else None)


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("SAS", "Scierie des Essais"),
        ("S.A.S.", "Scierie des Essais"),
        ("92000000100012", "Scierie des Essais"),
        ("Société par actions simplifiée à associé unique", "Scierie des Essais"),
        ("Association loi 1901 non reconnue d'utilité publique", "Scierie des Essais"),
        ("Société Anonyme des Sapins", "Société Anonyme des Sapins"),
        ("Association Sapins", "Association Sapins"),
    ],
)
def test_a_legal_form_is_no_name(typed: str, label: str, registers: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "index-egalite-fh.csv"
    text = (OWN / path.name).read_text(encoding="utf-8")
    path.write_text(
        text.replace("SCIERIE DES ESSAIS;920000001;2020", f"{typed};920000001;2020"), encoding="utf-8"
    )
    _, tables = load(registers, path)
    assert by_id(tables, "organizations")["organization/920000001"]["label_fr"] == label
    only = f"{text.splitlines()[0]}\n{typed};920000006;2020;90;Entreprise;;;Essai;Clairs\n"
    path.write_text(only, encoding="utf-8")
    (company,) = load(registers, path)[1]["organizations"].to_dicts()
    assert company["label_fr"] == (typed if label == typed else "Entreprise SIREN 920000006")


def test_who_declares_fifty_employees_is_not_said_to_have_none(
    registers: dict[str, Path], tmp_path: Path
) -> None:
    facts = OWN / "unites-legales_faits_2020.csv"
    none = tmp_path / facts.name
    none.write_text(
        facts.read_text(encoding="utf-8").replace(",NAFRev2,21,", ",NAFRev2,00,"), encoding="utf-8"
    )
    _, tables = load(registers, OWN / "index-egalite-fh.csv", none)
    assert by_id(tables, "organizations")["organization/920000001"]["size"] is None


def test_what_sirene_or_a_register_of_ours_names_is_theirs(registers: dict[str, Path]) -> None:
    known = {"organization/910000002", "organization/130900011"}
    assert not known & set(by_id(load(registers)[1], "organizations"))
    alone = {name: path for name, path in registers.items() if not name.startswith("insee_sirene")}
    assert "organization/910000002" in by_id(load(alone)[1], "organizations")


def test_files_since_2021_say_the_activity_themselves(registers: dict[str, Path], tmp_path: Path) -> None:
    header = (
        "Année;Structure;Tranche d'effectifs;SIREN;Raison Sociale;Nom UES;Entreprises UES (SIREN);Région;Département;"
        "Pays;Code NAF;"
        "Note Ecart rémunération;Note Ecart taux d'augmentation;Note Ecart taux de promotion;Note Retour congé maternité;"
        "Note Hautes rémunérations;Note Index"
    )
    row = "2024;Entreprise;50:250;920000007;CAPTEURS D ESSAI;;;Essai;Vals;FRANCE;26.51B - Instruments;38;20;15;15;5;93"
    abroad = "2024;Entreprise;50:250;920000008;AILLEURS;;;;;BELGIQUE;62.01Z;38;20;15;15;5;93"
    path = tmp_path / "index-egalite-fh.csv"
    path.write_text("\n".join((header, row, abroad)) + "\n", encoding="utf-8")
    inputs, tables = load(registers, path)
    assert (inputs.signalled, inputs.rejected.rows()) == ([], [])
    (company,) = tables["organizations"].to_dicts()
    assert (company["label_fr"], company["activity"][-6:]) == ("Capteurs d'Essai", "26.51B")


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "value"),
    [
        ("920000001;2018", "3,44162E+13;2018", 2, "siren", "3,44162E+13"),
        ("920000001;2018", "920000001;4435", 2, "year", "4435"),
        (";Essai;Clairs\n", ";Essai;Clair\n", 4, "department", "Clair"),
    ],
)
def test_a_wrong_row_is_told_with_its_place(
    old: str, new: str, row: int, column: str, value: str, registers: dict[str, Path], tmp_path: Path
) -> None:
    path = tmp_path / "index-egalite-fh.csv"
    path.write_text((OWN / path.name).read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    inputs, _ = load(registers, path)
    assert inputs.rejected.select("file", "row", "column", "value").rows() == [
        (path.name, row, column, value)
    ]
