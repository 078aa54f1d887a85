"""Who may come in: names and password hashes, read from the file itself before SQLAlchemy and the store are loaded.

What is read here opens nothing: `actions.staff.sign_in` looks again in the opened store.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from desktop.store import opening
from desktop.store.projections import SELDOM, naming
from desktop.store.raw import raw_connection, translated
from sync.records.errors import Damaged
from sync.records.units import StaffMember

_MEMBERS = f"""
    SELECT body FROM record
    WHERE kind = 'staff_member' AND {SELDOM} AND readable = 1
        AND NOT EXISTS (SELECT 1 FROM link WHERE {naming("record.id")} AND link.via = 'amends')
    ORDER BY id
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
            members = [_member(body) for (body,) in connection.execute(_MEMBERS)]
        finally:
            connection.close()
    latest = {member.staff: member for member in members}
    found: dict[str, tuple[str, ...]] = {}
    for staff, member in latest.items():
        if member.left_on is None and staff in hashes:
            found[member.name] = (*found.get(member.name, ()), hashes[staff])
    return Door(found)


def _member(body: bytes) -> StaffMember:
    """Read a member as codec.decode_body does, which knows all kinds: they are loaded beside the password's trial."""
    try:
        return msgspec.json.decode(body, type=StaffMember)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Damaged("protocol.unreadable_record", kind="staff_member") from error
