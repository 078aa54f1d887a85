"""``python -m desktop.demo``: one working day, shown in the window, or off-screen with HEADLESS=1."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import msgspec

from desktop.app import build, qt_application
from desktop.config import Home, owner_only
from desktop.demo import day, report, stage
from desktop.demo.hand import Hand
from desktop.store.journal import list_receipts
from desktop.store.tally import counts, records
from resources import path
from sync.records.canonical import digest

OUT = Path("build/demo")


def main() -> int:
    """Play the day; 0 when both ends hold the same at its end."""
    owner_only()
    out = OUT.resolve()
    stage.clear(out)
    steps = report.Steps()
    print("前哨 · Qianshao: one working day", flush=True)
    with steps.step("set up a district"):
        at = stage.build(out)
    app = qt_application()
    home = Home(at.home)
    home.save(replace(home.settings, background_exchange=False))  # what goes up, and when, is what the day tells
    application = build(home, language="zh", theme="light")
    application.window.resize(1366, 768)
    hand = Hand(application, out)
    ledger = out / "ledger.csv"
    ledger.write_bytes(path("demo", "ledger.csv").read_bytes())
    try:
        application.start()
        day.tell_steps(hand, at, steps, ledger)
        same = _conclude(hand, at, steps)
        if _headless() or not same:
            return 0 if same else 1
        print("The window stays open: sign in as", stage.LEAD, "with", stage.PASSWORD, flush=True)
        return int(app.exec())
    finally:
        application.close()
        at.district.stop()


def _conclude(hand: Hand, at: stage.Stage, steps: report.Steps) -> bool:
    """Compare what both ends hold up to the receipt, and leave the report."""
    with hand.shell.tools.desk.store.read() as reader:
        receipt = list_receipts(reader, 1)[0]
        held = list(records(reader, receipt.upto))
        station = {"counts": counts(reader, receipt.upto), "digest": digest(held)}
    (at.out / "receipt.json").write_bytes(msgspec.json.format(msgspec.json.encode(receipt), indent=1) + b"\n")
    district = at.district.records("--upto", str(receipt.upto))
    report.write(at.out, station, district, steps)
    print(report.table(station, district), flush=True)
    return receipt.agreed and station["digest"] == district["digest"] and station["counts"] == district["counts"]


def _headless() -> bool:
    return os.environ.get("HEADLESS") == "1" or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
