"""The house is in order: tracked files, licences and imports are what the rules of the repository say."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

from installer import licences

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("desktop", "sync", "resources")
TOP_LEVEL = {
    *("desktop", "sync", "resources", "installer", "tests", "docs"),
    *("README.md", "README.zh.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "THIRD-PARTY.md"),
    *("Makefile", "pyproject.toml", "requirements.lock", ".gitignore", ".pre-commit-config.yaml", ".ci"),
}
NAMELESS = {"utils", "util", "helpers", "common", "misc", "manager", "base", "core", "stuff"}
# Qt offers these under the GPL or a commercial licence only.
GPL_ONLY = {
    *("QtCharts", "QtDataVisualization", "QtGraphs", "QtGraphsWidgets", "QtVirtualKeyboard", "QtNetworkAuth"),
    *("QtQuick3D", "QtQuickTimeline", "QtLottie", "QtHttpServer", "QtShaderTools", "QtMqtt", "QtOpcUa", "QtCoap"),
    *("QtWaylandCompositor", "QtLabsStyleKit"),
}
# Where packages come from is the machine's business: no index, mirror or file host is named in the repository.
HOSTS = re.compile(
    r"(?<![\w.-])(?:(?:files\.)?python" + r"hosted\.org|py" + r"pi\.org|registry\.npm" + r"js\.org|"
    r"(?:deb|security|ftp)\.debian\.org|pypi\.tuna|mirrors?\.[a-z0-9-]+\.[a-z.]+)"
)


def tracked() -> list[Path]:
    """Every file in git's index, with its path below the project."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]


def source_files() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py" and path.parts[0] in (*PACKAGES, "installer", "tests")]


def imported_names(path: Path) -> set[str]:
    """Every dotted name that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_the_top_of_the_tree_holds_only_what_it_should() -> None:
    assert {path.parts[0] for path in tracked()} <= TOP_LEVEL


def test_no_tracked_file_names_a_package_index() -> None:
    named = []
    for path in tracked():
        if path.suffix in {".png", ".pdf", ".zst", ".xlsx"} or path.name == Path(__file__).name:
            continue
        found = HOSTS.search((ROOT / path).read_bytes().decode("utf-8", errors="replace"))
        if found:
            named.append(f"{path}: {found[0]}")
    assert named == []


def test_no_module_of_qt_that_is_gpl_only_is_imported() -> None:
    forbidden = {f"PySide6.{module}" for module in GPL_ONLY}
    users = {str(path): found for path in source_files() if (found := forbidden & imported_names(path))}
    assert users == {}


def test_relative_imports_and_nameless_modules_are_nowhere() -> None:
    nameless = [path for path in tracked() if path.suffix == ".py" and NAMELESS & {path.stem, *path.parts}]
    assert nameless == []


def test_every_module_opens_with_a_sentence() -> None:
    silent = []
    for path in source_files():
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        if tree.body and not ast.get_docstring(tree):
            silent.append(path)
    assert silent == []


def test_third_party_says_what_is_installed() -> None:
    assert (ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8") == licences.third_party(), "run `make licences`"


def test_every_face_of_the_manifest_is_installed_in_the_edition_it_names() -> None:
    import hashlib

    manifest = tomllib.loads((ROOT / "resources/fonts/manifest.toml").read_text(encoding="utf-8"))
    for face in manifest["face"]:
        files = [Path(folder, face["file"]) for folder in manifest["folders"] if Path(folder, face["file"]).is_file()]
        assert files, f"{face['file']} is not installed: run `make setup`"
        assert hashlib.sha256(files[0].read_bytes()).hexdigest() == face["sha256"], face["file"]


def test_every_locked_package_has_hashes_and_no_place() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9][^\n]*==[^\n]*(?:\n    --hash=sha256:[0-9a-f]{64}[^\n]*)*", lock, re.MULTILINE)
    assert len(pins) > 50
    assert [pin for pin in pins if "--hash=" not in pin] == []
    assert re.search(r"https?://|--(?:extra-)?index-url|--find-links", lock) is None


def test_readme_s_two_commands_are_targets_of_make() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in ("README.md", "README.zh.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for command in ("make demo", "make test"):
            assert command in text
            assert f"\n{command.split()[1]}:" in makefile


def test_no_test_waits_for_a_setting_that_a_session_takes_away() -> None:
    """installer/session.sh lets no QIANSHAO_ variable in: who asks for one gets the default, and nobody sees it."""
    asked = re.compile(r"environ\.get\(\s*[\"']QIANSHAO_(?!PRIVATE_SESSION)")
    assert not [path for path in source_files() if path.parts[0] == "tests" and asked.search((ROOT / path).read_text())]
