"""Papers through the verbs: what is printed, what is recorded before it leaves, and what a reprint says."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from desktop.actions.agreements import agreement_draft, conclude, sign, signature_draft
from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.mediations import mediation_draft_from, open_mediation
from desktop.actions.orders import issue_order, order_draft
from desktop.actions.papers import issue_paper, preview, usual_copies
from desktop.actions.persons import person_draft, save_person
from desktop.actions.sheets import registration_sheet, sheet_of
from desktop.actions.visit_history import standing_visit
from desktop.actions.visits import amend_visit, log_visit, visit_draft
from desktop.actions.voids import void_number
from desktop.forms.form import Draft
from desktop.printing import fonts
from desktop.printing.manner import Layout, Manner
from desktop.printing.moments import moment_words
from desktop.store.files import read_file
from desktop.store.links import attachments_of, participations_of, prints_of
from desktop.store.tables import file
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.mediations import Agreement, AgreementForm
from sync.records.papers import PaperKind
from sync.records.participations import Participation, PartyRole
from sync.records.persons import Person
from sync.records.visits import Channel, Visit
from tests.support.pdf import fonts_of
from tests.system.actions.conftest import Station

Enter = Callable[..., Draft]
FIRM = {
    "role": "respondent",
    "party_kind": "organisation",
    "name": "某某物业公司",
    "phone": "0755-21080002",
    "address": "凤凰路9号",
    "legal_representative": "陈志强",
}


def _text(pdf: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return "".join(text.split())


@pytest.fixture
def visit(station: Station, visitor: Enter) -> str:
    """A visit with two companions, one with a rare character and one with a separator in the name."""
    roster = [{"name": "𠮷田"}, {"name": "买买提·吐尔逊"}]
    given = visitor(headcount=3, roster=roster, remark="该人系重点人员", channel="walk_in")
    return log_visit(station.desk, station.draft("visit", **given)).id


@pytest.fixture
def mediation(station: Station, visit: str) -> str:
    """A mediation between the visitor and a firm."""
    draft = matter_draft_from(station.desk, visit)
    draft["parties"] = [*draft["parties"], FIRM]
    matter = open_matter(station.desk, visit, draft).id
    given = mediation_draft_from(station.desk, matter) | {"rights_told_at": station.clock.at.isoformat()}
    given |= {"consent": "all", "interests": "none", "started_at": station.clock.at.isoformat()}
    return open_mediation(station.desk, matter, given).id


@pytest.fixture
def agreement(station: Station, mediation: str) -> str:
    """An agreement that nobody has signed yet."""
    terms = [{"text": "乙方修复漏水处", "amount": "3100", "due_on": "2026-04-01"}]
    drawn = agreement_draft(station.desk, mediation) | {"terms": terms, "performance": "一次付清。", "facts": "漏水。"}
    return conclude(station.desk, mediation, drawn).id


def test_an_oral_agreement_prints_the_record_of_it(station: Station, mediation: str) -> None:
    terms = [{"text": "乙方修复漏水处"}]
    drawn = agreement_draft(station.desk, mediation) | {"terms": terms, "performance": "当日。", "facts": "漏水。"}
    done = conclude(station.desk, mediation, {**drawn, "form": "oral"})
    text = _text(issue_paper(station.desk, PaperKind.AGREEMENT, done.id).bytes)
    for said in ("人民调解口头协议登记表", "各方当事人于2026年3月5日达成口头协议", "乙方修复漏水处", "李文静"):
        assert said in text
    assert "按指印" not in text


def test_a_changed_agreement_names_the_one_that_it_replaces(station: Station, mediation: str) -> None:
    given = {"terms": [{"text": "修复"}], "performance": "当日。", "facts": "漏水。"}
    first = conclude(station.desk, mediation, agreement_draft(station.desk, mediation) | given)
    draft = agreement_draft(station.desk, mediation, first.id) | {"amend_reason": "改期"}
    second = conclude(station.desk, mediation, draft)
    text = _text(preview(station.desk, PaperKind.AGREEMENT, second.id))
    assert f"变更并取代编号为{first.number}的人民调解协议书" in text


@pytest.mark.parametrize(("ends_on", "printed"), [(None, True), (date(2026, 3, 5), True), (date(2026, 3, 4), False)])
def test_an_agent_is_printed_with_the_power_as_long_as_it_lasts(
    station: Station, mediation: str, ends_on: date | None, printed: bool
) -> None:
    desk = station.desk
    lawyer = Person(id=new_id("person"), made=desk.made(), name="𠮷律师")
    with desk.store.write() as work:
        principal = next(p for p in participations_of(work, mediation) if p.role is PartyRole.APPLICANT).party
        work.add(lawyer)
        work.add(
            Participation(
                id=new_id("participation"),
                made=desk.made(),
                subject=mediation,
                party=lawyer.id,
                role=PartyRole.ENTRUSTED_AGENT,
                principal=principal,
                scope="特别授权",
                ends_on=ends_on,
            )
        )
    given = {"terms": [{"text": "修复"}], "performance": "当日。", "facts": "漏水。"}
    done = conclude(desk, mediation, agreement_draft(desk, mediation) | given)
    text = _text(preview(desk, PaperKind.AGREEMENT, done.id))
    assert ("𠮷律师（委托代理人，代理权限：特别授权）" in text) is printed
    assert ("代理人（签名）：" in text) is printed


def test_a_slip_says_by_when_the_ordered_departments_have_to_be_done(station: Station, visit: str) -> None:
    matter = open_matter(station.desk, visit, matter_draft_from(station.desk, visit)).id
    draft = order_draft(station.secretary, matter) | {"departments": [station.units["区住房和建设局"]]}
    order = issue_order(station.secretary, matter, draft)
    with station.store.read() as reader:
        due = reader.get(order.id).limits.resolve_by  # type: ignore[attr-defined]
    text = _text(issue_paper(station.desk, PaperKind.REGISTRATION, visit).bytes)
    assert f"有关部门应于{moment_words(due)}前办结" in text


def test_a_long_subject_is_cut_between_characters_and_marked_on_the_slip(station: Station, visitor: Enter) -> None:
    done = log_visit(station.desk, station.draft("visit", **visitor(text="楼" * 22 + "葛\U000e0100" + "漏水了很久")))
    with station.store.read() as reader:
        sheet = registration_sheet(reader, station.desk.session, done.id)
    assert sheet.receipt is not None
    assert sheet.receipt.subject == "楼" * 22 + "葛\U000e0100" + "…"


def test_a_preview_shows_the_paper_and_records_nothing(station: Station, visit: str) -> None:
    before = station.counts()
    text = _text(preview(station.desk, PaperKind.REGISTRATION, visit))
    assert "张伟" in text
    assert "𠮷田" in text
    assert "买买提·吐尔逊" in text
    assert "预览件" in text
    assert "11010519491231002X" not in text
    assert "110105********002X" in text
    assert "重点人员" not in text
    assert station.counts() == before


def test_a_print_is_recorded_with_its_bytes_before_it_leaves(station: Station, visit: str) -> None:
    printed = issue_paper(station.desk, PaperKind.REGISTRATION, visit, copies=2, printer="前台")
    with station.store.read() as reader:
        (fact,) = prints_of(reader, visit)
        (kept,) = attachments_of(reader, visit)
        assert read_file(reader, fact.digest) == printed.bytes
    assert fact.digest == hashlib.sha256(printed.bytes).hexdigest() == kept.digest
    assert (fact.id, fact.copies, fact.copy, fact.printer) == (printed.print_id, 2, 1, "前台")
    assert fact.attachment == kept.id
    assert printed.bytes.startswith(b"%PDF")
    assert "预览件" not in _text(printed.bytes)


def test_a_reprint_says_what_the_first_print_said_and_is_marked(station: Station, visit: str, agreement: str) -> None:
    issue_paper(station.desk, PaperKind.AGREEMENT, agreement)
    with station.store.read() as reader:
        party = reader.get(agreement).parties[0].party  # type: ignore[attr-defined]
    card, seen = person_draft(station.desk, party)
    save_person(station.desk, {**card, "name": "张韦"}, party, seen)
    again = issue_paper(station.desk, PaperKind.AGREEMENT, agreement)
    text = _text(again.bytes)
    assert again.copy == 2
    assert "副本" in text
    assert "张伟" in text
    assert "张韦" not in text


def test_a_sheet_stays_as_it_was_given_out_until_the_visit_is_corrected(station: Station, visit: str) -> None:
    issue_paper(station.desk, PaperKind.REGISTRATION, visit)
    open_matter(station.desk, visit, matter_draft_from(station.desk, visit))
    assert issue_paper(station.desk, PaperKind.REGISTRATION, visit).copy == 2
    draft = visit_draft(station.desk, visit) | {"text": "楼上漏水，已三次。", "amend_reason": "笔误"}
    amend_visit(station.desk, visit, draft)
    corrected = issue_paper(station.desk, PaperKind.REGISTRATION, visit)
    assert corrected.copy == 1
    assert "已三次" in _text(corrected.bytes)


def test_a_reprint_is_the_stored_bytes_marked(station: Station, agreement: str) -> None:
    first = issue_paper(station.desk, PaperKind.AGREEMENT, agreement)
    again = issue_paper(station.desk, PaperKind.AGREEMENT, agreement)
    third = issue_paper(station.desk, PaperKind.AGREEMENT, agreement)
    assert first.bytes == again.bytes[: len(first.bytes)] == third.bytes[: len(first.bytes)]
    assert (again.copy, third.copy) == (2, 3)
    with station.store.read() as reader:
        names = [kept.name for kept in attachments_of(reader, agreement)]
        number = reader.get(agreement).number  # type: ignore[attr-defined]
    assert names == [f"{number}.pdf", f"{number}-2.pdf", f"{number}-3.pdf"]


def test_the_preview_of_a_reprint_is_the_reprint_and_not_the_records_of_today(station: Station, visit: str) -> None:
    first = issue_paper(station.desk, PaperKind.REGISTRATION, visit)
    open_matter(station.desk, visit, matter_draft_from(station.desk, visit))
    shown = preview(station.desk, PaperKind.REGISTRATION, visit)
    assert shown.startswith(first.bytes)
    assert "预览件" in _text(shown)


def test_an_agreement_is_printed_once_for_each_party_and_once_for_the_committee(
    station: Station, agreement: str
) -> None:
    assert usual_copies(station.desk, PaperKind.AGREEMENT, agreement) == 3
    first = issue_paper(station.desk, PaperKind.AGREEMENT, agreement)
    assert usual_copies(station.desk, PaperKind.AGREEMENT, agreement) == 1
    again = issue_paper(station.desk, PaperKind.AGREEMENT, agreement)
    with station.store.read() as reader:
        copies = {fact.id: fact.copies for fact in prints_of(reader, agreement)}
    assert (copies[first.print_id], copies[again.print_id]) == (3, 1)


def test_a_print_that_no_printer_took_leaves_as_the_original_when_it_is_tried_again(
    station: Station, agreement: str
) -> None:
    lost = issue_paper(station.desk, PaperKind.AGREEMENT, agreement, printer="前台")
    again = issue_paper(station.desk, PaperKind.AGREEMENT, agreement, 4, "后台", instead_of=lost.print_id)
    assert again.bytes == lost.bytes
    assert again.copy == 1
    with station.store.read() as reader:
        (fact,) = prints_of(reader, agreement)
        (kept,) = attachments_of(reader, agreement)
    assert (fact.id, fact.amends, fact.copies, fact.printer) == (again.print_id, lost.print_id, 4, "后台")
    assert fact.amend_reason
    assert fact.attachment == kept.id
    assert issue_paper(station.desk, PaperKind.AGREEMENT, agreement).copy == 2


def test_a_paper_whose_bytes_are_elsewhere_is_set_again_and_marked(station: Station, agreement: str) -> None:
    first = issue_paper(station.desk, PaperKind.AGREEMENT, agreement)
    with station.store.write() as work:
        work.conn.execute(file.delete())
    again = issue_paper(station.desk, PaperKind.AGREEMENT, agreement)
    assert again.copy == 2
    assert "副本" in _text(again.bytes)
    assert again.bytes.startswith(first.bytes)


def test_a_voided_number_prints_no_paper(station: Station, agreement: str) -> None:
    void_number(station.desk, agreement, "打印错误")
    before = station.counts()
    with pytest.raises(Refused, match="number_void_no_paper"):
        issue_paper(station.desk, PaperKind.AGREEMENT, agreement)
    assert station.counts() == before


def test_an_order_prints_its_limits_authority_and_copy(station: Station, visit: str) -> None:
    matter = open_matter(station.desk, visit, matter_draft_from(station.desk, visit)).id
    draft = order_draft(station.secretary, matter) | {"departments": [station.units["区住房和建设局"]]}
    order = issue_order(station.secretary, matter, draft)
    text = _text(issue_paper(station.desk, PaperKind.DISPATCH_ORDER, order.id).bytes)
    for said in ("区住房和建设局", "凤凰街道", "社区党委书记", "黄志远", "发令", "科室负责人"):
        assert said in text


def test_an_agreement_prints_its_parties_and_copies_but_no_identity_number(station: Station, agreement: str) -> None:
    text = _text(preview(station.desk, PaperKind.AGREEMENT, agreement))
    for said in ("张伟", "某某物业公司", "乙方修复漏水处", "三份", "李文静", "凤凰社区人民调解委员会"):
        assert said in text
    assert "11010519491231002X" not in text


def test_a_character_that_no_font_has_stops_the_print(station: Station, visitor: Enter) -> None:
    done = log_visit(station.desk, station.draft("visit", **visitor(name="张\U00033000")))
    before = station.counts()
    with pytest.raises(RuleBroken) as broken:
        issue_paper(station.desk, PaperKind.REGISTRATION, done.id)
    assert broken.value.key == "printing.no_glyph"
    assert station.counts() == before


def test_a_voided_number_stays_recorded_and_one_in_force_cannot_be_voided(station: Station, agreement: str) -> None:
    done = void_number(station.desk, agreement, "打印错误")
    assert void_number(station.desk, agreement, "再来").id == done.id
    assert station.counts()["number_void"] == 1
    with pytest.raises(RuleBroken):
        void_number(station.desk, agreement, " ")
    draft = signature_draft(station.desk, agreement)
    sign(station.desk, agreement, {**draft, "signatures": [{**r, "signed": True} for r in draft["signatures"]]})
    with pytest.raises(Refused, match="agreement_in_force"):
        void_number(station.desk, agreement, "不用了")


def test_a_visit_from_a_ledger_gets_its_number_with_its_first_sheet_and_keeps_it(station: Station) -> None:
    desk = station.desk
    logged = Visit(
        id=new_id("visit"),
        made=desk.made(),
        channel=Channel.WALK_IN,
        happened_at=station.clock.at,
        text="楼上漏水",
        import_key="0" * 64,
    )
    with desk.store.write() as work:
        work.add(logged)

    assert standing(station, logged.id).number == ""
    first = issue_paper(desk, PaperKind.REGISTRATION, logged.id)
    number = standing(station, logged.id).number
    second = issue_paper(desk, PaperKind.REGISTRATION, logged.id)

    assert number
    assert "".join(number.split()) in _text(first.bytes)
    assert first.changes.touches("visit")
    assert standing(station, logged.id).number == number
    assert (first.copy, second.copy) == (1, 2)


def standing(station: Station, visit_id: str) -> Visit:
    with station.desk.store.read() as reader:
        return standing_visit(reader, visit_id).stands


@pytest.mark.parametrize("form", list(AgreementForm))
def test_an_agreement_is_printed_with_the_edition_that_it_was_made_with(
    station: Station, agreement: str, form: AgreementForm
) -> None:
    before = "oral_" if form is AgreementForm.ORAL else ""
    with station.store.read() as reader:
        drawn = reader.find(agreement, Agreement)
        assert drawn is not None
        for clauses in ("agreement-1", "agreement-2"):
            made = replace(drawn, clause_version=clauses, form=form)
            assert sheet_of(made, reader, station.desk.session).template == before + clauses
        unsaid = replace(drawn, clause_version="", form=form)
        assert sheet_of(unsaid, reader, station.desk.session).template == before + "agreement-1"
    assert drawn.clause_version == "agreement-2"


def test_a_print_says_in_which_frame_it_was_set_and_a_reprint_stays_in_it(station: Station, visit: str) -> None:
    matter = open_matter(station.desk, visit, matter_draft_from(station.desk, visit)).id
    draft = order_draft(station.secretary, matter) | {"departments": [station.units["区住房和建设局"]]}
    order = issue_order(station.secretary, matter, draft)
    as_form = replace(station.desk, manner=lambda: Manner(face="song", layout=Layout.FORM))
    first = issue_paper(as_form, PaperKind.DISPATCH_ORDER, order.id)
    again = issue_paper(station.desk, PaperKind.DISPATCH_ORDER, order.id)
    with station.desk.store.read() as reader:
        assert [p.layout for p in prints_of(reader, order.id)] == ["form", "form"]
    issue_paper(as_form, PaperKind.REGISTRATION, visit)
    with station.desk.store.read() as reader:
        assert [p.layout for p in prints_of(reader, visit)] == [""]  # its frame is its own
    assert again.bytes.startswith(first.bytes)
    assert any("BabelStone" in font["name"] for font in fonts_of(first.bytes))


def test_a_print_names_the_digest_of_a_font_of_the_system(
    station: Station, visit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    light = Path("/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Light.ttf").read_bytes()
    (tmp_path / "simfang.ttf").write_bytes(light)
    monkeypatch.setattr(fonts, "_system_folders", lambda: [tmp_path])
    fonts.installed.cache_clear()
    there = replace(station.desk, manner=lambda: Manner(face="fangsong"))
    issue_paper(there, PaperKind.REGISTRATION, visit)
    issue_paper(station.desk, PaperKind.REGISTRATION, visit)
    with station.desk.store.read() as reader:
        first, again = prints_of(reader, visit)
    fonts.installed.cache_clear()
    digest = hashlib.sha256(light).hexdigest()
    assert [face.split()[1] for face in first.faces if face.startswith("System-")] == [digest]
    assert first.faces[0] in again.faces
