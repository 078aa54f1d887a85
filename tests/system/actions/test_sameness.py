"""Two cards of one person: proposed, joined by a person, shown as one, and taken apart exactly as they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.organisations import save_organisation
from desktop.actions.persons import matters_of, recognise, save_person
from desktop.actions.sameness import beside, say_different, say_same, take_back
from desktop.actions.visits import log_visit
from desktop.forms.form import Draft
from desktop.store.alike import Standing
from desktop.store.check import rebuild_projections
from desktop.store.links import subjects_of_party
from desktop.store.neighbours import neighbours
from desktop.store.organisations import list_organisations
from desktop.store.persons import list_persons
from desktop.store.search import search
from sync.records.audit import Erasure
from sync.records.documents import check_character, credit_check_character
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.persons import Person
from sync.records.sameness import SamenessReason
from tests.system.actions.conftest import Station

Enter = Callable[..., Draft]
NUMBER = "11010519491231002X"
SAME_NUMBER, PHONE_AND_NAME, NAME_AND_BIRTH = list(SamenessReason)[:3]


def _citizen(serial: int) -> str:
    first = f"44030119900101{serial:03d}"
    return first + check_character(first)


def _person(station: Station, name: str, number: str = "", phone: str = "", **more: Any) -> str:
    document = {"answer": "given", "type": "citizen", "number": number, "doubt": ""} if number else None
    given = {"name": name, "phone": phone, **({"document": document} if document else {}), **more}
    return save_person(station.desk, station.draft("person", **given)).id


def _visit(station: Station, visitor: Enter, person: str, text: str) -> str:
    with station.store.read() as reader:
        card = reader.get(person)
    assert isinstance(card, Person)
    given = {"name": card.name, "phone": card.phones[0], "person": person, "document": None, "text": text}
    return log_visit(station.desk, station.draft("visit", **visitor(**given))).id


def _all_that_is_shown(station: Station, *cards: str) -> list[Any]:
    with station.store.read() as reader:
        return [
            [subjects_of_party(reader, card) for card in cards],
            [neighbours(reader, card) for card in cards],
            [matters_of(reader, card) for card in cards],
            [hit.id for name in ("张华生", "张華生", "zhs", "138") for hit in search(reader, name)],
            recognise(station.desk, name="张华生"),
            list_persons(reader),
        ]


def test_what_two_cards_took_part_in_is_shown_together_and_taken_apart_as_it_was(
    station: Station, visitor: Enter
) -> None:
    a = _person(station, "张华生", NUMBER, "13812345678")
    b = _person(station, "张華生", phone="13812345678")
    first, second = _visit(station, visitor, a, "楼上漏水"), _visit(station, visitor, b, "夜里施工")
    before = _all_that_is_shown(station, a, b)
    assert before[0] == [[first], [second]]
    done = say_same(station.desk, a, b, PHONE_AND_NAME)
    assert done.changes.touches("sameness")
    with station.store.read() as reader:
        assert subjects_of_party(reader, b) == subjects_of_party(reader, a) == [first, second]
        assert {n.id for n in neighbours(reader, b)} == {first, second}
        assert next(n.id for n in neighbours(reader, second)) == a, "the other card's visit leads to the same page"
        hits = [hit for hit in search(reader, "张華生") if hit.kind == "person"]
        assert [hit.id for hit in hits] == [a]
        assert {row.id: row.visits for row in list_persons(reader)} == {a: 2, b: 2}
        assert isinstance(reader.get(b), Person), "both cards stay as they are"
    assert [found.person.id for found in recognise(station.desk, phone="13812345678")] == [a]
    assert rebuild_projections(station.store) == {}
    take_back(station.desk, b, a)
    assert _all_that_is_shown(station, a, b) == before
    assert rebuild_projections(station.store) == {}


def test_nothing_is_joined_by_the_program_alone(station: Station, visitor: Enter) -> None:
    a = _person(station, "张华生", NUMBER, "13812345678")
    b = _person(station, "章华生", phone="13812345678")
    assert "sameness" not in station.counts()
    assert [(x.card.id, x.standing, x.grounds) for x in beside(station.desk, a)] == [
        (b, Standing.POSSIBLE, (PHONE_AND_NAME,))
    ]
    _visit(station, visitor, b, "又来问")
    with station.store.read() as reader:
        assert subjects_of_party(reader, a) == []


def test_what_may_be_the_same_is_proposed_and_what_sound_numbers_tell_apart_is_not(station: Station) -> None:
    a = _person(station, "欧阳娜", "110105491231002", "", born_on="1949-12-31")
    whole = _person(station, "欧阳娜娜", NUMBER)
    homophone = _person(station, "欧阳纳", born_on="1949-12-31")
    _person(station, "欧阳娜", _citizen(1), "", born_on="1990-01-01")
    found = {x.card.id: x.grounds for x in beside(station.desk, a)}
    assert found == {whole: (SAME_NUMBER,), homophone: (NAME_AND_BIRTH,)}
    twins = [_person(station, "李双", n, "13900000000") for n in (_citizen(1), _citizen(2))]
    assert twins[1] not in {x.card.id for x in beside(station.desk, twins[0])}


def test_a_proposal_that_was_turned_down_does_not_come_back_until_that_is_taken_back(station: Station) -> None:
    a, b = (_person(station, name, phone="13812345678") for name in ("张华生", "张華生"))
    say_different(station.desk, a, b, SamenessReason.TOLD)
    assert [x.standing for x in beside(station.desk, b)] == [Standing.DIFFERENT]
    with pytest.raises(Refused, match=r"actions\.nothing_said"):
        take_back(station.desk, a, _person(station, "谁"))
    take_back(station.desk, b, a, "看错了")
    assert [x.standing for x in beside(station.desk, b)] == [Standing.POSSIBLE]


def test_what_was_said_is_not_said_again_and_never_joins_what_is_different(station: Station) -> None:
    a, b, c = (_person(station, name, phone=f"1381234567{n}") for n, name in enumerate(("甲一", "乙二", "丙三")))
    say_same(station.desk, a, b, SamenessReason.TOLD)
    with pytest.raises(Refused, match=r"actions\.same_already"):
        say_same(station.desk, b, a, SamenessReason.TOLD)
    say_same(station.desk, b, c, SamenessReason.KNOWN)
    with pytest.raises(Refused, match=r"actions\.different_but_joined"):
        say_different(station.desk, a, c, SamenessReason.TOLD)
    say_different(station.desk, b, c, SamenessReason.TOLD)
    with pytest.raises(Refused, match=r"actions\.same_but_different"):
        say_same(station.desk, a, c, SamenessReason.TOLD)
    with station.store.read() as reader:
        assert len(list_persons(reader)) == 3


def test_a_reason_is_asked_and_only_who_works_at_a_desk_may_say_it(station: Station) -> None:
    a, b = (_person(station, name, phone="13812345678") for name in ("张华生", "张華生"))
    firm = save_organisation(station.desk, station.draft("organisation", name="宏途建筑有限公司")).id
    with pytest.raises(Refused, match=r"actions\.same_already"):
        say_same(station.desk, a, a, SamenessReason.TOLD)
    with pytest.raises(RuleBroken, match=r"records\.same_of_two_kinds"):
        say_same(station.desk, a, firm, SamenessReason.TOLD)
    with pytest.raises(RuleBroken, match=r"records\.same_reason_missing"):
        say_same(station.desk, a, b, None)
    with pytest.raises(RuleBroken, match=r"records\.same_reason_speaks_for"):
        say_different(station.desk, a, b, PHONE_AND_NAME)
    with pytest.raises(RuleBroken, match=r"records\.same_text_missing"):
        say_same(station.desk, a, b, SamenessReason.OTHER, " ")
    done = say_same(station.desks["王小明"], a, b, SamenessReason.OTHER, "邻居带来指认")
    with station.store.read() as reader:
        said = reader.get(done.id)
    assert said.made.by == station.people["王小明"]


def test_one_firm_s_two_cards_are_proposed_and_joined_like_a_person_s(station: Station) -> None:
    names = ("宏途建筑有限公司", "宏途建筑", "宏远建筑有限公司")
    a, b, other = (save_organisation(station.desk, station.draft("organisation", name=n)).id for n in names)
    assert [(x.card.id, x.grounds) for x in beside(station.desk, a)] == [(b, (SamenessReason.SAME_NAME,))]
    say_same(station.desk, a, b, SamenessReason.SAME_NAME)
    with station.store.read() as reader:
        found = [hit.id for hit in search(reader, "宏途") if hit.kind == "organisation"]
        assert found == [a]
        assert [hit.id for hit in search(reader, "宏远")] == [other]


def test_a_firm_that_is_told_again_with_its_checked_code_is_the_one_that_is_known(
    station: Station, visitor: Enter
) -> None:
    code = "91440300MA5DA1XX0"
    code += credit_check_character(code)
    firm = {"party_kind": "organisation", "role": "respondent", "name": "宏途建筑有限公司"}
    for more in ({"credit_code": code}, {"credit_code": code}, {}):
        visit = log_visit(station.desk, station.draft("visit", **visitor(channel="walk_in"))).id
        parties = [*matter_draft_from(station.desk, visit)["parties"], {**firm, **more}]
        opened = matter_draft_from(station.desk, visit) | {"title": "欠薪", "nature": "dispute", "parties": parties}
        open_matter(station.desk, visit, opened)
    with station.store.read() as reader:
        rows = list_organisations(reader)
    assert sorted(row.matters for row in rows) == [1, 2], "the same name alone makes no merge"
    say_same(station.desk, rows[0].id, rows[1].id, SamenessReason.SAME_NAME)
    with station.store.read() as reader:
        assert [row.matters for row in list_organisations(reader)] == [3, 3]


@pytest.mark.parametrize("gone", [0, 1])
def test_a_card_that_is_erased_leaves_the_other_in_its_place(station: Station, visitor: Enter, gone: int) -> None:
    cards = [_person(station, name, phone="13812345678") for name in ("张华生", "张華生")]
    visits = [_visit(station, visitor, card, "楼上漏水") for card in cards]
    say_same(station.desk, cards[0], cards[1], SamenessReason.TOLD)
    with station.store.write() as work:
        work.add(Erasure(id=new_id("erasure"), made=station.desk.made(), target=cards[gone], reason="本人要求"))
    left = cards[1 - gone]
    with station.store.read() as reader:
        assert [hit.id for hit in search(reader, "13812345678")][:1] == [left]
        assert visits[1 - gone] in subjects_of_party(reader, left)
    assert rebuild_projections(station.store) == {}
