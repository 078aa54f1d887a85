"""What the find box offers on every page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from desktop.ui.command import Command, in_other_words
from desktop.ui.measures import TYPE_SIZES
from desktop.ui.navigation import PAGES

if TYPE_CHECKING:
    from desktop.ui.shell import Shell


def desk_commands(shell: Shell) -> list[Command]:
    """What can be done from every page: visits first, then the pages, then the desk itself."""
    words = shell.tools.words
    may_log = shell.tools.may("visit")
    rows: list[tuple[str, str, Callable[[], object], str, str]] = [
        *([("visits.log", "window.verb_visits_log", partial(shell.begin, "log"), "add", "Ctrl+N")] if may_log else []),
        *(
            [("visits.consult", "window.verb_visits_consult", partial(shell.begin, "consult"), "chat", "")]
            if may_log
            else []
        ),
        *(
            (f"page.{name}", f"window.page_{name}", partial(shell.turn, name), name, f"Ctrl+{at + 1}")
            for at, name in enumerate(PAGES)
        ),
        ("page.referrals", "window.page_referrals", partial(shell.turn, "referrals"), "referrals", "Ctrl+0"),
        ("desk.back", "find.go_back", shell.ways.back, "back", "Alt+←"),
        ("desk.forward", "find.go_forward", shell.ways.forward, "chevron_right", "Alt+→"),
        ("desk.parked", "window.parked_title", shell.show_parked, "draft", "Ctrl+D"),
        ("desk.dues", "window.due_all", shell.show_dues, "clock", ""),
        ("desk.near", "find.title_near", shell.finder.find_near, "people", "Ctrl+J"),
        ("desk.characters", "characters.title", shell.offer_characters, "search", "Ctrl+Shift+H"),
        ("desk.language", "find.language", shell.language.emit, "language", ""),
        *(
            (f"desk.theme_{mode}", f"find.theme_{mode}", partial(shell.theme.emit, mode), "theme", "")
            for mode in ("light", "dark", "contrast", "system")
        ),
        *(
            (f"desk.type_{size}", f"find.type_{size}", partial(shell.type_size.emit, size), "type_size", "")
            for size in TYPE_SIZES
        ),
        *(
            [("desk.background", "channel.turn_off", partial(shell.background.emit, False), "exchange", "")]
            if shell.tools.home.settings.background_exchange
            else [("desk.background", "channel.turn_on", partial(shell.background.emit, True), "exchange", "")]
        ),
        ("desk.manner", "characters.manner_title", shell.choose_manner, "print", ""),
        ("desk.hand_over", "window.verb_desk_hand_over", shell.hand_over, "people", ""),
        ("desk.conflicts", "conflicts.title", shell.decide_conflicts, "alert", ""),
        ("desk.held", "held.title", partial(shell.turn, "held"), "held", ""),
        ("desk.blanks", "window.verb_desk_blanks", shell.show_blanks, "sheet", ""),
        ("desk.duties", "departments.duties_title", shell.show_duties, "search", ""),
        ("desk.verify", "proof.title", shell.verify_papers, "check", ""),
        ("desk.password", "window.change_password", shell.change_password, "key", ""),
        ("desk.keys", "window.keys_title", shell.show_keys, "info", "F1"),
        ("desk.lock", "desk.lock", shell.lock.emit, "key", "Ctrl+L"),
        ("desk.sign_out", "window.sign_out", shell.sign_out.emit, "leave", ""),
    ]
    return [
        Command(name, words(key), start, picture, keys, in_other_words(words, key))
        for name, key, start, picture, keys in rows
    ]
