"""The credential core stands alone: what it needs is what the project's base requirements bring, and not one package more."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]

BLOCK = """
import sys

class Absent:
    def __init__(self, allowed):
        self.allowed = allowed

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in self.allowed and top not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None

sys.meta_path.insert(0, Absent(frozenset(ALLOWED)))
"""


def base_modules() -> set[str]:
    """Return the top-level modules of the base requirements and of what these require."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    waiting, found = [Requirement(line) for line in project["dependencies"]], set[str]()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found:
            continue
        found.add(name)
        for line in importlib.metadata.requires(name) or []:
            further = Requirement(line)
            environments = [{**default_environment(), "extra": extra} for extra in ("", *requirement.extras)]
            if further.marker is None or any(further.marker.evaluate(one) for one in environments):
                waiting.append(further)
    distributions = importlib.metadata.packages_distributions()
    return {module for module, owners in distributions.items() if found & {canonicalize_name(one) for one in owners}}


def run_alone(code: str) -> subprocess.CompletedProcess[str]:
    allowed = sorted(base_modules() | {"cairn"})
    program = BLOCK.replace("ALLOWED", repr(allowed)) + textwrap.dedent(code)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=900, check=False)  # noqa: S603 - our own code


def test_the_blocked_world_is_really_without_django() -> None:
    assert "django" not in base_modules()
    assert "No module named 'django'" in run_alone("import django").stderr


def test_issue_bake_and_verify_need_no_database_and_no_framework() -> None:
    done = run_alone("""
        import struct, zlib
        from datetime import UTC, datetime
        from cairn.credentials import (CouldNotFetch, Ed25519Key, KeySigner, achievement_credential, bake, did_key,
                                       did_key_verification_method, issue, verify)

        class Nobody:
            def fetch(self, url, *, accept):
                raise CouldNotFetch("nobody is asked here")

        at = datetime(2026, 3, 1, tzinfo=UTC)
        key = Ed25519Key.from_seed(bytes(32))
        document = achievement_credential(
            id="urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e",
            issuer={"id": did_key(key), "name": "Example Institute"},
            subject={"id": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"},
            achievement={"id": "https://example.org/a/1", "name": "Knots", "description": "Ties knots.",
                         "criteria": {"narrative": "Ten knots."}},
            valid_from=at,
        )
        credential = issue(document, KeySigner(key, did_key_verification_method(key)), created=at)
        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        png = (b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
               + chunk(b"IDAT", zlib.compress(b"\\0\\0")) + chunk(b"IEND", b""))
        print(verify(bake(png, credential), at=at, resolve=Nobody()).verdict)
    """)
    assert (done.stdout, done.returncode) == ("verified\n", 0), done.stderr


def test_the_command_checks_a_file_where_no_site_is_installed(tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text("{}")
    done = run_alone(f"""
        import sys
        from cairn.entry.cli import main
        sys.exit(main(["verify", "--offline", "--no-site", {str(tmp_path / "none.json")!r}]))
    """)
    assert done.returncode == 1
    assert "Not verified" in done.stdout


def test_a_verb_of_the_site_says_what_to_install() -> None:
    done = run_alone("""
        import sys
        from cairn.entry.cli import main
        sys.exit(main(["serve"]))
    """)
    assert done.returncode != 0
    assert "cairn-credentials[site]" in done.stdout + done.stderr
