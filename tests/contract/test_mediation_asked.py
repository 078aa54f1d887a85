"""A unit that was asked to mediate agrees or declines, on its page or at its desk, on both databases; the matter stays
with whoever has it, and who asked hears.
"""

from __future__ import annotations

from argparse import Namespace

import pytest

from desktop.actions.open_items import all_open
from desktop.actions.passed_matters import passed_here, passed_open
from desktop.actions.roads import road_of
from desktop.actions.steps import add_step, step_draft
from desktop.commands import passed_matters as commands
from desktop.ui.stories.matters import matter_story
from desktop.ui.stories.passed_matters import passed_story
from resources import wording
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.matter_state import MatterStage
from sync.records.matters import Nature, Step, StepKind
from sync.records.mediation_requests import ACCEPT, ACCEPT_COMPLEX
from sync.records.mediations import Host
from sync.records.open_clocks import matter_clocks
from sync.records.passed_parts import PassedStage
from sync.server.store.check import check
from tests.contract.test_passed_pages import form_of, here, own_steps, say
from tests.contract.test_passed_to_desks import NAME, PHONE, TOLD_BY, Line, Tree, reason, tree  # noqa: F401 a fixture
from tests.support.district_pages import PagesDistrict, minute
from tests.support.passed_matters import APPLICANT, REPORTER, add_matter
from tests.support.passed_matters import add_step as desk_step

BUREAU = "区人力资源局"


def asked_here(pages: PagesDistrict, **more: object) -> str:
    """A dispute of which the community's desk asks the bureau to mediate."""
    matter = add_matter(pages, "欠薪纠纷", nature=Nature.DISPUTE)
    text = "双方都同意由贵局调解。"
    desk_step(pages, matter, StepKind.MEDIATION_ASKED, to_unit=BUREAU, host=Host.ADMINISTRATIVE, text=text, **more)
    return matter


def test_its_page_lists_it_and_it_agrees_and_gives_up(pages: PagesDistrict) -> None:
    matter = asked_here(pages)
    browser = pages.signed_in("王丽")
    browser.get("/matters?show=waiting")
    for said in ("欠薪纠纷", "请求调解，待答复", "凤凰社区"):
        assert said in browser.text(), said
    browser.get(f"/matters/{matter}")
    for said in ("凤凰社区 请求调解", "双方都同意由贵局调解。", "同意调解", "不能调解", APPLICANT):
        assert said in browser.text(), said
    for hidden in (REPORTER, "转其他单位", "不接收，退回"):
        assert hidden not in browser.text(), hidden
    say(pages, browser, matter, StepKind.RECEIVED, text="由王丽调解，周五下午")
    assert browser.status == 200
    assert "已登记:同意调解" in browser.text().replace("：", ":")
    (step,) = own_steps(pages, matter)
    assert (step.kind, step.by_unit) == (StepKind.RECEIVED, pages.units[BUREAU])
    found = here(pages, matter)
    assert (found.state.state, found.state.held_by, found.state.doubts) == (MatterStage.IN_HAND, None, ())
    assert matter_clocks(found.matter, found.steps, found.state) == ()
    browser.get(f"/matters/{matter}")
    assert "已同意调解" in browser.text()
    assert APPLICANT in browser.text()
    say(pages, browser, matter, StepKind.SENT_BACK)
    assert browser.status == 422, "why"
    say(pages, browser, matter, StepKind.SENT_BACK, text="一方不愿调解")
    assert "已登记:不能调解" in browser.text().replace("：", ":")
    assert APPLICANT not in browser.text()
    browser.get("/matters?show=ended")
    assert "欠薪纠纷" in browser.text()
    assert check(pages.store) == {}


def test_a_department_finds_it_complex_on_its_page_and_has_longer_to_accept(pages: PagesDistrict) -> None:
    matter = asked_here(pages)
    browser = pages.signed_in("王丽")
    browser.get(f"/matters/{matter}")
    first = here(pages, matter)
    assert [c.kind for c in matter_clocks(first.matter, first.steps, first.state)] == [ACCEPT]
    for said in ("行政调解受理", "情况复杂，延长受理", "受理期限由五个工作日延长为十个工作日"):
        assert said in browser.text(), said
    say(pages, browser, matter, StepKind.MEDIATION_COMPLEX)
    assert browser.status == 422, "why"
    say(pages, browser, matter, StepKind.MEDIATION_COMPLEX, text="涉及三家单位")
    assert browser.status == 200
    found = here(pages, matter)
    (clock,) = matter_clocks(found.matter, found.steps, found.state)
    assert (clock.kind, clock.unit) == (ACCEPT_COMPLEX, pages.units[BUREAU])
    for said in ("行政调解受理（情况复杂）", "情况复杂，延长受理期限", "涉及三家单位", "王丽", "同意调解"):
        assert said in browser.text(), said
    assert "受理期限由五个工作日延长为十个工作日" not in browser.text(), "once"
    form = form_of(browser, matter, StepKind.RECEIVED)
    browser.post(f"/matters/{matter}", {**form, "kind": "mediation_complex", "text": "又"})
    assert browser.status == 409
    browser.get("/matters?show=waiting")
    assert "行政调解受理（情况复杂）" in browser.text()
    browser.get(f"/matters/{matter}")
    say(pages, browser, matter, StepKind.RECEIVED, text="由王丽调解")
    found = here(pages, matter)
    assert matter_clocks(found.matter, found.steps, found.state) == ()
    assert check(pages.store) == {}


