"""Who may come in: names and password hashes, read from the file itself before SQLAlchemy and the store are loaded.

What is read here opens nothing: `actions.signing_in.sign_in` looks again in the opened store. SQLite itself reads the
members' bodies, so that neither kinds nor what decodes them need to be loaded yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.store import opening
from desktop.store.projections import SELDOM, naming
from desktop.store.raw import raw_connection, translated

_MEMBERS = f"""
    WITH member AS (
        SELECT id, CAST(body AS TEXT) AS text FROM record
        WHERE kind = 'staff_member' AND {SELDOM} AND readable = 1
            AND NOT EXISTS (SELECT 1 FROM link WHERE {naming("record.id")} AND link.via = 'amends')
    )
    SELECT text ->> 'staff', text ->> 'name', text ->> 'left_on' FROM member ORDER BY id
"""  # noqa: S608 our own words
_HASHES = "SELECT staff, password_hash FROM credential"


@dataclass(frozen=True, slots=True)
class Door:
    """The password hashes of the staff who may sign in, by name; two people may have one name."""

    hashes: dict[str, tuple[str, ...]]

    @property
    def names(self) -> list[str]:
        """Everybody's name, in order."""
        return sorted(self.hashes)


def look(path: Path, key: bytes) -> Door:
    """Check the store as `Store.open` does, with its errors, and read who may sign in."""
    opening.check(path, key)
    with translated():
        connection = raw_connection(path, key, mode="ro")
        try:
            hashes = dict(connection.execute(_HASHES).fetchall())
            members = connection.execute(_MEMBERS).fetchall()
        finally:
            connection.close()
    latest = {staff: (name, left_on) for staff, name, left_on in members}
    found: dict[str, tuple[str, ...]] = {}
    for staff, (name, left_on) in latest.items():
        if left_on is None and staff in hashes:
            found[name] = (*found.get(name, ()), hashes[staff])
    return Door(found)
