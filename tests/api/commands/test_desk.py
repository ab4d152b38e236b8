"""The desk's day on the command line, with a real mail server."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from ancrage.api.accounts.devices import Devices
from ancrage.api.commands.application import run
from ancrage.api.web.settings import Settings
from ancrage.graph.region.view import RegionView
from ancrage.graph.scenarios.reading import read_scenario
from ancrage.graph.scenarios.saved import list_scenarios
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.desk.acts import Acts
from ancrage.loaders.desk.examples import add_examples
from ancrage.loaders.desk.ledger import Ledger
from ancrage.loaders.desk.outbox import Outbox
from ancrage.loaders.internships.examples import add_examples as add_internships
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.store import Draft
from ancrage.loaders.operations.tables import SEALED
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.write.scenarios import keep_example, save
from ancrage.loaders.write.writer import Writer
from sqlalchemy import select, update

from ...endpoints import free_port
from ...tables import load_tables
from ..desk.conftest import TABLES

EXAMPLES = Path(__file__).parents[3] / "examples"


class Received:
    def __init__(self) -> None:
        self.to: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.to += envelope.rcpt_tos
        return "250 OK"


def test_each_day_what_is_due_leaves_and_what_is_past_is_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    devices = Devices.open(Settings(data_dir=tmp_path))
    with devices.store.writing() as connection:
        contact = devices.safe.put(connection, {"email": "ana@example.org"}, 10)
        past = devices.safe.put(connection, {"email": "old@example.org"}, 10)
        connection.execute(update(SEALED).where(SEALED.c.id == past).values(expires="2026-01-01T00:00:00Z"))
    Outbox(devices.store, devices.safe).write("r", contact, "candidate", "Relance", "Bonjour.\n")
    assert run(["desk", "daily", "--data-dir", str(tmp_path)]) == 0
    assert "rien ne part" in capsys.readouterr().out
    with devices.store.reading() as connection:
        left = connection.execute(select(SEALED.c.id).where(SEALED.c.content.is_not(None))).scalars().all()
    assert left == [contact]
    received = Received()
    port = free_port()
    controller = Controller(received, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        monkeypatch.setenv("ANCRAGE_SMTP", f"smtp://127.0.0.1:{port}")
        monkeypatch.setenv("ANCRAGE_SENDER", "guichet@example.org")
        for sent in (1, 0):
            assert run(["desk", "daily", "--data-dir", str(tmp_path)]) == 0
            assert f"{sent} message" in capsys.readouterr().out
    finally:
        controller.stop()
    assert received.to == ["ana@example.org"]
    devices.store.close()


def test_what_is_invented_is_removed_by_one_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A need of a mayor and the source of a partner stay; work on an example goes with it."""
    data = load_tables(tmp_path, TABLES)
    (tmp_path / "invented").mkdir()
    about = "key,value\nname,invented\ntitle,Exemples\npublisher,Essai\nrole,illustrative\nevidence,illustrative\n"
    (tmp_path / "invented" / "about.csv").write_text(about, encoding="utf-8")
    (tmp_path / "invented" / "organizations.csv").write_text(
        "id,label_fr,actor_type\nexample/organization/scierie,[Exemple] Scierie,company\n", encoding="utf-8"
    )
    (tmp_path / "invented" / "sites.csv").write_text(
        "id,kind,label_fr,organizations,territory\n"
        "example/site/antenne,DigitalBranch,[Exemple] Antenne,example/organization/scierie,38185\n",
        encoding="utf-8",
    )
    Pipeline(data).load("exchange", [tmp_path / "invented"])
    names_example = {"name": "exemple", "label": "X", "assumptions": ["close-branch example/site/antenne"]}
    names_real = {"name": "mairie", "label": "Y", "assumptions": ["open-branch 38185 'Antenne du quai'"]}
    with closing(Writer(data, deadline=60, patience=20)) as writer:
        assert [keep_example(writer, read_scenario(names_example)) for _ in range(2)] == [True, False]
        with LocalReader.current(data) as reader:
            save(writer, read_scenario(names_real), RegionView.of(reader))
    devices = Devices.open(Settings(data_dir=data))
    add_examples(devices.store, devices.safe, EXAMPLES / "desk.toml")
    add_internships(devices.store, EXAMPLES / "stages.toml")
    mine = Acts(devices.store, devices.safe).begin("t", "", [], "Une halle")
    devices.store.append([Draft("ana", "need-noted", "need/example-0", {"text": "Vu", "public": False})])
    assert run(["desk", "no-examples", "--data-dir", str(data)]) == 0
    assert "1 source illustrative retirée" in capsys.readouterr().out
    with LocalReader.current(data) as reader:
        assert [one.name for one in list_scenarios(reader)] == ["mairie"]
    left = {event.subject for event in devices.store.since(0)}
    assert left == {mine}
    with devices.store.reading() as connection:
        kept = connection.execute(select(SEALED.c.id).where(SEALED.c.content.is_not(None))).all()
    assert len(kept) == 1
    snapshot = Snapshots(data).current()
    assert snapshot is not None and snapshot.graphs("illustrative") == []
    assert any(graph.endswith("/partner") for graph in snapshot.graphs("base"))
    assert run(["desk", "no-examples", "--data-dir", str(data)]) == 0
    assert "0 exemple retiré" in capsys.readouterr().out
    devices.store.close()
    typo = data.with_name("typo")
    for command in ("no-examples", "daily"):
        assert run(["desk", command, "--data-dir", str(typo)]) == 2
        assert str(typo) in capsys.readouterr().err and not typo.exists()


def test_an_account_answers_for_an_organisation_that_is_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, word = tmp_path / "data", tmp_path / "word"
    folder.mkdir()
    word.write_text("une phrase assez longue", encoding="utf-8")
    told = ["--password-file", str(word), "--data-dir"]

    def add(name: str, organization: str, where: Path) -> int:
        return run(
            ["account", "add", name, "--role", "partner", "--organization", organization, *told, str(where)]
        )

    assert add("avant", "organization/plus-tard", folder) == 0  # nothing is published yet
    (tmp_path / "town").mkdir()
    loaded = load_tables(tmp_path / "town", TABLES)
    capsys.readouterr()
    assert add("paul", "organization/nexistepas", loaded) != 0
    assert "nexistepas" in capsys.readouterr().err
    assert add("paul", "organization/0383546Y", loaded) == 0
    assert add("pia", "Université Grenoble Alpes", loaded) == 0
    run(["account", "list", "--format", "json", "--data-dir", str(loaded)])
    assert capsys.readouterr().out.count("organization/0383546Y") == 2


@pytest.mark.parametrize(
    "words",
    [
        ["desk", "daily"],
        ["account", "list"],
        ["account", "disable", "ana"],
        ["account", "delete", "ana"],
        ["desk", "person", "a@e.org"],
        ["account", "invite", "ana", "--email", "a@e.org"],
    ],
)
def test_a_mistyped_folder_is_refused_and_stays_as_it_was(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*words, "--data-dir", str(tmp_path / "typo")]) == 2
    assert "n'existe pas" in capsys.readouterr().err
    assert run([*words, "--data-dir", str(tmp_path)]) == 2
    assert "ni publication ni registre" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert run(["account", "add", "ana", "--data-dir", str(tmp_path / "typo")]) != 0
    assert not list(tmp_path.iterdir())


def test_who_asks_is_given_what_is_kept_of_them_or_it_is_erased(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    devices = Devices.open(Settings(data_dir=tmp_path))
    acts = Acts(devices.store, devices.safe)
    id = acts.begin("secret", "interaction-type/expertise", [], "Un avis sur la toiture")
    acts.place(
        Ledger(devices.store).read().needs[id], dict.fromkeys(("territory", "place", "when", "mode"), "x")
    )
    contact = {"name": "Zoé Canari", "email": "zoe@example.org"}
    acts.file(Ledger(devices.store).read().needs[id], contact)
    devices.accounts.add("zoe", Role.PARTNER, None, email="zoe@example.org")
    asked = ["desk", "person", "zoe@example.org", "--data-dir", str(tmp_path)]
    assert run([*asked, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["subject"], one["part"]) for one in told] == [
        ("zoe", "account"), (id, "requester"), (id, "words"), (id, "words"),
    ]  # fmt: skip
    assert told[1]["content"] == contact and told[2]["content"]["words"] == "Un avis sur la toiture"
    assert run(asked) == 0
    assert "Nom : Zoé Canari" in capsys.readouterr().out
    assert run([*asked, "--erase"]) == 0
    assert "4 contenus effacés" in capsys.readouterr().err
    assert run(asked) == 0
    out, err = capsys.readouterr()
    assert out == "" and "Rien n’est gardé" in err
    assert devices.accounts.all() == []
    kinds = [
        json.loads(line)["action"] for line in (tmp_path / "audit.jsonl").read_text("utf-8").splitlines()
    ]
    assert (
        kinds.count("read/contact") == 2
        and kinds.count("delete/contact") == 1
        and kinds.count("delete/account") == 1
    )
    assert run(["desk", "person", "zoe", "--data-dir", str(tmp_path)]) == 2
    devices.store.close()
