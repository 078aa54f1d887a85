"""The checks of an agreement's rules: parties, consent, clear terms, sums, form, copies, agents, time.

Each answers for one rule of resources/print/rules.toml and looks at the case alone. Words that make a text vague or
name a matter that no court confirms are in that table: finding none of them is no proof, so a person still reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from sync.records.agents import PowerFault, power_faults, signing_agents
from sync.records.consent import ASKED, refused_by_somebody, wills
from sync.records.matters import Matter, Nature
from sync.records.mediations import Agreement, AgreementForm, Interests, PartyBlock, Term
from sync.records.money import yuan_words
from sync.records.participations import AGENTS, Participation, PartyRole
from sync.records.print_rules import HOLDS, Answer, Case, Check, Table, Verdict
from sync.records.visits import Category

ADULT: Final = 18
"""Years of age; under them a party acts through its agent by law (民法典 17, 19, 20, 23)."""
MOST_NAMED: Final = 6
"""So many parties, terms or words are named: an agreement with 200 workers fills no screen with them."""
_SEPARATOR: Final = "、"
_DATED: Final = re.compile(r"[0-9〇零一二三四五六七八九十两]+\s*(?:年|个月|月|日|天|周|小时|期)|[0-9]{4}[-./][0-9]")
_AMOUNT: Final = re.compile(r"[0-9][0-9,.]*\s*万?元|[壹贰叁肆伍陆柒捌玖拾佰仟万]+[元圆]")


def _fails(said: str, **values: str) -> Answer:
    return Answer(Verdict.FAILS, said, values)


def _unknown(said: str, **values: str) -> Answer:
    return Answer(Verdict.UNKNOWN, said, values)


def listed(names: Iterable[str]) -> str:
    """Return names on one line, each once; of many the first ones and how many they are."""
    found = list(dict.fromkeys(names))
    told = _SEPARATOR.join(found[:MOST_NAMED])
    return f"{told}…（{len(found)}）" if len(found) > MOST_NAMED else told


def consent(case: Case, _table: Table) -> Answer:
    """人民调解法 17: where one side clearly refuses there is no mediation; asked of each party of the agreement."""
    names = {block.party: block.name for block in case.signed.parties}
    said = wills(case.mediation, names, case.events)
    if refusing := [names[will.party] for will in said if will.agrees is False]:
        return _fails("refusing", names=listed(refusing))
    if refused_by_somebody(case.mediation, said):
        return _fails("refused")
    left = [names[will.party] for will in said if will.agrees is None]
    if not left:
        return HOLDS
    if case.mediation.consent == ASKED:
        return _fails("asked", names=listed(left))
    return _unknown("unsaid", names=listed(left))


def rights(case: Case, _table: Table) -> Answer:
    """人民调解法 23, 24: what the parties may and must do was told before."""
    return HOLDS if case.mediation.rights_told_at is not None else _fails("untold")


def interests(case: Case, _table: Table) -> Answer:
    """深圳多元化解条例 23: a mediator discloses an interest or kinship; one party's word is enough for another one."""
    match case.mediation.interests:
        case Interests.REPLACEMENT_ASKED:
            return _fails("asked")
        case "":
            return _unknown("unsaid")
        case _:
            return HOLDS


def parties(case: Case, _table: Table) -> Answer:
    """人民调解法 29: the parties' basic facts: name, and how and where they are reached."""
    lacking = [b.name for b in case.signed.parties if not (b.name.strip() and b.contact.strip() and b.address.strip())]
    return _fails("lacking", names=listed(lacking)) if lacking else HOLDS


def representative(case: Case, _table: Table) -> Answer:
    """民法典 61: an organisation acts through its representative or an agent."""
    blocks = [b for b in case.signed.parties if b.organisation]
    lacking = [b.name for b in blocks if not b.representative.strip() and not _agents_of(case, b)]
    return _fails("lacking", names=listed(lacking)) if lacking else HOLDS


def capacity(case: Case, _table: Table) -> Answer:
    """民法典 19, 20, 23: a minor settles through its agent by law."""
    persons = [b for b in case.signed.parties if not b.organisation]
    minors = [b.name for b in persons if b.age is not None and b.age < ADULT and not _by_law(case, b)]
    if minors:
        return _fails("minor", names=listed(minors))
    unaged = [b.name for b in persons if b.age is None]
    return _unknown("unaged", names=listed(unaged)) if unaged else HOLDS


def _agents_of(case: Case, block: PartyBlock) -> list[Participation]:
    return [p for p in case.taking if p.role in AGENTS and p.principal == block.party and not p.withdrawn]


def _by_law(case: Case, block: PartyBlock) -> bool:
    return any(p.role is PartyRole.LEGAL_AGENT for p in _agents_of(case, block))


def facts(case: Case, _table: Table) -> Answer:
    """人民调解法 29: main facts, matters in dispute, each side's responsibility. The law lets them be left out."""
    paper = case.signed
    if not paper.facts.strip():
        return _fails("none")
    return HOLDS if paper.disputed.strip() or paper.responsibility.strip() else _fails("undisputed")


def terms_who(case: Case, table: Table) -> Answer:
    """民诉法解释 358: it must be clear who does it: a payer and a payee, or a party named in the text."""
    paper = case.signed
    known = [*table.words["who"], *(b.name for b in paper.parties), *(b.representative for b in paper.parties)]
    return _terms("unclear", paper, lambda t: bool(t.payer) or _has(t.text, known))


