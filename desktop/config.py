"""Where things lie, and the settings file: plain values, every folder and file for its owner only."""

from __future__ import annotations

import os
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

import platformdirs

from desktop.locks import FileLock
from sync.protocol.disk import sync_folder
from sync.records.errors import Damaged, Refused

NAME: Final = "qianshao"
HOME_VARIABLE: Final = "QIANSHAO_HOME"
OWNER_FOLDER: Final = 0o700
LANGUAGES: Final = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person may set, and what enrolment notes: nothing secret. ``lock_minutes`` of 0: never.

    ``paper_face`` and ``paper_layout`` are how papers are set (printing/manner.py); empty as the program has it.
    An exchange that would erase or rewrite more than ``mass_change_percent`` of the records here, and more than
    ``mass_change_least``, stops and asks the station lead. ``background_exchange``: the window exchanges by itself
    while the network is up. ``quiet_key``, pressed ``quiet_presses`` times in a second, calls for help at the desk
    (docs/security.md); empty: none does.
    """

    language: str = "zh"
    theme: str = "system"
    district_url: str = ""
    ca_file: str = ""
    device: str = ""
    font_scale: int = 100
    printer: str = ""
    backup_folder: str = ""
    lock_minutes: int = 10
    paper_face: str = ""
    paper_layout: str = ""
    mass_change_percent: int = 10
    mass_change_least: int = 50
    background_exchange: bool = True
    quiet_key: str = "F12"
    quiet_presses: int = 2


class Home:
    """The folder of one station: its store, keys, settings, logs and backups. Made when first asked for."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path).absolute()

    def __repr__(self) -> str:
        return f"Home({str(self.path)!r})"

    @property
    def store_path(self) -> Path:
        """The encrypted store."""
        return self.path / "store.db"

    @property
    def keys_path(self) -> Path:
        """Keys wrapped by a passphrase, where there is no keyring service."""
        return self.path / "keys.json"

    @property
    def settings_path(self) -> Path:
        """The settings file (TOML)."""
        return self.path / "settings.toml"

    @property
    def ca_path(self) -> Path:
        """The district's certificate authority (PEM), as enrolment received and checked it."""
        return self.path / "district-ca.pem"

    @property
    def logs(self) -> Path:
        """The folder of log files."""
        return private_folder(self.path / "logs")

    @property
    def backups(self) -> Path:
        """The folder where backups go unless a person says otherwise."""
        return private_folder(self.path / "backups")

    @property
    def lock_path(self) -> Path:
        """The file whose lock the one window holds."""
        return self.path / "window.lock"

    @property
    def front_path(self) -> Path:
        """The file by which a second start asks the one window to come to the front."""
        return self.path / "window.front"

    @property
    def lock(self) -> HomeLock:
        """The lock that lets one window at a time use this home."""
        return HomeLock(self)

    def make(self) -> Home:
        """Make the folder, for its owner only."""
        private_folder(self.path)
        return self

    @property
    def settings(self) -> Settings:
        """The settings as they are in the file now; defaults where there is none."""
        return read_settings(self.settings_path)

    def save(self, settings: Settings) -> None:
        """Write the settings file as a whole."""
        self.make()
        write_private(self.settings_path, as_toml(settings).encode())


class HomeLock:
    """One window per home; command-line verbs work beside it. Use as a context, or `take` and `let_go`."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = FileLock(home.lock_path)

    def take(self) -> None:
        """Take the lock; Refused("store.home_in_use") where another window has it."""
        self._home.make()
        if not self._lock.try_acquire():
            raise Refused("store.home_in_use")

    def let_go(self) -> None:
        """Let the next window in."""
        self._lock.release()

    def __enter__(self) -> HomeLock:
        self.take()
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()


def home_from(argument: str | Path | None = None, env: Mapping[str, str] | None = None) -> Home:
    """Return the home that ``--home`` names, else QIANSHAO_HOME, else the user's own data folder."""
    env = os.environ if env is None else env
    said = str(argument or "") or env.get(HOME_VARIABLE, "")
    return Home(Path(said).expanduser() if said else Path(platformdirs.user_data_path(NAME, appauthor=False)))


def owner_only() -> None:
    """Let every file that this process makes be for its owner only; called once, when a program starts."""
    os.umask(0o077)


def private_folder(path: Path) -> Path:
    """Make ``path`` where it is missing, and see that only its owner may enter it."""
    lasting_folder(path, OWNER_FOLDER)
    if sys.platform != "win32" and path.stat().st_mode & 0o077:
        path.chmod(OWNER_FOLDER)
    return path


def lasting_folder(path: Path, mode: int = 0o777) -> None:
    """Make ``path`` and what is missing above it, each of a name that outlasts a power cut: what it will hold does."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True, mode=mode)
    for folder in missing:
        sync_folder(folder.parent)


def write_private(path: Path, content: bytes) -> None:
    """Write a whole file durably, for its owner only: either the old content stands or the new one."""
    with staged(path, content):
        pass


@contextmanager
def staged(path: Path, content: bytes) -> Iterator[None]:
    """Write as `write_private`, but give the file its name only after the block: what it says must be recorded first.

    OSError before the block where there is no room; whatever the block raises leaves nothing behind.
    """
    fd, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def read_settings(path: Path) -> Settings:
    """Read a settings file; unknown names are passed over, Damaged("store.settings") where it is no settings file."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Damaged("store.settings", file=path.name) from error
    known: dict[str, Any] = {}
    for field in fields(Settings):
        value = found.get(field.name, field.default)
        if type(value) is not type(field.default):
            raise Damaged("store.settings", file=path.name)
        known[field.name] = value
    if known["language"] not in LANGUAGES:
        known["language"] = LANGUAGES[0]
    return Settings(**known)


def as_toml(settings: Settings) -> str:
    """Return the settings as TOML, one name a line."""
    lines = []
    for name, value in asdict(settings).items():
        lines.append(f"{name} = {str(value).lower()}" if isinstance(value, int) else f"{name} = {_quoted(value)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04X}" for c in escaped) + '"'
