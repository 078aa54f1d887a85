"""One suite for files that come in pieces, on SQLCipher and PostgreSQL: whose, how many, sealed, whole or not."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from sync.records.audit import Erasure
from sync.records.errors import Damaged, Refused, Unavailable
from sync.records.kinds import new_id
from sync.records.papers import Attachment
from sync.server import attachments, file_keys, uploads
from sync.server.sealing import Sealer
from sync.server.store import uploads as kept
from sync.server.store.files import PART_BYTES, list_file, read_parts
from sync.server.store.schema import file, file_part, upload, upload_part
from sync.server.store.store import DistrictStore
from sync.server.uploads import MOST_UNFINISHED, Wanted, WrongOffset
from tests.support.district import Desk, enrol_desk

PDF = b"%PDF-1.7\n" + os.urandom(40_000) + "王登记的签名".encode()


def paper(desk: Desk, content: bytes, **changes: object) -> Attachment:
    """An accepted record that names ``content``."""
    digest = hashlib.sha256(content).hexdigest()
    values = {"subject": new_id("agreement"), "name": "协议书.pdf", "media_type": "application/pdf"}
    values |= {"size": len(content), "digest": digest} | changes
    record = Attachment(id=new_id("attachment"), made=desk.made(), **values)  # type: ignore[arg-type]
    assert desk.reasons(record) == [""]
    return record


def wanted(record: Attachment) -> Wanted:
    return Wanted(record.size, record.digest, record.id, "")


def begun(desk: Desk, content: bytes = PDF) -> kept.Upload:
    return uploads.begin(desk.district, desk.who(), wanted(paper(desk, content)), os.urandom(12).hex())


def test_pieces_of_any_size_become_the_file(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    content = b"\x89PNG\r\n\x1a\n" + os.urandom(3 * PART_BYTES)
    one = begun(desk, content)
    at = 0
    for size in (1, 3, 3, 5, 70_000, 1, PART_BYTES + 7, 300_000, len(content)):
        one = uploads.add(district_store, desk.who(), one.upload, at, content[at : at + size])
        at = one.received
    assert (one.received, one.whole) == (len(content), True)
    assert attachments.give(district_store, desk.who(), one.digest) == content
    found = attachments.find(district_store, desk.who(), one.digest)
    assert (found.size, found.media_type) == (len(content), "image/png")
    cut = b"".join(attachments.pieces(district_store, one.digest, 1_000_001, 1_200_000))
    assert cut == content[1_000_001:1_200_000]
    with district_store.read() as conn:
        assert conn.execute(upload_part.select()).all() == []
        assert len(conn.execute(file_part.select()).all()) <= 6, "small pieces were joined"


def test_an_answer_that_was_missed_is_given_again(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    one = begun(desk)
    uploads.add(district_store, desk.who(), one.upload, 0, PDF[:1000])
    assert uploads.find(district_store, desk.who(), one.upload).received == 1000
    with pytest.raises(WrongOffset) as wrong:
        uploads.add(district_store, desk.who(), one.upload, 0, PDF[:1000])
    assert wrong.value.received == 1000
    uploads.add(district_store, desk.who(), one.upload, 1000, PDF[1000:])
    again = uploads.find(district_store, desk.who(), one.upload)
    assert (again.received, again.whole) == (len(PDF), True)


def test_a_server_that_was_killed_before_the_check_makes_it_when_somebody_asks(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    one = begun(desk)
    with district_store.write() as conn:  # all bytes are committed, and the process is gone
        kept.add_bytes(conn, district_store.sealer, one, PDF, one.expires_at)
    with pytest.raises(Refused, match=r"protocol\.no_such_file"):
        attachments.find(district_store, desk.who(), one.digest)
    assert uploads.find(district_store, desk.who(), one.upload).whole
    assert attachments.give(district_store, desk.who(), one.digest) == PDF


def test_other_bytes_than_those_of_the_digest_are_refused_and_nothing_of_them_stays(
    district_store: DistrictStore,
) -> None:
    desk = enrol_desk(district_store)
    one = begun(desk)
    with pytest.raises(Refused, match=r"protocol\.bad_file"):
        uploads.add(district_store, desk.who(), one.upload, 0, PDF[:-1] + b"?")
    with pytest.raises(Refused, match=r"protocol\.no_such_upload"):
        uploads.find(district_store, desk.who(), one.upload)
    with district_store.read() as conn:
        assert conn.execute(upload_part.select()).all() == conn.execute(file.select()).all() == []


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00" + bytes(100), b"<svg onload=alert(1)>" + bytes(9), b"PK\x03\x04" * 9]
)
def test_a_foreign_type_is_refused_at_its_first_bytes_whatever_its_record_says(
    district_store: DistrictStore, content: bytes
) -> None:
    desk = enrol_desk(district_store)
    one = begun(desk, content)
    uploads.add(district_store, desk.who(), one.upload, 0, content[:5])
    with pytest.raises(Refused, match=r"protocol\.foreign_type"):
        uploads.add(district_store, desk.who(), one.upload, 5, content[5:10])
    with pytest.raises(Refused, match=r"protocol\.foreign_type"):
        attachments.take(district_store, desk.who(), one.digest, content)


def test_a_picture_is_smaller_than_a_bound_file(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    record = paper(desk, b"\xff\xd8\xff" + bytes(20), size=21 * 1024 * 1024)
    one = uploads.begin(district_store, desk.who(), wanted(record), "a")
    with pytest.raises(Refused, match=r"protocol\.too_large"):
        uploads.add(district_store, desk.who(), one.upload, 0, b"\xff\xd8\xff" + bytes(2000))
    large = paper(desk, b"%PDF-1.4", size=65 * 1024 * 1024)
    with pytest.raises(Refused, match=r"protocol\.too_large"):
        uploads.begin(district_store, desk.who(), wanted(large), "b")


def test_only_what_an_accepted_record_of_the_own_unit_names_is_let_in(district_store: DistrictStore) -> None:
    desk, stranger = enrol_desk(district_store), enrol_desk(district_store, "玉塘社区", "钱登记")
    mine = paper(desk, PDF)
    cases = [
        (stranger, wanted(mine), "protocol.no_such_file"),
        (desk, replace(wanted(mine), record=new_id("attachment")), "protocol.no_such_file"),
        (desk, replace(wanted(mine), digest="0" * 64), "protocol.no_such_file"),
        (desk, replace(wanted(mine), digest="../../etc/passwd"), "protocol.bad_file"),
        (desk, replace(wanted(mine), size=mine.size + 1), "protocol.bad_file"),
        (desk, replace(wanted(mine), size=0), "protocol.bad_file"),
    ]
    for who, asked, reason in cases:
        with pytest.raises(Refused, match=reason.replace(".", r"\.")):
            uploads.begin(district_store, who.who(), asked, "x")


def test_another_device_s_upload_is_not_there(district_store: DistrictStore) -> None:
    desk, colleague = enrol_desk(district_store), enrol_desk(district_store, staff_name="赵登记")
    one = begun(desk)
    for act in (
        lambda: uploads.find(district_store, colleague.who(), one.upload),
        lambda: uploads.add(district_store, colleague.who(), one.upload, 0, PDF),
        lambda: uploads.end(district_store, colleague.who(), one.upload),
    ):
        with pytest.raises(Refused, match=r"protocol\.no_such_upload"):
            act()
    uploads.end(district_store, desk.who(), one.upload)
    with pytest.raises(Refused, match=r"protocol\.no_such_upload"):
        uploads.find(district_store, desk.who(), one.upload)


def test_a_device_has_so_many_under_way_and_no_more(district_store: DistrictStore) -> None:
    desk, colleague = enrol_desk(district_store), enrol_desk(district_store, staff_name="赵登记")
    papers = [paper(desk, b"%PDF-1.4 " + bytes([n])) for n in range(MOST_UNFINISHED + 1)]
    for at, record in enumerate(papers[:-1]):
        uploads.begin(district_store, desk.who(), wanted(record), f"n{at}")
    with pytest.raises(Refused, match=r"protocol\.too_many_uploads"):
        uploads.begin(district_store, desk.who(), wanted(papers[-1]), "over")
    uploads.begin(district_store, desk.who(), wanted(papers[0]), "again")  # begun anew: the former one is dropped
    with pytest.raises(Refused, match=r"protocol\.no_such_upload"):
        uploads.find(district_store, desk.who(), "n0")
    uploads.begin(district_store, colleague.who(), wanted(papers[-1]), "theirs")
    with district_store.read() as conn:
        assert kept.unfinished(conn, desk.device.device).count == MOST_UNFINISHED


def test_what_is_not_finished_in_its_time_is_forgotten(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    one = begun(desk)
    uploads.add(district_store, desk.who(), one.upload, 0, PDF[:5000])
    with district_store.write() as conn:
        conn.execute(upload.update().values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    with pytest.raises(Refused, match=r"protocol\.no_such_upload"):
        uploads.add(district_store, desk.who(), one.upload, 5000, PDF[5000:])
    assert file_keys.tidy(district_store) == 1
    with district_store.read() as conn:
        assert conn.execute(upload_part.select()).all() == []


def test_an_erased_record_s_bytes_are_destroyed_also_under_way(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    record = paper(desk, PDF)
    one = uploads.begin(district_store, desk.who(), wanted(record), "a")
    uploads.add(district_store, desk.who(), "a", 0, PDF[:5000])
    desk.push(Erasure(id=new_id("erasure"), made=desk.made(), target=record.id, reason="误传"))
    with district_store.read() as conn:
        assert conn.execute(upload_part.select()).all() == []
    with pytest.raises(Refused, match=r"protocol\.no_such_upload"):
        uploads.add(district_store, desk.who(), one.upload, 5000, PDF[5000:])
    other = paper(desk, PDF)
    attachments.take(district_store, desk.who(), other.digest, PDF)
    desk.push(Erasure(id=new_id("erasure"), made=desk.made(), target=other.id, reason="误传"))
    with district_store.read() as conn:
        assert conn.execute(file_part.select()).all() == []


def test_bytes_lie_sealed_and_one_that_was_altered_or_moved_does_not_open(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    record = paper(desk, PDF)
    attachments.take(district_store, desk.who(), record.digest, PDF)
    under_way = begun(desk, PDF + b"%%EOF")
    uploads.add(district_store, desk.who(), under_way.upload, 0, PDF)
    with district_store.read() as conn:
        found = [bytes(row.sealed) for table in (file_part, upload_part) for row in conn.execute(table.select())]
    assert len(found) == 2
    assert not any("王登记".encode() in sealed or b"%PDF" in sealed for sealed in found)
    with pytest.raises(Damaged, match=r"district\.damaged_file"):
        Sealer(os.urandom(32)).open(record.digest, 0, found[0])
    with district_store.write() as conn:
        conn.execute(file_part.update().values(sealed=found[0][:-1] + bytes([found[0][-1] ^ 1])))
    with pytest.raises(Damaged, match=r"district\.damaged_file"):
        attachments.find(district_store, desk.who(), record.digest)


def test_what_an_older_program_kept_as_it_came_is_given_out_and_sealed_at_the_next_start(
    district_store: DistrictStore,
) -> None:
    desk = enrol_desk(district_store)
    content = PDF * 60
    record = paper(desk, content)
    with district_store.write() as conn:
        list_file(conn, record.digest, len(content), datetime.now(UTC))
        conn.execute(file.update().values(content=content))
    assert attachments.give(district_store, desk.who(), record.digest) == content
    file_keys.tidy(district_store)
    with district_store.read() as conn:
        assert conn.execute(text("SELECT length(content) FROM file")).scalar() == 0
        assert b"".join(read_parts(conn, district_store.sealer, record.digest, 0, len(content))) == content
    assert attachments.give(district_store, desk.who(), record.digest) == content


def test_a_key_that_is_not_the_district_s_is_refused_before_anything_is_sealed_by_it(postgres_url: str) -> None:
    key = os.urandom(32)
    store = DistrictStore.create(postgres_url, key)
    file_keys.note_key(store)
    store.close()
    other = DistrictStore.open(postgres_url, os.urandom(32))
    with pytest.raises(Refused, match=r"district\.other_files_key"):
        file_keys.note_key(other)
    other.close()
    keyless = DistrictStore.open(postgres_url, None)
    with pytest.raises(Unavailable, match=r"district\.no_files_key"):
        _ = keyless.sealer
    keyless.close()


ENVELOPE = b"age-encryption.org/v1\n-> X25519 " + os.urandom(9000)


def test_an_envelope_is_taken_for_an_accusation_and_for_nothing_else(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    about = {"name": "1.age", "media_type": "application/age"}
    for subject in ("matter", "accusation"):
        content = ENVELOPE + subject.encode()
        record = paper(desk, content, subject=new_id(subject), **about)
        one = uploads.begin(district_store, desk.who(), wanted(record), os.urandom(12).hex())
        if subject == "matter":
            with pytest.raises(Refused, match="foreign_type"):
                uploads.add(district_store, desk.who(), one.upload, 0, content[:4000])
            with pytest.raises(Refused, match="foreign_type"):
                attachments.take(district_store, desk.who(), record.digest, content)
            continue
        uploads.add(district_store, desk.who(), one.upload, 0, content[:4000])
        assert uploads.add(district_store, desk.who(), one.upload, 4000, content[4000:]).whole
        assert attachments.give(district_store, desk.who(), record.digest) == content
        assert attachments.find(district_store, desk.who(), record.digest).media_type == attachments.OTHER
    named_twice = ENVELOPE + b"twice"
    paper(desk, named_twice, subject=new_id("accusation"), **about)
    record = paper(desk, named_twice, subject=new_id("visit"), **about)
    with pytest.raises(Refused, match="foreign_type"):
        attachments.take(district_store, desk.who(), record.digest, named_twice)


def test_no_station_has_a_file_of_an_accusation_erased(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    sealed = paper(desk, ENVELOPE, subject=new_id("accusation"), name="1.age", media_type="application/age")
    other = paper(desk, PDF)
    late = replace(sealed, id=new_id("attachment"))
    erasures = [
        Erasure(id=new_id("erasure"), made=desk.made(), target=one.id, reason="写错了") for one in (sealed, other, late)
    ]
    told = desk.reasons(erasures[0], erasures[1], late, erasures[2])
    assert told == ["protocol.not_erasable", "", "", "protocol.not_erasable"]
