"""The form of the ladder: what is done before and after each limit, and who is told; the rest of the rules stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from resources import Wording
from sync.records.dispatch_rules import ANY, Addressee, DispatchRules, Rung, read_rules
from sync.records.dispatch_text import table_text
from sync.server.table_words import place_words
from sync.server.web.limits import term_text
from sync.server.web.publishing import Difference
from sync.server.web.rule_form import FormRow

MOST_RUNGS: Final = 60
SPARE: Final = 2
"""So many empty rows stand below the steps."""
BEFORE: Final = "before"
AFTER: Final = "after"
Fields = Mapping[str, str]


def ladder_fields(rules: DispatchRules) -> dict[str, str]:
    """Return the ladder as fields: ``l0_category`` and so on, a tick for each who is told."""
    found: dict[str, str] = {}
    for number, rung in enumerate(rules.ladder):
        cells = {
            "category": rung.category,
            "grade": rung.grade,
            "clock": rung.clock.value,
            "when": BEFORE if rung.before else AFTER,
            "amount": str(rung.length.amount),
            "unit": rung.length.unit.value,
            "step": rung.step.value,
            **{f"tell_{told}": "on" for told in rung.tell},
        }
        found |= {f"l{number}_{name}": value for name, value in cells.items()}
    return found


def ladder_rows(form: Fields) -> list[FormRow]:
    """Return the steps that a form has, and spare ones; a step without a category is none."""
    numbers = [n for n in range(MOST_RUNGS) if form.get(f"l{n}_category")]
    spare = range(max(numbers, default=-1) + 1, MOST_RUNGS)[:SPARE]
    prefixes = [(n, f"l{n}_") for n in (*numbers, *spare)]
    return [FormRow(n, {k.removeprefix(p): v for k, v in form.items() if k.startswith(p)}) for n, p in prefixes]


def spelled_ladder(form: Fields, base: DispatchRules) -> str:
    """Return the table of ``base`` with the ladder that a form spells; RuleBroken names the step."""
    table = {
        "authority": base.authority,
        "ladder": [_rung(row.cells) for row in ladder_rows(form) if row.cells.get("category")],
    }
    return table_text(replace(base, ladder=read_rules(table, base.version).ladder))


def _rung(cells: Fields) -> dict[str, Any]:
    when = BEFORE if cells.get("when") == BEFORE else AFTER
    return {
        "category": cells.get("category", ANY),
        "grade": cells.get("grade", ANY),
        "clock": cells.get("clock", ""),
        when: f"{cells.get('amount', '').strip()} {cells.get('unit', '')}",
        "step": cells.get("step", ""),
        "tell": [told.value for told in Addressee if cells.get(f"tell_{told}")],
    }


def ladder_differences(before: DispatchRules, after: DispatchRules, words: Wording) -> list[Difference]:
    """Say which steps come and which go; a step that is written otherwise does both."""
    found = []
    for one, two, gone in ((before, after, True), (after, before, False)):
        for rung in one.ladder:
            if rung not in two.ladder:
                said = rung_words(rung, words)
                what = words(f"web.cell_{'gone' if gone else 'new'}_row")
                cells = (said, "") if gone else ("", said)
                found.append(Difference(place_words(rung.category, rung.grade, words), what, *cells))
    return found


def rung_words(rung: Rung, words: Wording) -> str:
    """Return one step as a sentence: when, what, and to whom."""
    clock, length = words(f"records.awaited_{rung.clock}"), term_text(words, rung.length)
    key = "web.rung_before" if rung.before else "web.rung_after"
    told = words("web.list_comma").join(words(f"records.addressee_{one}") for one in rung.tell)
    return f"{words(key, clock=clock, length=length)} {words(f'records.ladderstep_{rung.step}')} → {told}"
