"""Make this folder ready to run: system packages, .venv, the locked Python packages. Standard library only.

Run by `make setup` on a machine that has Python 3.11, pip, make and git and perhaps nothing else. It must not
assume the `venv` extras that Debian keeps in a package of its own (ensurepip), uv, or a C compiler.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
PACKAGES = ROOT / "installer" / "setup" / "packages.toml"
STAMP = VENV / ".setup-stamp"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
NODE = ROOT / "installer" / "setup" / "node_packages.py"
NODE_LOCK = ROOT / "tests" / "support" / "npm" / "package-lock.json"
NODE_DONE = ROOT / "build" / "node" / "done"


def main(argv: list[str] | None = None) -> int:
    """Bring the machine to what the lock and the package list say; 0 when it is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["system", "python"], help="do one half")
    only = parser.parse_args(argv).only
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two commands started at once: the second waits and finds it done
        if only != "python" and not install_system_packages():
            return 1
        if only != "system":
            install_python_packages()
    return 0


# --- system packages ---


def missing_system_packages() -> list[str]:
    """Return the Debian packages of the list that are not installed, in the list's order."""
    groups = tomllib.loads(PACKAGES.read_text(encoding="utf-8"))["debian"]
    wanted = [name for group in groups.values() for name in group]
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}\t${Package}\t${Provides}\n"],
        capture_output=True,
        text=True,
        check=True,
    )
    installed: set[str] = set()
    for line in asked.stdout.splitlines():
        status, name, provides = line.split("\t")
        if status == "installed":  # later Debians renamed some and provide the old name, "libcups2 (= 2.4.10)"
            installed |= {name, *(part.split()[0] for part in provides.split(",") if part.strip())}
    return [name for name in wanted if name not in installed]


def install_system_packages() -> bool:
    """Install what is missing where this user may; say the line to run where not. True when nothing is missing."""
    if shutil.which("dpkg-query") is None:
        print(f"setup: no dpkg here; install the counterparts of the packages in {PACKAGES} by hand")
        return True
    missing = missing_system_packages()
    if not missing:
        return True
    become_root = may_become_root()
    if become_root is None:
        print("setup: system packages are missing; run this line, then the same command again:\n", file=sys.stderr)
        print(f"    sudo apt-get install --no-install-recommends -y {' '.join(missing)}\n", file=sys.stderr)
        return False
    print(f"setup: installing {len(missing)} system packages", flush=True)
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
    subprocess.run([*apt, "update"], check=False)  # one stale source must not stop what the others have
    subprocess.run([*apt, "install", "--no-install-recommends", "-y", *missing], check=True)
    return True


def may_become_root() -> list[str] | None:
    """Return the words to put before a command that needs root, or None where it needs a person's password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


# --- Python packages ---


def install_python_packages() -> None:
    """Make .venv hold exactly the lock, and the project itself as a link to this folder."""
    stamp = stamp_of_inputs()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == stamp and NODE_DONE.is_file():
        return
    if not PYTHON.exists() or subprocess.run([PYTHON, "-c", ""], check=False).returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", VENV], check=True)
    STAMP.unlink(missing_ok=True)
    print("setup: installing Python packages into .venv", flush=True)
    install_locked_uv()
    uv = [str(UV), "pip"]
    env = uv_environment()
    subprocess.run([*uv, "sync", "-q", "--require-hashes", str(LOCK)], cwd=ROOT, env=env, check=True)
    editable = ["install", "-q", "--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    subprocess.run([*uv, *editable], cwd=ROOT, env=env, check=True)
    subprocess.run([str(PYTHON), str(NODE)], check=True)
    STAMP.write_text(stamp, encoding="utf-8")


def stamp_of_inputs() -> str:
    """Return a digest of everything that decides what .venv holds, the folder's own place included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    decisive = [str(ROOT), project["project"], project["build-system"], project["tool"]["setuptools"]]
    digest = hashlib.sha256(repr(decisive).encode())
    for path in (LOCK, NODE_LOCK, Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def install_locked_uv() -> None:
    """Let pip put uv into .venv in the version and with the hashes of the lock."""
    block = locked_block("uv")
    wanted = VENV / "uv.txt"
    if UV.exists() and wanted.is_file() and wanted.read_text(encoding="utf-8") == block:
        return
    wanted.write_text(block, encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(PYTHON), "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "-q", "--require-hashes", "--no-deps", "-r", str(wanted)], check=True)


def locked_block(name: str) -> str:
    """Return the lock's lines for one distribution: its pin and its hashes."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{name}=="))
    end = next((n for n, line in enumerate(lines[start + 1 :], start + 1) if not line.startswith("    ")), len(lines))
    return "\n".join(line for line in lines[start:end] if not line.lstrip().startswith("#")) + "\n"


def uv_environment() -> dict[str, str]:
    """Return the environment for uv, which reads no pip settings: a mirror or a CA file set for pip is passed on."""
    env = {**os.environ, "VIRTUAL_ENV": str(VENV), "UV_PYTHON_DOWNLOADS": "never"}
    for ours, theirs in (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE")):
        value = pip_setting(ours)
        if value:
            env.setdefault(theirs, value)
    return env


def pip_setting(name: str) -> str:
    """Return what pip would use for a global setting, from its environment or its files; empty where unset."""
    from_environment = os.environ.get("PIP_" + name.upper().replace("-", "_"))
    if from_environment:
        return from_environment
    asked = [sys.executable, "-m", "pip", "config", "get", f"global.{name}"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"setup: stopped, since this failed (its own words are above): {' '.join(map(str, error.cmd))}")
