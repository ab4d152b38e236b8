"""What the service is and offers: its manifest, as version 0.2 of the specification writes it, and as its draft does."""

from __future__ import annotations

from typing import Any

from ... import __version__
from ...words import gettext
from ..web.links import BASE, DEFINITIONS
from ..web.page_language import in_address
from .request import BATCH
from .types import described

PATH = "/reconcile"
VERSION, DRAFT = "0.2", "1.0-draft"
WIDTH, HEIGHT = 430, 320
"""Room for a preview, in pixels."""
_USUAL = (
    *("Organization", "Company", "ResearchUnit", "HigherEducationInstitution", "LocalAuthority"),
    *("Territory", "Commune", "Intercommunality", "Department"),
)
"""Types that are proposed before any name is looked at."""


def manifest(base: str, name: str, language: str) -> dict[str, Any]:
    """Tell what the service at an address offers, as version 0.2 has it; `name` is that of the site."""
    code = in_address(language)
    asked, more = (f"?lang={code}", f"&lang={code}") if code else ("", "")
    service = {"service_url": f"{base}{PATH}"}

    def suggest(kind: str) -> dict[str, str]:
        flyout = f"/suggest/{kind}/flyout?id=${{id}}{more}"
        return {**service, "service_path": f"/suggest/{kind}{asked}", "flyout_service_path": flyout}

    return {
        "versions": [VERSION],
        "identifierSpace": BASE,
        "schemaSpace": DEFINITIONS,
        "view": {"url": f"{base}/doc/{{{{id}}}}{asked}"},
        "preview": {
            "url": f"{base}{PATH}/preview?id={{{{id}}}}{more}",
            "width": WIDTH,
            "height": HEIGHT,
        },
        "suggest": {kind: suggest(kind) for kind in ("entity", "property", "type")},
        "extend": {
            "propose_properties": {**service, "service_path": "/extend/propose"},
            "property_settings": [],
        },
        **_about(base, name, language),
    }


def draft_manifest(base: str, name: str, language: str) -> dict[str, Any]:
    """Tell the same as the draft has it: what is below the address of the service has no address of its own."""
    return {
        "versions": [DRAFT],
        "lang": language,
        "view": {"url": f"{base}/doc/{{id}}"},
        "preview": {"width": WIDTH, "height": HEIGHT},
        "suggest": dict.fromkeys(("entity", "property", "type"), True),
        "extend": {"proposeProperties": True, "propertySettings": []},
        "standardizedScore": True,
        **_about(base, name, language),
    }


def _about(base: str, name: str, language: str) -> dict[str, Any]:
    return {
        "name": gettext("{name} : organismes et territoires", language, name=name),
        "documentation": f"{base}/developpeurs",
        "logo": f"{base}/static/icon.svg",
        "serviceVersion": __version__,
        "defaultTypes": [described(type, language) for type in _USUAL],
        "batchSize": BATCH,
    }
