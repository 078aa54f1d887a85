"""What an exported row says, column by column: numbers and telephones masked unless somebody asked for them whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from desktop.actions.print_reasons import reason_told
from desktop.store.reader import Reader
from desktop.store.rows import PrintRow
from resources import Wording
from sync.records.names import mask_number
from sync.records.persons import Organisation, Person
from sync.records.telephones import mask_phone
from sync.records.times import to_minute

_NUMBERS: Final = re.compile(r"(?<![0-9A-Za-z])(?:\d{15,21}|\d{17}[Xx])(?![0-9A-Za-z])")
"""Document numbers, and those of bank accounts, which nobody can tell from them."""
_PHONES: Final = re.compile(r"(?<!\d)(?:1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}-?\d{7,8})(?!\d)")

Tell = Callable[[Any, "Cells"], str]

COLUMNS: Final[dict[str, tuple[tuple[str, Tell], ...]]] = {
    "visits": (
        ("number", lambda r, c: r.number),
        ("happened_at", lambda r, c: c.moment(r.happened_at)),
        ("channel", lambda r, c: c.label("channel", r.channel)),
        ("purpose", lambda r, c: c.label("purpose", r.purpose)),
        ("visitor", lambda r, c: r.visitor),
        ("headcount", lambda r, c: str(r.headcount)),
        ("document", lambda r, c: c.document(r.visitor_id)),
        ("phone", lambda r, c: c.phones_of(r.visitor_id)),
        ("category", lambda r, c: c.text(r.category_word) or c.label("category", r.category)),
        ("text", lambda r, c: c.text(r.text)),
        ("registrar", lambda r, c: r.staff_name),
    ),
    "matters": (
        ("discovered_at", lambda r, c: c.moment(r.discovered_at)),
        ("title", lambda r, c: c.text(r.title)),
        ("nature", lambda r, c: c.label("nature", r.nature)),
        ("category", lambda r, c: c.label("category", r.category)),
        ("parties", lambda r, c: r.parties),
        ("state", lambda r, c: c.label("matterstage", r.state)),
        ("visits", lambda r, c: str(r.visits)),
        ("changed_at", lambda r, c: c.moment(r.changed_at)),
    ),
    "orders": (
        ("number", lambda r, c: r.number),
        ("issued_at", lambda r, c: c.moment(r.issued_at)),
        ("subject", lambda r, c: c.text(r.subject)),
        ("departments", lambda r, c: "、".join(r.departments)),
        ("report_by", lambda r, c: c.moment(r.report_by)),
        ("resolve_by", lambda r, c: c.moment(r.resolve_by)),
        ("state", lambda r, c: c.label("orderstage", r.state)),
        ("replies", lambda r, c: str(r.replies)),
    ),
    "mediations": (
        ("started_at", lambda r, c: c.moment(r.started_at)),
        ("title", lambda r, c: c.text(r.title)),
        ("parties", lambda r, c: r.parties),
        ("mediators", lambda r, c: r.mediators),
        ("state", lambda r, c: c.label("outcome", r.outcome)),
        ("agreement", lambda r, c: r.agreement_number),
        ("effective_on", lambda r, c: r.effective_on.isoformat() if r.effective_on else ""),
    ),
    "persons": (
        ("name", lambda r, c: r.name),
        ("sex", lambda r, c: c.label("sex", r.sex)),
        ("document", lambda r, c: c.number(r.document_number)),
        ("phone", lambda r, c: c.phones(r.phones)),
        ("address", lambda r, c: c.text(r.address)),
        ("visits", lambda r, c: str(r.visits)),
        ("last_visit_at", lambda r, c: c.moment(r.last_visit_at)),
    ),
    "organisations": (
        ("organisation", lambda r, c: c.text(r.name)),
        ("credit_code", lambda r, c: r.credit_code),
        ("representative", lambda r, c: r.legal_representative),
        ("phone", lambda r, c: c.phones(r.phones)),
        ("address", lambda r, c: c.text(r.address)),
        ("matters", lambda r, c: str(r.matters)),
    ),
    "prints": (
        ("printed_at", lambda r, c: c.moment(r.printed_at)),
        ("paper", lambda r, c: c.label("paperkind", r.paper)),
        ("about", lambda r, c: c.text(r.title)),
        ("copy", lambda r, c: str(r.copy)),
        ("copies", lambda r, c: str(r.copies)),
        ("pages", lambda r, c: r.pages),
        ("printer", lambda r, c: r.printer),
        ("result", lambda r, c: c.result(r)),
        ("reason", lambda r, c: c.text(c.reason(r))),
        ("registrar", lambda r, c: r.staff_name),
    ),
}
"""The columns of each list that can be exported: the heading's name, and what a row says in it."""


class Cells:
    """Turns rows of the list ``name`` into texts; ``full`` leaves numbers and telephones whole."""

    def __init__(self, name: str, words: Wording, *, full: bool) -> None:
        self._columns, self._words, self._full = COLUMNS[name], words, full
        self._visits = name == "visits"
        self._parties: dict[str, Any] = {}

    def heading(self) -> list[str]:
        """Return the headings."""
        return [self._words(f"lists.column_{name}") for name, _tell in self._columns]

    def of(self, reader: Reader, rows: Sequence[Any]) -> list[list[str]]:
        """Return the cells of ``rows``; a visit's number and telephone are its visitor's."""
        if self._visits:
            self._parties = reader.current({r.visitor_id for r in rows if r.visitor_id})
        return [[tell(row, self) for _name, tell in self._columns] for row in rows]

    def label(self, area: str, value: str) -> str:
        """Return the word for a choice."""
        key = f"records.{area}_{value}"
        return self._words(key) if self._words.has(key) else str(value)

    def result(self, row: PrintRow) -> str:
        """Return what became of a print; one without a printer became a file."""
        if row.result is None and not row.printer:
            return self._words("printing.to_file")
        return self.label("printresult", row.result or "unknown")

    def reason(self, row: PrintRow) -> str:
        """Return why, as the window says it."""
        return reason_told(self._words, row.reason, row.printer)

    def moment(self, at: datetime | None) -> str:
        """Return a time to the minute at +08:00."""
        return to_minute(at) if at else ""

    def number(self, number: str) -> str:
        """Return a document's number."""
        return number if self._full else mask_number(number)

    def phones(self, phones: Sequence[str]) -> str:
        """Return telephones."""
        return "、".join(phones if self._full else map(mask_phone, phones))

    def text(self, text: str) -> str:
        """Return free text: numbers that somebody wrote into it are masked as those in their own fields are."""
        if self._full:
            return text
        masked = _NUMBERS.sub(lambda found: mask_number(found.group()), text)
        return _PHONES.sub(lambda found: mask_phone(found.group()), masked)

    def document(self, party: str | None) -> str:
        """Return the number of a visit's visitor."""
        found = self._parties.get(party or "")
        return self.number(found.document.number) if isinstance(found, Person) else ""

    def phones_of(self, party: str | None) -> str:
        """Return the telephones of a visit's visitor."""
        found = self._parties.get(party or "")
        return self.phones(found.phones) if isinstance(found, Person | Organisation) else ""
