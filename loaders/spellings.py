"""The words of YARRRML: every spelling of a key, of a formulation and of a function of conditions."""

from __future__ import annotations

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#: Prefixes known without being declared.
PREFIXES = {
    "rdf": RDF,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rr": "http://www.w3.org/ns/r2rml#",
    "rml": "http://semweb.mmlab.be/ns/rml#",
    "fnml": "http://semweb.mmlab.be/ns/fnml#",
    "fno": "https://w3id.org/function/ontology#",
    "ql": "http://semweb.mmlab.be/ns/ql#",
    "grel": "http://users.ugent.be/~bjdmeest/function/grel.ttl#",
    "idlab-fn": "http://example.com/idlab/function/",
}


def _names(**names: str) -> dict[str, str]:
    """Return every spelling of a key → its long name; spellings are separated by spaces."""
    return {spelling: long for long, spellings in names.items() for spelling in (long, *spellings.split())}


TOP = _names(
    base="", prefixes="prefix", sources="source", mappings="mapping m", externals="external",
    authors="author", license="licence", targets="target", functions="",
)  # fmt: skip
MAPPING = _names(
    sources="source", subjects="subject s", predicateobjects="predicateobject po", graphs="graph g",
    condition="conditions c",
)  # fmt: skip
STATEMENT = _names(
    predicates="predicate p", objects="object o", graphs="graph g", condition="conditions c",
    inversepredicates="inversepredicate i",
)  # fmt: skip
OBJECT = _names(
    value="v", datatype="", language="lang", type="", function="f fn", parameters="pms", targets="target",
)  # fmt: skip
SOURCE = _names(
    access="", referenceFormulation="reference_formulation", iterator="", delimiter="", encoding="", query="",
    type="", credentials="", queryFormulation="",
)  # fmt: skip
FUNCTION = _names(function="f fn", parameters="pms")
PARAMETER = _names(parameter="pm", value="v", type="")
FORMULATIONS = {
    "csv": "csv", "tsv": "csv", "txt": "csv", "jsonpath": "json", "json": "json", "parquet": "parquet",
    "xlsx": "xlsx", "xls": "xlsx", "ods": "xlsx", "excel": "xlsx",
}  # fmt: skip

#: Functions a condition may use, by local name, as the one of these it means.
CONDITIONS = {
    "equal": "equal", "equals": "equal", "string_equal": "equal", "string_equals": "equal",
    "notequal": "not-equal", "not_equal": "not-equal", "string_notequal": "not-equal",
    "isnull": "null", "isblank": "null", "isempty": "null",
    "isnotnull": "not-null", "isnonblank": "not-null", "notnull": "not-null",
    "stringcontainsotherstring": "contains", "contains": "contains", "string_contains": "contains",
    "string_startswith": "starts-with", "string_endswith": "ends-with",
    "boolean_and": "and", "and": "and", "boolean_or": "or", "or": "or", "boolean_not": "not", "not": "not",
}  # fmt: skip
