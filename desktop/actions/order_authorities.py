"""By what authority this desk's unit orders: the district's register where there is one, else the issuer's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from desktop.actions.dispatch_rules import dispatch_rules
from desktop.session import Session
from desktop.store.registers import order_authorities
from desktop.store.store import Reader
from desktop.store.units import units
from sync.records.errors import Refused
from sync.records.order_authorities import Authorised, authority_for
from sync.records.units import Level


def authorised(reader: Reader, session: Session, departments: Sequence[str], on: date) -> Authorised:
    """Return what the register says of an order of this unit: its own entries, and those of the community above."""
    return authority_for(order_authorities(reader), _issuers(reader, session), departments, on)


def authority_words(reader: Reader, session: Session, on: date) -> str:
    """Return what an order's form proposes as its authority: by the register, else the rules' default."""
    return authorised(reader, session, (), on).words or dispatch_rules(reader, on).authority


def must_be_authorised(reader: Reader, session: Session, departments: Sequence[str], on: date) -> Authorised:
    """Return it where nothing is lacking; Refused("authority.none_in_force") names whom to ask.

    An order in an emergency does not ask this: it is ratified afterwards.
    """
    found = authorised(reader, session, departments, on)
    if found.lacking:
        known = units(reader)
        names = "、".join(known[unit].name if unit in known else unit for unit in found.lacking)
        own = known.get(session.unit)
        ask = found.ask or next((u.name for u in known.values() if u.level is Level.DISTRICT and not u.department), "")
        unit = own.name if own else session.unit_name
        raise Refused("authority.none_in_force", unit=unit, departments=names, ask=ask)
    return found


def _issuers(reader: Reader, session: Session) -> list[str]:
    """This unit, and the communities above it: a station orders in the name of its community's committee."""
    known, found = units(reader), [session.unit]
    current = known.get(session.unit)
    while current is not None and current.level is Level.STATION and current.parent and current.parent not in found:
        found.append(current.parent)
        current = known.get(current.parent)
    return found
