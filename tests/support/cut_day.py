"""Days of a desk and its district while their disk is watched.

``python -m tests.support.cut_day FOLDER PART TURNS [FAULT]``: the desk lives in FOLDER/home, the district in
FOLDER/district; FOLDER/out, where lists and bundles go, is there before. Whatever a person is told is written to
FOLDER/told at that moment, one JSON object a line. Parts: "begin" makes all and ends with an exchange, "work" is a desk
alone, "exchange" is work and a day end with the district's own server. FAULT is planted first (cut_faults.py).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from desktop.actions.attachments import Content, attach, entry, keep_with_draft
from desktop.actions.backups import back_up
from desktop.actions.backups import restore as restored_store
from desktop.actions.bundles import read_answer, write_bundle
from desktop.actions.day_end import run_day_end
from desktop.actions.desk import Desk
from desktop.actions.drafts import discard, keep_draft, take_up
from desktop.actions.enrolment import enrol
from desktop.actions.exports import Wanted, export_list
from desktop.actions.imports import import_visits
from desktop.actions.papers import issue_paper
from desktop.actions.sending import send_files
from desktop.actions.signing_in import session_again, sign_in
from desktop.config import Home, write_private
from desktop.files.attached import JPEG
from desktop.files.exports import Format
from desktop.forms.questions import fresh
from desktop.forms.visits import VISIT_FORM
from desktop.keys import Keys, WrappedKeys
from desktop.rehearsed.acts import ACTS
from desktop.store.opening import read_id
from desktop.store.store import Store
from desktop.store.units import staff
from sync.records.errors import QianshaoError
from sync.records.ownership import TRAVELLING
from sync.records.papers import PaperKind
from sync.records.times import BEIJING
from sync.records.units import Role
from sync.rehearsal.processes import DistrictProcess
from tests.support.cut_faults import FAULTS
from tests.support.disk_trace import TOLD

PASSWORD: Final = "Yan-lian-2026-qianshao"
LEAD: Final = "李文静"
STATION: Final = "凤凰社区群众诉求服务站"
BIG: Final = 700_000
"""Bytes of an attachment that travels in several pieces."""
LEDGER: Final = "登记时间,来访人,诉求内容\n2026-13-45 08:00,张伟,楼上漏水\n"
"""One row, which is refused for its date."""
_OWN: Final = "SELECT line, kind, id, hash FROM record WHERE line > ? AND origin = 'own' ORDER BY line"


class Day:
    """What is open in this process, and what was told already."""

    store: Store
    desk: Desk

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "out"
        self.home = Home(folder / "home")
        self._told = os.open(folder / TOLD, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._line = 0
        self._marks = 0
        self._keys: Keys | None = None

    def tell(self, **said: Any) -> None:
        """A person reads this now."""
        index = self.home.path / "store.db-shm"
        if index.exists():
            with index.open("rb") as file:
                said["index"] = file.read(4096).rstrip(b"\0").hex()
        os.write(self._told, json.dumps(said, ensure_ascii=False).encode() + b"\n")

    def told_file(self, path: Path) -> None:
        """A person was told that this file is there."""
        self.tell(file=path.relative_to(self.folder).as_posix(), sha256=hashlib.sha256(path.read_bytes()).hexdigest())

    @property
    def keys(self) -> Keys:
        """The home's secrets, unwrapped once."""
        if self._keys is None:
            self._keys = WrappedKeys(self.home.keys_path, PASSWORD)
        return self._keys

    # -- the desk

    def enrol(self, url: str, code: str) -> None:
        """Make the home a device of its station."""
        self.home.make()
        self.store = enrol(self.home, self.keys, url, code, LEAD, PASSWORD)
        self.tell(enrolled=self.store.id)
        self.told_file(self.home.settings_path)
        self._sit_down()

    def open(self) -> None:
        """Open the home's store, as the next morning."""
        self.store = Store.open(self.home.store_path, self.keys.store_key(read_id(self.home.store_path)))
        self._sit_down()

    def _sit_down(self) -> None:
        self.desk = Desk(self.store, sign_in(self.store, LEAD, PASSWORD))
        self._saved()

    def close(self) -> None:
        """End the use of the store in good order."""
        self.store.close()
        self.tell(closed=True)

    def _saved(self) -> None:
        """Tell every record of the desk's own that was not told yet."""
        with self.store.read() as reader:
            rows = reader.sql(_OWN, (self._line,)).fetchall()
        if rows:
            self._line = rows[-1][0]
            self.tell(saved=[[kind, name, bytes(h).hex()] for _, kind, name, h in rows if kind in TRAVELLING])

    def _secretary(self) -> Desk | None:
        with self.store.read() as reader:
            found = [s.staff for s in staff(reader).values() if Role.ISSUING_SECRETARY in s.roles]
        return Desk(self.store, session_again(self.store, found[0])) if found else None

    # -- work

    def work(self, turns: int) -> None:
        """Do ``turns`` of everything that a desk saves, and the rarer things once."""
        for _ in range(turns):
            self._marks += 1
            mark = f"{datetime.now(BEIJING):%H%M%S%f}-{self._marks}"
            for name in ACTS:
                if name != "erasure" or self._marks % 4 == 0:
                    self._act(name, mark, self._marks)
            self._draft(mark)
            self._picture(mark)

    def _act(self, name: str, mark: str, turn: int) -> None:
        desk = (self._secretary() if name == "order" else None) or self.desk
        said = {"act": name, "mark": f"{mark}{name}", "name": f"访客{turn}", "pick": turn * 0.37 % 1, "choice": turn}
        try:
            ACTS[name](desk, said)
        except QianshaoError as error:  # an order where the rules want more first
            self.tell(refused=f"{name}: {error.key}")
        self._saved()

    def _draft(self, mark: str) -> None:
        """Type a form half, type on, and throw every second one away."""
        draft = fresh(VISIT_FORM, "visit", {"text": f"{mark} 只写了一半"})
        own = keep_draft(self.desk, VISIT_FORM, draft, title=mark)
        self.tell(draft=own, values=take_up(self.desk, own)[1])
        keep_draft(self.desk, VISIT_FORM, {**draft, "text": f"{mark} 又写了一些"}, title=mark)
        self.tell(draft=own, values=take_up(self.desk, own)[1])
        if self._marks % 2:
            discard(self.desk, own)
            self.tell(draft=own, values=None)

    def _picture(self, mark: str) -> None:
        """A scan with a draft, and one with a visit that is sent in several pieces."""
        small = Content(f"{mark}.jpg", JPEG, b"\xff\xd8\xff" + os.urandom(9_000))
        draft = fresh(VISIT_FORM, "visit", {"text": f"{mark} 附照片"})
        own = keep_with_draft(self.desk, VISIT_FORM, {**draft, "_files": [entry(small)]}, small)
        self.tell(draft=own, values=take_up(self.desk, own)[1], kept=small.digest)
        if self._marks % 3 == 1:
            with self.store.read() as reader:
                visit = reader.sql("SELECT id FROM record WHERE kind = 'visit' ORDER BY line DESC LIMIT 1").fetchone()[
                    0
                ]
            big = Content(f"{mark}-2.jpg", JPEG, b"\xff\xd8\xff" + os.urandom(BIG))
            attach(self.desk, visit, big)
            self._saved()
            self.tell(kept=big.digest)

    def leave(self) -> None:
        """Whatever leaves the store as a file: settings, a paper, a list, refused rows, a backup."""
        at = f"{datetime.now(BEIJING):%H%M%S%f}"
        self.home.save(dataclasses.replace(self.home.settings, font_scale=100 + int(at) % 50))
        self.told_file(self.home.settings_path)
        with self.store.read() as reader:
            visit = reader.sql("SELECT id FROM record WHERE kind = 'visit' ORDER BY line LIMIT 1").fetchone()[0]
        write_private(self.out / f"{at}.pdf", issue_paper(self.desk, PaperKind.REGISTRATION, visit).bytes)
        self._saved()
        self.told_file(self.out / f"{at}.pdf")
        for form in Format:
            self.told_file(export_list(self.desk, Wanted("visits", form), self.out / f"{at}-{form}{form.suffix}").path)
        ledger = self.out / f"{at}-台账.csv"
        write_private(ledger, LEDGER.encode())
        refused = import_visits(self.desk, ledger).rejected_file
        assert refused is not None
        self.told_file(refused)
        key = self.keys.store_key(self.store.key_id)
        self.told_file(back_up(self.desk, key, self.home.backups / f"{at}.qsb", PASSWORD).path)

    def by_stick(self, district: DistrictProcess) -> None:
        """Carry a visit, and what else waits, to the district, and its answer back."""
        self._act("visit", f"{datetime.now(BEIJING):%H%M%S%f}-stick", 1)
        written = write_bundle(self.desk, self.home, self.keys, self.out).files
        for file in written:
            self.told_file(file)
        self._saved()
        answers = json.loads(district.verb("bundle", "import", "--json", *map(str, written)))["answers"]
        for file in answers:
            self.told_file(Path(file))
        read = read_answer(self.desk, self.home, self.keys, [Path(file) for file in answers])
        self.tell(accepted=read.accepted, agreed=read.agreed)
        self._saved()

    def day_end(self) -> None:
        """Exchange with the district, and send the files."""
        done = run_day_end(self.desk, self.home, keys=self.keys)
        self._saved()
        sent = send_files(self.desk, self.home, keys=self.keys)
        self.tell(pushed=done.pushed, pulled=done.pulled, agreed=done.agreed, proved=done.proved, sent=sent.sent)


