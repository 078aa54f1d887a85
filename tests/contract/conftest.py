"""The district's pages for tests of what they say: on either database, or on the embedded one alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.server.store.store import DistrictStore
from tests.support.district_pages import PagesDistrict, build_district, embedded_district


@pytest.fixture
def pages(district_store: DistrictStore) -> Iterator[PagesDistrict]:
    """A district with people, a station and departments, on each of the two databases."""
    built = build_district(district_store)
    yield built
    built.close()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[PagesDistrict]:
    """The embedded store alone: for what a page says, whatever keeps it."""
    built = embedded_district(tmp_path)
    yield built
    built.close()
