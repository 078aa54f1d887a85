"""Two cards side by side: what agrees, what differs, what speaks for their being one, and what was said of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.store.alike import Beside, Party, Standing, cards_beside, grounds_for
from desktop.store.links import subjects_of_party
from desktop.store.reader import Reader
from desktop.store.same import edited_since, said_about
from desktop.store.units import staff_names
from desktop.store.words import name_key, number_key
from desktop.ui.words import day, moment
from resources import Wording
from sync.records.names import mask_number
from sync.records.persons import Answer, Organisation, Person, Sex
from sync.records.sameness import Sameness, pair_of
from sync.records.telephones import mask_phone


@dataclass(frozen=True, slots=True)
class Line:
    """What both cards say of one thing; ``agrees`` is None where one of them says nothing."""

    label: str
    mine: str
    theirs: str
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class Other:
    """Another card: how it stands (a `Standing`, or "chosen"), what speaks for it, what was said, line by line.

    ``spoken`` tells that something was said of just these two cards, which can be taken back; ``leads`` that the
    other card is the fuller one and would best be shown first; ``edited`` that who one of two joined cards is was
    changed by an edit that nobody had seen who said that they are one.
    """

    id: str
    title: str
    standing: str
    grounds: tuple[str, ...]
    said: tuple[str, ...]
    lines: tuple[Line, ...]
    spoken: bool
    leads: bool
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """A card and those to compare it with."""

    id: str
    title: str
    others: tuple[Other, ...]


def comparison(words: Wording, reader: Reader, card_id: str, chosen: str = "") -> Comparison:
    """Return a card beside those that may be, are or are not the same, and beside the one that was ``chosen``."""
    mine = reader.get(card_id)
    assert isinstance(mine, (Person, Organisation))  # noqa: S101 pages of cards hold nothing else
    beside = cards_beside(reader, card_id)
    if chosen and chosen != card_id and chosen not in {each.card.id for each in beside}:
        picked = reader.get(chosen)
        if isinstance(picked, (Person, Organisation)):
            beside.insert(0, Beside(picked, Standing.POSSIBLE, grounds_for(mine, picked)))
    return Comparison(
        card_id, title_of(words, mine), tuple(_other(words, reader, mine, b, b.card.id == chosen) for b in beside)
    )


def title_of(words: Wording, card: Party) -> str:
    """Return what a card is called, with what tells it from others of that name (masked)."""
    if isinstance(card, Person):
        more = mask_number(card.document.number) or next((mask_phone(p) for p in card.phones), "") or day(card.born_on)
    else:
        more = card.credit_code or card.address
    return f"{card.name or words('window.no_name')}  {more}".rstrip()


def other_cards(words: Wording, reader: Reader, cards: tuple[str, ...]) -> str:
    """Return the cards that are shown together with the first of ``cards``; empty where it stands alone."""
    return words("window.list_comma").join(title_of(words, card) for card in _parties(reader, cards[1:]))


def phones_of(words: Wording, reader: Reader, cards: tuple[str, ...]) -> str:
    """Return the telephones of all ``cards`` (masked), those of the leading one first, each once."""
    phones = dict.fromkeys(phone for card in _parties(reader, cards) for phone in card.phones)
    return words("window.list_comma").join(mask_phone(phone) for phone in phones)


def notes_of(words: Wording, reader: Reader, cards: tuple[str, ...]) -> str:
    """Return the notes on all ``cards``, each once: that somebody is hard of hearing is told whichever card says so."""
    notes = dict.fromkeys(card.note for card in _parties(reader, cards) if card.note)
    return words("window.list_semicolon").join(notes)


def _parties(reader: Reader, cards: tuple[str, ...]) -> list[Party]:
    found = reader.current(cards)
    return [card for i in cards if isinstance(card := found.get(i), (Person, Organisation))]


def alike_warnings(words: Wording, reader: Reader, card_id: str) -> tuple[str, ...]:
    """Return a sentence where other cards may be the same, and one where what was said contradicts itself."""
    found = cards_beside(reader, card_id)
    possible = sum(each.standing is Standing.POSSIBLE for each in found)
    told = [words("same.possible", count=possible)] if possible else []
    if any(each.standing is Standing.CONTRADICTED for each in found):
        told.append(words("same.contradicted"))
    if any(each.standing is Standing.SAME and edited_since(reader, card_id, each.card.id) for each in found):
        told.append(words("same.edited_since"))
    return tuple(told)


def _other(words: Wording, reader: Reader, mine: Party, beside: Beside, chosen: bool) -> Other:
    card = beside.card
    stands = said_about(reader, mine.id).pairs.get(pair_of(mine.id, card.id))
    heads = stands.heads if stands else ()
    took_part = [len(subjects_of_party(reader, each)) for each in (mine.id, card.id)]
    counts = tuple(words("same.times", count=count) for count in took_part)
    standing = str(beside.standing)
    told = list(_told(words, reader, heads))
    if beside.standing is Standing.SAME:
        if not heads:
            told.append(words("same.through"))
        lines = _lines(words, mine, card)
    else:
        lines = (*_lines(words, mine, card), Line(words("same.visits"), counts[0], counts[1], None))
    return Other(
        id=card.id,
        title=title_of(words, card),
        standing="chosen" if chosen and beside.standing is Standing.POSSIBLE else standing,
        grounds=tuple(words(f"records.samenessreason_{ground}") for ground in beside.grounds),
        said=tuple(told),
        lines=lines,
        spoken=bool(heads),
        leads=(took_part[1], mine.id) > (took_part[0], card.id),
        edited=beside.standing is Standing.SAME and bool(edited_since(reader, mine.id, card.id)),
    )


def _told(words: Wording, reader: Reader, heads: Iterable[str]) -> Iterable[str]:
    names = staff_names(reader)
    for said in reader.current(heads).values():
        if isinstance(said, Sameness):
            reason = words(f"records.samenessreason_{said.reason}") if said.reason else ""
            sentence = words(
                "same.said",
                name=names.get(said.made.by, ""),
                at=moment(said.made.at),
                verdict=words(f"records.verdict_{said.verdict}"),
                reason=reason,
            )
            yield f"{sentence} {said.text}".strip()


def _lines(words: Wording, mine: Party, theirs: Party) -> tuple[Line, ...]:
    """What neither says is left out."""
    labels, first, second = _said(words, mine), _said(words, mine), _said(words, theirs)
    return tuple(
        Line(
            words(f"forms.field_{field}"), first[field][0], second[field][0], _agree(first[field][1], second[field][1])
        )
        for field in labels
        if first[field][0] or second[field][0]
    )


def _agree(mine: frozenset[str], theirs: frozenset[str]) -> bool | None:
    return bool(mine & theirs) if mine and theirs else None


def _said(words: Wording, card: Party) -> dict[str, tuple[str, frozenset[str]]]:
    """Return for each field what is shown (masked) and what is compared: the whole, without forms of writing."""
    comma = words("window.list_comma")
    phones = (comma.join(mask_phone(p) for p in card.phones), frozenset(map(number_key, card.phones)))
    if isinstance(card, Organisation):
        lines = {"credit_code": card.credit_code, "legal_representative": card.legal_representative}
        found = {"name": _text(card.name), **{name: _text(value) for name, value in lines.items()}}
        return {**found, "phone": phones, "address": _text(card.address), "note": _text(card.note)}
    sex = words(f"records.sex_{card.sex.value}") if card.sex in (Sex.MALE, Sex.FEMALE) else ""
    group = words(f"records.ethnic_{card.ethnic_group}") if card.ethnic_group else ""
    given = card.document.answer is Answer.GIVEN
    number = (mask_number(card.document.number), frozenset({number_key(card.document.number)} if given else ()))
    texts = {"nationality": card.nationality, "ethnic_group": group}
    more = {name: getattr(card, name) for name in ("address", "occupation", "employer", "note")}
    return {
        "name": _text(card.name),
        "document": number,
        "sex": _text(sex),
        "born_on": _text(day(card.born_on)),
        **{name: _text(value) for name, value in texts.items()},
        "phone": phones,
        **{name: _text(value) for name, value in more.items()},
    }


def _text(value: str) -> tuple[str, frozenset[str]]:
    key = name_key(value, 10_000)
    return value, frozenset({key} if key else ())
