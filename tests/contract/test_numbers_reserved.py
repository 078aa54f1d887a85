"""Numbers are noted where they are locked, before a page is judged: what is not accepted leaves no gap."""

from __future__ import annotations

import pytest

from sync.protocol.messages import State
from sync.server import push as pushing
from sync.server.store.records import latest
from sync.server.store.store import DistrictStore
from tests.support.district import Desk, enrol_desk, sealed, visit


def test_what_is_refused_or_said_again_takes_no_number(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    before = _last(desk)
    good, better = sealed(desk.visit("楼上漏水")), sealed(desk.visit("拖欠工资"))
    answers = desk.push(good, visit(desk.made(unit="uni_" + "0" * 32)), better)
    assert [answer.state for answer in answers] == [State.ACCEPTED, State.REFUSED, State.ACCEPTED]
    assert [answer.seq for answer in answers if answer.seq] == [before + 1, before + 2]
    assert _last(desk) == before + 2
    assert [answer.seq for answer in desk.push(good, better)] == [before + 1, before + 2]
    assert _last(desk) == before + 2
    (answer,) = desk.push(desk.visit("占道经营"))
    assert answer.seq == before + 3


@pytest.mark.allowed_log("bug: record ")
def test_a_page_that_breaks_off_takes_no_number(district_store: DistrictStore, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = enrol_desk(district_store)
    before = _last(desk)

    def breaks(*_: object) -> None:
        raise RuntimeError("the server ends here")

    with monkeypatch.context() as broken:
        broken.setattr(pushing, "put_refusals", breaks)
        with pytest.raises(RuntimeError):
            desk.push(desk.visit())
    assert _last(desk) == before
    (answer,) = desk.push(desk.visit())
    assert answer.seq == before + 1


def _last(desk: Desk) -> int:
    with desk.district.read() as conn:
        return latest(conn)
