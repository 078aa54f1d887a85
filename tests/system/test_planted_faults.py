"""A checker that cannot fail proves nothing: faults of every kind are planted into either end, and it names each."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sync.rehearsal.nemesis import Fault, Nemesis
from sync.rehearsal.plan import draw
from sync.rehearsal.rehearse import Outcome, Rehearsal
from tests.support.district_process import DistrictHere
from tests.support.planted import FAULTS

pytestmark = pytest.mark.timeout(600)

CAUGHT = {
    "answers_unread": ("lost", "is not at the district", set()),
    "receipt_unchecked": ("diverged", "carries a forged signature", set()),
    "receipts_echoed": ("diverged", "does not speak of what the district has", {Nemesis.TWO_DESKS}),
    "rows_skipped": ("diverged", "never came down to", {Nemesis.TWO_DESKS}),
    "cursor_early": ("diverged", "never came down to", {Nemesis.TWO_DESKS, Nemesis.DROPPED_ANSWER}),
    "tombstone_forgotten": ("diverged", "has its content at d", {Nemesis.TWO_DESKS}),
    "tombstone_kept_from_the_district": ("diverged", "has its content at the district", set()),
    "clock_trusted": ("diverged", "never came down to", {Nemesis.CLOCK, Nemesis.TWO_DESKS}),
    "journal_line_lost": ("lost", "visit ", set()),
    "append_doubled": ("doubled", "stands 2 times", set()),
    "number_given_twice": ("doubled", "was given", {Nemesis.TWO_DESKS}),
    "revoked_heard": ("diverged", "the revoked device of", {Nemesis.REVOKED}),
    "retired_heard": ("diverged", "was heard under both ids", {Nemesis.COPIED}),
    "neighbours_heard": ("diverged", "of a malicious station was taken", {Nemesis.MALICIOUS}),
    "pulled_again_as_new": ("diverged", "never came down to", {Nemesis.TWO_DESKS}),
}
"""For each fault: among which findings, in which words, and what has to strike for it to show."""


def rehearsed(folder: Path, fault: str, nemeses: set[Nemesis]) -> Outcome:
    """Rehearse with ``fault`` in both ends' programs (none where it is empty)."""
    plan = draw(5, 2, 4, nemeses)
    for day in (1, 2):  # whatever chance says, something is erased
        for name in ("d01a", "d02a"):
            mark = {"mark": f"{name}-{day:03d}-er", "name": "张伟", "pick": 0.0, "choice": 0}
            plan.slots[day, name].acts.append({"act": "erasure", **mark})
    if Nemesis.DROPPED_ANSWER in nemeses:  # and a pull is lost on its way
        for slot in plan.slots.values():
            slot.faults.append(Fault(Nemesis.DROPPED_ANSWER, "pull"))
    planted = ("-m", "tests.support.planted", fault)

    def district(folder: Path) -> DistrictHere:
        return DistrictHere(folder, program=(*planted, "district"))

    return Rehearsal(plan, folder / "rehearsal", lambda _: None, (sys.executable, *planted, "station"), district).run()


@pytest.mark.parametrize("fault", FAULTS)
def test_the_checker_names_a_planted_fault(tmp_path: Path, fault: str) -> None:
    sort, words, nemeses = CAUGHT[fault]
    found = getattr(rehearsed(tmp_path, fault, nemeses).findings, sort)
    assert any(words in sentence for sentence in found), found
