"""An answer to somebody is that of a store which holds only what he may see: every address, every role, two worlds.

The whole world has requests that nobody accepted, words, contacts, notes, letters, keys. The world of everyone lacks
them: no event of a request that was never accepted, no sealed content at all. The desk's world has all that was filed.
Each is a service of its own, with its own caches; in the whole one the desk asks first, so that what is kept of its
pages would show.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ancrage.api.accounts.devices import open_devices
from ancrage.api.app import create_app
from ancrage.api.desk.letters import write_due
from ancrage.api.desk.running import DESK, Desk
from ancrage.api.web.settings import Settings
from ancrage.graph.finder.artifacts import FINDER, MAKERS
from ancrage.graph.internships.posts import Post
from ancrage.graph.snapshots.artifacts import PARTITIONS, derive, derived_folder
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.desk.candidates import Candidate
from ancrage.loaders.desk.publication import GRAPH, publish, tables
from ancrage.loaders.desk.states import MatchState
from ancrage.loaders.internships.acts import Acts as InternshipActs
from ancrage.loaders.internships.agreements.acts import Acts as AgreementActs
from ancrage.loaders.internships.agreements.ledger import Agreements, Terms
from ancrage.loaders.internships.ledger import Internships
from ancrage.loaders.internships.publication import publish as publish_internships
from ancrage.loaders.operations import accounts as hashing
from ancrage.loaders.operations.files import STORE_FILE
from ancrage.loaders.write.writer import Writer
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from .conftest import PEOPLE, SECRET, Person
from .test_visibility import _every as every_route

UNIVERSITY = "organization/0383546Y"
OTHER = "organization/another"
CANARY = "zzcanari"
DIAGNOSIS = "interaction-type/territorial-diagnosis"
#: Rooms whose answers depend on who asks.
ROOMS = tuple(
    f"ancrage.api.{room}"
    for room in (
        "accounts",
        "announcements",
        "desk",
        "event_relays",
        "internships",
        "scenarios",
        "submissions",
    )
)
#: What stands in a path, where a value of the fixture is told apart from none.
VALUES = {
    "/id/{path:path}": "/id/organization/0383546Y",
    "/doc/{path:path}": "/doc/organization/0383546Y",
    "/graph/{name:path}": "/graph/desk",
    "/territoires/{kind}/{code}": "/territoires/commune/38185",
    "/acteurs/{code}": "/acteurs/0383546Y",
    "/filieres/{slug}": "/filieres/timber-construction",
    "/queries/{name}": "/queries/territory-units",
    "/indicateurs/{name}": "/indicateurs/population",
    "/api/v1/indicators/{name}": "/api/v1/indicators/population",
}
PARAMETERS = {
    "suffix": "csv",
    "bloc": "partenaires",
    "term:path": "Interaction",
    "kind": "entity",
    "number:int": "1",
}
#: Counts of the process itself, and what waits for a stream: they are no answers about the data.
APART = ("/metrics",)
QUESTIONS = (
    "/sparql?query=SELECT+(COUNT(*)+AS+%3Fn)+%7B%3Fs+%3Fp+%3Fo%7D&format=csv",
    "/sparql?query=SELECT+(COUNT(*)+AS+%3Fn)+%7BGRAPH+%3Fg+%7B%3Fs+%3Fp+%3Fo%7D%7D&format=csv",
    "/demandes?by=candidate",
    "/demandes?by=territory",
    "/demandes?by=type",
    "/api/v1/desk/rates?by=candidate",
    "/api/v1/desk/rates?by=territory&format=csv",
    "/guichet?state=filed",
    "/guichet?state=draft",
    "/guichet?state=withdrawn",
    f"/recherche?q={CANARY}",
    "/recherche?q=diagnostic",
    f"/api/v1/search?q={CANARY}",
    "/dumps/desk.nt",
)
#: Written anew for each answer.
FRESH = re.compile(r'name="(?:form_key|once)"\s+value="[^"]*"')


class Answer(NamedTuple):
    """What somebody gets."""

    status: int
    place: str
    kind: str
    body: str


@dataclass
class World:
    """A service, who uses it, and what they got."""

    desk: Desk
    client: TestClient
    people: Mapping[str, Person]
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def ask(self, who: str, path: str) -> Answer:
        """Give what somebody gets of an address, asked for once."""
        if (who, path) not in self.answers:
            self.answers[who, path] = self._asked(who, path)
        return self.answers[who, path]

    def _asked(self, who: str, path: str) -> Answer:
        self.client.cookies.clear()  # this client runs in the service's own loop, which answers in pieces need
        cookies = "; ".join(f"{name}={value}" for name, value in self.people[who].client.cookies.items())
        headers = {"Accept": "text/html", **({"Cookie": cookies} if cookies else {})}
        answer = self.client.get(path, headers=headers, follow_redirects=False)
        told, body = answer.headers, FRESH.sub("", answer.text)
        return Answer(answer.status_code, told.get("location", ""), told.get("content-type", ""), body)


def need(desk: Desk, *, filed: bool = True, title: str = "") -> str:
    """File a request with canaries in all that is private, accepted under a public title where one is given; give its id."""
    acts = desk.acts
    words = f"Un besoin {CANARY} à dire au guichet seul"
    id = acts.begin(f"token {len(desk.ledger.needs)}", DIAGNOSIS, [], words)
    where = {"territory": "territory/commune/38185", "place": "Grenoble", "when": "au printemps", "mode": ""}
    acts.place(desk.ledger.read().needs[id], where)
    if filed:
        contact = {
            "structure": "Mairie",
            "siren": "",
            "name": f"Zoé {CANARY}",
            "email": f"{CANARY}@example.org",
        }
        acts.file(desk.ledger.read().needs[id], contact)
    if title:
        told = {"title": title, "structure": "Commune", "siren": "", "type": DIAGNOSIS, "about": []}
        acts.accept(desk.ledger.read().needs[id], "ana", told)
    return id


def enter_everything(desk: Desk) -> None:
    """Enter one request in each state, matched, noted, withdrawn; an offer, letters, a key."""
    acts, ledger = desk.acts, desk.ledger
    shown = need(desk, title="Diagnostic du centre-bourg")
    need(desk)  # nobody has accepted it
    need(desk, filed=False)
    declined = need(desk)
    acts.decline(ledger.read().needs[declined], "ana", "drop-reason/out-of-scope")
    withdrawn = need(desk, title="Une étude retirée")
    acts.withdraw(ledger.read().needs[withdrawn])
    alone = need(desk, title="Une conférence sans personne")
    acts.note(ledger.read().needs[alone], "ana", f"Une note {CANARY}", public=False)
    made = Candidate(UNIVERSITY, "Université Grenoble Alpes", provider=UNIVERSITY)
    acts.propose(ledger.read().needs[shown], "ana", made)
    acts.move(
        ledger.read().needs[shown], "ana", UNIVERSITY, MatchState.WAITING, email=f"{CANARY}@univ.example"
    )
    offer = {"organization": UNIVERSITY, "name": "Université Grenoble Alpes", "title": "Diagnostics", "type": DIAGNOSIS,
             "about": [], "territory": "territory/commune/38185", "place": "Grenoble", "mode": "", "capacity": "2",
             "next": ""}  # fmt: skip
    acts.offer("paul", offer, f"{CANARY}@offer.example")
    ledger.read()
    write_due(ledger, desk.outbox, "")
    desk.outbox.write(f"person {CANARY}", "", "reminder", f"Un rappel {CANARY}", "corps")
    desk.devices.accounts.add_key("ana", f"clé {CANARY}", ["board"], 5)
    desk.devices.audit.add("read/contact", "ana", CANARY)
    agree(desk)


def agree(desk: Desk) -> None:
    """Open an agreement on a farm's post, of another university, with canaries."""
    farm = Post("", "Un poste", "interaction-type/internship", "Ferme", "territory/commune/38269", "La Mure")
    on = InternshipActs(desk.devices.store).file("ana", farm)
    terms = Terms(
        "Ferme", "", "territory/commune/38269", "La Mure", "programme/other", "Master", "Une autre", OTHER,
        "interaction-type/internship", f"Une convention {CANARY}", f"Des tâches {CANARY}", "2098-01-10", "2098-03-10",
        5, 35, "attendance-mode/in-person",
    )  # fmt: skip
    store = desk.devices.store
    AgreementActs(store, Agreements(store)).open("ana", on, terms, farm.seats)


