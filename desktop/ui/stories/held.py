"""A held record as it is told: what it is, why it is held, the rule, what to do; plain values."""

from __future__ import annotations

from typing import Final

from desktop.actions.held import Offer
from desktop.actions.held_words import kind_words, why
from desktop.store.rows import HeldRow, HeldState
from desktop.ui.models.status import Status
from desktop.ui.stories.story import Story
from desktop.ui.trail import page_of
from desktop.ui.words import moment, one_line
from resources import Wording

_LOOKS: Final = {
    HeldState.REFUSED: ("bad", "held"),
    HeldState.HERE: ("bad", "alert"),
    HeldState.MENDED: ("info", "edit"),
    HeldState.GIVEN_UP: ("info", "cross"),
    HeldState.AGAIN: ("info", "unsent"),
    HeldState.ACCEPTED: ("good", "sent"),
    HeldState.REPLACED: ("good", "check"),
    HeldState.VOID: ("calm", "cross"),
}
_SUBJECTS: Final = ("matter", "order", "mediation", "subject", "card", "party")
LONGEST: Final = 60


def held_status(words: Wording, state: HeldState) -> Status:
    """How a held record stands."""
    return Status(words(f"held.state_{state.value}"), *_LOOKS[state])


def called(words: Wording, row: HeldRow) -> str:
    """What a held record is called in the list: its kind and its own name."""
    return one_line(f"{kind_words(words, row.kind)}　{row.title}".rstrip(), LONGEST)


def held_story(words: Wording, offer: Offer) -> Story:
    """Tell one record that was refused at some time."""
    row, told = offer.row, why(words, offer.row)
    waits = offer.again
    no_form = waits and not (offer.mend or offer.take_over or offer.give_up)
    made = words("held.made_by", at=moment(row.made_at), name=row.staff_name) if row.made_at else ""
    return Story(
        id=row.id,
        title=called(words, row),
        statuses=(held_status(words, row.state),),
        warnings=(told.reason,) if waits else (),
        facts=(
            (words("held.what_to_do"), told.do if waits else ""),
            ("", words("held.cannot_correct" if offer.bound else "held.cannot_mend") if no_form else ""),
            (words("held.reason"), "" if waits else told.reason),
            (words("held.field"), told.field_told),
            (words("held.rule"), told.rule),
            (words("held.made"), made),
            (words("held.refused_at"), moment(row.refused_at)),
            (words("held.accepted_at"), moment(row.settled_at) if row.settled_at else ""),
            (words("held.replaced_by"), row.successor),
            (words("held.id"), row.id),
        ),
    )


def place_of(offer: Offer) -> str:
    """Return the id of the record that has a page: the held one, or what it is about; empty for none."""
    named = [offer.row.id, *(str(getattr(offer.record, name, "") or "") for name in _SUBJECTS)]
    return next((one for one in named if one and page_of(one)), "")
