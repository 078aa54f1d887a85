"""The scan of the signed paper counts: in the file, on a reprint, in a proof; the computed text stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.actions.attachments import Content, attach, withdraw
from desktop.actions.binding import bind_part
from desktop.actions.desk import Desk
from desktop.actions.file_parts import give_out
from desktop.actions.papers import issue_paper, preview, usual_copies
from desktop.actions.print_jobs import note_outcome
from desktop.actions.print_rules import print_findings
from desktop.actions.proving import Finding, Verdict, notes, prove, prove_text, told
from desktop.actions.signed_originals import signed_originals
from desktop.actions.visits import log_visit
from desktop.forms.form import Draft
from desktop.keys import WrappedKeys
from desktop.store.links import agreements_of, prints_of
from desktop.ui.stories.mediations import mediation_story
from desktop.ui.stories.story import Story
from resources import wording
from sync.records.errors import RuleBroken
from sync.records.papers import AttachmentPurpose, PaperKind, PrintResult
from tests.support import scans
from tests.support.codes import copied
from tests.support.codes import scanned as code_of
from tests.support.pdf import check_structure
from tests.system.actions.conftest import Station
from tests.system.actions.test_whole_file import bookmarks, texts

REASON = "双方在场确认"
SIGNED = AttachmentPurpose.SIGNED_ORIGINAL.value
PNG, PDF = "image/png", "application/pdf"
AGREEMENT = PaperKind.AGREEMENT
COPY = "副本第2次打印" * 2
"""At the head and at the foot of a page."""


@pytest.fixture
def agreement(station: Station, mediation: str) -> str:
    with station.store.read() as reader:
        (found,) = agreements_of(reader, mediation)
    return found.id


@pytest.fixture
def keyed(station: Station, tmp_path: Path) -> Desk:
    """The desk with a key of its own to sign papers with."""
    return replace(station.desk, keys=WrappedKeys(tmp_path / "keys", "a passphrase of ours"))


def put(station: Station, agreement: str, name: str, media_type: str, content: bytes) -> bytes:
    attach(station.desk, agreement, Content(name, media_type, content, SIGNED))
    return content


def said(finding: Finding) -> str:
    words = wording("zh")
    return "\n".join([told(finding, words), *notes(finding, words)])


def test_the_whole_file_has_the_signed_paper_in_the_place_of_the_text(
    station: Station, mediation: str, agreement: str, tmp_path: Path
) -> None:
    issue_paper(station.desk, AGREEMENT, agreement, reasons=REASON)
    put(station, agreement, "第一页.png", PNG, scans.picture(800, 1131, "PNG", "L"))
    put(station, agreement, "第二页.png", PNG, scans.picture(801, 1131, "PNG", "L"))
    part = bind_part(station.desk, mediation)
    bound = [c for c in part.contents if c.document == "agreement"]
    with station.store.read() as reader:
        assert [c.source for c in bound] == [file.id for file in signed_originals(reader, agreement)]
    pages = texts(part.pdf)
    assert not any("自愿达成如下协议" in page for page in pages)
    index = pages[1]
    assert f"人民调解协议书{bound[0].first}-{bound[1].last}" in index
    marks = {title: (level, page) for level, title, page in bookmarks(part.pdf)}
    assert marks["人民调解协议书"] == (0, bound[0].first)
    assert marks["第二页.png"] == (1, bound[1].first)
    check_structure(part.pdf, tmp_path)


def test_a_scan_that_comes_after_the_binding_is_an_appendix(station: Station, mediation: str, agreement: str) -> None:
    issue_paper(station.desk, AGREEMENT, agreement, reasons=REASON)
    _printed, first = give_out(station.desk, mediation)
    assert first is not None
    put(station, agreement, "签字.pdf", PDF, scans.scanned(2))
    _printed, second = give_out(station.desk, mediation)
    assert second is not None
    (bound,) = [c for c in second.contents if c.document == "agreement"]
    assert bound.last - bound.first == 1
    assert bound.first > first.contents[-1].last


def test_the_window_tells_the_signed_paper_before_the_text(station: Station, mediation: str, agreement: str) -> None:
    def story() -> Story:
        with station.store.read() as reader:
            return mediation_story(wording("zh"), station.clock, reader, mediation)

    attach(station.desk, mediation, Content("照片.png", PNG, scans.picture(80, 80, "PNG", "L")))
    told = [label for label, value in story().facts if value]
    assert "签字原件" not in told
    put(station, agreement, "签字.pdf", PDF, scans.scanned())
    told = [label for label, value in story().facts if value]
    assert told.index("签字原件") == told.index("第 1 条") - 1
    assert [file.name for file in story().files] == ["签字.pdf", "照片.png"]


def test_what_is_printed_again_is_a_copy_of_the_signed_paper(station: Station, agreement: str, tmp_path: Path) -> None:
    desk = station.desk
    computed = issue_paper(desk, AGREEMENT, agreement, reasons=REASON)
    put(station, agreement, "签字.pdf", PDF, scans.scanned(2))
    assert usual_copies(desk, AGREEMENT, agreement) == 1
    assert [page.replace("预览件不得使用", "") for page in texts(preview(desk, AGREEMENT, agreement))] == [
        "1" + COPY,
        "2" + COPY,
    ]
    again = issue_paper(desk, AGREEMENT, agreement)
    assert (computed.copy, again.copy) == (1, 2)
    assert texts(again.bytes) == ["1" + COPY, "2" + COPY]
    check_structure(again.bytes, tmp_path)
    with station.store.read() as reader:
        assert [(p.copy, bool(p.text)) for p in prints_of(reader, agreement)] == [(1, True), (2, False)]
        (scan,) = signed_originals(reader, agreement)
    withdraw(desk, scan.id, "扫描有误")
    assert issue_paper(desk, AGREEMENT, agreement).copy == 3
    assert "自愿达成如下协议" in "".join(texts(preview(desk, AGREEMENT, agreement)))


def test_of_an_agreement_that_was_signed_on_a_blank_form_only_copies_leave(station: Station, agreement: str) -> None:
    assert print_findings(station.desk, AGREEMENT, agreement)
    put(station, agreement, "手写.pdf", PDF, scans.scanned())
    assert print_findings(station.desk, AGREEMENT, agreement) == ()
    first = issue_paper(station.desk, AGREEMENT, agreement)  # no rule before print: it is signed
    assert (first.copy, texts(first.bytes)) == (2, ["1" + COPY])
    assert issue_paper(station.desk, AGREEMENT, agreement).copy == 3


def test_a_damaged_scan_is_named_and_nothing_is_recorded(station: Station, agreement: str) -> None:
    put(station, agreement, "坏.pdf", PDF, b"%PDF-1.7\nnothing")
    before = station.counts()
    with pytest.raises(RuleBroken, match=r"whole_file\.damaged"):
        issue_paper(station.desk, AGREEMENT, agreement)
    assert station.counts() == before


def test_a_proof_knows_the_signed_paper_and_says_that_it_counts(station: Station, keyed: Desk, agreement: str) -> None:
    paper = issue_paper(keyed, AGREEMENT, agreement, reasons=REASON).bytes
    (before,) = prove(keyed, paper)
    assert (before.verdict, before.original) == (Verdict.UNPUBLISHED, "")
    scan = put(station, agreement, "签字.pdf", PDF, scans.scanned())
    (found,) = prove(keyed, scan)
    assert (found.verdict, found.here) == (Verdict.SIGNED_ORIGINAL, True)
    assert said(found).startswith("签字原件：与本机保存的 人民调解协议书")
    (found,) = prove(keyed, paper)
    assert found.original == "签字.pdf"
    assert "内容以其为准" in said(found)
    flipped = bytearray(scan)
    flipped[len(scan) // 2] ^= 1
    assert prove(keyed, bytes(flipped))[0].verdict is Verdict.NO_CODE


def test_an_altered_text_is_told_word_by_word_where_the_printed_one_is_here(
    station: Station, keyed: Desk, visitor: Callable[..., Draft], tmp_path: Path
) -> None:
    visit = log_visit(keyed, station.draft("visit", **visitor(text="拖欠工资24347元。"))).id
    paper = issue_paper(keyed, PaperKind.REGISTRATION, visit).bytes
    text = f"{copied(paper)}\n{code_of(paper, tmp_path)}\n"
    (whole,) = prove_text(keyed, text)
    assert (whole.verdict, whole.changes) == (Verdict.UNPUBLISHED, ())
    (found,) = prove_text(keyed, text.replace("24347", "94347").replace("拖欠", "拖延"))
    assert found.verdict is Verdict.ALTERED
    assert len(found.changes) == 2  # on the sheet and on its slip
    was, now = found.changes[0]
    assert "拖欠工资24347元" in was
    assert "拖延工资94347元" in now
    assert f"不同的 2 处：打印时为“{was}”，此件为“{now}”；" in said(found)
    with station.store.write() as work:
        work.sql("DELETE FROM file", ())
    assert prove_text(keyed, text.replace("24347", "94347"))[0].changes == ()


def test_a_print_that_never_left_leaves_as_the_first_where_its_bytes_are_elsewhere(
    station: Station, visitor: Callable[..., Draft]
) -> None:
    desk = station.desk
    visit = log_visit(desk, station.draft("visit", **visitor())).id
    first = issue_paper(desk, PaperKind.REGISTRATION, visit)
    note_outcome(desk, first.print_id, PrintResult.NOT_TAKEN)
    with station.store.write() as work:
        work.sql("DELETE FROM file", ())
    again = issue_paper(desk, PaperKind.REGISTRATION, visit)
    assert again.copy == 1
    assert "副本" not in "".join(texts(again.bytes))
    with station.store.read() as reader:
        (stands,) = prints_of(reader, visit)
    assert (stands.id, stands.amends) == (again.print_id, first.print_id)
    assert issue_paper(desk, PaperKind.REGISTRATION, visit).copy == 2
