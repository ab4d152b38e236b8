"""A small register, loaded and published as a partner's folder, and the service on it."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from ...tables import load_tables

TABLES = {
    "about": "key,value\nname,partner\ntitle,Essai\npublisher,Essai\n",
    "territories": """id,kind,label_fr,code,vintage,part_of
territory/region/84,Region,Auvergne-Rhône-Alpes,84,2026,
territory/department/38,Department,Isère,38,2026,R84
territory/department/84,Department,Vaucluse,84,2026,
territory/department/70,Department,Haute-Saône,70,2026,
territory/epci/200040715,Intercommunality,Grenoble-Alpes-Métropole,200040715,2026,38;R84
territory/commune/38185,Commune,Grenoble,38185,2026,38;200040715
territory/commune/38421,Commune,Saint-Martin-d'Hères,38421,2026,38;200040715
territory/commune/38454,Commune,Saint-Sauveur,38454,2026,38
territory/commune/70473,Commune,Saint-Sauveur,70473,2026,70
""",
    "organizations": """id,kind,label_fr,acronym,uai,siren,actor_type,supervised_by,start_year,homepage
0383546Y,University,Université Grenoble Alpes,UGA,0383546Y,130026081,higher-education,,2019,https://www.univ-grenoble-alpes.fr/
200711886U,ResearchUnit,Laboratoire d'informatique de Grenoble,LIG,,,research-unit,0383546Y,,
537455982,Company,Aledia,,,537455982,company,,,
384711909,Company,Soitec,,,384711909,company,,,
x-aledia,Company,ALEDIA SAS,,,,company,,,
0380027Y,SecondarySchool,Lycée Marie Curie,,0380027Y,,secondary-school,,,
0700009E,SecondarySchool,Lycée Marie Curie,,0700009E,,secondary-school,,,
""",
    "sites": """id,label_fr,organizations,seat_of,territory
site/uga,Campus,0383546Y,0383546Y,38421
site/a,Lycée A,0380027Y,,38185
site/b,Lycée B,0700009E,,70473
""",
}
"""Two high schools of one name in two départements, a company in two records, and a number that two levels of territory have."""


class Client:
    """A client of the protocol, over a socket: what it sends is what OpenRefine sends."""

    def __init__(self, address: str) -> None:
        self.address = address

    def get(self, path: str = "", **parameters: str) -> Any:
        """Ask by GET, and read JSON."""
        asked = f"?{urllib.parse.urlencode(parameters)}" if parameters else ""
        return self._sent(urllib.request.Request(f"{self.address}/reconcile{path}{asked}"))[1]

    def form(self, **fields: Any) -> Any:
        """Post a form whose fields are JSON, and read JSON."""
        body = urllib.parse.urlencode({name: json.dumps(value) for name, value in fields.items()}).encode()
        return self._sent(urllib.request.Request(f"{self.address}/reconcile", body))[1]

    def post(self, path: str, told: Any) -> Any:
        """Post JSON, and read JSON."""
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        headers = {"Content-Type": "application/json"}
        return self._sent(urllib.request.Request(f"{self.address}/reconcile{path}", body, headers))[1]

    def named(self, query: str, **more: Any) -> list[Any]:
        """Reconcile one name, and give its candidates."""
        found: list[Any] = self.form(queries={"q0": {"query": query, **more}})["q0"]["result"]
        return found

    def match(self, query: str, **more: Any) -> str | None:
        """Reconcile one name, and give the identifier of the match, where there is one."""
        matched = [one["id"] for one in self.named(query, **more) if one["match"]]
        assert len(matched) < 2
        return matched[0] if matched else None

    def opened(self, path: str) -> tuple[dict[str, str], str]:
        """Open an address, and give its headers and its text."""
        with urllib.request.urlopen(f"{self.address}{path}") as answer:
            return {name.lower(): value for name, value in answer.headers.items()}, answer.read().decode()

    def _sent(self, request: urllib.request.Request) -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(request) as answer:
                assert answer.headers["Access-Control-Allow-Origin"] == "*"
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            assert error.headers["Access-Control-Allow-Origin"] == "*"
            return error.code, json.load(error)


@pytest.fixture(scope="session")
def register_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the small register, published. Not to be written."""
    return load_tables(tmp_path_factory.mktemp("register"), TABLES)


@pytest.fixture(scope="module")
def reconcile(register_dir: Path, served: Callable[..., AbstractContextManager[str]]) -> Iterator[Client]:
    """A client of the service, on a port of this machine."""
    with served(register_dir) as address:
        yield Client(address)
