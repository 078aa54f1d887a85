"""A person's card that two desks of a station edited at once, in a home for tests of the window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.actions.persons import save_person
from desktop.forms.persons import PERSON_FORM
from desktop.forms.questions import fresh
from sync.records.cards import Revision
from sync.records.kinds import new_id
from sync.records.record import Made
from tests.support.window_desk import LEAD, NOW, REGISTRAR, WindowDesk

MINE = {"address": "甲子塘社区3栋502", "note": "耳背，请大声说话；下午3时后在家。", "sex": "2"}
THEIRS = {"address": "甲子塘社区3栋520", "note": "耳背，请大声说话；上午在家，常去公园。", "sex": "1"}


def in_conflict(
    desk: WindowDesk,
    mine: Mapping[str, Any] = MINE,
    theirs: Mapping[str, Any] = THEIRS,
    first: Mapping[str, Any] | None = None,
) -> str:
    """One person whose card, which said ``first``, two desks edited at once."""
    store = desk.store()
    lead = desk.desk(store, LEAD)
    card = save_person(
        lead, fresh(PERSON_FORM, "person", {"name": "欧阳华生", "phone": "13912340001", **(first or {})})
    ).id
    for at, (staff, where, fields) in enumerate(((LEAD, store.id, mine), (REGISTRAR, "sto_other", theirs))):
        made = Made(by=desk.staff[staff], unit=desk.unit, store=where, at=NOW.replace(hour=9 + at))
        edit = Revision(id=new_id("revision"), made=made, card=card, seen=(card,), fields=dict(fields))
        with store.write() as work:
            work.add(edit)
    store.close()
    return card
