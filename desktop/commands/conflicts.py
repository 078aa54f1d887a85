"""Cards in conflict: which there are, what each side said, and what counts, said by whoever is signed in."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from desktop.commands.access import Access
from desktop.commands.output import Said, moment
from sync.records.errors import Refused

if TYPE_CHECKING:
    from desktop.actions.card_words import Telling
    from desktop.store.conflicts import CardConflict, FieldConflict
    from resources import Wording


def list_open(args: argparse.Namespace, access: Access) -> Said:
    """List the cards in conflict with their fields."""
    from desktop.actions.card_words import label_of
    from desktop.actions.conflicts import open_conflicts

    words = access.words
    with access.desk() as desk:
        found = open_conflicts(desk)
    lines = [
        "\t".join(
            (
                one.id,
                words(f"records.kind_{one.kind}"),
                one.title or words("window.no_name"),
                "、".join(label_of(words, field.field, one.kind) for field in one.fields),
                moment(one.at),
            )
        )
        for one in found
    ]
    return Said([_data(one) for one in found], lines, [words("conflicts.count", count=len(found))])


def show(args: argparse.Namespace, access: Access) -> Said:
    """Show both values of each field, both people and both times; document numbers and telephones are shortened."""
    from desktop.actions.card_words import Telling
    from desktop.actions.conflicts import show_conflict

    with access.desk() as desk:
        found = show_conflict(desk, args.id)
        with desk.store.read() as reader:
            telling = Telling(access.words, reader)
    lines = [line for field in found.fields for line in _field_lines(access.words, telling, found, field)]
    return Said(_data(found), lines)


def decide(args: argparse.Namespace, access: Access) -> Said:
    """Say what counts: a side by its number, all sides together, or a value that is typed."""
    from desktop.actions.conflicts import both, show_conflict
    from desktop.actions.conflicts import decide as decide_card

    with access.desk() as desk:
        found = show_conflict(desk, args.id)
        fields = {field.field: field for field in found.fields}
        chosen: dict[str, Any] = {}
        for name, number in map(_parted, args.take):
            sides = _known(fields, name).sides
            if not number.isdecimal() or not 1 <= int(number) <= len(sides):
                raise Refused("conflicts.no_such_side", field=name, count=len(sides))
            chosen[name] = sides[int(number) - 1].value
        for name in args.both:
            chosen[name] = both(_known(fields, name))
        for name, value in map(_parted, args.value):
            _known(fields, name)
            chosen[name] = value
        if not chosen:
            raise Refused("conflicts.nothing_chosen")
        done = decide_card(desk, args.id, chosen, found.heads)
        with desk.store.read() as reader:
            from desktop.store.conflicts import conflict_of

            left = [field.field for field in conflict_of(reader, args.id).fields]
    text = access.words("conflicts.decided", fields=len(chosen), left=len(left))
    return Said({"id": args.id, "revision": done.id, "decided": sorted(chosen), "open": left}, [text])


def _known(fields: dict[str, FieldConflict], name: str) -> FieldConflict:
    if name not in fields:
        raise Refused("conflicts.no_such_field", field=name, fields="、".join(fields))
    return fields[name]


def _parted(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()


def _field_lines(words: Wording, telling: Telling, card: CardConflict, field: FieldConflict) -> list[str]:
    from desktop.actions.card_words import label_of

    lines = [f"{label_of(words, field.field, card.kind)} ({field.field})"]
    nothing = words("conflicts.empty")
    lines.append("\t".join(("  0", telling(field.field, field.base) or nothing, words("conflicts.base"))))
    for number, side in enumerate(field.sides, 1):
        used = words("conflicts.used") if number == 1 else ""
        told = telling(field.field, side.value) or nothing
        lines.append("\t".join((f"  {number}", told, side.staff_name or side.staff, moment(side.at), used)).rstrip())
    return lines


def _data(card: CardConflict) -> dict[str, Any]:
    from sync.records.canonical import plain

    fields = [
        {"field": field.field, "base": plain(field.base), "sides": [plain(side) for side in field.sides]}
        for field in card.fields
    ]
    return {"id": card.id, "kind": card.kind, "title": card.title, "heads": list(card.heads), "fields": fields}
