"""Pages on the wire: whatever goes in comes out, and nothing that was altered is taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from sync.protocol.messages import Answer, Frame, Numbered, Pushed, State
from sync.protocol.pages import answers_to, frames_of, numbered, page_of, pulled, shortened
from sync.records.canonical import SALT_BYTES, record_hash
from sync.records.errors import Damaged

NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)


def _frame(
    kind: str, record_id: str, salt: bytes, body: bytes, erased: bool, ordinal: int = 0, wrote: bytes = b""
) -> Frame:
    whole = Frame(kind, record_id, record_hash(kind, record_id, salt, body), salt, body, ordinal, wrote)
    return structs.replace(whole, salt=b"", body=b"") if erased else whole


RECORDS = st.lists(
    st.builds(
        _frame,
        st.sampled_from(("visit", "person", "a_kind_of_tomorrow")),
        st.text(min_size=1, max_size=40),
        st.binary(min_size=SALT_BYTES, max_size=SALT_BYTES),
        st.binary(min_size=1, max_size=60),
        st.booleans(),
        st.integers(0, 10**6),
        st.sampled_from((b"", bytes(32))),
    ),
    max_size=12,
)
ANSWERS = st.lists(
    st.tuples(st.sampled_from(State), st.integers(1, 40), st.sampled_from((NOW, NOW - timedelta(days=2)))), max_size=12
)


def _answer(record: Frame, said: tuple[State, int, datetime]) -> Answer:
    state, seq, at = said
    if state is State.REFUSED:
        return Answer(record.id, record.hash, state, reason="protocol.no_role")
    return Answer(record.id, record.hash, state, seq, at)


@given(RECORDS)
def test_a_page_gives_back_its_records_with_their_hashes(records: list[Frame]) -> None:
    assert frames_of(page_of(records)) == records


@given(RECORDS, st.data())
def test_an_altered_page_is_not_taken(records: list[Frame], data: st.DataObject) -> None:
    page = page_of(records)
    written = [place for place, body in enumerate(page.bodies) if body]
    changes = [
        {"digest": bytes(32)},
        {"ids": [*page.ids, "more"]},
        {"salts": page.salts + b"x"},
        {"erased": [*page.erased, b"h"]},
    ]
    if written:
        place = data.draw(st.sampled_from(written))
        changes.append({"bodies": [*page.bodies[:place], page.bodies[place] + b" ", *page.bodies[place + 1 :]]})
    for change in changes:
        with pytest.raises(Damaged, match="bad_page"):
            frames_of(structs.replace(page, **change))


@given(RECORDS, ANSWERS)
def test_a_short_answer_says_the_same(records: list[Frame], said: list[tuple[State, int, datetime]]) -> None:
    records = records[: len(said)]
    answers = [_answer(record, one) for record, one in zip(records, said, strict=False)]
    page = page_of(records)

    assert answers_to(records, shortened(page.digest, answers)) == answers


def test_a_page_that_is_accepted_as_it_came_is_answered_by_one_number() -> None:
    records = [_frame("visit", f"vis_{n}", bytes(SALT_BYTES), b"x", erased=False) for n in range(2000)]
    answers = [Answer(r.id, r.hash, State.ACCEPTED, 70 + n, NOW) for n, r in enumerate(records)]

    short = shortened(page_of(records).digest, answers)

    assert (short.first, short.others, short.answers) == (70, {}, [])


def test_the_answer_to_another_page_settles_nothing() -> None:
    record = _frame("visit", "vis_1", bytes(SALT_BYTES), b"x", erased=False)
    other = page_of([_frame("visit", "vis_2", bytes(SALT_BYTES), b"x", erased=False)])

    with pytest.raises(Damaged, match="unreadable_message"):
        answers_to([record], Pushed(digest=other.digest, first=1, received_at=NOW))


@given(RECORDS, st.data())
def test_what_comes_down_keeps_its_numbers_and_times(records: list[Frame], data: st.DataObject) -> None:
    numbers = sorted(
        data.draw(st.lists(st.integers(1, 10**9), min_size=len(records), max_size=len(records), unique=True))
    )
    times = data.draw(
        st.lists(st.sampled_from((NOW, NOW + timedelta(seconds=1))), min_size=len(records), max_size=len(records))
    )
    told = list(zip(numbers, times, records, strict=True))

    page = pulled([(seq, at, frame.sealed()) for seq, at, frame in told], 7, more=True)

    assert (page.cursor, page.more, page.records) == (7, True, [])
    assert numbered(page) == [
        Numbered(seq, at, structs.replace(frame, ordinal=0, wrote=b"")) for seq, at, frame in told
    ]


@pytest.mark.parametrize("change", [{"steps": []}, {"times": [(NOW, -1)]}, {"times": [(NOW, 1), (NOW, 1)]}])
def test_numbers_that_do_not_fit_their_page_are_not_taken(change: dict[str, list[Any]]) -> None:
    page = pulled([(3, NOW, _frame("visit", "vis_1", bytes(SALT_BYTES), b"x", erased=False).sealed())], 3, more=False)

    with pytest.raises(Damaged, match="bad_page"):
        numbered(structs.replace(page, **change))


def test_no_more_times_are_made_than_there_are_records() -> None:
    page = pulled([(3, NOW, _frame("visit", "vis_1", bytes(SALT_BYTES), b"x", erased=False).sealed())], 3, more=False)

    assert len(numbered(structs.replace(page, times=[(NOW, 10**12)]))) == 1
