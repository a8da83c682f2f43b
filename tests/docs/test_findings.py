"""The page of findings is held to the code: every code that the credential core can give stands there once, and no other does.

The codes are read from the source by its syntax tree. A code is the argument ``code`` of what makes a finding or an error: the classes
below, and any function that hands an argument of its own on to one of these. An argument that is written in a way not understood here
fails the test, so that none is overlooked.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "src" / "cairn" / "credentials"
PAGE = ROOT / "docs" / "reference" / "findings.md"
ROW = re.compile(r"^\| `(?P<code>[a-z0-9_]+)` \| (?P<outcomes>[^|]+) \| (?P<sentence>[^|]+) \|(?: [^|]+)? \|$")
WRITING = "## Errors of writing"
OUTCOMES = {"pass", "warn", "unknown", "fail"}

MAKERS: Mapping[str, tuple[int, str | None]] = {
    "Finding": (2, None),
    "CredentialError": (0, "fail"),
    "NotCovered": (0, "fail"),
    "KeyNotOfIssuer": (0, "fail"),
    "NotSupported": (0, "unknown"),
    "Fault": (0, "fail"),
}
"""Class → where its code stands among the arguments, and the outcome it leads to where that is not an argument as well."""


@dataclass
class Module:
    """A module's tree, the functions in it that hand a code on, and the module itself, for its tables."""

    tree: ast.Module
    imported: ModuleType
    makers: dict[str, tuple[int, str, frozenset[str]]] = field(default_factory=dict)


@dataclass
class Said:
    """What the source says of a code: the outcomes it is given with literally, and whether it is an error too (which may become any)."""

    outcomes: set[str] = field(default_factory=set)
    also_raised: bool = False


def called(node: ast.Call) -> str:
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def argument(node: ast.Call, place: int, name: str) -> ast.expr | None:
    if place < len(node.args):
        return node.args[place]
    return next((one.value for one in node.keywords if one.arg == name), None)


