"""`qianshao` as a person or a timer calls it: child processes, a real encrypted store, a real district server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from desktop.actions.held import take_over
from desktop.commands.access import Access, Secrets
from desktop.config import Home
from resources import wording
from sync.records.kinds import STAFF_PREFIX, new_id, new_identity
from sync.records.mediations import FollowUp
from sync.records.names import mask_number
from sync.records.papers import Print
from tests.support.district_process import Done, serving, verb
from tests.support.pdf import text_of
from tests.support.station_process import verb as station_verb

DATA = Path(__file__).parents[1] / "data"
PROGRAM = Path(sys.executable).with_name("qianshao")
PASSWORD = "Lantian-2026"
SECRETS = {"QIANSHAO_STAFF": "张登记", "QIANSHAO_PASSWORD": PASSWORD, "QIANSHAO_PASSPHRASE": "correct horse battery"}


@dataclass
class Station:
    """A home and the environment of its command line."""

    home: Path
    db: str
    url: str
    secrets: dict[str, str] = field(default_factory=lambda: dict(SECRETS))

    def run(self, *words: str, status: int = 0, stdin: str = "", **more: str) -> Done:
        """Run one verb in this process, as its entry point does; `child` starts a real one, which takes longer."""
        done = station_verb({"QIANSHAO_HOME": str(self.home), **self.secrets, **more}, *words, stdin=stdin)
        return _checked(done, status)

    def child(self, *words: str, status: int = 0, **more: str) -> Done:
        """Run one verb as a child process."""
        env = {**os.environ, "QIANSHAO_HOME": str(self.home), **self.secrets, **more}
        done = subprocess.run([PROGRAM, *words], env=env, capture_output=True, text=True, check=False)
        return _checked(Done(done.returncode, done.stdout, done.stderr), status)

    def json(self, *words: str, **more: str) -> Any:
        """Run one verb with --json; standard output must be one object."""
        return json.loads(self.run(*words, "--json", **more).stdout)

    def rows(self, *words: str, **more: str) -> list[dict[str, Any]]:
        """Run one verb with --json that says one object a line."""
        return [json.loads(line) for line in self.run(*words, "--json", **more).stdout.splitlines()]


def _checked(done: Done, status: int) -> Done:
    """See that it ended with ``status``: a refusal says nothing but one sentence."""
    assert done.returncode == status, done.stderr
    if status == 1:
        told = [line for line in done.stderr.splitlines() if not re.search(r" \d+(/\d+)?$", line)]  # not how far it is
        assert (done.stdout, len(told)) == ("", 1), done.stderr
    return done


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A station that was enrolled at a running district by the commands of the readme, with its ledger imported."""
    folder = tmp_path_factory.mktemp("station")
    db = f"sqlite:///{folder}/district.db"
    assert verb(db, "init").returncode == 0
    code = verb(db, "station", "add", "光明社区").stdout.splitlines()[-1]
    with serving(db, folder) as server:
        station = Station(folder / "home", db, server.url)
        enrolled = station.json("enrol", "--district", server.url, "--code", code, "--staff", "张登记")
        assert enrolled["unit_name"] == "光明社区"
        shutil.copy(DATA / "ledger.csv", folder / "ledger.csv")
        imported = station.json("import", "visits", str(folder / "ledger.csv"))
        assert imported == {"read": 600, "added": 600, "unchanged": 0, "refused": 0, "rejected_file": None}
        yield station


def test_an_export_is_masked_and_refuses_what_it_cannot_write(station: Station, tmp_path: Path) -> None:
    target = tmp_path / "名单.csv"
    done = station.json("export", "persons", "--out", str(target), "--encoding", "gb18030")
    rows = target.read_text(encoding="gb18030").splitlines()
    persons = station.rows("list", "persons")

    assert (done["rows"], done["full"], len(rows)) == (len(persons), False, len(persons) + 1)
    numbers = [p["document_number"] for p in persons if p.get("document_number")]
    assert numbers
    assert not any(number in target.read_text(encoding="gb18030") for number in numbers)
    station.run("export", "persons", "--out", str(tmp_path / "a.txt"), status=1)
    station.run("export", "persons", "--out", str(tmp_path / "a.csv"), "--full", status=1)
    assert [p.name for p in tmp_path.iterdir() if p.suffix != ".db"] == [target.name]


