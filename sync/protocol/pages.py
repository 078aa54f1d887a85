"""A page of records without their hashes: each follows from salt and body, and one digest over all of them is checked.

Hashes are what does not compress: without them a page is about as long as its content alone. The answer to a page is as
short: the number of the first record that was accepted as it came, and the answers to all others by their place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate, groupby, pairwise, repeat
from typing import Final

from sync.protocol.messages import Answer, Frame, Numbered, Page, Pulled, Pushed, State
from sync.records.canonical import SALT_BYTES, Sealed, record_hash
from sync.records.errors import Damaged

BAD_PAGE: Final = "protocol.bad_page"
"""What is said of a page whose digest is not that of its records: they are said one by one then."""

RECORD_TOO_LARGE: Final = "protocol.record_too_large"
"""What is said of one record that no desk could take: it is held, and the others go on."""


def page_of(records: Sequence[Frame]) -> Page:
    """Return ``records`` as a page; an erased one's hash travels, for nothing is left that it follows from."""
    return Page(
        kinds=[record.kind for record in records],
        ids=[record.id for record in records],
        salts=b"".join(record.salt for record in records),
        bodies=[record.body for record in records],
        erased=[record.hash for record in records if not record.body],
        digest=digest_of(record.hash for record in records),
        ordinals=steps(record.ordinal for record in records),
        wrote={place: record.wrote for place, record in enumerate(records) if record.wrote},
    )


def digest_of(hashes: Iterable[bytes]) -> bytes:
    """Return SHA-256 over the hashes in their order."""
    return hashlib.sha256(b"".join(hashes)).digest()


def steps(numbers: Iterable[int]) -> list[int]:
    """Return what each number adds to the one before it, the first to 0: where they follow each other, ones."""
    return [after - before for before, after in pairwise((0, *numbers))]


def frames_of(page: Page) -> list[Frame]:
    """Return the records of a page, each intact; Damaged("protocol.bad_page") where the digest is of others."""
    records = list(_frames(page))
    if digest_of(record.hash for record in records) != page.digest:
        raise Damaged(BAD_PAGE)
    return records


def _frames(page: Page) -> Iterator[Frame]:
    written = sum(1 for body in page.bodies if body)
    same_length = len(page.kinds) == len(page.ids) == len(page.bodies) == len(page.ordinals)
    if not same_length or len(page.salts) != written * SALT_BYTES or len(page.erased) != len(page.bodies) - written:
        raise Damaged(BAD_PAGE)
    erased, at, wrote = iter(page.erased), 0, page.wrote
    told = zip(page.kinds, page.ids, page.bodies, accumulate(page.ordinals), strict=True)
    for place, (kind, record_id, body, ordinal) in enumerate(told):
        if not body:
            yield Frame(kind, record_id, next(erased), b"", b"", ordinal, wrote.get(place, b""))
            continue
        salt = page.salts[at : at + SALT_BYTES]
        at += SALT_BYTES
        made = record_hash(kind, record_id, salt, body)
        yield Frame(kind, record_id, made, salt, body, ordinal, wrote.get(place, b""))


def shortened(digest: bytes, answers: Sequence[Answer]) -> Pushed:
    """Return ``answers`` to a page (in its order) without what follows from the first number and the time."""
    first = next((a for a in answers if a.state is State.ACCEPTED), None)
    if first is None:
        return Pushed([], dict(enumerate(answers)), digest)
    others: dict[int, Answer] = {}
    expected = first.seq
    for place, answer in enumerate(answers):
        if answer.state is State.ACCEPTED and (answer.seq, answer.received_at) == (expected, first.received_at):
            expected += 1
        else:
            others[place] = answer
    return Pushed([], others, digest, first.seq, first.received_at)


def answers_to(records: Sequence[Frame], pushed: Pushed) -> list[Answer]:
    """Return an answer for each of ``records``, the page that ``pushed`` answers.

    Damaged("protocol.unreadable_message") where it answers other records: nothing of it counts.
    """
    if pushed.digest != digest_of(record.hash for record in records):
        raise Damaged("protocol.unreadable_message")
    seq = pushed.first
    found: list[Answer] = []
    for place, record in enumerate(records):
        answer = pushed.others.get(place)
        if answer is None:
            answer = Answer(record.id, record.hash, State.ACCEPTED, seq, pushed.received_at)
            seq += 1
        found.append(answer)
    return found


def pulled(records: Sequence[tuple[int, datetime, Sealed]], cursor: int, more: bool) -> Pulled:
    """Return numbered records as a page: numbers as steps, times as runs."""
    return Pulled(
        records=[],
        cursor=cursor,
        more=more,
        page=page_of([Frame.of(sealed) for _, _, sealed in records]),
        steps=steps(seq for seq, _, _ in records),
        times=[(at, sum(1 for _ in run)) for at, run in groupby(at for _, at, _ in records)],
    )


def numbered(pulled: Pulled) -> list[Numbered]:
    """Return the records that came down; Damaged("protocol.bad_page") where a page is not what its digest says."""
    if pulled.page is None:
        return pulled.records
    records = frames_of(pulled.page)
    times = [at for at, count in pulled.times for at in repeat(at, min(count, len(records)))]
    if not len(records) == len(pulled.steps) == len(times):
        raise Damaged(BAD_PAGE)
    told = zip(accumulate(pulled.steps), times, records, strict=True)
    return [Numbered(seq, at, frame) for seq, at, frame in told]
