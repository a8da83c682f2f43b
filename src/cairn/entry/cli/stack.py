"""``cairn stack``: what awards add up to under a rule, told to a person or a program."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from cairn import stacking
from cairn.credentials import CouldNotFetch, Credential, Resolver, verify
from cairn.entry.cli.documents import Documents, Nobody
from cairn.entry.cli.inputs import LINES, given
from cairn.entry.cli.saying import say
from cairn.entry.cli.trust import Listed
from cairn.entry.cli.verify import Moment, recipient_of
from cairn.errors import Invalid, NotFound
from cairn.stacking import documents as stacking_documents
from cairn.stacking.pathways import ASIDE, ASSUMED, LEFT_OUT, Pathway, looks_like_ctdl, read_pathways

MARKS = {"met": "✓", "partly": "…", "not": "·"}
COLOURS = {"met": "green", "partly": "yellow", "not": "red"}
EFFECTS = {ASSUMED: "Taken so", LEFT_OUT: "Not in the rule", ASIDE: "Beside the rule"}
HEADLINES = {"met": "Complete", "partly": "Begun", "not": "Not begun"}


@dataclass(frozen=True, slots=True)
class Held:
    """What is weighed, and the signed credentials that are not: wrong ones, and those about which nothing could be found out."""

    holding: stacking_documents.Holding
    left_out: tuple[dict[str, str], ...] = ()

    @property
    def undetermined(self) -> bool:
        """Whether something might still turn out to count."""
        return any(one["verdict"] == "undetermined" for one in self.left_out)


@click.command()
@click.argument("rule", type=click.Path(path_type=Path))
@click.argument("awards", type=click.Path(path_type=Path))
@click.option("--at", type=Moment(), help="Weigh as of this moment (2026-03-01T12:00:00Z) or day. Default: now.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as one JSON object.")
@click.option("--pathway", "wanted", help="Which pathway is meant, by its id or name, where RULE holds several.")
@click.option("--scheme", help="The credit scheme that signed credentials count in; they state none themselves.")
@click.option("--recipient", help="Signed credentials must be about this person: e-mail address, DID or other id.")
@click.option(
    "--trust", "registers", multiple=True, type=click.Path(path_type=Path),
    help="JSON file of known issuers; then only their signed credentials count.",
)  # fmt: skip
@click.option("--offline", is_flag=True, help="Ask nobody: what cannot be found out without a network stays open.")
@click.option(
    "--documents", type=click.Path(path_type=Path), help="JSON map from addresses to files that stand for them; asks nobody else."
)  # fmt: skip
def command(
    rule: Path, awards: Path, at: datetime | None, as_json: bool, wanted: str | None, scheme: str | None, recipient: str | None,
    registers: Sequence[Path], offline: bool, documents: Path | None,
) -> int:  # fmt: skip
    """Weigh AWARDS against RULE: what counts where, what does not and why, and what is missing.

    RULE is a JSON file: a stacking rule, or a CTDL pathway (JSON-LD), of which everything is told that a rule cannot say. AWARDS is a JSON
    file of awards, or a file of signed credentials, one on each line (.jsonl), which are verified first: only verified ones count.

    \b
    Exit code: 0 the rule is met, 1 it is not, 2 something could not be found out, or the pathway asks for more than the rule.
    A file that cannot be used: 65; one that is not there: 66.

    \b
      cairn stack rule.json awards.json --at 2026-03-01
      cairn stack rule.json wallet.jsonl --documents archive/map.json --scheme ECTS --json
      cairn stack pathway.jsonld awards.json --pathway "Welding Technology"
    """
    from cairn.outside.clock import now

    if offline and documents is not None:
        raise Invalid(
            "--offline and --documents do not go together.",
            remedy="--documents asks nobody either; leave --offline out.",
        )
    moment = at or now()
    requirement, pathway = _rule(rule, wanted)
    if awards.suffix in LINES:
        held = _signed(awards, moment, _world(offline, documents), registers, recipient, scheme)
    else:
        held = Held(_plain(awards))
    holding = held.holding
    try:
        evaluation = stacking.evaluate(
            requirement, holding.awards, moment, validity=holding.validity, equivalent=holding.equivalent,
            names={**(pathway.names if pathway else {}), **(holding.names or {})}, decisions=holding.decisions,
            retired=holding.retired,
        )  # fmt: skip
    except stacking.AwardError as fault:
        raise Invalid(
            f"{awards} cannot be weighed: {fault}", remedy="Mend it and try again.", code="bad_awards"
        ) from fault
    if as_json:
        answer = {"at": moment.isoformat(), **stacking_documents.as_json(evaluation), "left_out": list(held.left_out)}
        if pathway:
            said = [remark.to_json() for remark in pathway.remarks]
            answer["pathway"] = {"id": pathway.id, "name": pathway.name, "whole": pathway.whole, "remarks": said}
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _tell(evaluation, held)
        for remark in pathway.remarks if pathway else ():
            say(f"  {EFFECTS[remark.effect]}: {remark.place}. {remark.why}")
    if evaluation.met and evaluation.decided:
        return 0 if pathway is None or pathway.whole else 2
    return 2 if held.undetermined or not evaluation.decided else 1


def _world(offline: bool, documents: Path | None) -> Resolver:
    if documents is not None:
        return Documents.read(documents)
    if offline:
        return Nobody()
    from cairn.outside.fetching import GuardedResolver

    return GuardedResolver()


def _parsed[T](path: Path, what: str, parse: Callable[[bytes], T], code: str, schema: str) -> T:
    """The file as ``parse`` reads it; what is wrong with it is told place by place."""
    try:
        return parse(path.read_bytes())
    except FileNotFoundError as error:
        raise NotFound(f"{path} is not there.", remedy=f"Give the path of {what}.") from error
    except UnicodeDecodeError as fault:
        raise Invalid(f"{path} is not text in UTF-8.", remedy="Give a JSON file.") from fault
    except OSError as error:
        raise Invalid(
            f"{path} cannot be read: {(error.strerror or 'unknown reason').lower()}.", remedy=f"Give {what}."
        ) from error
    except (stacking.RuleError, stacking.AwardError) as fault:
        raise Invalid(
            f"{path} is not {what} that can be used: {'; '.join(map(str, fault.problems)) or fault}",
            remedy=f"Mend the places named. The schema is docs/reference/schemas/{schema}.",
            code=code,
            problems=[str(problem) for problem in fault.problems],
        ) from fault


def _rule(path: Path, wanted: str | None) -> tuple[stacking.Requirement, Pathway | None]:
    """The rule, and the pathway it was read from where it was one."""

    def read(data: bytes) -> stacking.Requirement | tuple[Pathway, ...]:
        return read_pathways(data) if looks_like_ctdl(data) else stacking.parse_requirement(data)

    found = _parsed(path, "a rule", read, "bad_requirement", "stacking-rule.json")
    if isinstance(found, stacking.Requirement):
        if wanted is not None:
            raise Invalid(f"{path} is a rule and holds no pathways.", remedy="Leave --pathway out.")
        return found, None
    chosen = [one for one in found if wanted is None or wanted in (one.id, one.name)]
    if len(chosen) != 1:
        names = ", ".join(f"“{one.name or one.id}”" for one in found)
        raise Invalid(f"{path} holds {len(found)} pathways: {names}.", remedy="Say which one with --pathway.")
    return chosen[0].rule, chosen[0]


def _plain(path: Path) -> stacking_documents.Holding:
    return _parsed(path, "a file of awards", stacking_documents.read_awards, "bad_awards", "stacking-awards.json")


def _signed(
    path: Path, at: datetime, resolver: Resolver, registers: Sequence[Path], recipient: str | None, scheme: str | None
) -> Held:
    """Verify each credential; what is verified is weighed, the rest is named with its verdict."""
    who = recipient_of(recipient) if recipient else None
    trust = Listed(registers)
    found: list[stacking.Award] = []
    left_out: list[dict[str, str]] = []
    people: set[str] = set()
    for name, data in given([str(path)], resolver):
        if isinstance(data, CouldNotFetch):
            if name == str(path):
                raise NotFound(f"{path} was not read: {data.reason}.", remedy="Give the path of a file of credentials.")
            left_out.append({"input": name, "verdict": "undetermined", "reason": data.reason})
            continue
        verdict = verify(data, at=at, resolve=resolver, trust=trust, recipient=who)
        if verdict.verdict != "verified" or (registers and verdict.trusted != "pass") or verdict.credential is None:
            bad = next((one.message for one in verdict.findings if one.outcome in ("fail", "unknown")), "")
            trusted = verdict.verdict != "verified"
            said = bad if trusted else "Its issuer is in none of the registers given."
            unknown = verdict.verdict == "undetermined" or (not trusted and verdict.trusted == "unknown")
            left_out.append({"input": name, "verdict": "undetermined" if unknown else "not_verified", "reason": said})
            continue
        people.add(verdict.credential.subject_id or "")
        found.append(_award(verdict.credential, name, scheme))
    if who is None and len(people - {""}) > 1:
        raise Invalid(
            f"{path} holds credentials about {len(people - {''})} different people.",
            remedy="Say whose awards are to be weighed with --recipient.",
        )
    return Held(stacking_documents.Holding(tuple(_each_once(found))), tuple(left_out))


def _each_once(awards: Sequence[stacking.Award]) -> list[stacking.Award]:
    """A credential that stands twice is one; the last copy holds, as a wallet would have it."""
    return list({award.id: award for award in awards}.values())


def _award(credential: Credential, name: str, scheme: str | None) -> stacking.Award:
    """A verified credential as the engine's value. What it does not say does not count: credits without a scheme are none."""
    from cairn.wallet.reading import contents_of

    read = contents_of(credential)
    begins = read.valid_from or read.awarded_at
    if begins is None:
        raise Invalid(
            f"{name} does not say when it was awarded.", remedy="Leave it out, or ask its issuer for one that does."
        )
    levels = [
        stacking.Level(entry.framework or entry.name.split(" ")[0], level)
        for entry in read.levels
        if (level := _decimal(entry.code)) is not None and (entry.framework or entry.name)
    ]
    amount = _decimal(read.credits)
    return stacking.Award(
        id=read.credential_id or name,
        achievement=read.achievement_id or read.credential_id or name,
        issuer=read.issuer_id or "unknown",
        valid_from=begins,
        valid_until=read.valid_until,
        earned_at=read.awarded_at,
        credits={scheme: amount} if scheme and amount is not None else {},
        level=levels[0] if levels else None,
        type=read.kind,
        tags=frozenset(tag for tag in (credential.achievement or {}).get("tag") or () if isinstance(tag, str)),
        subjects=frozenset(
            field for field in [(credential.achievement or {}).get("fieldOfStudy")] if isinstance(field, str) and field
        ),
        skills=tuple(
            stacking.SkillAt(
                skill.framework or skill.uri.rpartition("/")[0], skill.uri, _decimal(skill.level) or Decimal(0)
            )
            for skill in read.skills
            if skill.uri and (skill.framework or "/" in skill.uri)
        ),
    )


