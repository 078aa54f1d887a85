"""Bytes of an attachment that another desk handed in: fetched from the district when somebody wants to see them."""

from __future__ import annotations

from collections.abc import Callable

from desktop.actions.attachments import read_attachment
from desktop.actions.day_end import connect
from desktop.actions.desk import Desk
from desktop.config import Home
from desktop.keys import Keys
from desktop.store.files import put_file
from sync.client.downloads import fetch
from sync.records.errors import Refused
from sync.records.papers import Attachment


def read_or_fetch(
    desk: Desk, home: Home, keys: Keys, attachment_id: str, cancelled: Callable[[], bool] = bool
) -> tuple[Attachment, bytes]:
    """Return an attachment with its bytes, from here or else from the district, and keep them here then.

    A line that breaks is asked again from where it broke; ``cancelled`` is asked in between.

    Refused, Unavailable where they are not here and the district cannot be asked, or does not have them yet.
    """
    try:
        return read_attachment(desk, attachment_id)
    except Refused as error:
        if error.key != "attachments.not_here":
            raise
    with desk.store.read() as reader:
        digest = getattr(reader.get(attachment_id), "digest", "")
    district = connect(home, desk.store.key_id, keys)
    try:
        content = fetch(district, digest, cancelled=cancelled)
    finally:
        district.close()
    with desk.store.write() as work:
        put_file(work, digest, content, sent=True)
    return read_attachment(desk, attachment_id)
