"""The form of periods that no law sets: how many days, and by what paper the district sets them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from resources import Wording
from sync.records.deadline_rules import SETTABLE, UNSET, read_periods
from sync.records.deadlines import PeriodUnit, Rule
from sync.records.dispatch_rules import Length
from sync.records.errors import RuleBroken
from sync.server.web.limits import term_text
from sync.server.web.publishing import Difference

UNITS: Final = (PeriodUnit.WORKING_DAYS, PeriodUnit.DAYS)
LONGEST: Final = 100
Table = Mapping[str, Any]
Fields = Mapping[str, str]


def period_fields(table: Table) -> dict[str, str]:
    """Return the periods as fields: ``p_<kind>_amount``, ``_unit``, ``_source``; a placeholder shows no source."""
    found: dict[str, str] = {}
    for kind, rule in read_periods(table).items():
        found |= {f"p_{kind}_amount": str(rule.amount), f"p_{kind}_unit": rule.unit.value}
        found[f"p_{kind}_source"] = "" if rule.source == UNSET else rule.source
    return found


def period_rows(form: Fields, words: Wording) -> list[tuple[str, str, Fields]]:
    """Return for each kind what people call it, and its fields."""
    return [
        (kind, kind_name(kind, words), {k: form.get(f"p_{kind}_{k}", "").strip() for k in ("amount", "unit", "source")})
        for kind in SETTABLE
    ]


def kind_name(kind: str, words: Wording) -> str:
    """Return what people call a kind of period."""
    return words(f"deadlines.kind_{kind.replace('-', '_')}")


def spelled_periods(form: Fields, table: Table, words: Wording) -> str:
    """Return the table that a form spells; what is left empty, or as the program has it, is left to the program.

    RuleBroken("tables.no_days"), ("tables.period_source") name the row; ("web.rules_nothing_changed"): none is left.
    """
    parts, before = [], read_periods(table)
    for _, name, cells in period_rows(form, words):
        if cells["amount"] and not (cells["amount"].isdecimal() and len(cells["amount"]) < 5):
            raise RuleBroken("tables.no_days", field="text", row=name, said=cells["amount"][:20])
    for kind, name, cells in period_rows(form, words):
        if not cells["amount"]:
            continue
        was = before.get(kind)
        as_it_was = was is not None and (cells["amount"], cells["unit"]) == (str(was.amount), was.unit.value)
        if not cells["source"] and was is not None and was.source == UNSET and as_it_was:
            continue
        if not cells["source"]:
            raise RuleBroken("tables.period_source", field="text", row=name)
        said = json.dumps(cells["source"][:LONGEST], ensure_ascii=False)
        unit = json.dumps(cells["unit"] or UNITS[0].value)
        parts.append(f"[{kind}]\namount = {int(cells['amount'])}\nunit = {unit}\nsource = {said}\n")
    if not parts:
        raise RuleBroken("web.rules_nothing_changed", field="text")
    return "\n".join(parts)


def period_differences(before: Table, after: Table, words: Wording) -> list[Difference]:
    """Say which periods become what."""
    old, new = read_periods(before), read_periods(after)
    said = [(kind, _said(old.get(kind), words), _said(new.get(kind), words)) for kind in SETTABLE]
    what = words("web.cell_period")
    return [Difference(kind_name(kind, words), what, was, now) for kind, was, now in said if was != now]


def _said(rule: Rule | None, words: Wording) -> str:
    if rule is None:
        return ""
    return words("web.length_by", length=term_text(words, Length(rule.amount, rule.unit)), source=rule.source)
