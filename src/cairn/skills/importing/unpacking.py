"""Zips among the files that are given: what is wanted of them is laid out as files, bounded in number and bytes, and gone afterwards."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from cairn.errors import Invalid

MOST_MEMBERS = 5_000
LARGEST_MEMBER = 128 * 1024 * 1024
LARGEST_UNPACKED = 512 * 1024 * 1024
"""Bytes of everything that is unpacked of one zip."""


@contextmanager
def unpacked(paths: Sequence[Path], endings: tuple[str, ...], *, alone: bool = True) -> Iterator[list[Path]]:
    """Give the paths with every zip replaced by the files in it that end in one of ``endings``; they are there until the block ends.

    A file is laid out under its own name in a folder of its own, whatever path the zip gives it. A zip without such a file stays what it
    is where a zip may be something by itself (``alone`` is False).

    Raises Invalid for a zip that is damaged, locked, too large, or holds nothing of the kind.
    """
    with tempfile.TemporaryDirectory(prefix="cairn-unpacked-") as folder:
        found: list[Path] = []
        for number, path in enumerate(paths):
            if path.suffix.casefold() == ".zip" and path.is_file():
                inside = list(_laid_out(path, Path(folder) / str(number), endings, alone=alone))
                found.extend(inside or [path])
            else:
                found.append(path)
        yield found


def _laid_out(path: Path, folder: Path, endings: tuple[str, ...], *, alone: bool) -> Iterator[Path]:
    left = LARGEST_UNPACKED
    try:
        with zipfile.ZipFile(path) as archive:
            wanted = [one for one in archive.infolist() if _wanted(one, endings)]
            if not wanted and alone:
                zips = any(one.filename.casefold().endswith(".zip") for one in archive.infolist())
                raise Invalid(
                    f"“{path.name}” holds "
                    + ("other zips only." if zips else f"no file that ends in {', '.join(endings)}."),
                    remedy="Unpack it and give what is inside." if zips else "Look what is in it.",
                    code="nothing_in_zip",
                    file=path.name,
                )
            for number, member in enumerate(wanted[:MOST_MEMBERS]):
                with archive.open(member) as packed:
                    content = packed.read(min(LARGEST_MEMBER, left) + 1)
                left -= len(content)
                if left < 0 or len(content) > LARGEST_MEMBER:
                    raise Invalid(
                        f"“{path.name}” unpacks to more than can be read: {LARGEST_MEMBER // 2**20} MB a file, "
                        f"{LARGEST_UNPACKED // 2**20} MB together.",
                        remedy="Split it.",
                        code="too_large",
                        file=path.name,
                    )
                target = folder / str(number) / PurePosixPath(member.filename.replace("\\", "/")).name[-200:]
                target.parent.mkdir(parents=True)
                target.write_bytes(content)
                yield target
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
        if isinstance(error, Invalid):
            raise
        raise Invalid(
            f"“{path.name}” cannot be unpacked: it is damaged, locked or breaks off.",
            remedy="Download it again, or unpack it yourself and give the folder.",
            code="broken_file",
            file=path.name,
        ) from error


def _wanted(member: zipfile.ZipInfo, endings: tuple[str, ...]) -> bool:
    name = PurePosixPath(member.filename.replace("\\", "/")).name
    hidden = name.startswith(".") or member.filename.startswith("__MACOSX/")
    return not member.is_dir() and not hidden and "\x00" not in name and name.casefold().endswith(endings)
