"""``python -m sync.rehearsal``, what `qianshao-district rehearse` runs: progress on standard error, then the report."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from resources import wording
from sync.rehearsal.nemesis import Nemesis, parse
from sync.rehearsal.plan import Plan, draw
from sync.rehearsal.rehearse import Outcome, Rehearsal

NAMED_AT_MOST: Final = 50


def main(argv: list[str] | None = None) -> int:
    """Rehearse; 0 where nothing was lost, doubled or diverged and every nemesis that was asked for struck, else 1."""
    args = _parser().parse_args(argv)
    words = wording(args.language)
    try:
        nemeses = parse(args.nemesis)
    except ValueError:
        _say(words("district.bad_nemesis", name=args.nemesis, names="all, none, " + ", ".join(Nemesis)))
        return 1
    if args.stations < 1 or args.days < 1:
        _say(words("district.rehearsal_small"))
        return 1
    plan = draw(args.seed, args.stations, args.days, nemeses)
    with tempfile.TemporaryDirectory(prefix="qianshao-rehearsal-", ignore_cleanup_errors=True) as scratch:
        folder = Path(args.keep or scratch) / "rehearsal"
        outcome = Rehearsal(plan, folder, _say).run()
    said = as_json(plan, outcome)
    if args.json:
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("".join(f"{name}: {value}\n" for name, value in said.items()))
    return 0 if passed(plan, outcome) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="qianshao-district rehearse")
    parser.add_argument("--stations", type=int, default=6)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--nemesis", default="all")
    parser.add_argument("--keep", default="", metavar="DIR")
    parser.add_argument("--language", default="zh")
    parser.add_argument("--json", action="store_true")
    return parser


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def never_struck(plan: Plan, outcome: Outcome) -> list[Nemesis]:
    """Return the nemeses that were asked for and never struck: such a rehearsal proves nothing about them."""
    return sorted(n for n in plan.nemeses if not outcome.struck[n])


def passed(plan: Plan, outcome: Outcome) -> bool:
    """Whether nothing was lost, doubled or diverged, and everything that was asked for happened."""
    found = outcome.findings
    return not (found.lost or found.doubled or found.diverged or never_struck(plan, outcome))


def as_json(plan: Plan, outcome: Outcome) -> dict[str, Any]:
    """Return the report: counts first, then the sentences that name records (the first fifty of each sort)."""
    found, ledger = outcome.findings, outcome.ledger
    return {
        "seed": plan.seed,
        "stations": plan.stations,
        "desks": len(plan.desks),
        "days": plan.days,
        "acknowledged": len(ledger.saved),
        "refused": sum(ledger.refused.values()),
        "conflicts": found.conflicts,
        "erased": found.erased,
        "held": len(found.held),
        "faults": {n.value: outcome.struck[n] for n in sorted(plan.nemeses)},
        "never_struck": [n.value for n in never_struck(plan, outcome)],
        "lost": len(found.lost),
        "doubled": len(found.doubled),
        "diverged": len(found.diverged),
        "seconds": round(outcome.seconds, 1),
        "acts": dict(sorted(ledger.acts.items())),
        "refusals": dict(sorted(ledger.refused.items())),
        "day_ends": dict(sorted(outcome.day_ends.items())),
        "kinds": dict(sorted(found.kinds.items())),
        "named": {
            sort: getattr(found, sort)[:NAMED_AT_MOST]
            for sort in ("lost", "doubled", "diverged", "held")
            if getattr(found, sort)
        },
    }


if __name__ == "__main__":
    sys.exit(main())
