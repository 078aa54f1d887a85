"""The home of a station: where things lie, who may enter, one window at a time, settings that survive a bad day."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.config import Home, Settings, home_from, read_settings, write_private
from desktop.locks import FileLock
from sync.records.errors import Damaged, Refused


def test_the_home_is_what_was_said_then_the_variable_then_the_user_s_own(tmp_path: Path, home: Path) -> None:
    assert home_from(tmp_path / "a", {"QIANSHAO_HOME": "/b"}).path == tmp_path / "a"
    assert home_from(None, {"QIANSHAO_HOME": str(tmp_path / "b")}).path == tmp_path / "b"
    assert home_from(None, {}).path == home / ".local/share/qianshao"
    assert not home_from(tmp_path / "a").path.exists()


def test_one_window_at_a_time(tmp_path: Path) -> None:
    home = Home(tmp_path / "h")
    with home.lock, pytest.raises(Refused, match=r"store\.home_in_use"):
        Home(tmp_path / "h").lock.take()
    second = home.lock
    second.take()
    second.let_go()
    second.let_go()


def test_settings_come_back_to_the_letter(tmp_path: Path) -> None:
    home = Home(tmp_path / "h")
    assert home.settings == Settings()
    said = Settings(language="en", district_url="https://区.example/\\路径\"'", printer="一\n号\t机", font_scale=125)
    said = replace(said, background_exchange=False)
    home.save(said)
    assert home.settings == said
    assert home.settings_path.stat().st_mode & 0o077 == 0
    assert [p.name for p in home.path.iterdir()] == ["settings.toml"]


def test_unknown_settings_are_passed_over_and_broken_ones_named(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('language = "xx"\nfuture = 5\n', encoding="utf-8")
    assert read_settings(path) == Settings()
    for broken in ("language = 5", "language = ", "font_scale = true", "background_exchange = 1"):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(Damaged, match=r"store\.settings"):
            read_settings(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(Damaged):
        read_settings(path)


def test_a_folder_that_others_could_enter_is_closed(tmp_path: Path) -> None:
    (tmp_path / "h" / "logs").mkdir(parents=True, mode=0o777)
    (tmp_path / "h").chmod(0o755)
    home = Home(tmp_path / "h").make()
    assert home.path.stat().st_mode & 0o777 == 0o700
    assert home.logs.stat().st_mode & 0o777 == 0o700


def test_a_lock_is_one_object_s_and_goes_with_its_file(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "l"), FileLock(tmp_path / "l")
    assert first.try_acquire()
    assert first.held
    assert first.try_acquire()
    assert not second.try_acquire()
    with pytest.raises(BlockingIOError):
        second.acquire()
    first.release(remove=True)
    assert not (tmp_path / "l").exists()
    assert second.try_acquire()
    second.release()


def test_a_private_file_and_its_name_are_both_on_disk_before_it_is_said_to_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bool] = []
    really = os.fsync

    def noting(fd: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(fd).st_mode))
        really(fd)

    monkeypatch.setattr(os, "fsync", noting)
    write_private(tmp_path / "keys.json", b"{}")

    assert synced == [False, True]
    assert (tmp_path / "keys.json").read_bytes() == b"{}"
