"""The checks of an application for judicial confirmation (人民调解法 33, 民诉法 205, 民诉法解释 354–358), and of one
for review by arbitration (劳动人事争议仲裁办案规则 74).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sync.records.firm_checks import FIRM_CHECKS
from sync.records.print_checks import AGREEMENT_CHECKS, family_matter, listed
from sync.records.print_rules import HOLDS, Answer, Case, Check, Table, Verdict
from sync.records.visits import Category

ALONE: Final = frozenset({"agreed"})
"""What is asked although there is no agreement."""


def agreed(case: Case, _table: Table) -> Answer:
    """There is an agreement to be confirmed."""
    return HOLDS if case.agreement is not None else Answer(Verdict.FAILS, "none")


def in_effect(case: Case, _table: Table) -> Answer:
    """人民调解法 33: the 30 days run from effect, so it is in effect first."""
    return HOLDS if case.effective is not None else Answer(Verdict.FAILS, "not_yet")


def within_days(case: Case, _table: Table) -> Answer:
    """人民调解法 33, 民诉法 205: the parties apply together within 30 days."""
    if case.effective is None or case.confirm_by is None:
        return Answer(Verdict.UNKNOWN, "not_running")
    if case.today <= case.confirm_by:
        return HOLDS
    return Answer(Verdict.FAILS, "over", {"until": case.confirm_by.isoformat()})


def review_labour(case: Case, _table: Table) -> Answer:
    """Only the agreement of a labour dispute is reviewed by arbitration."""
    return HOLDS if case.matter.category is Category.LABOUR else Answer(Verdict.FAILS, "other")


def review_days(case: Case, _table: Table) -> Answer:
    """劳动人事争议仲裁办案规则 74: both sides apply within 15 days of effect."""
    if case.review_by is None:
        return Answer(Verdict.UNKNOWN, "not_running")
    return (
        HOLDS if case.today <= case.review_by else Answer(Verdict.FAILS, "over", {"until": case.review_by.isoformat()})
    )


def review_joint(_case: Case, _table: Table) -> Answer:
    """Both sides apply; whether they will, only they can say."""
    return Answer(Verdict.UNKNOWN, "ask")


def joint(_case: Case, _table: Table) -> Answer:
    """民诉法 205: both sides apply; whether they will, only they can say."""
    return Answer(Verdict.UNKNOWN, "ask")


def excluded(case: Case, table: Table) -> Answer:
    """民诉法解释 355: family status, who holds a title or an intellectual property right, special procedures."""
    text = "\n".join(t.text for t in case.signed.terms)
    if family_matter(case, table):
        return Answer(Verdict.FAILS, "status")
    for said in ("title", "procedure"):
        if found := [word for word in table.words[said] if word in text]:
            return Answer(Verdict.FAILS, said, {"words": listed(found)})
    return HOLDS


def identity(case: Case, _table: Table) -> Answer:
    """民诉法解释 354: the parties' identity: a document's number, or the credit code."""
    lacking = [b.name for b in case.signed.parties if b.party not in case.numbered]
    return Answer(Verdict.FAILS, "lacking", {"names": listed(lacking)}) if lacking else HOLDS


def court_copy(case: Case, _table: Table) -> Answer:
    """One original more than parties and committee hold, for the court."""
    paper = case.signed
    return HOLDS if paper.copies >= len(paper.parties) + 2 else Answer(Verdict.FAILS, "few")


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        **AGREEMENT_CHECKS,
        **FIRM_CHECKS,
        **{check.__name__: check for check in (agreed, in_effect, within_days, joint, excluded, identity, court_copy)},
        **{check.__name__: check for check in (review_labour, review_days, review_joint)},
    }
)
