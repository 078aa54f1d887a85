"""A record as it is told in the pane beside a list: statuses, facts, and what happened in order of time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui.icons import pixmap
from desktop.ui.measures import scaled
from desktop.ui.pieces.buttons import Link
from desktop.ui.pieces.chip import Chip, tone_colour
from desktop.ui.pieces.flow import Flow
from desktop.ui.pieces.labels import clear, column, label, line, row
from desktop.ui.pieces.tall import Tall
from desktop.ui.pieces.unspaced import Unspaced, is_unspaced
from desktop.ui.stories.story import Event, FileLine, Story
from desktop.ui.theme import Theme

LARGE = 150
"""Type size in per cent from which a fact stands below its caption."""


class StoryView(Tall):
    """Shows one story; ``followed`` carries the id of a record whose line was clicked, ``asked`` what is to be
    done with which event's record: one of its offers.
    """

    followed = Signal(str)
    asked = Signal(str, str)

    def __init__(self, theme: Theme, timeline: str, offers: Mapping[str, str] | None = None) -> None:
        ground = QWidget()
        ground.setProperty("role", "ground")
        super().__init__(ground)
        self._theme, self._timeline, self._offers = theme, timeline, offers or {}
        self._tiles: Callable[[Sequence[FileLine]], list[QWidget]] | None = None
        self.title = ""
        self._inside: QVBoxLayout = column(ground, space=10, margins=(20, 18, 16, 18))

    def show_files_by(self, tiles: Callable[[Sequence[FileLine]], list[QWidget]]) -> None:
        """Show a story's files as what ``tiles`` makes of them; without it they are left out."""
        self._tiles = tiles

    def tell(self, story: Story, verbs: list[QWidget]) -> None:
        """Show ``story`` with the verbs that its record offers."""
        clear(self._inside)
        self.title = story.title
        title = label(story.title, "heading", wrap=True, selectable=True)
        self._inside.addWidget(title)
        if story.subtitle:
            self._inside.addWidget(label(story.subtitle, "muted", wrap=True))
        self._flow([Chip(self._theme, s.text, s.tone, s.picture) for s in story.statuses if s.text])
        for warning in story.warnings:
            self._inside.addWidget(self._warning(warning))
        self._flow(verbs)
        facts = [(name, value) for name, value in story.facts if value]
        if facts or story.text:
            self._inside.addWidget(line())
        if facts:
            self._inside.addLayout(self._facts(facts))
        if story.text:
            self._inside.addWidget(label(story.text, wrap=True, selectable=True))
        if story.files and self._tiles is not None:
            self._flow([*self._tiles(story.files)])
        if story.events:
            self._inside.addWidget(line())
            self._inside.addWidget(label(self._timeline, "subheading"))
            for event in story.events:
                self._inside.addWidget(self._event(event))
        self._inside.addStretch(1)
        self.verticalScrollBar().setValue(0)

    def _flow(self, parts: list[QWidget] | list[Chip]) -> None:
        if parts:
            holder = QWidget()
            flow = Flow(holder, gap=8)
            for part in parts:
                flow.addWidget(part)
            self._inside.addWidget(holder)

    def _facts(self, facts: list[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        stacked = scaled(100) >= LARGE
        grid.setVerticalSpacing(3 if stacked else 7)
        grid.setColumnStretch(1, 1)
        for at, (name, value) in enumerate(facts):
            caption = label(name, "small", wrap=True)
            told = Unspaced(value) if is_unspaced(value) else label(value, wrap=True, selectable=True)
            if stacked:  # a long number has no place to break, and beside its caption no room
                caption.setContentsMargins(0, 6, 0, 0)
                grid.addWidget(caption, 2 * at, 0, 1, 2)
                grid.addWidget(told, 2 * at + 1, 0, 1, 2)
                continue
            caption.setMinimumWidth(scaled(72))
            caption.setMaximumWidth(scaled(104))
            grid.addWidget(caption, at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(told, at, 1, Qt.AlignmentFlag.AlignTop)
        return grid

    def _warning(self, text: str) -> QFrame:
        box = QFrame()
        box.setProperty("role", "notice")
        box.setProperty("tone", "warn")
        inside = row(box, space=8, margins=(10, 8, 10, 8))
        image = QLabel()
        image.setPixmap(pixmap("alert", self._theme.colour("warn").name(), 18))
        inside.addWidget(image, 0, Qt.AlignmentFlag.AlignTop)
        inside.addWidget(label(text, wrap=True), 1)
        return box

    def _offered(self, event: Event, offers: list[str]) -> QHBoxLayout:
        made = row(space=14)
        for offer in offers:
            link = Link(self._offers[offer], f"{offer}.{event.record}")
            link.setAccessibleName(f"{self._offers[offer]} {event.title} {event.when}")
            link.clicked.connect(partial(self.asked.emit, offer, event.record))
            made.addWidget(link)
        made.addStretch(1)
        return made

    def _event(self, event: Event) -> QWidget:
        holder = QWidget()
        inside = row(holder, space=10)
        image = QLabel()
        image.setPixmap(pixmap(event.picture, self._theme.colour(tone_colour(event.tone)).name(), 18))
        image.setFixedWidth(scaled(22))
        image.setAlignment(Qt.AlignmentFlag.AlignTop)
        inside.addWidget(image, 0, Qt.AlignmentFlag.AlignTop)
        words = column(space=2)
        top = row(space=8)
        if event.link:
            leads = Link(event.title, f"link.{event.link}")
            leads.clicked.connect(lambda: self.followed.emit(event.link))
            top.addWidget(leads, 1)
        else:
            top.addWidget(label(event.title, "subheading", wrap=True), 1)
        top.addStretch(0)
        words.addLayout(top)
        words.addWidget(label(event.when, "small", wrap=True))
        if event.text:
            words.addWidget(label(event.text, wrap=True, selectable=True))
        for why, gone in event.struck:
            words.addWidget(label(why, "small", wrap=True))
            words.addWidget(_struck(gone))
        if offers := [offer for offer in event.offers if offer in self._offers]:
            words.addLayout(self._offered(event, offers))
        inside.addLayout(words, 1)
        return holder


def _struck(text: str) -> QLabel:
    made = label(text, "muted", wrap=True, selectable=True)
    font = made.font()
    font.setStrikeOut(True)
    made.setFont(font)
    return made
