"""An accusation from capture to the body that reads it: no word of it stays readable anywhere on its way."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.actions.accusations import accusation_of, accusation_rows, seal_accusation
from desktop.actions.attachments import FILES, HELD, Content, entry
from desktop.actions.drafts import keep_draft, waiting_drafts
from desktop.actions.finding import Question, find
from desktop.actions.matters import edit_matter, matter_draft, open_matter
from desktop.actions.papers_offered import papers_of
from desktop.forms.accusations import ACCUSATION_FORM
from desktop.forms.catalogue import FORMS
from desktop.forms.questions import fresh
from desktop.store.files import read_file
from desktop.store.index import catch_up
from desktop.store.journal import CAPABILITIES
from desktop.store.links import attachments_of
from desktop.store.units import units
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.media import ENVELOPE, is_envelope
from sync.records.papers import PaperKind
from tests.support.district_process import serving, verb
from tests.support.pdf import text_of
from tests.support.pictures import JPEG, pdf, png
from tests.system.test_cli import Station, at_the_desk

BODY, CITY = "区纪委监委", "市纪委监委"
WORDS = ("收受装修公司礼金", "丁举报", "13911112222", "赵某某科长")
GIVEN = {"accused": WORDS[3], "text": f"他{WORDS[0]}两万元。", "name": WORDS[1], "contact": WORDS[2]}


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A station of a district at which the discipline body and the city's publish keys."""
    tmp_path = tmp_path_factory.mktemp("accusations")
    db = f"sqlite:///{tmp_path}/district.db"
    assert verb(db, "init").returncode == 0
    code = verb(db, "station", "add", "光明社区").stdout.splitlines()[-1]
    for name, level in ((BODY, "district"), (CITY, "city")):
        assert verb(db, "department", "add", name, "--level", level).returncode == 0
        told = verb(db, "accusation", "key", name, "--out", str(tmp_path / f"{level}-body.key"))
        assert told.returncode == 0, told.stderr
        assert told.stdout.startswith("age1")
    with serving(db, tmp_path) as server:
        station = Station(tmp_path / "home", db, server.url)
        station.run("enrol", "--district", server.url, "--code", code, "--staff", "张登记")
        station.run("day-end")
        yield station


PHOTO = Content("赵某某收礼.jpg", "image/jpeg", JPEG + b"SECRET OF A PHOTO")
LETTER = Content("账本.pdf", "application/pdf", pdf() + b"SECRET OF A LEDGER" + bytes(200_000))
FILES_GIVEN = [entry(file) | {HELD: file} for file in (PHOTO, LETTER)]


def secrets() -> list[bytes]:
    return [word.encode(code) for word in WORDS for code in ("utf-8", "utf-16-le", "gb18030")]


def readable_in(folder: Path) -> list[str]:
    """The files under ``folder`` in which a word of the accusation stands, byte for byte."""
    found = [f for f in folder.rglob("*") if f.is_file()]
    assert len(found) > 3
    return [str(f) for f in found for secret in secrets() if secret in f.read_bytes()]


def decrypted(station: Station, to: Path) -> bytes:
    """The whole store of the desk, its index too, without its encryption."""
    with at_the_desk(station) as desk:
        catch_up(desk.store)
        with contextlib.closing(desk.store._connect()) as conn:
            conn.execute("ATTACH DATABASE ? AS plain KEY ''", (str(to),))
            conn.execute("SELECT sqlcipher_export('plain')")
            conn.execute("DETACH DATABASE plain")
    return to.read_bytes()


def test_no_word_of_it_stays_readable_at_the_desk_and_the_body_reads_it(station: Station) -> None:
    folder = station.home.parent
    with at_the_desk(station) as desk:
        draft = fresh(ACCUSATION_FORM, "accusation", GIVEN)
        keep_draft(desk, ACCUSATION_FORM, draft, title=GIVEN["text"])
        assert waiting_drafts(desk) == []
        done = seal_accusation(desk, draft)
        assert seal_accusation(desk, draft).id == done.id  # handed in twice
        assert [find(desk, Question(word)) for word in WORDS] == [[], [], [], []]
    plain = decrypted(station, folder / "plain.db")
    assert done.number.encode() in plain
    assert [secret for secret in secrets() if secret in plain] == []
    (folder / "plain.db").unlink()
    station.run("backup", str(folder / "backup"), QIANSHAO_BACKUP_PASSPHRASE="一句很长的恢复口令 2026")
    station.run("day-end")
    assert readable_in(folder) == []
    listed = [json.loads(line) for line in verb(station.db, "accusation", "list", "--json").stdout.splitlines()]
    assert (done.id, done.number) in [(one["id"], one["code"]) for one in listed]
    refused = verb(station.db, "accusation", "open", done.number, "--key", str(folder / "city-body.key"))
    assert (refused.returncode, refused.stdout) == (1, "")
    told = verb(station.db, "accusation", "open", done.number, "--key", str(folder / "district-body.key"), "--json")
    assert {name: json.loads(told.stdout)[name] for name in GIVEN} == GIVEN
    assert done.number in [row["code"] for row in station.rows("accusation", "list")]


