"""``cairn appraise``: completeness, credibility and break-even of a definition in a file; no database, no network."""

from __future__ import annotations

import json
import sys
from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from cairn.appraisal import (
    AppraisalError,
    Assumptions,
    Cost,
    Description,
    Evidence,
    Tier,
    completeness,
    credibility,
    mcq100,
    read_rubric,
    return_on,
)
from cairn.appraisal.returns import LONGEST_YEARS
from cairn.errors import Invalid

LONGEST = 1024 * 1024
LISTS = frozenset({"countries", "awarding_bodies", "outcomes"})
NUMBERS = frozenset({"workload_hours", "credits"})
YES_OR_NO = frozenset({"identifies_learner", "states_date"})


@click.command()
@click.argument("file", metavar="FILE.json|-")
@click.option("--rubric", "own", type=click.Path(exists=True, dir_okay=False), help="An authority's own rubric.")
@click.option("--at", "moment", type=click.DateTime(["%Y-%m-%d"]), help="The day as of which evidence holds.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
def command(file: str, own: str | None, moment: Any, as_json: bool) -> int:
    """Say what a definition states of Annex I and what to write, how credible it is, and what it would have to bring.

    FILE is a JSON object (- reads standard input) with "description", and if you like "evidence" (a list), "cost" and "assumptions":
    the fields of docs/reference/appraisal.md. Amounts may be numbers or text; they stay exact.

    \b
    Exit code: 0 all eleven mandatory elements are stated, 1 some are missing, 65 the file cannot be read.
    """
    given = _read(file)
    rubric = mcq100()
    try:
        if own is not None:
            rubric = read_rubric(_text(Path(own).read_bytes()))
        complete = completeness(_description(given.get("description")))
        credible = credibility(
            [_evidence(one) for one in _list(given.get("evidence", []), "evidence")], rubric=rubric, at=moment.date() if moment else None
        )  # fmt: skip
        weighed = None
        if "cost" in given:
            weighed = return_on(_cost(given["cost"]), assumptions=_assumptions(given.get("assumptions", {})))
    except AppraisalError as error:
        raise Invalid(f"{error.where}: {error.message}", remedy=error.remedy, code="not_appraisable") from error
    told = {
        "completeness": {
            "stated": complete.score, "of": complete.of, "missing": [{"element": one.name, "write": one.write} for one in complete.missing],
        },
        "credibility": {
            "rubric": rubric.id, "version": rubric.version, "low": _plain(credible.low), "high": _plain(credible.high),
            "coverage": _plain(credible.coverage), "criteria": [one.sentence for one in credible.criteria],
        },
        "return": None if weighed is None else {
            "cost": _plain(weighed.cost.total), "sentences": list(weighed.sentences),
            "cases": [{"completion": str(case.completion), "break_even": str(case.break_even)} for case in weighed.cases],
        },
    }  # fmt: skip
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else _said(told))
    return 0 if complete.score == complete.of else 1


def _said(told: dict[str, Any]) -> str:
    complete, credible, weighed = told["completeness"], told["credibility"], told["return"]
    lines = [f"Complete: {complete['stated']} of {complete['of']} mandatory elements of Annex I."]
    lines += [f"  {one['element']}: {one['write']}" for one in complete["missing"]]
    lines.append(
        f"Credible: {credible['low']} to {credible['high']} of 100 ({credible['rubric']} {credible['version']}); unknown is not zero."
    )
    lines += [f"  {sentence}" for sentence in credible["criteria"] if "not known" not in sentence]
    if weighed is not None:
        lines.append(f"Costs {weighed['cost']} in full, time included.")
        lines += [f"  {sentence}" for sentence in weighed["sentences"]]
        lines += [
            f"  Completed by {Decimal(case['completion']):.0%}: {case['break_even']} more a year to break even."
            for case in weighed["cases"]
        ]
    return "\n".join(lines)


