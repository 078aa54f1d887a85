"""An accusation goes past the accused unit and all below it; an envelope opens for its reader alone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sync.protocol.age import new_identity, recipient_of
from sync.protocol.envelopes import open_text, seal_text
from sync.records.accusations import receiving_body
from sync.records.errors import Damaged, Refused
from sync.records.kinds import new_id
from sync.records.record import Made
from sync.records.units import Level, OrgUnit

MADE = Made(by="", unit="uni_d", store="sto_d", at=datetime(2026, 9, 1, tzinfo=UTC))


def unit(name: str, level: Level, parent: str | None = None, key: str = "", closed: date | None = None) -> OrgUnit:
    return OrgUnit(
        id=new_id("org_unit"),
        made=MADE,
        unit=name,
        name=name,
        level=level,
        parent=parent,
        recipient=key,
        closed_on=closed,
    )


def tree(*more: OrgUnit) -> dict[str, OrgUnit]:
    known = [
        unit("district", Level.DISTRICT),
        unit("street", Level.STREET, "district"),
        unit("community", Level.COMMUNITY, "street"),
        unit("discipline", Level.DISTRICT, "district", "age1a"),
        unit("bureau", Level.DISTRICT, "district"),
        *more,
    ]
    return {u.unit: u for u in known}


def test_it_goes_to_the_body_that_takes_accusations() -> None:
    for accused in (None, "street", "community", "bureau"):
        body = receiving_body(tree(), accused)
        assert body is not None
        assert body.unit == "discipline"


def test_it_goes_past_the_accused_body_and_past_whoever_stands_below_it() -> None:
    assert receiving_body(tree(), "discipline") is None
    assert receiving_body(tree(), "district") is None
    city = unit("city", Level.CITY, None, "age1b")
    for accused in ("discipline", "district"):
        body = receiving_body(tree(city), accused)
        assert body is not None
        assert body.unit == "city"
    body = receiving_body(tree(city), "street")
    assert body is not None
    assert body.unit == "discipline"


def test_a_closed_body_and_one_without_a_key_take_none() -> None:
    known = tree()
    known["discipline"] = unit("discipline", Level.DISTRICT, "district", "age1a", closed=date(2026, 1, 1))
    assert receiving_body(known, None) is None


def test_an_envelope_opens_for_its_reader_alone_and_says_little_by_its_length() -> None:
    identity, other = new_identity(), new_identity()
    sealed = seal_text("王某收受礼金", recipient_of(identity))
    assert open_text(sealed, identity) == "王某收受礼金"
    longer = seal_text("一" * 300, recipient_of(identity))
    assert abs(len(longer) - len(sealed)) < 700  # age writes some bytes at random; 882 more would be 1176 letters
    with pytest.raises(Refused):
        open_text(sealed, other)
    for spoilt in (sealed[:-8], "不是", sealed[:200] + ("A" if sealed[200] != "A" else "B") + sealed[201:]):
        with pytest.raises(Damaged):
            open_text(spoilt, identity)
