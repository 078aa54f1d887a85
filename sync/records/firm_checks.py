"""The check of who stands in a firm's place: a project office or a foreman binds nobody but himself (acting_for.py)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sync.records.acting_for import foreman_signs, office_signs
from sync.records.participations import PartyRole
from sync.records.print_rules import HOLDS, Answer, Case, Check, Table, Verdict


def firm(case: Case, _table: Table) -> Answer:
    """民法典 57, 保障农民工工资支付条例 30: the firm itself is a party, under its own seal."""
    blocks = case.signed.parties
    offices = [block.name for block in blocks if block.organisation and office_signs(block.name)]
    if offices:
        return Answer(Verdict.FAILS, "office", {"names": "、".join(offices)})
    foremen = [
        block.name
        for block in blocks
        if block.role != PartyRole.APPLICANT
        and foreman_signs(block.agent, *(() if block.organisation else (block.name, block.occupation)))
    ]
    return Answer(Verdict.FAILS, "foreman", {"names": "、".join(foremen)}) if foremen else HOLDS


FIRM_CHECKS: Mapping[str, Check] = MappingProxyType({"firm": firm})
