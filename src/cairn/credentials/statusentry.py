"""Entries of ``credentialStatus`` that point into a bitstring status list: written and read.

Source: W3C Bitstring Status List v1.0, section 2.1 (BitstringStatusListEntry).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cairn.credentials.errors import CredentialError
from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.terms import is_absolute_iri
from cairn.credentials.texts import visible

PURPOSES = frozenset({"revocation", "suspension", "refresh", "message"})
MAXIMUM_STATUS_SIZE = 16
"""Bits of one entry. Each value needs a word in the award itself, and 65,536 words are more than any award carries."""
LONGEST_INDEX = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """A status entry that can be followed: which value of which list, and the issuer's word for each value."""

    purpose: str
    index: int
    url: str
    status_size: int = 1
    messages: Mapping[int, str] | None = None
    references: tuple[str, ...] = ()

    @property
    def references_text(self) -> str:
        """Where the issuer explains its status values, for people."""
        return f" It explains it here: {', '.join(self.references)}" if self.references else ""


class BadEntry(Exception):
    """The entry breaks a rule of its specification (MALFORMED_VALUE_ERROR)."""


def read_entry(entry: Mapping[str, Any]) -> Entry:
    """Read a BitstringStatusListEntry; raises :class:`BadEntry` with a sentence."""
    purpose, url, index = entry.get("statusPurpose"), entry.get("statusListCredential"), entry.get("statusListIndex")
    if not isinstance(purpose, str):
        raise BadEntry("It does not say what the status is for (statusPurpose).")
    if not isinstance(url, str) or not is_absolute_iri(url):
        raise BadEntry("It does not name the list by a full address (statusListCredential).")
    if entry.get("id") == url:
        raise BadEntry("Its own id must not be the address of the list.")
    size = entry.get("statusSize", 1)
    # A document that held the words for more values than these would be too large to read.
    if type(size) is not int or not 1 <= size <= MAXIMUM_STATUS_SIZE:
        raise BadEntry(f"statusSize must be a whole number from 1 (here: to {MAXIMUM_STATUS_SIZE}).")
    messages = _messages(entry["statusMessage"], size) if "statusMessage" in entry else None
    if size > 1 and messages is None:
        raise BadEntry("A status of more than one bit needs a word for each value (statusMessage).")
    references = as_list(entry.get("statusReference"))
    if not all(is_absolute_iri(one) for one in references):
        raise BadEntry("statusReference must be a full address.")
    return Entry(purpose, read_index(index, "statusListIndex"), url, size, messages, tuple(references))


def read_index(index: object, name: str) -> int:
    """Return the index that an entry writes as a text of ASCII digits; raises :class:`BadEntry`."""
    if not isinstance(index, str) or not index.isascii() or not index.isdigit() or len(index) > LONGEST_INDEX:
        raise BadEntry(f"{name} must be a whole number from 0, written as text.")
    return int(index)


def _messages(value: object, size: int) -> Mapping[int, str]:
    """Return the word for each value; there must be exactly one for each."""
    words: dict[int, str] = {}
    entries = value if isinstance(value, list | tuple) else [value]
    for one in entries:
        status, word = (one.get("status"), one.get("message")) if isinstance(one, Mapping) else (None, None)
        if not isinstance(status, str) or not isinstance(word, str):
            raise BadEntry("Each statusMessage needs a status and a message.")
        words[_hexadecimal(status)] = visible(word)[:100]
    if len(entries) != 2**size or set(words) != set(range(2**size)):
        raise BadEntry(f"A status of {size} bits has {2**size} values, and statusMessage must name each once.")
    return words


def _hexadecimal(text: str) -> int:
    digits = text[2:]
    if not text.startswith("0x") or not digits.isascii() or not digits.isalnum() or len(digits) > 8:
        raise BadEntry("A status is written in hexadecimal digits, such as 0x1.")
    try:
        return int(digits, 16)
    except ValueError:
        raise BadEntry("A status is written in hexadecimal digits, such as 0x1.") from None


def status_entry(
    list_url: str,
    index: int,
    purpose: str = "revocation",
    *,
    size: int = 1,
    messages: Sequence[str] | None = None,
    reference: str | Sequence[str] | None = None,
) -> dict[str, Any]:
    """Return the ``credentialStatus`` entry that points at ``index`` of the list at ``list_url``.

    ``size`` is the number of bits of a value, ``messages`` the issuer's word for each of the 2^size values, the one for 0 first; needed
    for more than one bit, and for the purpose ``message``. ``reference`` names where these are explained. Raises ``bad_status_entry``.
    """
    if purpose not in PURPOSES or index < 0:
        raise CredentialError(
            "bad_status_entry", f"A status entry needs one of {', '.join(sorted(PURPOSES))}, and an index from 0."
        )
    if not 1 <= size <= MAXIMUM_STATUS_SIZE or (messages is None and (size > 1 or purpose == "message")):
        raise CredentialError(
            "bad_status_entry",
            f"A status has 1 to {MAXIMUM_STATUS_SIZE} bits, and needs a word for each value if it is more than a yes or no.",
        )
    if messages is not None and (len(messages) != 1 << size or isinstance(messages, str)):
        raise CredentialError(
            "bad_status_entry", f"A status of {size} bits has {1 << size} values; give one word for each, in order."
        )
    entry: dict[str, Any] = {
        "id": f"{list_url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_url,
    }
    if size > 1:
        entry["statusSize"] = size
    if messages is not None:
        entry["statusMessage"] = [{"status": f"0x{value:x}", "message": word} for value, word in enumerate(messages)]
    if reference:
        entry["statusReference"] = reference if isinstance(reference, str) else list(reference)
    return entry
