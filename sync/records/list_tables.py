"""The list of source groups and what a closing needs, written as tables: what a form publishes, and a station reads."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sync.records.artefacts import Closing
from sync.records.sources import Source


def sources_text(sources: Iterable[Source]) -> str:
    """Return the TOML that `sources.read_sources` reads as ``sources``."""
    return "\n".join(_source(source) for source in sources)


def closings_text(closings: Iterable[Closing]) -> str:
    """Return the TOML that `artefacts.read_closings` reads as ``closings``."""
    return "\n".join(
        f"[[closing]]\nkind = {_said(one.kind)}\nneeds = {_said(['|'.join(need) for need in one.needs])}\n"
        for one in closings
    )


def _source(source: Source) -> str:
    ended = "ended = true\n" if source.ended else ""
    return f"[[source]]\nname = {_said(source.name)}\nlabel = {_said(source.label)}\n{ended}"


def _said(value: object) -> str:
    """What JSON makes of a text or a list of texts, TOML reads."""
    return json.dumps(value, ensure_ascii=False)