def lessen(store: Path, hidden: str, sealed: str) -> None:
    """Take out of a store what may not be seen: needs that the query `hidden` lists, sealed contents that `sealed` does."""
    with sqlite3.connect(store) as connection:
        connection.execute(f"DELETE FROM events WHERE subject IN ({hidden})")
        connection.execute(f"DELETE FROM sealed WHERE {sealed}")
        if sealed == "1":  # letters, keys and the agreements of others are the desk's
            connection.execute("DELETE FROM events WHERE subject LIKE 'agreement/%'")
            connection.execute("DELETE FROM outbox")
            connection.execute("DELETE FROM keys")
    connection.close()


#: What each role may not see of the store: needs, and sealed contents.
NEVER_ACCEPTED = (
    "SELECT subject FROM events WHERE subject LIKE 'need/%' AND subject NOT IN"
    " (SELECT subject FROM events WHERE kind = 'need-accepted')"
)
DRAFTS = (
    "SELECT subject FROM events WHERE subject LIKE 'need/%' AND subject NOT IN"
    " (SELECT subject FROM events WHERE kind = 'need-filed')"
)


@pytest.fixture(scope="module")
def worlds(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, World]]:
    """The whole world, that of everyone and that of the desk; the same graph, as published from the whole."""
    folder = tmp_path_factory.mktemp("worlds")
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(hashing, "_hasher", lambda: quick)
        hashing._nobody.cache_clear()

        def serve(data_dir: Path) -> World:
            client = stack.enter_context(TestClient(create_app(Settings(data_dir=data_dir, workers=1))))
            devices = open_devices(client.app)  # type: ignore[arg-type]
            for name, (role, organization) in PEOPLE.items():
                if name not in {account.name for account in devices.accounts.all()}:
                    devices.accounts.add(name, role, SECRET, organization)
            desk = DESK.open(client.app, devices)  # type: ignore[arg-type]
            return World(desk, client, {name: Person(client, name) for name in ("visitor", *PEOPLE)})

        whole = folder / "whole"
        shutil.copytree(loaded, whole, symlinks=True)
        with TestClient(create_app(Settings(data_dir=whole, workers=1))) as first:
            devices = open_devices(first.app)  # type: ignore[arg-type]
            for name, (role, organization) in PEOPLE.items():
                devices.accounts.add(name, role, SECRET, organization)
            desk = DESK.open(first.app, devices)  # type: ignore[arg-type]
            enter_everything(desk)
            writer = Writer(whole, strict=False)
            own = Settings(data_dir=whole).publisher  # as each service does when it begins
            publish(writer, desk.ledger, own)
            publish_internships(writer, Internships(devices.store), own)
            writer.close()
        snapshot = Snapshots(whole).current()
        assert (
            snapshot is not None
        )  # what the services would make of it by themselves, each when it has the time
        derive(snapshot, derived_folder(snapshot), [PARTITIONS, FINDER], MAKERS)
        made = {}
        for name, hidden, sealed in (
            ("everyone", NEVER_ACCEPTED, "1"),
            ("desk", DRAFTS, "0"),
        ):
            shutil.copytree(whole, folder / name, symlinks=True)
            lessen(folder / name / STORE_FILE, hidden, sealed)
            made[name] = serve(folder / name)
        made["whole"] = serve(whole)
        yield made
    hashing._nobody.cache_clear()


