"""The whole file of a mediation as one PDF: in its order, numbered throughout, recorded, never changed afterwards."""

from __future__ import annotations

import io
import re
import resource
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from desktop.actions.attachments import Content, attach, withdraw
from desktop.actions.binding import Part, bind_part
from desktop.actions.case_documents import documents
from desktop.actions.file_parts import give_out, issue_copy, issue_part, standing
from desktop.actions.mediation_events import event_draft, note_event
from desktop.actions.mediations import follow_up
from desktop.actions.papers import issue_paper
from desktop.actions.placing import place
from desktop.actions.print_jobs import note_outcome
from desktop.actions.proving import Verdict, prove
from desktop.actions.whole_file import _HOLDS, parts
from desktop.commands.whole_file import placed
from desktop.forms.mediations import FOLLOW_UP_FORM
from desktop.forms.questions import fresh
from desktop.keys import WrappedKeys
from desktop.store.links import agreements_of, attachments_of, mediation_events_of, prints_of
from sync.records.errors import QianshaoError, Refused, RuleBroken, Unavailable
from sync.records.papers import OUT_OF_FILE, Attachment, PaperKind, Print, PrintResult
from tests.support import scans
from tests.support.archival import faults
from tests.support.pdf import check_structure
from tests.system.actions.conftest import SECRET, Station

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
NAME_ENDS = rb"(?![A-Z+])"
"""A subset of a font is named by six letters that its characters give: /PSOKGM+…"""


def put(station: Station, subject: str, name: str, media_type: str, content: bytes, document: str = "") -> str:
    """Attach a file and return its id."""
    attach(station.desk, subject, Content(name, media_type, content), document)
    with station.desk.store.read() as reader:
        return attachments_of(reader, subject)[-1].id


def texts(pdf: bytes) -> list[str]:
    """The text of each page, without white space."""
    read = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return ["".join(page.split()) for page in read.stdout.decode().split("\f")[:-1]]


def numbers(pdf: bytes) -> list[str]:
    """What stands in the box at the head of each page: on odd pages at the right, on even ones at the left."""
    found = []
    for page, _text in enumerate(texts(pdf), 1):
        for x in (0, 535):
            box = ["-f", str(page), "-l", str(page), "-x", str(x), "-y", "15", "-W", "60", "-H", "28"]
            read = subprocess.run(["pdftotext", *box, "-", "-"], input=pdf, capture_output=True, check=True)
            if word := re.sub("[^0-9]", "", read.stdout.decode()):
                found.append(f"{'left' if x == 0 else 'right'} {word}")
    return found


def bookmarks(pdf: bytes) -> list[tuple[int, str, int]]:
    """Level, title and page from 1 of each bookmark."""
    found: list[tuple[int, str, int]] = []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = {page.obj.objgen: number for number, page in enumerate(opened.pages, 1)}

        def walk(items: list[pikepdf.OutlineItem], level: int) -> None:
            for item in items:
                assert item.destination is not None
                found.append((level, item.title, pages[item.destination[0].objgen]))
                walk(item.children, level + 1)

        with opened.open_outline() as outline:
            walk(list(outline.root), 0)
    return found


@pytest.fixture
def full(station: Station, mediation: str) -> str:
    """The mediation with a joint session, proofs of identity, evidence, and the agreement's signed original."""
    desk = station.desk
    event = event_draft(desk, mediation) | {"kind": "joint", "text": "双方同意修复。", "side": None, "present": "双方"}
    note_event(desk, mediation, event)
    put(station, mediation, "身份证.jpg", JPEG, scans.picture(1000, 630), "identity")
    put(station, mediation, "现场照片.png", PNG, scans.picture(800, 600, "PNG", "L"))
    put(station, mediation, "签名原件.pdf", PDF, scans.scanned(3), "agreement")
    with desk.store.read() as reader:
        (agreed,) = agreements_of(reader, mediation)
    issue_paper(desk, PaperKind.AGREEMENT, agreed.id, reasons="双方在场确认")
    return mediation


