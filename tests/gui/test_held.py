"""A record that the district refused is shown with its reason, and a person sends it again."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from desktop.store.journal import StoreJournal
from sync.protocol.messages import Answer, State
from tests.gui.walk import Walk


def test_a_held_record_is_shown_and_can_be_sent_again(walk: Walk) -> None:
    store = walk.application.store
    assert store is not None
    journal = StoreJournal(store)
    waiting, _ = journal.unsent(1, 10**6, 0)
    refused = waiting[0]
    journal.settle([Answer(refused.id, refused.hash, State.REFUSED, reason="protocol.no_role")])
    walk.shell.turn("day_end")
    page = walk.shell.day_end
    page.refresh()
    walk.settle()
    again = page.findChild(QPushButton, f"verb.day_end.again.{refused.id}")
    assert again is not None

    again.click()
    walk.settle()

    assert journal.standing().held == 0
    assert refused.id in {sealed.id for sealed in journal.unsent(1000, 10**7, 0)[0]}
