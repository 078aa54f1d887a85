"""How a district server runs: plain values from the command line, passed down once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.protocol.news import HEARTBEAT_SECONDS
from sync.server.metrics import Metrics
from sync.server.notices.channels import Channels

if TYPE_CHECKING:
    from sync.server.receipt_keys import Signer


@dataclass(frozen=True, slots=True)
class Settings:
    """``secure`` is whether browsers reach the pages over TLS (own certificate or a proxy's): cookies follow it.

    ``lease_*`` are the serials that a station has ahead; ``public_url`` is what links printed by `init` begin with.
    ``*_at_once`` is what one device may say after a silence, ``*_per_second`` what it may go on with (pace.py).
    ``listening_at_once`` stations may wait for news at one process, each hearing a sign of life every
    ``heartbeat_seconds`` (news.py); so may ``pages_at_once`` open pages, and one person's pages may ask
    ``page_*_at_once`` after a silence, ``page_*_per_second`` after that.
    ``signer`` gives the key of receipts; without one they are given unsigned, as by version 0.1.
    ``metrics`` is where this process counts, ``channels`` where it tells people outside the platform.
    """

    secure: bool = False
    behind_proxy: bool = False
    public_url: str = "http://127.0.0.1:8443"
    lease_visit: int = 500
    lease_order: int = 100
    lease_agreement: int = 100
    requests_at_once: int = 1000
    requests_per_second: int = 100
    bytes_at_once: int = 256 * 1024 * 1024
    bytes_per_second: int = 16 * 1024 * 1024
    listening_at_once: int = 3000
    heartbeat_seconds: int = HEARTBEAT_SECONDS
    pages_at_once: int = 500
    page_requests_at_once: int = 200
    page_requests_per_second: int = 10
    page_bytes_at_once: int = 96 * 1024 * 1024
    page_bytes_per_second: int = 2 * 1024 * 1024
    signer: Signer | None = field(default=None, repr=False, compare=False)
    channels: Channels = field(default_factory=Channels, repr=False, compare=False)
    metrics: Metrics = field(default_factory=Metrics, repr=False, compare=False)
