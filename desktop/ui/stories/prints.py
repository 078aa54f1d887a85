"""A print as it is told: which paper, for whom, on which printer, and what became of it, word by word."""

from __future__ import annotations

from desktop.actions.print_reasons import reason_told
from desktop.store.names import party_names
from desktop.store.prints import outcomes_of, words_on
from desktop.store.reader import Reader
from desktop.store.said import title_of
from desktop.store.units import staff_names
from desktop.ui.models.print_words import result_status
from desktop.ui.stories.parts import in_time, unit_names
from desktop.ui.stories.story import Event, Story
from desktop.ui.words import moment
from resources import Wording
from sync.records.papers import Print, PrintOutcome


def print_story(words: Wording, reader: Reader, print_id: str) -> Story:
    """Tell one print."""
    made = reader.get(print_id)
    assert isinstance(made, Print)  # noqa: S101 the list holds nothing else
    about = reader.current({made.subject}).get(made.subject)
    last = outcomes_of(reader, [print_id]).get(print_id)
    staff = staff_names(reader)
    facts = (
        (words("printing.column_about"), title_of(about) if about is not None else ""),
        (words("printing.column_copy"), words("printing.copy_of", copy=made.copy, copies=made.copies)),
        (words("printing.pages"), made.pages or words("printing.pages_all")),
        (words("printing.for_whom"), _whom(words, reader, made)),
        (words("window.printer"), made.printer or words("printing.to_file")),
        (words("printing.template"), made.template),
        (words("printing.instead"), made.amend_reason),
    )
    said = words_on(reader, print_id)
    return Story(
        made.id,
        words(f"records.paperkind_{made.paper.value}"),
        f"{moment(made.made.at)}  {staff.get(made.made.by, '')}".strip(),
        statuses=(result_status(words, last.result if last else None, made.printer),),
        facts=facts,
        events=in_time(
            [
                (made.made.at, _begin(words, made, staff)),
                *((o.made.at, _told(words, made, o, staff)) for o in sorted(said, key=lambda o: o.id)),
            ]
        ),
    )


def _begin(words: Wording, made: Print, staff: dict[str, str]) -> Event:
    return Event(moment(made.made.at), words("printing.event_recorded"), staff.get(made.made.by, ""), "print", "accent")


def _told(words: Wording, made: Print, outcome: PrintOutcome, staff: dict[str, str]) -> Event:
    status = result_status(words, outcome.result)
    said = [reason_told(words, outcome.reason, made.printer)]
    if outcome.by_hand:
        said.append(words("printing.said_by", name=staff.get(outcome.made.by, "")))
    if outcome.job:
        said.append(words("printing.job_name", job=outcome.job))
    text = words("window.list_semicolon").join(part for part in said if part)
    return Event(moment(outcome.made.at), status.text, text, status.picture, status.tone)


def _whom(words: Wording, reader: Reader, made: Print) -> str:
    names = {**unit_names(reader), **party_names(reader, made.recipients)}
    return words("window.list_comma").join(name for each in made.recipients if (name := names.get(each, "")))