def _decimal(value: object) -> Decimal | None:
    """A number to the hundredth, or None."""
    try:
        read = Decimal(str(value))
    except InvalidOperation:
        return None
    return read.quantize(Decimal("0.01")) if read.is_finite() and 0 <= read < 10**9 else None


def _tell(evaluation: stacking.Evaluation, held: Held) -> None:
    state = str(evaluation.state)
    share = f", {int(evaluation.progress * 100)}% of the way" if not evaluation.met else ""
    click.secho(f"{HEADLINES[state]}{share}", fg=COLOURS[state], bold=True)
    if not evaluation.decided:
        say("  The search was cut short: more may be possible, and even the whole.")
    elif not evaluation.exact and not evaluation.met:
        say("  It is not met, which is proven. How far it is may be more than this: that search was cut short.")
    _tell_node(evaluation.trace, 1)
    for rejected in evaluation.questioned:
        say(f"  A person must look: {rejected.award} {rejected.reason}.")
    for rejected in evaluation.unused:
        say(f"  Not counted: {rejected.award} {rejected.reason}.")
    for one in held.left_out:
        say(f"  Left out, {one['verdict'].replace('_', ' ')}: {one['input']}. {one['reason']}")
    for number, way in enumerate(evaluation.missing):
        say("  Missing:" if number == 0 else "  Or:")
        for step in way:
            say(f"    {step.sentence}.")
    for number, obstacle in enumerate(evaluation.obstacles):
        if number == 0:
            certain = all(one.certain for one in evaluation.obstacles)
            say("  Nothing completes it any more:" if certain else "  No way to complete it was found:")
        say(f"    {obstacle.sentence}.")


def _tell_node(node: Any, depth: int) -> None:
    much = "" if node.unit in ("parts", "conditions") else f" ({node.have:f} of {node.need:f} {node.unit})"
    used = f": {', '.join(node.used)}" if node.used and not node.parts else ""
    note = f"; {node.note}" if node.note else ""
    say(f"{'  ' * depth}{MARKS[str(node.state)]} {node.sentence.rstrip(':')}{much}{used}{note}")
    for decision in node.decisions:
        say(f"{'  ' * (depth + 1)}Decided: {decision}")
    for counted in node.counts:
        if counted.because:
            say(f"{'  ' * (depth + 1)}{counted.award} counts for {counted.amount:f} {counted.unit}: {counted.because}")
    for part in node.parts:
        _tell_node(part, depth + 1)