def terms_amount(case: Case, table: Table) -> Answer:
    """民诉法解释 358: where something is to be paid, how much."""
    return _terms(
        "unclear",
        case.signed,
        lambda t: t.amount_fen is not None or not _has(t.text, table.words["pays"]) or bool(_AMOUNT.search(t.text)),
    )


def terms_when(case: Case, table: Table) -> Answer:
    """民诉法解释 358, 人民调解法 29: by when; the manner and time of performance may say it for all terms."""
    paper = case.signed

    def dated(text: str) -> bool:
        return bool(_DATED.search(text)) or _has(text, table.words["when"])

    if dated(paper.performance):
        return HOLDS
    return _terms("unclear", paper, lambda t: t.due_on is not None or dated(t.text))


def _terms(said: str, paper: Agreement, clear: Callable[[Term], bool]) -> Answer:
    unclear = [str(n) for n, term in enumerate(paper.terms, 1) if term.text.strip() and not clear(term)]
    return _fails(said, terms=listed(unclear)) if unclear else HOLDS


def vague(case: Case, table: Table) -> Answer:
    """民诉法解释 358: words that leave open what is owed (尽快, 适当, …)."""
    paper = case.signed
    text = "\n".join((*(t.text for t in paper.terms), paper.performance))
    found = [word for word in table.words["vague"] if word in text]
    return _fails("found", words=listed(found)) if found else HOLDS


def sums(case: Case, _table: Table) -> Answer:
    """民诉法解释 358: the persons' shares are the terms' amounts, and these the total that was named."""
    paper = case.signed
    summed = sum(term.amount_fen or 0 for term in paper.terms)
    persons = sum(share.amount_fen for share in paper.shares)
    if paper.shares and persons != summed:
        return _fails("shares", persons=yuan_words(persons), sum=yuan_words(summed))
    if paper.total_fen is None or paper.total_fen == summed:
        return HOLDS
    return _fails("differ", sum=yuan_words(summed), total=yuan_words(paper.total_fen))


def written(case: Case, _table: Table) -> Answer:
    """劳动争议调解仲裁法 14, 信访工作条例 33: these agreements are in writing."""
    if case.signed.form is not AgreementForm.ORAL:
        return HOLDS
    if case.matter.category is Category.LABOUR:
        return _fails("labour")
    return _fails("petition") if case.matter.nature is Nature.PETITION else HOLDS


def copies(case: Case, _table: Table) -> Answer:
    """人民调解法 29: each party holds one and the committee keeps one."""
    paper, least = case.signed, len(case.signed.parties) + 1
    if paper.form is AgreementForm.ORAL or paper.copies >= least:
        return HOLDS
    return _fails("few", copies=str(paper.copies), least=str(least))


def signers(case: Case, _table: Table) -> Answer:
    """人民调解法 29, 深圳多元化解条例 26: parties of two sides and a mediator sign."""
    paper = case.signed
    if len({b.side for b in paper.parties}) < 2:
        return _fails("sides")
    return HOLDS if any(m.strip() for m in paper.mediators) else _fails("mediator")


def seal(case: Case, _table: Table) -> Answer:
    """人民调解法 29: the committee's seal; without a committee there is no box for it."""
    return HOLDS if case.signed.committee.strip() else _fails("none")


def ink(case: Case, table: Table) -> Answer:
    """电子签名法 3: marriage, adoption, succession: never by electronic signature."""
    return _unknown("family") if family_matter(case, table) else HOLDS


def family_matter(case: Case, table: Table) -> bool:
    """Whether a paper's case touches family status."""
    return touches_family(case.signed, case.matter, table.words["status"])


def touches_family(paper: Agreement, matter: Matter, words: Iterable[str]) -> bool:
    """Whether an agreement touches marriage, adoption or succession, by its category or by one of ``words``."""
    text = "\n".join(term.text for term in paper.terms)
    return matter.category is Category.MARRIAGE_FAMILY or _has(text, words)


def agents(case: Case, _table: Table) -> Answer:
    """民诉法 62 by analogy (agents.py): an agent who signs has special authority that covers the day, original seen."""
    paper = case.signed
    for agent in signing_agents(case.taking, (b.party for b in paper.parties)):
        for fault in power_faults(agent, paper.drawn_on):
            values = {"agent": case.names.get(agent.party, ""), "principal": case.names.get(agent.principal or "", "")}
            return _fails(_POWER[fault], **values)
    return HOLDS


_POWER: Final = {
    PowerFault.NOT_SPECIAL: "not_special",
    PowerFault.NOT_YET: "not_yet",
    PowerFault.OVER: "over",
    PowerFault.UNSEEN: "unseen",
}


def in_time(case: Case, _table: Table) -> Answer:
    """深圳多元化解条例 25 (30 days or as agreed), 劳动争议调解仲裁法 14 (15), 医疗纠纷条例 38 (30 working days)."""
    drawn = case.signed.drawn_on
    if case.limit is None or drawn <= case.limit:
        return HOLDS
    return _fails("over", limit=case.limit.isoformat(), drawn=drawn.isoformat())


def lawful(_case: Case, _table: Table) -> Answer:
    """民诉法解释 358: mandatory law, others' rights, public order, free will: only a person can judge."""
    return _unknown("judge")


def _has(text: str, words: Iterable[str]) -> bool:
    return any(word and word in text for word in words)


AGREEMENT_CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        check.__name__: check
        for check in (
            consent, rights, interests, parties, representative, capacity, facts, terms_who, terms_amount, terms_when,
            vague, sums, written, copies, signers, seal, ink, agents, in_time, lawful,
        )
    }
)  # fmt: skip
