"""How fast the whole site answers searches of two million definitions, beside LIKE in the database: python benchmarks/search_site.py

Rows are put into SQLite (HTTP_ROWS=2000000), the index is built from there, ``cairn serve`` answers, and one client asks over the API and
the page, then CLIENTS=16 at once, QUESTIONS=300 different questions with facets ticked. All clients are one thread of raw sockets with
kept connections, so that what is measured is the server; what it spends is read from the system: milliseconds of processor time of all
its processes. SITE=folder keeps what was filled there and uses it again.
"""

from __future__ import annotations

import os
import selectors
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

KEPT = os.environ.get("SITE", "")
HOME = (
    Path(KEPT).resolve() if KEPT else Path(tempfile.mkdtemp(prefix="cairn-site-", dir=os.environ.get("BENCH_FOLDER")))
)
HOME.mkdir(parents=True, exist_ok=True)
os.environ["CAIRN_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.entry.settings")
os.environ.pop("DATABASE_URL", None)

import django

django.setup()

from django.core.management import call_command
from measuring import Figure
from search_rows import questions
from search_tables import filled

from cairn.catalog import search
from cairn.catalog.importing.sample import load_sample
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.search import building
from cairn.outside.clock import now

ROWS = int(os.environ.get("HTTP_ROWS", "2000000"))
QUESTIONS = int(os.environ.get("QUESTIONS", "300"))
CLIENTS = int(os.environ.get("CLIENTS", "16"))
WORKERS = os.environ.get("WORKERS", "")
PORT = int(os.environ.get("PORT", "8791"))
AS_JSON = os.environ.get("JSON") == "1"
YARDSTICK = "LIKE in the database, no facets"
LIKES = 5
"""So many questions are asked of the yardstick, which walks through all rows each time."""

type Asked = Sequence[tuple[str, dict[str, tuple[str, ...]], str]]


@dataclass
class Client:
    """One kept connection: what it still has to ask, and how far the answer has come."""

    connection: socket.socket
    paths: list[str]
    began: float = 0.0
    got: bytes = b""
    whole: int = 0


def answered(paths: Sequence[str], clients: int) -> list[float]:
    """Ask all of it over so many connections, each asking again as soon as it is answered; return the milliseconds of each answer."""
    chosen = selectors.DefaultSelector()
    times: list[float] = []
    for number in range(clients):
        client = Client(socket.create_connection(("127.0.0.1", PORT), timeout=60), list(paths[number::clients]))
        client.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chosen.register(client.connection, selectors.EVENT_READ, client)
    for key in list(chosen.get_map().values()):
        _next(chosen, key.data)
    while chosen.get_map():
        for key, _ in chosen.select(timeout=120):
            client = key.data
            if _arrived(client):
                times.append((time.perf_counter() - client.began) * 1e3)
                _next(chosen, client)
    return times


def _next(chosen: selectors.BaseSelector, client: Client) -> None:
    if not client.paths:
        chosen.unregister(client.connection)
        client.connection.close()
        return
    asked = f"GET {client.paths.pop()} HTTP/1.1\r\nHost: localhost:{PORT}\r\nAccept: */*\r\n\r\n"
    client.got, client.whole, client.began = b"", 0, time.perf_counter()
    client.connection.sendall(asked.encode())


def _arrived(client: Client) -> bool:
    """Take in what came; True when the answer is there. Raises SystemExit for any that is not 200."""
    part = client.connection.recv(1 << 18)
    if not part:
        raise SystemExit("The server closed a connection.")
    client.got += part
    if not client.whole:
        head, end, _ = client.got.partition(b"\r\n\r\n")
        if not end:
            return False
        if b" 200 " not in head[:20]:
            raise SystemExit(f"The server answered: {head[:200]!r}")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        if not lengths:
            raise SystemExit("The server does not say how long its answer is.")
        client.whole = len(head) + 4 + int(lengths[0].partition(b":")[2])
    return len(client.got) >= client.whole


