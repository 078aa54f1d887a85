"""The command line before any verb runs: what is understood, what is bad usage, what is never imported."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from string import Formatter
from unittest.mock import Mock

import pytest

from desktop import cli
from desktop.commands.access import PASSPHRASE, PASSWORD, STAFF, Access, Secrets
from desktop.commands.orders import _calls
from desktop.commands.output import Meter, Said, put, sentence
from desktop.config import Home, Settings
from desktop.store.opening import write_id
from resources import LANGUAGES, wording
from resources.arguments import Arguments
from sync.records.errors import Refused, RuleBroken

ZH = wording("zh")


def parsed(*words: str) -> argparse.Namespace:
    return cli._parser(ZH).parse_args(words)


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        ("enrol --district http://127.0.0.1:1 --code QS1 --staff 张三", "work.enrol"),
        ("import visits a.csv", "work.import_ledger"),
        ("list persons", "records.list_rows"),
        ("export visits --out a.csv", "work.export"),
        ("show vis_1", "records.show"),
        ("search -", "records.search"),
        ("records", "records.records"),
        ("print agreement agr_1 --out a.pdf", "work.print_paper"),
        ("day-end", "work.day_end"),
        ("backup a.qsb", "care.backup"),
        ("restore a.qsb", "care.restore"),
        ("doctor", "care.doctor"),
        ("due --at 2026-03-05T09:00", "deadlines.due"),
        ("deadline --kind confirmation --start 2026-03-05", "deadlines.deadline"),
        ("stats --period 2026Q1 --basis accepted --out a.pdf", "statistics.stats"),
    ],
)
def test_every_verb_of_the_station_is_there_and_can_be_loaded(words: str, verb: str) -> None:
    assert parsed(*words.split()).verb == verb
    assert callable(cli._verb(verb))


def test_what_all_verbs_understand_may_stand_before_or_after_the_verb() -> None:
    before = parsed("--home", "/a", "--json", "--language", "en", "doctor")
    after = parsed("doctor", "--home", "/a", "--json", "--language", "en")
    assert (before.home, before.json, before.language) == (after.home, after.json, after.language) == ("/a", True, "en")
    assert (parsed("doctor").home, parsed("doctor").json, parsed("doctor").language) == (None, False, "")


@pytest.mark.parametrize(
    "words",
    [
        "nonsense",
        "list",
        "list cats",
        "import",
        "import cats a",
        "print agreement a",
        "list visits --limit 0",
        "show vis_\udcff",
        "--language fr doctor",
    ],
)
def test_bad_usage_ends_with_2(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(words.split())
    assert stopped.value.code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("list", {"required": {"names": "KIND"}}),
        ("due --nope", {"unknown": {"given": "--nope"}}),
        ("list cats", {"KIND choice": {"given": "'cats'", "names": ", ".join(map(repr, cli._LISTS))}}),
        ("list visits --limit", {"--limit one_value": {}}),
        ("list visits --limit 0", {"--limit positive": {"given": "'0'"}}),
        ("print agreement a --copies x", {"--copies number": {"given": "'x'"}}),
        ("verify", {"required": {"names": "FILE|-"}}),
        ("show vis_\udcff", {"ID utf8": {"given": repr("vis_\udcff")}}),
        ("records --all=x", {"--all no_value": {"given": "'x'"}}),
        ("export visits --out a --en", {"--encoding one_value": {}}),
        ("enrol --s 张三 --co x --d", {"--district one_value": {}}),
        ("stats --re x", {"ambiguous": {"given": "--re", "names": "--report, --reason"}}),
    ],
)
def test_bad_usage_is_told_in_one_sentence_of_the_language_that_the_window_is_set_to(
    words: str, said: dict[str, dict[str, str]], language: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told = wording(language)
    ((where, values),) = said.items()
    name, _, key = where.rpartition(" ")
    sentence_ = told(f"arguments.{key}", **values)
    sentence_ = told("arguments.of_one", name=name, said=sentence_) if name else sentence_
    Home(tmp_path).save(Settings(language=language))
    with pytest.raises(SystemExit):
        cli.main(["--home", str(tmp_path), *words.split(" ")])
    lines = capsys.readouterr().err.encode("utf-8", "backslashreplace").decode().splitlines()
    assert lines[0].startswith(told("arguments.usage"))
    prog = lines[-1].partition(told("arguments.error", prog="", said=""))[0]
    expected = told("arguments.error", prog=prog, said=sentence_)
    assert lines[-1] == expected.encode("utf-8", "backslashreplace").decode()


def test_a_sentence_of_a_later_python_stays_as_it_is() -> None:
    parser = Arguments(words=ZH, prog="qianshao")
    assert parser.told("something else is wrong") == "something else is wrong"
    assert parser.told("argument --x: something else") == ZH("arguments.of_one", name="--x", said="something else")
    assert parser.told("argument --x: expected 2 arguments") == "--x：后面要跟 2 个值"


def test_a_home_that_is_no_folder_is_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "home").touch()
    assert cli.main(["doctor", "--home", str(tmp_path / "home")]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "Traceback" not in said.err


def test_names_and_input_that_are_no_utf8_leave_no_traceback(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "desktop.cli", "--home", str(tmp_path)]
    done = subprocess.run([*program, "import", "visits", b"\xff.csv"], capture_output=True, check=False)
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    done = subprocess.run([*program, "search", "-"], input=b"\xff", capture_output=True, check=False)
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)


def test_a_refusal_is_one_sentence_on_standard_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.main(["list", "visits", "--json", "--home", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", ZH("store.missing") + "\n")
    assert cli.main(["list", "visits", "--language", "en", "--home", str(tmp_path)]) == 1
    assert capsys.readouterr().err == wording("en")("store.missing") + "\n"


def test_secrets_are_read_from_the_environment_and_removed() -> None:
    env = {STAFF: "张三", PASSWORD: "p", PASSPHRASE: "q", "OTHER": "x"}
    secrets = Secrets.taken(env)
    assert (secrets.staff, secrets.password, secrets.passphrase) == ("张三", "p", "q")
    assert env == {"OTHER": "x"}
    assert "张三" not in repr(secrets)
    assert '"p"' not in str(secrets)


def test_without_a_terminal_nothing_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    access = Access(Home(tmp_path), ZH, Secrets())
    with pytest.raises(Refused, match="password_needed"):
        access.new_password()


def test_json_is_unescaped_one_object_or_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    put(Said({"名": "段伟𣸣"}, ["给人看的"]), as_json=True)
    assert capsys.readouterr().out == '{"名": "段伟𣸣"}\n'
    put(Said(iter([{"a": "1\n2"}, {"a": None}])), as_json=True)
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [{"a": "1\n2"}, {"a": None}]
    put(Said({"a": 1}, ["给人看的"], ["旁注"]), as_json=False)
    assert tuple(capsys.readouterr()) == ("给人看的\n", "旁注\n")


def test_progress_goes_to_standard_error_and_does_not_flood_it(capsys: pytest.CaptureFixture[str]) -> None:
    meter = Meter("导入")
    for done in range(1, 101):
        meter(done, 100)
    meter(100, 100)
    assert tuple(capsys.readouterr()) == ("", "导入 1/100\n导入 100/100\n")


def test_lists_in_a_sentence_are_told_in_words() -> None:
    told = sentence(ZH, Refused("actions.not_yours", kind="visit", roles=["registrar", "mediator"]))
    assert "登记员、调解员" in told
    unknown = sentence(ZH, Refused("nobody.worded_this"))
    assert "nobody.worded_this" in unknown
    assert "区级管理员" in unknown


def test_nothing_heavy_is_imported_to_say_what_there_is() -> None:
    code = """
