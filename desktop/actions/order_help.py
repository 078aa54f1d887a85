"""What helps with an order while its form is filled in: likely departments, who is on duty, what the grade demands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.actions.departments import suggested
from desktop.actions.dispatch_rules import dispatch_rules
from desktop.actions.order_authorities import authorised
from desktop.session import Session
from desktop.store.registers import duty_rosters
from desktop.store.store import Reader
from desktop.store.units import units
from sync.records.department_ranking import Suggestion
from sync.records.dispatch_rules import DispatchRules, Grade, Limit
from sync.records.duty_rosters import DutyShift, on_duty
from sync.records.telephones import written_phone
from sync.records.times import BEIJING


@dataclass(frozen=True, slots=True)
class OrderHelp:
    """``suggestions`` with their departments' names; ``duty`` by department's name; ``lacking`` departments' names.

    ``limit`` is what the ``grade`` demands, None where the rules have no such grade; a sign of ``graver`` stands in
    the text. ``to_confirm`` where the rules are the program's own. ``register`` is the authority by the register,
    "" where none is kept or none is in force.
    """

    suggestions: tuple[tuple[str, Suggestion], ...]
    duty: tuple[tuple[str, tuple[DutyShift, ...]], ...]
    grades: tuple[Grade, ...]
    limit: Limit | None
    version: str
    to_confirm: bool
    register: str
    lacking: tuple[str, ...]
    grade: str = ""
    graver: tuple[Grade, str] | None = None


def order_help(
    reader: Reader, session: Session, category: str, text: str, grade: str, departments: Sequence[str], now: datetime
) -> OrderHelp:
    """Look all of it up for an order of ``category`` and ``grade`` that says ``text``, to ``departments``."""
    today = now.astimezone(BEIJING).date()
    rules, known = dispatch_rules(reader, today), units(reader)
    found = suggested(reader, category, text, today)
    allowed = authorised(reader, session, departments, today)
    return OrderHelp(
        suggestions=tuple((known[one.department].name, one) for one in found),
        duty=duty_now(reader, departments, now),
        grades=rules.grades,
        limit=rules.limit(category, grade) if grade in rules.grade_names else None,
        version=rules.version,
        to_confirm=rules.to_confirm,
        register=allowed.words,
        lacking=tuple(known[d].name for d in allowed.lacking if d in known),
        grade=grade,
        graver=_graver(rules, text, grade),
    )


def _graver(rules: DispatchRules, text: str, grade: str) -> tuple[Grade, str] | None:
    found, names = rules.grade_by_signs(text), rules.grade_names
    if found is None or (grade in names and names.index(found[0].name) >= names.index(grade)):
        return None
    return found


def duty_now(reader: Reader, departments: Sequence[str], at: datetime) -> tuple[tuple[str, tuple[DutyShift, ...]], ...]:
    """Return who of each department is on duty at a moment, by its name; departments without a list are left out."""
    known = units(reader)
    found = [(d, on_duty(duty_rosters(reader, d), d, at)) for d in departments]
    return tuple((known[d].name if d in known else d, shifts) for d, shifts in found if shifts)


def officer_words(shift: DutyShift) -> str:
    """Say who is on duty: name, post, telephone. Only for who orders and for the order's own paper."""
    return " ".join(part for part in (shift.name, shift.post, written_phone(shift.telephone)) if part)