def test_the_dirty_ledger_is_imported_by_a_person(station: Station, tmp_path: Path) -> None:
    shutil.copy(DATA / "ledger-dirty-gb18030.csv", tmp_path / "脏 台账.csv")
    done = station.run("import", "visits", str(tmp_path / "脏 台账.csv"))
    assert "读取 140 行，新增 99，已有 0，拒收 41" in done.stdout
    assert "140/140" in done.stderr
    assert "鬼神" in done.stderr
    again = station.json("import", "visits", str(tmp_path / "脏 台账.rejected.csv"))
    assert (again["read"], again["added"], again["refused"]) == (41, 0, 41)


def test_lists_have_no_default_limit_and_search_reads_standard_input(station: Station) -> None:
    visits = station.rows("list", "visits")
    assert len(visits) >= 600
    assert [v["id"] for v in station.rows("list", "visits", "--limit", "3")] == [v["id"] for v in visits[:3]]
    persons = station.rows("list", "persons")
    somebody = next(p for p in persons if p["document_number"])
    shown = station.run("list", "persons").stdout
    assert somebody["document_number"] not in shown
    assert mask_number(somebody["document_number"]) in shown
    assert station.rows("list", "matters") == []
    hits = station.rows("search", "-", stdin="段伟𣸣\n")
    assert {hit["title"] for hit in hits if hit["kind"] == "person"} == {"段伟𣸣"}
    assert station.run("search", "没有人这样写").stdout == ""


def test_a_search_says_why_and_leaves_out_what_is_not_asked_for(station: Station) -> None:
    somebody = next(p for p in station.rows("list", "persons") if len(p["document_number"]) == 18)
    part = somebody["document_number"][7:13]
    hits = station.rows("search", part)
    hit = next(h for h in hits if h["id"] == somebody["id"])
    assert (hit["kind"], hit["field"], hit["manner"]) == ("person", "document", "part")
    assert hit["excerpt"][slice(*hit["excerpt_spans"][0])] == part
    assert somebody["document_number"] not in station.run("search", part).stdout
    assert (
        station.rows("search", part, "--kind", "visit") == station.rows("search", part, "--until", "1999-12-31") == []
    )
    assert hit in station.rows("search", part, "--kind", "person", "--since", "2000-01-01", "--unit", hit["unit"])
    assert hit in station.rows("search", part, "--state", hit["sent"])
    for option, word in (
        ("--kind", "cat"),
        ("--state", "asleep"),
        ("--unit", "没有这个站"),
        ("--since", "yesterday-ish"),
    ):
        refused = station.run("search", part, option, word, status=1)
        assert refused.stderr.count("\n") == 1
        assert word in refused.stderr


def test_one_record_is_shown_with_who_took_part(station: Station) -> None:
    visit = next(v for v in station.rows("list", "visits") if v["visitor_id"])
    shown = station.json("show", visit["id"])
    assert (shown["kind"], shown["record"]["text"]) == ("visit", visit["text"])
    assert shown["participations"][0]["party"] == visit["visitor_id"]
    assert visit["text"] in station.run("show", visit["id"]).stdout
    station.run("show", "vis_nothing", status=1)


