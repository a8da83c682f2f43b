"""`cairn import` on a site of its own, in a process of its own as people call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def cairn(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CAIRN_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    environment.pop("DATABASE_URL", None)
    return subprocess.run(  # noqa: S603 - the project's own command line
        [sys.executable, "-m", "cairn", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=900,
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    assert cairn(folder, "import").returncode == 0
    return folder


def test_the_list_names_every_importer(home: Path) -> None:
    told = cairn(home, "import").stdout
    for name in ("sample", "onet", "esco", "oews", "nj-etpl", "issuers"):
        assert f"  {name} " in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing",), "Choose one of: sample, onet"),
        (("onet",), "What should “onet” read?"),
        (("issuers",), "What should “issuers” read?"),
        (("sample", "--dry-run"), "has no dry run"),
        (("nj-etpl", "not-there.csv"), "not-there.csv"),
    ],
)
def test_a_wrong_call_says_what_to_do(home: Path, arguments: tuple[str, ...], said: str) -> None:
    done = cairn(home, "import", *arguments)
    assert done.returncode not in {0, 1}
    assert said in done.stderr


def test_the_sample_fills_a_fresh_site_and_its_search(home: Path) -> None:
    done = cairn(home, "import", "sample", "--json")
    report = json.loads(done.stdout)
    assert report["created"] > 10_000
    assert any("search index took in 1,1" in note for note in report["notes"])
    assert all(remark["message"] and remark["kind"] in {"refused", "repaired"} for remark in report["remarks"])
    planned = cairn(home, "plan", "15-1231.00", "--budget", "20000", "--json")
    assert planned.returncode == 1
    plan = json.loads(planned.stdout)["plan"]
    assert plan["steps"]
    assert plan["still_open"]
    again = json.loads(cairn(home, "import", "sample", "--json").stdout)
    assert (again["created"], again["updated"]) == (0, 0)
