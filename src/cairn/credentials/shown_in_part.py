"""What a verdict says of a credential of which its holder may have left parts out (ecdsa-sd-2023, SD-JWT).

What is shown is genuine, and nobody can tell from it what is not. Only an issuer who makes its end and its status mandatory, as this
library does, keeps a holder from leaving these out; where neither is shown, a reader has to know that there may be some.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cairn.credentials.verdict import Finding, Outcome

_ASK = "Ask the holder for the rest if you need it."
_ENDS = {"validUntil": "how long it holds", "credentialStatus": "where to ask whether it has been withdrawn"}


def remarks_on_part(reading: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what there is to say of a genuine credential, in the words of version 2.0, that may be a part of what was signed."""
    yield Finding(
        "shape",
        Outcome.WARN,
        "partly_disclosed",
        "The issuer lets the holder leave parts of it out, and some may have been left out here.",
        _ASK,
    )
    missing = [words for name, words in _ENDS.items() if name not in reading]
    if missing:
        yield Finding(
            "period",
            Outcome.WARN,
            "end_not_shown",
            f"It does not say {', nor '.join(missing)}; its holder may have left that out.",
            _ASK,
        )
