"""Numbers of bank accounts: encrypted in the record under a key that this store alone has, and shown by their end.

They are sensitive (个人信息保护法 28): other desks and the district see that there is one, and its last four digits.
"""

from __future__ import annotations

import re
from typing import Final

from desktop.actions.field_keys import key_for, key_of
from desktop.store.store import Reader, Work
from desktop.wrapping import opened, sealed
from sync.records.errors import RuleBroken
from sync.records.mediations import Share
from sync.records.text import half_width

KEY: Final = "account_key"
TAIL: Final = 4
_ACCOUNT: Final = re.compile(r"[0-9]{8,30}")


def normal_account(text: str, field: str = "account") -> str:
    """Return an account number as digits alone; RuleBroken where it has other characters, or too few or too many."""
    plain = re.sub(r"[\s-]", "", half_width(text))
    if plain and not _ACCOUNT.fullmatch(plain):
        raise RuleBroken("actions.no_account", field=field)
    return plain


def keep_account(work: Work, account: str, party: str) -> str:
    """Return ``account`` as the record of ``party``'s share keeps it; empty for none."""
    if not account:
        return ""
    return sealed(account, key_for(work, KEY), party)


def account_of(reader: Reader, share: Share) -> str | None:
    """Return the whole number of a share's account; "" where there is none, None where another desk entered it."""
    if not share.account:
        return ""
    key = key_of(reader, KEY)
    return None if key is None else opened(share.account, key, share.party)


def masked(tail: str) -> str:
    """Return how an account is shown: its last digits behind stars."""
    return f"****{tail}" if tail else ""
