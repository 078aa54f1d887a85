"""Passwords, roles and the log's chain, without a store."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sync.records.errors import RuleBroken, Unavailable
from sync.records.units import Role
from sync.server.people import (
    check_password,
    check_roles,
    derived,
    hash_password,
    new_token,
    password_fits,
    sign_in_key,
    token_hash,
)
from sync.server.people_log import START, LogLine, first_break, line_hash


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("Ab1-xyz", "web.password_short"),
        ("abcdefgh1", "web.password_classes"),
        ("ABCDEFGH12345", "web.password_classes"),
        ("12345678-", "web.password_classes"),
        ("Wangli-2026", "web.password_holds_name"),
        ("Ab1-" * 33, "web.password_long"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, key: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        check_password(password, names=("王丽", "wangli"))
    assert (caught.value.key, caught.value.field) == (key, "password")


@pytest.mark.parametrize("password", ["Abcdefg1", "abcdefg-1", "光明区的密码Ab1", "a1 b2 c3 d4"])
def test_three_of_four_classes_are_enough(password: str) -> None:
    assert check_password(password, names=("王丽", "")) == password


@pytest.mark.usefixtures("shipped_argon2")
def test_a_password_fits_its_own_hash_only() -> None:
    stored = hash_password("Guangming-2026")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert password_fits(stored, "Guangming-2026")
    assert password_fits(stored, "Guangming-2026")  # full width, as an input method may leave it
    assert not password_fits(stored, "Guangming-2027")
    assert not password_fits("", "Guangming-2026")


@pytest.mark.parametrize(
    "roles",
    [
        {Role.SYSTEM, Role.AUDIT},
        {Role.SECURITY, Role.SYSTEM},
        {Role.AUDIT, Role.VIEWER},
        {Role.SYSTEM, Role.DEPARTMENT},
    ],
)
def test_the_three_administrators_are_never_one_person_and_do_no_other_work(roles: set[Role]) -> None:
    with pytest.raises(RuleBroken, match=r"web\.administrators_apart"):
        check_roles(roles)


def test_a_stations_role_does_not_sign_in_on_the_pages() -> None:
    with pytest.raises(RuleBroken, match=r"web\.wrong_role"):
        check_roles({Role.STATION_LEAD})
    assert check_roles({Role.DISPATCHER, Role.VIEWER}) == {Role.DISPATCHER, Role.VIEWER}


def test_tokens_are_256_random_bits_and_what_is_derived_differs_by_purpose() -> None:
    first, second = new_token(), new_token()
    assert first != second
    assert len(first) == 43
    assert len(token_hash(first)) == 32
    assert derived(first, "form") != derived(first, "reply") != derived(second, "form")


def test_a_sign_in_name_is_compared_without_case_width_and_blanks() -> None:
    assert sign_in_key(" WangLi ") == sign_in_key("wangli")


def _chain(length: int) -> list[LogLine]:
    lines, previous = [], START
    for number in range(1, length + 1):
        at = datetime(2026, 11, 24, 2, 0, tzinfo=UTC) + timedelta(minutes=number)
        line = LogLine(
            line=number,
            at=at,
            staff="sta_1",
            event="signed_in",
            subject="",
            succeeded=number % 2 == 0,
            detail="",
            previous=previous,
        )
        lines.append(replace(line, hash=line_hash(line)))
        previous = lines[-1].hash
    return lines


def test_an_untouched_chain_holds() -> None:
    assert first_break(_chain(20)) is None
    assert first_break([]) is None


@pytest.mark.parametrize(
    "change",
    [
        {"at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"staff": "sta_2"},
        {"event": "signed_out"},
        {"subject": "sta_1"},
        {"succeeded": True},
        {"detail": "1"},
    ],
)
def test_a_changed_line_is_found(change: dict[str, object]) -> None:
    lines = _chain(9)
    lines[4] = replace(lines[4], **change)  # type: ignore[arg-type]
    assert first_break(lines) == 5


def test_a_line_that_was_changed_and_hashed_anew_breaks_the_next_one() -> None:
    lines = _chain(9)
    changed = replace(lines[4], staff="sta_2")
    lines[4] = replace(changed, hash=line_hash(changed))
    assert first_break(lines) == 6


def test_a_line_that_was_taken_out_or_swapped_is_found() -> None:
    lines = _chain(9)
    assert first_break(lines[:3] + lines[4:]) == 4
    assert first_break(lines[1:]) == 1
    lines[2], lines[3] = lines[3], lines[2]
    assert first_break(lines) == 3


@pytest.mark.usefixtures("shipped_argon2")
def test_a_crowd_at_the_door_is_turned_away_and_leaves_the_other_threads_alone() -> None:
    stored, told = hash_password("Guangming-2026"), []

    def guess() -> None:
        try:
            told.append(password_fits(stored, "wrong"))
        except Unavailable as error:
            told.append(error.key)

    crowd = [threading.Thread(target=guess) for _ in range(30)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len(told) == 30
    assert told.count(False) >= 8
    assert "web.too_many" in told
    assert password_fits(stored, "Guangming-2026")
