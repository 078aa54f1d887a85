"""A card that was edited differently in two places: left, right and result, field by field; a person decides.

Closed half-way it decides nothing: what was chosen is kept for the next time.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QWidget

from desktop.actions.conflicts import decide, forget_half, keep_half
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import fitted
from desktop.ui.models.decision import Decision
from desktop.ui.pieces.conflict_field import ConflictField
from desktop.ui.pieces.labels import clear, column, label, row
from desktop.ui.stories.conflicts import TellCard, Waiting, waiting
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError, RuleBroken

if TYPE_CHECKING:
    from desktop.actions.desk import Done

GONE = frozenset({"store.erased", "conflicts.settled"})
"""What a card says of which nothing is left to decide, whoever erased it or decided meanwhile."""
WIDTH, HEIGHT = 1140, 660


class ConflictDialog(Sheet):
    """``told`` carries what came of it, as a sentence."""

    told = Signal(str)

    def __init__(self, tools: Tools, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("conflict", words("conflicts.title"), words("conflicts.text"), parent, 900)
        self._tools = tools
        self._card: TellCard | None = None
        self._fields: dict[str, ConflictField] = {}
        self._decision = Decision()
        self._build()
        self.resize(fitted(WIDTH, HEIGHT, parent))

    @classmethod
    def show_for(cls, parent: QWidget, tools: Tools, card_id: str = "") -> ConflictDialog:
        """Open the dialog over ``parent`` for one card, or for the first that waits."""
        made = cls(tools, parent.window())
        made.open()
        made.ask(card_id)
        return made

    def ask(self, card_id: str = "") -> None:
        """Read what waits, and one card of it."""
        desk, words = self._tools.desk, self._tools.words
        self._tools.tasks.read(lambda: waiting(desk, words, card_id), self.show_waiting, self._refused)

    def show_waiting(self, found: Waiting) -> None:
        """Show how many cards wait, and the fields of one."""
        words, shown = self._tools.words, found.shown
        self.area.setEnabled(True)
        self.count.setText(words("conflicts.count", count=len(found.cards)) if found.cards else words("conflicts.none"))
        self.cards.blockSignals(True)
        self.cards.clear()
        for card_id, kind, title in found.cards:
            self.cards.addItem(f"{words(f'records.kind_{kind}')}　{title}", card_id)
        self.cards.setCurrentIndex(self.cards.findData(shown.id) if shown is not None else -1)
        self.cards.blockSignals(False)
        self.cards.setVisible(len(found.cards) > 1)
        self._card, self._decision = shown, Decision(self._still(shown))
        self._show_fields()
        if self._decision.chosen:
            self._say(words("conflicts.half"), "muted")

    def choose(self, field: str, value: Any, *, typed: bool = False) -> None:
        """Let ``value`` be the result of a field; one step back takes it away again."""
        self._decision.choose(field, value, typed=typed)
        self._show_chosen()

    def undo(self) -> None:
        """Take the last step back."""
        self._decision.undo()
        self._show_chosen()

    def done(self, result: int) -> None:
        """Whoever leaves has decided nothing; what was chosen waits for the next time."""
        self._keep()
        super().done(result)

    def _build(self) -> None:
        words = self._tools.words
        head: QHBoxLayout = row(space=12)
        self.count = label("", "subheading", wrap=True)
        head.addWidget(self.count, 1)
        self.cards = QComboBox()
        self.cards.setObjectName("dialog.conflict.cards")
        self.cards.setAccessibleName(words("conflicts.title"))
        self.cards.activated.connect(self._turn)
        head.addWidget(self.cards, 1)
        self.body.addLayout(head)
        ground = QWidget()
        ground.setProperty("role", "ground")
        self._inside = column(ground, space=8, margins=(0, 0, 8, 0))
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setAccessibleName(words("conflicts.title"))
        self.area.setWidget(ground)
        self.body.addWidget(self.area, 1)
        self.state = label("", "small", wrap=True)
        self.body.addWidget(self.state)
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.back = self.foot_button(words("conflicts.undo"), "undo", "quiet")
        self.back.clicked.connect(self.undo)
        self.foot_button(words("conflicts.later"), "later").clicked.connect(self.reject)
        self.settle = self.foot_button(words("conflicts.decide"), "decide", "primary")
        self.settle.clicked.connect(self._decide)
        for number in range(3):
            QShortcut(QKeySequence(f"Alt+{number + 1}"), self).activated.connect(partial(self._take, number))
        QShortcut(QKeySequence("Ctrl+Z"), self).activated.connect(self.undo)

    def _show_fields(self) -> None:
        clear(self._inside)
        self._fields = {}
        card = self._card
        if card is not None:
            self._inside.addWidget(label(card.title, "heading", wrap=True, selectable=True))
            for told in card.fields:
                made = ConflictField(self._tools.words, self._tools.theme, told)
                made.chosen.connect(self.choose)
                made.typed.connect(partial(self.choose, typed=True))
                made.setEnabled(self._may)
                self._fields[told.field] = made
                self._inside.addWidget(made)
                made.show()  # the layout would show it later, and what is not shown takes no focus
        self._inside.addStretch(1)
        self._show_chosen()
        first = next(iter(self._fields.values()), None)
        if first is not None:
            first.start()

    def _show_chosen(self) -> None:
        words, chosen = self._tools.words, self._decision.chosen
        self.problem.hide()
        for name, field in self._fields.items():
            field.show_result(name in chosen, chosen.get(name))
        told = words("conflicts.fields_left", done=len(chosen), all=len(self._fields))
        self._say(f"{told}　{words('conflicts.keys')}" if self._fields else "", "small")
        self.back.setEnabled(self._decision.can_undo)
        self.settle.setEnabled(bool(chosen) and self._may)
        if self._card is not None and not self._may:
            self._say(words("window.not_yours"), "small")

    @property
    def _may(self) -> bool:
        return self._card is not None and self._tools.may("revision") and self._tools.may(self._card.kind)

    def _take(self, number: int) -> None:
        """Choose for the field that has the focus, else for the first that is not decided; then go to the next."""
        fields = list(self._fields.values())
        focus: QWidget | None = self.focusWidget()
        here = next((f for f in fields if focus is not None and f.isAncestorOf(focus)), None)
        here = here or next((f for f in fields if f.told.field not in self._decision.chosen), None)
        if here is None or not self._may:
            return
        here.take(number)
        after = fields[(fields.index(here) + 1) % len(fields)]
        after.start()
        self.area.ensureWidgetVisible(after)

    def _turn(self, _at: int) -> None:
        self._keep()
        self.ask(str(self.cards.currentData()))

    def _still(self, card: TellCard | None) -> dict[str, Any]:
        fields = {told.field for told in card.fields} if card is not None else set()
        return {name: value for name, value in (card.half if card is not None else {}).items() if name in fields}

    def _keep(self) -> None:
        card, chosen, desk = self._card, dict(self._decision.chosen), self._tools.desk
        self._card = None
        if card is None or chosen == self._still(card):
            return
        if chosen:
            self._tools.tasks.write(
                lambda: keep_half(desk, card.id, card.title, card.heads, chosen), self._kept, self._not_kept
            )
        else:
            self._tools.tasks.write(lambda: forget_half(desk, card.id), lambda _none: None, self._not_kept)

    def _kept(self, _none: None) -> None:
        self.told.emit(self._tools.words("conflicts.kept"))

    def _not_kept(self, error: QianshaoError) -> None:
        self.told.emit(self._tools.sentence(error))

    def _decide(self) -> None:
        card, chosen, desk = self._card, dict(self._decision.chosen), self._tools.desk
        if card is None or not chosen or not self.area.isEnabled():
            return
        self.area.setEnabled(False)
        self._tools.tasks.write(lambda: decide(desk, card.id, chosen, card.heads), self._decided, self._refused)

    def _decided(self, done: Done) -> None:
        words, fields, chosen = self._tools.words, len(self._fields), len(self._decision.chosen)
        self._card = None
        self._tools.bus.tell(done.changes)
        self.told.emit(words("conflicts.decided", fields=chosen, left=fields - chosen))
        if self.cards.count() > 1 or chosen < fields:
            self.ask()
        else:
            self.accept()

    def _refused(self, error: QianshaoError) -> None:
        self.area.setEnabled(True)
        if self._card is not None and error.key in GONE:
            self._card = None  # its half-made decision goes with it
            self.told.emit(self._tools.sentence(error))
            self.ask()
            return
        self.problem.setText(self._sentence(error))
        self.problem.show()

    def _sentence(self, error: QianshaoError) -> str:
        """A rule names its field as people know it."""
        told = self._fields.get(str(error.values.get("field", "")))
        if isinstance(error, RuleBroken) and told is not None:
            told.edit.setFocus()
            return self._tools.words(error.key, **{**error.values, "field": told.told.label})
        return self._tools.sentence(error)

    def _say(self, text: str, role: str) -> None:
        self.state.setText(text)
        self.state.setProperty("role", role)
