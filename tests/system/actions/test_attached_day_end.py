"""Attachments travel with the day end to a real district; one that it will not have is held and holds nobody up."""

from __future__ import annotations

import hashlib

import pytest

from desktop.actions.attachments import FILES, Content, attach, entry, keep_with_draft, withdraw
from desktop.actions.day_end import connect
from desktop.actions.fetching import read_or_fetch
from desktop.actions.held import send_held_again
from desktop.actions.visits import log_visit
from desktop.files.attached import PDF, PNG
from desktop.forms.questions import fresh
from desktop.forms.visits import VISIT_FORM
from desktop.store.files import has_file, put_file
from desktop.store.held import list_held
from desktop.store.links import attachments_of
from sync.client.file_lane import FileProgress
from sync.protocol.version import MAX_FILE_BYTES
from sync.records.errors import Refused
from sync.records.kinds import new_id
from sync.records.papers import Attachment
from tests.support import pictures
from tests.system.actions.test_exchange import Enrolled, district, enrolled

__all__ = ["district", "enrolled"]

PHOTO = Content("现场.png", PNG, pictures.png())
SCAN = Content("合同.pdf", PDF, pictures.pdf())


def _visit(enrolled: Enrolled, *files: Content) -> str:
    draft = fresh(VISIT_FORM, "visit", {"name": "张伟", "text": "漏水", "happened_at": enrolled.desk.now().isoformat()})
    draft[FILES] = [entry(file) for file in files]
    for file in files:
        keep_with_draft(enrolled.desk, VISIT_FORM, draft, file)
    return log_visit(enrolled.desk, draft).id


def _there(enrolled: Enrolled, digest: str) -> bytes:
    http = connect(enrolled.home, enrolled.store.key_id, enrolled.keys)
    try:
        return http.get_file(digest)
    finally:
        http.close()


def test_a_visit_s_files_and_their_withdrawal_reach_the_district(enrolled: Enrolled) -> None:
    visit = _visit(enrolled, PHOTO)
    end = enrolled.day_end()
    assert (end.agreed, end.files_waiting, end.bytes_waiting, end.held, end.unsent) == (
        True,
        1,
        len(PHOTO.content),
        0,
        0,
    )
    assert enrolled.send_files() == FileProgress(1, 0, 1, len(PHOTO.content), len(PHOTO.content))
    assert _there(enrolled, PHOTO.digest) == PHOTO.content
    with enrolled.store.read() as reader:
        (first,) = attachments_of(reader, visit)
    attach(enrolled.desk, visit, SCAN)
    withdraw(enrolled.desk, first.id, "拍到了别人")
    end = enrolled.day_end()
    assert (end.agreed, end.files_waiting, end.held) == (True, 1, 0)
    assert enrolled.send_files().sent == 1
    assert enrolled.held_alike(enrolled.store)
    assert _there(enrolled, SCAN.digest) == SCAN.content


def test_bytes_that_are_not_here_come_from_the_district_when_they_are_asked_for(enrolled: Enrolled) -> None:
    visit = _visit(enrolled, PHOTO)
    with enrolled.store.read() as reader:
        (photo,) = attachments_of(reader, visit)
    with enrolled.store.write() as work:  # as at another desk of the unit: it pulled the record alone
        work.sql("UPDATE record SET state = 'settled' WHERE id = ?", (photo.id,))
        work.sql("DELETE FROM file WHERE digest = ?", (photo.digest,))
    with pytest.raises(Refused):  # nobody has them
        read_or_fetch(enrolled.desk, enrolled.home, enrolled.keys, photo.id)
    with enrolled.store.write() as work:
        put_file(work, PHOTO.digest, PHOTO.content)
        work.sql("UPDATE record SET state = 'unsent' WHERE id = ?", (photo.id,))
    assert enrolled.day_end().files_waiting == 1
    assert enrolled.send_files().sent == 1
    with enrolled.store.write() as work:
        work.sql("DELETE FROM file WHERE digest = ?", (photo.digest,))
    assert read_or_fetch(enrolled.desk, enrolled.home, enrolled.keys, photo.id)[1] == PHOTO.content
    with enrolled.store.read() as reader:
        assert has_file(reader, PHOTO.digest)


def test_a_file_that_the_district_will_not_have_holds_up_neither_the_others_nor_the_receipt(enrolled: Enrolled) -> None:
    visit = _visit(enrolled, PHOTO)
    content = b"%PDF-1.7" + bytes(MAX_FILE_BYTES)  # another program's desk has other limits
    digest = hashlib.sha256(content).hexdigest()
    large = Attachment(
        id=new_id("attachment"),
        made=enrolled.desk.made(),
        subject=visit,
        name="录像.pdf",
        media_type=PDF,
        size=len(content),
        digest=digest,
    )
    with enrolled.store.write() as work:
        put_file(work, digest, content)
        work.add(large)
    end = enrolled.day_end()
    assert (end.agreed, end.files_waiting, end.held, end.unsent) == (True, 2, 0, 0)
    sent = enrolled.send_files()
    assert (sent.sent, sent.held, sent.waiting) == (1, 1, 0)
    with enrolled.store.read() as reader:
        (row,) = list_held(reader)
    assert (row.id, row.title, row.reason, row.staff_name) == (large.id, "录像.pdf", "protocol.too_large", "李文静")
    assert _there(enrolled, PHOTO.digest) == PHOTO.content
    assert enrolled.day_end().files_waiting == 0  # it waits for a person
    send_held_again(enrolled.desk, large.id)
    end = enrolled.day_end()
    assert (end.agreed, end.files_waiting, enrolled.send_files().held) == (True, 1, 1)
    with pytest.raises(Refused):
        _there(enrolled, digest)