def test_a_card_that_two_desks_edited_is_listed_shown_and_decided(station: Station) -> None:
    assert station.rows("conflicts", "list") == []
    person = station.rows("list", "persons", "--limit", "1")[0]["id"]
    secrets = Secrets(station.secrets["QIANSHAO_STAFF"], PASSWORD, station.secrets["QIANSHAO_PASSPHRASE"])
    with Access(Home(station.home), wording("zh"), secrets).desk() as desk, desk.store.write() as work:
        for address, phones in (("甲子塘", ["13812345678"]), ("塘家", ["13912345678"])):
            work.revise(person, {"address": address, "phones": phones}, desk.made(), seen=(person,))
    (listed,) = station.rows("conflicts", "list")
    assert (listed["id"], [field["field"] for field in listed["fields"]]) == (person, ["address"])
    shown = station.run("conflicts", "show", person)
    assert all(word in shown.stdout for word in ("甲子塘", "塘家", "张登记", "住址"))
    for wrong in (["--take", "address=3"], ["--take", "name=1"], ["--both", "phones"], [], ["--value", "address=\x1b"]):
        assert station.run("conflicts", "decide", person, *wrong, status=1).stderr
    sides = [side["value"] for side in listed["fields"][0]["sides"]]
    done = station.json("conflicts", "decide", person, "--take", f"address={sides.index('塘家') + 1}")
    assert (done["decided"], done["open"]) == (["address"], [])
    record = station.json("show", person)["record"]
    assert record["address"] == "塘家"
    assert {"13812345678", "13912345678"} <= set(record["phones"])
    assert station.run("conflicts", "show", person, status=1).stderr == wording("zh")("conflicts.settled") + "\n"
    assert station.run("conflicts", "list").stdout == ""


def test_held_records_are_listed_with_reason_rule_and_way_out_and_sent_again(station: Station) -> None:
    assert station.rows("held") == []
    station.json("day-end")
    secrets = Secrets(station.secrets["QIANSHAO_STAFF"], PASSWORD, station.secrets["QIANSHAO_PASSPHRASE"])
    with Access(Home(station.home), wording("zh"), secrets).desk() as desk, desk.store.write() as work:
        made = replace(desk.made(), by=new_identity(STAFF_PREFIX))
        work.add(
            FollowUp(id=new_id("follow_up"), made=made, subject=new_id("matter"), happened_at=made.at, text="回访")
        )
    assert station.json("day-end")["held"] == 1
    (row,) = station.rows("held")
    assert (row["kind"], row["state"], row["reason"]) == ("follow_up", "refused", "protocol.unknown_staff")
    assert (row["field"], row["title"]) == ("made.by", "回访")
    told = station.run("held").stdout
    for said in ("区级不接收", "回访", "经办人", "区级没有该工作人员", "请区级管理员登记"):
        assert said in told, said
    assert "Ask the district's administrator" in station.run("held", "--language", "en").stdout
    station.run("held", "--again", "fol_nothing", status=1)
    (again,) = station.rows("held", "--again", row["id"])
    assert again["state"] == "again"
    assert station.json("day-end")["held"] == 1
    assert [one["state"] for one in station.rows("held", "--all-again")] == ["again"]
    assert station.json("day-end")["held"] == 1
    with Access(Home(station.home), wording("zh"), secrets).desk() as desk:
        take_over(desk, row["id"])
    assert [one["state"] for one in station.rows("held")] == ["mended"]
    assert station.json("day-end")["held"] == 0
    assert station.rows("held") == []
    (closed,) = station.rows("held", "--history")
    assert (closed["state"], closed["id"]) == ("replaced", row["id"])


def test_a_paper_is_printed_to_a_file_for_its_owner_and_recorded(station: Station, tmp_path: Path) -> None:
    visit = next(v for v in station.rows("list", "visits") if v["visitor"] and v["channel"] == "walk_in")
    paper = tmp_path / "登记表.pdf"
    printed = station.json("print", "registration", visit["id"], "--out", str(paper))
    assert paper.stat().st_mode & 0o777 == 0o600
    assert visit["visitor"] in text_of(paper.read_bytes())
    assert station.json("show", visit["id"])["prints"][0]["id"] == printed["print"]
    for nowhere in (tmp_path / "none" / "a.pdf", tmp_path):
        station.run("print", "registration", visit["id"], "--out", str(nowhere), status=1)
    assert len(station.json("show", visit["id"])["prints"]) == 1


