"""Blank forms with numbers for a power cut: given out, entered later (补录), or voided; no number is lost silently."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.actions.desk import Desk, Done
from desktop.actions.directory import staff_name
from desktop.actions.units import committee_name, own_unit, short_name
from desktop.printing.station.values import BlankSheet
from desktop.session import Session
from desktop.store.blanks import entered_twice, is_open, open_blanks
from desktop.store.leases import left
from desktop.store.store import Reader, Work
from resources import Wording
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.papers import BlankForm, NumberVoid, Series
from sync.records.query_codes import query_code
from sync.records.telephones import written_phone
from sync.records.text import half_width
from sync.records.times import BEIJING, to_minute

MOST = 50
"""So many forms are given out at once."""
GIVEN = (Series.VISIT, Series.AGREEMENT)
"""The series of which there are blank forms; an order is never written without its records."""


def hand_out(desk: Desk, series: Series, count: int) -> list[str]:
    """Give out ``count`` blank forms with numbers of this desk's lease; returns their ids, all or none.

    Refused("actions.lease_short") where fewer leased numbers are left: numbers with the desk's suffix are for the
    screen alone. RuleBroken where the count is none of 1 to `MOST`.
    """
    desk.must_may("blank_form")
    if not 1 <= count <= MOST:
        raise RuleBroken("actions.blanks_impossible", field="count", limit=MOST)
    made, year = desk.made(), desk.now().astimezone(BEIJING).year
    with desk.store.write() as work:
        there = left(work, series, desk.session.unit, year)
        if there < count:
            raise Refused("actions.lease_short", left=there)
        ids = []
        for _ in range(count):
            number = work.allocate(series, desk.session.unit, short_name(work, desk.session), year)
            blank = BlankForm(
                id=new_id("blank_form"), made=made, series=series, unit=desk.session.unit, year=year, number=number
            )
            work.add(blank)
            ids.append(blank.id)
    return ids


def blanks_out(desk: Desk) -> list[BlankForm]:
    """Return the forms that were given out and neither entered nor voided."""
    with desk.store.read() as reader:
        return open_blanks(reader)


@dataclass(frozen=True, slots=True)
class Twice:
    """A number under which more than one thing stands, and who entered each of them when, in words of the station."""

    number: str
    entries: tuple[tuple[str, datetime], ...]

    def told(self, words: Wording) -> str:
        """Return the sentence that says so."""
        listed = words("actions.blank_entry_comma").join(
            words("actions.blank_entry", name=name, at=to_minute(at)) for name, at in self.entries
        )
        return words("actions.blank_twice", number=self.number, entries=listed)


def blanks_twice(desk: Desk) -> tuple[Twice, ...]:
    """Return the numbers of blank forms that were entered more than once, at desks that did not know of each other."""
    with desk.store.read() as reader:
        return tuple(
            Twice(blank.number, tuple((staff_name(reader, e.made.by), e.made.at) for e in entries))
            for blank, entries in entered_twice(reader)
        )


def void_blank(desk: Desk, blank_id: str, reason: str) -> Done:
    """Record that a blank form is not used (作废), with the reason."""
    desk.must_may("number_void")
    reason = " ".join(reason.split())
    if not reason:
        raise RuleBroken("actions.required", field="reason")
    with desk.store.write() as work:
        blank = _blank(work, blank_id)
        if not is_open(work, blank.id):
            raise Refused("actions.blank_settled", number=blank.number)
        void = NumberVoid(
            id=new_id("number_void"),
            made=desk.made(),
            series=blank.series,
            unit=blank.unit,
            year=blank.year,
            number=blank.number,
            reason=reason,
            blank=blank.id,
        )
        work.add(void)
        work.set_meta(f"void.{blank.id}", void.id)
    return Done(void.id, blank.number, work.changes)


def blank_meant(work: Work, series: Series, typed: str) -> BlankForm | None:
    """Return the open form whose number was typed, whole or by its end; None where nothing was typed.

    RuleBroken beside the field where no form, or more than one, is meant: then nothing is entered under it.
    """
    wanted = "".join(half_width(typed).split()).upper()
    if not wanted:
        return None
    open_ones = [blank for blank in open_blanks(work) if blank.series is series]
    found = [b for b in open_ones if _plain(b.number) == wanted] or [
        b for b in open_ones if wanted.isdigit() and _plain(b.number).strip("号").endswith(wanted)
    ]
    if len(found) != 1:
        key = "actions.blank_ambiguous" if found else "actions.no_such_blank"
        raise RuleBroken(key, field="paper_number", number=typed.strip())
    return found[0]


def _plain(number: str) -> str:
    return "".join(half_width(number).split()).upper()


def _blank(reader: Reader, blank_id: str) -> BlankForm:
    blank = reader.find(blank_id, BlankForm)
    if blank is None:
        raise Refused("store.no_such_record", id=blank_id)
    return blank


def blank_sheet(reader: Reader, session: Session, blank_id: str) -> BlankSheet:
    """Return the blank registration sheet or agreement that carries the number of ``blank_id``."""
    blank = _blank(reader, blank_id)
    unit = own_unit(reader, session)
    agreement = blank.series is Series.AGREEMENT
    return BlankSheet(
        template="blank_agreement-1" if agreement else "blank_registration-1",
        number=blank.number,
        unit="" if agreement else unit.name if unit else session.unit_name,
        committee=committee_name(reader, session) if agreement else "",
        phone=written_phone(unit.telephone) if unit and unit.telephone and not agreement else "",
        code="" if agreement else query_code(blank.number, blank.id),
    )
