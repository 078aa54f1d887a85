"""What is due of an agreement stands on Today, and its next step is one key away there and on its own page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desktop.actions.mediation_events import event_draft, note_event
from desktop.actions.signing import record_signature, signing_page
from desktop.forms.mediation_events import MEDIATION_EVENT_FORM
from desktop.forms.mediations import FOLLOW_UP_FORM
from desktop.ui.dialogs.paper import PaperDialog
from desktop.ui.dialogs.signing import SigningDialog
from sync.records.mediation_events import MediationEventKind
from tests.gui.walk import Walk, elsewhere
from tests.support.window_desk import LEAD

Key = Qt.Key


def signed(walk: Walk, *, seal: bool) -> str:
    """Sign the day's agreement, with the seal or without."""
    walk.shell.turn("mediations")
    walk.settle()
    row, desk = walk.shell.mediations.current, walk.shell.tools.desk

    def sign() -> None:
        signers = signing_page(desk, row.agreement).signers
        for signer in signers if seal else signers[:-1]:
            record_signature(desk, row.agreement, signer, signer.usual, desk.now(), "调解室")

    elsewhere(sign)
    walk.shell.turn("today")
    walk.shell.today.refresh()
    walk.until(lambda: walk.shell.today.findChild(QPushButton, f"today.due.{row.agreement}") is not None)
    return str(row.agreement)


def line(walk: Walk, agreement: str) -> QPushButton:
    found = walk.shell.today.findChild(QPushButton, f"today.due.{agreement}")
    assert found is not None
    return found


def test_an_awaited_seal_leads_from_today_to_the_signing(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    made = line(walk, signed(walk, seal=False))
    walk.qtbot.keyClick(made, Key.Key_Return)
    walk.until(lambda: any(isinstance(d, SigningDialog) for d in walk.dialogs()))
    assert walk.shell.now == "mediations"


def test_what_is_due_first_is_the_next_step_on_the_page(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    agreement = signed(walk, seal=True)
    made = line(walk, agreement)
    assert walk.shell.tools.words("window.due_performance") in made.accessibleName()
    walk.qtbot.keyClick(made, Key.Key_Return)
    walk.until(lambda: walk.shell.mediations.panel is not None)
    panel = walk.shell.mediations.panel
    assert panel is not None
    assert panel.view.form is FOLLOW_UP_FORM
    walk.settle()
    walk.shell.mediations.back()
    walk.settle()
    assert walk.shell.mediations.panel is None
    walk.qtbot.keyClick(walk.shell.mediations, Key.Key_F10)
    walk.until(lambda: walk.shell.mediations.panel is not None)


def test_the_application_to_the_court_is_one_click_away(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    agreement = signed(walk, seal=True)
    lines = walk.shell.today.findChildren(QPushButton, f"today.due.{agreement}")
    confirm = next(b for b in lines if walk.shell.tools.words("window.due_confirm") in b.accessibleName())
    walk.qtbot.mouseClick(confirm, Qt.MouseButton.LeftButton)
    walk.until(lambda: any(isinstance(d, PaperDialog) and d.document.pageCount() for d in walk.dialogs()))
    walk.close_dialogs()


def test_what_the_court_is_to_do_stands_on_today_and_leads_to_noting_it(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    agreement = signed(walk, seal=True)
    desk, words = walk.shell.tools.desk, walk.shell.tools.words
    mediation = str(walk.shell.mediations.current.id)

    def file() -> None:
        draft = event_draft(desk, mediation, MediationEventKind.COURT_FILED)
        note_event(desk, mediation, draft | {"court": "光明区人民法院", "happened_at": desk.now().isoformat()})

    elsewhere(file)
    walk.shell.today.refresh()

    def of_court() -> list[QPushButton]:
        lines = walk.shell.today.findChildren(QPushButton, f"today.due.{agreement}")
        return [each for each in lines if words("window.due_court_accept") in each.accessibleName()]

    walk.until(lambda: bool(of_court()))
    walk.qtbot.keyClick(of_court()[0], Key.Key_Return)
    walk.until(lambda: walk.shell.mediations.panel is not None)
    panel = walk.shell.mediations.panel
    assert panel is not None
    assert panel.view.form is MEDIATION_EVENT_FORM
    assert panel.view.values()["kind"] == "court_accepted"
