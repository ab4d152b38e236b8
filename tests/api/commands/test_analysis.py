"""The commands of the analysis as a person types them: what they print, where, and how they end."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
from ancrage.api.commands import analysis as cli_analysis
from ancrage.api.commands import application
from ancrage.api.commands import scenario as cli_scenario
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.ontology.vocabulary import ANC
from ancrage.queries.library import Library

assert cli_analysis and cli_scenario  # they register their commands
DOCS = Path(__file__).parents[3] / "docs" / "how-to"
LINE = "open-branch 38185 'Antenne de Grenoble'"


class Shell:
    """Runs commands in this process: gives the exit code, the bytes of the output, the text of the errors."""

    def __init__(self, data_dir: Path, capture: pytest.CaptureFixture[bytes]) -> None:
        self.data_dir, self.capture = data_dir, capture

    def __call__(self, *words: str) -> tuple[int, bytes, str]:
        self.capture.readouterr()
        code = application.run([*words, "--data-dir", str(self.data_dir)])
        sys.stdout.flush()
        out, err = self.capture.readouterr()
        return code, out, err.decode()

    def fails(self, *words: str) -> tuple[int, str]:
        """Run a command that must end in one sentence, with nothing on the output."""
        code, out, err = self(*words)
        assert code != 0 and out == b""
        assert err.startswith("Erreur : ") and err.count("\n") == 1
        return code, err


@pytest.fixture
def ancrage(example_data_dir: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Shell:
    return Shell(example_data_dir, capfdbinary)


def test_gaps_as_a_table(ancrage: Shell) -> None:
    code, out, err = ancrage("gaps", "200040715")
    text = out.decode()
    assert (code, err) == (0, "")
    assert text.startswith("Manques : ")
    assert "Données manquantes (ce qu’on ne sait pas)" in text
    snapshot = Snapshots(ancrage.data_dir).current()
    assert snapshot is not None and snapshot.id in text
    assert "\x1b" not in text  # no colours in a file
    assert max(map(len, text.splitlines())) <= 110


def test_missing_data_stand_last_and_apart(ancrage: Shell) -> None:
    text = ancrage("gaps", "200040715")[1].decode()
    heads = [line for line in text.splitlines() if line.endswith(")") and not line.startswith(" ")]
    sections = [line for line in heads if line.rpartition("(")[2][:-1].isdigit()]
    assert len(sections) > 1
    assert sections[-1].startswith("Données manquantes")


def test_why_tells_the_question_and_methods(ancrage: Shell) -> None:
    words = ("gaps", "200040715", "--kind", "data")
    plain, told = (ancrage(*words, *why)[1].decode() for why in ((), ("--why",)))
    assert "question : ancrage query " in told
    assert "question : " not in plain
    base = set(csv.DictReader(io.StringIO(ancrage(*words, "--format", "csv")[1].decode())).fieldnames or ())
    more = csv.DictReader(io.StringIO(ancrage(*words, "--why", "--format", "csv")[1].decode()))
    assert set(more.fieldnames or ()) - base == {
        "reasons",
        "paths",
        "query",
        "methods",
        "sources",
        "snapshot",
    }
    assert all(row["kind"] == "data" for row in more)


def test_the_formats_say_the_same_findings(ancrage: Shell) -> None:
    told = json.loads(ancrage("gaps", "200040715", "--format", "json")[1])
    count = len(told["findings"]) + len(told["refusals"])
    assert count
    french = ancrage("gaps", "200040715", "--format", "csv-fr")[1]
    assert french.startswith("\ufeffkind;subject;".encode())
    assert len(list(csv.reader(io.StringIO(french.decode("utf-8-sig")), delimiter=";"))) == count + 1
    sheet = openpyxl.load_workbook(io.BytesIO(ancrage("gaps", "200040715", "--format", "xlsx")[1]))
    assert sheet["Résultats"].max_row == count + 1
    turtle = ancrage("gaps", "200040715", "--format", "ttl")[1]
    found = [
        one
        for one in ox.parse(turtle, format=ox.RdfFormat.TURTLE)
        if one.object == ox.NamedNode(ANC + "Finding")
    ]
    assert len(found) == len(told["findings"])


def test_gaps_of_every_territory_of_a_level(ancrage: Shell) -> None:
    code, out, err = ancrage("gaps", "region/84", "--all", "--level", "department", "--format", "json")
    reports = json.loads(out)
    assert (code, err) == (0, "")
    assert [one["subject"]["id"] for one in reports] == sorted(one["subject"]["id"] for one in reports)
    assert len(reports) == 3
    rows = csv.DictReader(io.StringIO(ancrage("gaps", "region/84", "--all", "--format", "csv")[1].decode()))
    assert len({row["subject_iri"] for row in rows}) > 2


def test_illustrative_data_count_only_when_asked_for(ancrage: Shell) -> None:
    words = ("synergies", "timber-construction", "--format", "json")
    told = json.loads(ancrage(*words, "--illustrative")[1])
    assert any(one["evidence"].get("illustrative") for one in told["findings"])
    assert told["illustrative"] is True
    code, out, _ = ancrage(*words)
    assert code == 3 or not any(one["evidence"].get("illustrative") for one in json.loads(out)["findings"])
    assert "illustratives (inventées)" in ancrage(*words[:2], "--illustrative")[1].decode()


def test_unknown_names_end_with_two_and_the_nearest(ancrage: Shell) -> None:
    code, told = ancrage.fails("gaps", "Grenobl")
    assert code == 2 and "vouliez-vous dire Grenoble" in told
    assert "vouliez-vous dire bois-construction" in ancrage.fails("synergies", "bois")[1]
    code, told = ancrage.fails("synergies", "timber-constructio")
    assert code == 2 and "value-chain/timber-construction" in told
    code, told = ancrage.fails("scenario", "show", "two-relay")
    assert code == 2


def test_too_few_data_end_with_three_and_no_number(ancrage: Shell) -> None:
    code, told = ancrage.fails("synergies", "200040715", "--kind", "helix")
    assert code == 3
    assert "il en faut" in told
    assert ancrage.fails("synergies", "200040715", "--kind", "helix", "--format", "json")[0] == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("gaps", "07", "--kind", "x"),
            "valeur « x » refusée pour '--kind' : il faut l'un de : demand, tie, link",
        ),
        (
            ("gaps", "07", "--format", "docx"),
            "valeur « docx » refusée pour '--format' : il faut l'un de : table, csv",
        ),
        (("gaps", "07", "--radius", "-1"), ", de 1 à "),
        (("gaps", "07", "--radius", "x"), "valeur « x » refusée pour '--radius' : il faut un nombre"),
        (
            ("gaps", "07", "--level", "x"),
            "valeur « x » refusée pour '--level' : il faut l'un de : commune",
        ),
        (("synergies", "07", "--kind", "x"), "valeur « x » refusée pour '--kind' : il faut l'un de : ties"),
        (("suggest", "07", "--count", "0"), ", de 1 à "),
        (("scenario", "compare"), "donnez un scénario"),
        (("scenario", "compare", "absent.toml"), "fichier introuvable : absent.toml"),
        (("scenario", "compare", "--assume", "open-branche 38185 x"), "n'est pas une hypothèse"),
        (("scenario", "compare", "--assume", "open-branch Grenobl x"), "vouliez-vous dire"),
        (("scenario", "compare", "--assume", LINE, "--figure", "x"), "« x »"),
        (("scenario", "new", "a", "--assume", "close-branch nowhere"), "nowhere"),
        (("scenario", "new", "a"), "aucune hypothèse"),
    ],
)
def test_a_wrong_use_ends_with_two(ancrage: Shell, words: tuple[str, ...], told: str) -> None:
    code, sentence = ancrage.fails(*words)
    assert code == 2 or told.startswith("fichier")
    assert told in sentence


@pytest.mark.long
def test_a_scenario_is_compared(ancrage: Shell) -> None:
    words = ("scenario", "compare", "--assume", LINE, "--territory", "200040715")
    code, out, err = ancrage(*words)
    assert (code, err) == (0, "")
    text = out.decode()
    assert "Antennes numériques" in text and "+1" not in text  # how many there are today is not known
    assert "rien n’est écrit dans le graphe" in text
    assert "sans changement, non montrés" in text
    told = json.loads(ancrage(*words, "--format", "json")[1])
    assert told["findings"][0]["reasons"]
    rows = list(csv.DictReader(io.StringIO(ancrage(*words, "--format", "csv")[1].decode())))
    assert {row["scenario"] for row in rows} == {"essai"}
    assert "sans changement, non montrés" not in ancrage(*words, "--all")[1].decode()


@pytest.mark.long
def test_a_scenario_is_written_saved_compared_and_deleted(
    ancrage: Shell, example_data_dir: Path, tmp_path: Path
) -> None:
    shutil.copytree(example_data_dir, tmp_path / "data")
    ancrage.data_dir = tmp_path / "data"
    file = tmp_path / "antenne.toml"
    written = ancrage(
        "scenario", "new", "antenne", "--label", 'Une "antenne"', "--assume", LINE, "-o", str(file)
    )
    assert written[:2] == (0, b"")
    assert ancrage("scenario", "show", str(file))[1].decode() == file.read_text("utf-8")
    code, out, err = ancrage("scenario", "save", str(file), "--figures")
    assert (code, err) == (0, "")
    current = Snapshots(tmp_path / "data").current()
    assert current is not None and out.decode().strip() == current.id
    listed = json.loads(ancrage("scenario", "list", "--json")[1])
    assert {one["name"]: one["label"] for one in listed}["antenne"] == 'Une "antenne"'
    assert "antenne" in ancrage("scenario", "list")[1].decode()
    again = ancrage("scenario", "compare", "antenne", "--territory", "200040715")[1].decode()
    assert "Antennes numériques" in again
    assert ancrage("scenario", "delete", "antenne")[0] == 0
    assert ancrage.fails("scenario", "delete", "antenne")[0] == 2


def test_help_and_empty_directories(ancrage: Shell, tmp_path: Path) -> None:
    ancrage.data_dir = tmp_path
    assert "rien n'est publié" in ancrage.fails("gaps", "07")[1]


@pytest.mark.long
def test_colours_and_streams_of_a_process(example_data_dir: Path) -> None:
    start = [sys.executable, "-c", "from ancrage.api.cli import main; main()"]
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "70", "ANCRAGE_DATA_DIR": str(example_data_dir)}
    done = subprocess.run(
        [*start, "gaps", "200040715"], capture_output=True, text=True, env=environment, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 70
    helped = subprocess.run(
        [*start, "scenario"], capture_output=True, text=True, env=environment, timeout=120
    )
    assert helped.returncode == 0
    assert all(name in helped.stdout for name in ("new", "show", "compare", "list", "save", "delete"))


def _documented(name: str) -> list[str]:
    text = (DOCS / name).read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [re.sub(r"\s+#.*", "", line) for block in blocks for line in block.splitlines()]


@pytest.mark.long
def test_the_commands_of_the_pages_run_in_their_order(
    ancrage: Shell, example_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = _documented("analyser.md")
    assert len(lines) > 10 and lines == _documented("analyse.md")
    shutil.copytree(example_data_dir, tmp_path / "data")
    ancrage.data_dir = tmp_path / "data"
    monkeypatch.chdir(tmp_path)
    for line in lines:
        words = shlex.split(line.partition(" > ")[0])
        assert words[0] == "ancrage"
        code, out, err = ancrage(*words[1:])
        assert code == 0, (line, err)
        assert out or "-o" in words, line


def test_every_question_that_findings_rest_on_can_be_asked(ancrage: Shell) -> None:
    library, seen = Library(), set()
    for words in (
        ("gaps", "region/84", "--all"),
        ("synergies", "200040715"),
        ("synergies", "timber-construction"),
        ("suggest", "200040715"),
    ):
        told = json.loads(ancrage(*words, "--illustrative", "--format", "json")[1])
        for report in told if isinstance(told, list) else [told]:
            for question in filter(None, (one["question"] for one in report["findings"])):
                seen.add(question["name"])
                assert library[question["name"]].bind(**question["parameters"])
    assert len(seen) > 5