def test_the_counters_papers_and_a_blank_form_come_out_of_the_command_line(station: Station, tmp_path: Path) -> None:
    kinds = {row["kind"]: row for row in station.rows("print", "--kinds")}
    assert {kinds[kind]["subject"] for kind in ("visit_receipt", "privacy_notice")} == {"visit"}
    assert all(row["title"] for row in kinds.values())
    visit = next(v for v in station.rows("list", "visits") if v["visitor"] and v["channel"] == "walk_in")
    said = {}
    for kind in ("visit_receipt", "privacy_notice"):
        station.run("print", kind, visit["id"], "--out", str(tmp_path / f"{kind}.pdf"))
        said[kind] = text_of((tmp_path / f"{kind}.pdf").read_bytes())
    code = re.search(r"登[0-9]{4}-[0-9]{6}[-A-Z0-9]*/[A-Z2-9]{4}", said["visit_receipt"])
    assert code is not None
    found = station.rows("search", code.group())
    assert found[0]["kind"] == "visit"
    wrong = code.group()[:-1] + ("A" if code.group()[-1] != "A" else "B")
    assert wrong in station.run("search", wrong, status=1).stderr
    blank = tmp_path / "blank.pdf"
    station.run("print", "blank_form", "registration", "--out", str(blank))
    assert "停电" in text_of(blank.read_bytes())
    assert "没有这个人" in station.run("print", "hand_over", "没有这个人", "--out", str(blank), status=1).stderr


def at_the_desk(station: Station) -> AbstractContextManager[Any]:
    """The station's store, between two verbs of the command line."""
    from desktop.commands.access import Access, Secrets
    from desktop.config import home_from
    from resources import wording

    secrets = Secrets(station.secrets["QIANSHAO_STAFF"], PASSWORD, station.secrets["QIANSHAO_PASSPHRASE"])
    return Access(home_from(str(station.home)), wording("zh"), secrets).desk()


def unclear_agreement(station: Station) -> str:
    """An agreement that says neither by when nor how much exactly, made with the verbs of the window."""
    from desktop.actions.agreements import agreement_draft, conclude
    from desktop.actions.matters import matter_draft_from, open_matter
    from desktop.actions.mediations import mediation_draft_from, open_mediation
    from desktop.store.visits import list_visits

    with at_the_desk(station) as desk:
        with desk.store.read() as reader:
            visit = next(row.id for row in list_visits(reader, limit=50) if row.visitor)
        draft = matter_draft_from(desk, visit)
        firm = {"role": "respondent", "party_kind": "organisation", "name": "某某物业公司", "phone": "0755-21080002"}
        draft["parties"] = [*draft["parties"], firm]
        matter = open_matter(desk, visit, draft).id
        now = desk.now().isoformat()
        told = {"rights_told_at": now, "started_at": now, "consent": "all", "interests": "none"}
        mediation = open_mediation(desk, matter, mediation_draft_from(desk, matter) | told).id
        terms = [{"text": "被申请人尽快支付修理费"}]
        drawn = agreement_draft(desk, mediation) | {"terms": terms, "performance": "转账。", "facts": "漏水。"}
        return conclude(desk, mediation, drawn).id


def prints_of_agreement(station: Station, agreement: str) -> list[Print]:
    """Its prints in the store."""
    from desktop.store.links import prints_of

    with at_the_desk(station) as desk, desk.store.read() as reader:
        return prints_of(reader, agreement)


def test_an_agreement_that_a_rule_stops_says_the_rule_and_a_reason_is_kept(station: Station, tmp_path: Path) -> None:
    agreement = unclear_agreement(station)
    paper = tmp_path / "a.pdf"
    refused = station.run("print", "agreement", agreement, "--out", str(paper), status=1).stderr
    for said in ("词语含糊", "尽快", "没有写明金额", "第三百五十八条", "--reason"):
        assert said in refused
    assert not paper.exists()
    assert prints_of_agreement(station, agreement) == []
    english = station.run("print", "agreement", agreement, "--out", str(paper), "--language", "en", status=1).stderr
    assert "art. 358" in english
    station.json("print", "agreement", agreement, "--out", str(paper), "--reason", "双方坚持这样写")
    assert paper.read_bytes().startswith(b"%PDF")
    (printed,) = prints_of_agreement(station, agreement)
    assert {w.reason for w in printed.went_on} == {"双方坚持这样写"}
    assert "vague" in {w.rule for w in printed.went_on}


