"""What the package brings: each dependency is told with its bound and licence, none is under a licence that binds who uses it."""

import json
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
licences: Any = import_module("licences")


def test_no_dependency_of_the_base_has_a_licence_outside_the_list() -> None:
    found = licences.dependencies(("",))
    assert {"pyoxigraph", "polars", "starlette"} <= found.keys() and "ruff" not in found
    assert {name: one.licence for name, one in found.items() if not licences.permitted(one.licence)} == {}


@pytest.mark.parametrize(
    "text",
    ["GPL-3.0-or-later", "MIT AND AGPL-3.0-only", "GNU Affero General Public License v3", "", "Proprietary"],
)
def test_what_is_outside_the_list_is_seen(text: str) -> None:
    assert not licences.permitted(text) and licences.permitted("MIT OR Apache-2.0 / BSD License")


def test_the_page_has_the_bounds_that_the_package_declares() -> None:
    """Versions and what packages bring with them change outside of this repository: `just sbom` renews them."""
    told = (ROOT / "docs/reference/licences.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *(
            one
            for name, some in project["optional-dependencies"].items()
            if name in licences.EXTRAS
            for one in some
        ),
    ]
    declared = {
        (canonicalize_name(one.name), str(one.specifier))
        for one in map(Requirement, asked)
        if one.name != "ancrage"
    }
    rows = r"^\| \[([\w.-]+)\]\([^)]*\) \| [^|]* \| `([^`]+)` \|"
    assert set(re.findall(rows, told, re.MULTILINE)) == declared
    assert set(re.findall(rows, licences.page(), re.MULTILINE)) == declared


def test_the_bill_of_materials_fits_its_schema_and_names_each_dependency(tmp_path: Path) -> None:
    written = tmp_path / "ancrage.cdx.json"
    tool = Path(sys.executable).with_name("cyclonedx-py")
    line = [
        tool,
        "environment",
        "--no-validate",
        "--pyproject",
        ROOT / "pyproject.toml",
        "-o",
        written,
        sys.executable,
    ]
    subprocess.run(list(map(str, line)), check=True, timeout=300)
    told = json.loads(written.read_text(encoding="utf-8"))
    base = licences.dependencies(("",))
    told["components"] = [
        one for one in told["components"] if canonicalize_name(one["name"]) in base
    ]  # not those of tests
    kept = {one["bom-ref"] for one in told["components"]}
    assert {canonicalize_name(one["name"]) for one in told["components"]} == base.keys()
    assert all(one["version"] and one["purl"] and one["licenses"] for one in told["components"])
    told["dependencies"] = [
        {**one, "dependsOn": sorted({*one.get("dependsOn", ())} & kept)}
        for one in told["dependencies"]
        if one["ref"] in kept
    ]
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(told)) is None
