"""A small server on the loopback plays the world; a made-up look-up plays DNS. Each refusal is tried by itself."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cairn.credentials.resolving import CouldNotFetch, Resolver
from cairn.outside.addresses import is_public
from cairn.outside.fetching import GuardedResolver, Limits, origin_of

Answer = Callable[[BaseHTTPRequestHandler], None]


class World:
    """Answers by path, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.stop = threading.Event()
        world = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                world.requests.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
                world.answers[self.path](self)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"

    def says(self, path: str, body: bytes, *, status: int = 200, **headers: str) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        self.answers[path] = answer


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    thread = threading.Thread(target=world.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield world
    world.stop.set()
    world.server.shutdown()
    world.server.server_close()


@pytest.fixture
def resolver(world: World) -> GuardedResolver:
    return GuardedResolver(allowed_origins=[world.origin], limits=Limits(max_bytes=10_000, seconds=3.0))


def refusal(resolver: GuardedResolver, url: str) -> str:
    with pytest.raises(CouldNotFetch) as caught:
        resolver.fetch(url, accept="application/json")
    return caught.value.reason


def at(*addresses: str) -> GuardedResolver:
    """A resolver in whose world every host has these addresses."""
    return GuardedResolver(lookup=lambda _host, _port: list(addresses), limits=Limits(seconds=2.0))


def test_it_is_the_resolver_that_the_core_asks_for(resolver: GuardedResolver) -> None:
    assert isinstance(resolver, Resolver)


def test_what_lies_there_comes_back_with_its_type_and_address(world: World, resolver: GuardedResolver) -> None:
    world.says("/did.json", b'{"id":1}', Content_Type="application/did+json")
    fetched = resolver.fetch(world.origin + "/did.json#key-1", accept="application/did+json")
    assert (fetched.body, fetched.content_type) == (b'{"id":1}', "application/did+json")
    assert fetched.url == world.origin + "/did.json"


def test_the_request_tells_nothing_about_who_asks(world: World, resolver: GuardedResolver) -> None:
    world.says("/x", b"{}", Set_Cookie="track=1")
    resolver.fetch(world.origin + "/x", accept="application/json")
    resolver.fetch(world.origin + "/x", accept="application/json")
    for _, headers in world.requests:
        assert set(headers) <= {"host", "accept", "accept-encoding", "user-agent", "connection"}
        assert headers["user-agent"] == "Cairn"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a",
        "file:///etc/passwd",
        "gopher://example.org",
        "data:,x",
        "//example.org/a",
        "example.org",
        "",
    ],
)
def test_another_scheme_is_refused(url: str) -> None:
    assert refusal(at("93.184.216.34"), url)


def test_plain_http_is_refused_unless_the_origin_is_allowed() -> None:
    assert "only https" in refusal(at("93.184.216.34"), "http://example.org/a")


@pytest.mark.parametrize(
    "url", ["https://user@example.org/", "https://user:secret@example.org/", "https://example.org@127.0.0.1/"]
)
def test_a_user_in_the_address_is_refused(url: str) -> None:
    assert "user name" in refusal(at("93.184.216.34"), url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org\\@127.0.0.1/",
        "https://exa mple.org/",
        "https://example.org/\r\nHost: x",
        "https://[::1/",
        "https://example.org:port/",
    ],
)
def test_a_malformed_address_is_refused(url: str) -> None:
    assert "well-formed" in refusal(at("93.184.216.34"), url)


