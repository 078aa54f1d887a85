"""What other desks and departments write comes by itself, and what is saved goes; the window says how it stands."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.actions.threats import raise_threat
from desktop.app import Application, build
from desktop.ui.background import CONNECTED, OFF, STOPPED, WAITING
from desktop.ui.dialogs.sticks import StickDialog
from sync.rehearsal.processes import DistrictProcess
from tests.gui.walk import Walk, elsewhere, still_clipped, without_a_name
from tests.support.breaking_line import BreakingLine, Moment
from tests.support.portal import PAGE, portal, said
from tests.support.two_desks import EVERYTHING, PASSPHRASE, PASSWORD, SUBJECT, Station, enrolled, let_issue, served
from tests.support.window_desk import WindowDesk

pytestmark = pytest.mark.timeout(180)
SECONDS = 30_000


_stations = count(1)


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DistrictProcess]:
    """A real district; each test has a station of its own there."""
    with served(tmp_path_factory.mktemp("district")) as made:
        yield made


@pytest.fixture
def other(district: DistrictProcess, tmp_path: Path) -> Iterator[Station]:
    """The other desk, at which an order may be issued."""
    unit = f"社区{next(_stations)}"
    desk = enrolled(district, tmp_path / "other", "李文静", unit)
    let_issue(district, unit)
    desk.exchange()
    yield desk
    desk.store.close()


def issue(other: Station) -> str:
    """An order of the other desk that goes up at once; returns its number."""
    number = other.issue(other.open_matter())
    other.exchange()
    return number


@pytest.fixture
def walk(district: DistrictProcess, other: Station, qtbot: QtBot, tmp_path: Path) -> Iterator[Walk]:
    """The window of the second desk, signed in."""
    mine = enrolled(district, tmp_path / "mine", "陈晓梅", other.unit)
    desk = WindowDesk(mine.home, mine.store.unit, {}, mine.keys)
    mine.store.close()
    application: Application = build(desk.home, language="zh", theme="light")
    application.window.resize(1366, 768)
    application.start()
    made = Walk(qtbot, application, desk)
    made.sign_in("陈晓梅", PASSWORD)
    yield made
    application.close()
    application.window.deleteLater()


def state(walk: Walk) -> str:
    return walk.application.background.standing.state


def connected(walk: Walk) -> None:
    walk.until(lambda: state(walk) == CONNECTED, SECONDS)


def has_order(walk: Walk) -> bool:
    with walk.reader() as reader:
        return bool(reader.sql("SELECT count(*) FROM record WHERE kind = 'dispatch_order'").fetchone()[0])


def lines(walk: Walk) -> str:
    """Everything that Today says."""
    page = walk.shell.today
    return " ".join(
        [*(w.text() for w in page.findChildren(QLabel)), *(b.accessibleName() for b in page.findChildren(QPushButton))]
    )


def unsent(walk: Walk) -> int:
    with walk.reader() as reader:
        return int(reader.sql("SELECT count(*) FROM record WHERE state = 'unsent'").fetchone()[0])


def test_an_order_of_the_other_desk_is_shown_without_anybody_pressing_anything(walk: Walk, other: Station) -> None:
    connected(walk)
    assert walk.shell.now == "today"
    number = elsewhere(lambda: issue(other))
    walk.until(lambda: number in walk.shell.notice.text.text(), SECONDS)
    assert SUBJECT in walk.shell.notice.text.text()
    walk.until(lambda: SUBJECT in lines(walk), SECONDS)
    walk.shell.turn("orders")
    walk.until(lambda: walk.shell.orders.here() != "", SECONDS)
    with walk.reader() as reader:
        assert reader.sql("SELECT count(*) FROM receipt").fetchone()[0] == 0, "nothing here is a proof"


def test_what_is_saved_goes_up_by_itself(walk: Walk, other: Station) -> None:
    connected(walk)
    walk.until(lambda: unsent(walk) == 0, SECONDS)
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    panel.view.fill({"name": "黎平桂", "category": "neighbours", "text": "楼上漏水"})
    panel.view.submit()
    walk.until(lambda: walk.shell.visits.panel is None)
    walk.until(lambda: unsent(walk) == 0, SECONDS)
    elsewhere(other.exchange)
    assert elsewhere(lambda: other.count("visit")) == 1


def test_what_came_behind_a_locked_desk_is_told_when_somebody_is_back(walk: Walk, other: Station) -> None:
    connected(walk)
    walk.application.lock.close()
    number = elsewhere(lambda: issue(other))

    walk.until(lambda: has_order(walk), SECONDS)
    walk.settle()
    assert number not in walk.shell.notice.text.text()
    assert walk.application.lock.page is not None
    walk.application.lock.page.view.fill({"password": PASSWORD})
    walk.application.lock.page.view.submit()
    walk.until(lambda: not walk.application.lock.closed)
    assert number in walk.shell.notice.text.text()


def test_help_that_is_called_at_the_other_desk_is_seen_here_at_once(walk: Walk, other: Station) -> None:
    connected(walk)
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    panel.view.fill({"name": "黎平桂", "text": "楼上漏水"})
    walk.until(lambda: walk.shell.threats is not None, SECONDS)
    before = panel.view.values()

    def call() -> None:
        raise_threat(other.at_work())
        other.exchange()

    elsewhere(call)
    threats = walk.shell.threats
    assert threats is not None
    walk.until(lambda: threats.strip.isVisible(), SECONDS)
    assert other.name in threats.strip.text.text()
    assert panel.view.values() == before
    threats.call()  # and the other way round: the district has it, and this desk says so
    walk.until(lambda: walk.application.words("threats.heard") in threats.strip.text.text(), SECONDS)
    elsewhere(other.exchange)
    assert elsewhere(lambda: other.count("threat_event")) == 2


def test_day_end_goes_before_it_and_both_leave_one_truth(walk: Walk, other: Station) -> None:
    connected(walk)
    elsewhere(lambda: issue(other))
    page = walk.shell.day_end
    walk.shell.turn("day_end")
    page.begin()
    walk.until(page.run.isEnabled, SECONDS)
    walk.settle()
    assert "区级已签收" in page.receipt.text()
    assert page.told.property("role") != "error"
    assert elsewhere(other.day_end).agreed


def test_a_day_end_by_hand_announces_the_order_that_it_brought(walk: Walk, other: Station) -> None:
    walk.application.choose_background(False)
    number = elsewhere(lambda: issue(other))
    page = walk.shell.day_end
    walk.shell.turn("day_end")
    page.begin()
    walk.until(page.run.isEnabled, SECONDS)
    walk.until(lambda: number in walk.shell.notice.text.text(), SECONDS)
    walk.until(lambda: "区级已签收" in page.receipt.text(), SECONDS)  # read from the store anew


def test_a_day_end_that_is_stopped_over_a_bad_line_announces_and_shows_what_it_brought(
    walk: Walk, other: Station, district: DistrictProcess
) -> None:
    walk.application.choose_background(False)
    number = elsewhere(lambda: issue(other))
    walk.shell.turn("orders")
    walk.settle()
    assert walk.shell.orders.here() == ""
    page, home = walk.shell.day_end, walk.desk.home
    with BreakingLine(district.url, older=True) as line:
        home.save(replace(home.settings, district_url=line.url))
        line.break_at("receipt", Moment.HEARD, lambda: None)
        page.begin()
        walk.until(lambda: line.broke.is_set(), SECONDS)
        page.stop()
        walk.until(page.run.isEnabled, SECONDS)
    assert page.told.property("role") == "error"
    walk.until(lambda: number in walk.shell.notice.text.text(), SECONDS)
    walk.until(lambda: walk.shell.orders.here() != "", SECONDS)


def test_a_stick_announces_the_order_that_its_answer_brought(
    walk: Walk, other: Station, district: DistrictProcess, tmp_path: Path
) -> None:
    connected(walk)
    walk.until(lambda: walk.application.background._exchange is None and unsent(walk) == 0, SECONDS)
    walk.application.choose_background(False)
    number = elsewhere(lambda: issue(other))
    walk.shell.turn("day_end")
    walk.shell.day_end.by_stick()
    (dialog,) = (each for each in walk.dialogs() if isinstance(each, StickDialog))
    folder = tmp_path / "stick"
    folder.mkdir()
    dialog.write(folder)
    walk.settle()
    answers = json.loads(district.verb("bundle", "import", "--json", *map(str, folder.glob("*.qsb"))))["answers"]
    dialog.take([Path(each) for each in answers])
    walk.until(lambda: number in walk.shell.notice.text.text(), SECONDS)


@pytest.mark.parametrize("leaves", [False, True])
def test_what_came_while_somebody_let_go_of_the_line_is_told_all_the_same(
    walk: Walk, other: Station, leaves: bool
) -> None:
    connected(walk)
    application = walk.application
    walk.until(lambda: application.background._exchange is None, SECONDS)
    number = elsewhere(lambda: issue(other))  # no event is handled here meanwhile
    application.background._news = EVERYTHING
    application.background.begin()

    until = time.monotonic() + SECONDS / 1000
    while not elsewhere(lambda: has_order(walk)) and time.monotonic() < until:
        time.sleep(0.02)
    if leaves:
        application._sign_out()
        walk.settle()
        walk.sign_in("陈晓梅", PASSWORD)
    else:
        application.choose_background(False)
    walk.until(lambda: number in walk.shell.notice.text.text(), SECONDS)


def test_it_waits_for_a_district_that_is_away_and_goes_on_by_itself(
    walk: Walk, other: Station, district: DistrictProcess
) -> None:
    connected(walk)
    port = int(district.url.rsplit(":", 1)[1])
    district.kill()
    walk.until(lambda: state(walk) == WAITING, SECONDS)
    button = walk.shell.line
    assert button.text() == "连不上区级"
    assert "自动再试" in button.toolTip()
    district.serve(port)
    elsewhere(lambda: issue(other))
    connected(walk)
    walk.until(lambda: SUBJECT in lines(walk), SECONDS)


def test_a_portal_that_answers_for_the_district_stops_nothing(walk: Walk, district: DistrictProcess) -> None:
    connected(walk)
    background, home = walk.application.background, walk.desk.home
    walk.until(lambda: background._exchange is None and unsent(walk) == 0, SECONDS)
    stood: list[str] = []
    background.stands.connect(lambda standing: stood.append(standing.state))
    page = said(200, [("Content-Type", "text/html")], PAGE)
    pages = [page, page]
    with portal(lambda _request, _passed: pages.pop() if pages else None, district.url) as url:
        home.save(replace(home.settings, district_url=url))
        walk.shell.turn("visits")
        panel = walk.shell.visits.log()
        panel.view.fill({"name": "黎平桂", "category": "neighbours", "text": "楼上漏水"})
        panel.view.submit()
        walk.until(lambda: walk.shell.visits.panel is None)
        walk.until(lambda: unsent(walk) == 0, SECONDS)
        walk.until(lambda: background._exchange is None, SECONDS)
    assert (pages, STOPPED in stood) == ([], False)


def test_a_request_that_stalls_is_cut_where_the_window_lets_go(walk: Walk, district: DistrictProcess) -> None:
    connected(walk)
    background = walk.application.background
    walk.until(lambda: background._exchange is None and unsent(walk) == 0, SECONDS)
    os.kill(district.pid, signal.SIGSTOP)
    try:
        walk.shell.turn("visits")
        panel = walk.shell.visits.log()
        panel.view.fill({"name": "黎平桂", "category": "neighbours", "text": "楼上漏水"})
        panel.view.submit()
        walk.until(lambda: background._exchange is not None, SECONDS)
        walk.qtbot.wait(500)
        begun = time.monotonic()
        walk.application.background._tasks.close()
        assert time.monotonic() - begun < 5, "nobody waits for ten seconds"
    finally:
        os.kill(district.pid, signal.SIGCONT)
    assert unsent(walk) > 0, "it is said again another time"


def test_a_revoked_desk_says_that_somebody_must_act(walk: Walk, district: DistrictProcess) -> None:
    connected(walk)
    district.verb("revoke", walk.desk.home.settings.device)
    walk.until(lambda: state(walk) == STOPPED, SECONDS)
    assert (
        "停用" in walk.shell.line.toolTip()
        or "吊销" in walk.shell.line.toolTip()
        or "撤销" in walk.shell.line.toolTip()
    )
    assert still_clipped(walk.qtbot, walk.shell) == []


def test_it_is_switched_off_and_on_by_its_menu_and_by_the_find_box(walk: Walk, other: Station) -> None:
    connected(walk)
    button = walk.shell.line
    assert button.accessibleName() == "后台交换：区级已连通"
    assert without_a_name(walk.shell) == []
    button.switch.trigger()
    assert state(walk) == OFF
    assert (button.text(), button.switch.isChecked()) == ("后台交换未开", False)
    assert not walk.desk.home.settings.background_exchange
    elsewhere(lambda: issue(other))
    walk.qtbot.wait(500)
    with walk.reader() as reader:
        assert reader.sql("SELECT count(*) FROM record WHERE kind = 'dispatch_order'").fetchone()[0] == 0
    walk.command("desk.background")
    connected(walk)
    assert button.switch.isChecked()
    walk.until(lambda: SUBJECT in lines(walk), SECONDS)


def test_a_machine_that_slept_tries_its_line_anew(walk: Walk, other: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    connected(walk)
    heard: list[str] = []
    walk.application.background.stands.connect(lambda standing: heard.append(standing.state))
    monkeypatch.setattr("desktop.ui.background._clocks", lambda: (1.0, 1e9))
    walk.application.background._look_at_clocks()
    walk.until(lambda: WAITING in heard, SECONDS)
    connected(walk)


def test_other_words_keep_the_line(walk: Walk) -> None:
    connected(walk)
    walk.application.choose_language("en")
    walk.until(lambda: walk.shell.stood, SECONDS)
    walk.settle()
    assert state(walk) == CONNECTED
    assert walk.shell.line.text() == "District connected"


@pytest.fixture(autouse=True)
def quick_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrapped keys in place of a keyring."""
    monkeypatch.setenv("QIANSHAO_PASSPHRASE", PASSPHRASE)