def test_its_files_are_sealed_with_it_and_only_the_body_has_them_again(station: Station) -> None:
    folder = station.home.parent
    with at_the_desk(station) as desk:
        done = seal_accusation(desk, fresh(ACCUSATION_FORM, "accusation", {**GIVEN, FILES: FILES_GIVEN}))
        with desk.store.read() as reader:
            kept = attachments_of(reader, done.id)
            bytes_here = [read_file(reader, one.digest) for one in kept]
    assert [(one.name, one.media_type) for one in kept] == [("1.age", ENVELOPE), ("2.age", ENVELOPE)]
    assert all(is_envelope(content) for content in bytes_here)
    photo, ledger = map(len, bytes_here)
    assert 65_536 <= photo < 70_000, "its length says little"
    assert 4 * 65_536 <= ledger < 4 * 65_536 + 5_000
    hidden = [PHOTO.name, LETTER.name, PHOTO.digest, LETTER.digest, "SECRET OF A"]
    plain = decrypted(station, folder / "plain.db")
    assert [word for word in hidden for code in ("utf-8", "utf-16-le") if word.encode(code) in plain] == []
    (folder / "plain.db").unlink()
    key, out = str(folder / "district-body.key"), folder / "opened"
    asked = ("accusation", "open", done.number, "--out", str(out))
    early = verb(station.db, *asked, "--key", key)
    assert early.returncode == 1
    station.run("day-end")
    refused = verb(station.db, *asked, "--key", str(folder / "city-body.key"))
    assert refused.returncode == 1
    assert not out.exists()
    told = json.loads(verb(station.db, *asked, "--key", key, "--json").stdout)
    assert [one["name"] for one in told["files"]] == [PHOTO.name, LETTER.name]
    written = [Path(file) for file in told["written"]]
    assert [file.read_bytes() for file in written] == [PHOTO.content, LETTER.content]
    assert [file.suffix for file in written] == [".jpg", ".pdf"]
    assert {file.stat().st_mode & 0o077 for file in written} == {0}
    assert verb(station.db, *asked, "--key", key).returncode == 1, "nothing is written over"


def test_the_accusers_receipt_says_number_day_and_body_and_nothing_else(station: Station) -> None:
    with at_the_desk(station) as desk:
        done = seal_accusation(desk, fresh(ACCUSATION_FORM, "accusation", {**GIVEN, FILES: FILES_GIVEN}))
        with desk.store.read() as reader:
            matter = next(row.matter for row in accusation_rows(desk) if row.id == done.id)
            found = accusation_of(reader, matter)
        assert found is not None
        assert found.id == done.id
        offered = papers_of(desk, "matter", matter)
    assert [(one.paper, one.subject) for one in offered] == [(PaperKind.ACCUSATION_RECEIPT, done.id)]
    file = station.home.parent / "receipt.pdf"
    station.run("print", "accusation_receipt", done.id, "--out", str(file))
    text = text_of(file.read_bytes())
    day = found.made.at
    for word in (done.number, BODY, "光明社区", "2件", f"{day.year}年{day.month}月{day.day}日"):
        assert word in text, word
    for word in (*WORDS, PHOTO.name, LETTER.name):
        assert word not in text
    station.run("day-end")
    assert station.rows("held") == [], "the district takes the receipt's own copy too"


def test_a_district_that_takes_no_envelopes_is_given_none(station: Station) -> None:
    with at_the_desk(station) as desk:
        with desk.store.write() as work:
            before = work.meta(CAPABILITIES)
            work.set_meta(CAPABILITIES, "pages")
        count = len(accusation_rows(desk))
        with pytest.raises(Refused, match="accusation_no_files"):
            seal_accusation(desk, fresh(ACCUSATION_FORM, "accusation", {**GIVEN, FILES: FILES_GIVEN}))
        assert len(accusation_rows(desk)) == count
        seal_accusation(desk, fresh(ACCUSATION_FORM, "accusation", GIVEN))
        with desk.store.write() as work:
            work.set_meta(CAPABILITIES, before)


def test_the_command_line_seals_what_comes_on_standard_input_past_the_accused_body(station: Station) -> None:
    said = f"{WORDS[3]}\n他{WORDS[0]}。\n"
    (done,) = [
        json.loads(line)
        for line in station.run("accusation", "seal", "--past", BODY, "--json", stdin=said).stdout.splitlines()
    ]
    assert (done["code"], CITY) in [(row["code"], row["to"]) for row in station.rows("accusation", "list")]
    (matter,) = [row for row in station.rows("list", "matters") if done["code"] in row["title"]]
    assert WORDS[3] not in station.run("show", matter["id"]).stdout


