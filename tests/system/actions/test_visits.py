"""Visits through the action, into a real store: what is kept, what is refused, what happens twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from desktop.actions.organisations import organisation_draft, save_organisation
from desktop.actions.persons import person_draft, recognise, save_person
from desktop.actions.rosters import read_roster
from desktop.actions.visit_figures import figures_of_visits
from desktop.actions.visits import amend_visit, close_consultation, log_visit, visit_draft
from desktop.forms.form import Draft
from desktop.store.groups import counts
from desktop.store.links import participations_of
from desktop.store.listing import Filter, lines_of
from desktop.store.visits import list_visits
from sync.records.errors import Refused, RuleBroken
from sync.records.participations import PartyRole
from sync.records.persons import Organisation, Person, Sex
from sync.records.statistics import months
from sync.records.visits import Purpose, Visit
from tests.system.actions.conftest import Station

Enter = Callable[..., Draft]


def _visit(station: Station, visit_id: str) -> Visit:
    with station.store.read() as reader:
        found = reader.get(visit_id)
    assert isinstance(found, Visit)
    return found


def _party(station: Station, visit_id: str, role: PartyRole) -> Person:
    with station.store.read() as reader:
        part = next(p for p in participations_of(reader, visit_id) if p.role is role)
        found = reader.get(part.party)
    assert isinstance(found, Person)
    return found


def test_a_visit_makes_a_card_a_participation_and_a_numbered_record(station: Station, visitor: Enter) -> None:
    done = log_visit(station.desk, station.draft("visit", **visitor()))
    visit, person = _visit(station, done.id), _party(station, done.id, PartyRole.VISITOR)
    assert (visit.number, visit.text) == (done.number, "楼上漏水，要求修复。")
    assert visit.number.startswith("凤凰登2026-")
    assert (person.name, person.sex, str(person.born_on)) == ("张伟", Sex.FEMALE, "1949-12-31")
    assert person.phones == ("13812345678",)
    assert (visit.made.by, visit.made.store) == (station.desk.session.staff, station.store.id)
    assert done.changes.touches("visit")
    assert done.changes.touches("person")


def test_a_save_asks_few_statements(station: Station, visitor: Enter) -> None:
    """Each is a tenth of a bare durable row: what is known already is not asked (docs/figures.md, save.p50)."""
    log_visit(station.desk, station.draft("visit", **visitor()))
    document = {"answer": "not_shown", "type": "", "number": "", "doubt": ""}
    draft = station.draft("visit", **visitor(name="王小明", document=document))
    asked: list[str] = []
    driver = station.store._writing().driver
    driver.set_trace_callback(asked.append)
    log_visit(station.desk, draft)
    driver.set_trace_callback(None)
    written = [statement for statement in asked if statement.split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert (asked[0], asked[-1]) == ("BEGIN IMMEDIATE", "COMMIT")
    assert len(asked) - len(written) <= 9, asked
    assert len(written) <= 9, written


def test_the_same_form_handed_in_twice_makes_one_visit(station: Station, visitor: Enter) -> None:
    draft = station.draft("visit", **visitor())
    first, second = log_visit(station.desk, draft), log_visit(station.desk, draft)
    assert (first.id, first.number) == (second.id, second.number)
    assert station.counts()["visit"] == station.counts()["person"] == 1


def test_two_clicks_at_the_same_moment_make_one_visit(station: Station, visitor: Enter) -> None:
    draft = station.draft("visit", **visitor())
    with ThreadPoolExecutor(2) as clicks:
        done = list(clicks.map(lambda _: log_visit(station.desk, dict(draft)), range(4)))
    assert len({(d.id, d.number) for d in done}) == 1
    assert station.counts()["visit"] == station.counts()["participation"] == 1


def test_a_group_of_six_has_five_companions_and_a_representative(station: Station, visitor: Enter) -> None:
    names = ["李四", "王五", "买买提·吐尔逊", "𠮷田", "㐂子"]
    roster = [{"name": n, "representative": n == "李四"} for n in names] + [{"name": ""}]
    done = log_visit(station.desk, station.draft("visit", **visitor(headcount=6, roster=roster)))
    assert _visit(station, done.id).group
    with station.store.read() as reader:
        parts = participations_of(reader, done.id)
        people = {p.party: reader.get(p.party) for p in parts}
    roles = [p.role for p in parts]
    assert roles.count(PartyRole.COMPANION) == 4
    assert roles.count(PartyRole.REPRESENTATIVE) == 1
    assert {getattr(p, "name", "") for p in people.values()} == {"张伟", *names}


def test_a_list_that_names_more_people_than_came_is_refused(station: Station, visitor: Enter) -> None:
    draft = station.draft("visit", **visitor(headcount=2, roster=[{"name": "李四"}, {"name": "王五"}]))
    with pytest.raises(RuleBroken) as broken:
        log_visit(station.desk, draft)
    assert broken.value.field == "headcount"
    assert "visit" not in station.counts()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": " "}, "text"),
        ({"name": ""}, "name"),
        ({"happened_at": "2026-3-5 13:00"}, "happened_at"),
        ({"happened_at": "2026.3.1"}, "late_reason"),
        ({"happened_at": "昨天"}, "happened_at"),
        ({"phone": "12"}, "phone"),
        ({"document": {"answer": "given", "type": "citizen", "number": "110105194912310021"}}, "document"),
        ({"headcount": "七"}, "headcount"),
        ({"headcount": 3, "roster": [{"name": "李四"}, {"name": "王\u202e五"}]}, "roster.1.name"),
        ({"headcount": 2, "roster": [{"phone": "13800000000"}]}, "roster.0.name"),
        ({"channel": "pigeon"}, "channel"),
        ({"answered": True}, "answer"),
    ],
)
def test_what_breaks_a_rule_names_its_field_and_keeps_nothing(
    station: Station, visitor: Enter, given: Draft, field: str
) -> None:
    before = station.counts()
    with pytest.raises(RuleBroken) as broken:
        log_visit(station.desk, station.draft("visit", **visitor(**given)))
    assert broken.value.field == field
    assert station.counts() == before


def test_a_doubtful_number_is_kept_with_its_reason(station: Station, visitor: Enter) -> None:
    document = {"answer": "given", "type": "citizen", "number": "110105194912310021", "doubt": "证件磨损"}
    done = log_visit(station.desk, station.draft("visit", **visitor(document=document)))
    assert _party(station, done.id, PartyRole.VISITOR).document.doubt == "证件磨损"


def test_a_tip_needs_no_name_and_a_call_counts_no_heads(station: Station, visitor: Enter) -> None:
    draft = station.draft("visit", channel="network", text="有人占用消防通道", headcount=6)
    done = log_visit(station.desk, draft)
    assert _visit(station, done.id).headcount == 1
    assert "person" not in station.counts()
    called = log_visit(station.desk, station.draft("visit", **visitor(channel="phone", name="", document={})))
    assert _party(station, called.id, PartyRole.VISITOR).phones == ("13812345678",)


def test_who_reports_from_the_grid_stays_hidden(station: Station, visitor: Enter) -> None:
    done = log_visit(station.desk, station.draft("visit", **visitor(channel="grid_report")))
    with station.store.read() as reader:
        (part,) = participations_of(reader, done.id)
    assert (part.role, part.hidden) == (PartyRole.REPORTER, True)


def test_a_returning_person_is_recognised_by_number_phone_and_name(station: Station, visitor: Enter) -> None:
    log_visit(station.desk, station.draft("visit", **visitor()))
    for number, phone, name in (("11010519491231002x", "", ""), ("", "13812345678", ""), ("", "", "张伟")):
        (found,) = recognise(station.desk, number=number, phone=phone, name=name)
        assert found.values["name"] == "张伟"
        again = station.draft("visit", text="又漏了", purpose="repeat", **found.values)
        log_visit(station.desk, again)
    assert station.counts()["person"] == 1
    assert recognise(station.desk, name="张") == []


@pytest.mark.parametrize("name", ["zhangwei", "zhang wei", "zw", "張偉", "张 伟"])
def test_a_returning_person_is_recognised_by_reading_and_by_other_forms_of_the_characters(
    station: Station, visitor: Enter, name: str
) -> None:
    log_visit(station.desk, station.draft("visit", **visitor()))
    (found,) = recognise(station.desk, name=name)
    assert (found.values["name"], found.person.visits) == ("张伟", 1)
    assert recognise(station.desk, name="lisi") == []


def test_a_pasted_roster_becomes_companions_with_their_cards(station: Station, visitor: Enter) -> None:
    roster = read_roster("姓名\t性别\t住址\t代表\n李四\t男\t凤凰路9号\t是\n王五\t女\t\t否")
    given = visitor(headcount=3, roster=list(roster.rows))
    done = log_visit(station.desk, station.draft("visit", **given))
    speaker = _party(station, done.id, PartyRole.REPRESENTATIVE)
    assert (speaker.name, speaker.sex, speaker.address) == ("李四", Sex.MALE, "凤凰路9号")
    assert _party(station, done.id, PartyRole.COMPANION).name == "王五"


def test_a_second_visit_adds_a_telephone_and_empties_nothing(station: Station, visitor: Enter) -> None:
    first = log_visit(station.desk, station.draft("visit", **visitor()))
    log_visit(station.desk, station.draft("visit", **visitor(phone="0755-23456789", address="")))
    person = _party(station, first.id, PartyRole.VISITOR)
    assert person.phones == ("075523456789", "13812345678")
    assert person.address == "凤凰路2号"
    assert station.counts()["person"] == 1


def test_a_document_that_is_not_shown_today_is_not_forgotten(station: Station, visitor: Enter) -> None:
    first = log_visit(station.desk, station.draft("visit", **visitor()))
    card, seen = person_draft(station.desk, _party(station, first.id, PartyRole.VISITOR).id)
    save_person(station.desk, {**card, "sex": "1", "born_on": "1950-01-01"}, card["person"], seen)
    again = visitor(person=card["person"], document={"answer": "not_shown"})
    log_visit(station.desk, station.draft("visit", **again))
    log_visit(station.desk, station.draft("visit", **visitor(person=card["person"])))
    person = _party(station, first.id, PartyRole.VISITOR)
    assert person.document.number == "11010519491231002X"
    assert (person.sex, str(person.born_on)) == (Sex.MALE, "1950-01-01")


def test_a_visit_to_a_matter_that_is_not_here_is_refused(station: Station, visitor: Enter) -> None:
    matter = "mat_0198c0de0000700080000000000000ff"
    with pytest.raises(Refused):
        log_visit(station.desk, station.draft("visit", **visitor(purpose="supplement", matter=matter)))
    assert "visit" not in station.counts()


def test_a_proposed_card_is_left_alone_when_the_clerk_types_somebody_else(station: Station, visitor: Enter) -> None:
    log_visit(station.desk, station.draft("visit", **visitor()))
    (found,) = recognise(station.desk, name="张伟")
    other = {"answer": "given", "type": "citizen", "number": "440301199001011234"}
    mixed = {**found.values, "name": "赵六", "document": other, "phone": ""}
    done = log_visit(station.desk, station.draft("visit", text="问路", **mixed))
    assert _party(station, done.id, PartyRole.VISITOR).name == "赵六"
    assert recognise(station.desk, name="张伟")[0].person.document_number == "11010519491231002X"


def test_a_consultation_is_closed_on_the_spot(station: Station) -> None:
    draft = station.draft("consultation", name="陈\ue0008", text="居住证怎么办", answer="请到三号窗口")
    done = close_consultation(station.desk, draft)
    assert close_consultation(station.desk, draft).id == done.id
    visit = _visit(station, done.id)
    assert (visit.purpose, visit.answered, visit.answer) == (Purpose.CONSULTATION, True, "请到三号窗口")
    with pytest.raises(RuleBroken) as broken:
        close_consultation(station.desk, station.draft("consultation", text="问", answer=""))
    assert broken.value.field == "answer"


def test_an_amendment_is_a_new_fact_with_a_reason(station: Station, visitor: Enter) -> None:
    done = log_visit(station.desk, station.draft("visit", **visitor(headcount=2, roster=[{"name": "李四"}])))
    draft = visit_draft(station.desk, done.id)
    assert draft["roster"][0]["name"] == "李四"
    with pytest.raises(RuleBroken):
        amend_visit(station.desk, done.id, draft)
    draft |= {"text": "楼上漏水三次", "roster": [], "amend_reason": "记录有误"}
    again = amend_visit(station.desk, done.id, draft)
    assert amend_visit(station.desk, done.id, draft) == again.__class__(again.id, again.number)
    assert again.number == done.number
    with station.store.read() as reader:
        (row,) = list_visits(reader)
        roles = {p.role for p in participations_of(reader, done.id)}
    assert row.text == "楼上漏水三次"
    assert roles == {PartyRole.VISITOR}
    assert _visit(station, done.id).text == "楼上漏水，要求修复。"


def test_a_card_is_edited_by_what_the_form_saw(station: Station, visitor: Enter) -> None:
    draft = station.draft("person", name="阿依古丽·买买提", phone="13900000000", ethnic_group="05")
    done = save_person(station.desk, draft)
    assert save_person(station.desk, draft).id == done.id
    mine, seen = person_draft(station.desk, done.id)
    theirs, also_seen = person_draft(station.desks["王小明"], done.id)
    save_person(station.desk, {**mine, "address": "甲地"}, done.id, seen)
    save_person(station.desks["王小明"], {**theirs, "occupation": "教师"}, done.id, also_seen)
    with station.store.read() as reader:
        person = reader.get(done.id)
        assert reader.folded(done.id).conflicts == {}
    assert isinstance(person, Person)
    assert (person.address, person.occupation) == ("甲地", "教师")


def test_somebody_known_is_not_made_a_second_card(station: Station, visitor: Enter) -> None:
    log_visit(station.desk, station.draft("visit", **visitor()))
    about = {k: v for k, v in visitor().items() if k in ("name", "document")}
    with pytest.raises(RuleBroken) as broken:
        save_person(station.desk, station.draft("person", **about))
    assert broken.value.field == "document"
    with pytest.raises(RuleBroken):
        save_person(station.desk, station.draft("person"))


def test_an_unknown_visit_is_refused(station: Station, visitor: Enter) -> None:
    with pytest.raises(Refused):
        visit_draft(station.desk, "vis_0198c0de0000700080000000000000ff")


def test_an_organisation_is_kept_with_its_code_checked(station: Station) -> None:
    firm = {"name": "某某物业有限公司", "credit_code": "91350100M000100Y43", "phone": "0755-21080001"}
    draft = station.draft("organisation", **firm)
    done = save_organisation(station.desk, draft)
    assert save_organisation(station.desk, draft).id == done.id
    wrong = station.draft("organisation", **{**firm, "credit_code": "91350100M000100Y44"})
    with pytest.raises(RuleBroken) as broken:
        save_organisation(station.desk, wrong)
    assert broken.value.field == "credit_code"
    save_organisation(station.desk, {**wrong, "credit_code_doubt": "执照复印件不清"})
    card, seen = organisation_draft(station.desk, done.id)
    save_organisation(station.desk, {**card, "legal_representative": "王·某", "phone": ""}, done.id, seen)
    with station.store.read() as reader:
        firm_now = reader.get(done.id)
    assert isinstance(firm_now, Organisation)
    assert (firm_now.legal_representative, firm_now.phones) == ("王·某", ())
    assert station.counts()["organisation"] == 2


def test_a_progress_query_counts_and_is_found_as_what_it_is(station: Station, visitor: Enter) -> None:
    for purpose in ("first", "progress", "progress", "repeat"):
        log_visit(station.desk, station.draft("visit", **visitor(channel="walk_in", purpose=purpose)))
    figures = figures_of_visits(station.desk, months(2026, 3, 1))
    assert (figures.contacts, figures.first, figures.repeat) == (4, 1, 1)
    with station.store.read() as reader:
        assert counts(reader, "visits", Filter(), "purpose") == {"first": 1, "progress": 2, "repeat": 1}
        repeated = lines_of(reader, "visits", Filter(purposes=frozenset({"repeat"})))
        asked = lines_of(reader, "visits", Filter(text="漏水", purposes=frozenset({"progress"})))
    assert (len(repeated), len(asked)) == (1, 2)