def test_an_unusual_port_is_refused() -> None:
    assert "port" in refusal(at("93.184.216.34"), "https://example.org:8443/")


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://localhost/",
        "https://localhost./",
        "https://0/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "https://[fe80::1%25eth0]/",
    ],
)
def test_an_address_of_our_own_network_is_refused_however_it_is_written(url: str) -> None:
    """The system's own resolver reads these; none of them needs a name server."""
    reason = refusal(GuardedResolver(limits=Limits(seconds=2.0)), url)
    assert "not on the public internet" in reason or "well-formed" in reason or "has no address" in reason


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104  listed to be refused
        *(
            "224.0.0.1",
            "239.255.255.250",
            "255.255.255.255",
            "240.0.0.1",
            "198.18.0.1",
            "192.0.2.1",
            "192.0.0.8",
            "192.88.99.1",
        ),
        *("::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "2001:db8::1", "fe80::1%eth0"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::"),
        *("2002:a00:1::1", "2001:0:7f00:1::", "not an address", "127.1", ""),
    ],
)
def test_an_address_that_is_not_public_is_known_as_such(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34",
        "8.8.8.8",
        "2606:2800:220:1:248:1893:25c8:1946",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_a_public_address_is_known_as_such(address: str) -> None:
    assert is_public(address)


def test_a_host_with_one_private_address_among_public_ones_is_refused() -> None:
    assert "public internet" in refusal(at("93.184.216.34", "10.0.0.1"), "https://example.org/")


def test_the_connection_goes_to_the_address_that_was_checked(world: World) -> None:
    """The second answer of a name server that changes its mind is never asked for."""
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    world.says("/x", b"{}")
    port = world.server.server_port
    resolver = GuardedResolver(
        allowed_origins=[f"http://issuer.example:{port}"],
        lookup=lambda _host, _port: answers.pop(0),
        limits=Limits(seconds=2.0),
    )
    assert resolver.fetch(f"http://issuer.example:{port}/x", accept="*/*").body == b"{}"
    assert len(answers) == 1
    assert world.requests[0][1]["host"] == f"issuer.example:{port}"


def test_a_redirect_is_followed(world: World, resolver: GuardedResolver) -> None:
    world.says("/a", b"", status=302, Location="/b")
    world.says("/b", b"there")
    fetched = resolver.fetch(world.origin + "/a", accept="*/*")
    assert (fetched.body, fetched.url) == (b"there", world.origin + "/b")


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:1/", "http://169.254.169.254/", "http://[::1]/", "https://127.0.0.1/", "file:///etc/passwd"],
)
def test_a_redirect_into_our_own_network_is_refused(world: World, resolver: GuardedResolver, target: str) -> None:
    world.says("/a", b"", status=302, Location=target)
    reason = refusal(resolver, world.origin + "/a")
    assert "only https" in reason or "public internet" in reason or "names no host" in reason


def test_a_redirect_without_end_is_given_up(world: World, resolver: GuardedResolver) -> None:
    world.says("/a", b"", status=301, Location="/a")
    assert "redirects" in refusal(resolver, world.origin + "/a")
    assert len(world.requests) == 4


def test_a_redirect_to_nowhere_is_refused(world: World, resolver: GuardedResolver) -> None:
    world.says("/a", b"", status=302)
    assert "nowhere" in refusal(resolver, world.origin + "/a")


def test_an_answer_that_is_not_ok_is_no_answer(world: World, resolver: GuardedResolver) -> None:
    world.says("/a", b"{}", status=404)
    assert "404" in refusal(resolver, world.origin + "/a")


def test_too_large_an_answer_is_dropped(world: World, resolver: GuardedResolver) -> None:
    world.says("/a", b"x" * 10_001)
    assert "larger" in refusal(resolver, world.origin + "/a")


def test_an_answer_that_fills_the_cap_exactly_is_taken(world: World, resolver: GuardedResolver) -> None:
    world.says("/a", b"x" * 10_000)
    world.says("/b", gzip.compress(b"x" * 10_000), Content_Encoding="gzip")
    assert len(resolver.fetch(world.origin + "/a", accept="*/*").body) == 10_000
    assert len(resolver.fetch(world.origin + "/b", accept="*/*").body) == 10_000


def test_an_endless_answer_is_dropped(world: World, resolver: GuardedResolver) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while not world.stop.is_set():
                handler.wfile.write(b"x" * 4096)
        except OSError:
            pass  # we hung up, as we should

    world.answers["/a"] = endless
    assert "larger" in refusal(resolver, world.origin + "/a")


def test_a_small_packed_answer_that_unpacks_to_a_huge_one_is_dropped(world: World, resolver: GuardedResolver) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    world.says("/a", bomb, Content_Encoding="gzip")
    assert "larger" in refusal(resolver, world.origin + "/a")


