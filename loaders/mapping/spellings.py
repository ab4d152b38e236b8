"""The words of YARRRML: every spelling of a key, of a formulation and of a function of conditions."""

from __future__ import annotations

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#: Prefixes known without being declared: those of the RDFa initial context, and those of mappings.
PREFIXES = {
    "as": "https://www.w3.org/ns/activitystreams#",
    "cc": "http://creativecommons.org/ns#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "ctag": "http://commontag.org/ns#",
    "dc": "http://purl.org/dc/terms/",
    "dc11": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "duv": "https://www.w3.org/ns/duv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "gr": "http://purl.org/goodrelations/v1#",
    "grddl": "http://www.w3.org/2003/g/data-view#",
    "ical": "http://www.w3.org/2002/12/cal/icaltzd#",
    "jsonld": "http://www.w3.org/ns/json-ld#",
    "ldp": "http://www.w3.org/ns/ldp#",
    "ma": "http://www.w3.org/ns/ma-ont#",
    "oa": "http://www.w3.org/ns/oa#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "og": "http://ogp.me/ns#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": RDF,
    "rdfa": "http://www.w3.org/ns/rdfa#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rev": "http://purl.org/stuff/rev#",
    "rif": "http://www.w3.org/2007/rif#",
    "rr": "http://www.w3.org/ns/r2rml#",
    "schema": "http://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sioc": "http://rdfs.org/sioc/ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "ssn": "http://www.w3.org/ns/ssn/",
    "time": "http://www.w3.org/2006/time#",
    "v": "http://rdf.data-vocabulary.org/#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "wdr": "http://www.w3.org/2007/05/powder#",
    "wdrs": "http://www.w3.org/2007/05/powder-s#",
    "xhv": "http://www.w3.org/1999/xhtml/vocab#",
    "xml": "http://www.w3.org/XML/1998/namespace",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "rml": "http://semweb.mmlab.be/ns/rml#",
    "fnml": "http://semweb.mmlab.be/ns/fnml#",
    "fno": "https://w3id.org/function/ontology#",
    "ql": "http://semweb.mmlab.be/ns/ql#",
    "grel": "http://users.ugent.be/~bjdmeest/function/grel.ttl#",
    "idlab-fn": "https://w3id.org/imec/idlab/function#",
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
    inversepredicates="inversepredicate i", type="",
)  # fmt: skip
OBJECT = _names(
    value="v", datatype="", language="lang", type="", function="f fn", parameters="pms", targets="target",
)  # fmt: skip
SOURCE = _names(
    access="", referenceFormulation="reference_formulation", iterator="", delimiter="", encoding="", query="",
    type="", credentials="", queryFormulation="", contentType="", operationType="",
)  # fmt: skip
FUNCTION = _names(function="f fn", parameters="pms")
PARAMETER = _names(parameter="pm", value="v", type="")
FORMULATIONS = {
    "csv": "csv", "tsv": "csv", "txt": "csv", "jsonpath": "json", "json": "json", "parquet": "parquet",
    "sql2008": "sqlite", "sql2008table": "sqlite", "sql2008query": "sqlite", "sqlite": "sqlite", "db": "sqlite",
    "xlsx": "xlsx", "xls": "xlsx", "ods": "xlsx", "excel": "xlsx",
}  # fmt: skip

#: Functions a condition may use, by local name, as the one of these it means.
CONDITIONS = {
    "equal": "equal", "equals": "equal", "string_equal": "equal", "string_equals": "equal",
    "notequal": "not-equal", "not_equal": "not-equal", "string_notequal": "not-equal",
    "isnull": "null", "isblank": "null", "isempty": "null",
    "isset": "not-null", "isnotnull": "not-null", "isnonblank": "not-null", "notnull": "not-null",
    "stringcontainsotherstring": "contains", "contains": "contains", "string_contains": "contains",
    "string_startswith": "starts-with", "string_endswith": "ends-with",
    "boolean_and": "and", "and": "and", "boolean_or": "or", "or": "or", "boolean_not": "not", "not": "not",
}  # fmt: skip
