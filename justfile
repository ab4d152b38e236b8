# `just` is a convenience (`pip install rust-just`); the README's commands do not need it.

# What each change must pass; .ci/run adds the long tests and the wheel
check: lint test

lint:
    .venv/bin/ruff check .
    .venv/bin/ruff format --check .
    .venv/bin/mypy
    .venv/bin/lint-imports

test *args:
    .venv/bin/pytest {{args}}

format:
    .venv/bin/ruff check --fix .
    .venv/bin/ruff format .

# Measure the house: lines, complex functions, rooms, floors, arrows, places with two languages
house:
    .venv/bin/python tools/house.py

# Bring the catalogues of words/locale up to date with the sentences of the code; tell what is to translate
words *args:
    .venv/bin/python tools/words.py {{args}}

# The suite on the lowest versions of the packages that pyproject.toml allows, in a virtual environment beside
lowest *args:
    uv venv --quiet --clear .venv-lowest --python 3.11
    uv pip compile --quiet --python-version 3.11 --resolution lowest-direct --extra all pyproject.toml -o .venv-lowest/lowest.txt
    uv pip install --quiet --python .venv-lowest/bin/python -e '.[dev]' -c .venv-lowest/lowest.txt
    .venv-lowest/bin/pytest {{args}}

# Start an indicator, a source, a query or a filière of the package: a file that works, to be changed
new kind name:
    .venv/bin/python tools/new.py {{kind}} {{name}}

# Write the documentation as a site, in site/; a broken link ends it
docs:
    .venv/bin/mkdocs build

# Write what the wheel installs as a CycloneDX bill of materials, checked against its schema, and docs/reference/licences.md
sbom out="dist/ancrage.cdx.json":
    .venv/bin/python -m venv --clear --without-pip .venv-sbom
    .venv/bin/pip --python .venv-sbom/bin/python install --quiet '.[all]'
    mkdir -p dist
    .venv/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible -o {{out}} .venv-sbom/bin/python
    .venv/bin/python tools/licences.py

demo:
    .venv/bin/ancrage demo

# Picture the main pages of a running demo (docs/screenshots.md)
screenshots base="http://127.0.0.1:8000":
    .venv/bin/python tools/screenshots.py {{base}}

# Renew the small pictures that main pages are compared with (tests/api/looks): look at them before committing
looks:
    ANCRAGE_LOOKS=renew .venv/bin/pytest -q tests/api/test_looks.py

# Rebuild examples/ from a folder of official files
examples official data="/tmp/ancrage-official":
    .venv/bin/ancrage load all {{official}} --data-dir {{data}}
    .venv/bin/python tools/build_examples.py {{data}} --adhoc {{official}}/territories/sillon-alpin.csv

# Compute the figures of the site again from the official files, by other code, and print what differs
recompute official data="/tmp/ancrage-official":
    .venv/bin/python benchmarks/recompute.py {{official}} --data {{data}}

# Ask the query that derives each indicator from the facts, and print where it differs from what is published, or is slow
derivations data="/tmp/ancrage-official":
    .venv/bin/python benchmarks/derivations.py {{data}}

# Measure loading, the queries, the query processes, the service and its bars (docs/benchmarks.md)
bench official data="/tmp/ancrage-bench":
    .venv/bin/python benchmarks/load.py {{official}} --keep {{data}}
    .venv/bin/python benchmarks/queries.py {{data}}
    .venv/bin/python benchmarks/workers.py {{data}}
    .venv/bin/python benchmarks/service.py {{data}}
    .venv/bin/python benchmarks/bars.py {{data}}
