"""The command line as a person types it: what it prints, where, and how it ends."""

import csv
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyoxigraph as ox
import pytest
from ancrage.api.commands import application
from ancrage.api.commands.parser import SECTIONS
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.ontology.vocabulary import ANC
from typer.main import get_command

START = [sys.executable, "-c", "from ancrage.api.cli import main; main()"]


def ancrage(*words: str, data_dir: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run one command, with its data directory in the environment."""
    return spoken("C", *words, data_dir=data_dir)


def spoken(locale: str, *words: str, data_dir: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run one command in a locale."""
    environment = {
        **os.environ,
        "NO_COLOR": "1",
        "LC_ALL": locale,
        "PYTHONUTF8": "1",
        "ANCRAGE_DATA_DIR": str(data_dir or "/nonexistent"),
    }
    return subprocess.run([*START, *words], capture_output=True, text=True, env=environment, timeout=120)


def error(done: subprocess.CompletedProcess[str]) -> str:
    """Check that a command failed with one sentence and nothing on standard output; give the sentence."""
    assert done.returncode != 0
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.long
@pytest.mark.parametrize(
    ("locale", "usage", "arguments", "required", "refused"),
    [
        (
            "fr_FR.UTF-8",
            "Usage : ancrage load [OPTIONS] SOURCE FICHIER…",
            "Nom d'une source",
            "[obligatoire]",
            "Erreur : ",
        ),
        (
            "C",
            "Usage : ancrage load [OPTIONS] SOURCE FICHIER…",
            "Nom d'une source",
            "[obligatoire]",
            "Erreur : ",
        ),
        (
            "en_GB.UTF-8",
            "Usage: ancrage load [OPTIONS] SOURCE FILE…",
            "Name of a source",
            "[required]",
            "Error: ",
        ),
    ],
)
def test_the_command_line_speaks_the_language_of_the_locale(
    locale: str, usage: str, arguments: str, required: str, refused: str
) -> None:
    text = spoken(locale, "load", "--help").stdout
    assert text.startswith(usage) and arguments in text and required in text
    assert "Show this message" in text or locale != "en_GB.UTF-8"
    for words in (
        ("load",),
        ("load", "--nothing"),
        ("nothing",),
        ("serve", "--port", "x"),
        ("sources", "more"),
        ("edits", "drop"),
        ("load", "foo", "bar"),
    ):
        done = spoken(locale, *words)
        assert error(done).startswith(refused) and done.returncode == 2
        french = any(word in done.stderr for word in ("il ", "en trop", "refusée", "demande l'", "la source"))
        assert french == (locale != "en_GB.UTF-8"), done.stderr


@pytest.mark.long
def test_a_named_question_as_a_table_and_as_files(data_dir: Path) -> None:
    asked = ("query", "territory-programmes", "-p", "territory=299000001")
    table = ancrage(*asked, data_dir=data_dir)
    assert table.returncode == 0, table.stderr
    assert "Licence professionnelle bois" in table.stdout
    assert table.stderr == ""
    rows = json.loads(ancrage(*asked, "--format", "json", data_dir=data_dir).stdout)["results"]["bindings"]
    assert len(rows) == 2
    assert ancrage(*asked, "--format", "csv", data_dir=data_dir).stdout.startswith("programme,programmeLabel")
    assert ancrage(*asked, "--format", "csv-fr", data_dir=data_dir).stdout.startswith("\ufeffprogramme;")


def test_a_folder_with_a_bad_file_ends_with_1_and_says_which(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "organizations.csv").write_text("id,label_fr,siren\na,A,12AB\nb,B,34CD\n", encoding="utf-8")
    done = ancrage("load", "all", str(folder), "--data-dir", str(tmp_path / "data"))
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "Erreur : une source n'est pas chargée" in done.stderr
    for row, value in ((2, "12AB"), (3, "34CD")):
        assert f"organizations.csv, ligne {row}, colonne « siren », valeur « {value} »" in done.stderr


@pytest.mark.long
def test_a_load_speaks_the_language_of_the_locale(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "notes.csv").write_text("a\n1\n", encoding="utf-8")
    (folder / "about.csv").write_text("key,value\nname,mine\n", encoding="utf-8")
    (folder / "organizations.csv").write_text("id,label_fr,siren\na,A,\n", encoding="utf-8")
    words = ("load", "exchange", str(folder), "--no-publish", "--data-dir", str(tmp_path / "data"))
    done = spoken("en_GB.UTF-8", *words)
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert lines[0] == "exchange: reading" and "mine: mapping to RDF" in lines
    assert "Warning: notes.csv is the name of no table: nothing is read from it." in lines
    assert lines[-1].startswith("mine: ") and lines[-1].endswith(" statements.")
    (folder / "organizations.csv").write_text(
        "id,label_fr,homepage\na,A,https://e.org/{a}\n", encoding="utf-8"
    )
    wrong = spoken("en_GB.UTF-8", *words)
    assert "organizations.csv, row 2, column “homepage”: “https://e.org/{a}” is not" in wrong.stderr
    (folder / "organizations.csv").write_text("id,label_fr,siren\na,A,12AB\n", encoding="utf-8")
    assert (
        "mine: 1 row rejected (0 tolerated); organizations.csv, row 2" in spoken("en_GB.UTF-8", *words).stderr
    )
    assert spoken("en_GB.UTF-8", "snapshots", data_dir=tmp_path / "data").stderr == "No publication.\n"


def test_a_named_question_as_a_workbook(data_dir: Path) -> None:
    words = ("query", "territory-programmes", "-p", "territory=299000001", "--format", "xlsx")
    environment = {**os.environ, "ANCRAGE_DATA_DIR": str(data_dir)}
    done = subprocess.run([*START, *words], capture_output=True, env=environment, timeout=120)
    assert done.stderr == b""
    book = openpyxl.load_workbook(io.BytesIO(done.stdout))
    assert book["Résultats"].max_row == 3
    told = {row[0]: row[1] for row in book["À propos"].iter_rows(values_only=True)}
    assert told["Question"] == "territory-programmes"
    assert "VALUES ?territory" in str(told["Requête SPARQL"])


@pytest.mark.parametrize("format", ["csv", "json", "csv-fr", "table"])
def test_a_named_question_names_things_in_the_language_asked(data_dir: Path, format: str) -> None:
    """Columns are named alike in every language; `--lang` wins over the locale."""
    words = ("query", "territory-programmes", "-p", "territory=299000001", "--format", format)
    french, english = ancrage(*words, data_dir=data_dir), spoken("en_GB.UTF-8", *words, data_dir=data_dir)
    asked = ancrage(*words, "--lang", "en", data_dir=data_dir)
    assert french.returncode == english.returncode == asked.returncode == 0, asked.stderr
    assert asked.stdout == english.stdout != french.stdout
    assert "levelLabel" in french.stdout and "levelLabel" in english.stdout
    assert spoken("en_GB.UTF-8", *words, "--lang", "fr", data_dir=data_dir).stdout == french.stdout


def test_a_query_as_text_and_as_a_file(data_dir: Path, tmp_path: Path) -> None:
    text = f"ASK {{ ?x a <{ANC}Commune> }}"
    assert ancrage("query", text, data_dir=data_dir).stdout == "oui\n"
    file = tmp_path / "q.rq"
    file.write_text(f"CONSTRUCT {{ ?x a ?k }} WHERE {{ ?x a ?k . VALUES ?k {{ <{ANC}Region> }} }}", "utf-8")
    done = ancrage("query", str(file), data_dir=data_dir)
    assert "territory/region/99" in done.stdout
    assert ancrage("query", "ASK { ?x a anc:Commune }", data_dir=data_dir).stdout == "oui\n"
    named = ancrage("query", text, "--data-dir", str(data_dir))
    assert named.stdout == "oui\n"


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("query", "territory-programme"), 2, "voulez-vous dire « territory-programmes »"),
        (("query", "territory-programmes"), 2, "il manque (par exemple"),
        (("query", "territory-programmes", "-p", "territory=zz"), 2, "n'est pas un territoire"),
        (("query", "ASK { ?x"), 2, "n'est pas du SPARQL valide"),
        (("query", "absent.rq"), 2, "fichier introuvable : absent.rq"),
        (
            ("query", "ASK {}", "--format", "docx"),
            2,
            "valeur « docx » refusée pour '--format' : il faut l'un de : table",
        ),
        (("query", "ASK { SERVICE <http://x.example/> { ?s ?p ?o } }"), 1, "requête refusée"),
        (("nothing",), 2, "il n'existe pas de commande"),
        (("foo",), 2, "il n'existe pas de commande « foo » ; voulez-vous dire « follow » ?"),
        (("load", "insee-clap", "absent.csv"), 2, "fichier introuvable : absent.csv"),
        (("load", "insee-clapp", "pyproject.toml"), 2, "voulez-vous dire « insee-clap »"),
        (("load", "foo", "bar"), 2, "la source « foo » n'existe pas ; « ancrage sources » les liste"),
        (("queries", "territory-pro"), 2, "« territory-programmes »"),
        (("queries", "zzz"), 2, "« ancrage queries » les liste"),
        (("queries", "zzz", "--json"), 2, "« ancrage queries » les liste"),
        (("workbook", "-o", "modele.csv"), 2, "un fichier « .xlsx », et non « modele.csv »"),
        (("scenario", "show", "foo"), 2, "aucun n'est gardé"),
        (("query", "ASK { ?x }"), 2, "SPARQL valide : ligne 1, colonne 10 : « } » est inattendu ici."),
        (("validate", "README.md"), 2, "README.md : ce suffixe n'est celui d'aucune syntaxe RDF"),
        (("edits", "foo"), 2, "il faut l'un de : list, export"),
        (("queries", "--tag", "zzz"), 2, "aucune question n'a le mot-clé « zzz » ; mots-clés : "),
        (("load", "rdf", "README.md", "--graph", "x"), 2, "il faut un IRI entier"),
        (("gaps", "99999"), 2, "se donne par son nom ou son code"),
        (("gaps", "07", "--al"), 2, "il n'existe pas d'option --al (options possibles : --all"),
        (
            ("serve", "--host", "192.0.2.1", "--port", "1"),
            1,
            "cette machine n'a pas cette adresse : 192.0.2.1:1",
        ),
        (("dump", "-o", "/proc/x.nq"), 2, " : /proc/x.nq"),
        (("draw", "timber-construction", "-o", "/nulle/part.html"), 2, "dossier introuvable : /nulle"),
        (("draw", "timber-construction", "-o", "README.md/x"), 2, "ce n'est pas un dossier : "),
        (("ontology", "-o", "/tmp"), 2, "c'est un dossier : /tmp"),
        (("dump", "--graph", "nowhere"), 2, "n'a pas de graphe"),
        (("draw", "nowhere", "-o", "x.html"), 2, "aucune filière ne s’appelle « nowhere »"),
        (("draw", "timber construction", "-o", "x.pdf"), 2, "« x.pdf » n'est pas le nom d'une page (.html)"),
        (("rollback",), 1, "il n'y a pas de publication plus ancienne que 20"),
        (("serve", "--port", "abc"), 2, "--port"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    data_dir: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    done = ancrage(*words, data_dir=data_dir)
    assert sentence in error(done)
    assert done.returncode == code


def test_an_empty_directory_is_said(tmp_path: Path) -> None:
    assert "rien n'est publié" in error(ancrage("query", "ASK {}", data_dir=tmp_path))


@pytest.mark.long
def test_a_mistyped_data_directory_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    typo = tmp_path / "typo"
    done = ancrage("publish", "--data-dir", str(typo))
    assert f"le dossier de données {typo} n'existe pas" in error(done) and done.returncode == 2
    assert not typo.exists()
    assert "aucune source n'est chargée dans" in error(ancrage("publish", data_dir=tmp_path))
    command = [*START, "serve", "--port", "0", "--data-dir", str(typo)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        warned = server.stderr.readline()
        served = server.stderr.readline()
        server.send_signal(signal.SIGTERM)
        server.wait(60)
    assert warned.startswith(f"Attention : le dossier {typo} n'existe pas")
    assert served.startswith("ancrage est servi sur")


def test_what_cannot_be_kept_is_told_once_and_done_without(data_dir: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(data_dir, data)
    snapshot = Snapshots(data).current()
    assert snapshot is not None
    shutil.rmtree(snapshot.path / "derived", ignore_errors=True)
    (snapshot.path / "derived").write_text(
        "", "utf-8"
    )  # as on a disk that may only be read, nothing can be kept
    done = ancrage("draw", "timber-construction", "-o", str(tmp_path / "page.html"), data_dir=data)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("n'y est pas gardé") == 1


def test_the_help_has_every_command_once_in_the_order_of_work() -> None:
    shown = [name for _, names in SECTIONS for name in names]
    known: dict[str, Any] = get_command(application.app).commands  # type: ignore[attr-defined]
    assert sorted(shown) == sorted(name for name, one in known.items() if not one.hidden)
    text = ancrage("--help").stdout
    places = [text.index(f"\n  {name} ") for name in shown]
    assert places == sorted(places) and "\nCharger et publier:\n" in text


@pytest.mark.long
def test_the_help_is_french_throughout() -> None:
    for words in ((), ("load",), ("scenario", "compare"), ("serve",), ("edits",)):
        text = ancrage(*words, "--help").stdout
        assert text.startswith("Usage : ancrage") and "Montrer cette aide et finir." in text
        for english in ("Commands", "[required]", "[default", "Show this", "<str>", "COMMAND ", "<=x<="):
            assert english not in text
    assert "[obligatoire]" in ancrage("load", "--help").stdout


def test_a_file_that_cannot_be_read_is_named(data_dir: Path, tmp_path: Path) -> None:
    query, turtle = tmp_path / "latin.rq", tmp_path / "cut.ttl"
    query.write_bytes(b"ASK {} # \xe9")
    assert "latin.rq n'est pas un texte en UTF-8" in error(ancrage("query", str(query), data_dir=data_dir))
    turtle.write_text("<a> <b>", "utf-8")
    assert "cut.ttl, ligne 1 : illisible (Unexpected end)" in error(ancrage("validate", str(turtle)))


def test_a_format_that_an_answer_cannot_have_names_those_it_can(data_dir: Path) -> None:
    rows, triples = "SELECT * WHERE { ?s ?p ?o } LIMIT 1", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1"
    told = error(ancrage("query", rows, "--format", "ttl", data_dir=data_dir))
    assert "« ttl »" in told and told.strip().endswith(
        "il faut l'un de : table, csv, csv-fr, xlsx, json, xml, tsv"
    )
    told = error(ancrage("query", triples, "--format", "csv-fr", data_dir=data_dir))
    assert "« csv-fr »" in told and told.strip().endswith("il faut l'un de : table, ttl, nt, jsonld, xml")


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    assert "Traceback" in ancrage("query", "ASK {}", "--debug", data_dir=tmp_path).stderr


@pytest.mark.long
def test_lists_for_people_and_for_programs() -> None:
    sources = json.loads(ancrage("sources", "--json").stdout)
    assert {"name", "title", "publisher", "licence", "formats", "url"} <= sources[0].keys()
    listed = ancrage("sources").stdout
    assert all(source["name"] in listed and source["licence"] in listed for source in sources)
    assert "territory-programmes" in ancrage("queries").stdout
    assert "territory-programmes" in {one["name"] for one in json.loads(ancrage("queries", "--json").stdout)}
    [one] = json.loads(ancrage("queries", "territory-programmes", "--json").stdout)
    assert one["name"] == "territory-programmes" and one["parameters"]


def test_the_ontology_is_turtle(tmp_path: Path) -> None:
    assert ancrage("ontology", "-o", str(tmp_path / "o.ttl")).returncode == 0
    triples = list(ox.parse(path=str(tmp_path / "o.ttl"), format=ox.RdfFormat.TURTLE))
    assert any(triple.subject == ox.NamedNode(f"{ANC}Commune") for triple in triples)


def test_a_dump_holds_every_quad(data_dir: Path, tmp_path: Path) -> None:
    snapshot = Snapshots(data_dir).current()
    assert snapshot is not None
    done = ancrage("dump", data_dir=data_dir)
    assert len(list(ox.parse(done.stdout.encode(), ox.RdfFormat.N_QUADS))) == snapshot.quads
    one = ancrage("dump", "--graph", "illustrative", "-o", str(tmp_path / "one.ttl"), data_dir=data_dir)
    assert one.returncode == 0, one.stderr
    assert "Stage inventé" in (tmp_path / "one.ttl").read_text("utf-8")


@pytest.mark.long
def test_a_drawing_needs_nothing_from_outside(data_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    done = ancrage("draw", "timber-construction", "-o", str(out), data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    text = out.read_text("utf-8")
    assert "vis.Network" in text
    assert "Licence professionnelle bois" in text
    assert ' src="' not in text
    assert "<link" not in text
    assert "&lt;script&gt;alert" in text
    assert "<script>alert" not in text
    assert '<html lang="fr">' in text and "Règle</th>" in text
    english = spoken("en_GB.UTF-8", "draw", "timber-construction", "-o", str(out), data_dir=data_dir)
    assert english.returncode == 0, english.stderr
    text = out.read_text("utf-8")
    assert '<html lang="en">' in text and "Rule</th>" in text and "Filière" not in text


def test_a_file_against_shapes_ends_with_three_and_a_report(tmp_path: Path) -> None:
    data, shapes, report = (tmp_path / name for name in ("data.ttl", "shapes.ttl", "report.ttl"))
    data.write_text("<urn:a> a <urn:Thing> .", "utf-8")
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . "
        "<urn:shape> a sh:NodeShape ; sh:targetClass <urn:Thing> ; "
        "sh:property [ sh:path <urn:name> ; sh:minCount 1 ; sh:message 'Il faut un nom.'@fr ] .",
        "utf-8",
    )
    done = ancrage("validate", str(data), "--shapes", str(shapes), "--report", str(report))
    assert done.returncode == 3
    assert "Il faut un nom." in done.stdout
    assert "sh:ValidationReport" in report.read_text("utf-8")
    data.write_text("<urn:a> a <urn:Thing> ; <urn:name> 'x' .", "utf-8")
    assert ancrage("validate", str(data), "--shapes", str(shapes)).returncode == 0


def test_a_busy_port_is_said_before_anything_is_built(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = ancrage("demo", "--port", str(port), "--data-dir", str(tmp_path / "d"))
    assert f"le port {port}" in error(done)
    assert done.returncode == 1  # 4 is for a writer at work: who retries on it would retry for ever
    assert not (tmp_path / "d").exists()


@pytest.mark.long
def test_the_demonstration_keeps_out_of_a_directory_in_use(tmp_path: Path) -> None:
    triples = tmp_path / "own.ttl"
    triples.write_text("<urn:a> <urn:b> <urn:c> .", "utf-8")
    data = tmp_path / "data"
    loaded = ancrage(
        "load", "rdf", str(triples), "--graph", "urn:own", "--no-publish", "--data-dir", str(data)
    )
    assert loaded.returncode == 0, loaded.stderr
    done = ancrage("demo", "--no-serve", "--data-dir", str(data))
    assert "contient déjà d'autres sources (rdf-urn-own)" in error(done)
    assert done.returncode == 2


@pytest.mark.long
def test_serving_prints_the_address_answers_and_stops_when_told(data_dir: Path) -> None:
    command = [*START, "serve", "--port", "0", "--data-dir", str(data_dir)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        line = server.stderr.readline()
        try:
            address = next(word for word in line.split() if word.startswith("http://127.0.0.1:"))
            assert "une minute" in server.stderr.readline()
            with urllib.request.urlopen(address + "/healthz", timeout=20) as answer:
                assert json.load(answer)["status"] == "ok"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
    assert server.returncode == 0


def test_a_mapping_alone_makes_quads(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "people.csv").write_text("id,name\n1,Ada\n", "utf-8")
    mapping = tmp_path / "m.yml"
    mapping.write_text(
        "prefixes:\n  ex: https://example.org/\nmappings:\n  people:\n"
        "    sources: [['people.csv~csv']]\n    s: ex:$(id)\n    po:\n      - [ex:name, $(name)]\n",
        "utf-8",
    )
    out = tmp_path / "out.nq"
    done = ancrage("map", str(mapping), "--input", str(folder), "-o", str(out))
    assert done.returncode == 0, done.stderr
    quads = list(ox.parse(path=str(out), format=ox.RdfFormat.N_QUADS))
    assert [quad.object.value for quad in quads] == ["Ada"]


def test_a_mapping_in_turtle_refuses_a_wrong_cell_or_leaves_it_out_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,age\na,7\nb,seven\n", "utf-8")
    mapping = tmp_path / "m.ttl"
    mapping.write_text(
        "@prefix rml: <http://w3id.org/rml/> . @prefix ex: <http://e.x/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "<urn:map/People> rml:logicalSource [ rml:source [ rml:path 'people.csv' ] ] ;\n"
        " rml:subjectMap [ rml:template 'person/{id}' ] ;\n"
        " rml:predicateObjectMap [ rml:predicate ex:age ; rml:objectMap [ rml:reference 'age' ; rml:datatype xsd:integer ] ] .",
        "utf-8",
    )
    out = tmp_path / "out.nq"
    command = ("map", str(mapping), "--input", str(tmp_path), "-o", str(out), "--base", "http://b.x/")
    refused = ancrage(*command)
    assert refused.returncode == 1
    assert "people.csv, ligne 3, colonne « age » : « seven » n'est pas un entier" in refused.stderr
    assert not out.exists()
    done = ancrage(*command, "--skip-wrong")
    assert done.returncode == 3
    assert "1 cellule fausse, laissée de côté : people.csv, ligne 3" in done.stderr
    assert (
        out.read_text()
        == '<http://b.x/person/a> <http://e.x/age> "7"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    )


def test_a_query_reads_no_more_packages_than_it_needs(example_data_dir: Path) -> None:
    heavy = [
        "pydantic_settings",
        "polars",
        "numpy",
        "rdflib",
        "fastapi",
        "duckdb",
        "sqlalchemy",
        "jinja2",
        "networkx",
    ]
    for text in ("SELECT ?s { ?s ?p ?o } LIMIT 1", "relays"):
        code = (
            "import sys\nfrom ancrage.api.commands.application import run\nimport ancrage.api.commands\n"
            f"code = run(['query', {text!r}])\n"
            f"print(code, *[name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
        )
        others = {name: value for name, value in os.environ.items() if not name.startswith("ANCRAGE_")}
        environment = {**others, "ANCRAGE_DATA_DIR": str(example_data_dir)}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
        assert done.stderr.split() == ["0"], (text, done.stderr)


@pytest.mark.long
def test_one_option_gives_every_table_in_every_format(example_data_dir: Path) -> None:
    from ancrage.api.commands import analysis, read
    from ancrage.api.commands.application import app
    from ancrage.api.commands.output import TABLES
    from typer.main import get_command

    def walk(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
        for child in getattr(command, "commands", {}).values():
            yield from walk(child, f"{name} {child.name}")
        yield name.strip(), command

    offered = {
        name: option
        for name, command in walk(get_command(app))
        for option in command.params
        if "--format" in option.opts or "--json" in option.opts
    }
    assert all(option.opts == ["--format"] for option in offered.values())
    files = {"dump", "dossier"}  # whose files are no tables
    assert {name for name, option in offered.items() if option.default != "table"} == files
    assert set(TABLES) <= set(read.FORMATS) & set(analysis.FORMATS)
    for name in ("sources", "queries", "snapshots", "edits", "account list", "scenario list"):
        words = name.split()
        rows = json.loads(ancrage(*words, "--json", data_dir=example_data_dir).stdout)
        assert rows == json.loads(ancrage(*words, "--format", "json", data_dir=example_data_dir).stdout)
        assert offered.pop(name) and isinstance(rows, list)
        table = ancrage(*words, "--format", "csv", data_dir=example_data_dir).stdout
        assert [row["name" if "name" in row else "id"] for row in csv.DictReader(io.StringIO(table))] == [
            row["name" if "name" in row else "id"] for row in rows
        ]
    refused = ancrage("snapshots", "--format", "pdf", data_dir=example_data_dir)
    assert refused.returncode == 2 and "table, csv, csv-fr, xlsx, json" in error(refused)
