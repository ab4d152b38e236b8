"""Maps of flows at `/cartes/flux`: lines between territories, as thick as the interactions that join them are many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from ...graph.region.flows import FLOW_LEVELS, KINDS, Flows, flows
from ...graph.region.names import UnknownName
from ...graph.region.outlines import Outlines
from ...graph.sparql.results import Iri, Rows
from ...ontology.vocabulary import ID
from ...words import N_, NN_, first_upper, gettext, number
from ..labels.columns import columns_of
from ..labels.wording import LEVELS
from ..reading.publication import reading_of
from ..render.csvw import origin_of
from ..render.files import TABLES, WRITTEN, file_headers, table_file
from ..render.picture import Picture, clean
from ..render.rendering import page
from ..web.links import public_base
from ..web.negotiation import Language
from ..web.page_error import PageError
from ..web.page_language import choose_language, in_address
from ..web.parameters import is_true
from ..web.security import EMBED_POLICY
from .asking import MapParams, Side
from .atlas import Atlas
from .drawing import COLOURS, LINE, PAPER, label, scale_bar, towns
from .files import PICTURES, PNG, format_of, paint_answer
from .form import mark_choice, withins
from .page import box, draw_answer, iframe
from .reading import WIDTH, wrap_text

router = APIRouter(tags=["maps"])

MOST_LINES = 60
"""Lines that a map has at most where the address names no threshold."""
THICKEST = 9.0
SHOWN = 200


@dataclass(frozen=True)
class FlowView:
    """Flows above a threshold, with the territory looked at and what the map is drawn on."""

    flows: Flows
    kept: list[tuple[int, int, int]]
    threshold: int
    chosen: bool
    within: str
    label: str


def read_flows(atlas: Atlas, kind: str, level: str, within: str, threshold: int | None) -> FlowView:
    """Read the flows with an end within a territory; without a threshold, that which leaves at most `MOST_LINES`.

    Raises UnknownName.
    """
    place = atlas.outlines.ground.territory(within)
    found = flows(atlas.matter, kind, level, place.id)
    rows = list(found.rows.select("source", "target", "count").iter_rows())
    limit = threshold if threshold is not None else (rows[MOST_LINES][2] + 1 if len(rows) > MOST_LINES else 1)
    kept = [row for row in rows if row[2] >= limit]
    return FlowView(found, kept, limit, threshold is None, place.id, place.label)


def summary(shown: FlowView, said: Language) -> str:
    """Say in one line what a map of flows shows, and what it cannot."""
    found = shown.flows
    least = NN_("{n} interaction", "{n} interactions", shown.threshold)
    counts = {"lines": number(len(shown.kept), said), "total": number(found.rows.height, said)}
    some = N_("{lines} des {total} flux comptent au moins {least}", least=least, **counts)
    text = gettext(
        "{flows}\u00a0; {placed} interactions ont leurs deux bouts situés dans la région, {away} ont un bout à l’extérieur, et "
        "{lost} un bout sans lieu dit.",
        said,
        flows=some if found.rows.height else N_("Il n’y a ici aucun flux"),
        placed=number(found.interactions, said),
        away=number(found.outside, said),
        lost=number(found.unplaced, said),
    )
    if found.illustrative:
        text += gettext(" {count} sont illustratives (inventées).", said, count=found.illustrative)
    return text


def draw_flows(
    outlines: Outlines, shown: FlowView, *, language: Language = "fr", heading: list[str] | None = None,
    notes: list[str] | None = None, region: str = "region/84", with_key: bool = True,
) -> str:  # fmt: skip
    """Draw flows over the outlines of the territories of their level; a circle is a flow within one territory."""
    layer = outlines.layer(shown.flows.level, region, WIDTH)
    frame = layer.frame
    drawn = [path for path in (layer.base, *layer.paths) if path]
    areas = "".join(f'<path d="{path}" class="fond" fill="{PAPER}"/>' for path in drawn)
    body = [
        f'<g class="aires" transform="scale(.1)" stroke="{LINE}" stroke-width="5" fill-rule="evenodd">{areas}</g>'
    ]
    around = outlines.shape(shown.within)
    outline = outlines.placed(frame, around, None)[0] if around is not None else None
    if outline:
        body.append(
            f'<path d="{outline}" transform="scale(.1)" class="contour-dans" fill="none" stroke="#18262c" '
            'stroke-width="14" pointer-events="none"/>'
        )
    body += [
        *_lines(
            shown,
            dict(zip((one.id for one in layer.territories), layer.spots.tolist(), strict=True)),
            language,
        ),
        towns(layer.towns, frame.width),
        scale_bar(frame.metres, frame.width - 12, frame.height - 8, language),
    ]
    heading, notes = heading or [], notes or []
    top = 10 + 22 * len(heading)
    height = frame.height + top
    above = "".join(label(8, 20 + 22 * n, line, 16 if n == 0 else 13) for n, line in enumerate(heading))
    keyed = with_key and bool(shown.kept)
    below = _key(shown, height + 14, language) if keyed else ""
    height += 26 if keyed else 0
    for line in notes:
        height += 17
        below += label(8, height - 5, line, 11, soft=True)
    title = f"{first_upper(KINDS[shown.flows.kind][language])}. {summary(shown, language)}"
    drawing = f'{above}<g class="dessin" transform="translate(0 {top})">{"".join(body)}</g>{below}'
    return Picture(frame.width, height, drawing).svg(title, kind="carte-svg")


def _lines(shown: FlowView, spots: Mapping[str, list[float]], language: Language) -> Iterator[str]:
    """Draw the flows between spots of territories, the largest last, above the others."""
    most = max((count for *_, count in shown.kept), default=1)
    mark = gettext("\u00a0: ", language)
    for place, (start, end, count) in reversed(list(enumerate(shown.kept))):
        one, other = shown.flows.territories[start], shown.flows.territories[end]
        if one.id in spots and other.id in spots:
            said = f"{one.label} → {other.label}{mark}{number(count, language)}"
            line = _line(spots[one.id], spots[other.id], THICKEST * count / most)
            yield f'<g data-t="flux-{place}">{line}<title>{clean(said)}</title></g>'


def key(shown: FlowView, language: Language) -> list[tuple[float, str]]:
    """Say how many interactions lines of some widths stand for, from the most to the threshold."""
    most = max((count for *_, count in shown.kept), default=1)
    counts = {most, min(most, max(shown.threshold, most // 4)), min(most, shown.threshold)}
    return [
        (
            max(THICKEST * count / most, 0.8),
            number(count, language) + (f" interaction{'s' if count > 1 else ''}" if count == most else ""),
        )
        for count in sorted(counts, reverse=True)
    ]


def _key(shown: FlowView, y: float, language: Language) -> str:
    parts, x = [], 8.0
    for wide, text in key(shown, language):
        parts.append(f"{_sample(x, y, wide)}{label(x + 40, y + 4, text)}")
        x += 58 + 7.4 * len(text)
    return f'<g class="legende-carte">{"".join(parts)}</g>'


def _sample(x: float, y: float, wide: float) -> str:
    return (
        f'<path d="M{x:g} {y:g}h34" class="flux" stroke="{COLOURS["rond"]}" stroke-opacity=".7" '
        f'stroke-width="{wide:.1f}"/>'
    )


def _line(start: list[float], end: list[float], wide: float) -> str:
    """Draw a curve that ends in an arrow; two flows in opposite directions bend apart."""
    wide = max(wide, 0.8)
    (x0, y0), (x1, y1) = start, end
    across, down = x1 - x0, y1 - y0
    colour = COLOURS["rond"]
    if not across and not down:
        radius = 2.5 + wide
        return (
            f'<circle cx="{x0:.1f}" cy="{y0:.1f}" r="{radius:.1f}" class="flux" fill="none" stroke="{colour}" '
            f'stroke-opacity=".75" stroke-width="{wide:.1f}"/>'
        )
    long = (across**2 + down**2) ** 0.5
    xm, ym = (x0 + x1) / 2 - 0.16 * down, (y0 + y1) / 2 + 0.16 * across
    xt, yt = x1 - xm, y1 - ym
    size = (xt**2 + yt**2) ** 0.5
    ux, uy = xt / size, yt / size
    head = min(5 + 1.1 * wide, long / 2)
    bx, by = x1 - ux * head, y1 - uy * head
    half = 1.6 + 0.75 * wide
    return (
        f'<path d="M{x0:.1f} {y0:.1f}Q{xm:.1f} {ym:.1f} {bx:.1f} {by:.1f}" class="flux" fill="none" '
        f'stroke="{colour}" stroke-opacity=".7" stroke-width="{wide:.1f}"/>'
        f'<path d="M{x1:.1f} {y1:.1f}L{bx - uy * half:.1f} {by + ux * half:.1f}L{bx + uy * half:.1f} '
        f'{by - ux * half:.1f}z" class="fleche" fill="{colour}"/>'
    )


_COLUMNS = columns_of("flows")


def to_rows(shown: FlowView) -> Rows:
    """Give flows above the threshold as rows."""
    rows = []
    for start, end, count in shown.kept:
        cells: list[object] = []
        for one in (shown.flows.territories[start], shown.flows.territories[end]):
            cells += [one.id.rsplit("/", 1)[-1], Iri(ID + one.id), one.label]
        rows.append([*cells, count])
    return Rows(list(_COLUMNS), rows)  # type: ignore[arg-type]


def _asked(request: Request) -> tuple[MapParams, str, int | None]:
    given = {name: value.strip() for name, value in request.query_params.items() if value.strip()}
    limit = given.get("threshold")
    if limit is not None and not (limit.isdecimal() and 0 < int(limit[:7]) < 10**6 and len(limit) < 7):
        raise PageError(400, N_("Le seuil est un nombre entier d’interactions, à partir de 1."))
    kind = given.get("kind", "companies")
    within, level = given.get("within", "region/84"), given.get("level", "epci")
    made_up = is_true(request.query_params, "illustrative")
    asked = MapParams(
        (Side("", "", ""),), level, within, "", 5, "name", 1, made_up, given, given.get("embed") == "1"
    )
    return asked, kind, int(limit) if limit else None


@router.get("/cartes/flux", summary="Carte des flux entre territoires, avec son tableau")
async def flow_map(request: Request) -> Response:
    """Draw lines between the territories that interactions join, above a threshold."""
    asked, kind, limit = _asked(request)
    said = choose_language(request)
    reading = reading_of(request)

    def made(atlas: Atlas) -> Response:
        shown = _read(atlas, kind, asked, limit)
        title = f"{first_upper(KINDS[kind][said])} – {shown.label}"
        lang = in_address(said)
        framed = f"{public_base(request)}{asked.address('/cartes/flux', embed='1', lang=lang)}"
        response = page(
            request,
            "map_flows_embed.html" if asked.embed else "map_flows.html",
            language=said,
            page_title=title,
            iframe=iframe(framed, title),
            asked=asked,
            shown_rows=shown,
            drawing=Markup(
                draw_flows(atlas.outlines, shown, language=said, region=atlas.matter.within, with_key=False)
            ),
            legend=[(Markup(box(_sample(0, 8, wide), 34, 16)), text) for wide, text in key(shown, said)],
            abstract=summary(shown, said),
            kinds_of=[(name, first_upper(words[said])) for name, words in KINDS.items()],
            flow_levels=[(name, LEVELS[name][said]) for name in FLOW_LEVELS],
            territories=mark_choice(
                withins(atlas, said), shown.within.removeprefix("territory/"), shown.label
            ),
            rows=[
                (shown.flows.territories[start], shown.flows.territories[end], number(count, said))
                for start, end, count in shown.kept[:SHOWN]
            ],
            files=[
                (one.name, asked.address(f"/cartes/flux.{one.name}", embed=""))
                for one in (*PICTURES, *TABLES)
            ],
            trail=[
                ("/cartes", gettext("Cartes", said)),
                (None, gettext("Flux", said)),
            ],
        )
        response.headers["Vary"] = "Accept-Language"
        if asked.embed:
            response.headers["Content-Security-Policy"] = EMBED_POLICY
        return response

    return await draw_answer(request, reading, asked.illustrative, made)


@router.get("/cartes/flux.{suffix}", summary="Fichier d’une carte de flux : svg, png, csv, csv-fr, xlsx")
async def flow_file(request: Request, suffix: str) -> Response:
    """Give a map of flows as a picture, or its table as a file."""
    chosen = format_of(suffix)
    asked, kind, limit = _asked(request)
    said = choose_language(request)
    reading = reading_of(request)

    def made(atlas: Atlas) -> Response:
        shown = _read(atlas, kind, asked, limit)
        snapshot = atlas.matter.snapshot
        headers = file_headers(request, chosen, f"flux-{kind}-{shown.flows.level}", snapshot, said)
        title = first_upper(KINDS[kind][said])
        told = summary(shown, said)
        if chosen in WRITTEN:
            about = {
                N_("Carte"): title,
                N_("Résumé"): told,
                N_("Publication"): snapshot,
                N_("Adresse"): str(request.url),
            }
            body = table_file(
                to_rows(shown), chosen, about, said, columns=_COLUMNS, origin=origin_of(request)
            )
            return Response(body, headers=headers)
        drawing = draw_flows(
            atlas.outlines, shown, language=said, heading=[title, shown.label],
            notes=[*wrap_text(told, 118), f"Publication {snapshot}"], region=atlas.matter.within,
        )  # fmt: skip
        return Response(drawing.encode(), headers=headers)

    response = await draw_answer(request, reading, asked.illustrative, made)
    return await paint_answer(response, request.app.state.theme) if chosen == PNG else response


def _read(atlas: Atlas, kind: str, asked: MapParams, limit: int | None) -> FlowView:
    try:
        return read_flows(atlas, kind, asked.level, asked.within, limit)
    except UnknownName as error:
        raise PageError.of(error, 404) from error
