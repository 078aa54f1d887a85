"""Files beside the replies of an order, on both databases: thumbnails, what was witnessed, papers without notes."""

from __future__ import annotations

import io

import pikepdf
import pytest
import requests
from PIL import Image
from sqlalchemy import select

from sync.records.kinds import new_id
from sync.records.orders import ReplyKind
from sync.records.papers import AttachmentPurpose
from sync.records.times import BEIJING
from sync.records.units import Level
from sync.server import strangers
from sync.server.opened_apart import MOST_THUMBNAIL_BYTES, SIDE
from sync.server.store.erasures import erase
from sync.server.store.files import attached_to, read_parts
from sync.server.store.schema import file_part
from sync.server.store.store import district
from tests.support.district_pages import PagesDistrict, WebBrowser
from tests.support.pictures import JPEG, PLACE, from_camera, pdf, png

BUREAU, OTHER = "区人力资源局", "区住房建设局"


def photo(side: int = 1600) -> bytes:
    """A photo that compresses badly."""
    out = io.BytesIO()
    Image.effect_noise((side, side * 3 // 4), 90).convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()


def asked(browser: WebBrowser, address: str) -> requests.Response:
    return browser.client.get(browser.base + address, timeout=60)


def progress(browser: WebBrowser, pages: PagesDistrict, order: str, *files: bytes) -> None:
    form = browser.answer_form(order, ReplyKind.PROGRESS, text="已约双方")
    form["happened_at"] = pages.now.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M")
    browser.post(f"/orders/{order}", form, [("photos", ("x", file, "text/html")) for file in files])


def files_of(pages: PagesDistrict, subject: str) -> list[str]:
    with pages.store.read() as conn:
        return attached_to(conn, [subject], district(conn).store)


def thumbnails(pages: PagesDistrict) -> int:
    with pages.store.read() as conn:
        return len(conn.execute(select(file_part.c.digest).where(file_part.c.start < 0)).all())


def test_a_photo_of_an_arrival_is_shown_small_and_made_small_once(
    pages: PagesDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = pages.add_order("拖欠工资", [BUREAU, OTHER])
    reply = pages.add_witnessed(order, BUREAU, ReplyKind.REPORTED_IN, officer="孙浩")
    whole = from_camera(photo(), 6)
    record = pages.add_file(reply, whole, name="郝举报上门.jpg")
    address = f"/orders/{order}/files/{record.id}"
    made = []
    real = strangers.thumbnail
    monkeypatch.setattr(strangers, "thumbnail", lambda *said: made.append(said) or real(*said))
    for who, status in (("王丽", 200), ("周敏", 200), ("吴涛", 200), ("赵刚", 404)):
        browser = pages.signed_in(who)
        browser.get(f"/orders/{order}")
        assert ("data-photo" in browser.page) is (status == 200), who
        assert "郝举报" not in browser.page, "what somebody called a file stands on no page"
        for one in (address, f"{address}/small"):
            assert asked(browser, one).status_code == status, who
    assert len(made) == 1
    answer = asked(pages.signed_in("王丽"), f"{address}/small")
    assert answer.headers["content-type"] == "image/jpeg"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "no-store" in answer.headers["cache-control"]
    assert len(answer.content) <= MOST_THUMBNAIL_BYTES
    assert PLACE not in answer.content
    small = Image.open(io.BytesIO(answer.content))
    assert small.size == (SIDE * 3 // 4, SIDE), "upright, as the camera said"
    assert not small.getexif()
    with pages.store.read() as conn:
        assert b"".join(read_parts(conn, pages.store.sealer, record.digest, 0, record.size)) == whole
        sealed = conn.execute(select(file_part.c.sealed).where(file_part.c.start < 0)).scalar_one()
    assert answer.content[:40] not in bytes(sealed)


def test_only_plain_files_of_the_unit_that_witnessed_are_shown(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", [BUREAU])
    reply = pages.add_witnessed(order, BUREAU, ReplyKind.LEADER_ON_SCENE, officer="孙浩", post="局长", rank="处级")
    pages.add_unit("龙湖社区", Level.COMMUNITY)
    confirmed = pages.add_file(reply, png(31), purpose=AttachmentPurpose.CONFIRMATION)
    signed = pages.add_file(reply, png(32), purpose=AttachmentPurpose.SIGNATURE)
    strange = pages.add_file(reply, png(33), unit="龙湖社区")
    on_order = pages.add_file(order, png(34))
    first = pages.add_file(reply, png(35))
    taken_back = pages.add_file(reply, png(35), amends=first.id, amend_reason="拍到了居民", withdrawn=True)
    good = pages.add_file(reply, png(36))
    paper = pages.add_file(reply, pdf(), name="情况说明.pdf")
    browser = pages.signed_in("王丽")
    browser.get(f"/orders/{order}")
    shown = [
        one for one in (confirmed, signed, strange, on_order, first, taken_back, good, paper) if one.id in browser.page
    ]
    assert shown == [good, paper]
    for hidden in (confirmed, signed, strange, on_order, first, taken_back):
        assert asked(browser, f"/orders/{order}/files/{hidden.id}").status_code == 404
        assert asked(browser, f"/orders/{order}/files/{hidden.id}/small").status_code == 404
    assert asked(browser, f"/orders/{order}/files/{paper.id}").status_code == 200
    assert asked(browser, f"/orders/{order}/files/{paper.id}/small").status_code == 200, "its first page"
    assert f'src="/orders/{order}/files/{paper.id}/small"' in browser.page
    assert "data-photo" not in browser.page.split(paper.id)[1], "a paper is not shown within the page"
    assert asked(pages.browser(), f"/orders/{order}/files/{good.id}").status_code == 401


def test_a_file_that_is_still_on_its_way_is_said_so(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", [BUREAU])
    reply = pages.add_witnessed(order, BUREAU, ReplyKind.REPORTED_IN, officer="孙浩")
    late = pages.add_file(reply, b"", media_type="image/jpeg", size=9, digest="ab" * 32)
    browser = pages.signed_in("王丽")
    browser.get(f"/orders/{order}")
    assert "文件 1 还在传送途中" in browser.text()
    assert asked(browser, f"/orders/{order}/files/{late.id}/small").status_code == 404


def test_a_picture_that_no_decoder_reads_is_a_link_and_is_tried_once(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", [BUREAU])
    reply = pages.add_witnessed(order, BUREAU, ReplyKind.REPORTED_IN, officer="孙浩")
    broken = pages.add_file(reply, png()[:40] + bytes(80))
    browser = pages.signed_in("王丽")
    address = f"/orders/{order}/files/{broken.id}"
    browser.get(f"/orders/{order}")
    assert f'src="{address}/small"' in browser.page
    assert asked(browser, f"{address}/small").status_code == 404
    assert thumbnails(pages) == 1, "that there is none is kept"
    browser.get(f"/orders/{order}")
    assert f'src="{address}/small"' not in browser.page
    assert f'href="{address}"' in browser.page


def test_what_destroys_a_photo_destroys_its_thumbnail(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", [BUREAU])
    reply = pages.add_witnessed(order, BUREAU, ReplyKind.REPORTED_IN, officer="孙浩")
    record = pages.add_file(reply, png(90, 60))
    browser = pages.signed_in("王丽")
    assert asked(browser, f"/orders/{order}/files/{record.id}/small").status_code == 200
    assert thumbnails(pages) == 1
    with pages.store.write() as conn:
        erase(conn, record.id, new_id("erasure"), record.made.unit)
    assert thumbnails(pages) == 0
    assert asked(browser, f"/orders/{order}/files/{record.id}/small").status_code == 404


def told_pdf(*, signed: bool = False) -> bytes:
    """A PDF that says who made it, where, and with what, at every place where one can."""
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page(page_size=(200, 100))
    page = made.pages[0]
    raw = from_camera(JPEG, 1)
    picture = pikepdf.Stream(made, raw, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=8, Height=4)
    picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceGray, 8
    picture.write(raw, filter=pikepdf.Name.DCTDecode)
    picture.Metadata = pikepdf.Stream(made, b"<x>SECRET</x>")
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
    page.Contents = pikepdf.Stream(made, b"q 100 0 0 50 0 0 cm /P Do Q")
    page.PieceInfo = pikepdf.Dictionary(App=pikepdf.Dictionary(Private="SECRET"))
    remark = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9])
    remark.T, remark.M, remark.Contents = "SECRET", "D:20260101", "请核对金额"
    page.Annots = pikepdf.Array([remark])
    made.docinfo["/Author"] = "SECRET"
    made.docinfo["/Producer"] = "SECRET"
    with made.open_metadata() as xmp:
        xmp["dc:creator"] = ["SECRET"]
    if signed:
        field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="s", V=pikepdf.Dictionary(ByteRange=[0, 1, 2, 3]))
        made.Root.AcroForm = pikepdf.Dictionary(SigFlags=3, Fields=[made.make_indirect(field)])
    made.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def test_a_paper_loses_who_made_it_where_and_with_what_and_a_signed_one_stays(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", [BUREAU])
    browser = pages.signed_in("王丽")
    told, signed = told_pdf(), told_pdf(signed=True)
    assert told.count(b"SECRET") >= 5
    assert PLACE in told
    progress(browser, pages, order, told, signed)
    assert browser.status == 200, browser.text()
    with pages.store.read() as conn:
        named = set(conn.execute(select(file_part.c.digest)).scalars().all())
        seen = [b"".join(read_parts(conn, pages.store.sealer, one, 0, 10**8)) for one in named]
    assert signed in seen
    (bare,) = [one for one in seen if one != signed]
    opened = pikepdf.open(io.BytesIO(bare))
    text = b"".join(part.read_raw_bytes() for part in opened.objects if isinstance(part, pikepdf.Stream))
    flat = io.BytesIO()
    opened.save(flat, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert b"SECRET" not in flat.getvalue() + text + bare
    assert PLACE not in flat.getvalue() + text
    assert "/Info" not in opened.trailer
    assert str(opened.pages[0].Annots[0].Contents) == "请核对金额"
    assert JPEG[-20:] in text, "the picture in it is the same picture"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(pdf("密码"), "设了密码"), (pdf()[:300], "不完整"), (png(9, 9)[:-20] + bytes(20), "不完整")],
)
def test_what_cannot_be_opened_is_refused_beside_its_field(pages: PagesDistrict, content: bytes, sentence: str) -> None:
    order = pages.add_order("拖欠工资", [BUREAU])
    browser = pages.signed_in("王丽")
    progress(browser, pages, order, content)
    assert browser.status == 422
    assert sentence in browser.text()
    assert "已约双方</textarea>" in browser.page
    assert thumbnails(pages) == 0
