"""The staff of the station: who sees the list, first and new passwords, new colleagues, refusals beside their field."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QPushButton

from desktop.actions.signing_in import colleagues, sign_in
from desktop.store.credentials import credential_of
from desktop.store.units import staff
from desktop.ui.dialogs.colleagues import ColleaguesDialog
from desktop.ui.form_view import FormView
from desktop.ui.pieces.chip import Chip
from sync.records.kinds import STAFF_PREFIX, UNIT_PREFIX, new_id, new_identity
from sync.records.record import Made
from sync.records.units import Role, StaffMember
from tests.gui.walk import Walk, clipped
from tests.support.window_desk import LEAD, NOW, PASSWORD, REGISTRAR, SECRETARY, WindowDesk

FIRST = "Guang-Ming-2026"
SENT, STRANGER = "赵敏", "周海涛"


@pytest.fixture
def sent(desk: WindowDesk) -> WindowDesk:
    """A station to which the district sent a colleague without a password here, and an officer of another unit."""
    store = desk.store()
    made = Made(by="", unit=desk.unit, store=store.id, at=NOW)
    with store.write() as work:
        for name, unit in ((SENT, desk.unit), (STRANGER, new_identity(UNIT_PREFIX))):
            work.add(
                StaffMember(
                    id=new_id("staff_member"),
                    made=made,
                    staff=new_identity(STAFF_PREFIX),
                    name=name,
                    unit=unit,
                    roles=(Role.REGISTRAR,),
                )
            )
    store.close()
    return desk


def opened(walk: Walk) -> ColleaguesDialog:
    """Open the list as a person does: from the menu under one's own name."""
    entry(walk).trigger()
    walk.settle()
    dialog = next(d for d in walk.dialogs() if isinstance(d, ColleaguesDialog))
    walk.until(lambda: dialog.colleague(LEAD) is not None)
    return dialog


def entry(walk: Walk) -> QAction:
    """The menu's entry."""
    found = walk.shell.header.findChild(QAction, "person.desk.colleagues")
    assert isinstance(found, QAction)
    return found


def chips(dialog: ColleaguesDialog) -> dict[str, str]:
    """What the list says of each colleague."""
    frames = {n: dialog.findChild(QFrame, f"colleague.{n}") for n in (LEAD, REGISTRAR, SECRETARY, SENT)}
    shown = {n: f.findChild(Chip) for n, f in frames.items() if isinstance(f, QFrame)}
    return {n: chip.accessibleName() for n, chip in shown.items() if isinstance(chip, Chip)}


def shown(view: FormView, name: str) -> int:
    """How many widgets of a field can be seen."""
    return sum(stop.isVisible() for stop in view.stops() if name in stop.objectName())


@pytest.mark.parametrize("name", [REGISTRAR, SECRETARY])
def test_only_a_station_lead_is_offered_the_list(open_window: Callable[..., Walk], name: str) -> None:
    walk = open_window(name=name)
    assert walk.shell.header.findChild(QAction, "person.desk.colleagues") is None
    assert walk.shell.header.findChild(QAction, "person.window.change_password") is not None


def test_the_list_tells_the_staff_of_this_unit_and_who_cannot_sign_in_yet(
    sent: WindowDesk, open_window: Callable[..., Walk]
) -> None:
    dialog = opened(open_window(name=LEAD))
    assert chips(dialog) == {LEAD: "本人", REGISTRAR: "可登录", SECRETARY: "可登录", SENT: "未设密码"}
    assert dialog.colleague(STRANGER) is None
    assert clipped(dialog) == []


def test_a_first_password_lets_the_colleague_sign_in(sent: WindowDesk, open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    dialog = opened(walk)
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == "设置初始密码")
    button.click()
    assert dialog.view is not None
    dialog.view.fill({"password": FIRST, "password_again": FIRST})
    dialog.view.submit()
    walk.until(lambda: dialog.may_sign_in(SENT))
    assert dialog.told.text() == f"已为 {SENT} 设置密码，请当面告知本人"
    dialog.accept()
    walk.shell.sign_out.emit()
    assert walk.sign_in(SENT, FIRST).tools.desk.session.name == SENT


@pytest.mark.parametrize(
    ("password", "again", "field"), [("short", "short", "password"), (FIRST, "Guang-Ming-2027", "password_again")]
)
def test_a_password_that_will_not_do_is_refused_beside_its_field(
    sent: WindowDesk, open_window: Callable[..., Walk], password: str, again: str, field: str
) -> None:
    walk = open_window(name=LEAD)
    dialog = opened(walk)
    colleague = dialog.colleague(SENT)
    assert colleague is not None
    dialog.give_password(colleague)
    view = dialog.view
    assert view is not None
    view.fill({"password": password, "password_again": again})
    view.submit()
    walk.until(lambda: bool(view.cells[field].error.text()))
    assert view.cells[field].error.isVisible()
    assert view.button.isEnabled()
    walk.settle()
    assert clipped(dialog) == []
    assert SENT not in colleagues(walk.shell.tools.desk.store)