def _read(file: str) -> dict[str, Any]:
    if file == "-":
        raw = sys.stdin.buffer.read(LONGEST + 1)
    else:
        try:
            with Path(file).open("rb") as opened:
                raw = opened.read(LONGEST + 1)
        except OSError as error:
            raise Invalid(f"{file} cannot be read: {error.strerror}.", remedy="Give a file that is there.") from error
    if len(raw) > LONGEST:
        raise Invalid("The file is larger than a megabyte.", remedy="Give one definition.")
    try:
        given = json.loads(_text(raw), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise Invalid("The file is no JSON.", remedy="Mend it, or write it anew.", code="broken_json") from error
    if not isinstance(given, dict) or "description" not in given:
        raise Invalid("There is no “description”.", remedy="Give a JSON object that holds one.")
    return given


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise Invalid("The file is no text in UTF-8.", remedy="Save it as UTF-8.") from error


def _description(given: Any) -> Description:
    known = {field.name for field in fields(Description)}
    values: dict[str, Any] = {}
    for name, value in _object(given, known, "description").items():
        if name in LISTS:
            values[name] = tuple(str(one) for one in _list(value, name))
        elif name in NUMBERS:
            values[name] = None if value is None else _amount(value, name)
            if values[name] is not None and values[name] <= 0:
                raise AppraisalError(
                    name, f"{values[name]} is no amount of work.", "Give more than 0, or leave it out."
                )
        elif name in YES_OR_NO:
            if not isinstance(value, bool | None):
                raise AppraisalError(name, f"{str(value)[:40]!r} is neither true nor false.", "Write true or false.")
            values[name] = value is True
        elif isinstance(value, dict | list):
            raise AppraisalError(name, "It is no text.", "Write it as one text.")
        else:
            values[name] = "" if value is None else str(value)
    return Description(**values)


def _evidence(given: Any) -> Evidence:
    known = {field.name for field in fields(Evidence)}
    one = _object(given, known, "evidence")
    try:
        return Evidence(
            criterion=str(one["criterion"]), points=_amount(one["points"], "points"), tier=Tier(one["tier"]), sentence=str(one["sentence"]),
            source=str(one.get("source", "")), checked_on=_day(one.get("checked_on")), expires_on=_day(one.get("expires_on")),
            at_most=None if one.get("at_most") is None else _amount(one["at_most"], "at_most"),
        )  # fmt: skip
    except KeyError as error:
        raise AppraisalError(
            "evidence", f"{error} is missing.", "Give criterion, points, tier and sentence."
        ) from error
    except ValueError as error:
        if isinstance(error, AppraisalError):
            raise
        raise AppraisalError("evidence", f"{error}.", f"Tiers are {', '.join(Tier)}, days like 2026-03-01.") from error


def _cost(given: Any) -> Cost:
    known = {field.name for field in fields(Cost)}
    return Cost(**{name: _amount(value, name) for name, value in _object(given, known, "cost").items()})


def _assumptions(given: Any) -> Assumptions:
    known = {field.name for field in fields(Assumptions)}
    values: dict[str, Any] = {
        name: _amount(value, name) for name, value in _object(given, known, "assumptions").items() if value is not None
    }
    if "years" in values:
        if not 1 <= values["years"] <= LONGEST_YEARS or values["years"] % 1:
            raise AppraisalError("years", f"{values['years']} years.", f"Give whole years, 1 to {LONGEST_YEARS}.")
        values["years"] = int(values["years"])
    return Assumptions(**values)


def _object(given: Any, known: set[str], where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise AppraisalError(where, "It is no object.", "Write it in braces.")
    if strangers := sorted(set(given) - known):
        raise AppraisalError(where, f"There is no field {strangers[0]!r}.", f"Fields are {', '.join(sorted(known))}.")
    return given


def _list(given: Any, where: str) -> list[Any]:
    if not isinstance(given, list) or len(given) > 1000:
        raise AppraisalError(where, "It is no list of up to 1,000.", "Write it in brackets.")
    return given


def _amount(value: Any, where: str) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise AppraisalError(where, f"{str(value)[:40]!r} is no number.", "Give a number.") from error
    if not amount.is_finite() or abs(amount) > 10**12:
        raise AppraisalError(where, f"{str(value)[:40]} is out of range.", "Give a number up to a million million.")
    return amount


def _day(value: Any) -> date | None:
    return None if value is None else date.fromisoformat(str(value))


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
