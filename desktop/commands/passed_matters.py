"""Matters that other units passed to this one, without a window: the list, one of them, and the answer."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.commands.access import Access
from desktop.commands.output import Said, moment
from desktop.commands.roads import given_for
from sync.records.errors import RuleBroken


def list_all(_args: argparse.Namespace, access: Access) -> Said:
    """List them, what is due first on top; one with a duty to report without its title."""
    from desktop.actions.passed_matters import passed_here
    from desktop.store.units import units

    with access.desk() as desk:
        rows = passed_here(desk)
        with desk.store.read() as reader:
            names = {identity: unit.name for identity, unit in units(reader).items()}
    data, lines = [], []
    for row in rows:
        told = row.told
        title = access.words("window.passed_restricted_title") if row.restricted else told.title
        stage = row.stage.value if row.stage else told.stage
        data.append(
            {
                "matter": told.matter,
                "title": "" if row.restricted else told.title,
                "stage": stage,
                "given_by": names.get(told.given_by, told.given_by),
                "given_at": told.given_at.isoformat(),
                "due": row.due.isoformat() if row.due else None,
                "restricted": row.restricted,
            }
        )
        word = access.words(f"records.passedstage_{stage}") if row.stage else stage
        lines.append("\t".join((told.matter, word, moment(row.due), names.get(told.given_by, ""), title)))
    return Said(data, lines)


def show(args: argparse.Namespace, access: Access) -> Said:
    """Show one; of one with a duty to report that is an entry of the station's log."""
    from desktop.actions.passed_matters import passed_matter
    from sync.records.canonical import plain

    with access.desk() as desk:
        one = passed_matter(desk, args.id)
    told = one.told
    data = {**plain(told), "stage": one.stage.value if one.stage else told.stage}
    data["due"] = one.due.isoformat() if one.due else None
    lines = [told.title, told.text, *("\t".join((p.name, *p.phones)) for p in told.people)]
    lines += ["\t".join((moment(w.at), access.words(f"records.stepkind_{w.kind}"), w.text)) for w in told.said]
    return Said(data, [line for line in lines if line])


def answer(args: argparse.Namespace, access: Access) -> Said:
    """Take one (received), decline it (sent_back) or give it on (transferred)."""
    from desktop.actions.passed_matters import answer_passed, passed_draft
    from desktop.forms.passed_matters import ANSWERS, PASSED_FORM
    from sync.records.matters import StepKind

    if args.kind not in set(ANSWERS):
        raise RuleBroken("cli.no_such_step", field="kind", given=args.kind, known=", ".join(ANSWERS))
    with access.desk() as desk:
        draft: dict[str, Any] = {
            **passed_draft(desk, args.id, StepKind(args.kind)),
            "happened_at": desk.now().isoformat(),
        }
        done = answer_passed(desk, args.id, {**draft, **given_for(desk, PASSED_FORM, args.given)})
    return Said({"id": done.id}, [access.words("window.passed_answered")])
