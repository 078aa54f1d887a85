"""`qianshao print` of every kind there is, and of the whole file: as other programs see it, and proven by its code."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pikepdf
import pytest

from desktop.actions.accusations import seal_accusation
from desktop.actions.agreements import agreement_draft, conclude
from desktop.actions.desk import Desk
from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.mediation_events import event_draft, note_event
from desktop.actions.mediations import follow_up, mediation_draft_from, open_mediation
from desktop.actions.orders import issue_order, order_draft
from desktop.actions.steps import add_step
from desktop.actions.threats import emergency_draft, end_threat, note_threat, raise_threat
from desktop.actions.visits import log_visit
from desktop.forms.catalogue import FORMS, MAKES
from desktop.forms.form import Draft
from desktop.forms.questions import fresh
from desktop.store.units import staff, units
from resources import wording
from sync.protocol.age import new_identity, recipient_of
from sync.records.kinds import new_id
from sync.records.papers import PaperKind
from sync.records.threats import ThreatStep
from sync.records.units import Role
from tests.support.codes import copied, scanned
from tests.support.district_process import serving, verb
from tests.support.pdf import check_structure, drawn_text_of, fonts_of, text_of
from tests.system.test_cli import Station, at_the_desk
from tests.system.test_verify import verified

WHY_FALSE = "键盘上放了本子"
UNIT, SECRETARY, BODY, OTHER_BODY = "光明社区", "黄志远", "区住房和建设局", "区人力资源局"
said = wording("zh")
WHOLE = "file"
"""The word of the command line for the whole file, which `--kinds` lists as case_file."""
KINDS = [*(kind.value for kind in PaperKind if kind is not PaperKind.CASE_FILE), PaperKind.CASE_FILE.value, WHOLE]
FIRM = {
    "role": "respondent",
    "party_kind": "organisation",
    "name": "深圳市光明建筑劳务有限公司",
    "credit_code": "91440300MA5F000007",
    "legal_representative": "王𬱖",
    "phone": "0755-27401234",
    "address": "光侨大道2519号",
}


REPORTER = {"role": "reporter", "party_kind": "person", "name": "丁上报", "phone": "13966667777"}


@dataclass
class Printed:
    """A station with a record for each kind of paper, and where the papers are that its command line printed."""

    station: Station
    listed: list[dict[str, str]]
    files: dict[str, Path] = field(default_factory=dict)


def opened(desk: Desk, form: str, **given: object) -> Draft:
    """A form opened now, with what a clerk typed."""
    draft = fresh(FORMS[form], MAKES[form])
    for name in draft:
        if name.endswith("_at") and isinstance(draft[name], str):
            draft[name] = desk.now().isoformat()
    return {**draft, **given}


def subjects(station: Station) -> dict[str, str]:
    """Make one record of each kind that a paper is about; what is none is said as the command line says it."""
    with at_the_desk(station) as desk:
        document = {"answer": "given", "type": "citizen", "number": "11010519491231002X", "doubt": ""}
        told = {"name": "䶮㛃", "document": document, "phone": "13812345678", "address": "凤凰路2号"}
        about = {"channel": "walk_in", "text": "工资三个月未付。", "category": "labour"}
        visit = log_visit(desk, opened(desk, "visit", **told, **about)).id
        draft = matter_draft_from(desk, visit) | {"nature": "petition", "discovered_by": REPORTER["name"]}
        draft["must_report"] = True
        matter = open_matter(desk, visit, {**draft, "parties": [*draft["parties"], FIRM, REPORTER]}).id
        order = _order(desk, matter)
        _steps(desk, matter)
        mediation, event, agreement = _mediated(desk, matter)
        _threatened(desk)
        with desk.store.write() as work:
            work.set_meta("district_recipient", work.meta("district_recipient") or recipient_of(new_identity()))
        accused = {"accused": "䶮某", "text": WHY_FALSE, "channel": "walk_in"}
        accusation = seal_accusation(desk, fresh(FORMS["accusation"], "accusation", accused)).id
    reported = station.json("stats", "--period", "2025", "--report")["reported"]
    return {
        "visit": visit,
        "matter": matter,
        "dispatch_order": order,
        "mediation": mediation,
        "mediation_event": event,
        "agreement": agreement,
        "statistics_report": reported,
        "blank_form": "agreement",
        "hand_over": SECRETARY,
        "accusation": accusation,
    }


def _threatened(desk: Desk) -> None:
    """Help was called at this desk: once by mistake, and once more, which stands open while papers are printed."""
    mistaken = raise_threat(desk).id
    end_threat(desk, mistaken, {"step": "false_alarm", "text": WHY_FALSE, "_id": new_id("threat_event")})
    threat = raise_threat(desk).id
    note_threat(desk, threat, ThreatStep.POLICE)
    emergency_draft(desk, threat)


def _order(desk: Desk, matter: str) -> str:
    with desk.store.read() as reader:
        known = {unit.name: unit.unit for unit in units(reader).values()}
        secretary = next(s for s in staff(reader).values() if s.name == SECRETARY)
    session = replace(
        desk.session, staff=secretary.staff, name=SECRETARY, roles=frozenset({Role.ISSUING_SECRETARY, Role.REGISTRAR})
    )
    issuing = replace(desk, session=session)
    draft = order_draft(issuing, matter) | {"departments": [known[BODY]], "grade": "red", "issuer_post": "党委书记"}
    draft["authority"] = draft["authority"] or "光信联办〔2024〕3号"
    return issue_order(issuing, matter, draft).id


def _steps(desk: Desk, matter: str) -> None:
    with desk.store.read() as reader:
        known = {unit.name: unit.unit for unit in units(reader).values()}
    taken = {"kind": "accepted", "by_unit": known[BODY]}
    refused = {"kind": "not_accepted", "by_unit": known[BODY], "text": "已立案。", "rule_cited": "《信访工作条例》"}
    passed = {"kind": "transferred", "to_unit": known[OTHER_BODY], "text": "属劳动监察职责。"}
    for given in (taken, refused, passed):
        add_step(desk, matter, opened(desk, "step", **given))


def _mediated(desk: Desk, matter: str) -> tuple[str, str, str]:
    """A mediation with a session, an agreement with a share, and a return visit."""
    now = desk.now().isoformat()
    told = {"rights_told_at": now, "started_at": now, "consent": "all", "interests": "none"}
    mediation = open_mediation(desk, matter, mediation_draft_from(desk, matter) | told).id
    session = {"kind": "joint", "text": "双方核对考勤。", "side": None, "present": "双方"}
    event = note_event(desk, mediation, event_draft(desk, mediation) | session).id
    terms = [{"text": "支付工资", "amount": "24347", "payer": "2", "payee": "1", "due_on": "2099-04-01"}]
    share = {
        "name": "䶮㛃",
        "period": "2026年1月至3月",
        "amount": "24347",
        "account": "6217003320001234501",
        "bank": "建行",
    }
    given = {"terms": terms, "total": "24347", "shares": [share], "facts": "拖欠工资。", "performance": "转账。"}
    agreement = conclude(desk, mediation, agreement_draft(desk, mediation) | given).id
    follow_up(desk, agreement, opened(desk, "follow_up", text="已经付清。", performed="all", manner="phone"))
    return mediation, event, agreement


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printed]:
    """Every kind that the command line lists, printed by it; then the day's end, which has the key published."""
    folder = tmp_path_factory.mktemp("kinds")
    db = f"sqlite:///{folder}/district.db"
    assert verb(db, "init").returncode == 0
    code = verb(db, "station", "add", UNIT, "--telephone", "0755-21080000").stdout.splitlines()[-1]
    for name in (BODY, OTHER_BODY):
        assert verb(db, "department", "add", name).returncode == 0
    assert verb(db, "staff", "add", SECRETARY, "--station", UNIT, "--role", "issuing_secretary").returncode == 0
    with serving(db, folder) as server:
        station = Station(folder / "home", db, server.url)
        station.run("enrol", "--district", server.url, "--code", code, "--staff", "张登记")
        station.run("day-end")
        known = subjects(station)
        made = Printed(station, station.rows("print", "--kinds"))
        about = {row["kind"]: known[row["subject"]] for row in made.listed} | {WHOLE: known["mediation"]}
        for kind in KINDS:
            made.files[kind] = folder / f"{kind}.pdf"
            reason = ("--reason", "双方坚持这样写")
            station.run("print", kind, about[kind], "--out", str(made.files[kind]), *reason)
        station.run("day-end")
        yield made