def begin(day: Day, district: DistrictProcess, turns: int) -> None:
    """Everything from nothing: a district, its people, a desk, work, an exchange, a night, and again."""
    district.init()
    day.tell(district="init")
    day.tell(unit=district.last_line("department", "add", "区住房和建设局"))
    district.serve()
    day.tell(district="serves")
    code = district.last_line("station", "add", STATION)
    day.enrol(district.url, code)
    day.tell(staff=district.last_line("staff", "add", "书记", "--station", STATION, "--role", "issuing_secretary"))
    day.day_end()
    day.work(turns)
    day.day_end()
    day.leave()
    day.by_stick(district)
    day.close()
    day.open()
    day.work(1)
    day.day_end()
    day.close()
    district.stop()


def work(day: Day, _district: DistrictProcess, turns: int) -> None:
    """A desk alone."""
    day.open()
    day.work(turns)
    day.leave()
    day.close()


def restore(day: Day, _district: DistrictProcess, _turns: int) -> None:
    """A disk spoils the store, and its last backup takes its place."""
    with day.home.store_path.open("r+b") as file:
        file.seek(day.home.store_path.stat().st_size // 2)
        file.write(b"spoiled")
        file.flush()
        os.fsync(file.fileno())
    day.tell(spoiled=True)
    restored_store(day.home, day.keys, max(day.home.backups.iterdir()), PASSWORD).close()
    day.tell(restored=True)


def exchange(day: Day, district: DistrictProcess, turns: int) -> None:
    """Work, and a day end with the district, which goes on where its last server listened."""
    district.serve(int(day.home.settings.district_url.rsplit(":", 1)[1]))
    day.open()
    day.work(turns)
    day.day_end()
    day.close()
    district.stop()


PARTS: Final[dict[str, Callable[[Day, DistrictProcess, int], None]]] = {
    "begin": begin,
    "work": work,
    "restore": restore,
    "exchange": exchange,
}


def main() -> None:
    """Play the part."""
    folder, part, turns, *fault = sys.argv[1:]
    server = ("-m", "sync.server.cli")
    if fault:
        FAULTS[fault[0]].plant()
        server = ("-m", "tests.support.cut_faults", fault[0])
    with DistrictProcess(Path(folder) / "district", program=server) as district:
        PARTS[part](Day(Path(folder)), district, int(turns))


if __name__ == "__main__":
    main()
