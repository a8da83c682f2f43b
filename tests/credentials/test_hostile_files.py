"""The catalogue of hostile files: each is read from disk as it lies there, judged, and judged as the manifest says.

What the files are made of: tools/hostile. What readers are told of them: docs/reference/hostile-input.md.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.credentials.world import MemoryResolver
from tools import make_hostile

from cairn.credentials import CouldNotFetch, Fetched, Isolated, Resolver, verify, verify_presentation
from cairn.credentials.moments import parse_moment
from cairn.outside.addresses import look_up
from cairn.outside.fetching import GuardedResolver, Limits

FOLDER = Path(__file__).parent / "hostile"
MANIFEST: dict[str, Any] = json.loads((FOLDER / "hostile.json").read_text(encoding="utf-8"))
FILES: dict[str, dict[str, Any]] = MANIFEST["files"]
FETCHES: dict[str, dict[str, Any]] = MANIFEST["fetches"]
DOCUMENTS: dict[str, str] = json.loads((FOLDER / "documents.json").read_text(encoding="utf-8"))
AT = parse_moment(MANIFEST["at"])
KINDS = {".json": "application/json", ".html": "text/html", ".txt": "text/plain"}
SECONDS = 60
"""For each file, by the wall: generous, since the machine may be busy, and far below for ever."""
REFUSALS = (
    *("not on the public internet", "not a well-formed URL", "user name or password", "only the usual port"),
    *("only https addresses", "names no host", "has no address"),
)
"""The words in which the guard says that it never connected to anybody."""


class World(MemoryResolver):
    """Serves the files of documents.json, each as what its ending says it is."""

    def __init__(self) -> None:
        super().__init__({address: (FOLDER / name).read_bytes() for address, name in DOCUMENTS.items()})

    def fetch(self, url: str, *, accept: str) -> Fetched:
        found = super().fetch(url, accept=accept)
        return Fetched(found.body, KINDS[Path(DOCUMENTS[url]).suffix], url)


class GuardedWorld(World):
    """The same, with the real guard before whatever is not in it; ``refused`` holds what it said."""

    def __init__(self, names: Mapping[str, list[str]]) -> None:
        super().__init__()
        self.guard = GuardedResolver(lookup=name_server(names), limits=Limits(seconds=20))
        self.refused: dict[str, str] = {}

    def fetch(self, url: str, *, accept: str) -> Fetched:
        if url in self.pages:
            return super().fetch(url, accept=accept)
        try:
            return self.guard.fetch(url, accept=accept)
        except CouldNotFetch as refusal:
            self.refused[url] = refusal.reason
            raise


def name_server(names: Mapping[str, list[str]]) -> Callable[[str, int], list[str]]:
    """Answers for the names it has; the machine's own reader for what is a number in some spelling; nothing for all else."""

    def looked_up(host: str, port: int) -> list[str]:
        if host in names:
            return list(names[host])
        if host[:1].isdigit() or ":" in host or host.startswith("localhost"):
            return look_up(host, port)
        raise OSError("Name or service not known")

    return looked_up


def judged(name: str, resolve: Resolver, engine: Isolated | None = None) -> tuple[str, set[str]]:
    """Return the verdict on a file and the codes of all findings. Raises nothing, and comes back: both are what is tested."""
    entry, content = FILES[name], (FOLDER / name).read_bytes()
    assert AT is not None
    if entry.get("check") == "presentation":
        asked = {"challenge": entry["challenge"], "domain": entry["domain"]}
        shown = verify_presentation(content, at=AT, resolve=resolve, **asked)
        inside = {finding.code for one in shown.credentials for finding in one.findings}
        return shown.verdict, {finding.code for finding in shown.findings} | inside
    verdict = verify(content, at=AT, resolve=resolve, refresh=entry.get("refresh", False), isolated=engine)
    return verdict.verdict, {finding.code for finding in verdict.findings}


@pytest.fixture(scope="module")
def engine() -> Iterator[Isolated]:
    with Isolated(seconds=2) as started:
        yield started