def test_who_was_not_asked_finds_nothing_and_nobody_passes_on_what_it_was_only_asked(pages: PagesDistrict) -> None:
    matter = asked_here(pages)
    officer = pages.signed_in("王丽")
    form = form_of(officer, matter, StepKind.RECEIVED)
    officer.post(f"/matters/{matter}", {**form, "kind": "transferred", "to_unit": pages.units["光明区"], "text": "转"})
    assert officer.status in (409, 422)
    assert own_steps(pages, matter) == []
    for who in ("赵刚", "周敏"):
        browser = pages.signed_in(who)
        browser.get("/matters")
        assert "欠薪纠纷" not in browser.text()
        browser.post(
            f"/matters/{matter}", {**form, "happened_at": minute(pages), **browser.hidden('action="/sign-out"')}
        )
        assert browser.status == 404
    assert own_steps(pages, matter) == []


def ask(tree: Tree) -> str:  # noqa: F811
    """A dispute of the mobile station, which asks its community's committee to mediate."""
    matter = tree.registered()
    desk = tree.at(tree.mobile)
    draft = {**step_draft(desk, matter), "by_unit": None, "kind": "mediation_asked", "host": "people"}
    given = {"to_unit": tree.community.unit, "text": "请调委会调解。", "happened_at": tree.now.isoformat()}
    add_step(desk, matter, {**draft, **given})
    tree.exchange(tree.mobile)
    return matter


def test_a_community_s_desk_is_asked_agrees_and_the_station_hears(tree: Tree) -> None:  # noqa: F811
    matter = ask(tree)
    tree.exchange(tree.community, tree.second, tree.other)
    assert tree.shown(tree.other) == []
    desk = tree.at(tree.community)
    (one,) = passed_open(desk)
    assert (one.told.matter, one.stage, one.told.given_by) == (matter, PassedStage.ASKED, tree.mobile.unit)
    assert [(p.name, p.phones) for p in one.told.people] == [(NAME, (PHONE,))]
    assert TOLD_BY.encode() not in tree.raw(tree.community)
    assert [(item.clock, item.due) for item in all_open(desk).items] == [("mediation-people-accept", one.due)]
    step = tree.say(tree.community, matter, StepKind.RECEIVED)
    assert tree.shown(tree.community) == [("三栋楼上漏水", PassedStage.MEDIATING)]
    tree.exchange(tree.community, tree.mobile, tree.second, tree.community)
    state = tree.state(matter)
    assert (state.state, state.held_by, state.doubts) == (MatterStage.IN_HAND, None, ())
    (asked,) = state.asked
    assert [answer.id for answer in asked.own] == [step]
    assert tree.shown(tree.second) == [("三栋楼上漏水", PassedStage.MEDIATING)]
    words, mobile = wording("zh"), tree.at(tree.mobile)
    with tree.mobile.store.read() as reader:
        told = matter_story(words, mobile.now, reader, matter)
    assert any(event.title.startswith("同意调解") for event in told.events)
    assert [a.kind for a in road_of(mobile, matter).asked[0].own] == ["received"]
    (one,) = passed_here(tree.at(tree.community))
    places = {tree.community.unit: "凤凰社区", tree.mobile.unit: "移动服务站"}
    titles = [event.title for event in passed_story(words, one, places).events]
    assert titles == ["同意调解  凤凰社区", "申请调解 → 凤凰社区"]
    assert NAME.encode() in tree.raw(tree.community), "whoever mediates calls them"
    with pytest.raises(RuleBroken):
        tree.say(tree.community, matter, StepKind.SENT_BACK, text=" ")
    tree.say(tree.community, matter, StepKind.SENT_BACK, text="一方不愿")
    tree.exchange(tree.community, tree.mobile, tree.second, tree.community)
    assert tree.shown(tree.second) == [("三栋楼上漏水", PassedStage.SENT_BACK)]
    assert NAME.encode() not in tree.raw(tree.community)
    assert check(tree.district) == {}


