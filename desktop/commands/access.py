"""Who may: the secrets of unattended use, the store behind its key, and the person who is signed in."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from desktop.config import Home
from resources import Wording
from sync.records.errors import Refused

if TYPE_CHECKING:
    from desktop.actions.desk import Desk
    from desktop.keys import Keys
    from desktop.store.store import Store

STAFF: Final = "QIANSHAO_STAFF"
PASSWORD: Final = "QIANSHAO_PASSWORD"  # noqa: S105 - the variable's name
PASSPHRASE: Final = "QIANSHAO_PASSPHRASE"  # noqa: S105 - the variable's name
BACKUP_PASSPHRASE: Final = "QIANSHAO_BACKUP_PASSPHRASE"  # noqa: S105 - the variable's name


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What the environment said; empty where it said nothing."""

    staff: str = ""
    password: str = ""
    passphrase: str = ""
    backup_passphrase: str = ""

    @classmethod
    def taken(cls, env: MutableMapping[str, str]) -> Secrets:
        """Read the four variables and remove them, so that no child process and no crash report has them."""
        return cls(*(env.pop(name, "") for name in (STAFF, PASSWORD, PASSPHRASE, BACKUP_PASSPHRASE)))


@dataclass(slots=True)
class Access:
    """What every verb is given: the home, the words, the secrets."""

    home: Home
    words: Wording
    secrets: Secrets
    _keys: Keys | None = None

    def keys(self, *, new: bool = False) -> Keys:
        """Where this home's secrets lie; a passphrase is asked for, once, where they are wrapped by one.

        A ``new`` home on a machine without a keyring service gets a passphrase: typed twice, or by the environment.
        """
        if self._keys is None:
            self._keys = self._open_keys(new)
        return self._keys

    def _open_keys(self, new: bool) -> Keys:
        from desktop.keys import keys_for

        if self.home.keys_path.exists():
            return keys_for(self.home, self.secrets.passphrase or self.asked("cli.ask_passphrase"))
        try:
            return keys_for(self.home, self.secrets.passphrase)
        except Refused as refused:
            if not new or refused.key != "store.keyring_none" or not at_terminal():
                raise
            return keys_for(self.home, self._twice("cli.ask_passphrase"))

    @contextmanager
    def store(self, *, take_up: bool = False) -> Iterator[Store]:
        """Open the store of this home and close it in good order; ``take_up`` as in `Store.open`."""
        from desktop.store.opening import read_id
        from desktop.store.store import Store

        if not self.home.store_path.exists():
            raise Refused("store.missing")
        path = self.home.store_path
        store = Store.open(path, self.keys().store_key(read_id(path)), take_up=take_up)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Open the store and sign in: by the environment, or by what is typed. Refused("cli.sign_in_needed")."""
        with self.store() as store:
            from desktop.actions.desk import Desk
            from desktop.actions.manner import manner_of
            from desktop.actions.signing_in import sign_in
            from sync.records.units import of_one_page

            name = self.secrets.staff or self.asked("cli.ask_staff", hidden=False, refusal="cli.sign_in_needed")
            password = self.secrets.password or self.asked("cli.ask_password", refusal="cli.sign_in_needed")
            session = sign_in(store, name, password)
            if of_one_page(session.roles):
                raise Refused("cli.one_page", name=session.name)
            yield Desk(store, session, manner=partial(manner_of, self.home), keys=self.keys())

    def new_password(self) -> str:
        """The first password of a new staff member: from the environment, or typed twice."""
        if self.secrets.password:
            return self.secrets.password
        return self._twice("cli.ask_new_password", "cli.password_needed")

    def recovery_passphrase(self, *, new: bool) -> str:
        """A backup's passphrase: from the environment, typed (a ``new`` one twice), or a line of standard input."""
        said = self.secrets.backup_passphrase or ("" if sys.stdin.isatty() else self.secrets.passphrase)
        if said:
            return said
        if not sys.stdin.isatty():
            line = sys.stdin.readline().rstrip("\r\n")
            if not line:
                raise Refused("cli.backup_passphrase_needed")
            return line
        return self._twice("cli.ask_backup_passphrase") if new else self.asked("cli.ask_backup_passphrase")

    def asked(self, key: str, *, hidden: bool = True, refusal: str = "store.passphrase_needed") -> str:
        """Ask at the terminal; ``refusal`` where there is none."""
        if not at_terminal():
            raise Refused(refusal)
        if hidden:
            return getpass.getpass(self.words(key), sys.stderr)
        sys.stderr.write(self.words(key))
        sys.stderr.flush()
        return sys.stdin.readline().strip()

    def _twice(self, key: str, refusal: str = "store.passphrase_needed") -> str:
        first = self.asked(key, refusal=refusal)
        if self.asked("cli.ask_again", refusal=refusal) != first:
            raise Refused("cli.not_the_same")
        return first


def at_terminal() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()