def test_esc_leaves_the_form_before_the_list(walk: Walk) -> None:
    dialog = opened(walk)
    dialog.add_one()
    assert not dialog.add.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.add.isVisible()
    assert [view for view in dialog.findChildren(FormView) if view.isVisible()] == []
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert walk.dialogs() == []


def test_a_new_password_unlocks_a_colleague_who_mistyped_too_often(walk: Walk) -> None:
    store, now = walk.shell.tools.desk.store, walk.shell.tools.desk.now
    for _ in range(5):
        with pytest.raises(Exception, match=r"actions\."):
            sign_in(store, REGISTRAR, "wrong", now)
    dialog = opened(walk)
    with walk.reader() as reader:
        known = credential_of(reader, walk.desk.staff[REGISTRAR])
    assert known is not None
    assert known.locked_until is not None
    assert chips(dialog)[REGISTRAR] == f"已锁定到 {known.locked_until:%H:%M}"
    colleague = dialog.colleague(REGISTRAR)
    assert colleague is not None
    dialog.give_password(colleague)
    assert dialog.view is not None
    dialog.view.fill({"password": FIRST, "password_again": FIRST})
    dialog.view.submit()
    walk.until(lambda: chips(dialog)[REGISTRAR] == "可登录")
    assert sign_in(store, REGISTRAR, FIRST, now).name == REGISTRAR


def test_a_colleague_is_added_once_whatever_is_clicked(walk: Walk) -> None:
    dialog = opened(walk)
    dialog.add.click()
    view = dialog.view
    assert view is not None
    view.fill(
        {"name": "钱文斌", "roles": ["registrar", "mediator"], "post": "网格员", "telephone": "13800001111"}
        | {"password": FIRST, "password_again": FIRST}
    )
    view.submit()
    view.submit()
    walk.until(lambda: dialog.may_sign_in("钱文斌"))
    walk.settle()
    with walk.reader() as reader:
        added = [m for m in staff(reader).values() if m.name == "钱文斌"]
    assert [(m.unit, m.roles, m.post) for m in added] == [(walk.desk.unit, (Role.REGISTRAR, Role.MEDIATOR), "网格员")]
    assert clipped(dialog) == []


def test_a_name_that_is_taken_is_told_beside_the_name(walk: Walk) -> None:
    dialog = opened(walk)
    dialog.add_one()
    view = dialog.view
    assert view is not None
    view.fill({"name": REGISTRAR, "roles": ["registrar"], "password": FIRST, "password_again": FIRST})
    view.submit()
    walk.until(lambda: bool(view.cells["name"].error.text()))
    assert dialog.view is view


def test_no_password_is_kept_as_a_draft(walk: Walk) -> None:
    before = _drafts(walk)
    dialog = opened(walk)
    dialog.add_one()
    assert dialog.view is not None
    dialog.view.fill({"name": "钱文斌", "password": PASSWORD})
    dialog.view.edited.emit()
    walk.shell.keep_drafts()
    walk.settle()
    assert _drafts(walk) == before


def test_the_list_fits_in_english_and_dark(sent: WindowDesk, open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD, language="en", theme="dark")
    dialog = opened(walk)
    assert clipped(dialog) == []
    dialog.add_one()
    walk.settle()
    assert clipped(dialog) == []


def _drafts(walk: Walk) -> list[str]:
    from desktop.store.drafts import list_drafts

    with walk.reader() as reader:
        return [draft.id for draft in list_drafts(reader)]


def test_a_counsellor_is_added_without_a_password_and_shown_as_called_for_help(
    desk: WindowDesk, open_window: Callable[..., Walk]
) -> None:
    walk = open_window(name=LEAD)
    dialog = opened(walk)
    dialog.add_one()
    assert dialog.view is not None
    dialog.view.fill({"name": "陈静", "roles": ["counsellor"], "telephone": "13800000002"})
    dialog.view.submit()
    walk.until(lambda: dialog.colleague("陈静") is not None)
    frame = dialog.findChild(QFrame, "colleague.陈静")
    assert isinstance(frame, QFrame)
    chip = frame.findChild(Chip)
    assert isinstance(chip, Chip)
    assert chip.accessibleName() == "求助时联系，未设密码"
    (first,) = frame.findChildren(QPushButton)
    assert first.text() == "设置初始密码", "with one she has the page of referrals"
    walk.until(lambda: clipped(dialog) == [])