def test_prints_are_listed_and_statistics_counted_and_written(station: Station, tmp_path: Path) -> None:
    prints = station.rows("list", "prints")
    assert ("registration", 1, None) in [(p["paper"], p["copy"], p["result"]) for p in prints]
    log = tmp_path / "prints.csv"
    assert station.json("export", "prints", "--out", str(log))["rows"] == len(prints)
    assert "群众诉求登记表" in log.read_text(encoding="utf-8-sig")
    counted = station.json("stats", "--period", "2026")
    assert counted["period"] == "2026"
    assert {n["value"] for n in counted["numbers"] if n["measure"] == "accepted"} == {1}
    for name in ("a.xlsx", "a.pdf"):
        station.run("stats", "--period", "2025", "--report", "--out", str(tmp_path / name))
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert "人民调解统计表" in text_of((tmp_path / "a.pdf").read_bytes())
    assert station.json("stats", "--period", "2025")["reported"]
    dues = [row["due"] for row in station.rows("due", "--at", "2026-03-05T09:00")]
    assert dues == sorted(dues)
    moments = [row["kind"] for row in station.rows("due", "--only", "moments", "--at", "2026-12-01T09:00")]
    clocks = [row["kind"] for row in station.rows("due", "--only", "clocks", "--at", "2026-12-01T09:00")]
    assert moments
    assert all(kind.startswith("moment-") for kind in moments)
    assert not any(kind.startswith("moment-") for kind in clocks)
    assert station.run("due", "--at", "soon", status=1).stderr.count("\n") == 1
    for wrong in (("--period", "2026Q9"), ("--period", "2099", "--report"), ("--out", str(tmp_path / "no" / "a.pdf"))):
        assert station.run("stats", *wrong, status=1).stderr.count("\n") == 1
    ledger = tmp_path / "台账.pdf"
    done = station.json("export", "visits", "--since", "2026-09-01", "--until", "2026-09-01", "--out", str(ledger))
    assert done["rows"] == len([v for v in station.rows("list", "visits") if v["happened_at"][:10] == "2026-09-01"])
    assert "登记台账" in text_of(ledger.read_bytes())
    station.run("export", "visits", "--full", "--reason", "x", "--out", str(ledger), status=1)


def test_after_the_day_end_both_ends_print_the_same_tally(station: Station) -> None:
    end = station.json("day-end")
    records = {"pushed", "pulled", "refused", "held", "acknowledged", "unsent"}
    assert set(end) == records | {"bytes", "files_sent", "files_waiting", "written", "signed", "proved"}
    assert end["proved"]
    assert end["bytes"] > 0
    assert end["written"] == end["signed"]
    assert station.json("receipts", "verify")["faults"] == []
    assert (end["refused"], end["held"], end["unsent"], end["files_waiting"]) == (0, 0, 0, 0)
    assert end["pushed"] == end["acknowledged"] > 0
    assert end["signed"] > 600
    assert station.json("records") == json.loads(verb(station.db, "records", "--json").stdout)
    assert station.json("records", "--all")["counts"]["visit"] == station.json("records")["counts"]["visit"]
    before = station.json("records")["digest"]
    station.rows("list", "persons", "--limit", "1")
    assert station.json("records")["digest"] == before, "what came after the receipt is left out"


def test_a_day_end_that_would_rewrite_much_stops_and_goes_on_once_the_lead_agreed(station: Station) -> None:
    station.json("day-end")
    assert station.json("mass-change", "show") == {}
    station.run("mass-change", "allow", status=1)
    people = [row["id"] for row in station.rows("list", "persons", "--limit", "6")]
    secrets = Secrets(station.secrets["QIANSHAO_STAFF"], PASSWORD, station.secrets["QIANSHAO_PASSPHRASE"])
    home = Home(station.home)
    with Access(home, wording("zh"), secrets).desk() as desk, desk.store.write() as work:
        for person in people:
            work.revise(person, {"note": "批量改写"}, desk.made())
    before = home.settings
    home.save(replace(before, mass_change_percent=0, mass_change_least=5))
    try:
        stopped = station.run("day-end", status=1)
        assert "改写 6 张卡片" in stopped.stderr
        shown = station.json("mass-change", "show")
        assert (shown["direction"], shown["rewritten"], {r["id"] for r in shown["records"]}) == ("sent", 6, set(people))
        station.json("mass-change", "decline", "--reason", "先核实")
        station.run("day-end", status=1)
        assert station.json("mass-change", "allow", "--reason", "核实过") == {"allowed": True}
        assert station.json("day-end")["unsent"] == 0
        assert station.json("mass-change", "show") == {}
    finally:
        home.save(before)


