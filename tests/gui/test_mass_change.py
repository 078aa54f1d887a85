"""An exchange that would change much at once asks the station lead in the window before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from desktop.actions.desk import Desk
from desktop.actions.mass_change import GuardedJournal, MassChange, open_question
from desktop.store.mass_change import Limit
from desktop.ui.dialogs.mass_change import MassChangeDialog
from sync.records.audit import Erasure
from sync.records.errors import Unavailable
from sync.records.kinds import new_id
from sync.records.record import Made
from tests.gui.walk import Walk, elsewhere, still_clipped, without_a_name
from tests.support.window_desk import LEAD, NOW, REGISTRAR, WindowDesk

Open = Callable[..., Walk]


@pytest.fixture
def much(desk: WindowDesk, monkeypatch: pytest.MonkeyPatch) -> MassChange:
    """Five visits are to be erased, where three would be many; what the day end then says."""
    store = desk.store()
    made = Made(by=desk.staff[LEAD], unit=desk.unit, store=store.id, at=NOW)
    with store.read() as reader:
        rows = reader.sql("SELECT id FROM record WHERE kind = 'visit' LIMIT 5").fetchall()
    with store.write() as work:
        for (target,) in rows:
            work.add(Erasure(id=new_id("erasure"), made=made, target=target, reason="误登"))
    with pytest.raises(MassChange) as stopped:
        GuardedJournal(store, Limit(1, 3)).unsent(10, 1 << 20, 0)
    store.close()

    def no_network(desk: Desk, *_: Any, **__: Any) -> None:
        """The exchange as far as it goes without a district: its first step that is guarded, then no answer."""
        GuardedJournal(desk.store, Limit(1, 3)).unsent(10, 1 << 20, 0)
        raise Unavailable("exchange.no_answer", address="district")

    monkeypatch.setattr("desktop.actions.day_end.run_day_end", no_network)
    return stopped.value


def _asked(walk: Walk) -> MassChangeDialog:
    walk.shell.turn("day_end")
    walk.shell.day_end.begin()
    walk.settle()
    (dialog,) = walk.dialogs()
    assert isinstance(dialog, MassChangeDialog)
    return dialog


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_lead_sees_what_would_change_and_lets_it_go_on(open_window: Open, much: MassChange, language: str) -> None:
    walk = open_window(language=language, name=LEAD)
    dialog = _asked(walk)
    assert dialog.says.text() == walk.shell.day_end.told.text()
    assert str(much.asked.erased) in dialog.says.text()
    assert dialog.records.count() == 5
    assert still_clipped(walk.qtbot, dialog) == []
    assert without_a_name(dialog) == []
    with walk.qtbot.waitSignal(dialog.allowed):
        dialog.go_on.click()
    walk.settle()
    assert walk.dialogs() == []
    assert elsewhere(lambda: open_question(walk.shell.tools.desk)) is None
    words = walk.shell.tools.words
    assert walk.shell.day_end.told.text() == words("exchange.no_answer", address="district"), "it went on"


def test_a_registrar_sees_it_and_cannot_answer_and_closing_decides_nothing(open_window: Open, much: MassChange) -> None:
    walk = open_window(name=REGISTRAR)
    dialog = _asked(walk)
    assert not dialog.go_on.isEnabled()
    assert not dialog.decline.isEnabled()
    assert dialog.problem.text() == walk.shell.tools.words("exchange.mass_not_lead")
    dialog.reject()
    walk.settle()
    assert elsewhere(lambda: open_question(walk.shell.tools.desk)) is not None
