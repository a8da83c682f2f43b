"""The European credentials of 2021 to 2023, written in XML and sealed with XAdES: recognised, and said to be what they are."""

from __future__ import annotations

import re
from typing import NoReturn

from cairn.credentials.errors import NotSupported

_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,40}:)?europass(?:Credential|Presentation)[\s>]")


def is_xml_credential(data: bytes) -> bool:
    """Tell it by a first look: markup whose first elements name a Europass credential or presentation."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"<") and _ROOT.search(start) is not None


def unbake(_data: bytes) -> NoReturn:
    """Refuse: nothing is wrong with it as far as we can tell, but it cannot be checked here (``unsupported_version``)."""
    raise NotSupported(
        "unsupported_version",
        "This is an older European digital credential (XML, before the European Learning Model 3), which cannot be checked here.",
        remedy="Check it in the Europass wallet or with the European Commission's viewer, or ask the issuer for a current copy.",
    )
