"""The page of the addresses of a service, from its OpenAPI description; `tools/document.py` writes docs/reference/http.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from ancrage.api.app import create_app
from ancrage.api.openapi import GROUPS
from ancrage.api.web.settings import Settings
from document_methods import squeeze

Schema = dict[str, Any]
HEAD = """# HTTP

Écrit par `python tools/document.py` d'après la description OpenAPI que chaque service donne à l'adresse `/openapi.json` et
montre à `/developpeurs`. Les pages et formulaires du guichet, des comptes et des réglages sont pour des personnes : ils n'y
sont pas.

Un refus est un document `application/problem+json` (RFC 9457, voir [Problem](#problem)), ou une page pour qui demande du
HTML ; sa phrase dit pourquoi. Toute adresse peut mener à une autre (3XX, `Location`), et refuser d'un code que sa liste ne
nomme pas. Où il y a plusieurs types de réponse, l'en-tête `Accept` choisit, et le paramètre `format` (ou `f`) l'emporte. Les
adresses qui veulent une clé la reçoivent par `Authorization: Bearer CLÉ`. Ce qui est obligatoire est en gras.
"""
QUESTIONS = """### GET /queries/QUESTION

Poser une question nommée : voir [Questions](queries.md) pour ce que chacune dit, et `/queries/{name}/description` pour sa
description en RDF. L'adresse suivie d'un suffixe (`/queries/QUESTION.csv`) demande le format de ce nom.

"""
PLACES = {"query": "requête", "path": "chemin"}
KINDS = {
    **{"string": "texte", "integer": "entier", "number": "nombre", "boolean": "`true` ou `false`"},
    **{"array": "liste", "object": "objet", "null": ""},
}
BOUNDS = {
    **{"minimum": "≥ {}", "exclusiveMinimum": "> {}", "maximum": "≤ {}"},
    **{"maxLength": "{} signes au plus", "maxItems": "{} au plus"},
}
KEYS = {
    "writeKey": "clé d'écriture (`ANCRAGE_WRITE_KEY`)",
    "replicaKey": "clé des copies (`ANCRAGE_REPLICA_KEY`)",
}


def page() -> str:
    """Return the page: operations by group, then the shapes of what is sent and answered."""
    described = create_app(Settings(data_dir=Path("/nonexistent"), base_url="")).openapi()
    found = [
        (method.upper(), path, one) for path, methods in described["paths"].items() for method, one in methods.items()
    ]  # fmt: skip
    order = list(GROUPS)
    found.sort(key=lambda one: order.index(one[2]["tags"][0]))
    parts = [HEAD]
    for group, members in groupby(found, key=lambda one: one[2]["tags"][0]):
        parts.append(f"## {GROUPS[group]['fr']}\n")
        asked = [one for one in members if not _is_question(one[1])]
        parts += [f"### {method} {path}\n\n{_operation(one)}" for method, path, one in asked]
        if group == "questions":
            parts.append(_questions([one for one in found if _is_question(one[1])]))
    parts.append("## Formes\n")
    used = sorted(set(re.findall(r"schemas/(\w+)", str(described["paths"]))))
    parts += [_shape(name, described["components"]["schemas"][name]) for name in used]
    return "\n".join(parts)


def _is_question(path: str) -> bool:
    return path.startswith("/queries/") and "{" not in path


def _questions(found: list[tuple[str, str, Schema]]) -> str:
    """Tell the named questions as one operation: what all share, and the parameters of each."""
    shared = {"format", "lang"}
    widest = max((one for _, _, one in found), key=lambda one: len(str(one)))
    common = [one for one in widest["parameters"] if one["name"] in shared]
    rows = []
    for _, path, one in found:
        name = path.removeprefix("/queries/")
        given = ", ".join(map(_name, (p for p in one["parameters"] if p["name"] not in shared)))
        rows.append(f"| [{path}](queries.md#{name}) | {squeeze(one['summary'])} | {given} |\n")
    told = {"summary": "", "parameters": common, "responses": widest["responses"]}
    return f"{QUESTIONS}{_operation(told)}\n| adresse | question | paramètres |\n| --- | --- | --- |\n{''.join(rows)}"


def _operation(one: Schema) -> str:
    """Tell an operation: what it is for, its parameters and body, its answers, its refusals."""
    lines = [text + "\n" for text in (one["summary"], one.get("description")) if text]
    lines += [f"Demande la {KEYS[name]}.\n" for needed in one.get("security", ()) for name in needed]
    if given := one.get("parameters"):
        rows = (f"| {_name(p)} | {PLACES[p['in']]} | {_form(p['schema'])} | {_meaning(p)} |" for p in given)
        lines += ["| paramètre | où | forme | sens |\n| --- | --- | --- | --- |", *rows, ""]
    if body := one.get("requestBody"):
        lines.append(f"- **Corps** : {_contents(body)}")
    answers = [(status, answer) for status, answer in one["responses"].items() if status.isdigit()]
    good = [(status, answer) for status, answer in answers if status < "400"]
    lines += [f"- {_told(*one)}" + (f" : {_contents(one[1])}" if "content" in one[1] else "") for one in good]
    if refused := [_told(*one) for one in answers if one not in good]:
        lines.append(f"- Refus : {' ; '.join(refused)}.")
    return "\n".join([*lines, ""])


def _told(status: str, answer: Schema) -> str:
    said = squeeze(answer["description"]).removesuffix(".")
    return f"**{status}**" + (f" {said}" if said != "Successful Response" else "")


def _name(parameter: Schema) -> str:
    return f"**`{parameter['name']}`**" if parameter.get("required") else f"`{parameter['name']}`"


def _meaning(parameter: Schema) -> str:
    """Tell what a parameter says, with an example that fits a cell."""
    schema = parameter["schema"]
    said = squeeze(parameter.get("description") or schema.get("description"))
    example = parameter.get("example", next(iter(schema.get("examples", ())), None))
    text = ", ".join(map(str, example)) if isinstance(example, list) else str(example)
    return said if example in (None, "") or len(text) > 100 else f"{said} (ex. `{squeeze(text)}`)".strip()


def _contents(answer: Schema) -> str:
    """List the media types of a body, each with the shape it has where one is named."""
    given = ((name, content.get("schema", {})) for name, content in answer["content"].items())
    return ", ".join(
        f"`{name}`" + (f" ({_form(schema)})" if "$ref" in schema else "") for name, schema in given
    )


def _form(schema: Schema) -> str:
    """Say the form of a value: its type, the values or bounds it may have, what it is where it is not given."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " ou ".join(filter(None, map(_form, schema["anyOf"])))
    kinds, values = schema.get("type", []), schema.get("enum", ())
    said = " ou ".join(KINDS[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))
    if values:
        said = ", ".join(f"`{one}`" for one in values) if len(values) < 20 else "un nom de la liste"
    if "items" in schema and (inside := _form(schema["items"])):
        said += f" ({inside})"
    bounds = [text.format(schema[name]) for name, text in BOUNDS.items() if name in schema]
    if (default := schema.get("default")) not in (None, "", []):
        bounds.append(f"`{json.dumps(default)}` sinon" if isinstance(default, bool) else f"`{default}` sinon")
    return ", ".join(filter(None, [said, *bounds]))


def _shape(name: str, schema: Schema) -> str:
    rows = "".join(
        f"| {_name({'name': path, 'required': needed})} | {_form(one)} | {squeeze(one.get('description'))} |\n"
        for path, one, needed in _fields(schema)
    )
    return f"### {name}\n\n{schema['description']}\n\n| champ | forme | sens |\n| --- | --- | --- |\n{rows}"


def _fields(schema: Schema, before: str = "") -> Iterator[tuple[str, Schema, bool]]:
    """List the fields of a shape, those of a field after it: `findings[].kind`."""
    for name, one in schema.get("properties", {}).items():
        yield before + name, one, name in schema.get("required", ())
        yield from _fields(one, f"{before}{name}.")
        yield from _fields(one.get("items", {}), f"{before}{name}[].")
