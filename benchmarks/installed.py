"""What an installation weighs, package by package. Usage: python benchmarks/installed.py PYTHON [BAR_MB].

PYTHON is that of a virtual environment where the wheel was installed: `python -m venv --without-pip base`, then
`pip --python base/bin/python install .`. Files that Python compiles are left out; MB are 10⁶ bytes.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import Distribution, distributions


def size(package: Distribution) -> float:
    """Sum the files of a package, in MB."""
    paths = [package.locate_file(file) for file in package.files or () if file.suffix != ".pyc"]
    return sum(path.stat().st_size for path in paths if path.exists()) / 1e6  # type: ignore[attr-defined]


def main() -> None:
    """Print the total beside the bar, then what weighs a megabyte or more."""
    python, bar = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 450.0
    ask = [python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"]
    folder = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
    weights = {one.metadata["Name"]: size(one) for one in distributions(path=[folder])}
    total = sum(weights.values())
    print(f"{len(weights)} packages, {total:.0f} MB, {total / bar:.2f} × the bar of {bar:.0f}")
    for name, weight in sorted(weights.items(), key=lambda row: -row[1]):
        if weight >= 1:
            print(f"{weight:8.1f} {name}")


if __name__ == "__main__":
    main()
