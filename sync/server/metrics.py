"""What one server process counts for its operators, as Prometheus text: numbers, never a name, an id or an address.

Every label's values come from the program (places, states, reasons), so that nobody outside can make new series. The
only door to prometheus_client. Each process counts what it did itself, at its own address: whoever collects adds up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client import Gauge as Now
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS: Final = (0.005, 0.02, 0.1, 0.5, 2.0, 10.0)
"""Seconds up to which requests are counted together."""

_PREFIX: Final = "qianshao_district"
Labels = tuple[tuple[str, str], ...]

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]  # one more series for each, that says when it was first counted


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number as it stands when somebody asks."""

    name: str
    help: str
    value: float
    labels: Labels = ()


class Metrics:
    """Counts of one process since it began; safe for threads."""

    def __init__(self) -> None:
        self._all = CollectorRegistry()
        self._requests = self._counter("requests", "Requests that this process answered.", "method", "place", "status")
        self._took = Histogram(
            "request_seconds",
            "How long requests took.",
            ["place"],
            namespace=_PREFIX,
            registry=self._all,
            buckets=BUCKETS,
        )
        self._records = self._counter("records", "Records that were handed in to this process.", "state")
        self._refusals = self._counter("refusals", "Records that this process refused.", "reason")
        self._under_way = self._now("requests_under_way", "Requests that this process is answering.")
        self._now("start_time_seconds", "When this process began.").set_to_current_time()

    def begin(self) -> None:
        """A request came."""
        self._under_way.inc()

    def end(self, method: str, place: str, status: int, seconds: float) -> None:
        """A request was answered (status 0: it was not)."""
        self._under_way.dec()
        self._requests.labels(method, place, str(status)).inc()
        self._took.labels(place).observe(seconds)

    def pushed(self, states: Mapping[str, int], reasons: Iterable[str]) -> None:
        """Records were handed in: how many of each state, and the reason of each that was refused."""
        for state, count in states.items():
            self._records.labels(state).inc(count)
        for reason in reasons:
            self._refusals.labels(reason).inc()

    def text(self, now: Iterable[Gauge]) -> str:
        """Return all of it, with what stands ``now``, in the text format that Prometheus reads (version 0.0.4)."""
        return generate_latest(_Told(self._all, now)).decode()

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(name, says, labels, namespace=_PREFIX, registry=self._all)

    def _now(self, name: str, says: str) -> Now:
        return Now(name, says, namespace=_PREFIX, registry=self._all)


class _Told(CollectorRegistry):
    """What was counted, and behind it what stands now."""

    def __init__(self, counted: CollectorRegistry, now: Iterable[Gauge]) -> None:
        super().__init__()
        self._counted, self._stands = counted, now

    def collect(self) -> Iterator[Metric]:
        yield from self._counted.collect()
        families: dict[str, GaugeMetricFamily] = {}
        for gauge in self._stands:
            names, values = [label for label, _ in gauge.labels], [value for _, value in gauge.labels]
            made = GaugeMetricFamily(f"{_PREFIX}_{gauge.name}", gauge.help, labels=names)
            families.setdefault(gauge.name, made).add_metric(values, gauge.value)
        yield from families.values()