def test_the_district_edits_a_card_and_the_desk_decides_what_counts(station: Station) -> None:
    station.json("day-end")
    person = station.rows("list", "persons", "--limit", "1")[0]["id"]
    edited = verb(station.db, "card", "edit", person, "employer=区里核实的单位", "--json")
    assert edited.returncode == 0, edited.stderr
    assert verb(station.db, "card", "edit", person, "shoe_size=43").returncode == 1
    secrets = Secrets(station.secrets["QIANSHAO_STAFF"], PASSWORD, station.secrets["QIANSHAO_PASSPHRASE"])
    with Access(Home(station.home), wording("zh"), secrets).desk() as desk, desk.store.write() as work:
        work.revise(person, {"employer": "甲厂"}, desk.made())
    station.json("day-end")
    shown = station.json("conflicts", "show", person)
    assert {side["value"] for side in shown["fields"][0]["sides"]} == {"区里核实的单位", "甲厂"}
    station.json("conflicts", "decide", person, "--value", "employer=甲厂（区里核实）")
    station.json("day-end")
    assert station.json("show", person)["record"]["employer"] == "甲厂（区里核实）"
    assert verb(station.db, "doctor").returncode == 0


def test_a_backup_opens_elsewhere_by_its_own_passphrase(station: Station, tmp_path: Path) -> None:
    backup = tmp_path / "b.backup"
    made = station.json("backup", str(backup), QIANSHAO_BACKUP_PASSPHRASE="a recovery passphrase")
    other = Station(tmp_path / "other", station.db, station.url)
    other.run("restore", str(backup), status=1, QIANSHAO_BACKUP_PASSPHRASE="another passphrase")
    restored = other.json("restore", str(backup), QIANSHAO_BACKUP_PASSPHRASE="a recovery passphrase")
    assert restored["records"] == made["records"] + 1
    assert restored["store"] != station.json("doctor")["store"]
    assert len(other.rows("list", "visits")) == len(station.rows("list", "visits"))
    examined = other.json("doctor")
    assert examined["differences"] == {}
    assert examined["fonts"] == []


def test_a_store_that_was_restored_on_another_machine_is_enrolled_anew(station: Station, tmp_path: Path) -> None:
    code = verb(station.db, "station", "add", "玉律社区").stdout.splitlines()[-1]
    lost = Station(tmp_path / "lost", station.db, station.url)
    lost.run("enrol", "--district", station.url, "--code", code, "--staff", "张登记")
    shutil.copy(DATA / "ledger.csv", tmp_path / "ledger.csv")
    lost.run("import", "visits", str(tmp_path / "ledger.csv"))
    lost.run("backup", str(tmp_path / "b.backup"), QIANSHAO_BACKUP_PASSPHRASE="a recovery passphrase")
    new = Station(
        tmp_path / "new", station.db, station.url, {**SECRETS, "QIANSHAO_PASSPHRASE": "another machine's own"}
    )
    new.run("restore", str(tmp_path / "b.backup"), QIANSHAO_BACKUP_PASSPHRASE="a recovery passphrase")
    new.run("day-end", status=1)
    code = verb(station.db, "station", "add", "玉律社区").stdout.splitlines()[-1]
    again = ["enrol", "--district", station.url, "--code", code, "--staff", "张登记"]
    new.run(*again, status=1, QIANSHAO_PASSWORD="not the Password 1")
    new.run(*again)
    end = new.json("day-end")
    assert (end["refused"], end["held"], end["unsent"]) == (0, 0, 0)
    assert new.json("records") == json.loads(verb(station.db, "records", "--json", "--station", "玉律社区").stdout)
    assert new.json("records")["counts"]["visit"] == 600
    stations = [json.loads(line) for line in verb(station.db, "stations", "--json").stdout.splitlines()]
    revoked = {one["store"]: one["revoked_at"] is not None for one in stations if one["unit_name"] == "玉律社区"}
    assert sorted(revoked.values()) == [False, True]
    assert not revoked[new.json("doctor")["store"]]
    new.run(*again, status=1)


