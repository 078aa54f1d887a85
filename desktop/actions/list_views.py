"""How somebody likes a list: which columns in which order and width, sorted how, counted by what.

It is theirs and this store's alone, and never travels.
"""

from __future__ import annotations

import msgspec

from desktop.actions.desk import Desk


class View(msgspec.Struct, frozen=True):
    """``columns`` are the names of those shown, in their order (none: as the list comes); ``widths`` in pixels.

    ``sort`` is a name of the list's sorts (its own if empty); ``groups`` what its rows are counted by.
    """

    columns: tuple[str, ...] = ()
    widths: dict[str, int] = {}
    sort: str = ""
    rising: bool = False
    groups: str = ""


def view_of(desk: Desk, name: str) -> View:
    """Return how this person likes the list ``name``."""
    with desk.store.read() as reader:
        said = reader.meta(_key(desk, name))
    try:
        return msgspec.json.decode(said, type=View) if said else View()
    except msgspec.DecodeError:  # of another version of the program: the list is shown as it comes
        return View()


def keep_view(desk: Desk, name: str, view: View) -> None:
    """Keep how this person likes the list ``name``."""
    with desk.store.write() as work:
        work.set_meta(_key(desk, name), msgspec.json.encode(view).decode())


def _key(desk: Desk, name: str) -> str:
    return f"list:{name}:{desk.session.staff}"