def parameters(function: ast.FunctionDef) -> list[str]:
    return [one.arg for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def literal_outcome(node: ast.expr | None) -> str | None:
    known = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Outcome"
    return node.attr.lower() if known and isinstance(node, ast.Attribute) else None


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def modules() -> list[Module]:
    found = []
    for path in sorted(CORE.rglob("*.py")):
        dotted = ".".join(path.relative_to(CORE.parents[1]).with_suffix("").parts).removesuffix(".__init__")
        found.append(Module(ast.parse(path.read_text(encoding="utf-8")), importlib.import_module(dotted)))
    return found


def maker(module: Module, node: ast.Call) -> tuple[int, str, frozenset[str]] | None:
    """Where the code stands in this call, what it is called there, and the outcomes it leads to; None for any other call."""
    name = called(node)
    if name == "Finding":
        outcome = literal_outcome(argument(node, 1, "outcome"))
        return 2, "code", frozenset() if outcome is None else frozenset({outcome})
    if name in MAKERS:
        place, outcome = MAKERS[name]
        return place, "code", frozenset({outcome} if outcome else ())
    if isinstance(node.func, ast.Attribute) and name == "__init__":
        return 0, "code", frozenset({"fail"})
    return module.makers.get(name)


def learn_makers(every: list[Module]) -> None:
    """Find the functions that hand a code on, until there are no more of them; imported ones count where they are imported."""
    by_name = {module.imported.__name__: module for module in every}
    before = -1
    while before != (before := sum(len(module.makers) for module in every)):
        for module in every:
            for function in functions(module.tree):
                names = parameters(function)
                for node in ast.walk(function):
                    made = maker(module, node) if isinstance(node, ast.Call) else None
                    code = argument(node, made[0], made[1]) if made and isinstance(node, ast.Call) else None
                    if made and isinstance(code, ast.Name) and code.id in names and function.name != "__init__":
                        module.makers[function.name] = (names.index(code.id), code.id, made[2])
            for node in ast.walk(module.tree):
                if isinstance(node, ast.ImportFrom) and node.module in by_name:
                    for one in node.names:
                        if one.name in by_name[node.module].makers:
                            module.makers[one.asname or one.name] = by_name[node.module].makers[one.name]


class NotUnderstood(Exception):
    """A code is written in a way that this test cannot follow."""


def codes(expression: ast.expr, module: Module, function: ast.FunctionDef | None) -> set[str]:
    """Return the codes that an argument can stand for; none for the code of another finding or error, or an argument handed on."""
    match expression:
        case ast.Constant(value=str(code)):
            return {code}
        case ast.Attribute(attr="code"):
            return set()
        case ast.IfExp(body=one, orelse=other):
            return codes(one, module, function) | codes(other, module, function)
        case ast.Call(func=ast.Attribute(value=ast.Dict(values=values), attr="get"), args=[_, default]):
            return set().union(*(codes(one, module, function) for one in (*values, default)))
        case ast.JoinedStr(
            values=[ast.Constant(value=str(start)), ast.FormattedValue(value=ast.Subscript(value=ast.Name(id=table)))]
        ):
            return {start + end for end in getattr(module.imported, table).values()}
        case ast.Name(id=name) if function is not None and name in parameters(function):
            return set()
        case ast.Name(id=name) if function is not None and (local := assigned(name, module, function)):
            return set().union(*(codes(one, module, function) if isinstance(one, ast.expr) else {one} for one in local))
        case ast.Name(id=name) if isinstance(getattr(module.imported, name, None), str):
            return {getattr(module.imported, name)}
    raise NotUnderstood(f"{module.imported.__name__}, line {expression.lineno}: {ast.unparse(expression)}")


def assigned(name: str, module: Module, function: ast.FunctionDef) -> list[ast.expr | str]:
    """What a local name is set to: expressions, or the first of each pair in a table of the module."""
    found: list[ast.expr | str] = []
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                found.append(value)
            case ast.Assign(
                targets=[ast.Tuple(elts=[ast.Name(id=target), *_])], value=ast.Subscript(value=ast.Name(id=table))
            ) if target == name:
                found += [pair[0] for pair in getattr(module.imported, table).values()]
    return found


def said_by_the_source() -> dict[str, Said]:
    every = modules()
    learn_makers(every)
    found: dict[str, Said] = defaultdict(Said)
    for module in every:
        within = {id(node): function for function in functions(module.tree) for node in ast.walk(function)}
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            if called(node) == "replace":
                code = next((one.value for one in node.keywords if one.arg == "code"), None)
                outcomes: frozenset[str] = frozenset()
            elif made := maker(module, node):
                code, outcomes = argument(node, made[0], made[1]), made[2]
            else:
                continue
            if code is None or (called(node) == "__init__" and not isinstance(code, ast.Constant)):
                continue
            for one in codes(code, module, within.get(id(node))):
                found[one].outcomes |= outcomes
                found[one].also_raised |= called(node) in {*MAKERS, "__init__"} - {"Finding", "NotSupported"}
    return dict(found)


def rows() -> list[tuple[str, set[str], bool]]:
    """Code, outcomes, and whether the row is about writing, of each row of the page."""
    checking, _, writing = PAGE.read_text(encoding="utf-8").partition(WRITING)
    found = []
    for part, about_writing in ((checking, False), (writing, True)):
        for line in part.splitlines():
            if line.startswith("| `") and not line.startswith(tuple(f"| `{outcome}`" for outcome in OUTCOMES)):
                match = ROW.match(line)
                assert match is not None, f"a row that cannot be read: {line}"
                found.append((match["code"], set(re.findall(r"[a-z]+", match["outcomes"])), about_writing))
    return found


@pytest.fixture(scope="module")
def source() -> dict[str, Said]:
    return said_by_the_source()


def test_every_code_of_the_source_stands_on_the_page_and_no_other(source: dict[str, Said]) -> None:
    listed = {code for code, _, _ in rows()}
    assert sorted(source.keys() - listed) == [], "give each of these codes a row in docs/reference/findings.md"
    assert sorted(listed - source.keys()) == [], "take the rows of these codes out of docs/reference/findings.md"


def test_no_code_stands_twice(source: dict[str, Said]) -> None:
    for about_writing in (False, True):
        listed = [code for code, _, writing in rows() if writing is about_writing]
        assert sorted(listed) == sorted(set(listed))


def test_the_outcomes_are_those_of_the_source(source: dict[str, Said]) -> None:
    wrong = []
    for code, outcomes, about_writing in rows():
        said = source.get(code)
        if said is None or about_writing:
            continue
        assert outcomes <= OUTCOMES, f"{code}: {outcomes}"
        # An error may become any outcome, by who catches it; what a finding says literally is what it is.
        if said.outcomes and not said.also_raised and outcomes != said.outcomes:
            wrong.append(f"{code}: the page says {sorted(outcomes)}, the source {sorted(said.outcomes)}")
    assert wrong == []


def test_the_codes_that_must_be_there_are_found(source: dict[str, Said]) -> None:
    """One of each way in which the source writes a code, so that the reading itself is tested."""
    assert source["signature_valid"].outcomes == {"pass"}
    assert source["unsupported_proof"].outcomes == {"unknown"}
    assert {
        "not_revoked",
        "not_suspended",
        "no_credential_inside",
        "undefined_term",
        "previous_proof_fails",
    } <= source.keys()
    assert {
        "status_wrong_purpose",
        "unreadable_there",
        "seal_broken",
        "status_unreachable",
        "bad_status_list",
    } <= source.keys()
