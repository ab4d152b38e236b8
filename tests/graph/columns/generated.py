"""Queries of chance over a small graph: patterns in patterns, unbound variables, duplicates, errors, aggregates, orders."""

from __future__ import annotations

from hypothesis import strategies as st

PREFIXES = "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\nPREFIX : <http://e.org/>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"

GRAPH = """
@prefix : <http://e.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:a :knows :b, :c ; :part :p1 ; :label "Ain"@fr, "Ain"@en ; :name "x", "é\\u0301 \\"q\\"" ; :age 3 ; :size 1.50 .
:b :knows :a ; :part :p1 ; :label "Bourg"@fr ; :name "x" ; :age 3, -4 ; :size 0.1 ; :born "2014-01-31"^^xsd:date ; :flag true .
:c :knows :c ; :part :p2 ; :label "a\\tb\\\\u\\n"@fr ; :age 10 ; :size -2.25 ; :year "2014"^^xsd:gYear ; :mixed 3, "3", :a .
:d :part :p2 ; :label "Ain"@en ; :name "" ; :born "1999-12-01"^^xsd:date ; :year "1999"^^xsd:gYear ; :flag false ; :odd 1e0 .
:p1 :part :top ; :label "P"@fr ; :knows _:n ; :mixed 1.5, "a"@fr .
:p2 :part :top ; :name "p2" ; :odd "z"^^:strange, 2.5 .
_:n :knows :a ; :label "nœud"@fr ; :age 3 ; :size 1.5 .
"""

GRAPHS = {
    "http://e.org/h": """
@prefix : <http://e.org/> .
:a :knows :h ; :part :p2 ; :label "Ain"@fr ; :age 3 ; :name "h" .
:h :knows :b, :h ; :part :top ; :label "Hors"@fr, "Out"@en ; :age 7, 8 ; :only "h" ; :mixed "m" .
""",
    "http://e.org/i": """
@prefix : <http://e.org/> .
:a :part :p2 ; :age 5 ; :label "Ain"@fr ; :size 9.5 .
:h :mixed "seven" ; :born "2001-02-03"^^<http://www.w3.org/2001/XMLSchema#date> .
""",
}
"""Named graphs that are not in the default graph."""

VARIABLES = ("?a", "?b", "?c", "?d", "?e")
_NODES = (":a", ":b", ":c", ":p1", ":top", ":unknown")
_LITERALS = (
    "3",
    "-4",
    "1.5",
    '"x"',
    '"Ain"@fr',
    '"Ain"',
    "true",
    '"2014-01-31"^^xsd:date',
    '"2014"^^xsd:gYear',
    '"none"',
)
_LINKS = (
    ":knows",
    ":part",
    ":knows/:part",
    "^:part",
    ":knows|:part",
    ":part+",
    ":part*",
    ":knows?",
    ":knows+",
    "^:knows/:label",
    "?p",
    "?p",
    "?d",
    "!:knows",
    "!(:part|:label|rdf:type)",
)
_VALUES = (
    ":label",
    ":name",
    ":age",
    ":size",
    ":born",
    ":year",
    ":flag",
    ":mixed",
    ":odd",
    ":nothing",
    ":age|:size",
)

variables = st.sampled_from(VARIABLES)
constants = st.sampled_from((*_NODES, *_LITERALS))
_numbers = st.sampled_from(("3", "0", "1.5", "-4"))


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """Write an expression."""
    x, y = draw(variables), draw(st.one_of(variables, constants))
    op = draw(st.sampled_from(("=", "!=", "<", ">=")))
    return draw(
        st.sampled_from(
            (
                f"{x} {op} {y}",
                f'LANG({x}) {op} "fr"',
                f"BOUND({x})",
                f"!BOUND({x}) || {x} {op} {y}",
                f"{x} {op} {y} && {y} {op} {x}",
                f"!({x} {op} {y})",
                f"{x} IN ({y}, 3, :a)",
                f"{x} NOT IN ({y})",
                f'CONTAINS(STR({x}), "i")',
                f'STRSTARTS({x}, "A")',
                f"STR({x}) {op} STR({y})",
                f"STRLEN({x}) {op} 3",
                f'CONCAT(STR({x}), "i") {op} CONCAT("A", LANG({y}))',
                f"COALESCE({x}, {y}) {op} 3",
                f"YEAR({x}) {op} 2000",
                f"{x} + {y} {op} 4",
                f"{x} * {x} {op} 9",
                f"IF({x} {op} {y}, {x}, {y}) {op} {y}",
                f"EXISTS {{ {x} :knows {y} }}" if y.startswith(("?", ":")) else f"BOUND({x})",
                f"NOT EXISTS {{ {x} :part ?z . FILTER(?z != :p1) }}",
            )
        )
    )


