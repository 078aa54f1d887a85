"""The directory as answers: departments, streets, units, mediators, for fields whose choices are not fixed."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.actions.desk import Desk
from desktop.actions.order_giving import issuers
from desktop.actions.rule_tables import sources
from desktop.actions.units import unit_above
from desktop.store.readings import name_order
from desktop.store.store import Reader
from desktop.store.units import mediators, staff, units
from sync.records.times import BEIJING
from sync.records.units import Level, Role

_STATIONS = frozenset({Level.STATION, Level.COMMUNITY})


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: the stored ``value`` and the ``text`` that a person reads (a name, no wording key)."""

    value: str
    text: str


def options(desk: Desk, form: str, field: str) -> list[Option]:
    """Return the answers of a CHOICE or CHOICES field that is declared with ``kinds`` and without choices."""
    match form, field:
        case ("order", "departments" | "calls.called") | ("reply" | "order_step", "department"):
            return department_options(desk)
        case "order", "to_unit":
            return asked_options(desk)
        case "order", "ratifier":
            return issuer_options(desk)
        case "order_delegation", "delegate":
            return colleague_options(desk)
        case "order", "street_copy":
            return _units(desk, Level.STREET)
        case "mediation", "mediators":
            return mediator_options(desk)
        case "matter", "source":
            return source_options(desk)
        case "step", "to_staff":
            return counsellor_options(desk)
        case ("hand_over", "to_staff") | ("step", "second"):
            return colleague_options(desk)
        case _:
            return unit_options(desk)


def department_options(desk: Desk) -> list[Option]:
    """Units that answer dispatch orders."""
    with desk.store.read() as reader:
        return _named({u.unit: u.name for u in units(reader).values() if u.department and u.closed_on is None})


def asked_options(desk: Desk) -> list[Option]:
    """Whom this desk may ask for an order: its own unit, its community and its street."""
    with desk.store.read() as reader:
        above = (unit_above(reader, desk.session, level) for level in (Level.STATION, Level.COMMUNITY, Level.STREET))
        return _named({unit.unit: unit.name for unit in above if unit is not None})


def issuer_options(desk: Desk) -> list[Option]:
    """Who issues orders at this unit in his own right."""
    with desk.store.read() as reader:
        return _named({member.staff: member.name for member in issuers(reader, desk.session.unit)})


def unit_options(desk: Desk) -> list[Option]:
    """All units that are not closed, but for this desk's own."""
    return _units(desk, None)


def station_options(desk: Desk) -> list[Option]:
    """The units at which residents are received, this desk's own first; closed ones too, for their records remain."""
    with desk.store.read() as reader:
        known = [u for u in units(reader).values() if not u.department and u.level in _STATIONS]
    named = _named({u.unit: u.name for u in known})
    return sorted(named, key=lambda option: option.value != desk.session.unit)


def mediator_options(desk: Desk) -> list[Option]:
    """Staff who may mediate here: by role, and by appointment in a committee; the value is the staff identity."""
    today = desk.now().astimezone(BEIJING).date()
    with desk.store.read() as reader:
        known = staff(reader)
        unit = units(reader).get(desk.session.unit)
        committees = {desk.session.unit, unit.committee if unit else ""} - {""}
        wanted = {a.staff for c in committees for a in mediators(reader, c, today)}
    wanted |= {s.staff for s in known.values() if s.unit == desk.session.unit and Role.MEDIATOR in s.roles}
    return _named({s: known[s].name for s in wanted if s in known and known[s].left_on is None})


def source_options(desk: Desk) -> list[Option]:
    """The groups that find matters, in the district's order; those that ended are offered no more."""
    with desk.store.read() as reader:
        found = sources(reader, desk.now().astimezone(BEIJING).date())
    return [Option(source.name, source.label) for source in found if not source.ended]


def colleague_options(desk: Desk) -> list[Option]:
    """Who works at this unit now, without the person at the desk."""
    with desk.store.read() as reader:
        known = [s for s in staff(reader).values() if s.unit == desk.session.unit and s.left_on is None]
    return _named({s.staff: s.name for s in known if s.staff != desk.session.staff})


def counsellor_options(desk: Desk) -> list[Option]:
    """Who counsels at this unit."""
    with desk.store.read() as reader:
        known = [s for s in staff(reader).values() if s.unit == desk.session.unit and s.left_on is None]
    return _named({s.staff: s.name for s in known if Role.COUNSELLOR in s.held})


def staff_name(reader: Reader, identity: str) -> str:
    """Return a staff member's name; what is no identity here is a name already."""
    member = staff(reader).get(identity)
    return member.name if member else identity


def _units(desk: Desk, level: Level | None) -> list[Option]:
    with desk.store.read() as reader:
        known = [u for u in units(reader).values() if u.closed_on is None and u.unit != desk.session.unit]
    return _named({u.unit: u.name for u in known if level is None or u.level is level})


def _named(names: dict[str, str]) -> list[Option]:
    return [Option(value, text) for value, text in sorted(names.items(), key=lambda item: name_order(item[1]))]