def test_it_says_nothing_else_of_a_matter_that_it_was_only_asked_to_mediate(tree: Tree) -> None:  # noqa: F811
    matter = ask(tree)
    tree.exchange(tree.community)
    said = Step(
        id=new_id("step"), made=tree.community.made(), matter=matter, kind=StepKind.TRANSFERRED, text="转",
        happened_at=tree.now, by_unit=tree.community.unit, to_unit=tree.street,
    )  # fmt: skip
    assert reason(tree.community, said) == "protocol.out_of_scope"
    line = Line(tree.at(tree.community))
    commands.answer(Namespace(id=matter, kind="sent_back", given=["text=不属本会"]), line)  # type: ignore[arg-type]
    assert tree.shown(tree.community) == [("三栋楼上漏水", PassedStage.SENT_BACK)]


def test_who_asked_takes_it_back_and_the_department_reads_why(pages: PagesDistrict) -> None:
    matter = asked_here(pages)
    browser = pages.signed_in("王丽")
    form = form_of(browser, matter, StepKind.RECEIVED, happened_at=minute(pages))
    desk_step(
        pages, matter, StepKind.MEDIATION_WITHDRAWN, *here(pages, matter).state.heads,
        hours_ago=1, to_unit=BUREAU, text="双方已自行和解",
    )  # fmt: skip
    browser.post(f"/matters/{matter}", form)
    assert browser.status == 409
    assert "对方已经撤回调解申请，不需要再答复" in browser.text()
    assert own_steps(pages, matter) == []
    browser.get(f"/matters/{matter}")
    for said in ("对方已撤回申请", "凤凰社区 撤回调解申请", "双方已自行和解"):
        assert said in browser.text(), said
    assert 'name="kind"' not in browser.page
    assert APPLICANT not in browser.text()
    browser.get("/matters?show=waiting")
    assert "欠薪纠纷" not in browser.text()
    browser.get("/matters?show=ended")
    assert "欠薪纠纷" in browser.text()
    found = here(pages, matter)
    assert matter_clocks(found.matter, found.steps, found.state) == ()
    assert check(pages.store) == {}


def take_back(tree: Tree, matter: str) -> None:  # noqa: F811
    """The mobile station takes its request back, by its form."""
    desk = tree.at(tree.mobile)
    draft = step_draft(desk, matter)
    assert (draft["_asked"], "mediation_withdrawn" in draft["_steps"]) == (tree.community.unit, True)
    given = {"kind": "mediation_withdrawn", "to_unit": draft["_asked"], "text": "双方已和解", "by_unit": None}
    add_step(desk, matter, {**draft, **given, "happened_at": tree.now.isoformat()})
    assert "mediation_withdrawn" not in step_draft(desk, matter)["_steps"], "once"


def test_a_desk_takes_its_request_back_and_the_other_one_hears_why(tree: Tree) -> None:  # noqa: F811
    matter = ask(tree)
    tree.exchange(tree.community)
    assert tree.shown(tree.community) == [("三栋楼上漏水", PassedStage.ASKED)]
    take_back(tree, matter)
    tree.exchange(tree.mobile, tree.community)
    assert tree.shown(tree.community) == [("三栋楼上漏水", PassedStage.WITHDRAWN)]
    desk = tree.at(tree.community)
    assert (passed_open(desk), all_open(desk).items) == ([], ())
    assert NAME.encode() not in tree.raw(tree.community), "whom to call is told no more"
    (one,) = passed_here(desk)
    story = passed_story(wording("zh"), one, {tree.community.unit: "凤凰社区", tree.mobile.unit: "移动服务站"})
    assert [(event.title, event.text) for event in story.events] == [
        ("撤回调解申请", "双方已和解"), ("申请调解 → 凤凰社区", "请调委会调解。"),
    ]  # fmt: skip
    with pytest.raises(Refused, match="request_withdrawn"):
        tree.say(tree.community, matter, StepKind.RECEIVED)
    with tree.mobile.store.read() as reader:
        told = matter_story(wording("zh"), tree.at(tree.mobile).now, reader, matter)
    assert any(event.title == "撤回调解申请 → 凤凰社区" and "双方已和解" in event.text for event in told.events)
    assert check(tree.district) == {}


def test_an_answer_that_crosses_it_on_the_way_is_refused_with_that_reason(tree: Tree) -> None:  # noqa: F811
    matter = ask(tree)
    tree.exchange(tree.community)
    take_back(tree, matter)
    tree.exchange(tree.mobile)
    said = Step(
        id=new_id("step"), made=tree.community.made(), matter=matter, kind=StepKind.RECEIVED,
        happened_at=tree.now, by_unit=tree.community.unit,
    )  # fmt: skip
    assert reason(tree.community, said) == "protocol.request_withdrawn"
    state = tree.state(matter)
    assert (state.asked[0].own, state.held_by, state.doubts) == ((), None, ())
