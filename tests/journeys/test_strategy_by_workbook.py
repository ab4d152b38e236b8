"""Un technicien d’intercommunalité fait suivre sa stratégie : il prend le modèle, le remplit, corrige ce qui est refusé.

Depuis l’accueil il ouvre les stratégies et prend le modèle de classeur. Il y écrit deux actions, dont une finit le
« 31/02/2025 » : rien n’est publié, et la copie qui lui est rendue le dit dans la cellule. Corrigée, la stratégie a sa page, où
l’action dont la fin est passée est en retard. Cinq clics permis.
"""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from subprocess import run

import pytest
from openpyxl import Workbook, load_workbook

from ..api.desk.conftest import TABLES
from ..tables import load_tables
from .walk import Walk

pytestmark = pytest.mark.browser
ROWS: dict[str, list[list[str | int | None]]] = {
    "Stratégies": [["schema-essai", "Schéma d’essai de l’enseignement supérieur", None, "38185", 2024, 2099]],
    "Axes": [["essai-axe-1", "schema-essai", 1, "Former sur place"]],
    "Actions": [
        ["essai-1", "schema-essai", "essai-axe-1", "1.1", "Ouvrir une licence", "en cours", "2024-01-01", "31/02/2025"],
        ["essai-2", "schema-essai", "essai-axe-1", "1.2", "Loger les stagiaires", "à venir", "2098-01-01", "2099-12-31"],
    ],
}  # fmt: skip
ABOUT = {"Nom court": "essai-strategie", "Titre en français": "Stratégie d’essai", "Qui publie": "Essai"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a town, loaded as a partner's tables are."""
    return load_tables(tmp_path_factory.mktemp("strategy"), TABLES)


@pytest.fixture(scope="module")
def site(folder: Path, served: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    """The address of a site on that folder."""
    with served(folder, read_ahead=False) as address:
        yield address


def filled(book: Workbook) -> None:
    for row in book["À propos"].iter_rows(min_row=2):
        if row[0].value in ABOUT:
            row[1].value = ABOUT[str(row[0].value)]
    for name, rows in ROWS.items():
        for number, cells in enumerate(rows, 4):
            for rank, cell in enumerate(cells, 1):
                book[name].cell(number, rank).value = cell


def load(folder: Path, book: Path, *more: str) -> tuple[int, str]:
    """Load a workbook as who hosts the site does; give the exit code, and what is told."""
    command = [str(Path(sys.executable).with_name("ancrage")), "load", "exchange", str(book)]
    done = run([*command, "--data-dir", str(folder), *more], capture_output=True, text=True, check=False)
    return done.returncode, " ".join(f"{done.stdout} {done.stderr}".split())


def test_a_strategy_is_filled_in_corrected_and_followed(walk: Walk, folder: Path, tmp_path: Path) -> None:
    walk.click("Stratégies")
    book = load_workbook(io.BytesIO(walk.file("Modèle de classeur")))
    filled(book)
    book.save(path := tmp_path / "schema.xlsx")
    code, told = load(folder, path, "--errors-to", str(tmp_path / "corrige.xlsx"))
    assert code == 3, told
    assert "31/02/2025" in told
    marked = load_workbook(tmp_path / "corrige.xlsx")
    [wrong] = [cell for row in marked["Actions"].iter_rows(min_row=4) for cell in row if cell.comment]
    assert wrong.value == "31/02/2025"
    wrong.value = "28/02/2025"
    marked.save(path)
    code, told = load(folder, path)
    assert code == 0, told
    walk.page.reload()
    walk.click("Schéma d’essai de l’enseignement supérieur", within="main")
    rows = walk.page.locator("tr")
    assert "en retard" in rows.filter(has_text="Ouvrir une licence").first.inner_text().lower()
    assert "en retard" not in rows.filter(has_text="Loger les stagiaires").first.inner_text().lower()
    walk.ends(5)