def spent(process: int) -> dict[int, float]:
    """Seconds of processor time of a process and all that come from it, by number."""
    found: dict[int, float] = {}
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            parents[int(folder.name)] = int(fields[1])
            found[int(folder.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def of(number: int) -> bool:
        return number == process or (number in parents and parents[number] > 1 and of(parents[number]))

    return {number: seconds for number, seconds in found.items() if of(number)}


def measured(name: str, paths: Sequence[str], clients: int, server: int, like: Sequence[float]) -> None:
    """Ask, and print percentiles and what the server spent on each answer."""
    before = spent(server)
    times = sorted(answered(paths, clients))
    after = spent(server)
    for label, share in (("median", 0.5), ("p95", 0.95), ("p99", 0.99)):
        value = times[min(len(times) - 1, int(share * len(times)))]
        Figure(f"{name}, {label}", value, "ms", YARDSTICK, sorted(like)[len(like) // 2]).print(as_json=AS_JSON)
    each = {number: after[number] - before.get(number, 0.0) for number in after}
    total = sum(each.values())
    Figure(
        f"{name}, the server's processor time each", total / len(times) * 1e3, "ms", "all of one processor", 1e3
    ).print(as_json=AS_JSON)
    shares = sorted((seconds for seconds in each.values() if seconds > 0.02 * total), reverse=True)
    line("Shares of the processes", ", ".join(f"{100 * seconds / total:.0f} %" for seconds in shares))


def of_the_api(asked: Asked) -> list[str]:
    """Return the addresses of questions in the API."""
    return [
        "/api/v1/catalogue/search?" + urlencode([("q", text), ("sort", order)] + [
            ("facet", f"{name}:{value}") for name, values in ticked.items() for value in values
        ])
        for text, ticked, order in asked
    ]  # fmt: skip


def of_the_page(asked: Asked) -> list[str]:
    """Return the addresses of questions on the page."""
    return [
        "/catalogue/?" + urlencode([("q", text), ("sort", order)] + [
            (name, value) for name, values in ticked.items() for value in values
        ])
        for text, ticked, order in asked
    ]  # fmt: skip


def like_of(text: str) -> float:
    """Milliseconds of the yardstick: what a database without an index of words does."""
    from cairn.catalog.queries import published

    began = time.perf_counter()
    found = published()
    for word in text.split():
        found = found.filter(title__icontains=word)
    list(found.order_by("title")[:20])
    return (time.perf_counter() - began) * 1e3


def prepared() -> None:
    """Fill the database and build the index from it, unless that was done before."""
    call_command("migrate", verbosity=0)
    if not DefinitionVersion.objects.exists():
        load_sample(at=now())
    there = DefinitionVersion.objects.count()
    if there < ROWS:
        began, worked = time.perf_counter(), time.process_time()
        filled(ROWS - there)
        took, work = time.perf_counter() - began, time.process_time() - worked
        line("Filled", f"{ROWS - there:,} rows in SQLite in {took:.0f} s ({work:.0f} s of processor time)")
    if not building._sound():
        began, worked = time.perf_counter(), time.process_time()
        count = search.rebuild()
        took, work = time.perf_counter() - began, time.process_time() - worked
        line("Built", f"the index of {count:,} from the database in {took:.0f} s ({work:.0f} s of processor time)")
        Figure(
            "Index built from the database, rows a second", count / took, "/s", "of processor time", count / work
        ).print(as_json=AS_JSON)


def through_the_site() -> None:
    """Serve, and ask over HTTP with one client and with many. Each measurement asks other questions: the last ones are remembered."""
    asked = questions(QUESTIONS)
    like = [like_of(text) for text, _, _ in asked[:LIKES]]
    server = subprocess.Popen(  # noqa: S603 - our own command, arguments of this file
        [sys.executable, "-m", "cairn", "serve", "--port", str(PORT), *(["--workers", WORKERS] if WORKERS else [])],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "CAIRN_URL": f"http://localhost:{PORT}"},
    )
    try:
        wait()
        answered(of_the_api(questions(64, seed=9)), 2 * CLIENTS)  # all processes read what they keep
        answered(of_the_page(questions(64, seed=9)), 2 * CLIENTS)
        measured("Through the API, one client", of_the_api(asked), 1, server.pid, like)
        many = of_the_api(questions(3 * QUESTIONS, seed=3))
        measured(f"Through the API, {CLIENTS} clients at once", many, CLIENTS, server.pid, like)
        measured("On the page, one client", of_the_page(questions(QUESTIONS, seed=4)), 1, server.pid, like)
        page = of_the_page(questions(QUESTIONS, seed=5))
        measured(f"On the page, {CLIENTS} clients at once", page, CLIENTS, server.pid, like)
        line(
            "Memory of the server",
            f"{memory(server.pid)} MB of its own in all processes together, without mapped files",
        )
    finally:
        server.terminate()
        server.wait()


def wait() -> None:
    """Wait for the server."""
    for _ in range(240):
        try:
            answered(["/api/v1/catalogue/search?q=welding"], 1)
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("The server does not answer.")


def memory(process: int) -> int:
    """Megabytes that a process and all that come from it hold for themselves."""
    total = 0
    for number in spent(process):
        told = Path(f"/proc/{number}/status").read_text(encoding="utf-8").partition("RssAnon:")[2]
        total += int(told.split()[0]) // 1024 if told else 0
    return total


def line(name: str, text: str) -> None:
    """Print a line for people."""
    if not AS_JSON:
        print(f"\n{name}: {text}", flush=True)


def main() -> None:
    """Measure and print."""
    try:
        prepared()
        size = (HOME / "cairn.sqlite3").stat().st_size // 1_000_000
        line("Site", f"{DefinitionVersion.objects.count():,} rows, {size:,} MB of SQLite {sqlite3.sqlite_version}")
        through_the_site()
    finally:
        if not KEPT:
            shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    main()
