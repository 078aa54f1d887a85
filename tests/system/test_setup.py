"""Setup does nothing when nothing is to do, and a session of its own hides the user's."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from installer.setup import setup

ROOT = Path(__file__).resolve().parents[2]


def test_setup_with_nothing_to_do_asks_dpkg_once_and_starts_no_installer() -> None:
    code = (
        "import sys; started = []\n"
        "def hear(event, args): started.extend([str(args[1][0])] if event == 'subprocess.Popen' else [])\n"
        "sys.addaudithook(hear)\n"
        "from installer.setup import setup\n"
        "assert setup.main([]) == 0\n"
        "print('started', *started)"
    )
    stamp = setup.STAMP.stat().st_mtime_ns
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "started dpkg-query\n", "")
    assert setup.STAMP.stat().st_mtime_ns == stamp


def test_setup_that_has_something_to_do_starts_the_installer(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys; from pathlib import Path; from installer.setup import setup\n"
        "setup.STAMP = Path(sys.argv[1])\n"
        "def started(command, **options): print('started', *map(str, command), flush=True); sys.exit(5)\n"
        "subprocess.run = started\n"
        "setup.main(['--only', 'python'])"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "no stamp")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 5, done.stderr
    assert done.stdout.startswith("started ")


def test_the_system_packages_of_the_list_are_all_there() -> None:
    assert setup.missing_system_packages() == []


def test_a_missing_system_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listing = tmp_path / "packages.toml"
    listing.write_text('[debian.desk]\n"qianshao-no-such-package" = "x"\n"dbus" = "y"\n', encoding="utf-8")
    monkeypatch.setattr(setup, "PACKAGES", listing)
    assert setup.missing_system_packages() == ["qianshao-no-such-package"]


def test_uv_s_own_pin_is_cut_out_of_the_lock_with_its_hashes() -> None:
    block = setup.locked_block("uv").splitlines()
    assert re.fullmatch(r"uv==[0-9.]+ \\", block[0])
    assert len(block) > 2
    assert all("--hash=sha256:" in line for line in block[1:])


def test_a_mirror_that_is_set_for_pip_is_passed_on_to_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    assert setup.uv_environment()["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"


def test_a_session_shows_its_command_nothing_of_the_user_s_own(tmp_path: Path) -> None:
    shown = subprocess.run(
        [str(ROOT / "installer/session.sh"), "env"],
        env={**os.environ, "HOME": str(tmp_path), "QIANSHAO_HOME": str(tmp_path), "DBUS_SESSION_BUS_ADDRESS": "mine"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    session = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
    assert str(tmp_path) not in shown.replace(os.environ.get("TMPDIR", "\0"), "")
    assert session["DBUS_SESSION_BUS_ADDRESS"] not in {"mine", os.environ.get("DBUS_SESSION_BUS_ADDRESS")}
    assert "QIANSHAO_HOME" not in session
    assert not Path(session["HOME"]).exists(), "the session's home outlived it"


def test_a_session_gives_back_its_command_s_exit_code() -> None:
    done = subprocess.run([str(ROOT / "installer/session.sh"), "sh", "-c", "exit 7"], capture_output=True, check=False)
    assert done.returncode == 7


def test_every_data_file_of_the_packages_travels_in_the_wheel() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["*"]
    carried = {pattern.removeprefix("**/*") for pattern in patterns}
    listed = subprocess.run(
        ["git", "ls-files", "desktop", "sync", "resources"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = [Path(name) for name in listed.stdout.splitlines()]
    assert [path for path in files if path.suffix != ".py" and (path.suffix or path.name) not in carried] == []