def addresses(app: Any, *, of_rooms: bool) -> list[str]:
    """One address of each route that is read, of the rooms that ask who is there or of the others."""
    found = []
    for route in every_route(app.routes):
        module = getattr(getattr(route, "endpoint", None), "__module__", "")
        if "GET" in (getattr(route, "methods", None) or ()) and module.startswith(ROOMS) == of_rooms:
            path = str(route.path)
            head = max((one for one in VALUES if path.startswith(one)), key=len, default="")
            path = VALUES.get(head, "") + path.removeprefix(head)
            found.append(re.sub(r"\{([^}]*)\}", lambda name: PARAMETERS.get(name[1], "x"), path))
    return sorted({path for path in found if path not in APART and "/{" not in path})


def of_everybody(world: World) -> list[str]:
    return [*addresses(world.client.app, of_rooms=False), *QUESTIONS]


def of_rooms(world: World) -> list[str]:
    """Addresses of the rooms of the devices: each request's own page too."""
    own = [f"/guichet/demandes/{id.rpartition('/')[2]}" for id in world.desk.ledger.read().needs]
    rooms = [
        path for path in addresses(world.client.app, of_rooms=True) if not path.startswith("/connexion/")
    ]
    root = "/stages/conventions"
    mine = [f"{root}/{id.rpartition('/')[2]}" for id in Agreements(world.desk.devices.store).read().all]
    return [
        *rooms,
        *own,
        *mine,
        *(f"{path}/termes" for path in mine),
        *(path for path in QUESTIONS if path.startswith(("/demandes", "/guichet", "/api/v1/desk"))),
    ]


