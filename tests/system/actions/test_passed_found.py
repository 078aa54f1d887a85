"""What other units passed here is found by all that this desk was told of it, and by nothing else."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

import pytest

from desktop.actions.finding import Question, Standing, find, home_of
from desktop.commands.records import search
from desktop.store.index import catch_up
from desktop.store.rebuild import rebuild_projections
from desktop.store.rows import Hit
from sync.records.audit import Erasure
from sync.records.kinds import new_id
from sync.records.matters import ExternalNumber
from sync.records.passed_matters import PassedMatter, PassedPerson, PassedWord
from sync.records.passed_parts import PassedStage
from tests.system.actions.conftest import Station
from tests.system.actions.test_open_items import Told
from tests.system.actions.test_passed_open import District, answer

TELEPHONE = "13912345678"
SAID = {
    "title": "三栋楼上漏水",
    "people": (PassedPerson("陈秀英", ("applicant",), (TELEPHONE,)),),
    "external": (ExternalNumber(system="民意速办", number="SZ20260305-7788"),),
}


@pytest.fixture(params=["waiting", "indexed"])
def district(station: Station, request: pytest.FixtureRequest) -> District:
    """What tells of matters; what it tells waits for the index, or stands in it at once."""
    made = District(station)
    keep = made.keep
    if request.param == "indexed":
        made.keep = lambda record: (keep(record), catch_up(station.store))[0]  # type: ignore[method-assign]
    return made


def hits(station: Station, text: str, **asked: object) -> list[Hit]:
    return [hit for hit in find(station.desk, Question(text, **asked)) if hit.kind == "passed_matter"]  # type: ignore[arg-type]


def test_it_is_found_by_name_text_place_and_number_with_the_number_masked(station: Station, district: District) -> None:
    told = district.tells(**SAID)
    for text, field in (
        *(("楼上漏水", "title"), ("卫生间漏水", "text"), ("12 栋 203", "place"), ("陈秀英", "people")),
        *(("20260305-7788", "external"), ("核实", "said"), ("139123", "phones")),
    ):
        assert [(hit.id, hit.field) for hit in hits(station, text)] == [(told.id, field)], text
    assert hits(station, "丁上报") == []
    asked = Namespace(text="漏水", kind=["passed_matter"], state=["passed_open"], unit=[], since="", until="", limit=9)
    (line,) = search(asked, Told(station.desk)).lines  # type: ignore[arg-type]
    assert line.split("\t")[:2] == [told.id, "转来事项"]
    (hit,) = hits(station, "5678")
    assert (hit.title, hit.excerpt, hit.unit, hit.at) == (told.title, "139****5678", told.station, told.given_at)
    assert hits(station, "漏水", kind="passed_matter")
    assert find(station.desk, Question("漏水", kind="matter")) == []
    assert hits(station, "漏水", unit=told.station)
    assert rebuild_projections(station.store) == {}


def test_one_with_a_duty_to_report_is_found_by_nothing(station: Station, district: District) -> None:
    district.tells(must_report=True, **SAID)
    for text in ("楼上漏水", "陈秀英", "139123", "7788", "核实", "12 栋"):
        assert hits(station, text) == [], text


def test_the_last_word_alone_is_found_and_as_open_while_there_is_something_to_do(
    station: Station, district: District
) -> None:
    first = district.tells(**SAID)
    assert [hit.id for hit in hits(station, "漏水", standing=Standing.OPEN)] == [first.id]
    second = district.again(first, PassedStage.HELD, title="三栋渗水", clocks=())
    assert hits(station, "楼上") == []
    assert [hit.id for hit in hits(station, "陈秀英", standing=Standing.OPEN)] == [second.id]
    over = district.again(second, PassedStage.SENT_BACK, people=())
    for one in (first, second):
        district.keep(Erasure(id=new_id("erasure"), made=district.made, target=one.id, reason="passed_on_over"))
    assert hits(station, "陈秀英") == hits(station, "渗水", standing=Standing.OPEN) == []
    assert [hit.id for hit in hits(station, "渗水")] == [over.id]
    assert rebuild_projections(station.store) == {}


def test_what_this_unit_said_of_it_leads_to_what_it_was_told(station: Station, district: District) -> None:
    told = district.tells(**SAID)
    step = answer(station, told.matter)
    (hit,) = [hit for hit in find(station.desk, Question("张工")) if hit.kind == "step"]
    assert (hit.id, home_of(station.desk, step)) == (step, told.id)
    word = PassedWord(step, "received", told.unit, station.clock.at, "张工负责", own=True)
    again = district.keep(replace(told, id=new_id("passed_matter"), amends=told.id, said=(word,), answers=(step,)))
    assert isinstance(again, PassedMatter)
    assert home_of(station.desk, step) == again.id