def test_one_mediation_yields_its_whole_file_in_order(station: Station, full: str, tmp_path: Path) -> None:
    desk = station.desk
    part = bind_part(desk, full)
    pages = texts(part.pdf)
    order = [c.document for c in part.contents]
    assert order == [
        *("file_cover", "file_index", "application", "acceptance", "rights_notice", "identity", "investigation"),
        *("evidence", "evidence", "mediation_record", "mediation_record", "agreement", "agreement"),
        *("follow_up_record", "file_back"),
    ]
    assert part.contents[0].first == 1
    assert part.contents[-1].last == len(pages)
    for before, after in zip(part.contents, part.contents[1:], strict=False):
        assert after.first == before.last + 1
    assert numbers(part.pdf) == [f"{'right' if n % 2 else 'left'} {n}" for n in range(1, len(pages) + 1)]
    assert f"本卷宗共{len(pages)}页" in pages[-1]
    assert SECRET not in "".join(pages)
    assert part.missing == part.unvouched == ()
    check_structure(part.pdf, tmp_path)
    assert faults(part.pdf) == []


def test_the_index_says_where_each_document_is_and_bookmarks_lead_there(station: Station, full: str) -> None:
    part = bind_part(station.desk, full)
    pages = texts(part.pdf)
    index = pages[1]
    at = {c.document: c for c in reversed(part.contents)}
    signed = [c for c in part.contents if c.document == "agreement"]
    assert f"人民调解协议书{signed[0].first}-{signed[-1].last}" in index
    assert f"当事人身份证明{at['identity'].first}" in index
    assert f"人民调解受理登记表{at['acceptance'].first}" in index
    assert "人民调解受理登记表" in pages[at["acceptance"].first - 1]
    assert f"卷宗封底{len(pages)}" in index
    marks = bookmarks(part.pdf)
    assert (0, "卷内目录", 2) in marks
    assert (0, "当事人身份证明　身份证.jpg", at["identity"].first) in marks
    assert (1, "签名原件.pdf", signed[-1].first) in marks


def test_binding_is_recorded_with_its_bytes_and_what_is_on_which_page(station: Station, full: str) -> None:
    desk = station.desk
    part = bind_part(desk, full)
    with desk.store.read() as reader:
        assert not [p for p in prints_of(reader, full) if p.paper is PaperKind.CASE_FILE]  # bound, not recorded
    printed = issue_part(desk, part)
    with desk.store.read() as reader:
        fact = reader.get(printed.print_id)
        assert isinstance(fact, Print)
        kept = reader.get(fact.attachment or "")
        assert isinstance(kept, Attachment)
    assert fact.contents == part.contents
    assert any(face.startswith("WenKai ") for face in fact.faces)
    assert kept.digest == fact.digest
    assert kept.size == len(part.pdf)


def test_what_comes_later_is_an_appendix_and_the_first_part_stays_as_it_was(station: Station, full: str) -> None:
    desk = station.desk
    first, part = give_out(desk, full)
    assert part is not None
    last = part.pages[1]
    put(station, full, "转账凭证.jpg", JPEG, scans.picture(), "payment_receipt")
    state = standing(desk, full)
    assert (state.new, state.parts) == (1, ((1, last),))
    second, appendix = give_out(desk, full)
    assert appendix is not None
    pages = texts(appendix.pdf)
    assert appendix.contents[0].document == "file_index"
    assert appendix.pages[0] == last + 1
    assert numbers(appendix.pdf)[0].endswith(f" {last + 1}")
    assert "补充卷内目录" in pages[0]
    assert "第1次补充" in pages[0]
    paid = next(c for c in appendix.contents if c.document == "payment_receipt")
    assert str(paid.first) in pages[0]
    assert f"本卷宗共{appendix.pages[1]}页" in pages[-1]
    assert not {c.document for c in appendix.contents} & {"file_cover", "acceptance", "agreement"}
    assert faults(appendix.pdf) == []
    again = issue_copy(desk, full, 1)
    assert again.bytes.startswith(first.bytes)
    assert "副本第2次打印" in texts(again.bytes)[0]
    assert numbers(again.bytes)[: len(pages)] == numbers(first.bytes)[: len(pages)]
    assert faults(again.bytes) == []
    assert issue_copy(desk, full, 1).copy == 3
    assert issue_copy(desk, full, 2).copy == 2
    assert second.bytes == appendix.pdf


