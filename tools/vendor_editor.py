"""Bundle the SPARQL editor for `api/static/vendor`: needs node and npm, and the network once. Usage: vendor_editor.py [--check].

What is bundled is pinned by `tools/editor/package-lock.json` (npm verifies each package's hash), so that two runs give the same
bytes; `--check` builds apart and tells whether the committed files are those bytes.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
RECIPE = ROOT / "tools" / "editor"
STATIC = ROOT / "api" / "static"
LOCK = STATIC / "vendor.lock.toml"
PACKAGE = "@zazuko/yasgui"
SCRIPT, STYLE, LICENCES = "vendor/yasgui.min.js", "vendor/yasgui.min.css", "vendor/yasgui.LICENCES.txt"
LARGEST = 1_500_000
"""Bytes that the script and its style may take together."""

WATCHED = {rb"\beval\(": 1, rb"new Function\(": 0, rb"new Worker\(": 0, rb"https?://prefix\.cc": 0}
"""What the content policy would stop, and how often it is there: `eval` once, for browsers without `JSON.parse`."""

MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
CHOSEN = {"(MPL-2.0 OR Apache-2.0)": "Apache-2.0", "(CC-BY-4.0 AND MIT)": "CC-BY-4.0 AND MIT"}
"""The licence we take where a package offers several."""


class VendoringError(RuntimeError):
    """What was bundled is not what may be shipped."""


@dataclass(frozen=True)
class Bundled:
    """A package inside the bundle."""

    name: str
    version: str
    licence: str
    text: str


def main() -> None:
    """Build, then write the files and their entries of the lock, or compare them with the committed ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare with the committed files")
    check: bool = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        made = bundle(Path(folder))
        lock = with_entries(
            LOCK.read_text("utf-8"), made, json.loads((RECIPE / "package-lock.json").read_text("utf-8"))
        )
    files = {**{STATIC / name: body for name, body in made.items()}, LOCK: lock.encode()}
    stale = [path for path, body in files.items() if not path.is_file() or path.read_bytes() != body]
    if check:
        sys.exit(f"not what a new build gives: {', '.join(map(str, stale))}" if stale else 0)
    for path, body in files.items():
        path.write_bytes(body)
    print(f"{sum(len(made[name]) for name in (SCRIPT, STYLE))} bytes of script and style", file=sys.stderr)


def bundle(work: Path) -> dict[str, bytes]:
    """Install the pinned packages in a folder, bundle them, and give the files by their names under `static`."""
    for name in ("package.json", "package-lock.json", "entry.js", "build.mjs"):
        shutil.copy(RECIPE / name, work)
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=work, check=True, stdout=sys.stderr
    )
    subprocess.run(["node", "build.mjs", "out"], cwd=work, check=True, stdout=sys.stderr)
    script, style = ((work / "out" / Path(name).name).read_bytes() for name in (SCRIPT, STYLE))
    if len(script) + len(style) > LARGEST:
        raise VendoringError(f"the bundle takes {len(script) + len(style)} bytes, more than {LARGEST}")
    for pattern, known in WATCHED.items():
        if len(found := re.findall(pattern, script)) != known:
            raise VendoringError(
                f"{len(found)} times {pattern.decode()} in the bundle, {known} were read and accepted"
            )
    return {SCRIPT: script, STYLE: style, LICENCES: licences(work / "node_modules").encode()}


def licences(modules: Path) -> str:
    """Write the licences of all that the bundle holds: the package names what it bundled in its source map."""
    sources = json.loads((modules / PACKAGE / "build" / "yasgui.esm.js.map").read_text("utf-8"))["sources"]
    inside = (re.search(r".*node_modules/((?:@[^/]+/)?[^/]+)/", source) for source in sources)
    names = {found[1] for found in inside if found} | {"datatables.net-dt"}  # its style is in ours
    own = [PACKAGE, "@zazuko/yasqe", "@zazuko/yasr", "@zazuko/yasgui-utils"]
    packages = [described(modules / name) for name in [*own, *sorted(names)]]
    pinned = json.loads((modules.parent / "package-lock.json").read_text("utf-8"))["packages"]
    parts = [
        f"{one.name} {one.version} ({one.licence})\n{pinned[f'node_modules/{one.name}']['integrity']}\n\n{one.text.strip()}\n"
        for one in packages
    ]
    head = "Third-party software in yasgui.min.js and yasgui.min.css, and the hash in the registry and the licence of each.\n"
    return f"\n{'-' * 100}\n\n".join([head, *parts])


def described(folder: Path) -> Bundled:
    """Read a package's name, version and licence; raises VendoringError for a licence that nobody has read."""
    about = json.loads((folder / "package.json").read_text("utf-8"))
    texts = sorted(
        path
        for path in folder.iterdir()
        if re.match(r"licen[cs]e|copying", path.name, re.I) and path.is_file()
    )
    licence = about.get("license") or (
        "MIT" if texts and "Permission is hereby granted, free" in texts[0].read_text("utf-8") else ""
    )
    licence = CHOSEN.get(licence, licence)
    if licence not in {"MIT", "Apache-2.0", "BSD-3-Clause", "CC-BY-4.0 AND MIT", "CC0-1.0"}:
        raise VendoringError(f"{about['name']} has the licence {licence!r}, which nobody has accepted")
    author = about.get("author", "")
    holder = author.get("name", "") if isinstance(author, dict) else author
    text = texts[0].read_text("utf-8") if texts else f"Copyright (c) {holder}\n\n{MIT}"
    return Bundled(about["name"], about["version"], licence, text.replace("\r\n", "\n"))


def with_entries(lock: str, made: dict[str, bytes], packages: dict[str, dict[str, dict[str, str]]]) -> str:
    """Replace the editor's entries of the lock file."""
    entries = [entry for entry in re.split(r"(?m)^(?=\[\[asset\]\])", lock) if 'name = "yasgui"' not in entry]
    pinned = packages["packages"]
    about, bundler = pinned[f"node_modules/{PACKAGE}"], pinned["node_modules/esbuild"]
    for name, member in ((SCRIPT, "build/yasgui.esm.js"), (STYLE, "build/yasgui.min.css")):
        entries.append(
            f'[[asset]]\nname = "yasgui"\nversion = "{about["version"]}"\npackage = "npm:{PACKAGE}"\nmember = "{member}"\n'
            f'integrity = "{about["integrity"]}"\nbuilt_by = "tools/vendor_editor.py, esbuild {bundler["version"]}"\n'
            f'file = "{name}"\nsha256 = "{hashlib.sha256(made[name]).hexdigest()}"\n'
            f'licence = "MIT, and those of what it bundles"\nlicence_file = "{LICENCES}"\n'
        )
    return "\n".join(entry.rstrip("\n") + "\n" for entry in entries)


if __name__ == "__main__":
    main()
