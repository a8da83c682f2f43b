"""Fetching what a stranger's document points at, without letting the stranger choose what we connect to.

:meth:`GuardedResolver.fetch` tells the story:

1. The URL is https, names a host and nothing else odd: no user, no unusual port. Plain http and other ports are for origins that the
   operator allows by name (this site's own address in development).
2. The host is looked up once; every address it has must be public (``addresses.py``), and the connection goes to the address that
   was checked, so a second look-up cannot slip in another one. TLS still proves the host's name.
3. The request says what we accept and nothing about who asks: no cookies, no Referer.
4. A redirect starts again at 1, three times at most.
5. The body is read as it comes, unpacked as it comes, and dropped when it grows beyond the cap or the clock runs out.
6. A good answer is kept for as long as it says (``max-age``), five minutes at most.

Whatever goes wrong is :class:`CouldNotFetch`: the verdict becomes "undetermined", never "invalid".
"""

from __future__ import annotations

import re
import ssl
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from cairn.credentials.resolving import CouldNotFetch, Fetched, Resolver
from cairn.outside.addresses import Lookup, is_public, look_up, look_up_within

MAX_REDIRECTS = 3
MAX_URL = 2000
KEEP_AT_MOST = 300.0
"""Seconds. A revocation should be seen soon, whatever a server says about keeping its list."""

_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f\\]")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may cost: bytes after unpacking, seconds in all including redirects and look-ups."""

    max_bytes: int = 2 * 1024 * 1024
    seconds: float = 8.0


class GuardedResolver:
    """Implements :class:`cairn.credentials.Resolver`. One may serve many threads.

    ``allowed_origins``: ``scheme://host:port`` (port left out when it is the scheme's own) which may be http, on any port, and at a
    private address. ``lookup`` is for tests.
    """

    def __init__(
        self, *, allowed_origins: Iterable[str] = (), limits: Limits | None = None, lookup: Lookup = look_up
    ) -> None:
        self._allowed = frozenset(origin_of(origin) for origin in allowed_origins)
        self._limits = limits or Limits()
        self._lookup = lookup
        self._kept = _Kept()

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Return what lies at ``url``; raises :class:`CouldNotFetch` with a reason in a few words."""
        kept = self._kept.get((url, accept))
        if kept is not None:
            return kept
        deadline = time.monotonic() + self._limits.seconds
        here = url
        for _ in range(MAX_REDIRECTS + 1):
            target = self._checked(here)  # step 1
            with _telling_why(target), self._request(target, accept, deadline) as response:  # steps 2 and 3
                if response.status in {301, 302, 303, 307, 308}:  # step 4
                    here = _next_url(target, response)
                    continue
                if response.status != 200:
                    raise CouldNotFetch(f"{target.host} answered with status {response.status}", status=response.status)
                fetched = Fetched(
                    body=self._body(response),  # step 5
                    content_type=_header(response, b"content-type"),
                    url=str(target),
                )
                self._kept.put((url, accept), fetched, _seconds_to_keep(response))  # step 6
                return fetched
        raise CouldNotFetch(f"more than {MAX_REDIRECTS} redirects")

    def _checked(self, url: str) -> httpx.URL:
        if len(url) > MAX_URL or _NOT_IN_URLS.search(url):
            raise CouldNotFetch("the address is not a well-formed URL")
        try:
            target = httpx.URL(url).copy_with(fragment=None)
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise CouldNotFetch("the address is not a well-formed URL") from error
        if not target.host:
            raise CouldNotFetch("the address names no host")
        if target.userinfo:
            raise CouldNotFetch("the address carries a user name or password")
        if self._is_allowed(target):
            return target
        if target.scheme != "https":
            raise CouldNotFetch(f"only https addresses are fetched, this one is {target.scheme or 'without scheme'}")
        if target.port not in {None, 443}:
            raise CouldNotFetch(f"only the usual port is asked, not {target.port}")
        return target

    def _is_allowed(self, target: httpx.URL) -> bool:
        return origin_of(str(target)) in self._allowed

    @contextmanager
    def _request(self, target: httpx.URL, accept: str, deadline: float) -> Iterator[httpcore.Response]:
        backend = _PinnedBackend(lookup=self._lookup, any_address=self._is_allowed(target), deadline=deadline)
        headers: dict[bytes | str, bytes | str] = {
            "Host": target.netloc.decode("ascii"),
            "Accept": accept,
            "Accept-Encoding": "gzip",
            "User-Agent": "Cairn",
        }
        where = httpcore.URL(scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path)
        with (
            httpcore.ConnectionPool(ssl_context=_tls(), network_backend=backend, max_connections=1) as pool,
            pool.stream("GET", where, headers=headers) as response,
        ):
            yield response

    def _body(self, response: httpcore.Response) -> bytes:
        cap = self._limits.max_bytes
        packing = _header(response, b"content-encoding").lower()
        if packing not in {"", "identity", "gzip", "x-gzip"}:
            raise CouldNotFetch(f"the answer is packed as {packing[:20]}, which was not asked for")
        unpack = zlib.decompressobj(wbits=31) if "gzip" in packing else None
        body = bytearray()
        for chunk in response.iter_stream():
            if unpack is None:
                body += chunk
            else:
                try:
                    body += unpack.decompress(chunk, cap + 1 - len(body))
                except zlib.error as error:
                    raise CouldNotFetch("the answer cannot be unpacked") from error
            if len(body) > cap:
                raise CouldNotFetch(f"the answer is larger than {cap // 1024} KiB")
        if unpack is not None and not unpack.eof:
            raise CouldNotFetch("the answer breaks off")
        return bytes(body)


class Within:
    """A resolver that asks ``world`` for so many ``seconds`` in all, counted from when it is made.

    One credential may name a hundred addresses; a hundred that answer slowly would hold a worker of the site for a quarter of an hour.
    """

    def __init__(self, world: Resolver, *, seconds: float) -> None:
        self._world = world
        self._deadline = time.monotonic() + seconds

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Return what lies at ``url``; raises CouldNotFetch, and without asking once the time is used up."""
        if time.monotonic() >= self._deadline:
            raise CouldNotFetch("the time for this check was used up by slow answers")
        return self._world.fetch(url, accept=accept)