def test_every_kind_that_is_listed_is_printed_here(printed: Printed) -> None:
    assert {row["kind"] for row in printed.listed} | {WHOLE} == set(KINDS) == set(printed.files)
    assert all(row["title"] and row["subject"] for row in printed.listed)
    assert {row["need"] for row in printed.listed} == {"must", "if_needed", "local", ""}


@pytest.mark.parametrize("kind", KINDS)
def test_other_programs_agree_about_it(printed: Printed, kind: str, tmp_path: Path) -> None:
    pdf = printed.files[kind].read_bytes()
    check_structure(pdf, tmp_path)
    fonts = fonts_of(pdf)
    assert fonts
    assert all(font["emb"] == font["sub"] == font["uni"] == "yes" for font in fonts), fonts
    text = text_of(pdf)
    assert len(text) > 30
    assert text == "".join(drawn_text_of(pdf, tmp_path).split())


def test_neither_who_reported_a_matter_nor_a_suspicion_of_violence_stands_on_a_paper(printed: Printed) -> None:
    for kind, file in printed.files.items():
        text = text_of(file.read_bytes())
        assert REPORTER["name"] not in text, kind
        assert REPORTER["phone"][-4:] not in text, kind
        assert "家庭暴力" not in text, kind


def test_a_code_read_from_a_scan_proves_each_and_one_flipped_bit_does_not(printed: Printed, tmp_path: Path) -> None:
    good, flipped, texts, wrong = (tmp_path / name for name in ("good", "flipped", "texts", "wrong"))
    for folder in (good, flipped, texts, wrong):
        folder.mkdir()
    for kind, file in printed.files.items():
        pdf = file.read_bytes()
        code = scanned(pdf, tmp_path, dots=150)
        assert code, kind
        (flipped / kind).write_bytes(_flipped(pdf))
        if kind not in (WHOLE, PaperKind.CASE_FILE):  # in these are many papers, each with its own code
            said = copied(pdf)
            (texts / kind).write_text(f"{said}\n{code}\n", encoding="utf-8")
            (wrong / kind).write_text(f"{said}\n{code[:-9]}{chr(ord(code[-9]) ^ 1)}{code[-8:]}\n", encoding="utf-8")
    _all_verified(printed.station, list(printed.files.values()))
    _all_verified(printed.station, sorted(texts.iterdir()))
    spoilt = [str(path) for path in (*flipped.iterdir(), *wrong.iterdir())]
    status, found = verified(printed.station, *spoilt)
    assert status == 1
    assert {one["file"] for one in found if one["verdict"] != "genuine"} == set(spoilt)
    assert verified(printed.station, spoilt[0])[0] == verified(printed.station, spoilt[-1])[0] == 1


