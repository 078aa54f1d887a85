"""授权委托书: who acts for a party, with which power (settling, waiving and admitting need a special one)."""

from __future__ import annotations

from desktop.printing.casefile.case import Agent, CaseSheet
from desktop.printing.casefile.form import PAIRS, PLAIN, drawn, pair, signs
from desktop.printing.flow import Flow
from desktop.printing.fonts import Fonts
from desktop.printing.moments import day_words
from desktop.printing.pieces import BODY, PARTY, party_table
from desktop.printing.tables import table
from desktop.printing.template import Template
from sync.records.times import BEIJING


def render(sheet: CaseSheet, fonts: Fonts | None = None) -> bytes:
    """Return an authorisation for each agent, or a blank one for each party, as PDF; raises as `drawn` does."""
    return drawn(sheet, _draw, fonts, numbered=False)


def _draw(flow: Flow, words: Template, sheet: CaseSheet) -> None:
    agents = sheet.agents or tuple(Agent(principal=party, name="") for party in sheet.parties[:1])
    for place, agent in enumerate(agents):
        if place:
            flow.turn()
        _one(flow, words, sheet, agent)


def _one(flow: Flow, words: Template, sheet: CaseSheet, agent: Agent) -> None:
    party_table(flow, words, agent.principal)
    flow.text(words("agent_head"), PARTY, glued=True)
    rows = [
        pair(words, ("agent_name", agent.name), ("relation", "")),
        pair(words, ("agent_document", agent.document), ("agent_contact", agent.contact)),
    ]
    flow.add(table(flow, PAIRS, rows))
    flow.space(10)
    flow.text(words("text", committee=sheet.committee, matter=sheet.title), BODY)
    if agent.scope:
        flow.text(words("scope", scope=agent.scope), BODY)
        if agent.special is not None:
            flow.text(words("power_special" if agent.special else "power_general"), BODY)
    else:
        flow.text(words("scope_blank"), PLAIN)
    since = agent.starts_on or sheet.started_at.astimezone(BEIJING).date()
    until = day_words(agent.ends_on) if agent.ends_on else words("until_end")
    flow.text(words("term", since=day_words(since), until=until), BODY)
    flow.space(10, glued=True)
    boxes = [f"{words('sign_principal')}\n{agent.principal.name}", f"{words('sign_agent_self')}\n{agent.name}"]
    signs(flow, words, [*boxes, words("original")])
