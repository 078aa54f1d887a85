"""Who is signed in at this desk: a plain value that every action is given."""

from __future__ import annotations

from dataclasses import dataclass

from sync.records.units import Role


@dataclass(frozen=True, slots=True)
class Session:
    """``staff`` and ``unit`` are identities (records.units), ``unit_name`` is for papers and the window."""

    staff: str
    name: str
    roles: frozenset[Role]
    unit: str
    unit_name: str

    def may(self, role: Role) -> bool:
        """Whether this staff member has ``role``."""
        return role in self.roles
