"""What one server process counts for its operators, as Prometheus text: numbers, never a name, an id or an address.

Every label's values come from the program (places, states, reasons), so that nobody outside can make new series.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS: Final = (0.005, 0.02, 0.1, 0.5, 2.0, 10.0)
"""Seconds up to which requests are counted together."""

_PREFIX: Final = "qianshao_district_"
Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number as it stands when somebody asks."""

    name: str
    help: str
    value: float
    labels: Labels = ()


@dataclass(slots=True)
class _Durations:
    """How many requests took up to each of ``BUCKETS`` (and longer), and all their seconds together."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        place = next((n for n, most in enumerate(BUCKETS) if seconds <= most), len(BUCKETS))
        self.counts[place] += 1
        self.total += seconds


class Metrics:
    """Counts of one process since it began; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began = time.time()
        self._requests: Counter[Labels] = Counter()
        self._durations: dict[str, _Durations] = {}
        self._records: Counter[Labels] = Counter()
        self._refusals: Counter[Labels] = Counter()
        self._under_way = 0

    def begin(self) -> None:
        """A request came."""
        with self._lock:
            self._under_way += 1

    def end(self, method: str, place: str, status: int, seconds: float) -> None:
        """A request was answered (status 0: it was not)."""
        with self._lock:
            self._under_way -= 1
            self._requests[("method", method), ("place", place), ("status", str(status))] += 1
            self._durations.setdefault(place, _Durations()).add(seconds)

    def pushed(self, states: Mapping[str, int], reasons: Iterable[str]) -> None:
        """Records were handed in: how many of each state, and the reason of each that was refused."""
        with self._lock:
            for state, count in states.items():
                self._records[(("state", state),)] += count
            self._refusals.update((("reason", reason),) for reason in reasons)

    def text(self, now: Iterable[Gauge]) -> str:
        """Return all of it, with what stands ``now``, in the text format that Prometheus reads (version 0.0.4)."""
        with self._lock:
            lines = [
                *_family("requests_total", "counter", "Requests that were answered.", self._requests),
                *_histogram(self._durations),
                *_family("records_total", "counter", "Records that were handed in.", self._records),
                *_family("refusals_total", "counter", "Records that were refused.", self._refusals),
                *_family("requests_under_way", "gauge", "Requests being answered.", {(): self._under_way}),
                *_family("start_time_seconds", "gauge", "When this process began.", {(): round(self._began, 3)}),
            ]
        told = set[str]()
        for gauge in now:
            lines += _head(gauge.name, "gauge", gauge.help) if gauge.name not in told else []
            told.add(gauge.name)
            lines.append(_line(gauge.name, gauge.labels, gauge.value))
        return "".join(f"{line}\n" for line in lines)


def _family(name: str, type_: str, help_: str, values: Mapping[Labels, float]) -> Iterator[str]:
    yield from _head(name, type_, help_)
    for labels, value in sorted(values.items()):
        yield _line(name, labels, value)


def _histogram(durations: Mapping[str, _Durations]) -> Iterator[str]:
    yield from _head("request_seconds", "histogram", "How long requests took.")
    for place, took in sorted(durations.items()):
        upto = 0
        for most, count in zip((*BUCKETS, None), took.counts, strict=True):
            upto += count
            yield _line("request_seconds_bucket", (("place", place), ("le", f"{most:g}" if most else "+Inf")), upto)
        yield _line("request_seconds_sum", (("place", place),), round(took.total, 6))
        yield _line("request_seconds_count", (("place", place),), upto)


def _head(name: str, type_: str, help_: str) -> list[str]:
    return [f"# HELP {_PREFIX}{name} {help_}", f"# TYPE {_PREFIX}{name} {type_}"]


def _line(name: str, labels: Labels, value: float) -> str:
    said = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
    return f"{_PREFIX}{name}{'{' + said + '}' if said else ''} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
