"""Who works at this station, as its lead sees them: roles, and whether they can sign in at this desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.actions.desk import Desk
from desktop.store.credentials import credential_of
from desktop.store.readings import name_order
from desktop.store.units import staff
from sync.records.times import BEIJING
from sync.records.units import Role, of_one_page


@dataclass(frozen=True, slots=True)
class Colleague:
    """A staff member of this unit; ``locked_until`` is None where sign-in is not locked now.

    ``called``: a counsellor without a password, who is called by telephone and may do without one.
    """

    staff: str
    name: str
    roles: tuple[Role, ...]
    post: str
    has_password: bool
    locked_until: datetime | None
    own: bool
    called: bool = False


def read_colleagues(desk: Desk) -> tuple[Colleague, ...]:
    """Return the staff of the signed-in person's unit who have not left: who cannot sign in yet first, then by name."""
    found = []
    with desk.store.read() as reader:
        for identity, member in staff(reader).items():
            if member.unit != desk.session.unit or member.left_on is not None:
                continue
            known = credential_of(reader, identity)
            until = known.locked_until.astimezone(BEIJING) if known is not None and known.locked_until else None
            found.append(
                Colleague(
                    staff=identity,
                    name=member.name,
                    roles=tuple(role for role in Role if role in member.held),
                    post=member.post,
                    has_password=known is not None,
                    locked_until=until if until is not None and until > desk.now() else None,
                    own=identity == desk.session.staff,
                    called=known is None and of_one_page(member.held),
                )
            )
    return tuple(sorted(found, key=lambda c: (c.has_password or c.called, name_order(c.name), c.staff)))
