"""Blank forms and the hand-over through a real district: leased numbers, accepted records, and no account anywhere."""

from __future__ import annotations

from desktop.actions.blank_forms import blanks_out, hand_out, void_blank
from desktop.actions.hand_overs import hand_over
from desktop.actions.matters import open_matter
from desktop.actions.staff import add_staff
from desktop.actions.visits import log_visit
from desktop.forms.hand_overs import HAND_OVER_FORM
from desktop.forms.matters import MATTER_FORM
from desktop.forms.questions import fresh
from desktop.forms.staff import STAFF_FORM
from desktop.forms.visits import VISIT_FORM
from desktop.store.leases import left
from sync.records.papers import Series
from sync.records.times import BEIJING
from tests.system.actions.test_exchange import PASSWORD, Enrolled, district, enrolled

__all__ = ["district", "enrolled"]


def test_blank_forms_and_the_hand_over_are_accepted_and_the_lease_is_topped_up(enrolled: Enrolled) -> None:
    desk = enrolled.desk
    enrolled.day_end()
    year = desk.now().astimezone(BEIJING).year
    with desk.store.read() as reader:
        before = left(reader, Series.VISIT, desk.session.unit, year)
    assert before > 0
    first, second = hand_out(desk, Series.VISIT, 2)
    given = {"name": "张伟", "text": "漏水", "happened_at": desk.now().isoformat(), "paper_number": "1"}
    assert log_visit(desk, fresh(VISIT_FORM, "visit", given)).number.endswith("000001")
    void_blank(desk, second, "来电恢复")
    who = {"name": "王小明", "roles": ["registrar"], "password": PASSWORD, "password_again": PASSWORD}
    add_staff(desk, fresh(STAFF_FORM, "staff_member", who))
    hand_over(desk, fresh(HAND_OVER_FORM, "hand_over", {"to_staff": "王小明"}))
    open_matter(desk, None, fresh(MATTER_FORM, "matter", {"title": "漏水"}))
    end = enrolled.day_end()
    assert (end.held, end.unsent, end.agreed) == (0, 0, True)
    assert enrolled.held_alike(desk.store)
    assert blanks_out(desk) == []
    assert first != second
