"""A desk served on the fixture's graph, and people who use it in a browser without scripts."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from ancrage.api.accounts.devices import open_devices
from ancrage.api.app import create_app
from ancrage.api.desk.running import DESK, Desk
from ancrage.api.web.settings import Settings
from ancrage.loaders.operations import accounts as hashing
from ancrage.loaders.operations.roles import Role
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from httpx2 import Response

from ...tables import load_tables

TABLES = {
    "about": "key,value\nname,partner\ntitle,Essai\npublisher,Essai\n",
    "territories": "id,kind,label_fr,code,vintage,part_of,lat,lon,density,rurality,centrality,postcodes\n"
    "territory/region/84,Region,Auvergne-Rhône-Alpes,84,2026,,,,,,,\n"
    "territory/department/38,Department,Isère,38,2026,R84,,,,,,\n"
    "territory/commune/38185,Commune,Grenoble,38185,2026,38;R84,45.18,5.72,1,,4,38000;38100\n"
    "territory/commune/38269,Commune,La Mure,38269,2026,38;R84,44.90,5.79,3,small-centres-mixed,2,38350\n"
    "territory/department/69,Department,Rhône,69,2026,R84,,,,,,\n"
    "territory/department/07,Department,Ardèche,07,2026,R84,,,,,,\n"
    "territory/commune/69290,Commune,Saint-Priest,69290,2026,69;R84,45.7,4.94,1,,3,69800\n"
    "territory/commune/07288,Commune,Saint-Priest,07288,2026,07;R84,44.71,4.54,3,,,07000\n",
    "organizations": "id,kind,label_fr,uai,actor_type\n"
    "0383546Y,University,Université Grenoble Alpes,0383546Y,higher-education\n",
    "sites": "id,label_fr,organizations,territory\nsite/a,Campus,0383546Y,38185\n",
    "programmes": "id,label_fr,organizations,sites\nprogramme/bois,Master Bois,0383546Y,site/a\n",
    "preparations": "id,programme,occupation\npreparation/bois,programme/bois,fap/F\n",
}
_NUMBERS = count(1)
SECRET = "une phrase assez longue"
PEOPLE = {
    "ana": (Role.DESK, None),
    "rene": (Role.RELAY, None),
    "paul": (Role.PARTNER, "organization/0383546Y"),
    "pia": (Role.PARTNER, "organization/other"),
    "eve": (Role.ADMINISTRATOR, None),
}


class Person:
    """Somebody at a browser: opens pages, fills in the form of the page that is open."""

    def __init__(self, service: TestClient, name: str) -> None:
        self.service, self.name = service, name
        self.client = TestClient(service.app, headers={"Accept": "text/html"}, raise_server_exceptions=False)
        self.page: Response | None = None
        self.last: tuple[str, dict[str, str]] | None = None
        if name != "visitor":
            form = self.fields(self.get("/connexion").text)
            self.client.post(
                "/connexion", data={**form, "name": name, "password": SECRET}, follow_redirects=False
            )

    def get(self, path: str, **more: object) -> Response:
        self.page = self.client.get(path, follow_redirects=False, **more)  # type: ignore[arg-type]
        return self.page

    @staticmethod
    def fields(page: str) -> dict[str, str]:
        found = {}
        for name in ("form_key", "once", "version"):
            if values := re.findall(rf'name="{name}"\s+value="([^"]*)"', page):
                found[name] = values[0]
        return found

    def post(self, path: str, **values: str) -> Response:
        """Send a form of the page that is open."""
        assert self.page is not None
        form = {**self.fields(self.page.text), **values}
        self.last = path, form
        return self.client.post(path, data=form, follow_redirects=False)

    def file(
        self,
        words: str = "",
        where: str = "Grenoble",
        when: str = "au printemps",
        email: str = "zoe.canari@example.org",
    ) -> str:
        """File a request, which says what no other does where no words are given; give its private address."""
        words = words or f"Un diagnostic du centre-bourg, avec des étudiants ({next(_NUMBERS)})"
        address = self.draft(words, where, when)
        told = {"structure": "Mairie de Canari", "siren": "", "name": "Zoé Canari", "email": email}
        filed = self.post(f"{address}/3", **told, phone="0600000000", agreed="true")
        assert filed.headers.get("location") == address, filed.text
        return address

    def draft(self, words: str, where: str = "Grenoble", when: str = "au printemps") -> str:
        """Fill in the first two steps of a request, and open the third; give its private address."""
        self.get("/demandes/nouvelle")
        sent = self.post(
            "/demandes/nouvelle", words=words, type="interaction-type/territorial-diagnosis", about=""
        )
        assert sent.status_code == 303, sent.text
        address = sent.headers["location"].removesuffix("/2")
        self.get(f"{address}/2")
        assert self.post(f"{address}/2", where=where, when=when, mode="").status_code == 303
        self.get(f"{address}/3")
        return address


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a town and its university, loaded as a partner's are. Not to be written."""
    return load_tables(tmp_path_factory.mktemp("town"), TABLES)


@pytest.fixture(scope="module")
def service(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(loaded, folder / "data", symlinks=True)
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(hashing, "_hasher", lambda: quick)
        hashing._nobody.cache_clear()
        with TestClient(create_app(Settings(data_dir=folder / "data", workers=1))) as made:
            devices = open_devices(made.app)  # type: ignore[arg-type]
            for name, (role, organization) in PEOPLE.items():
                devices.accounts.add(name, role, SECRET, organization)
            yield made
    hashing._nobody.cache_clear()


@pytest.fixture(scope="module")
def desk(service: TestClient) -> Desk:
    return DESK.open(service.app, open_devices(service.app))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def person(service: TestClient) -> Callable[[str], Person]:
    known: dict[str, Person] = {}

    def give(name: str) -> Person:
        if name not in known:
            known[name] = Person(service, name)
        return known[name]

    return give


@pytest.fixture(autouse=True)
def _patient(service: TestClient) -> None:
    """Nobody waits because of what other tests tried."""
    with open_devices(service.app).store.writing() as connection:  # type: ignore[arg-type]
        connection.exec_driver_sql("DELETE FROM attempts")


def until(
    service: TestClient, query: str, holds: Callable[[str], bool] = lambda told: len(told.split()) > 1
) -> str:
    """Ask for rows in CSV until what they must be holds: what was entered is published by a writer's process."""
    end = time.monotonic() + 60
    while True:
        told = service.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text
        if holds(told) or time.monotonic() > end:
            assert holds(told), told
            return told
        time.sleep(0.1)