def _all_verified(station: Station, files: list[Path]) -> None:
    status, found = verified(station, *map(str, files))
    assert [one for one in found if one["verdict"] != "genuine"] == []
    assert status == 0


def _flipped(pdf: bytes) -> bytes:
    """The file with the middle bit of what its first page says turned over."""
    with pikepdf.open(io.BytesIO(pdf)) as opened_pdf:
        contents = opened_pdf.pages[0].obj.Contents
        parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        raw = max((part.read_raw_bytes() for part in parts), key=len)
    at = pdf.index(raw) + len(raw) // 2
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def test_no_paper_says_a_word_of_a_call_for_help_at_the_desk(printed: Printed) -> None:
    prefixes = ("records.threatstep_", "records.kind_threat", "threats.", "notices.text_threat", "notices.kind_threat")
    ours = {"threats.order_subject", "threats.order_text"}  # what the emergency order says, and nothing of why
    words = {
        "".join(text.partition("{")[0].split())
        for key, text in said.entries.items()
        if key.startswith(prefixes) and key not in ours
    }
    flags = {word for word in words if len(word) > 3} | {WHY_FALSE}
    assert len(flags) > 15
    for kind, file in printed.files.items():
        text = text_of(file.read_bytes())
        assert [flag for flag in flags if flag in text] == [], kind
    handed = text_of(printed.files["hand_over"].read_bytes())
    assert said("threats.order_subject") in handed, "the matter of that order is on the sheet, under its plain name"


def test_each_party_s_will_is_recorded_and_listed_by_a_command(printed: Printed) -> None:
    station = printed.station
    mediation = station.rows("list", "mediations")[0]["id"]
    wills = station.rows("consent", mediation)
    assert [(will["name"], will["agrees"]) for will in wills] == [("䶮㛃", True), (FIRM["name"], True)]
    told = station.rows("consent", mediation, "--refuses", FIRM["name"], "--manner", "phone")
    assert [(will["agrees"], will["manner"]) for will in told] == [(True, ""), (False, "phone")]
    refused = station.run("consent", mediation, "--agrees", "某人", status=1).stderr
    assert "没有当事人“某人”" in refused
    assert FIRM["name"] in refused
    again = station.run("consent", mediation, "--agrees", FIRM["name"], "--at", "2999-01-01", status=1)
    assert again.stderr
    lines = station.run("consent", mediation, "--agrees", FIRM["name"]).stdout.splitlines()
    assert len(lines) == 2
    assert lines[1].split("\t")[:2] == [FIRM["name"], "同意调解"]


def test_orders_and_replies_are_given_and_told_by_commands(printed: Printed) -> None:
    station = printed.station
    (row,) = station.rows("order", "list")
    told = station.json("order", "show", row["id"])
    assert (told["number"], told["state"], told["departments"][0]["name"]) == (row["number"], row["state"], BODY)
    assert told["departments"][0]["report_by"] == row["report_by"]
    assert station.rows("reply", "list", row["id"]) == []
    asked = station.json("order", "issue", row["matter"], "--to", OTHER_BODY, "--way", "request", "--text", "请到场")
    assert asked["kind"] == "order_request"
    assert [one["departments"] for one in station.rows("order", "list", "--requests")] == [[OTHER_BODY]]
    refused = station.run("order", "issue", row["matter"], "--to", OTHER_BODY, "--way", "issue", status=1).stderr
    assert SECRETARY in refused
    nobody = station.run("order", "issue", row["matter"], "--to", "无此局", "--way", "emergency", status=1).stderr
    assert "部门" in nobody
    issued = station.json("order", "issue", row["matter"], "--to", BODY, "--way", "emergency")
    assert station.json("order", "show", issued["id"])["ratification"] == "waiting"
