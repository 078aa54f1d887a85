"""Ladder, calendar, source groups and closings as forms, on both databases: looked over, shown, published, pulled."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from resources import read_text, wording
from sync.records.artefacts import Artefact, Closing, read_closings
from sync.records.calendar_table import calendar_text, together, years_of
from sync.records.calendars import calendar_of
from sync.records.dispatch_rules import Awaited, read_rules
from sync.records.dispatch_text import table_text
from sync.records.errors import RuleBroken
from sync.records.help_numbers import read_numbers
from sync.records.list_tables import closings_text, sources_text
from sync.records.moment_limits import read_limits
from sync.records.rule_tables import RuleTable, TableName, parsed
from sync.records.sources import read_sources
from sync.records.table_checks import faults
from sync.server import rule_tables
from sync.server.periods import deadline_rules, rules_at
from sync.server.table_words import in_words
from sync.server.web import help_form, ladder_form, list_forms, moment_form, period_form, year_form
from tests.support.district_pages import PagesDistrict, WebBrowser

HELP = parsed(read_text("dictionaries", "threat.toml"))
SOURCES = parsed(read_text("dictionaries", "sources.toml"))
ARTEFACTS = parsed(read_text("dictionaries", "artefacts.toml"))
PERIODS = parsed(read_text("dictionaries", "periods.toml"))
MOMENTS = parsed(read_text("dictionaries", "moment_limits.toml"))
CALENDAR = parsed(read_text("dictionaries", "calendar.toml"))
RULES = read_rules(parsed(read_text("dictionaries", "dispatch_rules.toml")), "default-2")
WORDS = wording("zh")
UNTOLD = 2027
SPRING = date(UNTOLD, 3, 1)


@pytest.fixture
def dispatcher(pages: PagesDistrict) -> WebBrowser:
    return pages.signed_in("周敏")


def sent(browser: WebBrowser, address: str, fields: dict[str, str], do: str = "preview") -> str:
    """What the page says after the form was sent, as a person reads it."""
    shown = browser.hidden('id="rules"')
    browser.post(address, shown | fields | {"do": do})
    return unescape(re.sub(r"<[^>]+>", " ", browser.page))


def published(pages: PagesDistrict) -> list[RuleTable]:
    with pages.store.read() as conn:
        return rule_tables.published(conn)


def through(browser: WebBrowser, address: str, fields: dict[str, str]) -> str:
    """Look the form over, then publish what was shown; returns the preview."""
    browser.get(address)
    preview = sent(browser, address, fields)
    assert browser.status == 200, preview
    sent(browser, address, fields, "publish")
    assert browser.address == "/rules", browser.page
    return preview


def test_what_the_program_ships_comes_through_every_form_as_it_was() -> None:
    spelled = parsed(list_forms.spelled_sources(list_forms.source_fields(SOURCES), SOURCES))
    assert read_sources(spelled) == read_sources(SOURCES)
    closings = parsed(list_forms.spelled_closings(list_forms.closing_fields(ARTEFACTS)))
    assert list_forms.closing_differences(ARTEFACTS, closings, WORDS) == []
    rules = read_rules(parsed(ladder_form.spelled_ladder(ladder_form.ladder_fields(RULES), RULES)), "default-2")
    assert rules == RULES
    for year in sorted(row["year"] for row in CALENDAR["year"]):
        text = year_form.spelled_calendar(year_form.year_fields(CALENDAR, year), CALENDAR, year)
        again = together(CALENDAR, parsed(text))
        assert calendar_of(again) == calendar_of(CALENDAR), year
        assert year_form.calendar_differences(CALENDAR, again, year, WORDS) == []


def test_the_five_moments_are_set_in_hours_and_days_and_a_nature_goes_by_the_row_for_all(
    pages: PagesDistrict, dispatcher: WebBrowser
) -> None:
    fields = moment_form.moment_fields(MOMENTS)
    assert (fields["m_all_resolved_amount"], fields["m_all_resolved_unit"]) == ("7", "days")
    assert read_limits(parsed(moment_form.spelled_moments(fields, WORDS))) == read_limits(MOMENTS)
    dispatcher.get("/rules/moments")
    assert "须由本区确" in dispatcher.text()
    for bad in ("0", "x", "367", ""):
        said = sent(dispatcher, "/rules/moments", fields | {"m_all_resolved_amount": bad}, "publish")
        assert "“全部性质”的化解时限应为大于零的整数，最长366天" in said
    assert (dispatcher.status, published(pages)) == (422, [])
    more = {"m_dispute_accepted_amount": "8", "m_dispute_accepted_unit": "hours"}
    preview = through(dispatcher, "/rules/moments", fields | more)
    assert "矛盾纠纷" in preview
    assert "8 小时" in preview
    (made,) = published(pages)
    limits = read_limits(parsed(made.text))
    assert (limits["dispute"].accepted, limits["dispute"].resolved) == (480, 10080)
    assert limits["consultation"].resolved == 1440


def test_a_file_on_the_command_line_is_refused_with_the_sentence_of_the_form(
    pages: PagesDistrict, dispatcher: WebBrowser
) -> None:
    """Each check that goes beyond what a station needs: looked over by one function for both."""
    kept = read_sources(SOURCES)
    lost = sources_text(source for source in kept[1:])
    ended = sources_text(replace(source, ended=True) for source in kept)
    gap = table_text(replace(RULES, ladder=tuple(r for r in RULES.ladder if r.clock is not Awaited.ARRIVE or r.before)))
    twice = Closing("dispute", ((Artefact.AGREEMENT,), (Artefact.AGREEMENT, Artefact.RECORD)))
    said_twice = closings_text(twice if one.kind == "dispute" else one for one in read_closings(ARTEFACTS))
    year = years_of(CALENDAR)[2026]
    new_year = date(2026, 1, 1)
    at_work = calendar_text({}, [replace(year, off=year.off - {new_year})])
    for name, text, sentence in (
        (TableName.SOURCES, lost, f"来源“{kept[0].label}”（{kept[0].name}）已有记录使用"),
        (TableName.SOURCES, ended, "所有来源都已停用"),
        (TableName.DISPATCH_RULES, gap, "“全部类别 · 全部等级”在到场逾期后没有任何一级"),
        (TableName.ARTEFACTS, said_twice, "“矛盾纠纷”的要件“调解协议或调解记录”已被“调解协议”满足"),
        (TableName.CALENDAR, at_work, "2026-01-01 是法定节假日"),
    ):
        assert faults(name, text) == []  # a station can use it, should an earlier program have published it
        with pages.store.read() as conn:
            found = [in_words(fault, WORDS) for fault in rule_tables.found_wrong(conn, name, text)]
        assert sentence in " ".join(WORDS(fault.key, **fault.values) for fault in found), name
        with pytest.raises(RuleBroken):
            rule_tables.publish(pages.store, name, text)
    assert published(pages) == []
    dispatcher.get("/rules/ladder")
    fields = ladder_form.ladder_fields(RULES)
    gone = {k: v for k, v in fields.items() if not k.startswith("l2_")}
    assert "“全部类别 · 全部等级”在到场逾期后没有任何一级" in sent(dispatcher, "/rules/ladder", gone)


def test_a_group_is_added_renamed_and_ended_and_none_is_lost(pages: PagesDistrict, dispatcher: WebBrowser) -> None:
    fields = list_forms.source_fields(SOURCES)
    known = len(read_sources(SOURCES))
    fields |= {"s1_label": "专职网格员", "s2_ended": "on", f"s{known}_label": "民生诉求观察员", f"s{known}_place": "2"}
    fields |= {"s0_name": "another", "note": "试行"}
    del fields["s5_label"]
    dispatcher.get("/rules/sources")
    assert "“volunteer”没有填写名称" in sent(dispatcher, "/rules/sources", fields)
    assert published(pages) == []
    preview = through(dispatcher, "/rules/sources", fields | {"s5_label": "义工"})
    for said in ("网格员", "专职网格员", "可选", "停用", "民生诉求观察员", "新增一行"):
        assert said in preview, said
    (made,) = published(pages)
    found = {source.name: source for source in read_sources(parsed(made.text))}
    assert (made.version, made.note, made.made.by) == ("sources-1001", "试行", pages.staff["周敏"])
    assert found.keys() == {source.name for source in read_sources(SOURCES)} | {"group_1"}
    assert found["building_head"].ended
    assert found["grid_worker"].label == "专职网格员"
    assert list(found)[:3] == ["registrar", "grid_worker", "group_1"]


def test_a_list_without_a_choice_and_two_equal_labels_are_not_published(
    pages: PagesDistrict, dispatcher: WebBrowser
) -> None:
    fields = list_forms.source_fields(SOURCES)
    dispatcher.get("/rules/sources")
    ended = {f"s{n}_ended": "on" for n in range(len(read_sources(SOURCES)))}
    assert "所有来源都已停用" in sent(dispatcher, "/rules/sources", fields | ended, "publish")
    assert "“义工”写了两次" in sent(dispatcher, "/rules/sources", fields | {"s1_label": "义工"}, "publish")
    assert "第 17 行 的 name“Bad Name”" in sent(
        dispatcher, "/rules/sources", fields | {"s16_label": "观察员", "s16_name": "Bad Name"}, "publish"
    )
    assert "顺序“x”不是数字" in sent(dispatcher, "/rules/sources", fields | {"s1_place": "x"}, "publish")
    assert dispatcher.status == 422
    assert published(pages) == []


def test_what_a_closing_needs_is_ticked_and_a_need_that_says_nothing_is_named(
    pages: PagesDistrict, dispatcher: WebBrowser
) -> None:
    fields = list_forms.closing_fields(ARTEFACTS)
    dispatcher.get("/rules/artefacts")
    more = {"n_dispute_3_agreement": "on"}
    said = sent(dispatcher, "/rules/artefacts", fields | more)
    assert "“矛盾纠纷”的要件“调解协议或调解记录或情况说明”已被“调解协议”满足" in said
    more = {"n_consultation_1_record": "on", "n_consultation_1_file": "on"}
    preview = through(dispatcher, "/rules/artefacts", fields | more)
    assert "反馈记录；调解记录或附件" in preview
    (made,) = published(pages)
    closings = {closing.kind: closing.needs for closing in read_closings(parsed(made.text))}
    assert closings["consultation"] == ((Artefact.FEEDBACK,), (Artefact.RECORD, Artefact.FILE))
    assert closings["accusation"] == ()


def test_the_ladder_is_changed_without_the_limits_and_a_gap_is_named(
    pages: PagesDistrict, dispatcher: WebBrowser
) -> None:
    fields = ladder_form.ladder_fields(RULES)
    dispatcher.get("/rules/ladder")
    gone = {k: v for k, v in fields.items() if not k.startswith("l2_")}
    assert "“全部类别 · 全部等级”在到场逾期后没有任何一级" in sent(dispatcher, "/rules/ladder", gone)
    assert "第 1 行”与另一级督办完全相同" in sent(
        dispatcher, "/rules/ladder", fields | {k.replace("l0_", "l7_"): v for k, v in fields.items() if k[:3] == "l0_"}
    )
    assert "无法识别" in sent(dispatcher, "/rules/ladder", fields | {"l0_amount": "soon"})
    assert "“第 1 行”的提前量不短于" in sent(dispatcher, "/rules/ladder", fields | {"l0_amount": "300"})
    preview = through(dispatcher, "/rules/ladder", fields | {"l0_amount": "15", "l0_tell_leader": "on"})
    assert "报到到期前 15 分钟 提醒 → 责任部门、部门领导" in preview
    assert "报到到期前 10 分钟 提醒 → 责任部门" in preview
    (made,) = published(pages)
    rules = read_rules(parsed(made.text), "")
    assert (rules.limits, rules.grades) == (RULES.limits, RULES.grades)
    assert str(rules.ladder[0].length) == "15 minutes"
    assert {rung.clock for rung in rules.ladder} == set(Awaited)


def test_a_year_is_told_day_by_day_and_stands_over_the_programs(pages: PagesDistrict, dispatcher: WebBrowser) -> None:
    address = f"/rules/calendar?year={UNTOLD}"
    dispatcher.get(address)
    assert "日历中还没有这一年" in dispatcher.page
    assert len(re.findall(r'name="d\d{4}"', dispatcher.page)) == 365
    fields = year_form.year_fields(CALENDAR, UNTOLD)
    assert {"d0101", "d1001"} <= fields.keys(), "a Friday each: the weekends beside them are off as they are"
    fields |= {f"d02{day:02d}": "on" for day in (8, 9, 10, 11, 12)} | {"d0220": "on", "h0_from": "08:30"}
    preview = through(dispatcher, address, fields)
    for said in ("2027-02-08 – 2027-02-12", "2027-02-20", "补班", "新增一年", "08:30–12:00、14:00–18:00"):
        assert said in preview, said
    (made,) = published(pages)
    table = parsed(made.text)
    assert {row["year"] for row in table["year"]} == {UNTOLD, *(row["year"] for row in CALENDAR["year"])}
    both = calendar_of(together(CALENDAR, table))
    assert both.known(date(UNTOLD, 1, 1))
    assert both.is_off(date(UNTOLD, 2, 10))
    assert not both.is_off(date(UNTOLD, 2, 20))
    assert [date(UNTOLD, 2, day) in both.off for day in (6, 7, 13, 14)] == [True] * 4, "weekends beside the holiday"
    assert both.is_off(date(2026, 10, 1))
    dispatcher.get(address)
    assert "日历中还没有这一年" not in dispatcher.page
    again = year_form.year_fields(together(CALENDAR, table), UNTOLD)
    assert "没有改动" in sent(dispatcher, address, again)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"d1001": ""}, "2027-10-01 是法定节假日"),
        ({"d1002": "on"}, "2027-10-02 是法定节假日"),
        ({"h0_to": "08:00"}, "工作时间第 2 段"),
        ({"h1_from": "later"}, "工作时间第 2 段"),
        (
            {f"d{d:%m%d}": "on" for d in map(SPRING.fromordinal, range(SPRING.toordinal(), SPRING.toordinal() + 70))},
            "连续",
        ),
    ],
)
def test_a_year_that_cannot_be_is_not_published(
    pages: PagesDistrict, dispatcher: WebBrowser, changed: dict[str, str], said: str
) -> None:
    fields = year_form.year_fields(CALENDAR, UNTOLD) | changed
    if "连续" in said:
        fields = {k: v for k, v in fields.items() if k[0] != "d" or date(UNTOLD, int(k[1:3]), int(k[3:])).weekday() < 5}
    dispatcher.get(f"/rules/calendar?year={UNTOLD}")
    told = sent(dispatcher, f"/rules/calendar?year={UNTOLD}", fields, "publish")
    assert said in told, told
    assert dispatcher.status == 422
    assert published(pages) == []


def test_years_far_away_unknown_forms_and_others_are_refused(pages: PagesDistrict, dispatcher: WebBrowser) -> None:
    for address in ("/rules/calendar?year=2099", "/rules/calendar?year=x", "/rules/calendar?year=0", "/rules/nothing"):
        dispatcher.get(address)
        assert dispatcher.status == 404, address
    dispatcher.get("/rules/calendar")
    dispatcher.post("/rules/calendar", dispatcher.hidden('id="rules"') | {"year": "9999", "do": "publish"})
    assert dispatcher.status == 404
    system = pages.signed_in("郑洁")
    for form in ("ladder", "calendar", "sources", "artefacts", "periods"):
        system.get(f"/rules/{form}")
        assert system.status == 200, form
        assert "disabled" in system.page
        system.post(f"/rules/{form}", system.hidden('id="rules"') | {"do": "publish"})
        assert system.status == 403, form
    officer = pages.signed_in("王丽")
    officer.get("/rules/calendar")
    assert officer.status == 403
    assert published(pages) == []


def test_of_two_who_begin_from_one_version_the_second_is_told(pages: PagesDistrict, dispatcher: WebBrowser) -> None:
    fields = list_forms.source_fields(SOURCES) | {"s1_label": "专职网格员"}
    dispatcher.get("/rules/sources")
    sent(dispatcher, "/rules/sources", fields)
    late = dispatcher.hidden('id="rules"')
    through(dispatcher, "/rules/sources", fields | {"s1_label": "社区网格员"})
    dispatcher.post("/rules/sources", late | fields | {"do": "publish"})
    assert "已有人发布了新版" in dispatcher.page
    assert [table.version for table in published(pages)] == ["sources-1001"]


def test_a_period_that_no_law_sets_is_set_with_its_paper(pages: PagesDistrict, dispatcher: WebBrowser) -> None:
    fields = period_form.period_fields(PERIODS)
    dispatcher.get("/rules/periods")
    assert "没有公开来源" in dispatcher.page
    kind = "p_mediation-police-accept"
    assert "没有改动" in sent(dispatcher, "/rules/periods", fields)
    assert "天数“soon”不是整数" in sent(dispatcher, "/rules/periods", fields | {f"{kind}_amount": "soon"})
    long = {f"{kind}_amount": "900", f"{kind}_source": "x"}
    assert "“公安调解受理”应是 1 到 366 之间的整数天" in sent(dispatcher, "/rules/periods", fields | long)
    assert "没有写依据" in sent(dispatcher, "/rules/periods", fields | {f"{kind}_amount": "7"})
    set_ = {f"{kind}_amount": "7", f"{kind}_unit": "days", f"{kind}_source": "光综治〔2026〕8号"}
    preview = through(dispatcher, "/rules/periods", fields | set_)
    assert preview.count("待区级确认") == 1, "what was left as it is stays the program's"
    assert "7 日（光综治〔2026〕8号）" in preview
    (made,) = published(pages)
    with pages.store.read() as conn:
        rules = rules_at(conn, pages.now.date())
    rule = rules["mediation-police-accept"]
    assert not rules["passing-answer"].confirmed
    assert (rule.amount, rule.unit, rule.confirmed, rule.version) == (7, "days", True, made.version)
    assert deadline_rules()["mediation-police-accept"].confirmed is False
    dispatcher.get("/rules/periods")
    assert 'value="光综治〔2026〕8号"' in dispatcher.page
    assert 'name="p_passing-answer_amount" value="3"' in dispatcher.page, "the program's figure stands there"


def test_numbers_for_help_are_kept_by_a_form_and_the_police_stay(pages: PagesDistrict, dispatcher: WebBrowser) -> None:
    fields = help_form.help_fields(HELP)
    assert read_numbers(parsed(help_form.spelled_help(fields, WORDS))) == read_numbers(HELP)
    dispatcher.get("/rules/help")
    assert 'value="报警"' in dispatcher.page
    more = fields | {"h3_label": "光明派出所", "h3_number": "0755-23456789"}
    for wrong, said in (
        ({"h3_label": ""}, "须都填写"),
        ({"h3_number": ""}, "“光明派出所”行的名称和号码须都填写"),
        ({"h3_number": "很多"}, "“光明派出所”行的名称和号码须都填写"),
        ({"h3_number": "110"}, "110"),
        ({"h0_number": "", "h0_label": "", "h0_name": ""}, "求助号码里不能没有 110"),
    ):
        answer = sent(dispatcher, "/rules/help", more | wrong, "publish")
        assert (dispatcher.status, said in answer) == (422, True), wrong
    assert published(pages) == []
    preview = through(dispatcher, "/rules/help", more)
    assert "报警 110、急救 120、心理援助 12356、光明派出所 0755-23456789" in preview
    (made,) = published(pages)
    assert (made.name, [(one.name, one.label, one.number) for one in read_numbers(parsed(made.text))][::3]) == (
        "threat",
        [("police", "", "110"), ("", "光明派出所", "075523456789")],
    )
