"""The passphrase that wraps this home's keys where there is no keyring service: asked at each start, set once."""

from __future__ import annotations

from desktop.forms.form import Draft, Field, Form, Section, Shape, always
from sync.records.errors import RuleBroken

SHORTEST = 12
"""Characters of a new passphrase: Argon2id makes each guess slow, the length makes them many."""

_PASSPHRASE = Field("passphrase", Shape.SECRET, "window.passphrase", required=always)
_AGAIN = Field("passphrase_again", Shape.SECRET, "window.passphrase_again", required=always)

PASSPHRASE_FORM = Form(
    "passphrase", 1, "window.passphrase", "window.unlock", (Section("passphrase", "window.passphrase", (_PASSPHRASE,)),)
)
NEW_PASSPHRASE_FORM = Form(
    "new_passphrase",
    1,
    "window.passphrase",
    "window.go_on",
    (Section("passphrase", "window.passphrase", (_PASSPHRASE, _AGAIN)),),
)


def chosen_passphrase(draft: Draft) -> str:
    """Return a new passphrase that was typed twice; RuleBroken where it is short or the two differ."""
    first, again = str(draft.get("passphrase") or ""), str(draft.get("passphrase_again") or "")
    if len(first) < SHORTEST:
        raise RuleBroken("window.passphrase_short", field="passphrase", least=SHORTEST)
    if first != again:
        raise RuleBroken("window.passphrase_differs", field="passphrase_again")
    return first
