"""Answers that are records: options of the directory, and records found while somebody types."""

from __future__ import annotations

from desktop.actions.desk import Desk
from desktop.store.reader import Reader
from desktop.ui.fields.choice import Options
from desktop.ui.fields.sources import Found
from desktop.ui.words import day, moment
from resources import Wording
from sync.records.errors import Refused
from sync.records.names import mask_number

OFFERED = 8


class DeskSources:
    """The sources of a signed-in desk; every method reads and belongs on the read lane."""

    def __init__(self, desk: Desk, words: Wording) -> None:
        self._desk, self._words = desk, words

    def options(self, form: str, field: str) -> Options:
        """The directory's answers for a field."""
        from desktop.actions.directory import options  # Today asks for none

        return [(option.value, option.text) for option in options(self._desk, form, field)]

    def find(self, kinds: tuple[str, ...], text: str) -> list[Found]:
        """The first records of ``kinds`` whose name, title or number contains ``text``."""
        found: list[Found] = []
        with self._desk.store.read() as reader:
            for kind in kinds:
                found += self._of_kind(reader, kind, text)
        return found[:OFFERED]

    def name_of(self, record_id: str) -> str:
        """What a record is called; nothing where it is not here."""
        with self._desk.store.read() as reader:
            try:
                record = reader.get(record_id)
            except Refused:
                return ""
        return str(getattr(record, "name", "") or getattr(record, "title", "") or getattr(record, "number", ""))

    def _of_kind(self, reader: Reader, kind: str, text: str) -> list[Found]:
        # Lists build their statements with SQLAlchemy, which Today does without.
        from desktop.store.matters import list_matters
        from desktop.store.organisations import list_organisations
        from desktop.store.persons import list_persons

        if kind == "person":
            return [
                Found(r.id, r.name, " ".join(p for p in (day(r.born_on), mask_number(r.document_number)) if p))
                for r in list_persons(reader, text=text, limit=OFFERED)
            ]
        if kind == "organisation":
            return [Found(r.id, r.name, r.credit_code) for r in list_organisations(reader, text=text, limit=OFFERED)]
        if kind == "matter":
            rows = list_matters(reader, text=text, limit=OFFERED)
            return [Found(r.id, r.title, f"{r.parties} {moment(r.discovered_at)}".strip()) for r in rows]
        return []
