"""Prove that the station installs on Windows from wheels alone: resolve the lock for win_amd64 and build nothing.

uv resolves for another platform by its tags, reads the index's file lists, and fails when a pinned version has no
wheel for it. Nothing is installed. That the wheels also run there is not tested.
"""

from __future__ import annotations

import subprocess
import sys

from packaging.requirements import Requirement

from installer.setup.setup import LOCK, ROOT, UV, uv_environment

PLATFORM = "x86_64-pc-windows-msvc"


def main() -> int:
    """Exit 0 when every package that the station needs on Windows comes as a wheel in the locked version."""
    command = [str(UV), "pip", "compile", "-q", "pyproject.toml", "--extra", "station", "--constraint", str(LOCK)]
    command += ["--python-platform", PLATFORM, "--python-version", "3.11", "--only-binary", ":all:"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url"]
    done = subprocess.run(command, cwd=ROOT, env=uv_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return 1
    needed = {line for line in done.stdout.splitlines() if "==" in line}
    unlocked = sorted(needed - locked_pins())
    if unlocked:
        print(f"not in {LOCK.name}: {', '.join(unlocked)}", file=sys.stderr)
        return 1
    print(f"check-wheels: {len(needed)} packages of the station have a wheel for {PLATFORM}")
    return 0


def locked_pins() -> set[str]:
    """Return the lock's pins, `name==version`, without markers and hashes."""
    lines = (line.rstrip(" \\") for line in LOCK.read_text(encoding="utf-8").splitlines())
    pins = (Requirement(line) for line in lines if line and line[0].isalnum())
    return {f"{pin.name}{pin.specifier}" for pin in pins}


if __name__ == "__main__":
    sys.exit(main())
