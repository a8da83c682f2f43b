"""How CTDL writes concepts and words."""

from __future__ import annotations

from typing import Any

TERMS = "https://credreg.net/ctdl/terms/"


def concept(scheme: str, node: str, label: str) -> dict[str, Any]:
    """Return an entry of one of CTDL's concept schemes."""
    return {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:framework": f"{TERMS}{scheme}",
        "ceterms:targetNode": node,
        "ceterms:targetNodeName": {"en": label},
    }


def words(text: str) -> dict[str, str] | None:
    """Return an English text, None for an empty one."""
    return {"en": text} if text else None
