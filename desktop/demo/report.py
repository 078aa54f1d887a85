"""What the demo leaves behind: report.json, and a short table of what was done."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Steps:
    """The steps of the day with their times in milliseconds, in the order in which they were done."""

    done: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step and say that it is done; a failure is named by its step."""
        start = time.perf_counter()
        try:
            yield
        except BaseException:
            print(f"  ✗ {name}", flush=True)
            raise
        took = (time.perf_counter() - start) * 1000
        self.done.append({"name": name, "ms": round(took, 1)})
        print(f"  ✓ {name:<44} {took:9.0f} ms", flush=True)


def write(out: Path, station: dict[str, Any], district: dict[str, Any], steps: Steps) -> Path:
    """Write report.json: both ends' counts and digests, the steps, and every file that the demo left."""
    files = sorted(
        str(p.relative_to(out)) for p in out.rglob("*") if p.is_file() and p.suffix in (".png", ".pdf", ".json")
    )
    report = {"station": station, "district": district, "steps": steps.done, "files": [*files, "report.json"]}
    path = out / "report.json"
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def table(station: dict[str, Any], district: dict[str, Any]) -> str:
    """Return the two ends side by side."""
    kinds = sorted({*station["counts"], *district["counts"]})
    lines = [f"{'':24}{'station':>10}{'district':>10}"]
    lines += [f"{kind:24}{station['counts'].get(kind, 0):>10}{district['counts'].get(kind, 0):>10}" for kind in kinds]
    same = "equal" if station["digest"] == district["digest"] else "DIFFERENT"
    return "\n".join([*lines, f"digests: {same} ({station['digest'][:16]}…)"])
