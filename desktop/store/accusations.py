"""Accusations as this store keeps them: sealed, with their code and where they go."""

from __future__ import annotations

from typing import Final, cast

from desktop.store.projections import SELDOM
from desktop.store.reader import Reader, current
from sync.records.accusations import Accusation

_ALL: Final = f"""
    SELECT body FROM record WHERE kind = 'accusation' AND {SELDOM} AND readable = 1 ORDER BY line DESC
"""  # noqa: S608 our own words


def accusations(reader: Reader) -> list[Accusation]:
    """Return all of them, the newest first."""
    return [cast(Accusation, current("accusation", body, None)) for (body,) in reader.sql(_ALL).fetchall()]
