"""From a visit to a signed agreement, each step through the page, the form and the button that a person uses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from desktop.store.links import (
    agreements_of,
    mediation_events_of,
    mediations_of_matter,
    orders_of_matter,
    replies_of,
    signatures_of,
    steps_of,
)
from desktop.ui.dialogs.case_file import CaseFileDialog
from desktop.ui.dialogs.paper import PaperDialog
from desktop.ui.dialogs.signing import SigningDialog
from desktop.ui.dialogs.versions import VersionsDialog
from desktop.ui.form_panel import FormPanel
from desktop.ui.pages.list_page import ListPage
from tests.gui.walk import Walk
from tests.support.window_desk import LEAD, NOW


def start(walk: Walk, page: ListPage, verb: str) -> FormPanel:
    """Click a verb of the chosen record and wait for its form."""
    walk.settle()
    button = walk.verb(page, verb)
    assert button.isEnabled()
    walk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    walk.until(lambda: page.panel is not None)
    walk.settle()
    assert page.panel is not None
    return page.panel


def hand_in(walk: Walk, page: ListPage, panel: FormPanel, values: dict[str, Any]) -> None:
    """Fill the widgets and click the form's button."""
    panel.view.fill(values)
    walk.settle()
    walk.qtbot.mouseClick(panel.view.button, Qt.MouseButton.LeftButton)
    walk.settle()
    if page.panel is not None:
        told = {n: c.error.text() for n, c in panel.view.cells.items() if c.error.text()}
        raise AssertionError(f"{told} {panel.view.banner.text()} {panel.view.button.isEnabled()}")
    walk.settle()


def test_a_visit_becomes_a_signed_agreement(open_window: Callable[..., Walk], tmp_path: Path) -> None:
    walk = open_window(name=LEAD)
    shell = walk.shell
    shell.turn("visits")
    panel = shell.visits.log()
    hand_in(
        walk, shell.visits, panel, {"name": "郭美玲", "phone": "13600001111", "text": "楼上装修砸坏吊顶,要求赔偿。"}
    )

    panel = start(walk, shell.visits, "open_matter")
    firm = {"party_kind": "organisation", "role": "respondent", "name": "光明装饰有限公司"}
    parties = [*panel.view.values()["parties"], firm]
    hand_in(walk, shell.visits, panel, {"title": "装修损坏吊顶纠纷", "parties": parties})
    assert shell.now == "matters"
    matter = shell.matters.current.id

    hand_in(walk, shell.matters, start(walk, shell.matters, "step"), {"kind": "accepted"})
    panel = start(walk, shell.matters, "order")
    departments = panel.view.cells["departments"].control.stops()[0].objectName().rsplit(".", 1)[1]
    hand_in(walk, shell.matters, panel, {"departments": [departments], "text": "请到场处置。", "grade": "yellow"})
    assert shell.now == "orders"
    order = shell.orders.current.id
    reply = {"department": departments, "kind": "reported_in", "how": "seen", "officer": "刘科长", "post": "科长"}
    hand_in(walk, shell.orders, start(walk, shell.orders, "reply"), reply)

    shell.follow(matter)
    panel = start(walk, shell.matters, "mediate")
    hand_in(
        walk,
        shell.matters,
        panel,
        {"consent": "all", "rights_told_at": NOW.isoformat(), "facts": "装修时砸坏吊顶。", "disputed": "赔偿金额。"},
    )
    assert shell.now == "mediations"
    panel = start(walk, shell.mediations, "conclude")
    terms = [{"text": "赔偿申请人三千元。", "amount": "3000", "due_on": "2027-01-15"}]
    hand_in(walk, shell.mediations, panel, {"terms": terms, "performance": "银行转账。"})
    walk.qtbot.mouseClick(
        shell.mediations.story.findChild(QPushButton, "verb.mediations.sign"), Qt.MouseButton.LeftButton
    )
    walk.settle()
    signing = next(d for d in walk.dialogs() if isinstance(d, SigningDialog))
    walk.until(lambda: signing.page is not None)
    signers = signing.table.rowCount()
    for _ in range(signers):
        walk.qtbot.keyClick(signing.table, Qt.Key.Key_Return)
        walk.settle()
    signing.reject()
    walk.settle()

    panel = start(walk, shell.mediations, "change")
    hand_in(walk, shell.mediations, panel, {"amend_reason": "改期", "performance": "现金。"})
    walk.qtbot.mouseClick(walk.verb(shell.mediations, "compare"), Qt.MouseButton.LeftButton)
    walk.settle()
    dialog = next(d for d in walk.dialogs() if isinstance(d, VersionsDialog))
    marked = [w.text() for w in dialog.findChildren(QLabel) if w.text() in ("银行转账。", "现金。", "原为", "改为")]
    assert marked == ["原为", "银行转账。", "改为", "现金。"]
    dialog.before.setCurrentIndex(1)
    assert dialog.count.text() == "两个版本的内容相同。"
    dialog.accept()

    panel = start(walk, shell.mediations, "event")
    hand_in(walk, shell.mediations, panel, {"kind": "separate", "side": "2", "text": "愿意提前付款。"})

    walk.qtbot.mouseClick(walk.verb(shell.mediations, "file"), Qt.MouseButton.LeftButton)
    walk.settle()
    file = next(d for d in walk.dialogs() if isinstance(d, CaseFileDialog))
    walk.qtbot.waitUntil(lambda: file.table.rowCount() > 0)
    states = [file.table.item(line, 2).text() for line in range(file.table.rowCount())]
    assert set(states) == {"未打印", "纸质材料，归卷时放入", "尚未形成"}
    for _ in range(3):
        walk.qtbot.keyClick(file.table, Qt.Key.Key_Down)
    assert file.table.item(file.table.currentRow(), 0).text() == "人民调解受理登记表"
    walk.qtbot.keyClick(file.table, Qt.Key.Key_Return)
    walk.settle()
    paper = next(d for d in walk.dialogs() if isinstance(d, PaperDialog))
    walk.qtbot.waitUntil(lambda: paper.document.pageCount() == 1)
    paper.save_as(tmp_path / "acceptance.pdf")
    walk.settle()
    assert (tmp_path / "acceptance.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "acceptance.pdf").stat().st_mode & 0o077 == 0
    assert file.table.item(3, 2).text() == "已打印 1 次"
    for dialog in (paper, file):
        dialog.close()

    with walk.reader() as reader:
        assert [s.kind.value for s in steps_of(reader, matter)][:1] == ["accepted"]
        assert [o.id for o in orders_of_matter(reader, matter)] == [order]
        assert [r.witnessed for r in replies_of(reader, order)] == [True]
        mediation = mediations_of_matter(reader, matter)[0]
        assert [(e.side, e.text) for e in mediation_events_of(reader, mediation.id)] == [(2, "愿意提前付款。")]
        agreement = agreements_of(reader, mediation.id)[0]
        assert [t.amount_fen for t in agreement.terms] == [300_000]
        assert len(signatures_of(reader, agreement.id)) == signers
