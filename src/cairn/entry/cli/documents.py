"""Fetching from files instead of the network: ``--documents MAP.json`` says which file or folder stands for which address.

So credentials can be checked where there is no network, years later from an archive, and in tests, always with the same answer.
Nothing is asked of anybody: an address that the map does not know was not found out, and the verdict says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cairn.credentials import CouldNotFetch, Fetched
from cairn.entry.cli.files import read_json
from cairn.errors import Invalid, NotFound

MAX_DOCUMENT = 20 * 1024 * 1024
CONTENT_TYPES = {
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".jwt": "application/jwt",
    ".jws": "application/jose",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
    ".html": "text/html",
    ".txt": "text/plain",
}
"""Ending of a file's name to the media type it is served as. Without one of these it is JSON if it begins like JSON."""


class Nobody:
    """A resolver for ``--offline``: asks nobody."""

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Refuse to ask."""
        raise CouldNotFetch("this check was asked to stay offline")


class Documents:
    """A :class:`cairn.credentials.Resolver` over local files. Make one with :meth:`read`."""

    def __init__(self, places: Mapping[str, Path]) -> None:
        self._files = {url: path for url, path in places.items() if not path.is_dir()}
        folders = {url: path.resolve() for url, path in places.items() if path.is_dir()}
        # The longest address that fits says the most.
        self._folders = dict(sorted(folders.items(), key=lambda place: -len(place[0])))

    @classmethod
    def read(cls, path: Path) -> Documents:
        """Read a map: a JSON object from address, or beginning of addresses, to a file or folder beside the map.

        Raises NotFound for a map or a file that is not there, Invalid for anything that is no such map.
        """
        listed = read_json(path, "a map from addresses to files")
        places: dict[str, Path] = {}
        for url, name in listed.items():
            if not url.startswith(("https://", "http://")) or not isinstance(name, str) or not name:
                raise Invalid(
                    f"{path} maps “{url}” to something that is no file.",
                    remedy='Write an address and a file or folder, like {"https://example.org/": "example.org/"}.',
                )
            place = path.parent / name
            if not place.exists():
                raise NotFound(
                    f"{path} maps {url} to {name}, which is not there.",
                    remedy="Names count from the folder that the map lies in.",
                )
            places[url] = place
        return cls(places)

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Return the file that stands for ``url``; raises CouldNotFetch with plain words."""
        place = self._place(url.partition("#")[0])
        try:
            if place.stat().st_size > MAX_DOCUMENT:
                raise CouldNotFetch(f"the file that stands for it is larger than {MAX_DOCUMENT // 1024 // 1024} MiB")
            body = place.read_bytes()
        except OSError as error:
            raise CouldNotFetch("the file that stands for it cannot be read") from error
        return Fetched(body, _content_type(place, body), url)

    def _place(self, url: str) -> Path:
        # Old badges name http addresses, and so do archives of them. The core asks for the https twin; here both are one file.
        for address in (url, f"http://{url.removeprefix('https://')}"):
            if address in self._files:
                return self._files[address]
            for prefix, folder in self._folders.items():
                rest = address[len(prefix) :]
                if address.startswith(prefix) and (prefix.endswith("/") or rest[:1] in ("", "/")):
                    found = _inside(folder, rest)
                    if found is not None:
                        return found
        raise CouldNotFetch("the documents given for this check do not hold it, and nobody else is asked")


def _inside(folder: Path, rest: str) -> Path | None:
    """Return the file under ``folder`` that ``rest`` of an address names, never one outside; None if there is none."""
    names = [unquote(part) for part in urlsplit(rest).path.split("/") if part]
    if any(part in (".", "..") or "/" in part or "\\" in part or "\0" in part for part in names):
        raise CouldNotFetch("its address leads out of the folder that stands for it")
    plain = folder.joinpath(*names)
    for candidate in (plain, plain.with_name(plain.name + ".json"), plain / "index.json"):
        real = candidate.resolve()
        if real.is_file():
            if not real.is_relative_to(folder):
                raise CouldNotFetch("its address leads out of the folder that stands for it")
            return real
    return None


def _content_type(place: Path, body: bytes) -> str:
    known = CONTENT_TYPES.get(place.suffix.lower())
    if known is not None:
        return known
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    return "application/json" if start[:1] in (b"{", b"[") else "application/octet-stream"
