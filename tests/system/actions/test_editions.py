"""Editions of words at a station: the district's newest that this program can use, and each print keeps its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from desktop.actions.agreements import agreement_draft, conclude
from desktop.actions.case_documents import case_checklist
from desktop.actions.editions import casefile_rows, editions, newest, words_for
from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.mediations import mediation_draft_from, open_mediation
from desktop.actions.papers import issue_paper, preview
from desktop.actions.signing_keys import rotate
from desktop.actions.visits import log_visit
from desktop.forms.form import Draft
from desktop.keys import WrappedKeys
from desktop.printing.canonical_text import digest
from desktop.printing.reading_back import read_back
from desktop.store.links import prints_of
from sync.records.errors import Refused, RuleBroken, Unavailable
from sync.records.kinds import new_id
from sync.records.mediations import Agreement
from sync.records.papers import PaperKind
from sync.records.record import Made
from sync.records.templates import PaperTemplate
from tests.support.pdf import text_of
from tests.system.actions.conftest import Station

Enter = Callable[..., Draft]


@pytest.fixture
def mediation(station: Station, visitor: Enter) -> str:
    visit = log_visit(station.desk, station.draft("visit", **visitor(channel="walk_in"))).id
    draft = matter_draft_from(station.desk, visit)
    draft["parties"] = [*draft["parties"], {"role": "respondent", "party_kind": "organisation", "name": "某某物业公司"}]
    matter = open_matter(station.desk, visit, draft).id
    given = mediation_draft_from(station.desk, matter) | {"rights_told_at": station.clock.at.isoformat()}
    return open_mediation(station.desk, matter, given).id


def published(station: Station, name: str, text: str, number: int = 1001, starts_on: date | None = None) -> None:
    """What a pull brings: a record that the district made."""
    made = Made(by="", unit="uni_district", store="sto_district", at=station.clock.at)
    day = starts_on or station.clock.at.date()
    record = PaperTemplate(id=new_id("paper_template"), made=made, name=name, number=number, text=text, starts_on=day)
    with station.store.write() as work:
        work.add(record)


def concluded(station: Station, mediation: str, **more: object) -> str:
    terms = [{"text": "乙方修复漏水处", "amount": "3100"}]
    drawn = agreement_draft(station.desk, mediation) | {"terms": terms, "performance": "一次付清。", "facts": "漏水。"}
    return conclude(station.desk, mediation, {**drawn, **more}).id


REASON = "当事人要求先看文本"
CLAUSE = 'base = "agreement-2"\neffect = "本协议自各方签名、本会盖章之日起生效（区司法局核定文本）。"'


def test_an_agreement_has_the_clauses_that_were_in_force_when_it_was_drawn_up(station: Station, mediation: str) -> None:
    before = concluded(station, mediation)
    published(station, "agreement", CLAUSE)
    published(
        station, "agreement", CLAUSE.replace("核定", "明年核定"), 1002, station.clock.at.date() + timedelta(days=9)
    )
    preview(station.desk, PaperKind.AGREEMENT, before)
    first = issue_paper(station.desk, PaperKind.AGREEMENT, before, reasons=REASON)
    assert "区司法局核定文本" not in text_of(first.bytes)
    changed = {"amends": before, "amend_reason": "更正金额"}
    after = concluded(station, mediation, **changed)
    second = issue_paper(station.desk, PaperKind.AGREEMENT, after, reasons=REASON)
    assert "区司法局核定文本" in text_of(second.bytes)
    with station.store.read() as reader:
        found = reader.find(after, Agreement)
        assert found is not None
        assert found.clause_version == "agreement-1001"
        assert [p.template for p in prints_of(reader, after)] == ["agreement-1001"]
        assert words_for(reader, "agreement-2") is None
    copy = issue_paper(station.desk, PaperKind.AGREEMENT, after, reasons=REASON)
    assert "副本第2次打印" in text_of(copy.bytes)
    preview(station.desk, PaperKind.AGREEMENT, after)


def test_what_this_program_cannot_use_is_told_and_the_newest_that_it_can_is_used(station: Station) -> None:
    published(station, "agreement", CLAUSE)
    published(station, "agreement", CLAUSE.replace("agreement-2", "agreement-900"), 1002)
    published(station, "agreement", CLAUSE + '\ntitle = "{number.__class__}"', 1003)
    published(station, "agreement", "title = " + "x" * 70_000, 1004)
    published(station, "agreement", CLAUSE.replace("核定", "后来改写"), 1001)
    with station.store.read() as reader:
        assert newest(reader, "agreement", station.clock.at.date()) == "agreement-1001"
        assert newest(reader, "agreement", date(2020, 1, 1)) == newest(reader, "registration", date(2027, 1, 1)) == ""
        faults = {one.edition: one.fault.key for one in editions(reader) if one.fault}
        assert faults == {
            "agreement-1002": "proof.template_base",
            "agreement-1003": "proof.template_brackets",
            "agreement-1004": "proof.template_long",
        }
        words = words_for(reader, "agreement-1001")
        assert words is not None
        assert "核定文本" in words("effect"), "what was published is never altered"
        with pytest.raises(RuleBroken, match=r"proof\.template_brackets"):
            words_for(reader, "agreement-1003")
        with pytest.raises(Refused, match=r"printing\.no_template"):
            words_for(reader, "agreement-1999")


LIST = """
[[document]]
name = "file_cover"
paper = "file_cover"
need = "must"
[[document]]
name = "delivery_address"
paper = "delivery_address"
need = "must"
"""


def test_a_district_edits_which_documents_a_file_has(station: Station, mediation: str) -> None:
    usual = case_checklist(station.desk, mediation)
    published(station, "casefile", LIST)
    published(station, "casefile", LIST.replace("delivery_address", "unheard"), 1002)
    shown = case_checklist(station.desk, mediation)
    assert [(p.document.name, p.document.need) for p in shown] == [("file_cover", "must"), ("delivery_address", "must")]
    assert len(usual) > len(shown)
    with station.store.read() as reader:
        assert casefile_rows(reader, date(2020, 1, 1)) == ()


def test_a_form_of_the_file_is_a_new_paper_where_its_words_changed(station: Station, mediation: str) -> None:
    first = issue_paper(station.desk, PaperKind.RIGHTS_NOTICE, mediation)
    assert issue_paper(station.desk, PaperKind.RIGHTS_NOTICE, mediation).copy == 2
    published(station, "rights_notice", 'base = "rights_notice-1"\ntitle = "光明区人民调解权利义务告知书"')
    second = issue_paper(station.desk, PaperKind.RIGHTS_NOTICE, mediation)
    assert (first.copy, second.copy) == (1, 1)
    assert "光明区人民调解权利义务告知书" in text_of(second.bytes)
    assert issue_paper(station.desk, PaperKind.RIGHTS_NOTICE, mediation).copy == 2


class _Locked(WrappedKeys):
    """A keyring that was locked after the store was opened."""

    def signing_secret(self, store_id: str) -> bytes:
        raise Unavailable("store.keyring_locked")


def test_while_the_keyring_is_locked_nothing_is_printed_and_nothing_recorded(
    station: Station, mediation: str, tmp_path: Path
) -> None:
    before = station.counts()
    desk = replace(station.desk, keys=_Locked(tmp_path / "keys", "一句足够长的恢复口令"))
    with pytest.raises(Unavailable, match=r"store\.keyring_locked"):
        issue_paper(desk, PaperKind.RIGHTS_NOTICE, mediation)
    assert station.counts() == before
    preview(desk, PaperKind.RIGHTS_NOTICE, mediation)


def test_a_form_printed_after_the_key_was_replaced_is_a_copy_of_the_first(
    station: Station, mediation: str, tmp_path: Path
) -> None:
    desk = replace(station.desk, keys=WrappedKeys(tmp_path / "keys", "一句足够长的恢复口令"))
    first = issue_paper(desk, PaperKind.RIGHTS_NOTICE, mediation)
    rotate(desk)
    second = issue_paper(desk, PaperKind.RIGHTS_NOTICE, mediation)
    with station.store.read() as reader:
        prints = prints_of(reader, mediation)
    assert (first.copy, second.copy) == (1, 2)
    assert prints[0].key == prints[1].key != ""
    assert prints[0].text == prints[1].text == digest("".join(p.text for p in read_back(first.bytes))).hex()
