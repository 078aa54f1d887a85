"""The find box, neighbours, and the way back and forward, by keyboard alone."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from desktop.cli import main
from desktop.store.neighbours import neighbours
from desktop.store.tally import records
from desktop.store.visits import list_visits
from desktop.ui.dialogs.find import FindBox
from desktop.ui.models.found import Sort
from sync.records.kinds import new_id
from sync.records.papers import NumberVoid, Series
from sync.records.visits import Visit
from tests.gui.walk import Walk, elsewhere, type_in
from tests.support.window_desk import LEAD, PASSPHRASE, PASSWORD

LINKED = {"person", "organisation", "visit", "matter", "dispatch_order", "mediation", "agreement"}


def opened(walk: Walk) -> FindBox:
    """The box that is open."""
    walk.until(lambda: any(isinstance(d, FindBox) for d in walk.dialogs()))
    walk.settle()
    return next(d for d in walk.dialogs() if isinstance(d, FindBox))


def press(walk: Walk, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.ControlModifier) -> None:
    """Press a shortcut on the window, as soon as it is in front."""
    walk.application.window.activateWindow()
    walk.until(walk.application.window.isActiveWindow)
    QTest.keyClick(walk.application.window, key, modifier)


def find(walk: Walk, text: str) -> FindBox:
    """Ctrl+K, and type as an input method does."""
    press(walk, Qt.Key.Key_K)
    box = opened(walk)
    type_in(box.box, text)
    walk.until(lambda: bool(box.told.text()) and box.told.text() != box._tools.words("find.searching"))
    walk.settle()
    return box


def titles(box: FindBox, sort: Sort) -> list[str]:
    return [line.title for line in box.model.lines if line.sort is sort]


def test_a_person_is_found_by_initials_and_opened_with_enter(walk: Walk) -> None:
    box = find(walk, "lpg")
    assert "黎平桂" in titles(box, Sort.RECORD)
    QTest.keyClick(box.box, Qt.Key.Key_Return)
    walk.until(lambda: walk.shell.now == "people")
    walk.settle()
    assert walk.shell.people.shown.current.name == "黎平桂"


def test_a_rare_name_and_a_part_of_a_number_find_their_people(walk: Walk) -> None:
    assert titles(find(walk, "𠮷田"), Sort.RECORD)
    walk.close_dialogs()
    assert "黎平桂" in titles(find(walk, "00531033"), Sort.RECORD)


def test_a_visit_that_was_amended_is_found_once(walk: Walk) -> None:
    with walk.reader() as reader:
        standing = [row.id for row in list_visits(reader, text="物流公司")]
    box = find(walk, "物流公司")
    found = [line.target for line in box.model.lines if line.sort is Sort.RECORD and line.note == "登记"]
    assert found == standing


def test_a_verb_is_found_by_its_words_in_either_language_and_started(walk: Walk) -> None:
    box = find(walk, "lock")
    commands = [line for line in box.model.lines if line.sort is Sort.COMMAND]
    assert any(line.target == "desk.lock" for line in commands)
    walk.close_dialogs()
    box = find(walk, "登记来访")
    assert box.model.lines[1].target == "visits.log"
    QTest.keyClick(box.box, Qt.Key.Key_Return)
    walk.until(lambda: walk.shell.visits.panel is not None)


def test_every_verb_of_the_page_in_front_is_listed_with_its_keys(walk: Walk) -> None:
    walk.shell.turn("visits")
    walk.settle()
    press(walk, Qt.Key.Key_K)
    box = opened(walk)
    listed = {line.target: line.note for line in box.model.lines if line.sort is Sort.COMMAND}
    page = walk.shell.visits
    verbs = {f"visits.{verb.name}" for verb in [*page.verbs(), *page.verbs_of(page.current)]}
    assert verbs <= listed.keys()
    assert listed["visits.import"] == "Ctrl+I"


def test_what_was_opened_is_offered_again_and_is_its_owner_s_alone(open_window: Callable[..., Walk]) -> None:
    from tests.support.window_desk import REGISTRAR

    walk = open_window(name=LEAD)
    box = find(walk, "黎平桂")
    QTest.keyClick(box.box, Qt.Key.Key_Return)
    walk.until(lambda: walk.shell.now == "people")
    walk.settle()
    press(walk, Qt.Key.Key_K)
    assert titles(opened(walk), Sort.RECORD)[0] == "黎平桂"
    walk.close_dialogs()
    walk.application._sign_out()
    walk.sign_in(REGISTRAR)
    press(walk, Qt.Key.Key_K)
    assert titles(opened(walk), Sort.RECORD) == []


def test_a_search_is_kept_with_its_filters_used_again_and_removed(walk: Walk) -> None:
    box = find(walk, "工资")
    box.kind.setCurrentIndex(box.kind.findData("visit"))
    walk.settle()
    assert {line.note for line in box.model.lines if line.sort is Sort.RECORD} == {"登记"}
    QTest.keyClick(box, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    walk.settle()
    walk.close_dialogs()
    press(walk, Qt.Key.Key_K)
    box = opened(walk)
    kept = [at for at, line in enumerate(box.model.lines) if line.sort is Sort.KEPT]
    assert box.model.lines[kept[0]].title == "工资 · 登记"
    box.list.setCurrentIndex(box.model.index(kept[0]))
    QTest.keyClick(box.box, Qt.Key.Key_Return)
    walk.settle()
    assert (box.box.text(), box.kind.currentData()) == ("工资", "visit")
    assert titles(box, Sort.RECORD)
    box.box.clear()
    walk.settle()
    kept = [at for at, line in enumerate(box.model.lines) if line.sort is Sort.KEPT]
    box.list.setCurrentIndex(box.model.index(kept[0]))
    QTest.keyClick(box.box, Qt.Key.Key_Delete)
    walk.settle()
    assert titles(box, Sort.KEPT) == []


def test_from_a_record_to_its_neighbours_and_back_and_forward_again(walk: Walk) -> None:
    shell = walk.shell
    shell.turn("matters")
    walk.settle()
    matter = shell.matters.current.id
    press(walk, Qt.Key.Key_J)
    box = opened(walk)
    assert {line.note for line in box.model.lines} >= {"人员", "登记"}
    QTest.keyClick(box.box, Qt.Key.Key_Return)
    walk.until(lambda: shell.now == "people")
    walk.settle()
    person = shell.here()
    press(walk, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    walk.settle()
    assert (shell.now, shell.here()) == ("matters", matter)
    press(walk, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    walk.settle()
    assert (shell.now, shell.here()) == ("people", person)


def test_while_an_older_store_s_index_is_filled_the_box_says_that_more_may_be_found(walk: Walk) -> None:
    box = find(walk, "漏水")
    assert "40" not in box.told.text()
    box._loaded(([], [], [], 40))
    box.box.setText("工资")
    walk.until(lambda: "40" in box.told.text())


def test_punctuation_a_percent_sign_and_a_pasted_page_are_answered(walk: Walk) -> None:
    for text in ("%", "。,!?", "拖欠工资" * 2500):
        box = find(walk, text)
        assert box.told.text() == walk.application.words("window.nothing_found")
        walk.close_dialogs()


def test_a_number_that_was_voided_is_found_and_says_that_it_has_no_page(walk: Walk) -> None:
    store = walk.desk.store()
    made = walk.desk.desk(store).made()
    with store.write() as work:
        work.add(
            NumberVoid(
                id=new_id("number_void"), made=made, series=Series.ORDER, unit=made.unit, year=2026,
                number="(2026)光明发令第77号", reason="填写有误",
            )
        )  # fmt: skip
    store.close()
    box = find(walk, "发令第77号")
    assert titles(box, Sort.RECORD) == ["(2026)光明发令第77号"]
    QTest.keyClick(box.box, Qt.Key.Key_Return)
    walk.settle()
    assert "(2026)光明发令第77号" in walk.shell.notice.text.text()


def by_command_line(walk: Walk, text: str, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What `qianshao search TEXT --json` says, beside the window."""
    told = {"QIANSHAO_HOME": str(walk.desk.home.path), "QIANSHAO_STAFF": LEAD, "QIANSHAO_PASSWORD": PASSWORD}
    for name, value in {**told, "QIANSHAO_PASSPHRASE": PASSPHRASE}.items():
        monkeypatch.setenv(name, value)
    out = io.StringIO()
    with redirect_stdout(out):
        assert elsewhere(lambda: main(["search", text, "--json"])) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_command_line_finds_what_the_box_shows(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    amend_a_visit(walk, "卫生间渗水，已更正")
    for text in ("渗水", "lpg", "𠮷田", "440311", "13900", "物业 电梯", "甲子塘", "调字"):
        box = find(walk, text)
        shown = [line for line in box.model.lines if line.sort is Sort.RECORD]
        said = by_command_line(walk, text, monkeypatch)
        assert [line.title for line in shown] == [
            one["title"] or line.title for one, line in zip(said, shown, strict=True)
        ]
        assert shown or text == "调字", text
        walk.close_dialogs()


def amend_a_visit(walk: Walk, text: str) -> None:
    """A visit is corrected: its first record no longer stands."""
    with walk.reader() as reader:
        (row,) = elsewhere(lambda: list_visits(reader, text="渗水"))
    store = walk.desk.store()
    with store.read() as reading:
        first = reading.get(row.id)
    assert isinstance(first, Visit)
    with store.write() as work:
        made = walk.desk.desk(store).made()
        work.add(replace(first, id=new_id("visit"), made=made, amends=first.id, amend_reason="笔误", text=text))
    store.close()


def test_each_record_leads_to_its_neighbours_and_they_lead_back(walk: Walk) -> None:
    """Person ↔ visit ↔ matter ↔ order, mediation, agreement ↔ organisation."""
    with walk.reader() as reader:
        kinds = [(kind, i) for kind, i, _ in elsewhere(lambda: list(records(reader)))]
        ids = {kind: [i for k, i in kinds if k == kind] for kind, _ in kinds}
        around = {
            i: {n.id for n in elsewhere(lambda i=i: neighbours(reader, i))} for kind, i in kinds if kind in LINKED
        }
        mediated = elsewhere(lambda: reader.get(ids["mediation"][0])).matter  # type: ignore[attr-defined]
        ordered = elsewhere(lambda: reader.get(ids["dispatch_order"][0])).matter  # type: ignore[attr-defined]
    (order,), (mediation,), (paper,) = ids["dispatch_order"], ids["mediation"], ids["agreement"]
    firms = [next(i for i in ids["organisation"] if i in around[matter]) for matter in (mediated, ordered)]
    assert around[mediated] >= {mediation, paper}
    assert order in around[ordered]
    assert around[order] >= {ordered, firms[1]}
    assert around[mediation] >= {mediated, paper, firms[0]}
    assert around[paper] >= {mediation, mediated, firms[0]}
    assert around[firms[0]] >= {mediated, mediation}, "an organisation leads to what it takes part in"
    assert ordered in around[firms[1]]
    visit = next(i for i in ids["visit"] if mediated in around[i])
    person = next(i for i in ids["person"] if visit in around[i])
    assert around[visit] >= {mediated, person}
    assert visit in around[mediated]
    assert person in around[mediated]


def test_without_a_chosen_record_neighbours_say_what_to_do(walk: Walk) -> None:
    walk.shell.turn("today")
    walk.settle()
    press(walk, Qt.Key.Key_J)
    walk.settle()
    assert [d for d in walk.dialogs() if isinstance(d, QDialog)] == []
    assert "Ctrl+J" in walk.shell.notice.text.text()
