"""What a department sends from the scene, over real HTTP: codes that prove an arrival, photos, evidence."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from sync.protocol.codec import decode
from sync.records.orders import ReplyKind
from sync.records.papers import Attachment
from sync.records.rule_tables import TableName
from sync.server.rule_tables import publish as publish_table
from sync.server.rule_tables import shown as shown_table
from sync.server.store import records
from sync.server.store.files import attached_to
from sync.server.store.order_pages import order_on_page
from sync.server.store.store import district
from tests.support.district_pages import PASSWORD, PagesDistrict, WebBrowser, minute, replies_of
from tests.support.pictures import png

NO_FILE = [("photos", ("", b"", "application/octet-stream"))]
"""What a browser sends of a field for files that was left empty."""


def arrived_of(pages: PagesDistrict, order: str) -> bool:
    with pages.store.read() as conn:
        found = order_on_page(conn, order)
    assert found is not None
    return found.state.by_department[pages.units["区人力资源局"]].arrived is not None


def report_in(browser: WebBrowser, code: str) -> None:
    """Send the form of the page that a scanned code opens."""
    browser.get(f"/arrive/{code}")
    form = browser.hidden('name="kind" value="reported_in"')
    browser.post(order_of(browser), {**form, "officer": "刘洋"})


def order_of(browser: WebBrowser) -> str:
    found = re.search(r'action="(/orders/ord_[0-9a-f]+)', browser.page)
    assert found
    return found.group(1)


def test_a_scanned_code_proves_the_arrival_once(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", ["区人力资源局", "区住房建设局"])
    code = pages.arrival_code(order, "区人力资源局")
    browser = pages.browser()
    browser.get(f"/arrive/{code}")
    assert browser.status == 401, "who is not signed in does so first"
    browser.post("/", {**browser.hidden('name="password"'), "sign_in_name": "王丽", "password": PASSWORD})
    assert browser.address == f"/arrive/{code}"
    assert "到场码有效" in browser.text()
    report_in(browser, code)
    assert "已登记：报到" in browser.text()
    assert arrived_of(pages, order)
    browser.get(f"/arrive/{code}")
    assert "已经用过" in browser.text()
    assert 'name="arrival_code"' not in browser.page
    other = pages.signed_in("赵刚")
    other.get(f"/arrive/{code}")
    assert "给另一个部门" in other.text()


def test_a_code_that_proves_nothing_is_said_so_and_counts_for_nothing(embedded: PagesDistrict) -> None:
    order, second = embedded.add_order("甲", ["区人力资源局"]), embedded.add_order("乙", ["区住房建设局"])
    browser = embedded.signed_in("王丽")
    old = embedded.arrival_code(order, "区人力资源局", at=embedded.now - timedelta(minutes=11))
    forged = embedded.arrival_code(order, "区人力资源局", secret=bytes(32))
    for code, sentence in ((old, "已过时效"), (forged, "不是本单发令社区的设备签发的")):
        browser.get(f"/arrive/{code}")
        assert browser.status == 200
        assert sentence in browser.text()
        form = browser.hidden('name="kind" value="reported_in"')
        at = {"officer": "刘洋", "happened_at": minute(embedded), "arrival_code": code}
        browser.post(f"/orders/{order}", {**form, **at})
        assert browser.status == 422
    assert replies_of(embedded, order) == []
    for code in ("QSA1.", "x", embedded.arrival_code(second, "区人力资源局")):
        browser.get(f"/arrive/{code}")
        assert browser.status in (404, 409), code


def test_photos_are_sealed_pulled_by_the_station_and_shown_to_who_sees_the_reply(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", ["区人力资源局", "区住房建设局"])
    browser = pages.signed_in("王丽")
    photo = png(90, 60)
    form = browser.answer_form(order, ReplyKind.PROGRESS, text="已约双方", happened_at=minute(pages))
    sent = [("photos", ("../../身份证.png", photo, "text/html")), ("photos", ("", b"", "application/octet-stream"))]
    for _ in range(2):
        browser.post(f"/orders/{order}", form, sent)
        assert browser.status == 200, browser.text()
    (reply,) = replies_of(pages, order)
    with pages.store.read() as conn:
        (named,) = attached_to(conn, [reply.id], district(conn).store)
        kept = decode(records.read_many(conn, [named])[0])
        parts = conn.execute(text("SELECT sealed FROM file_part")).scalars().all()
        scope = records.kept(conn, [named])[named].scope
    assert isinstance(kept, Attachment)
    assert (kept.subject, kept.media_type, kept.name) == (reply.id, "image/png", "progress-1.png")
    assert scope == pages.units["凤凰社区"]
    assert len(parts) == 2, "the photo and its thumbnail"
    assert all(photo[:64] not in bytes(part) and b"JFIF" not in bytes(part) for part in parts)
    address = f"/orders/{order}/files/{named}"
    assert f'href="{address}"' in browser.page
    assert f'src="{address}/small"' in browser.page
    assert f'src="{address}"' not in browser.page, "a telephone loads a whole photo only when it is asked for"
    for who, status in (("王丽", 200), ("周敏", 200), ("赵刚", 404)):
        reader = pages.signed_in(who)
        for one in (address, f"{address}/small"):
            answer = reader.client.get(reader.base + one, timeout=30)
            assert answer.status_code == status, who
    seen = browser.client.get(browser.base + address, timeout=30)
    assert seen.content == photo
    assert "sandbox" in seen.headers["content-security-policy"]
    assert seen.headers["content-type"] == "image/png"


def test_what_is_no_photo_is_refused_beside_the_field(embedded: PagesDistrict) -> None:
    order = embedded.add_order("拖欠工资", ["区人力资源局"])
    browser = embedded.signed_in("王丽")
    script = ("photos", ("a.png", b"<svg onload=alert(1)>" + bytes(99), "image/png"))
    many = [("photos", (f"{n}.png", png(n + 1), "image/png")) for n in range(7)]
    for files, sentence in (([script], "只收 JPEG"), (many, "最多 6 个文件")):
        form = browser.answer_form(order, ReplyKind.PROGRESS, text="已约双方", happened_at=minute(embedded))
        browser.post(f"/orders/{order}", form, files)
        assert browser.status == 422
        assert sentence in browser.text()
        assert "已约双方</textarea>" in browser.page
    huge = [("photos", ("a.png", png() + bytes(34_000_000), "image/png"))]
    browser.post(f"/orders/{order}", form, huge)
    assert browser.status == 413
    assert "合计超过 32 MB" in browser.text()
    assert replies_of(embedded, order) == []


def test_resolving_needs_what_the_districts_table_asks_for(embedded: PagesDistrict) -> None:
    with embedded.store.read() as conn:
        _, _, own = shown_table(conn, TableName.ARTEFACTS)
    publish_table(embedded.store, TableName.ARTEFACTS, own.replace("statement|photo|file", "photo"), by="")
    embedded.now = datetime.now(UTC)
    order = embedded.add_order("拖欠工资", ["区人力资源局"])
    browser = embedded.signed_in("王丽")
    fields = {"text": "工资已付清", "happened_at": minute(embedded)}
    browser.post(f"/orders/{order}", browser.answer_form(order, ReplyKind.RESOLVED, **fields), NO_FILE)
    assert browser.status == 422
    assert "要有凭据" in browser.text()
    photo = [("photos", ("a.png", png(), "image/png"))]
    browser.post(f"/orders/{order}", browser.answer_form(order, ReplyKind.PROGRESS, **fields), photo)
    browser.post(f"/orders/{order}", browser.answer_form(order, ReplyKind.RESOLVED, **fields), NO_FILE)
    assert browser.status == 200, "a photo that came with earlier progress counts"