class Guarded(threading.Thread):
    """Work on the side, so that a file that hangs its reader fails its own test and not the whole run."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.work, self.result, self.error = work, None, None

    def run(self) -> None:
        try:
            self.result = self.work()
        except BaseException as error:
            self.error = error


def within(seconds: float, work: Callable[[], Any]) -> Any:
    thread = Guarded(work)
    thread.start()
    thread.join(seconds)
    assert not thread.is_alive(), "it did not come back"
    if thread.error is not None:
        raise thread.error
    return thread.result


@pytest.mark.parametrize("name", list(FILES))
def test_each_file_gets_the_answer_that_the_manifest_names_and_sends_us_nowhere_else(
    name: str, engine: Isolated
) -> None:
    entry, world = FILES[name], World()
    verdict, codes = within(SECONDS, lambda: judged(name, world, engine))
    assert verdict == entry["verdict"], codes
    assert entry["code"] in codes
    assert set(world.asked) <= set(entry["may_ask"])


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("json-ld/poison-")])
def test_what_would_take_for_ever_is_told_by_its_shape_where_no_process_can_be_killed(name: str) -> None:
    verdict, codes = within(SECONDS, lambda: judged(name, World()))
    assert (verdict, FILES[name]["code"] in codes) == (FILES[name]["verdict"], True)


@pytest.mark.parametrize("name", [name for name, entry in FILES.items() if not set(entry["may_ask"]) <= set(DOCUMENTS)])
def test_behind_the_real_guard_no_file_reaches_what_is_not_public(name: str, engine: Isolated) -> None:
    entry = FILES[name]
    world = GuardedWorld(entry.get("names", {}))
    verdict, codes = within(SECONDS, lambda: judged(name, world, engine))
    assert (verdict, entry["code"] in codes) == (entry["verdict"], True), codes
    for address, reason in world.refused.items():
        assert any(words in reason for words in REFUSALS), (address, reason)


# -- Whoever fetches ------------------------------------------------------------------------------------------------------------


class Server:
    """A web server on the own machine that answers by recipe, and counts what it was asked."""

    def __init__(self, answers: Mapping[str, Mapping[str, Any]]) -> None:
        self.requests: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.requests.append(self.path)
                answer = answers[self.path]
                body = b"0" * answer.get("times", 0)
                body = gzip.compress(body, mtime=0) if answer.get("packed") else body
                self.send_response(answer["status"])
                for header, value in answer.get("headers", {}).items():
                    self.send_header(header, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(OSError):  # it may hang up on us, as it should
                    self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.http.server_port

    def __enter__(self) -> Server:
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.shutdown()
        self.http.server_close()


@pytest.mark.parametrize("name", list(FETCHES))
def test_the_guard_answers_each_recipe_for_fetching(name: str) -> None:
    recipe = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    rounds = {host: list(answers) for host, answers in recipe.get("names", {}).items()}
    looked_up: list[str] = []

    def answers(host: str, port: int) -> list[str]:
        looked_up.append(host)
        if host in rounds:
            return list(rounds[host].pop(0))
        return name_server({})(host, port)

    with Server(recipe.get("answers", {})) as server:
        origin = f"http://127.0.0.1:{server.port}"
        address = recipe["address"].replace("{server}", origin).replace("{port}", str(server.port))
        allowed = [origin, f"http://mallory.example:{server.port}"] if recipe.get("answers") else []
        guard = GuardedResolver(allowed_origins=allowed, lookup=answers, limits=Limits(seconds=20))
        if not FETCHES[name]["reason"]:
            guard.fetch(address, accept="*/*")
            assert looked_up == ["mallory.example"], "a second look-up may give another address"
            return
        with pytest.raises(CouldNotFetch) as refused:
            guard.fetch(address, accept="*/*")
        assert FETCHES[name]["reason"] in refused.value.reason
        assert len(server.requests) <= 4


# -- The catalogue itself -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return make_hostile.files()


def test_the_files_are_what_their_recipes_make_byte_for_byte(made: dict[str, bytes]) -> None:
    there = {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*") if path.is_file()}
    assert sorted(there) == sorted(made)
    changed = [name for name, path in there.items() if path.read_bytes() != made[name]]
    assert not changed, "make them anew: python -m tools.make_hostile"


def test_every_file_is_listed_and_small(made: dict[str, bytes]) -> None:
    assert set(made) == {*FILES, *FETCHES, *DOCUMENTS.values(), "hostile.json", "documents.json", ".gitattributes"}
    assert len(FILES) == len(list(make_hostile.cases()))
    large = {name: len(content) for name, content in made.items() if len(content) > 64_000 and name != "hostile.json"}
    assert not large


def test_every_kind_has_an_honest_file_or_fails_for_a_reason_of_its_own() -> None:
    """An honest twin shows that the bent ones are refused for what was bent."""
    honest = {name.partition("/")[0] for name in FILES if "honest" in name}
    assert honest >= {
        "json",
        "token",
        "sd-jwt",
        "png",
        "svg",
        "open-badges-2",
        "seal",
        "record",
        "presentation",
        "address",
    }
    assert {entry["verdict"] for entry in FILES.values()} == {"verified", "not_verified", "undetermined"}
    assert all(entry["tries"].endswith(".") and entry["rule"] for entry in (*FILES.values(), *FETCHES.values()))


def test_the_page_for_readers_says_what_the_manifest_says() -> None:
    page = make_hostile.PAGE.read_text(encoding="utf-8")
    assert page.partition(make_hostile.TABLES_BEGIN)[2].strip() == make_hostile.tables(MANIFEST).strip()
