"""Makes the shell while a password is tried. Whose it is it does not prove: it is shown when the password was right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from desktop.session import Session
    from desktop.store.store import Store
    from desktop.ui.shell import Shell


class Ready:
    """One shell for the name that was handed in, by `make`; nobody has seen it until it is taken."""

    def __init__(self, tasks: TaskRunner, make: Callable[[Session], Shell]) -> None:
        self._tasks, self._make = tasks, make
        self._name = ""
        self._shell: Shell | None = None

    def begin(self, name: str, store: Store | None) -> None:
        """Somebody has handed in ``name``; where the store is not open yet, `go_on` follows."""
        self.take(None)
        self._name = name
        self.go_on(store)

    def go_on(self, store: Store | None) -> None:
        """Make the shell, where there is a name and a store."""
        name = self._name
        if store is None or not name:
            return

        def work() -> Session | None:
            from desktop.actions.signing_in import session_expected

            return session_expected(store, name)

        self._tasks.read(work, lambda session: self._made(session, name), lambda _error: None)

    def take(self, session: Session | None) -> Shell | None:
        """Return the shell that was made for ``session``; one that was made for somebody else is let go."""
        shell, self._shell, self._name = self._shell, None, ""
        if shell is not None and shell.tools.desk.session != session:
            shell.deleteLater()
            return None
        return shell

    def _made(self, session: Session | None, name: str) -> None:
        if session is not None and name == self._name and self._shell is None:
            self._shell = self._make(session)
