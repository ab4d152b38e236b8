"""Suggested links of an actor at an address of their own: they take longer than its page, and come with their reasons."""

from fastapi import APIRouter, HTTPException, Request, Response

from ...graph.findings import Report
from ...graph.matter import Matter
from ...graph.places import UnknownName
from ..analysis.routes import analyses_of
from ..analysis_problems import in_french
from ..negotiation import language
from ..publication import reading_of
from ..rendering import page
from ..typesetting import typeset
from .matter import Known, known_of

router = APIRouter(tags=["pages"])
COUNT = 8


@router.get("/acteurs/{code}/suggestions", summary="Liens suggérés à un acteur, avec leurs raisons")
async def suggestions(request: Request, code: str) -> Response:
    """Draw the links suggested to an organisation, each with its reasons."""
    said = language(request.headers.get("accept-language"), request.query_params.get("lang"))
    reading = reading_of(request)
    subject = f"organization/{code}"

    def work(matter: Matter) -> Report:
        from ...graph.suggestions import suggest

        return suggest(matter, subject, count=COUNT)

    try:
        report = await analyses_of(request).run(work)
    except UnknownName as error:
        raise HTTPException(404, in_french(error)) from None
    name = report.subject.label
    known = await known_of(request, reading)
    english = said == "en"
    return page(
        request,
        "actor_suggestions.html",
        language=said,
        code=code,
        nom=name,
        rapport=report,
        typo=typeset,
        comptes=_counts(known, subject),
        fichiers=[
            (one, f"/api/v1/suggestions?subject={code}&count={COUNT}&format={one}&lang={said}")
            for one in ("csv", "csv-fr", "xlsx", "json")
        ],
        fil=[(f"/acteurs/{code}", name), (None, "Suggested links" if english else "Liens suggérés")],
    )


def _counts(known: Known, path: str) -> dict[str, int] | None:
    """Count the interactions of an actor as its page does, and as suggestions do; None where it has one description.

    Suggestions take all descriptions of an organisation together, and what is dated and documented.
    """
    others = known.described(path)
    if not others:
        return None
    rows = known.by("interactions", "interaction").of_all(known.interactions(path, *others))
    counted = sum(
        year is not None and evidence == "documented" for year, evidence in rows.select("year", "evidence")
    )
    return {"page": len(known.interactions(path)), "others": len(others), "counted": counted}
