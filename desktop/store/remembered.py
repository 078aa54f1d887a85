"""What the writing connection knows since its last commit, as long as nobody else has written: no save asks it anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from desktop.store.chain import Head
    from sync.records.units import OrgUnit

Numbered = tuple[str, str, int]
"""Series, unit and year that numbers are counted in."""

_VERSION: Final = "PRAGMA data_version"
"""Within a write transaction: another number than at the last one where any other connection committed since."""


@dataclass(slots=True)
class Counting:
    """Where a series is: ``next`` is the serial that is given out next, ``last`` the last one of the ``lease``.

    Without a lease it is the desk's own series, with its ``suffix``. ``written`` is what the row says comes next.
    """

    lease: str | None
    next: int
    last: int
    written: int
    suffix: str = ""


@dataclass(slots=True)
class Remembered:
    """What one transaction leaves to the next; None, or a unit that is missing: to be asked.

    ``version`` is SQLite's data_version, ``line`` the journal's last line, ``head`` where the chain is, ``through`` the
    line up to which the search index goes, ``listed`` the one up to which newest.py has written, ``units`` what the
    directory says of units, by identity. ``numbers`` with the rows of the leases say which serials come next; None: the
    rows alone do not, and the newest records are to be asked.
    """

    version: int = -1
    line: int | None = None
    head: Head | None = None
    through: int | None = None
    listed: int | None = None
    units: dict[str, OrgUnit | None] = field(default_factory=dict)
    numbers: dict[Numbered, Counting] | None = None

    def still(self, driver: Any) -> Remembered:
        """Return what holds in the write transaction that was just begun: all of this, or nothing."""
        version = driver.execute(_VERSION).fetchone()[0]
        return self if version == self.version else Remembered(version)