def test_with_nothing_new_it_is_given_out_as_a_copy(station: Station, full: str) -> None:
    desk = station.desk
    first, _part = give_out(desk, full)
    with pytest.raises(RuleBroken, match=r"whole_file\.nothing_new"):
        bind_part(desk, full)
    again, part = give_out(desk, full)
    assert (part, again.copy) == (None, 2)
    assert again.bytes.startswith(first.bytes)


def test_what_no_printer_took_leaves_again_as_it_was(station: Station, full: str) -> None:
    first, _part = give_out(station.desk, full)
    note_outcome(station.desk, first.print_id, PrintResult.NOT_TAKEN, reason="printing.printer_silent")
    again = issue_copy(station.desk, full, printer="前台")
    assert (again.copy, again.bytes) == (1, first.bytes)
    copy = issue_copy(station.desk, full)
    note_outcome(station.desk, copy.print_id, PrintResult.NOT_TAKEN, reason="printing.printer_silent")
    after = issue_copy(station.desk, full)
    assert (copy.copy, after.copy, after.bytes) == (2, 2, copy.bytes)
    with station.desk.store.read() as reader:
        part = reader.get(again.print_id)
        assert isinstance(part, Print)
        assert (part.amends, part.printer) == (first.print_id, "前台")
        assert [p.id for p in parts(reader, full)] == [part.id]
    assert standing(station.desk, full).new == 0


def test_a_return_visit_after_the_binding_is_new_and_nothing_else(station: Station, full: str) -> None:
    desk = station.desk
    _first, part = give_out(desk, full)
    assert part is not None
    agreed = next(c.source for c in part.contents if c.document == "agreement")
    seen = fresh(FOLLOW_UP_FORM, "follow_up", {"happened_at": station.clock.at.isoformat()})
    follow_up(desk, agreed, seen | {"text": "对方又漏水。", "performed": "part", "manner": "visit"})
    appendix = bind_part(desk, full)
    assert [c.document for c in appendix.contents] == ["file_index", "follow_up_record", "file_back"]
    assert "对方又漏水" in "".join(texts(appendix.pdf))


def test_what_was_printed_is_bound_as_it_was_printed(station: Station, full: str) -> None:
    desk = station.desk
    with desk.store.read() as reader:
        (event,) = [e for e in mediation_events_of(reader, full) if e.kind == "joint"]
    printed = issue_paper(desk, PaperKind.MEDIATION_RECORD, event.id)
    part = bind_part(desk, full)
    (bound,) = [c for c in part.contents if c.source == event.id]
    with desk.store.read() as reader:
        fact = reader.get(printed.print_id)
        assert isinstance(fact, Print)
    assert bound.digest == fact.digest


def test_confidences_withdrawn_files_and_files_kept_out_are_not_in_it(station: Station, full: str) -> None:
    desk = station.desk
    with desk.store.read() as reader:
        (alone,) = [e for e in mediation_events_of(reader, full) if e.kind == "separate"]
    put(station, alone.id, "私下.jpg", JPEG, scans.picture(300, 300), "evidence")
    kept_out = put(station, full, "不入卷.jpg", JPEG, scans.picture(310, 300))
    place(desk, kept_out, OUT_OF_FILE)
    gone = put(station, full, "撤回.jpg", JPEG, scans.picture(320, 300))
    withdraw(desk, gone, "放错了")
    part = bind_part(desk, full)
    titles = " ".join(title for _level, title, _page in bookmarks(part.pdf))
    assert not any(name in titles for name in ("私下", "不入卷", "撤回"))
    assert "现场照片" in titles


