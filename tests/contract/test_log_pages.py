"""The log of the district's pages, on both databases: what it tells, and that it cannot be changed unseen."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from sync.records.orders import ReplyKind
from sync.server.store.log import all_lines, check_log
from tests.support.district_pages import PagesDistrict


def test_the_log_tells_who_did_what_without_names_and_holds(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", ["区人力资源局"])
    browser = pages.signed_in("王丽")
    browser.post(
        f"/orders/{order}", browser.answer_form(order, ReplyKind.SIGNED, officer="王丽", telephone="13812345678")
    )
    pages.browser().sign_in("13900001111 李四", "wrong")
    with pages.store.read() as conn:
        lines = list(all_lines(conn))
        count, broken = check_log(conn)
    assert (count, broken) == (len(lines), None)
    last = lines[-2:]
    assert [(line.event, line.succeeded) for line in last] == [("order_answered", True), ("sign_in_failed", False)]
    assert (last[0].staff, last[0].subject, last[0].detail) == (pages.staff["王丽"], order, "signed")
    told = " ".join(f"{line.staff} {line.subject} {line.detail}" for line in lines)
    for personal in ("王丽", "李四", "13812345678", "13900001111"):  # whole: parts of it stand in random ids by chance
        assert personal not in told
    audit = pages.signed_in("褚明")
    audit.get("/log")
    assert "响应发令单" in audit.text()
    assert "(2026)光明发令第12号" in audit.text(), "the page says which order, the log keeps its id"
    assert order not in audit.page
    audit.post("/log", audit.hidden('action="/log"'))
    assert "校验无误" in audit.text()


def test_the_database_itself_refuses_to_change_the_log(pages: PagesDistrict) -> None:
    for statement in ("UPDATE district_log SET staff = ''", "DELETE FROM district_log"):
        with pytest.raises(DatabaseError, match="append-only"), pages.store.write() as conn:
            conn.execute(text(statement))


def test_whoever_takes_the_guard_away_and_changes_a_line_is_found(pages: PagesDistrict) -> None:
    triggers = (
        ["district_log_no_change"] if pages.store.postgres else ["district_log_no_update", "district_log_no_delete"]
    )
    with pages.store.write() as conn:
        for trigger in triggers:
            conn.execute(text(f"DROP TRIGGER {trigger}" + (" ON district_log" if pages.store.postgres else "")))
        conn.execute(text("UPDATE district_log SET subject = 'sta_other' WHERE line = 3"))
    audit = pages.signed_in("褚明")
    audit.get("/log")
    audit.post("/log", audit.hidden('action="/log"'))
    assert "从第 3 条起" in audit.text()
