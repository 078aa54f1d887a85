"""The parties' will at the window: F5, an answer for each party, and the ending that a refusal offers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from desktop.actions.matters import open_matter
from desktop.actions.mediations import mediation_draft_from, open_mediation
from desktop.forms.matters import MATTER_FORM
from desktop.forms.questions import fresh
from desktop.ui.dialogs.confirm import Confirm
from desktop.ui.dialogs.paper import PaperDialog
from sync.records.mediations import Mediation, Outcome
from tests.gui.walk import Walk
from tests.support.window_desk import LEAD


def opened(walk: Walk) -> str:
    """A mediation in front, of whose parties nobody was asked yet."""
    desk = walk.shell.tools.desk
    parties = [
        {"role": "applicant", "party_kind": "person", "name": "张伟"},
        {"role": "respondent", "party_kind": "organisation", "name": "某某物业有限公司"},
    ]
    matter = open_matter(desk, None, fresh(MATTER_FORM, "matter", {"title": "漏水", "parties": parties})).id
    made = open_mediation(desk, matter, mediation_draft_from(desk, matter)).id
    walk.shell.turn("mediations")
    walk.shell.mediations.ask()
    walk.settle()
    walk.shell.mediations.select(made)
    walk.settle()
    return made


def answer(walk: Walk, *answers: str) -> None:
    page = walk.shell.mediations
    walk.qtbot.keyClick(page.table, Qt.Key.Key_F5)
    walk.until(lambda: page.panel is not None)
    assert page.panel is not None
    rows = page.panel.view.values()["consents"]
    assert [row["name"] for row in rows] == ["张伟", "某某物业有限公司"]
    page.panel.view.fill({"consents": [{**r, "answer": said} for r, said in zip(rows, answers, strict=True)]})
    page.panel.view.submit()
    walk.until(lambda: page.panel is None)
    walk.settle()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refusal_offers_the_ending_and_its_notice(open_window: Callable[..., Walk], language: str) -> None:
    walk = open_window(name=LEAD, language=language)
    made = opened(walk)
    answer(walk, "agrees", "refuses")
    (asked,) = walk.dialogs()
    assert isinstance(asked, Confirm)
    assert "某某物业有限公司" in asked.text.text()
    focused = asked.focusWidget()
    assert focused is not None
    assert focused.objectName() == "dialog.confirm.cancel"  # nothing ends by a slip
    walk.qtbot.mouseClick(asked.findChild(QPushButton, "dialog.confirm.confirm"), Qt.MouseButton.LeftButton)
    walk.until(lambda: any(isinstance(d, PaperDialog) and d.document.pageCount() for d in walk.dialogs()))
    with walk.reader() as reader:
        ended = reader.get(made)
    assert isinstance(ended, Mediation)
    assert (ended.outcome, ended.ended_reason) == (Outcome.ENDED, "某某物业有限公司拒绝调解")


def test_where_all_agree_nothing_is_asked_and_the_pane_tells_it(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD, language="zh")
    opened(walk)
    answer(walk, "agrees", "agrees")
    assert walk.dialogs() == []
    told = [label.text() for label in walk.shell.mediations.story.findChildren(QLabel)]
    assert any(text.startswith("张伟  同意调解  ") and text.count("当面") == 2 for text in told)
