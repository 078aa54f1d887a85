"""What the writing connection knows since its last commit, as long as nobody else has written: no save asks it anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from desktop.store.chain import Head
    from sync.records.units import OrgUnit

_VERSION: Final = "PRAGMA data_version"
"""Within a write transaction: another number than at the last one where any other connection committed since."""


@dataclass(slots=True)
class Remembered:
    """What one transaction leaves to the next; None, or a unit that is missing: to be asked.

    ``version`` is SQLite's data_version, ``line`` the journal's last line, ``head`` where the chain is, ``through`` the
    line up to which the search index goes, ``units`` what the directory says of units, by identity.
    """

    version: int = -1
    line: int | None = None
    head: Head | None = None
    through: int | None = None
    units: dict[str, OrgUnit | None] = field(default_factory=dict)

    def still(self, driver: Any) -> Remembered:
        """Return what holds in the write transaction that was just begun: all of this, or nothing."""
        version = driver.execute(_VERSION).fetchone()[0]
        return self if version == self.version else Remembered(version)
