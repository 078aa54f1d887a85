"""Where keys lie: the real Secret Service, or a file under a passphrase; never a plain file, never silently."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest

from desktop.config import Home
from desktop.keys import SERVICE, KeyRing, Keys, WrappedKeys, keys_for, new_key, safe_backend
from desktop.store.store import Store
from sync.records.errors import Damaged, Refused, Unavailable
from tests.support.desk_store import UNIT

STORE = "sto_0198a0000000700080000000000000dd"
OTHER = "sto_0198a0000000700080000000000000ee"
SESSION = Path(__file__).resolve().parents[2] / "installer" / "session.sh"
PASSPHRASE = "一句口令 with spaces"


def keeps_secrets(keys: Keys) -> None:
    """What every place for secrets promises."""
    key, secret = new_key(), new_key()
    with pytest.raises(Refused, match=r"store\.key_missing"):
        keys.store_key(STORE)
    with pytest.raises(Refused, match=r"store\.secret_missing"):
        keys.device_secret(STORE)
    keys.set_store_key(STORE, key)
    keys.set_device_secret(STORE, secret)
    keys.set_store_key(OTHER, secret)
    assert (keys.store_key(STORE), keys.device_secret(STORE), keys.store_key(OTHER)) == (key, secret, secret)
    with pytest.raises(Refused, match=r"store\.signing_missing"):
        keys.signing_secret(STORE)
    keys.set_signing_secret(STORE, key)
    assert keys.signing_secret(STORE) == key
    keys.set_store_key(STORE, secret)
    assert keys.store_key(STORE) == secret
    keys.delete(STORE)
    keys.delete(STORE)
    for gone in (keys.device_secret, keys.signing_secret):
        with pytest.raises(Refused):
            gone(STORE)
    assert keys.store_key(OTHER) == secret
    keys.delete(OTHER)
    with pytest.raises(ValueError, match="32 bytes"):
        keys.set_store_key(STORE, b"short")


@pytest.mark.usefixtures("secret_service")
def test_the_real_secret_service_keeps_the_secrets() -> None:
    keeps_secrets(KeyRing())


@pytest.mark.usefixtures("secret_service")
def test_another_program_of_the_same_person_finds_the_key_by_the_store_s_id(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").make()
    keys = keys_for(home)
    assert isinstance(keys, KeyRing)
    key = new_key()
    store = Store.create(home.store_path, key, unit=UNIT)
    keys.set_store_key(store.id, key)
    store.close()
    code = (
        "import sys; from pathlib import Path; from desktop.config import Home; from desktop.keys import keys_for\n"
        "from desktop.store.opening import read_id; from desktop.store.store import Store\n"
        "home = Home(Path(sys.argv[1])); store_id = read_id(home.store_path)\n"
        "store = Store.open(home.store_path, keys_for(home).store_key(store_id)); print(store.id); store.close()"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(home.path)], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == store.id
    assert keyring.get_password(SERVICE, f"{store.id}/store") is not None
    for file in home.path.rglob("*"):
        assert not file.is_file() or (key not in file.read_bytes() and key.hex().encode() not in file.read_bytes())
    keys.delete(store.id)


def test_keys_under_a_passphrase_are_kept_across_programs(tmp_path: Path) -> None:
    path = tmp_path / "home" / "keys.json"
    keeps_secrets(WrappedKeys(path, PASSPHRASE))
    key = new_key()
    WrappedKeys(path, PASSPHRASE).set_store_key(STORE, key)
    assert WrappedKeys(path, PASSPHRASE).store_key(STORE) == key
    assert key.hex() not in path.read_text()
    assert STORE not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_a_wrong_passphrase_opens_nothing_and_a_new_one_replaces_the_old(tmp_path: Path) -> None:
    path, key = tmp_path / "keys.json", new_key()
    keys = WrappedKeys(path, PASSPHRASE)
    keys.set_store_key(STORE, key)
    with pytest.raises(Refused, match=r"store\.passphrase_wrong"):
        WrappedKeys(path, PASSPHRASE + " ")
    with pytest.raises(Refused, match=r"store\.passphrase_needed"):
        WrappedKeys(path, "")
    keys.change_passphrase("另一句足够长的口令")
    with pytest.raises(Refused, match=r"store\.passphrase_wrong"):
        WrappedKeys(path, PASSPHRASE)
    assert WrappedKeys(path, "另一句足够长的口令").store_key(STORE) == key


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("argon2id", {"time": 3, "memory_kib": 1 << 30, "lanes": 4}),
        ("argon2id", {"time": 3, "memory_kib": 8, "lanes": 4}),
        ("argon2id", {}),
        ("salt", "00"),
        ("nonce", "zz"),
        ("sealed", 5),
        ("sealed", None),
    ],
)
def test_a_hostile_key_file_is_damaged_not_a_crash(tmp_path: Path, name: str, value: object) -> None:
    path = tmp_path / "keys.json"
    WrappedKeys(path, PASSPHRASE).set_store_key(STORE, new_key())
    path.write_text(json.dumps({**json.loads(path.read_text()), name: value}))
    with pytest.raises(Damaged, match=r"store\.keys_damaged"):
        WrappedKeys(path, PASSPHRASE)


@pytest.mark.usefixtures("shipped_argon2")
def test_a_weakened_header_is_found_out(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    WrappedKeys(path, PASSPHRASE).set_store_key(STORE, new_key())
    found = json.loads(path.read_text())
    assert found["argon2id"] == {"time": 3, "memory_kib": 1 << 16, "lanes": 4}
    found["argon2id"]["time"] = 1
    path.write_text(json.dumps(found))
    with pytest.raises(Refused, match=r"store\.passphrase_wrong"):
        WrappedKeys(path, PASSPHRASE)


class PlainFile:
    """A backend such as keyrings.alt has: a file in the home folder. No subclass: those register themselves."""

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("a key was about to be written to a plain file")


@pytest.mark.parametrize("backend", [PlainFile, keyring.backends.null.Keyring, keyring.backends.fail.Keyring])
def test_a_backend_that_keeps_plain_files_or_nothing_is_refused(backend: type) -> None:
    with pytest.raises(Refused, match=r"store\.keyring_none"):
        safe_backend(backend())


def test_without_a_service_a_home_needs_a_passphrase_and_says_so(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from desktop.config import Home; from desktop.keys import keys_for\n"
        "from sync.records.errors import QianshaoError\n"
        "try: print(type(keys_for(Home(Path(sys.argv[1])), sys.argv[2])).__name__)\n"
        "except QianshaoError as error: print(error.key)"
    )
    env = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    home = Home(tmp_path / "home").make()

    def ask(passphrase: str) -> str:
        command = [sys.executable, "-c", code, str(home.path), passphrase]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.strip()

    assert ask("") == "store.keyring_none"
    assert ask(PASSPHRASE) == "WrappedKeys"
    home.store_path.write_bytes(b"a store whose key lies in a keyring that is not there today")
    assert ask(PASSPHRASE) == "store.keyring_none"
    WrappedKeys(home.keys_path, PASSPHRASE).set_store_key(STORE, new_key())
    assert ask(PASSPHRASE) == "WrappedKeys"
    assert ask("wrong") == "store.passphrase_wrong"


@pytest.mark.parametrize("bus", ["", "unix:path=/nonexistent/bus"])
def test_where_no_bus_answers_there_is_no_keyring_and_it_is_said(bus: str) -> None:
    code = (
        "from desktop.keys import KeyRing; from sync.records.errors import Refused\n"
        "try: KeyRing(); print('a keyring')\n"
        "except Refused as error: print(error.key)"
    )
    env = {name: value for name, value in os.environ.items() if name not in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY")}
    env |= {"XDG_RUNTIME_DIR": "/nonexistent"} | ({"DBUS_SESSION_BUS_ADDRESS": bus} if bus else {})
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "store.keyring_none"


def test_a_locked_keyring_that_nobody_unlocks_is_told_as_locked() -> None:
    command = [str(SESSION), sys.executable, "-m", "tests.support.locked_keyring"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100)
    told = [
        line for line in ran.stdout.splitlines() if line.startswith("told: ")
    ]  # what the bus starts speaks there, too
    assert told == ["told: Unavailable store.keyring_locked"]


def test_a_keyring_service_that_falls_while_it_is_asked_is_asked_again() -> None:
    command = [str(SESSION), sys.executable, "-m", "tests.support.fallen_keyring"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100)
    assert {"read: True", "kept: True", "found: True"} <= set(ran.stdout.splitlines())


def test_a_keyring_that_fails_twice_is_told_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = KeyRing()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    with pytest.raises(Unavailable, match=r"^store\.keyring_failed$"):
        keys.store_key(STORE)