@cache
def site_resolver() -> GuardedResolver:
    """Return the resolver of this site; its own address is allowed, so that development works over http."""
    from django.conf import settings  # here, so that `cairn verify` can fetch where no site is installed

    return GuardedResolver(allowed_origins=[settings.PUBLIC_URL])


def origin_of(url: str) -> str:
    """Return ``scheme://host[:port]`` of an absolute URL, in lower case and without the scheme's own port."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1  # no number: matches no origin
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return f"{parts.scheme}://{host}" + ("" if port in {None, usual} else f":{port}")


class _PinnedBackend(httpcore.NetworkBackend):
    """Connects to the address it has checked, and to no other, before the deadline."""

    def __init__(self, *, lookup: Lookup, any_address: bool, deadline: float) -> None:
        self._lookup = lookup
        self._any_address = any_address
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        """Look the host up, refuse it if any of its addresses is not public, connect to the first that answers."""
        addresses = look_up_within(self._lookup, host.strip("[]"), port, _left(self._deadline))
        if not self._any_address and not all(is_public(address) for address in addresses):
            raise CouldNotFetch(f"{host} is not on the public internet")
        failure: httpcore.ConnectError | None = None
        for address in addresses:
            try:
                stream = self._plain.connect_tcp(address, port, _left(self._deadline), None, socket_options)
            except httpcore.ConnectError as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure or httpcore.ConnectError(f"{host} has no address")


@dataclass(slots=True)
class _TimedStream(httpcore.NetworkStream):
    """A connection on which every read and write ends by the deadline, so that a drip of bytes cannot go on for ever."""

    stream: httpcore.NetworkStream
    deadline: float

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, _left(self.deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, _left(self.deadline))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self.stream.start_tls(ssl_context, server_hostname, _left(self.deadline)), self.deadline)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


@dataclass(slots=True)
class _Kept:
    """A small store of good answers, the least recently used thrown out first."""

    max_entries: int = 256
    max_bytes: int = 16 * 1024 * 1024
    _entries: OrderedDict[tuple[str, str], tuple[float, Fetched]] = field(default_factory=OrderedDict)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: tuple[str, str]) -> Fetched | None:
        with self._lock:
            until, fetched = self._entries.get(key, (0.0, None))
            if fetched is None or until <= time.monotonic():
                return None
            self._entries.move_to_end(key)
            return fetched

    def put(self, key: tuple[str, str], fetched: Fetched, seconds: float) -> None:
        with self._lock:
            old = self._entries.pop(key, None)
            if old is not None:
                self._size -= len(old[1].body)
            if seconds <= 0:
                return
            self._entries[key] = (time.monotonic() + seconds, fetched)
            self._size += len(fetched.body)
            while len(self._entries) > self.max_entries or self._size > self.max_bytes:
                _, (_, dropped) = self._entries.popitem(last=False)
                self._size -= len(dropped.body)


@contextmanager
def _telling_why(target: httpx.URL) -> Iterator[None]:
    """Turn what a connection can meet into a reason in a few words."""
    host = target.host
    try:
        yield
    except (httpcore.TimeoutException, TimeoutError) as error:
        raise CouldNotFetch(f"{host} did not answer in time") from error
    except (httpcore.NetworkError, ssl.SSLError) as error:
        what = "showed no certificate we trust" if "CERTIFICATE" in str(error) else "could not be connected to"
        raise CouldNotFetch(f"{host} {what}") from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise CouldNotFetch(f"{host} did not answer in proper HTTP") from error
    except (OSError, UnicodeError) as error:
        raise CouldNotFetch(f"{host} has no address") from error


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time for this fetch is used up")
    return left


def _next_url(target: httpx.URL, response: httpcore.Response) -> str:
    location = _header(response, b"location")
    if not location:
        raise CouldNotFetch(f"{target.host} redirects to nowhere")
    try:
        return str(target.join(location))
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise CouldNotFetch(f"{target.host} redirects to an address that is not well-formed") from error


def _header(response: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1").strip() for key, value in response.headers if key.lower() == name), "")


def _seconds_to_keep(response: httpcore.Response) -> float:
    directives = [part.strip().lower() for part in _header(response, b"cache-control").split(",")]
    if "no-store" in directives or "no-cache" in directives:
        return 0.0
    ages = [
        int(part[8:]) for part in directives if part.startswith("max-age=") and part[8:].isdigit() and len(part) < 18
    ]
    return min(KEEP_AT_MOST, float(ages[0])) if ages else 0.0


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()
