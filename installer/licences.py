"""Write THIRD-PARTY.md: what the program stands on and under which licence, from metadata and the fonts' manifest.

The file is kept in the repository and tested to be current, so a changed lock shows its changed licences in review.
"""

from __future__ import annotations

import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "THIRD-PARTY.md"
EXTRAS = ("station", "district")

# Packages that are installed on Windows only have no metadata here to read.
ELSEWHERE = {"colorama": "BSD-3-Clause", "pywin32-ctypes": "BSD-3-Clause", "tzdata": "Apache-2.0"}
# Metadata that says less than the package's own licence file, or more choices than we take.
CLEARER = {
    "pyrage": "MIT",
    "pyside6-essentials": "LGPL-3.0-only",
    "pyside6-pdf": "LGPL-3.0-only",
    "shiboken6": "LGPL-3.0-only",
    "sqlcipher3": "Zlib",
}

HEAD = """\
# Third-party software and fonts

前哨 · Qianshao itself is under the Mulan Permissive Software License, Version 2 (see LICENSE). It stands on the
parts below, each under its own licence. This file is made by `make licences`; do not edit it by hand.

## Qt and PySide6: LGPL notice

The station uses Qt and its Python bindings PySide6 (with shiboken6), copyright The Qt Company Ltd. and other
contributors, under the GNU Lesser General Public License version 3 (LGPL-3.0-only). They are unmodified and are
loaded as shared libraries from their own wheels, so that you may replace them by your own build: install another
version into the same environment, or exchange the library files of a frozen bundle. The text of the licence is in the
wheels' metadata folders and, on Debian, in /usr/share/common-licenses/LGPL-3. Nothing in our licence restricts
changing Qt for your own use or taking the program apart to find faults in such changes. Sources of Qt and PySide6
are published by The Qt Company with each release. Modules that Qt offers under the GPL only (Charts,
DataVisualization, VirtualKeyboard, NetworkAuth and the like) are not used; a test sees to that.

Parts inside wheels: sqlcipher3 carries SQLCipher (BSD-3-Clause, ZETETIC LLC), SQLite (public domain) and OpenSSL
(Apache-2.0); cryptography carries OpenSSL (Apache-2.0); psycopg-binary carries libpq (PostgreSQL licence);
zstandard carries zstd (BSD-3-Clause); argon2-cffi-bindings carries Argon2 (CC0-1.0 or Apache-2.0).

Data made from others' works (installer/dictionaries.py): resources/dictionaries/readings.txt from pypinyin's table of
readings (MIT, copyright mozillazg and 闲耘); resources/dictionaries/variants.txt from the character tables of OpenCC
(Apache-2.0, copyright BYVoid and contributors) and from Unihan_Variants.txt of the Unicode Character Database
(Unicode-3.0, copyright Unicode, Inc.); strokes.txt beside them from its Unihan_IRGSources.txt; components.txt
from the CJK Decomposition Data (MIT is the one of its six licences that we take, copyright Gavin Grover) and, where
that has nothing, from Unihan's radicals; each selected and rearranged by us.
"""


def main() -> int:
    """Write the file; say when it changed."""
    text = third_party()
    if not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text:
        TARGET.write_text(text, encoding="utf-8")
        print(f"licences: wrote {TARGET.name}")
    return 0


def third_party() -> str:
    """Return the whole file."""
    return "\n".join([HEAD, *python_section(), "", *script_section(), "", *font_section(), ""])


def python_section() -> list[str]:
    """One row for each distribution that a station or a district installs, on Linux or Windows."""
    users = {extra: needed_by(extra) for extra in EXTRAS}
    rows = ["## Python packages", "", "| package | version | licence | station | district |", "|---|---|---|---|---|"]
    for name in sorted(set().union(*users.values())):
        marks = " | ".join("yes" if name in users[extra] else "" for extra in EXTRAS)
        rows.append(f"| {name} | {locked_version(name)} | {licence_of(name)} | {marks} |")
    return rows


def script_section() -> list[str]:
    """One row for each script of others that the district's pages carry."""
    told = tomllib.loads((ROOT / "sync/server/web/static/third_party.toml").read_text(encoding="utf-8"))
    rows = [
        "## Scripts of the district's pages",
        "",
        "In sync/server/web/static, unchanged, each beside its licence.",
        "",
    ]
    rows += ["| script | version | licence | copyright | file |", "|---|---|---|---|---|"]
    for one in told["script"]:
        rows.append(f"| {one['name']} | {one['version']} | {one['licence']} | {one['copyright']} | {one['file']} |")
    return rows


def font_section() -> list[str]:
    """One row for each face of the manifest."""
    manifest = tomllib.loads((ROOT / "resources" / "fonts" / "manifest.toml").read_text(encoding="utf-8"))
    rows = ["## Fonts", "", "Installed by setup or by the package's dependencies, embedded as subsets in papers.", ""]
    rows += ["| face | version | licence | copyright | Debian package |", "|---|---|---|---|---|"]
    for face in manifest["face"]:
        licence = f"{face['licence']} ({face['licence_name']})"
        rows.append(f"| {face['name']} | {face['version']} | {licence} | {face['copyright']} | {face['debian']} |")
    return rows


def needed_by(extra: str) -> set[str]:
    """Return the canonical names of everything that an extra of the project pulls in, on any of the platforms."""
    found: set[str] = set()
    waiting = [Requirement(f"qianshao[{extra}]")]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in found and not wanted.extras:
            continue
        found.add(name)
        waiting += [need for need in requirements_of(name) if applies(need, wanted.extras)]
    return found - {"qianshao"}


def requirements_of(name: str) -> list[Requirement]:
    """Return what an installed distribution says that it needs; nothing for one that belongs to another platform."""
    if name in ELSEWHERE:
        return []
    return [Requirement(line) for line in metadata.requires(name) or []]


def applies(need: Requirement, extras: set[str]) -> bool:
    """Whether a requirement holds on one of the platforms for one of the extras asked for."""
    if need.marker is None:
        return True
    surroundings = [
        {"sys_platform": platform, "platform_system": system, "os_name": os_name, "extra": extra}
        for platform, system, os_name in (("linux", "Linux", "posix"), ("win32", "Windows", "nt"))
        for extra in (extras or {""})
    ]
    return any(need.marker.evaluate(dict(place)) for place in surroundings)


def locked_version(name: str) -> str:
    """Return the version that requirements.lock pins."""
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}=="):
            return line.split("==")[1].split()[0]
    raise LookupError(f"{name} is not in requirements.lock")


def licence_of(name: str) -> str:
    """Return a distribution's licence: its SPDX expression, else its short licence field, else its classifiers."""
    known = CLEARER.get(name) or ELSEWHERE.get(name)
    if known:
        return known
    about = metadata.metadata(name)
    said = next((about[field] for field in ("License-Expression", "License") if field in about), "")
    if said and len(said) < 60 and "\n" not in said:
        return said
    marks = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    if not marks:
        raise LookupError(f"{name} names no licence in its metadata: look and add it to CLEARER")
    return ", ".join(mark.rsplit(" :: ", 1)[1] for mark in marks)


if __name__ == "__main__":
    sys.exit(main())
