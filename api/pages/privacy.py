"""What the site keeps of who uses it: who answers for it, what, why, for whom and how long."""

from fastapi import APIRouter, Request, Response

from ...words import gettext
from ..render.rendering import page
from ..web.packages import has_devices
from ..web.page_language import choose_language
from ..web.settings import Settings

router = APIRouter(tags=["pages"])


@router.get("/donnees-personnelles", summary="Données personnelles : ce que le site garde de qui s’en sert")
def privacy(request: Request) -> Response:
    """Say what the site keeps of who uses it: what is told to persons before they enter anything."""
    settings: Settings = request.app.state.settings
    said = choose_language(request)
    return page(
        request,
        "privacy.html",
        language=said,
        controller=settings.publisher,
        write_to=settings.privacy or settings.contact,
        clients=settings.log_clients,
        provider=bool(settings.oidc_issuer),
        terms=_terms() if has_devices() and not settings.primary else None,
        trail=[(None, gettext("Données personnelles", said))],
    )


def _terms() -> dict[str, int]:
    """Give how long each thing is kept: years of a contact, days of a draft and of a receipt, hours of a session."""
    from ...loaders.desk.acts import CONTACT_DAYS, DRAFT_DAYS
    from ...loaders.desk.outbox import RECEIPT_DAYS
    from ...loaders.operations.accounts import SESSION_HOURS

    return {
        "contact": CONTACT_DAYS // 365,
        "draft": DRAFT_DAYS,
        "receipt": RECEIPT_DAYS,
        "session": SESSION_HOURS,
    }
