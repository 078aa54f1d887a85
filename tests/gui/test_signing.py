"""签字 by keyboard: who signs, in which manner, to effect; a refusal and what follows from it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from desktop.store.links import mediation_events_of, signatures_of
from desktop.ui.dialogs.paper import PaperDialog
from desktop.ui.dialogs.signing import SigningDialog
from sync.records.mediation_events import MediationEventKind
from sync.records.mediations import SignatureManner
from sync.records.signing import SigningStage
from tests.gui.walk import Walk, still_clipped, type_in, without_a_name
from tests.support.window_desk import LEAD

Key = Qt.Key


def opened(walk: Walk) -> SigningDialog:
    """Turn to the day's agreement and press F9."""
    walk.shell.turn("mediations")
    walk.settle()
    walk.qtbot.keyClick(walk.shell.mediations, Key.Key_F9)
    walk.until(lambda: any(isinstance(d, SigningDialog) for d in walk.dialogs()))
    dialog = next(d for d in walk.dialogs() if isinstance(d, SigningDialog))
    walk.until(lambda: dialog.page is not None)
    walk.settle()
    return dialog


def stage(dialog: SigningDialog) -> SigningStage:
    assert dialog.page is not None
    return dialog.page.state.stage


def test_an_agreement_is_signed_line_by_line_to_its_effect(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    dialog = opened(walk)
    agreement = walk.shell.mediations.current.agreement
    assert stage(dialog) is SigningStage.UNSIGNED
    assert still_clipped(walk.qtbot, dialog) == []
    assert without_a_name(dialog) == []
    for _ in range(2):
        walk.qtbot.keyClick(dialog.table, Key.Key_Space)  # a fingerprint, by the second turn
    lines = dialog.table.rowCount()
    for at in range(lines):
        assert dialog.table.currentRow() == at
        if at == lines - 1:
            assert stage(dialog) is SigningStage.AWAITING_SEAL
            assert walk.shell.tools.words("window.signing_awaiting_seal") in dialog.chip.accessibleName()
        walk.qtbot.keyClick(dialog.table, Key.Key_Return)
        walk.settle()
    assert stage(dialog) is SigningStage.IN_EFFECT
    assert not dialog.keep.isEnabled()
    assert not dialog.ways["end"].isEnabled()
    with walk.reader() as reader:
        kept = signatures_of(reader, agreement)
    assert len(kept) == lines
    assert kept[0].manner is SignatureManner.FINGERPRINT
    assert all(s.place for s in kept)


def test_a_refusal_wants_its_words_and_leads_to_an_end_with_notice(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    dialog = opened(walk)
    mediation = walk.shell.mediations.current.id
    assert not dialog.ways["refused_verb"].isEnabled()
    type_in(dialog.line.reason, "中途离开")
    walk.qtbot.mouseClick(dialog.ways["refused_verb"], Qt.MouseButton.LeftButton)
    walk.settle()
    assert dialog.page is not None
    assert len(dialog.page.state.refused) == 1
    assert dialog.ways["remain"].isEnabled()
    with walk.reader() as reader:
        (event,) = [e for e in mediation_events_of(reader, mediation) if e.kind is MediationEventKind.UNSIGNED]
    assert event.text == "中途离开"
    type_in(dialog.line.reason, "一方拒绝签字")
    walk.qtbot.mouseClick(dialog.ways["end"], Qt.MouseButton.LeftButton)
    walk.until(lambda: any(isinstance(d, PaperDialog) and d.document.pageCount() for d in walk.dialogs()))
    assert walk.shell.tools.words("records.paperkind_termination_notice") in walk.dialogs()[0].windowTitle()
    walk.close_dialogs()


def test_a_new_version_among_those_who_remain_opens_without_the_others(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    dialog = opened(walk)
    type_in(dialog.line.reason, "中途离开")
    walk.qtbot.mouseClick(dialog.ways["refused_verb"], Qt.MouseButton.LeftButton)
    walk.settle()
    left = dialog.refused
    walk.qtbot.mouseClick(dialog.ways["remain"], Qt.MouseButton.LeftButton)
    walk.until(lambda: walk.shell.mediations.panel is not None)
    panel = walk.shell.mediations.panel
    assert panel is not None
    assert panel.view.values()["_without"] == list(left)
    assert panel.view.values()["amends"]