@st.composite
def terms(draw: st.DrawFn) -> str:
    """Write an expression that gives a term."""
    x, y = draw(variables), draw(st.one_of(variables, constants))
    return draw(
        st.sampled_from(
            (
                x,
                y,
                f"COALESCE({x}, {y})",
                f"IF(BOUND({x}), {x}, {y})",
                f"{x} + 1",
                f"STR({x})",
                f"LANG({x})",
                f"YEAR({x})",
                f"{x} = {y}",
            )
        )
    )


@st.composite
def triples(draw: st.DrawFn) -> str:
    """Write a triple pattern."""
    subject = draw(st.one_of(variables, variables, st.sampled_from(_NODES)))
    if draw(st.booleans()):
        return f"{subject} {draw(st.sampled_from(_LINKS))} {draw(st.one_of(variables, st.sampled_from(_NODES)))} ."
    return f"{subject} {draw(st.sampled_from(_VALUES))} {draw(st.one_of(variables, variables, st.sampled_from(_LITERALS)))} ."


@st.composite
def values(draw: st.DrawFn) -> str:
    """Write a VALUES block."""
    names = draw(st.lists(variables, min_size=1, max_size=2, unique=True))
    term = st.one_of(constants, st.just("UNDEF"))
    rows = draw(st.lists(st.tuples(*[term] * len(names)), min_size=0, max_size=3))
    return f"VALUES ({' '.join(names)}) {{ {' '.join(f'({chr(32).join(row)})' for row in rows)} }}"


@st.composite
def patterns(draw: st.DrawFn, depth: int = 2) -> str:
    """Write what stands in braces."""
    parts = draw(st.lists(triples(), min_size=0 if depth < 2 else 1, max_size=3))
    bound = 0
    for kind in draw(st.lists(st.sampled_from("OUMFFBVSGNN" if depth else "FBV"), max_size=3)):
        if kind in "OUMSGN":
            inner = draw(patterns(depth=depth - 1))
        if kind == "O":
            parts.append(f"OPTIONAL {{ {inner} }}")
        elif kind == "U":
            parts.append(f"{{ {inner} }} UNION {{ {draw(patterns(depth=depth - 1))} }}")
        elif kind == "M":
            parts.append(f"MINUS {{ {inner} }}")
        elif kind == "F":
            parts.append(f"FILTER({draw(expressions())})")
        elif kind == "B":
            bound += 1
            parts.append(f"BIND({draw(terms())} AS ?n{depth}{bound})")
        elif kind == "V":
            parts.append(draw(values()))
        elif kind == "S":
            parts.append(f"{{ {draw(selects(inner, nested=True))} }}")
        elif kind == "N":
            parts.append(f"GRAPH {draw(st.sampled_from(('?g', '?g', '?a', ':g', ':h', ':i')))} {{ {inner} }}")
        else:
            parts.append(f"{{ {inner} }}")
    return " ".join(parts)


@st.composite
def selects(draw: st.DrawFn, pattern: str, nested: bool = False) -> str:
    """Write a SELECT over a pattern."""
    y = draw(variables)
    if draw(st.booleans()):
        aggregates = {
            "n": "COUNT(*)",
            "m": f"COUNT(DISTINCT {y})",
            "k": f"COUNT({y})",
            "s": f"SUM({y})",
            "t": f"SUM(DISTINCT {y})",
            "u": f"AVG({y})",
            "v": f"MIN({y})",
            "w": f"MAX({y})",
            "x": f"SAMPLE({y})",
            "lp": f"GROUP_CONCAT({y})",
            "lq": f'GROUP_CONCAT(DISTINCT COALESCE({y}, STR({draw(variables)})); SEPARATOR="|")',
        }
        chosen = draw(st.lists(st.sampled_from(sorted(aggregates)), min_size=1, max_size=2, unique=True))
        keys = draw(st.lists(variables, max_size=2, unique=True))
        names = [*keys, *(f"?{one}" for one in chosen)]
        head = " ".join([*keys, *(f"({aggregates[one]} AS ?{one})" for one in chosen)])
        tail = f" GROUP BY {' '.join(keys)}" if keys else ""
        tail += draw(st.sampled_from(("", "", " HAVING(COUNT(*) > 1)", f" HAVING(MAX({y}) > 2)")))
        text = f"SELECT {head} {{ {pattern} }}{tail}"
    else:
        names = draw(st.lists(variables, min_size=1, max_size=3, unique=True))
        text = f"SELECT {draw(st.sampled_from(('', 'DISTINCT ')))}{' '.join(names)} {{ {pattern} }}"
    if not nested and draw(st.booleans()):
        order = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
        text += f" ORDER BY {' '.join(draw(st.sampled_from((one, f'DESC({one})'))) for one in order)}"
        text += draw(st.sampled_from(("", "", " LIMIT 2", " LIMIT 3 OFFSET 1")))
    return text


@st.composite
def queries(draw: st.DrawFn) -> str:
    """Write a query."""
    return PREFIXES + draw(selects(draw(patterns())))
