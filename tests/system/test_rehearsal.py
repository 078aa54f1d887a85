"""A short rehearsal with everything that may strike, by the administrator's verb, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from sync.rehearsal.nemesis import Nemesis
from sync.rehearsal.plan import Manner, draw

REHEARSE = [sys.executable, "-m", "sync.server.cli", "rehearse"]


def rehearsed(*words: str, seconds: float = 900) -> tuple[int, dict[str, object], str]:
    """Rehearse by the verb; its exit code, its report and what it said meanwhile."""
    done = subprocess.run([*REHEARSE, "--json", *words], capture_output=True, text=True, timeout=seconds, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr


@pytest.mark.timeout(900)
def test_a_short_rehearsal_under_every_nemesis_loses_doubles_and_diverges_nothing() -> None:
    status, report, said = rehearsed("--stations", "3", "--days", "4", "--seed", "7")
    assert (report["lost"], report["doubled"], report["diverged"]) == (0, 0, 0), report["named"]
    assert report["never_struck"] == []
    assert set(report["faults"]) == {n.value for n in Nemesis}
    assert report["acknowledged"] > 200
    assert "day 4 of 4" in said
    assert status == 0


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_thirty_stations_rehearse_sixty_days_under_every_nemesis() -> None:
    status, report, _ = rehearsed("--stations", "30", "--days", "60", "--seed", "1", seconds=7000)
    assert (status, report["lost"], report["doubled"], report["diverged"]) == (0, 0, 0, 0), report
    print(json.dumps(report, ensure_ascii=False))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--nemesis", "dropped_request,flood"), 'There is no nemesis called "dropped_request,flood"'),
        (("--days", "0"), "A rehearsal needs at least one station and one day."),
    ],
)
def test_what_cannot_be_rehearsed_is_refused_in_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    status, report, said = rehearsed("--language", "en", *words)
    assert (status, report) == (1, {})
    assert said.startswith(sentence)
    assert said.count("\n") == 1


def test_one_seed_draws_one_plan_and_another_seed_another() -> None:
    first, again, other = (draw(seed, 5, 9, set(Nemesis)) for seed in (3, 3, 4))
    assert first.slots == again.slots
    assert first.slots != other.slots
    struck = {fault.nemesis for slot in first.slots.values() for fault in slot.faults}
    stores = {slot.store for slot in first.slots.values()} - {None}
    assert struck | stores | {
        Nemesis.CLOCK,
        Nemesis.TWO_DESKS,
        Nemesis.STICK,
        Nemesis.EARLIER,
        Nemesis.MALICIOUS,
    } == set(Nemesis)
    assert {slot.stick for slot in first.slots.values()} == {None, *Manner}
    assert any(slot.earlier for slot in first.slots.values())
    assert any(slot.reached_for for slot in first.slots.values())