def test_a_packed_answer_is_unpacked(world: World, resolver: GuardedResolver) -> None:
    world.says("/a", gzip.compress(b"plain words"), Content_Encoding="gzip")
    assert resolver.fetch(world.origin + "/a", accept="*/*").body == b"plain words"


@pytest.mark.parametrize(
    ("body", "packing", "reason"),
    [
        (gzip.compress(b"plain", mtime=0)[:-6], "gzip", "breaks off"),
        (b"not gzip", "gzip", "unpacked"),
        (b"x", "br", "not asked"),
    ],
)
def test_a_badly_packed_answer_is_refused(
    world: World, resolver: GuardedResolver, body: bytes, packing: str, reason: str
) -> None:
    world.says("/a", body, Content_Encoding=packing)
    assert reason in refusal(resolver, world.origin + "/a")


@pytest.mark.parametrize("slow", ["silence", "headers", "body"])
def test_a_slow_answer_is_given_up(world: World, slow: str) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        if slow == "body":
            handler.send_response(200)
            handler.send_header("Content-Length", "100000")
            handler.end_headers()
        elif slow == "headers":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        try:
            while not world.stop.wait(0.02):
                if slow != "silence":
                    handler.wfile.write(b"x")
                    handler.wfile.flush()
        except OSError:
            pass  # we hung up, as we should

    world.answers["/a"] = drip
    resolver = GuardedResolver(allowed_origins=[world.origin], limits=Limits(seconds=0.3))
    assert "in time" in refusal(resolver, world.origin + "/a")


def test_a_slow_name_server_is_given_up() -> None:
    def slow(host: str, port: int) -> list[str]:
        time.sleep(1)
        return []

    assert "in time" in refusal(GuardedResolver(lookup=slow, limits=Limits(seconds=0.1)), "https://example.org/")


def test_an_unknown_host_is_a_reason_and_not_a_crash() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    assert "no address" in refusal(GuardedResolver(lookup=unknown), "https://example.invalid/")


def test_a_closed_port_is_a_reason_and_not_a_crash(world: World) -> None:
    world.server.server_close()
    assert "connected" in refusal(GuardedResolver(allowed_origins=[world.origin]), world.origin + "/")


def test_something_that_is_not_http_is_a_reason_and_not_a_crash(world: World, resolver: GuardedResolver) -> None:
    world.answers["/a"] = lambda handler: handler.wfile.write(b"220 mail.example ESMTP\r\n") and None  # type: ignore[func-returns-value]  # an answer that is no HTTP
    assert "proper HTTP" in refusal(resolver, world.origin + "/a")


def test_a_plain_server_where_tls_is_due_is_a_reason_and_not_a_crash(world: World) -> None:
    origin = world.origin.replace("http:", "https:")
    assert refusal(GuardedResolver(allowed_origins=[origin], limits=Limits(seconds=2.0)), origin + "/")


def test_an_answer_is_kept_as_long_as_it_says(world: World, resolver: GuardedResolver) -> None:
    world.says("/kept", b"1", Cache_Control="public, max-age=60")
    world.says("/fresh", b"1", Cache_Control="no-store, max-age=60")
    world.says("/silent", b"1")
    for path in ("/kept", "/fresh", "/silent"):
        for _ in range(2):
            resolver.fetch(world.origin + path, accept="*/*")
    assert [path for path, _ in world.requests] == ["/kept", "/fresh", "/fresh", "/silent", "/silent"]


def test_a_kept_answer_is_thrown_out_when_its_time_is_over(
    world: World, resolver: GuardedResolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.says("/kept", b"1", Cache_Control="max-age=86400")
    resolver.fetch(world.origin + "/kept", accept="*/*")
    present = time.monotonic()
    monkeypatch.setattr("cairn.outside.fetching.time.monotonic", lambda: present + 301)
    resolver.fetch(world.origin + "/kept", accept="*/*")
    assert len(world.requests) == 2


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("HTTP://Localhost:8000/a", "http://localhost:8000"),
        ("https://example.org:443/", "https://example.org"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_an_origin_is_written_in_one_way(url: str, origin: str) -> None:
    assert origin_of(url) == origin
