"""Files that expand, reach out or climb, given to the loads and to the writes."""

import gzip
import json
import os
import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.long

CODE = """
import json, re, sys
from pathlib import Path
from ancrage.api.commands import application as cli
from ancrage.api.commands import load as cli_load

for words in json.load(sys.stdin):
    code = cli.run(words)
    peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
    print(json.dumps([code, peak]), flush=True)
"""
KEY = "the-key-of-the-attacked-service"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PEAK = 700 << 20
"""Most resident memory of a command that refuses a file, in bytes: the libraries alone take a third."""

ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(8))
    + ']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/">'
    '<rdf:Description rdf:about="http://e.org/s"><e:p>&i;</e:p></rdf:Description></rdf:RDF>'
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY x SYSTEM "{address}">]>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/">'
    '<rdf:Description rdf:about="http://e.org/s"><e:p>&x;</e:p></rdf:Description></rdf:RDF>'
)
DEFINITION = '<?xml version="1.0"?><!DOCTYPE rdf:RDF SYSTEM "{address}"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
CONTEXT = '{{"@context": "{address}", "@id": "http://e.org/s", "name": "x"}}'
IMPORT = '{{"@context": {{"@version": 1.1, "@import": "{address}"}}, "@id": "http://e.org/s", "name": "x"}}'
OWL = "<http://e.org/> <http://www.w3.org/2002/07/owl#imports> <{address}> ."


def loads(folder: Path, *files: Path) -> tuple[list[int], str, int]:
    """Load files one after the other in one process that keeps nothing.

    Give the exit codes (fewer than files if the process died), what was said, and the peak of memory in bytes.
    """
    commands = [
        [
            *("load", "rdf" if path.suffix in (".rdf", ".jsonld", ".ttl") else "exchange", str(path)),
            *(("--graph", "urn:g") if path.suffix in (".rdf", ".jsonld", ".ttl") else ()),
            *("--no-publish", "--data-dir", str(folder / "data")),
        ]
        for path in files
    ]
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        input=json.dumps(commands),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30)),
    )
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    return [code for code, _ in told], done.stderr, max((peak for _, peak in told), default=0) << 10


def refused(folder: Path, *files: Path) -> None:
    """Check that every file is refused in a sentence, with little memory."""
    codes, said, peak = loads(folder, *files)
    assert len(codes) == len(files), f"{files[len(codes)].name} ended the process: {said[-400:]}"
    assert all(code in (1, 2, 3) for code in codes), (dict(zip(files, codes, strict=True)), said)
    assert "Traceback" not in said
    assert said.count("Erreur : ") == len(files)
    assert 0 < peak < PEAK, peak >> 20


def test_entities_that_expand_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bomb.rdf").write_text(ENTITIES, "utf-8")
    refused(tmp_path, tmp_path / "bomb.rdf")


NESTED = {
    "list.ttl": "( " * 60000 + ") " * 60000 + "<urn:p> 1 .",
    "blank.ttl": "[ <urn:p> " * 60000 + "1" + " ]" * 60000 + " .",
    "object.jsonld": '{"http://e.org/a":' * 60000 + "1" + "}" * 60000,
    "array.jsonld": "[" * 60000 + "]" * 60000,
    "element.rdf": ENTITIES.partition("]>")[2].partition("<rdf:Desc")[0] + "<rdf:Description><e:p>" * 5000,
}

CALLING = {
    "entity.rdf": EXTERNAL,
    "definition.rdf": DEFINITION,
    "context.jsonld": CONTEXT,
    "import.jsonld": IMPORT,
    "owl.ttl": OWL,
}


def test_a_file_calls_nobody_and_reads_no_other(tmp_path: Path, listener: Any) -> None:
    (tmp_path / "secret").write_text("CANARY-OF-A-FILE", "utf-8")
    (tmp_path / "other.rdf").write_text(EXTERNAL.format(address=(tmp_path / "secret").as_uri()), "utf-8")
    for name, text in CALLING.items():
        (tmp_path / name).write_text(text.format(address=listener.url), "utf-8")
    codes, said, _ = loads(tmp_path, tmp_path / "other.rdf", *(tmp_path / name for name in CALLING))
    assert len(codes) == len(CALLING) + 1, said
    assert set(codes) <= {0, 1}
    assert "Traceback" not in said
    assert "CANARY-OF-A-FILE" not in said
    for path in (tmp_path / "data").rglob("*"):
        assert not path.is_file() or b"CANARY-OF-A-FILE" not in path.read_bytes()


def test_a_file_nested_without_end_ends_in_a_sentence(tmp_path: Path) -> None:
    for name, text in NESTED.items():
        (tmp_path / name).write_text(text, "utf-8")
    codes, said, peak = loads(tmp_path, *(tmp_path / name for name in NESTED))
    assert len(codes) == len(NESTED), said[-400:]
    assert set(codes) <= {0, 1}
    assert "Traceback" not in said
    assert peak < PEAK


def workbook(path: Path, sheet: bytes, **entries: bytes) -> Path:
    """Write a workbook of one sheet from its XML, and whatever entries."""
    types, rels = f"{PACKAGE}/content-types", f"{PACKAGE}/relationships"
    sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{sheet_type}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet_type}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{rels}">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        '<sheets><sheet name="territories" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{rels}">'
        f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def sheet(rows: str, dimension: str = "A1") -> bytes:
    """Write the XML of a sheet."""
    start = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/>'
    return f"{start}<sheetData>{rows}</sheetData></worksheet>".encode()


CELL = "<row r={q}{row}{q}><c r={q}{column}{row}{q} t={q}inlineStr{q}><is><t>id</t></is></c></row>"