def test_a_scan_is_moved_to_its_document(station: Station, full: str) -> None:
    desk = station.desk
    with desk.store.read() as reader:
        photo = next(a for a in attachments_of(reader, full) if a.name.startswith("现场照片"))
    place(desk, photo.id, "investigation")
    part = bind_part(desk, full)
    assert [c.document for c in part.contents].count("investigation") == 2
    with pytest.raises(RuleBroken, match=r"whole_file\.no_document"):
        place(desk, photo.id, "nowhere")


def test_missing_documents_are_named_and_the_file_is_bound_all_the_same(station: Station, mediation: str) -> None:
    part = bind_part(station.desk, mediation)
    assert part.missing == ("records.paper_identity", "records.paperkind_agreement")
    assert part.held_back == ("人民调解协议书",)  # never printed, and nobody said why it may be
    statement = next(c for c in part.contents if c.document == "file_statement")
    assert "暂缺：当事人身份证明、人民调解协议书" in texts(part.pdf)[statement.first - 1]
    assert f"卷宗情况说明{statement.first}" in texts(part.pdf)[1]


CUT = scans.scanned(4)[: len(scans.scanned(4)) // 2] + b"\nstartxref\n9\n%%EOF"
BAD = {
    "damaged": ("坏.pdf", PDF, CUT),
    "no pdf": ("假.pdf", PDF, b"%PDF-1.7\n" + b"x" * 400 + b"startxref\n9\n%%EOF"),
    "locked": ("锁.pdf", PDF, scans.scanned(1, password="x")),
    "cut jpeg": ("断.jpg", JPEG, scans.picture()[:4000]),
    "cut png": ("断.png", PNG, scans.picture(form="PNG")[:-400]),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_scan_is_named_and_nothing_is_recorded(station: Station, full: str, name: str) -> None:
    desk = station.desk
    file, media_type, content = BAD[name]
    put(station, full, file, media_type, content, "evidence")
    before = station.counts()
    with pytest.raises(RuleBroken) as refused:
        give_out(desk, full)
    assert refused.value.key == ("whole_file.locked" if name == "locked" else "whole_file.damaged")
    assert refused.value.values["file"] == file
    assert station.counts() == before


def test_three_hundred_pages_are_bound_with_progress_and_stopped_at_any_page(station: Station, full: str) -> None:
    desk = station.desk
    put(station, full, "账册.pdf", PDF, scans.scanned(300), "evidence")
    told: list[int] = []
    before = station.counts()
    with pytest.raises(Refused, match=r"whole_file\.stopped"):
        bind_part(desk, full, lambda done, _of: told.append(done), lambda: bool(told) and told[-1] > 700)
    assert station.counts() == before
    stopped, told[:] = len(told), []
    part = bind_part(desk, full, lambda done, of: told.append(done * 1000 // of))
    assert stopped < len(told)
    assert told == sorted(told)
    assert len(told) > 300
    assert part.pages[1] > 310
    assert faults(part.pdf) == []


def test_a_scan_or_a_file_over_the_limit_is_refused_with_the_way_out(
    station: Station, full: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop.printing.whole import binder, limits
    from desktop.printing.whole import scans as scanning

    for given, key in (
        ({"scan_pages": 2}, "whole_file.scan_pages"),
        ({"part_pages": 5}, "whole_file.too_many_pages"),
        ({"part_bytes": 10_000}, "whole_file.too_large"),
    ):
        small = replace(limits.limits(), **given)
        for module in (binder, scanning):
            monkeypatch.setattr(module, "limits", lambda small=small: small)
        with pytest.raises(RuleBroken) as refused:
            bind_part(station.desk, full)
        assert refused.value.key == key


def test_a_photo_of_forty_megapixels_is_scaled(station: Station, full: str) -> None:
    put(station, full, "大照片.jpg", JPEG, scans.picture(7300, 5500), "evidence")
    part = bind_part(station.desk, full)
    with pikepdf.open(io.BytesIO(part.pdf)) as pdf:
        widths = [int(image.Width) for page in pdf.pages for image in page.get_images().values()]
    assert max(widths) == 2560
    assert len(part.pdf) < 5_000_000


def test_nothing_in_a_hostile_scan_survives_that_could_act(station: Station, full: str) -> None:
    put(station, full, "恶意.pdf", PDF, scans.hostile(), "evidence")
    part = bind_part(station.desk, full)
    objects = re.sub(rb"stream\r?\n.*?endstream", b"", part.pdf, flags=re.DOTALL)  # packed bytes spell anything
    for word in (b"/JavaScript", b"/JS", b"/AA", b"/OpenAction", b"/Launch", b"/EmbeddedFile", b"/AcroForm", b"/URI"):
        assert not re.search(word + NAME_ENDS, objects), word
    for word in (b"/Annots", b"/Widget", b"evil.exe", b"calc.exe", b"/OPI", b"/PS"):
        assert not re.search(word + NAME_ENDS, objects), word
    drawn = next(c for c in part.contents if c.source and "恶意" in _name(station, c.source))
    read = subprocess.run(
        ["pdftoppm", "-r", "20", "-f", str(drawn.first), "-l", str(drawn.first), "-"],
        input=part.pdf,
        capture_output=True,
        check=True,
    ).stdout
    assert b"\x00\xff\x00" in read  # what its field showed is drawn: a seal would be
    assert part.unvouched == ("恶意.pdf",)
    assert b"pdfaid" not in part.pdf


def _name(station: Station, source: str) -> str:
    with station.desk.store.read() as reader:
        return getattr(reader.get(source), "name", "")


def test_what_changed_while_it_was_bound_is_not_recorded_over(station: Station, full: str) -> None:
    desk = station.desk
    part: Part = bind_part(desk, full)
    put(station, full, "迟到.jpg", JPEG, scans.picture(400, 400), "evidence")
    before = station.counts()
    with pytest.raises(RuleBroken, match=r"whole_file\.changed"):
        issue_part(desk, part)
    assert station.counts() == before
    assert give_out(desk, full)[1] is not None


def test_the_same_file_is_the_same_bytes(station: Station, full: str) -> None:
    assert bind_part(station.desk, full).pdf == bind_part(station.desk, full).pdf


def test_who_may_not_print_binds_nothing(station: Station, full: str) -> None:
    desk = replace(station.desk, session=replace(station.desk.session, roles=frozenset()))
    with pytest.raises(QianshaoError):
        bind_part(desk, full)


def test_each_paper_in_a_bound_file_proves_itself_and_a_scan_behind_it_does_not_count(
    station: Station, full: str, tmp_path: Path
) -> None:
    desk = replace(station.desk, keys=WrappedKeys(tmp_path / "keys", "a passphrase of ours"))
    part = bind_part(desk, full)
    found = prove(desk, part.pdf)
    said = {finding.pages: finding.verdict for finding in found}
    for bound in part.contents:
        if bound.document == "agreement" and bound.source.startswith("agr"):
            continue  # printed before there was a key
        if bound.source.startswith("att"):
            continue
        assert said[(bound.first, bound.last)] is Verdict.UNPUBLISHED, (bound, found)
    proofs = next(c for c in part.contents if c.document == "identity")
    assert said[(proofs.first, proofs.last)] is Verdict.NO_CODE


def test_a_disk_without_room_costs_one_sentence_and_nothing_is_recorded(
    station: Station, full: str, tmp_path: Path
) -> None:
    """The kernel refuses what is written beyond a limit, as a full disk does; only the file to be written meets it."""
    part = bind_part(station.desk, full)
    before, (soft, hard) = station.counts(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(part.pdf) // 2, hard))
    try:
        with pytest.raises(Unavailable, match=r"cli\.cannot_write"), placed(tmp_path / "a.pdf", part.pdf):
            issue_part(station.desk, part)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(tmp_path.glob("*a.pdf*"))
    assert station.counts() == before
    with placed(tmp_path / "a.pdf", part.pdf):
        issue_part(station.desk, part)
    assert (tmp_path / "a.pdf").read_bytes() == part.pdf


def test_the_list_of_documents_asks_only_for_what_is_known() -> None:
    assert {document.unasked for document in documents()} - {""} == _HOLDS.keys()
