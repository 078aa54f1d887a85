"""What the forms of one mediation's file say: one frozen value, from which each of them takes its part.

Texts are in words, as in sheets.py. What one side said in confidence is not in it (人民调解法 15): ``sessions`` hold
only what everybody may read (records.mediation_events.shareable).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from desktop.printing.sheets import PartyBox, ShareLine, Sheet
from sync.records.mediations import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A joint session or an inspection: when, where, who was there, what was said or seen."""

    title: str
    started_at: datetime
    ended_at: datetime | None = None
    place: str = ""
    present: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Who acts for a party (委托代理人): ``document`` is type and masked number.

    ``special``: with the power to settle, waive and admit, or without it; None for an agent by law, who has no limit.
    """

    principal: PartyBox
    name: str
    contact: str = ""
    document: str = ""
    scope: str = ""
    special: bool | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Who asks a court: a person, or an ``organisation`` with credit code and legal representative.

    ``identity`` is the number of its document in clear, for a court and an arbitration body ask for it (民诉法解释
    354); before one that is no citizen's the document is named. No other form has it.
    """

    name: str
    organisation: bool = False
    sex: str = ""
    identity: str = ""
    born_on: date | None = None
    people: str = ""
    contact: str = ""
    address: str = ""
    credit_code: str = ""
    representative: str = ""
    representative_post: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One side that chose ``speakers``; ``voters`` are all its persons, as name and masked document."""

    side: str
    speakers: tuple[str, ...]
    voters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One file of the mediation: its name and what is known about it."""

    name: str
    source: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What was agreed, of the agreement that stands; ``shares`` are what each of many persons is owed."""

    number: str
    drawn_on: date
    terms: tuple[Term, ...]
    performance: str = ""
    shares: tuple[ShareLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """A return visit (回访)."""

    happened_at: datetime
    manner: str = ""
    performed: str = ""
    satisfied: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexLine:
    """A line of 卷内目录: a document and the pages on which it stands, "" before the file is put together."""

    document: str
    pages: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSheet(Sheet):
    """One mediation. ``number`` is its file's (卷号): that of the agreement, "" where there is none.

    ``own_motion``: the committee began by itself (人民调解法 17), None where nobody noted it. ``wills`` are the
    parties' names, each with what it said about being mediated; ``agreed_all``: nobody refuses, and everybody who was
    asked agrees. ``side_names`` name
    the parties of each side, for sentences. ``labour`` says that a labour arbitration commission is the next way
    (劳动争议调解仲裁法 5); ``applicants`` are for the court. ``appendix`` counts what was added to a file after it was
    bound.
    """

    committee: str
    title: str
    category: str = ""
    labour: bool = False
    own_motion: bool | None = None
    wills: tuple[tuple[str, str], ...] = ()
    agreed_all: bool = True
    parties: tuple[PartyBox, ...]
    side_names: tuple[str, ...] = ()
    applicants: tuple[Applicant, ...] = ()
    chosen: tuple[Chosen, ...] = ()
    facts: str = ""
    requests: tuple[str, ...] = ()
    mediators: tuple[str, ...] = ()
    recorder: str = ""
    started_at: datetime
    ended_on: date | None = None
    result: str = ""
    ended_reason: str = ""
    sessions: tuple[Session, ...] = ()
    agents: tuple[Agent, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    agreed: Agreed | None = None
    visits: tuple[Visited, ...] = ()
    index: tuple[IndexLine, ...] = ()
    missing: tuple[str, ...] = ()
    pages: int = 0
    appendix: int = 0
