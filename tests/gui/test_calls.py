"""Whom nobody could tell stands on Today with a number; a call takes it off, by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desktop.actions.notices import call_rows
from desktop.actions.orders import issue_order, order_draft
from desktop.store.matters import list_matters
from desktop.store.units import units
from desktop.ui.dialogs.call import CallDialog
from sync.records.duty_rosters import DutyRoster, DutyShift
from sync.records.kinds import new_id
from sync.records.notices import Notice, NoticeState
from sync.records.record import Made
from tests.gui.layout import faults
from tests.gui.walk import Walk, elsewhere, without_a_name
from tests.support.window_desk import LEAD, NOW

BODY, OFFICER = "区城管和综合执法局", "周明"


def ordered(walk: Walk) -> str:
    """An order that was issued now, to one department."""
    desk = walk.shell.tools.desk

    def issue() -> str:
        with desk.store.read() as reader:
            known = {unit.name: unit.unit for unit in units(reader).values()}
            matter = list_matters(reader, limit=1)[0].id
        shift = DutyShift(name=OFFICER, telephone="075527401234")
        with desk.store.write() as work:
            made = Made(by="", unit=known[BODY], store="sto_district", at=NOW)
            work.add(DutyRoster(id=new_id("duty_roster"), made=made, department=known[BODY], shifts=(shift,)))
        draft = order_draft(desk, matter) | {"departments": [known[BODY]], "authority": "光信联办〔2024〕3号"}
        return issue_order(desk, matter, draft).id

    return str(elsewhere(issue))


def told(walk: Walk, order: str, state: NoticeState) -> None:
    """The district's word of it comes down."""
    desk = walk.shell.tools.desk

    def tell() -> None:
        with desk.store.write() as work:
            unit = next(u.unit for u in units(work).values() if u.name == BODY)
            made = Made(by="", unit=unit, store="sto_district", at=NOW)
            work.add(
                Notice(
                    id=new_id("notice"), made=made, about=order, unit=unit, state=state, happened_at=desk.now(),
                    channel="短信",
                )
            )  # fmt: skip
        walk.shell.tools.bus.tell(work.changes)

    elsewhere(tell)


def lines(walk: Walk, order: str) -> list[QPushButton]:
    walk.settle()
    found = walk.shell.today.findChildren(QPushButton)
    return [each for each in found if each.objectName().startswith(f"today.call.{order}")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_number_stands_on_today_until_somebody_was_reached(open_window: Callable[..., Walk], language: str) -> None:
    walk = open_window(name=LEAD, language=language)
    order = ordered(walk)
    told(walk, order, NoticeState.SENT)
    walk.shell.today.refresh()
    assert lines(walk, order) == [], "its minutes are not over"
    told(walk, order, NoticeState.UNREAD)
    walk.shell.today.refresh()
    walk.until(lambda: len(lines(walk, order)) == 1)
    walk.until(lambda: faults(walk.shell.today) == [])
    for state, left in ((NoticeState.NOT_REACHED, 1), (NoticeState.CALLED, 0)):
        (made,) = lines(walk, order)
        assert f"{OFFICER}" in made.accessibleName()
        assert "0755-27401234" in made.accessibleName()
        made.setFocus()
        walk.qtbot.keyClick(made, Qt.Key.Key_Return)
        walk.settle()
        dialog = next(d for d in walk.dialogs() if isinstance(d, CallDialog))
        walk.until(lambda dialog=dialog: faults(dialog) == [])
        assert without_a_name(dialog) == []
        assert dialog.number.text() == "0755-27401234"
        dialog.view.fill({"state": state.value, "name": "值班员周明"})
        dialog.view.submit()
        walk.until(lambda left=left: len(lines(walk, order)) == left)
    with walk.reader() as reader:
        calls = [n for n in reader.linked(order, "notice.about") if isinstance(n, Notice) and n.made.by]
    assert [(n.state, n.name) for n in calls] == [
        (NoticeState.NOT_REACHED, ""),
        (NoticeState.CALLED, "值班员周明"),
    ]
    assert order not in {row.order for row in elsewhere(lambda: call_rows(walk.shell.tools.desk))}
