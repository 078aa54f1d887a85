"""Attachments through their verbs, into a real encrypted store: with a draft, with its record, afterwards, and out."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from desktop.actions.attachments import (
    FILES,
    Content,
    attach,
    entry,
    keep_with_draft,
    leave_out,
    must_take,
    read_attachment,
    save_copy,
    withdraw,
)
from desktop.actions.confirming import CONFIRMED, shown_of
from desktop.actions.drafts import discard, take_up, waiting_drafts
from desktop.actions.visits import amend_visit, log_visit, visit_draft
from desktop.files.attached import PNG, limits
from desktop.forms.form import Draft
from desktop.forms.visits import VISIT_FORM
from desktop.store.files import has_file, put_file
from desktop.store.links import attachments_of
from desktop.store.tables import file
from sync.records.audit import Erasure
from sync.records.errors import QianshaoError, Refused, RuleBroken, Unavailable
from sync.records.kinds import new_id
from sync.records.papers import Attachment
from tests.support import pictures
from tests.system.actions.conftest import Station

Enter = Callable[..., Draft]
PHOTO = Content("现场.png", PNG, pictures.png())
SKETCH = Content("草图.png", PNG, pictures.png(12, 12))


def drafted(station: Station, visitor: Enter, *files: Content) -> Draft:
    draft = station.draft("visit", **visitor())
    for each in files:
        draft = {**draft, FILES: [*draft.get(FILES, []), entry(each)]}
        keep_with_draft(station.desk, VISIT_FORM, draft, each)
    return draft


def held(station: Station) -> int:
    with station.store.read() as reader:
        return int(reader.conn.scalar(select(func.count()).select_from(file)) or 0)


def of(station: Station, subject: str) -> list[Attachment]:
    with station.store.read() as reader:
        return attachments_of(reader, subject)


def why(verb: Callable[..., Any], *given: Any) -> str:
    with pytest.raises(QianshaoError) as caught:
        verb(*given)
    return caught.value.key


def test_files_wait_with_their_draft_and_are_saved_with_its_record(station: Station, visitor: Enter) -> None:
    draft = drafted(station, visitor, PHOTO, SKETCH)
    (waiting,) = waiting_drafts(station.desk)
    _, again = take_up(station.desk, waiting.id)
    assert [f["name"] for f in again[FILES]] == ["现场.png", "草图.png"]
    assert station.counts().get("attachment", 0) == 0
    visit = log_visit(station.desk, again)
    assert log_visit(station.desk, draft).id == visit.id
    found = of(station, visit.id)
    assert [a.name for a in found] == ["现场.png", "草图.png"]
    assert read_attachment(station.desk, found[0].id)[1] == PHOTO.content
    assert waiting_drafts(station.desk) == []


def test_a_visit_and_its_files_are_saved_together_or_not_at_all(station: Station, visitor: Enter) -> None:
    draft = drafted(station, visitor, PHOTO)
    lost = {**draft, FILES: [*draft[FILES], entry(SKETCH)]}
    assert why(log_visit, station.desk, lost) == "attachments.lost"
    assert station.counts().get("visit", 0) == 0
    assert station.counts().get("attachment", 0) == 0
    assert len(waiting_drafts(station.desk)) == 1


def test_a_file_that_nothing_names_any_more_is_forgotten(station: Station, visitor: Enter) -> None:
    first, second = drafted(station, visitor, PHOTO, SKETCH), drafted(station, visitor, PHOTO)
    leave_out(station.desk, VISIT_FORM, {**first, FILES: first[FILES][:1]}, SKETCH.digest)
    assert held(station) == 1
    discard(station.desk, first["_id"])
    assert held(station) == 1  # the other draft has it, too
    visit = log_visit(station.desk, second)
    discard(station.desk, second["_id"])
    assert held(station) == 1
    assert of(station, visit.id)[0].digest == PHOTO.digest


def test_a_correction_adds_to_the_visit_s_files(station: Station, visitor: Enter) -> None:
    visit = log_visit(station.desk, drafted(station, visitor, PHOTO))
    draft = {**visit_draft(station.desk, visit.id), "amend_reason": "补材料", FILES: [entry(SKETCH)]}
    keep_with_draft(station.desk, VISIT_FORM, draft, SKETCH, record=visit.id)
    amend_visit(station.desk, visit.id, draft)
    assert [a.name for a in of(station, visit.id)] == ["现场.png", "草图.png"]


def test_one_is_added_later_once_and_withdrawn_with_a_reason(station: Station, visitor: Enter) -> None:
    visit = log_visit(station.desk, station.draft("visit", **visitor()))
    attach(station.desk, visit.id, PHOTO)
    assert why(attach, station.desk, visit.id, PHOTO) == "attachments.already"
    (first,) = of(station, visit.id)
    assert why(withdraw, station.desk, first.id, "  ") == "attachments.reason_needed"
    withdraw(station.desk, first.id, "拍到了别人")
    (standing,) = of(station, visit.id)
    assert (standing.withdrawn, standing.amends, standing.amend_reason) == (True, first.id, "拍到了别人")
    assert why(withdraw, station.desk, first.id, "x") == "attachments.withdrawn_already"
    assert why(withdraw, station.desk, standing.id, "x") == "attachments.withdrawn_already"
    attach(station.desk, visit.id, PHOTO)  # what was taken back may be handed in again
    assert [a.withdrawn for a in of(station, visit.id)] == [True, False]


def test_a_record_has_so_many_files_at_most() -> None:
    digests = [f"{at:064x}" for at in range(limits().files)]
    must_take(digests[1:], PHOTO)
    with pytest.raises(RuleBroken) as caught:
        must_take(digests, PHOTO)
    assert caught.value.key == "attachments.too_many"


def test_a_clear_copy_is_for_its_owner_with_a_reason_and_in_the_log(
    station: Station, visitor: Enter, tmp_path: Path
) -> None:
    visit = log_visit(station.desk, drafted(station, visitor, PHOTO))
    (found,) = of(station, visit.id)
    target = tmp_path / "现场.png"
    assert why(save_copy, station.desk, found.id, target, "") == "attachments.reason_needed"
    assert not target.exists()
    save_copy(station.desk, found.id, target, "法院调取")
    assert target.read_bytes() == PHOTO.content
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with station.store.read() as reader:
        entries = [reader.get(i) for k, i, _ in _records(reader) if k == "audit_entry"]
    (entry_,) = [e for e in entries if e.subject == found.id]
    assert entry_.detail == f"attachment sha256={PHOTO.digest} reason=法院调取"
    with pytest.raises(Unavailable):
        save_copy(station.desk, found.id, tmp_path / "no" / "folder.png", "法院调取")


def test_bytes_go_with_the_last_record_that_names_them(station: Station, visitor: Enter) -> None:
    visit = log_visit(station.desk, drafted(station, visitor, PHOTO))
    attach(station.desk, visit.id, SKETCH)
    first, second = of(station, visit.id)
    withdraw(station.desk, first.id, "拍到了别人")
    taken_back = of(station, visit.id)[-1]
    for target, left in ((first, True), (taken_back, False)):
        with station.store.write() as work:
            work.add(Erasure(id=new_id("erasure"), made=station.desk.made(), target=target.id, reason="本人要求"))
        with station.store.read() as reader:
            assert has_file(reader, PHOTO.digest) is left
            assert has_file(reader, SKETCH.digest)
    assert why(read_attachment, station.desk, first.id) == "attachments.no_attachment"
    assert read_attachment(station.desk, second.id)[1] == SKETCH.content


def test_one_whose_bytes_are_elsewhere_is_told(station: Station, visitor: Enter) -> None:
    visit = log_visit(station.desk, station.draft("visit", **visitor()))
    made = station.desk.made()
    name = {"name": "别处.png", "media_type": PNG, "size": 9, "digest": "0" * 64}
    record = Attachment(id=new_id("attachment"), made=made, subject=visit.id, **name)
    with station.store.write() as work:
        work.add(record)
        put_file(work, PHOTO.digest, PHOTO.content)
    with pytest.raises(Refused, match="not_here"):
        read_attachment(station.desk, record.id)


def _records(reader: Any) -> list[tuple[str, str, bytes]]:
    from desktop.store.tally import records

    return list(records(reader))


def test_what_a_resident_confirmed_is_saved_only_while_it_stands(station: Station, visitor: Enter) -> None:
    draft = station.draft("visit", **visitor())
    draft = {**draft, CONFIRMED: shown_of(draft).mark}
    assert why(log_visit, station.desk, {**draft, "text": f"{draft['text']}，另有一事"}) == "confirm.changed"
    assert station.counts().get("visit", 0) == 0
    assert log_visit(station.desk, draft).number


@pytest.mark.parametrize("given", [{"channel": "phone"}, {"hidden": True}, {"text": " "}])
def test_nobody_who_is_not_there_is_asked(station: Station, visitor: Enter, given: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken):
        shown_of({**station.draft("visit", **visitor()), **given})
