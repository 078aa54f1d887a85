"""Each party's will of a mediation (人民调解法 17): what it said, and what it says now."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from desktop.commands.access import Access
from desktop.commands.output import Said, moment
from sync.records.errors import RuleBroken
from sync.records.times import parse_moment

if TYPE_CHECKING:
    from desktop.actions.desk import Desk


def consent(args: argparse.Namespace, access: Access) -> Said:
    """Record who agrees and who refuses, where somebody is named; list every party's will as it stands then."""
    from desktop.actions.consents import consent_draft, note_consents
    from desktop.forms.consents import AGREES, REFUSES

    said = [*((name, AGREES) for name in args.agrees), *((name, REFUSES) for name in args.refuses)]
    with access.desk() as desk:
        if said or args.others_agree:
            draft = consent_draft(desk, args.id)
            at = (parse_moment(args.at, field="told_at") if args.at else desk.now()).isoformat()
            for name, answer in said:
                _row(draft["consents"], name).update(answer=answer)
            for row in draft["consents"]:
                if any(row["name"] == name for name, _answer in said) or (args.others_agree and not row["answer"]):
                    row.update(manner=args.manner, told_at=at)
            note_consents(desk, args.id, {**draft, "others_agree": args.others_agree})
        data = _standing(desk, args.id)
    words = access.words
    told = {True: "forms.answer_agrees", False: "forms.answer_refuses", None: "window.will_unsaid"}
    return Said(data, [f"{each['name']}\t{words(told[each['agrees']])}\t{each['told_at']}" for each in data])


def _row(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The row of the party with this name; two of one name are told apart at the desk's window only."""
    found = [row for row in rows if row["name"] == name]
    if len(found) != 1:
        key = "cli.consent_two" if found else "cli.consent_nobody"
        raise RuleBroken(key, field="name", name=name, names="、".join(row["name"] for row in rows))
    return found[0]


def _standing(desk: Desk, mediation_id: str) -> list[dict[str, Any]]:
    """Every party with its will; one that never answered for itself has the mediation's one answer for all."""
    from desktop.actions.consents import wills_of
    from desktop.store.names import party_names

    with desk.store.read() as reader:
        found = wills_of(reader, mediation_id)
        names = party_names(reader, [will.party for will in found])
    return [
        {
            "name": names.get(will.party, ""),
            "agrees": will.agrees,
            "told_at": moment(will.event.happened_at) if will.event else "",
            "manner": will.event.manner.value if will.event and will.event.manner else "",
        }
        for will in found
    ]