def differences(whole: World, lesser: World, who: str, paths: list[str]) -> list[str]:
    return [path for path in paths if whole.ask(who, path) != lesser.ask(who, path)]


def test_the_whole_world_has_what_is_to_be_hidden(worlds: Mapping[str, World]) -> None:
    """Without this, two equal worlds would show nothing."""
    stages = {
        name: sorted(one.stage.value for one in world.desk.ledger.read().needs.values())
        for name, world in worlds.items()
    }
    assert stages["whole"] == ["declined", "draft", "filed", "preparing", "preparing", "withdrawn"]
    assert stages["everyone"] == ["preparing", "preparing", "withdrawn"]
    assert stages["desk"] == ["declined", "filed", "preparing", "preparing", "withdrawn"]
    assert CANARY in worlds["whole"].ask("ana", "/guichet").body
    assert CANARY in worlds["whole"].ask("ana", "/guichet/envois").body
    assert CANARY in worlds["whole"].ask("ana", "/stages/conventions").body
    assert "Diagnostic du centre-bourg" in worlds["everyone"].ask("visitor", "/demandes").body
    assert "Diagnostic du centre-bourg" in worlds["everyone"].ask("paul", "/guichet").body


def test_whoever_publishes_publishes_the_same(worlds: Mapping[str, World]) -> None:
    """The graph, so each query, count, file and feed of it, comes of what everyone may see."""
    made = [tables(world.desk.ledger.read(), "Essai") for world in worlds.values()]
    assert made[0] and all(one.keys() == made[0].keys() for one in made)
    assert all(frame.equals(made[0][name]) for one in made[1:] for name, frame in one.items())
    graph = worlds["whole"].client.get(
        "/sparql", params={"query": f"ASK {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}"}
    )
    assert "true" in graph.text


@pytest.mark.long
def test_a_visitor_gets_of_every_address_what_a_store_without_secrets_gives(
    worlds: Mapping[str, World],
) -> None:
    whole, lesser = worlds["whole"], worlds["everyone"]
    paths = [*of_everybody(whole), *of_rooms(whole)]
    for path in paths:
        whole.ask("ana", path)  # what is kept of the desk's pages is for the desk
    assert differences(whole, lesser, "visitor", paths) == []
    assert [path for path in paths if CANARY in whole.ask("visitor", path).body.replace(path, "")
            and CANARY not in path] == []  # fmt: skip


def test_addresses_outside_the_devices_do_not_know_who_asks(worlds: Mapping[str, World]) -> None:
    whole = worlds["whole"]
    assert [path for path in of_everybody(whole)
            if not path.startswith(("/demandes", "/guichet"))
            and whole.ask("ana", path) != whole.ask("visitor", path)] == []  # fmt: skip


@pytest.mark.parametrize("who", ["paul", "pia", "rene", "eve"])
def test_who_is_not_the_desk_gets_what_a_store_without_secrets_gives(
    worlds: Mapping[str, World], who: str
) -> None:
    assert differences(worlds["whole"], worlds["everyone"], who, of_rooms(worlds["whole"])) == []


def test_the_desk_gets_what_a_store_of_what_was_filed_gives(worlds: Mapping[str, World]) -> None:
    paths = [
        path for path in of_rooms(worlds["whole"]) if path != "/guichet/envois"
    ]  # its letters are its own
    assert differences(worlds["whole"], worlds["desk"], "ana", paths) == []
