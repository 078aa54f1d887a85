"""A secret's file: a new one, whole, for its owner alone; also where a file system has no links."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from sync.server.secret_files import secret_folder, write_certificate, write_secret


@pytest.fixture(params=["with links", "without"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted", str(self))

    if request.param == "without":
        monkeypatch.setattr(Path, "hardlink_to", refuse)
    return tmp_path


def test_a_secret_is_for_its_owner_alone_and_takes_nobody_s_place(folder: Path) -> None:
    path = folder / "district.key"
    write_secret(path, b"first")
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        write_secret(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(folder.iterdir()) == [path]


def test_a_certificate_is_for_everybody_and_renewed(folder: Path) -> None:
    for content in (b"first", b"second"):
        write_certificate(folder / "a.pem", content)
    assert (folder / "a.pem").read_bytes() == b"second"
    assert (folder / "a.pem").stat().st_mode & 0o777 == 0o644
    assert list(folder.iterdir()) == [folder / "a.pem"]


def test_the_folder_of_a_secret_is_for_its_owner_alone_where_it_is_new(tmp_path: Path) -> None:
    secret_folder(tmp_path / "etc" / "keys")
    secret_folder(tmp_path / "etc" / "keys")
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("etc", "etc/keys")] == [0o700, 0o700]