def test_the_command_line_seals_files_with_it_by_the_rules_of_the_form(station: Station) -> None:
    folder, said = station.home.parent, f"{WORDS[3]}\n他{WORDS[0]}。\n"
    photo, paper, other = folder / "1.png", folder / "2.pdf", folder / "3.txt"
    photo.write_bytes(png(300, 200))
    paper.write_bytes(pdf())
    other.write_text("账本", encoding="utf-8")
    before = len(station.rows("accusation", "list"))
    for files, sentence in (
        ([photo, other], "3.txt"),
        ([photo, photo], "1"),
        ([folder / "gone.pdf"], "gone.pdf"),
        ([*[photo] * 40], "1"),
    ):
        asked = [word for file in files for word in ("--file", str(file))]
        refused = station.run("accusation", "seal", *asked, stdin=said, status=1)
        assert sentence in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1
    assert len(station.rows("accusation", "list")) == before
    asked = ("--file", str(photo), "--file", str(paper))
    (done,) = [
        json.loads(line) for line in station.run("accusation", "seal", *asked, "--json", stdin=said).stdout.splitlines()
    ]
    assert done["files"] == 2
    for file in (photo, paper, other):
        file.unlink()
    with at_the_desk(station) as desk, desk.store.read() as reader:
        kept = attachments_of(reader, done["id"])
        assert all(is_envelope(read_file(reader, one.digest)) for one in kept)
    station.run("day-end")
    key, out = str(folder / "district-body.key"), str(folder / "by-command")
    told = json.loads(verb(station.db, "accusation", "open", done["code"], "--key", key, "--out", out, "--json").stdout)
    assert [(one["name"], one["media_type"]) for one in told["files"]] == [
        ("1.png", "image/png"),
        ("2.pdf", "application/pdf"),
    ]


def test_without_a_way_past_the_accused_nothing_is_kept(station: Station) -> None:
    with at_the_desk(station) as desk:
        with desk.store.read() as reader:
            known = {unit.name: unit for unit in units(reader).values()}
        with desk.store.write() as work:
            city = known[CITY]
            closed = replace(city, id=new_id("org_unit"), amends=city.id, closed_on=desk.now().date())
            work.add(closed)
        before = len(accusation_rows(desk))
        draft = fresh(ACCUSATION_FORM, "accusation", {**GIVEN, "accused_unit": known[BODY].unit})
        with pytest.raises(Refused, match="no_way_past_accused"):
            seal_accusation(desk, draft)
        assert len(accusation_rows(desk)) == before


def test_the_ordinary_form_refuses_an_accusation(station: Station) -> None:
    with at_the_desk(station) as desk:
        given = {"title": "举报", "nature": "accusation", "text": WORDS[0]}
        with pytest.raises(RuleBroken, match="accusation_is_sealed"):
            open_matter(desk, None, fresh(FORMS["matter"], "matter", given))
        dispute = open_matter(desk, None, fresh(FORMS["matter"], "matter", {"title": "纠纷", "nature": "dispute"})).id
        draft, seen = matter_draft(desk, dispute)
        with pytest.raises(RuleBroken, match="accusation_is_sealed"):
            edit_matter(desk, dispute, {**draft, "nature": "accusation"}, seen)


def test_a_petition_s_road_is_told_and_walked_without_a_window(station: Station) -> None:
    """The station of these tests has units and a district: a matter's road by the command line alone."""
    with at_the_desk(station) as desk:
        given = {"title": "电梯停运", "nature": "petition"}
        matter = open_matter(desk, None, fresh(FORMS["matter"], "matter", given)).id
    told = station.json("road", matter)
    assert (told["nature"], told["clocks"], "opinion" in told["steps"]) == ("petition", [], True)
    refused = station.run("step", matter, "accepted", status=1).stderr
    assert refused.strip()
    assert "没有环节" in station.run("step", matter, "resolve", status=1).stderr
    station.run("step", matter, "transferred", f"to_unit={BODY}")
    assert station.json("road", matter)["passed_to"] == BODY
    station.run("step", matter, "received", f"by_unit={BODY}", "happened_at=2026-03-05T09:00:00+08:00")
    told = station.json("road", matter)
    assert (told["held_by"], told["passed_to"]) == (BODY, "")
    dues = {clock["clock"]: clock["due"] for clock in told["clocks"]}
    counted = station.json("deadline", "--kind", "petition-notice", "--start", "2026-03-05T09:00")
    assert dues["petition-notice"] == counted["due"] == "2026-03-20T23:59:59+08:00"
    assert dues["petition-objection"] == "2026-03-12T23:59:59+08:00"
