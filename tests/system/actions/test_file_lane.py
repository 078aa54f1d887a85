"""A station's files over a line that breaks, to a district's process: pieces, older ones, cancelling, downloads."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator

import pytest

from desktop.actions.attachments import Content, attach
from desktop.actions.day_end import secret_text
from desktop.store.held import list_held
from desktop.store.journal import StoreJournal
from sync.client.downloads import fetch
from sync.client.file_lane import MOST_MISSES, FileLane, FileProgress, send_all
from sync.client.http import HttpDistrict
from sync.records.errors import Damaged, Refused, Unavailable
from sync.records.media import PDF
from tests.support.breaking_line import BreakingLine, Moment
from tests.system.actions.test_attached_day_end import _visit
from tests.system.actions.test_exchange import Enrolled, district, enrolled

__all__ = ["district", "enrolled"]

SIZE = 8_000_000


@pytest.fixture
def line(enrolled: Enrolled) -> Iterator[BreakingLine]:
    """The way to the district."""
    with BreakingLine(enrolled.district.url) as line:
        yield line


@pytest.fixture
def http(enrolled: Enrolled, line: BreakingLine) -> Iterator[HttpDistrict]:
    """The district over that line."""
    secret = secret_text(enrolled.keys.device_secret(enrolled.store.key_id))
    made = HttpDistrict(line.url, enrolled.home.settings.device, secret, None)
    yield made
    made.close()


def waiting_file(enrolled: Enrolled, content: bytes = b"") -> Content:
    """A file of an accepted record, that the district does not have yet."""
    paper = Content("合同.pdf", PDF, content or b"%PDF-1.7\n" + os.urandom(SIZE))
    attach(enrolled.desk, _visit(enrolled), paper)
    assert enrolled.day_end().agreed
    return paper


def lane(enrolled: Enrolled, http: HttpDistrict, *, in_pieces: bool = True) -> FileLane:
    return FileLane(StoreJournal(enrolled.store), http, in_pieces=in_pieces)


def at_once(waits: list[float]) -> Callable[[float, Callable[[], bool]], None]:
    """Wait no time, and note how long it would have been."""
    return lambda seconds, _cancelled: waits.append(seconds)


def test_the_district_gets_files_in_pieces_over_a_line_that_breaks_at_each_of_them(
    enrolled: Enrolled, line: BreakingLine, http: HttpDistrict
) -> None:
    paper = waiting_file(enrolled)
    breaks: list[Moment] = []

    def again() -> None:
        breaks.append(line.moment)
        if len(breaks) < 6:
            moment = (Moment.HALFWAY, Moment.HEARD, Moment.ANSWERED)[len(breaks) % 3]
            line.break_at("uploads", moment, again, skip=1 + len(breaks) % 2)

    line.break_at("uploads", Moment.HEARD, again, skip=1)
    told: list[FileProgress] = []
    waits: list[float] = []
    sent = send_all(lane(enrolled, http), told.append, pause=at_once(waits))
    assert (sent.sent, sent.waiting, sent.bytes_done) == (1, 0, len(paper.content))
    assert len(breaks) == 6
    assert len(waits) >= 6, "a piece that was heard may land after its place was asked for: then it is asked again"
    steps = [at.bytes_done for at in told]
    assert steps == sorted(steps), "progress never goes back"
    assert len(set(steps)) > 3
    assert fetch(http, paper.digest) == paper.content


def test_another_run_goes_on_where_the_first_one_was_cut(enrolled: Enrolled, http: HttpDistrict) -> None:
    paper = waiting_file(enrolled)
    first = lane(enrolled, http)
    assert first.step()
    first.step()
    begun = first.progress.bytes_done
    assert 0 < begun < len(paper.content)
    second = lane(enrolled, http)  # another process, which knows what is in the store
    second.step()
    assert second.progress.bytes_done > begun
    assert send_all(second).waiting == 0
    assert StoreJournal(enrolled.store).upload_of(paper.digest) == ""
    assert fetch(http, paper.digest) == paper.content


def test_an_upload_that_the_district_forgot_is_begun_anew(enrolled: Enrolled, http: HttpDistrict) -> None:
    paper = waiting_file(enrolled)
    first = lane(enrolled, http)
    first.step()
    enrolled.district.verb("upload", "expire", "--all")
    waits: list[float] = []
    assert send_all(first, pause=at_once(waits)).sent == 1
    assert len(waits) == 1
    assert fetch(http, paper.digest) == paper.content


def test_two_lanes_of_one_store_do_not_hold_each_other_up(enrolled: Enrolled, http: HttpDistrict) -> None:
    paper = waiting_file(enrolled)
    one, other = lane(enrolled, http), lane(enrolled, http)
    for _ in range(40):
        for each in (one, other):
            with contextlib.suppress(Unavailable):
                each.step()
    assert (one.progress.waiting, other.progress.waiting) == (0, 0)
    assert fetch(http, paper.digest) == paper.content


def test_an_older_district_gets_each_file_in_one_go(enrolled: Enrolled, line: BreakingLine, http: HttpDistrict) -> None:
    paper = waiting_file(enrolled)
    line.break_at("uploads", Moment.HEARD, lambda: None)
    assert send_all(lane(enrolled, http, in_pieces=False)).sent == 1
    assert not line.broke.is_set(), "it was not asked for what it does not know"
    assert fetch(http, paper.digest) == paper.content


def test_no_progress_is_an_error_and_cancelling_is_none(
    enrolled: Enrolled, line: BreakingLine, http: HttpDistrict
) -> None:
    paper = waiting_file(enrolled)
    stopped = send_all(lane(enrolled, http), cancelled=lambda: True)
    assert (stopped.sent, stopped.waiting, stopped.bytes_total) == (0, 1, len(paper.content))
    line.district = "http://127.0.0.1:9"
    waits: list[float] = []
    with pytest.raises(Unavailable, match=r"exchange\.no_answer"):
        send_all(lane(enrolled, http), pause=at_once(waits))
    assert len(waits) == MOST_MISSES - 1
    assert [seconds for seconds in waits if seconds > 60] == []
    assert waits[-1] > waits[0], "longer each time"


def test_a_foreign_file_is_held_with_its_reason_and_the_others_go_on(enrolled: Enrolled, http: HttpDistrict) -> None:
    waiting_file(enrolled, b"MZ\x90\x00" + os.urandom(5000))
    paper = waiting_file(enrolled)
    sent = send_all(lane(enrolled, http))
    assert (sent.sent, sent.held, sent.waiting) == (1, 1, 0)
    with enrolled.store.read() as reader:
        assert [row.reason for row in list_held(reader)] == ["protocol.foreign_type"]
    assert fetch(http, paper.digest) == paper.content


class Breaking:
    """A district's downloads that break after some bytes of each attempt."""

    def __init__(self, http: HttpDistrict, after: int) -> None:
        self._http, self._after = http, after
        self.starts: list[int] = []

    def file_from(self, digest: str, start: int) -> Iterator[bytes]:
        self.starts.append(start)
        given = 0
        for part in self._http.file_from(digest, start):
            yield part
            given += len(part)
            if given >= self._after:
                raise Unavailable("exchange.no_answer", address="test")


