"""What a form of credential is: one record per data model this field has used, gathered in :mod:`cairn.credentials.forms`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule: a stable code, the JSON path, one sentence."""

    code: str
    where: str
    message: str


def _nothing(_document: Mapping[str, Any]) -> list[Fault]:
    return []


def _unknown(_field: str) -> None:
    return None


def _itself(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return document


@dataclass(frozen=True, slots=True)
class Form:
    """A data model: how to recognise a document of it, what it insists on, and how to read it.

    ``faults`` are broken rules that meaning hangs on, ``gaps`` what its type still requires and is worth a remark. ``reading``
    returns the same facts in the words of Verifiable Credentials 2.0 and Open Badges 3.0, so that whoever reads a credential knows
    one vocabulary only; it must accept whatever ``recognises`` does, however broken, and never raises. ``text_rule`` says of a
    field what a text in it must be for neither faults nor gaps to find anything about it (see :func:`rules.text_rule`).
    """

    name: str
    title: str
    recognises: Callable[[Mapping[str, Any]], bool]
    faults: Callable[[Mapping[str, Any]], list[Fault]] = field(default=_nothing)
    gaps: Callable[[Mapping[str, Any]], list[Fault]] = field(default=_nothing)
    reading: Callable[[Mapping[str, Any]], Mapping[str, Any]] = field(default=_itself)
    text_rule: Callable[[str], Callable[[str], bool] | None] = field(default=_unknown)
