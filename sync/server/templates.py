"""Editions of papers' words that the district publishes: checked as every station will check them, numbered, kept."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import resources
from sync.protocol.codec import decode
from sync.records.errors import Refused, Unavailable
from sync.records.kinds import new_id
from sync.records.templates import (
    CASEFILE,
    FIRST,
    LONGEST_TEXT,
    PaperTemplate,
    base_of,
    check_casefile,
    check_template,
)
from sync.records.times import BEIJING
from sync.server.people_log import Event
from sync.server.store.log import write_log
from sync.server.store.projections import add_own
from sync.server.store.records import EVERYONE, directory, lock_numbers
from sync.server.store.store import Connection, DistrictStore
from sync.server.tree import made_here


def read_file(file: Path) -> str:
    """Return a template's text. Unavailable("district.cannot_read"), Refused("proof.template_toml"): no UTF-8."""
    try:
        return file.read_bytes()[: 4 * LONGEST_TEXT + 1].decode("utf-8-sig")
    except OSError as error:
        raise Unavailable("district.cannot_read", file=str(file)) from error
    except UnicodeDecodeError as error:
        raise Refused("proof.template_toml", why="UTF-8") from error


def publish(store: DistrictStore, name: str, text: str, starts_on: date | None = None) -> PaperTemplate:
    """Publish the next edition of ``name``, for papers from today on or from a later day; every station pulls it.

    RuleBroken as `check_template` and `check_casefile` say; Refused("district.starts_before") for a day that is over.
    """
    now = datetime.now(UTC)
    today = now.astimezone(BEIJING).date()
    if starts_on is not None and starts_on < today:
        raise Refused("district.starts_before", day=starts_on)
    with store.write() as conn:
        lock_numbers(conn)
        numbers = [t.number for t in published_templates(conn) if t.name == name]
        record = PaperTemplate(
            id=new_id("paper_template"),
            made=made_here(conn, now),
            name=name,
            number=max(numbers, default=FIRST - 1) + 1,
            text=text,
            starts_on=starts_on or today,
        )
        must_be_usable(record)
        add_own(conn, record, EVERYONE, now)
        write_log(conn, Event.TEMPLATE_PUBLISHED, at=now, subject=record.id, detail=record.edition[:60])
    return record


def must_be_usable(record: PaperTemplate) -> None:
    """Raise RuleBroken where no station of this program's edition could print by it."""
    if record.name == CASEFILE:
        rows = tomllib.loads(resources.read_text("print", "casefile.toml"))["document"]
        check_casefile(record, rows)
    else:
        base = base_of(record)
        check_template(record, resources.template_words(base) if base else None)


def published_templates(conn: Connection) -> list[PaperTemplate]:
    """Return all editions in the order of their publication."""
    found = (decode(sealed) for sealed in directory(conn, "paper_template"))
    return [record for record in found if isinstance(record, PaperTemplate)]


def find_template(conn: Connection, edition: str) -> PaperTemplate:
    """Return an edition by what prints name it; Refused("district.no_such_template")."""
    for record in published_templates(conn):
        if record.edition == edition:
            return record
    raise Refused("district.no_such_template", template=edition[:60])