def test_a_broken_download_goes_on_from_where_it_broke(enrolled: Enrolled, http: HttpDistrict) -> None:
    paper = waiting_file(enrolled)
    send_all(lane(enrolled, http))
    breaking, told, waits = Breaking(http, 300_000), [0], list[float]()
    assert fetch(breaking, paper.digest, told.append, pause=at_once(waits)) == paper.content  # type: ignore[arg-type]
    assert breaking.starts[:2] == [0, breaking.starts[1]]
    assert breaking.starts == sorted(breaking.starts)
    assert len(breaking.starts) == len(waits) + 1 > 3
    assert told == sorted(told), "nothing comes twice"
    with pytest.raises(Refused, match=r"exchange\.cancelled"):
        fetch(http, paper.digest, cancelled=lambda: True)
    with pytest.raises(Refused, match=r"protocol\.no_such_file"):
        fetch(http, hashlib.sha256(b"").hexdigest())
    last = Breaking(http, len(paper.content))
    assert fetch(last, paper.digest, pause=at_once([])) == paper.content  # type: ignore[arg-type]
    assert last.starts == [0], "nothing was missing when it broke"


class Altering(Breaking):
    """A district that gives other bytes."""

    def file_from(self, digest: str, start: int) -> Iterator[bytes]:
        for part in self._http.file_from(digest, start):
            yield part[:-1] + b"?"


def test_other_bytes_than_asked_for_are_not_kept(enrolled: Enrolled, http: HttpDistrict) -> None:
    paper = waiting_file(enrolled)
    send_all(lane(enrolled, http))
    with pytest.raises(Damaged, match=r"exchange\.damaged_file"):
        fetch(Altering(http, 0), paper.digest)  # type: ignore[arg-type]