def test_who_cannot_sign_in_is_refused_in_the_language_asked_for(station: Station) -> None:
    wrong = station.run("list", "visits", "--language", "en", status=1, QIANSHAO_PASSWORD="wrong")
    assert wrong.stderr.isascii()
    station.run("list", "visits", status=1, QIANSHAO_STAFF="", QIANSHAO_PASSWORD="")
    station.run("enrol", "--district", station.url, "--code", "QS1-X-LOCAL", "--staff", "李四", status=1)
    station.run("import", "visits", "/nowhere/a.csv", status=1)


def test_a_ledger_imported_at_two_desks_of_a_station_is_there_once(station: Station, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.csv"
    ledger.write_bytes(b"".join((DATA / "ledger.csv").read_bytes().splitlines(keepends=True)[:101]))
    desks = []
    for name in ("甲", "乙"):
        code = verb(station.db, "station", "add", "迳口社区").stdout.splitlines()[-1]
        desk = Station(tmp_path / name, station.db, station.url, {**SECRETS, "QIANSHAO_STAFF": f"{name}登记"})
        desk.json("enrol", "--district", station.url, "--code", code, "--staff", f"{name}登记")
        assert desk.json("import", "visits", str(ledger))["added"] == 100
        desks.append(desk)
    for desk in (*desks, *desks):
        end = desk.json("day-end")
        assert (end["refused"], end["held"], end["unsent"]) == (0, 0, 0)
    for desk in desks:
        assert len(desk.rows("list", "visits")) == 100
        assert desk.json("doctor")["differences"] == {}
    one, other = (desk.json("records", "--all")["counts"] for desk in desks)
    assert one["person"] == other["person"]
    assert one["participation"] == other["participation"]


def test_a_reader_who_has_seen_enough_ends_it_quietly(station: Station) -> None:
    env = {**os.environ, **SECRETS}
    piped = f"'{PROGRAM}' list visits --json --home '{station.home}' | head -n 1"
    done = subprocess.run(["bash", "-c", piped], env=env, capture_output=True, text=True, check=True)
    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ("list visits --limit 1 >&-", 0, ""),
        ("search - <&-", 0, ""),
        ("doctor 2>&- >/dev/null", 0, ""),
        ("list visits >/dev/full", 1, "不能写标准输出：No space left on device。\n"),
    ],
)
def test_closed_and_full_streams_end_in_a_sentence_or_in_silence(
    station: Station, words: str, status: int, said: str
) -> None:
    env = {**os.environ, **SECRETS, "QIANSHAO_HOME": str(station.home)}
    done = subprocess.run(["bash", "-c", f"'{PROGRAM}' {words}"], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", said)


def test_without_a_desktop_the_window_says_so(station: Station) -> None:
    env = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}}
    done = subprocess.run([PROGRAM, "--home", station.home], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "qianshao --help" in done.stderr


def enrolled(station: Station, folder: Path, unit: str, **more: str) -> Station:
    """Enrol another station by a child process."""
    code = verb(station.db, "station", "add", unit).stdout.splitlines()[-1]
    other = Station(folder / "home", station.db, station.url)
    other.child("enrol", "--district", station.url, "--code", code, "--staff", "张登记", **more)
    return other


def test_without_a_keyring_service_a_passphrase_keeps_the_keys(station: Station, tmp_path: Path) -> None:
    nobody = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    wrapped = enrolled(station, tmp_path, "东周社区", **nobody)
    keys = wrapped.home / "keys.json"
    assert keys.stat().st_mode & 0o777 == 0o600
    assert json.loads(wrapped.child("day-end", "--json", **nobody).stdout)["unsent"] == 0
    wrapped.child("doctor", status=1, QIANSHAO_PASSPHRASE="wrong", **nobody)
    wrapped.child("doctor", status=1, QIANSHAO_PASSPHRASE="", **nobody)


def test_a_home_that_was_moved_keeps_its_keys_and_its_place_at_the_district(station: Station, tmp_path: Path) -> None:
    moved = enrolled(station, tmp_path, "红星社区")
    before = moved.json("doctor")["store"]
    moved.home.rename(tmp_path / "moved")
    moved.home = tmp_path / "moved"
    assert moved.json("doctor")["store"] != before
    moved.json("backup", str(tmp_path / "copy.qsb"), QIANSHAO_BACKUP_PASSPHRASE="a recovery passphrase")
    assert moved.json("day-end")["unsent"] == 0
    moved.run("restore", str(tmp_path / "copy.qsb"), status=1, QIANSHAO_BACKUP_PASSPHRASE="a recovery passphrase")


def test_a_damaged_store_gives_way_to_its_backup(station: Station, tmp_path: Path) -> None:
    damaged = enrolled(station, tmp_path, "塘家社区")
    recovery = {"QIANSHAO_BACKUP_PASSPHRASE": "a recovery passphrase"}
    damaged.json("backup", str(tmp_path / "copy.qsb"), **recovery)
    path = damaged.home / "store.db"
    path.write_bytes(path.read_bytes()[:9000])
    damaged.run("list", "visits", status=1)
    damaged.json("restore", str(tmp_path / "copy.qsb"), **recovery)
    assert damaged.json("doctor")["differences"] == {}
    assert damaged.json("day-end")["unsent"] == 0
    assert [p.name for p in damaged.home.glob("damaged-*/store.db")] == ["store.db"]


def test_with_a_keyring_service_no_passphrase_is_needed(station: Station, tmp_path: Path, secret_service: None) -> None:
    keyed = enrolled(station, tmp_path, "翠湖社区", QIANSHAO_PASSPHRASE="")
    assert not list(keyed.home.glob("keys*"))
    assert json.loads(keyed.child("day-end", "--json", QIANSHAO_PASSPHRASE="").stdout)["unsent"] == 0


def test_the_whole_file_goes_to_one_pdf_and_a_copy_of_a_part_leaves_later(station: Station, tmp_path: Path) -> None:
    mediation = _mediated(station)
    out = tmp_path / "卷宗.pdf"
    done = station.json("print", "file", mediation, "--out", str(out))
    assert (done["part"], done["first_page"], done["copy"]) == (1, 1, 1)
    assert out.stat().st_mode & 0o777 == 0o600
    assert f"本卷宗共{done['last_page']}页" in text_of(out.read_bytes())
    assert [name for name, _first, _last in done["contents"]][:2] == ["file_cover", "file_index"]
    assert done["missing"]
    again = station.run("print", "file", mediation, "--out", str(tmp_path / "b.pdf"))
    assert "副本" in again.stdout
    assert (tmp_path / "b.pdf").read_bytes().startswith(out.read_bytes())
    station.run("print", "file", mediation, "--part", "2", "--out", str(tmp_path / "c.pdf"), status=1)
    assert not (tmp_path / "c.pdf").exists()


def _mediated(station: Station) -> str:
    """Open a mediation on a new matter, as a program at this desk would."""
    from desktop.actions.matters import matter_draft_from, open_matter
    from desktop.actions.mediations import mediation_draft_from, open_mediation
    from desktop.commands.access import Access, Secrets
    from desktop.config import Home
    from resources import wording

    visit = next(v for v in station.rows("list", "visits") if v["visitor"] and v["channel"] == "walk_in")
    secrets = Secrets(SECRETS["QIANSHAO_STAFF"], PASSWORD, SECRETS["QIANSHAO_PASSPHRASE"])
    with Access(Home(station.home), wording("zh"), secrets).desk() as desk:
        draft = matter_draft_from(desk, visit["id"])
        draft["parties"] = [
            *draft["parties"],
            {"role": "respondent", "party_kind": "organisation", "name": "某物业公司"},
        ]
        matter = open_matter(desk, visit["id"], draft).id
        return open_mediation(desk, matter, mediation_draft_from(desk, matter)).id
