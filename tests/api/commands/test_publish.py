"""Publications on the command line: listed, backed up, restored, verified; exit codes and sentences."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from ancrage.graph.snapshots.archive import members, writing
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.operations.files import AUDIT_FILE, KEY_FILE

START = [sys.executable, "-c", "from ancrage.api.cli import main; main()"]


def ancrage(data_dir: Path, *words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "ANCRAGE_DATA_DIR": str(data_dir), **more}
    command = [*START, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=300)


@pytest.fixture
def published(tmp_path: Path, publisher: Callable[[Path, Path], str]) -> tuple[Path, list[str]]:
    return tmp_path / "data", [publisher(tmp_path / "data", tmp_path / f"store{n}") for n in range(2)]


def test_publications_are_listed_for_people_and_programs(published: tuple[Path, list[str]]) -> None:
    data, (first, second) = published
    listed = ancrage(data, "snapshots")
    assert listed.returncode == 0, listed.stderr
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [first, second]
    assert listed.stdout.splitlines()[1].endswith("énoncés  courante")
    rows = json.loads(ancrage(data, "snapshots", "--json").stdout)
    assert [(row["id"], row["current"], row["in_use"]) for row in rows] == [
        (first, False, False),
        (second, True, False),
    ]
    assert rows[0]["quads"] > 1000
    assert rows[0]["created"].endswith("Z")
    assert ancrage(data, "rollback").stdout.split()[0] == first
    assert [row["current"] for row in json.loads(ancrage(data, "snapshots", "--json").stdout)] == [
        True,
        False,
    ]


def test_nothing_published_is_said(tmp_path: Path) -> None:
    listed = ancrage(tmp_path, "snapshots")
    assert (listed.returncode, listed.stdout, listed.stderr) == (0, "", "Aucune publication.\n")
    for words in (("verify",), ("backup", tmp_path / "b.tar")):
        done = ancrage(tmp_path, *words)
        assert done.returncode == 1
        assert done.stderr.startswith("Erreur : rien n'est publié dans")
        assert done.stdout == ""


def test_a_backup_goes_and_comes_back(published: tuple[Path, list[str]], tmp_path: Path) -> None:
    data, ids = published
    file = tmp_path / "b.tar.zst"
    saved = ancrage(data, "backup", file)
    assert saved.returncode == 0, saved.stderr
    digest, name = saved.stdout.split()
    assert name == str(file)
    assert len(digest) == 64
    assert f"Publication {ids[1]}" in saved.stderr
    told = json.loads(ancrage(data, "verify", file, "--json").stdout)
    assert (told["hash"], told["snapshot"], told["findings"]) == (digest, ids[1], [])
    restored = ancrage(tmp_path / "new", "restore", file, "--json")
    assert restored.returncode == 0, restored.stderr
    about = json.loads(restored.stdout)
    assert (about["hash"], about["restored"]) == (digest, ids[1])
    current = Snapshots(tmp_path / "new").current()
    assert current is not None
    assert current.id == about["id"]
    again = ancrage(tmp_path / "new", "restore", file)
    assert again.returncode == 2
    assert "--replace" in again.stderr
    assert again.stdout == ""
    forced = ancrage(tmp_path / "new", "restore", file, "--replace", ANCRAGE_KEEP="1")
    assert [one.id for one in Snapshots(tmp_path / "new").list()] == [forced.stdout.strip()]


def test_the_key_of_contacts_which_no_archive_has_is_told(
    published: tuple[Path, list[str]], tmp_path: Path
) -> None:
    data, file, other = published[0], tmp_path / "b.tar", tmp_path / "other"
    assert ancrage(data, "account", "list").returncode == 0  # the register is made
    assert f"gardez {data / KEY_FILE} à part" in ancrage(data, "backup", file).stderr
    restored = ancrage(other, "restore", file)
    assert restored.returncode == 0 and f"remettez {other / KEY_FILE}" in restored.stderr
    known = (data / KEY_FILE).read_text(encoding="ascii")
    assert "remettez" not in ancrage(other, "restore", file, "--replace", ANCRAGE_CONTACT_KEY=known).stderr
    shutil.copy(data / KEY_FILE, other / KEY_FILE)
    assert "remettez" not in ancrage(other, "restore", file, "--replace").stderr


def test_what_a_restoration_does_to_the_register_is_told_and_in_the_audit_log(
    published: tuple[Path, list[str]], tmp_path: Path
) -> None:
    data, file = published[0], tmp_path / "b.tar"
    assert ancrage(data, "account", "list").returncode == 0
    assert ancrage(data, "backup", file).returncode == 0
    first = ancrage(tmp_path / "new", "restore", file).stderr
    assert "relisez les comptes désactivés" not in first
    again = ancrage(tmp_path / "new", "restore", file, "--replace").stderr
    assert "relisez les comptes désactivés" in again and "est gardé dans" in again
    log = (tmp_path / "new" / AUDIT_FILE).read_text(encoding="utf-8")
    assert log.count('"restore/backup"') == 2
    server = {"ANCRAGE_OPERATIONS": "postgresql+psycopg://ancrage@127.0.0.1:1/ancrage"}
    before = file.read_bytes()
    told = ancrage(data, "backup", file, **server)
    assert told.returncode and "ne répond pas" in told.stderr and file.read_bytes() == before
    assert ancrage(tmp_path / "new", "restore", file, "--replace", **server).returncode


def test_what_is_wrong_is_found_with_exit_code_3(published: tuple[Path, list[str]], tmp_path: Path) -> None:
    data, ids = published
    wrong = ancrage(data, "verify")  # the fixture's manifest says one quad a graph
    assert wrong.returncode == 3
    assert wrong.stdout.split()[1] == ids[1]
    assert wrong.stderr.count("Anomalie : le graphe https://w3id.org/ancrage/graph/") == 5
    file = tmp_path / "b.tar"
    assert ancrage(data, "backup", file).returncode == 0
    with writing(tmp_path / "cut.tar") as made:
        for number, member in enumerate(members(file)):
            made.add_bytes(member.name, member.read() if number else b"")
    for words in (
        ("verify", tmp_path / "cut.tar"),
        ("restore", tmp_path / "cut.tar", "--data-dir", tmp_path / "n"),
    ):
        assert ancrage(data, *words).returncode == 3
    assert Snapshots(tmp_path / "n").current() is None
    (tmp_path / "not.tar").write_bytes(b"x" * 2000)
    refused = ancrage(data, "verify", tmp_path / "not.tar")
    assert refused.returncode == 3
    assert (
        refused.stderr.splitlines()[-1] == "Erreur : archive not.tar refusée : ce n'est pas une archive tar"
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("backup", "x.zip"), 2, "le nom doit finir par .tar, .tar.gz, .tgz, .tar.zst"),
        (("backup", "nowhere/x.tar"), 2, "dossier introuvable : "),
        (("verify", "nothing.tar"), 2, "fichier introuvable : nothing.tar"),
        (("restore", "nothing.tar"), 2, "fichier introuvable : nothing.tar"),
        (("rollback", "20200101T000000Z-00000000"), 1, "aucune publication complète"),
    ],
)
def test_mistakes_are_one_sentence(
    published: tuple[Path, list[str]], words: tuple[str, ...], code: int, said: str
) -> None:
    done = ancrage(published[0], *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert done.stderr.startswith("Erreur : ")
    assert done.stderr.count("\n") == 1


@pytest.mark.long
def test_a_writer_at_work_is_exit_code_4(published: tuple[Path, list[str]], tmp_path: Path) -> None:
    data, _ = published
    holder = (
        "import sys; from pathlib import Path; from ancrage.graph.snapshots.snapshot import Snapshots\n"
        "with Snapshots(Path(sys.argv[1])).lock(): print('held', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, data], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        done = ancrage(data, "backup", tmp_path / "b.tar")
        process.kill()
    assert done.returncode == 4
    assert "un autre chargement est en cours" in done.stderr


def test_the_rest_of_a_dead_writer_is_not_listed(published: tuple[Path, list[str]]) -> None:
    data, ids = published
    shutil.rmtree(data / "generations" / ids[0])
    (data / "generations" / ids[0]).mkdir()  # the rest of a writer that died
    assert [row["id"] for row in json.loads(ancrage(data, "snapshots", "--json").stdout)] == [ids[1]]


def test_what_is_there_is_listed_where_the_current_publication_is_broken(
    tmp_path: Path, example_data_dir: Path
) -> None:
    one = Snapshots(example_data_dir).current()
    assert one is not None
    shutil.copytree(one.path, tmp_path / "generations" / one.id)
    for broken in (f"2999{one.id[4:]}", "", "\x00\xff"):
        (tmp_path / "current").write_text(broken, encoding="latin-1")
        listed = ancrage(tmp_path, "snapshots")
        assert listed.returncode == 0 and one.id in listed.stdout and "courante" not in listed.stdout
        assert "la publication courante ne se lit pas" in listed.stderr
        assert ancrage(tmp_path, "rollback").stdout == f"{one.id}\n"
        assert "courante" in ancrage(tmp_path, "snapshots").stdout
