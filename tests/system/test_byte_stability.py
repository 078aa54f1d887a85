"""The same paper is the same bytes on any computer, in any zone, on any day; packed otherwise, it holds the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SURROUNDINGS = {
    "another zone and locale": {"TZ": "America/Los_Angeles", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
    "the other end of the world": {"TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "4294967295"},
    "another day": {"FAKETIME": "2031-12-31 23:59:58", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "random"},
    "reportlab set up otherwise": {"RL_pageCompression": "0", "RL_useA85": "1", "RL_invariant": "0", "RL_lang": "x"},
}
TODAY = "import datetime; print(datetime.date.today().year)"


def digests(*arguments: str, out: Path | None = None, **surroundings: str) -> list[str]:
    """Have a fresh process make every paper, and return what it says of their bytes."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.support.paper_digests", *arguments],
        cwd=ROOT,
        env={**os.environ, **_faked(surroundings), **({"PAPERS_OUT": str(out)} if out else {})},
        capture_output=True,
        check=True,
    )
    return child.stdout.decode().splitlines()


def _faked(surroundings: dict[str, str]) -> dict[str, str]:
    """Add libfaketime where a day is to be another one; a machine without it fails."""
    if "FAKETIME" not in surroundings:
        return surroundings
    (library,) = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    return {**surroundings, "LD_PRELOAD": str(library)}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path]:
    """The digests and bytes of papers in this process's surroundings."""
    folder = tmp_path_factory.mktemp("papers")
    return digests(out=folder), folder


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_every_paper_is_the_same_bytes(name: str, here: tuple[list[str], Path]) -> None:
    assert digests(**SURROUNDINGS[name]) == here[0]
    assert len(here[0]) > 50


def test_the_other_day_is_another_one() -> None:
    """Else the test above would say nothing about days."""
    env = {**os.environ, **_faked(SURROUNDINGS["another day"])}
    said = subprocess.run([sys.executable, "-c", TODAY], env=env, capture_output=True, check=True).stdout
    assert said.strip() == b"2031"


def test_packed_by_another_build_of_zlib_a_paper_unpacks_to_the_same(
    here: tuple[list[str], Path], tmp_path: Path
) -> None:
    other = digests("zlib-ng", out=tmp_path)
    assert set(other).isdisjoint(here[0])
    for line in other:
        name = f"{line.partition(' ')[2]}.pdf"
        ours, theirs = here[1] / name, tmp_path / name
        assert _unpacked(ours) == _unpacked(theirs), name


def _unpacked(path: Path) -> bytes:
    command = ["qpdf", "--qdf", "--static-id", str(path), "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout
