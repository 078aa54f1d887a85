"""`qianshao verify` and what a district publishes for papers, as commands: a real server, a real store, real files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.codes import copied, scanned
from tests.support.district_process import serving, verb
from tests.support.pdf import text_of
from tests.support.station_process import Typed
from tests.system.test_cli import DATA, Station

WORDS = """base = "registration-1"
title = "光明区群众诉求登记表"
receipt_words = "请妥善保存。可凭编号查询办理情况。"
"""


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A station that was enrolled at a running district, with a ledger of visits."""
    folder = tmp_path_factory.mktemp("verify")
    db = f"sqlite:///{folder}/district.db"
    assert verb(db, "init").returncode == 0
    code = verb(db, "station", "add", "光明社区").stdout.splitlines()[-1]
    with serving(db, folder) as server:
        station = Station(folder / "home", db, server.url)
        station.run("enrol", "--district", server.url, "--code", code, "--staff", "张登记")
        shutil.copy(DATA / "ledger.csv", folder / "ledger.csv")
        station.run("import", "visits", str(folder / "ledger.csv"))
        yield station


def visits(station: Station) -> list[str]:
    return [v["id"] for v in station.rows("list", "visits") if v["visitor"] and v["channel"] == "walk_in"]


def verified(station: Station, *words: str, stdin: str = "") -> tuple[int, list[dict[str, object]]]:
    """Exit code and findings of `verify`: it says both, also where a paper is not genuine."""
    import io
    import sys
    from contextlib import redirect_stderr, redirect_stdout

    from desktop.cli import main

    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(io.StringIO()):
        patch.setattr(sys, "stdin", Typed(stdin))
        for name, value in {"QIANSHAO_HOME": str(station.home), **station.secrets}.items():
            patch.setenv(name, value)
        status = main(["verify", *words, "--json"])
    return status, [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_printed_paper_is_verified_from_its_file_its_scan_and_its_copied_text(
    station: Station, tmp_path: Path
) -> None:
    paper, copy = tmp_path / "登记表.pdf", tmp_path / "副本.pdf"
    visit = visits(station)[0]
    for file in (paper, copy):
        station.run("print", "registration", visit, "--out", str(file))
    assert verified(station, str(paper))[1][0]["verdict"] == "unpublished"
    station.run("day-end")
    status, (found,) = verified(station, str(paper))
    assert (status, found["verdict"], found["unit"], found["here"]) == (0, "genuine", "光明社区", True)
    assert found["number"] in {v["number"] for v in station.rows("list", "visits")} - {""}
    status, (marked,) = verified(station, str(copy))
    assert (status, marked["verdict"], marked["copy"]) == (0, "genuine", 2)
    said = station.run("verify", str(copy), "--text").stdout
    assert "真实：群众诉求登记表" in said
    assert "副本，第2次打印" in said

    code = scanned(paper.read_bytes(), tmp_path)
    text = tmp_path / "copied.txt"
    text.write_text(f"{copied(copy.read_bytes())}\n{code}\n", encoding="utf-8")
    assert verified(station, str(text))[0] == 0
    status, (alone,) = verified(station, "-", stdin=code)
    assert (status, alone["verdict"]) == (1, "code_only")

    broken = bytearray(paper.read_bytes())
    broken[len(broken) // 2] ^= 1
    flipped = tmp_path / "flipped.pdf"
    flipped.write_bytes(broken)
    status, findings = verified(station, str(paper), str(flipped), str(tmp_path / "none.pdf"))
    assert status == 1
    assert findings[0]["verdict"] == "genuine"
    assert findings[-1]["verdict"] == "unreadable"
    text.write_text(text.read_text(encoding="utf-8").replace("光明", "光阴", 1), encoding="utf-8")
    assert verified(station, str(text))[1][0]["verdict"] == "altered"


def test_every_bit_of_a_file_that_changes_its_text_or_code_is_noticed(station: Station, tmp_path: Path) -> None:
    paper = tmp_path / "登记表.pdf"
    station.run("print", "registration", visits(station)[1], "--out", str(paper))
    station.run("day-end")
    content = paper.read_bytes()
    whole = verified(station, str(paper))[1][0]
    assert whole["verdict"] == "genuine"
    for at in range(40, len(content) - 40, len(content) // 40):
        one = bytearray(content)
        one[at] ^= 16
        paper.write_bytes(one)
        status, found = verified(station, str(paper))
        if status == 0:  # what changed is no text: a glyph's outline, an entry of a table
            assert found[0]["text"] == whole["text"]
            assert not found[0]["here"]


def test_keys_are_replaced_listed_and_revoked_by_commands(station: Station, tmp_path: Path) -> None:
    paper = tmp_path / "登记表.pdf"
    station.run("print", "registration", visits(station)[2], "--out", str(paper))
    first = station.rows("key", "show")[-1]["key"]
    second = station.json("key", "rotate")["key"]
    assert second != first
    station.run("day-end")
    assert [(k["ours"], k["published"], bool(k["ended_at"])) for k in station.rows("key", "show")] == [
        (False, True, True),
        (True, True, False),
    ]
    assert verified(station, str(paper))[1][0]["verdict"] == "genuine"
    listed = verb(station.db, "key", "list").stdout
    assert first in listed
    assert second in listed
    assert verb(station.db, "key", "revoke", "00", "--reason", "x").returncode == 1
    revoked = verb(station.db, "key", "revoke", first, "--reason", "电脑失窃", "--since", "2026-11-01", "--json")
    assert json.loads(revoked.stdout)["revoked"] == first
    station.run("day-end")
    status, (found,) = verified(station, str(paper))
    assert (status, found["verdict"], found["reason"]) == (1, "revoked", "电脑失窃")
    assert "revoked" in verb(station.db, "key", "list", "--language", "en").stdout
    assert verb(station.db, "doctor", "--json").stdout.startswith('{"differences": {}')


def test_a_district_s_words_are_used_for_new_papers_and_old_ones_keep_theirs(station: Station, tmp_path: Path) -> None:
    old, new, again = (tmp_path / name for name in ("old.pdf", "new.pdf", "again.pdf"))
    before, after = visits(station)[3:5]
    station.run("print", "registration", before, "--out", str(old))
    words = tmp_path / "登记表.toml"
    for bad in ("title = 1", WORDS.replace("title", "titel"), WORDS + 'number = "{number.__class__}"'):
        words.write_text(bad, encoding="utf-8")
        refused = verb(station.db, "template", "publish", "registration", str(words))
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused
    words.write_text(WORDS, encoding="utf-8")
    assert verb(station.db, "template", "publish", "registration", str(words), "--starts", "2020-01-01").returncode == 1
    published = verb(station.db, "template", "publish", "registration", str(words), "--json")
    assert json.loads(published.stdout)["template"] == "registration-1001"
    assert verb(station.db, "template", "show", "registration-1001").stdout == WORDS
    assert verb(station.db, "template", "show", "registration-1002").returncode == 1
    station.run("day-end")
    assert station.rows("templates") == [
        {"template": "registration-1001", "starts_on": json.loads(published.stdout)["starts_on"], "fault": ""}
    ]
    station.run("print", "registration", after, "--out", str(new))
    station.run("print", "registration", before, "--out", str(again))
    assert "光明区群众诉求登记表" in text_of(new.read_bytes())
    assert "可凭编号查询办理情况" in text_of(new.read_bytes())
    for kept in (old, again):
        assert "光明区群众诉求登记表" not in text_of(kept.read_bytes())
    prints = [station.json("show", visit)["prints"] for visit in (before, after)]
    assert [[p["template"] for p in some] for some in prints] == [["registration-1"] * 2, ["registration-1001"]]
    copy = tmp_path / "copy.pdf"
    station.run("print", "registration", after, "--out", str(copy))
    assert verified(station, str(copy))[1][0]["verdict"] == "unpublished" or verified(station, str(copy))[0] == 0
    assert "副本第2次打印" in text_of(copy.read_bytes())


def test_an_edition_that_this_program_cannot_use_is_told_as_it_arrives(station: Station, tmp_path: Path) -> None:
    words = tmp_path / "新版.toml"
    words.write_text('base = "visit_receipt-900"\ntitle = "新式回执"\n', encoding="utf-8")
    assert verb(station.db, "template", "publish", "visit_receipt", str(words)).returncode == 1
    with pytest.MonkeyPatch.context() as patch:  # a newer program at the district has that base
        patch.setattr("sync.server.templates.must_be_usable", lambda _record: None)
        assert verb(station.db, "template", "publish", "visit_receipt", str(words)).returncode == 0
    told = station.run("day-end").stderr
    assert "visit_receipt-1001" in told
    assert "visit_receipt-900" in told
    listed = {row["template"]: row["fault"] for row in station.rows("templates")}
    assert "visit_receipt-900" in listed["visit_receipt-1001"]
    paper = tmp_path / "回执.pdf"
    station.run("print", "visit_receipt", visits(station)[5], "--out", str(paper))
    assert "新式回执" not in text_of(paper.read_bytes())