import sys
from desktop import cli
try:
    cli.main(["--help"])
except SystemExit:
    print("HEAVY", *sys.modules)
"""
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(child.stdout.split("HEAVY", 1)[1].split())
    assert not loaded & {"sqlalchemy", "PySide6", "openpyxl", "reportlab", "requests", "keyring", "msgspec", "argon2"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sentence_of_the_command_line_and_of_imports_is_worded(language: str) -> None:
    root = Path(cli.__file__).parent
    sources = [root / "cli.py", *root.glob("commands/*.py"), *root.glob("files/*.py"), *root.glob("actions/import*.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    keys = set(re.findall(r'"((?:cli|imports)\.[a-z_]+)"', code))
    verbs = re.findall(r'add\("([a-z-]+)", "[a-z_.]+"(?:, \w+, "([a-z_]+)")?', code)
    verbs += [("backup", ""), ("restore", "")]
    keys |= {f"cli.help_{(key or name).replace('-', '_')}" for name, key in verbs}
    assert len(keys) > 50
    assert {key for key in keys if not wording(language).has(key)} == set()


@pytest.mark.parametrize("area", ["cli", "imports"])
def test_no_sentence_lacks_its_partner_in_the_other_language(area: str) -> None:
    zh, en = (wording(language).entries for language in ("zh", "en"))
    for key in {key for key in zh | en if key.startswith(f"{area}.")}:
        places = [{name for _, name, _, _ in Formatter().parse(words[key]) if name} for words in (zh, en)]
        assert places[0] == places[1], key


def test_the_window_leaves_no_secret_of_unattended_use_to_its_children(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name in (STAFF, PASSWORD, "QIANSHAO_BACKUP_PASSPHRASE"):
        monkeypatch.setenv(name, "x")
    assert cli.main([]) == cli.REFUSED
    assert not {STAFF, PASSWORD, "QIANSHAO_BACKUP_PASSPHRASE"} & set(os.environ)
    assert capsys.readouterr().err.count("\n") == 1


def test_a_period_is_told_without_a_store_a_home_and_anybody_signed_in(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ["--home", str(tmp_path / "none"), "deadline", "--json", "--language", "en", "--kind"]
    assert cli.main([*asked, "petition-notice", "--start", "2026-09-25T10:00"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "due": "2026-10-10T23:59:59+08:00",
        "rule": "15 days; 信访工作条例 22、23",
        "assumed": [],
        "tables": {"calendar": "2026-1"},
    }
    assert cli.main([*asked, "order-report", "--start", "2026-09-25T10:00:30Z", "--grade", "red"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["due"] == "2026-09-25T18:30:30+08:00"
    assert "default" in told["assumed"][0]
    assert len(told["assumed"]) == 1
    assert told["tables"] == {"calendar": "2026-1", "dispatch_rules": "default-2"}
    assert cli.main([*asked, "order-report", "--start", "2026-09-25T10:00:30Z"]) == 0
    gravest = json.loads(capsys.readouterr().out)
    assert gravest["due"] == told["due"]
    assert gravest["assumed"][1] == "No grade was given; the gravest, Red, was taken."
    assert not (tmp_path / "none").exists()


def test_tables_of_a_store_that_cannot_be_read_are_said_to_be_the_programs_own(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    home = Home(tmp_path)
    write_id(home.store_path, "sto_0198a0000000700080000000000000aa")
    home.store_path.write_bytes(b"")
    asked = ["--home", str(tmp_path), "deadline", "--json", "--language", "en", "--kind", "confirmation"]
    assert cli.main([*asked, "--start", "2026-03-05"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["tables"] == {"calendar": "2026-1"}
    assert [one.startswith("The tables of this station cannot be read (") for one in told["assumed"]] == [True]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kind", "nap", "--start", "2026-09-25"), "petition-notice"),
        (("--kind", "confirmation", "--start", "soon"), "soon"),
        (("--kind", "confirmation", "--start", "2026-02-30"), "2026-02-30"),
        (("--kind", "order-report", "--start", "2026-09-25", "--grade", "pink"), "grade"),
        (("--kind", "confirmation", "--start", "2026-09-25", "--calendar", "gone.toml"), "gone.toml"),
        (("--kind", "confirmation", "--start", "2026-09-25", "--calendar", str(Path(__file__))), "TOML"),
    ],
)
def test_a_wrong_kind_moment_or_calendar_is_one_sentence(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["deadline", "--language", "en", *words]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert len(told.err.splitlines()) == 1


def test_calls_before_an_order_are_said_option_by_option_and_an_uneven_number_is_one_sentence() -> None:
    args = parsed(
        *[
            "order",
            "issue",
            "mat_1",
            "--called",
            "甲局",
            "--callee",
            "周海涛",
            "--called",
            "乙局",
            "--callee",
            "罗秀英",
            "--read-back",
            "到",
        ]
    )
    assert (args.called, args.callee, args.callee_telephone) == (["甲局", "乙局"], ["周海涛", "罗秀英"], [])
    with pytest.raises(RuleBroken) as refused:
        _calls(Mock(), args)
    assert sentence(ZH, refused.value) == "--read-back 写了 1 次，--called 写了 2 次；每通电话各写一次。"
