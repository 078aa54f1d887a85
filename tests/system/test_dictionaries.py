"""The readings and forms of characters are what their sources say, and no desk loads the sources."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from desktop.store.readings import readings, readings_of
from desktop.store.words import folded
from installer import dictionaries
from resources import read_text


def test_the_readings_are_those_of_the_locked_library() -> None:
    assert read_text("dictionaries", "readings.txt") == dictionaries.readings()


def test_every_traditional_form_counts_as_what_mainland_type_sets_for_it() -> None:
    pairs = list(dictionaries._opencc())
    assert len(pairs) > 4000
    assert [(rare, common) for rare, common in pairs if folded(rare) != folded(common)] == []


def test_surnames_rare_characters_and_ü_are_read_as_people_say_them() -> None:
    told = {
        "单雄信": "shanxiongxin", "曾国藩": "zengguofan", "解晓东": "xiexiaodong", "仇英": "qiuying",
        "区大海": "oudahai", "尉迟恭": "yuchigong",
        "万俟卨": "moqixie", "吕布": "lvbu", "𬱖": "di", "㛃": "jie", "䶮": "yan",
    }  # fmt: skip
    for name, reading in told.items():
        assert reading in readings_of(name)[0], name
    assert {"lubu", "lvbu", "lyubu"} <= readings_of("吕布")[0]
    assert readings("𠮷") == ()
    assert readings_of("张𠮷")[0] == {"zhangji"}
    assert readings_of("张华生")[1] == {"zhs"}


def test_a_name_is_indexed_without_the_library(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from tests.support.desk_store import Desk\n"
        "from desktop.store.search import search\n"
        "desk = Desk.new(Path(sys.argv[1])); desk.keep(desk.person('张华生'))\n"
        "with desk.store.read() as reader: assert search(reader, 'zhs')\n"
        "desk.store.close(); print([m for m in sys.modules if m.startswith(('pypinyin', 'opencc'))])"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
