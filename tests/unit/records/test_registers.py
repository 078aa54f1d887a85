"""Who may order whom, by which paper, until when; and who of a department is on duty at a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources import LANGUAGES, wording
from sync.records.duty_rosters import DutyRoster, DutyShift, on_duty, read_dates, read_hours, read_weekdays
from sync.records.errors import RuleBroken
from sync.records.order_authorities import OrderAuthority, authority_for
from sync.records.record import Made
from sync.records.times import BEIJING

MADE = Made(by="", unit="org_1", store="sto_1", at=datetime(2026, 11, 29, tzinfo=UTC))
DAY = date(2026, 12, 1)


def entry(number: int, unit: str = "org_c", **more: object) -> OrderAuthority:
    fields = {"id": f"oau_{number}", "made": MADE, "unit": unit, "paper": "〔2024〕3号", "granted_by": "区联席办"}
    return OrderAuthority(**{"starts_on": DAY, "ends_on": DAY, **fields, **more})  # type: ignore[arg-type]


def test_a_district_without_a_register_refuses_nobody() -> None:
    found = authority_for([], ["org_c"], ["org_d"], DAY)
    assert (found.kept, found.lacking, found.words) == (False, (), "")


def test_an_entry_holds_for_its_unit_its_departments_and_its_days() -> None:
    housing = entry(1, departments=("org_h",))
    assert authority_for([housing], ["org_c"], ["org_h"], DAY).words == "区联席办〔2024〕3号"
    lacking = authority_for([housing], ["org_c"], ["org_h", "org_d"], DAY)
    assert (lacking.lacking, lacking.by, lacking.ask) == (("org_d",), (housing,), "区联席办")
    assert authority_for([housing], ["org_x"], ["org_h"], DAY).lacking == ("org_h",)
    assert authority_for([housing], ["org_station", "org_c"], ["org_h"], DAY).lacking == ()
    for day in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        assert authority_for([housing], ["org_c"], ["org_h"], day).lacking == ("org_h",)
    assert authority_for([entry(1, ends_on=None)], ["org_c"], ["org_any"], DAY + timedelta(days=999)).lacking == ()
    assert authority_for([housing], ["org_c"], [], DAY).words
    assert authority_for([housing], ["org_x"], [], DAY).lacking == ("",)


def test_what_was_withdrawn_holds_no_more_whatever_came_first() -> None:
    first, ended = entry(1), entry(2, amends="oau_1", withdrawn=True)
    for register in ([first, ended], [ended, first]):
        assert authority_for(register, ["org_c"], ["org_d"], DAY).lacking == ("org_d",)
    both = authority_for([first, ended, entry(3, paper="〔2026〕1号")], ["org_c"], ["org_d"], DAY)
    assert both.words == "区联席办〔2026〕1号"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=BEIJING)


def roster(*shifts: DutyShift, number: int = 1, amends: str | None = None) -> DutyRoster:
    return DutyRoster(id=f"dut_{number}", made=MADE, department="org_d", shifts=shifts, amends=amends)


def test_a_shift_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    night = DutyShift(name="夜班", weekdays=(5,), since="18:00", until="08:30")
    day = DutyShift(name="白班", weekdays=(1, 2, 3, 4, 5), since="08:30", until="18:00")
    holiday = DutyShift(name="节日", first=date(2026, 12, 4), last=date(2026, 12, 5))
    said = [roster(night, day, holiday)]
    names = [[s.name for s in on_duty(said, "org_d", moment)] for moment in (at(3, 9), at(4, 19), at(5, 8), at(5, 9))]
    assert names == [["白班"], ["节日", "夜班"], ["节日", "夜班"], ["节日"]]
    assert on_duty(said, "org_other", at(3, 9)) == ()
    assert on_duty(said, "org_d", at(3, 1).astimezone(UTC)) == ()
    newer = roster(night, number=2, amends="dut_1")
    assert on_duty([newer, *said], "org_d", at(3, 9)) == ()


@given(st.integers(0, 23), st.integers(0, 23), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_a_day_shift_and_the_night_beside_it_leave_no_moment_out(first: int, last: int, when: datetime) -> None:
    day, night = (
        DutyShift(name="x", since=f"{a:02}:00", until=f"{b:02}:00") for a, b in ((first, last), (last, first))
    )
    covered = [day.covers(when.replace(tzinfo=BEIJING)), night.covers(when.replace(tzinfo=BEIJING))]
    assert covered.count(True) == (1 if first != last else 2)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("周一至周五", (1, 2, 3, 4, 5)),
        ("1-5", (1, 2, 3, 4, 5)),
        ("六、日", (6, 7)),
        ("星期天", (7,)),
        ("", ()),
        ("周五至周一", (1, 5, 6, 7)),
    ],
)
def test_days_of_the_week_are_read_as_people_write_them(said: str, days: tuple[int, ...]) -> None:
    assert read_weekdays(said) == days


def test_hours_and_dates_are_read_or_refused_with_a_sentence() -> None:
    assert read_hours("9:00-18：00") == ("09:00", "18:00")
    assert read_hours("18:00至次日08:30") == ("18:00", "08:30")
    assert read_hours("00:00-24:00") == ("", "")
    assert read_hours("08:00-24:00") == ("08:00", "00:00")
    assert read_weekdays("周一至周日") == ()
    assert read_dates("2026-12-01至2026年12月7日") == (date(2026, 12, 1), date(2026, 12, 7))
    assert read_dates("2026-12-01") == (DAY, DAY)
    for read, said in ((read_weekdays, "周八"), (read_hours, "25:00-26:00"), (read_dates, "2026-12-07至2026-12-01")):
        with pytest.raises(RuleBroken) as broken:
            read(said)
        assert all(said in wording(language)(broken.value.key, **broken.value.values) for language in LANGUAGES)


@given(st.text(max_size=20))
def test_no_text_whatever_breaks_the_reading(said: str) -> None:
    for read in (read_weekdays, read_hours, read_dates):
        try:
            read(said)
        except RuleBroken as broken:
            assert broken.key.startswith("duty.")  # noqa: PT017 - most texts are fine in one way or another