def far(quote: str) -> str:
    """Write a first and a last cell, far apart, with attributes in these quotation marks."""
    return CELL.format(q=quote, row=1, column="A") + CELL.format(q=quote, row=1048576, column="XFD")


SHEETS = {
    "cells far apart": sheet(far('"')),
    "cells far apart, in single quotation marks": sheet(far("'")),
    "cells far apart, the place after a line": sheet(far('"').replace(" r=", "\n\tr = ")),
    "cells far apart, known by their rows alone": sheet(
        '<row r="1"><c><v>1</v></c></row><row r="1048576">' + "<c><v>1</v></c>" * 16384 + "</row>"
    ),
    "cells far apart, behind a mark that closes no tag": sheet(far('"').replace(" r=", ' s=">" r=')),
    "one cell at the far end": sheet(CELL.format(q='"', row=1048576, column="XFD")),
    "a dimension of the whole sheet": sheet('<row r="1"><c r="A1"><v>1</v></c></row>', "A1:XFD1048576"),
    "ten thousand columns that are no columns": sheet('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>'),
    "a row beyond all": sheet('<row r="4294967295"><c r="A4294967295"><v>1</v></c></row>'),
    "entities": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row></sheetData></worksheet>',
    "a gigabyte of blanks": b"<worksheet>" + b" " * (1 << 28) + b"</worksheet>",
}


def test_a_sheet_that_expands_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, *(workbook(tmp_path / f"{name}.xlsx", data) for name, data in SHEETS.items()))


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="territories"><table:table-row table:number-rows-repeated="1048576">'
    '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p>'
    "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
)


def test_cells_that_are_repeated_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.ods", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<x/>")
        archive.writestr("content.xml", ODS)
    refused(tmp_path, tmp_path / "bomb.ods")


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    data = sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>' + " " * (300 << 20))
    path = workbook(tmp_path / "lies.xlsx", data)
    said = struct.pack("<I", len(data))
    told = path.read_bytes().replace(said, struct.pack("<I", 400))
    path.write_bytes(
        told.replace(struct.pack("<I", zlib.crc32(data)), struct.pack("<I", zlib.crc32(data[:400])))
    )
    refused(tmp_path, path)


def test_an_archive_of_many_entries_or_of_climbing_paths_writes_nothing_outside(tmp_path: Path) -> None:
    one = sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>')
    many = workbook(tmp_path / "many.xlsx", one, **{f"xl/media/{i}.png": b"x" for i in range(1200)})
    refused(tmp_path, many)
    climbing = workbook(
        tmp_path / "climbing.xlsx",
        one,
        **{"../../escaped.txt": b"x", "/tmp/ancrage-escaped.txt": b"x", "..\\escaped.txt": b"x"},
    )
    before = set(tmp_path.rglob("*"))
    loads(tmp_path, climbing)
    assert not [path for path in set(tmp_path.rglob("*")) - before if "escaped" in path.name]
    assert not Path("/tmp/ancrage-escaped.txt").exists()
    assert not (tmp_path.parent / "escaped.txt").exists()


def test_a_compressed_table_that_expands_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "partner"
    folder.mkdir()
    with gzip.open(folder / "territories.csv.gz", "wb", compresslevel=9) as file:
        file.write(b"id,kind,name\n")
        for _ in range(1 << 8):
            file.write(b" " * (1 << 20))
    refused(tmp_path, folder)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("application/rdf+xml", ENTITIES),
        ("application/rdf+xml", EXTERNAL),
        ("application/rdf+xml", DEFINITION),
        ("application/ld+json", CONTEXT),
        ("application/ld+json", IMPORT),
        ("text/turtle", "( " * 60000 + ") " * 60000 + "<urn:p> 1 ."),
        ("text/turtle", "[ <urn:p> " * 60000 + "1" + " ]" * 60000 + " ."),
        ("application/ld+json", '{"a":' * 60000 + "1" + "}" * 60000),
        ("application/ld+json", "[" * 60000 + "]" * 60000),
        ("application/trig", "<urn:g> { <urn:a> <urn:b> <urn:c> } " * 10),
        ("text/turtle", "\x00\x01\x02"),
        ("text/plain", "x"),
        ("multipart/form-data; boundary=x", "--x\r\n"),
    ],
)
def test_what_is_put_calls_nobody_and_harms_nothing(target: Any, listener: Any, kind: str, text: str) -> None:
    before = target.resident()
    body = (text.format(address=listener.url) if "{address}" in text else text).encode()
    answer = target.ask(
        "/graphs?graph=urn:attack", "PUT", body, 60, Content_Type=kind, Authorization=f"Bearer {KEY}"
    )
    assert answer.status in (200, 201, 204, 400, 403, 409, 413, 415, 422, 503), answer.body[:300]
    assert b"root:" not in answer.body
    assert target.resident() - before < 10 << 20


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <{address}>",
        "LOAD SILENT <{address}> INTO GRAPH <urn:g>",
        "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
        "INSERT DATA {{ <urn:a> <urn:b> 1 }} ; LOAD <{address}>",
        "LOAD <file:///etc/passwd>",
        "INSERT {{ ?a ?b ?i }} WHERE {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }}",
        "DELETE WHERE {{ ",
    ],
)
@pytest.mark.parametrize("key", [KEY, "", "wrong-key-wrong-key", KEY[:-1], KEY + "x"])
def test_an_update_calls_nobody_and_needs_the_key(target: Any, listener: Any, update: str, key: str) -> None:
    text = update.format(address=listener.url).encode()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = target.ask("/update", "POST", text, 60, Content_Type="application/sparql-update", **headers)
    if key == KEY:
        assert answer.status in (400, 403, 413, 422, 503, 504), answer.body[:300]
    else:
        assert answer.status == (403 if key else 401)
