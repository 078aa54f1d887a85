"""What the window loads only when somebody turns to it: the pages behind Today, and the dialogs.

The one place of the window that imports late. Once Today stands all of it is fetched, so that nobody waits for a page
either: what it stands on by a worker, the modules of the window themselves, a tenth of the time, on the UI thread.

A class of Qt is made on the UI thread alone. Up to Python 3.11 PySide6 keeps what it knows of its classes in one table
that the UI thread reads without the interpreter's lock whenever Qt asks a widget for its class, as in every painting
and layout; a class that another thread makes meanwhile, by importing its module, moves the table under the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from sync.records.kinds import load_all

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    from desktop.actions.held import Offer
    from desktop.actions.notices import CallRow
    from desktop.ui.background import Background
    from desktop.ui.command import Command
    from desktop.ui.dialogs.blank_forms import BlankFormsDialog
    from desktop.ui.dialogs.call import CallDialog
    from desktop.ui.dialogs.colleagues import ColleaguesDialog
    from desktop.ui.dialogs.conflict import ConflictDialog
    from desktop.ui.dialogs.dues import DuesDialog
    from desktop.ui.dialogs.duties import DutiesDialog
    from desktop.ui.dialogs.hand_over import HandOverDialog
    from desktop.ui.dialogs.paper_manner import PaperMannerDialog
    from desktop.ui.dialogs.password import PasswordDialog
    from desktop.ui.dialogs.proving import ProvingDialog
    from desktop.ui.dialogs.shortcuts import ShortcutSheet
    from desktop.ui.dialogs.snooze import SnoozeDialog
    from desktop.ui.dialogs.sticks import StickDialog
    from desktop.ui.dialogs.threat_end import ThreatEndDialog
    from desktop.ui.finder import Finder
    from desktop.ui.mending import Mending
    from desktop.ui.pages.day_end import DayEndPage
    from desktop.ui.pages.held import HeldPage
    from desktop.ui.pages.matters import MattersPage
    from desktop.ui.pages.mediations import MediationsPage
    from desktop.ui.pages.orders import OrdersPage
    from desktop.ui.pages.people import PeoplePage
    from desktop.ui.pages.prints import PrintsPage
    from desktop.ui.pages.referrals import ReferralsPage
    from desktop.ui.pages.statistics import StatisticsPage
    from desktop.ui.pages.visits import VisitsPage
    from desktop.ui.reminding import Reminding
    from desktop.ui.shell import Shell
    from desktop.ui.stories.dues import DueLine
    from desktop.ui.threats import ThreatWatch
    from desktop.ui.tools import Tools
    from desktop.ui.waiting import Forms, WaitingDrafts
    from desktop.ui.wayfinder import Rooms
    from sync.records.errors import QianshaoError


BENEATH: Final = (
    "desktop.actions.accusations",
    "desktop.actions.agreements",
    "desktop.actions.characters",
    "desktop.actions.conflicts",
    "desktop.actions.directory",
    "desktop.actions.due",
    "desktop.actions.due_list",
    "desktop.actions.finding",
    "desktop.actions.held",
    "desktop.actions.held_words",
    "desktop.actions.list_views",
    "desktop.actions.manner",
    "desktop.actions.mediation_events",
    "desktop.actions.mediations",
    "desktop.actions.notices",
    "desktop.actions.open_items",
    "desktop.actions.order_replies",
    "desktop.actions.reports_owed",
    "desktop.actions.order_steps",
    "desktop.actions.orders",
    "desktop.actions.organisations",
    "desktop.actions.passed_matters",
    "desktop.actions.print_reasons",
    "desktop.actions.referrals",
    "desktop.actions.sameness",
    "desktop.actions.signing",
    "desktop.actions.snoozes",
    "desktop.actions.staff",
    "desktop.actions.steps",
    "desktop.actions.threats",
    "desktop.actions.visits",
    "desktop.devices.printers",
    "desktop.forms.catalogue",
    "desktop.store.folding",
    "desktop.store.groups",
    "desktop.store.leases",
    "desktop.store.leaves",
    "desktop.store.rows_of_matters",
    "desktop.store.rows_of_mediations",
    "desktop.store.rows_of_orders",
    "desktop.store.same",
    "desktop.store.terms",
    "difflib",
    "html",
    "sync.records.order_ladder",
    "sync.records.punctuality",
    "sync.records.two_clocks",
)
"""What the pages and dialogs stand on: most of what there is to load, and nothing of Qt."""

BEHIND: Final = (
    "desktop.ui.desk_commands",
    "desktop.ui.dialogs.blank_forms",
    "desktop.ui.dialogs.characters",
    "desktop.ui.dialogs.call",
    "desktop.ui.dialogs.snooze",
    "desktop.ui.reminding",
    "desktop.ui.dialogs.colleagues",
    "desktop.ui.dialogs.conflict",
    "desktop.ui.dialogs.dues",
    "desktop.ui.dialogs.duties",
    "desktop.ui.dialogs.emergency",
    "desktop.ui.dialogs.hand_over",
    "desktop.ui.dialogs.paper_manner",
    "desktop.ui.dialogs.password",
    "desktop.ui.dialogs.proving",
    "desktop.ui.dialogs.shortcuts",
    "desktop.ui.dialogs.sticks",
    "desktop.ui.dialogs.threat_end",
    "desktop.ui.finder",
    "desktop.ui.mending",
    "desktop.ui.pages.day_end",
    "desktop.ui.pages.held",
    "desktop.ui.pages.matters",
    "desktop.ui.pages.mediations",
    "desktop.ui.pages.orders",
    "desktop.ui.pages.people",
    "desktop.ui.pages.prints",
    "desktop.ui.pages.referrals",
    "desktop.ui.pages.statistics",
    "desktop.ui.pages.visits",
    "desktop.ui.threats",
    "desktop.ui.waiting",
)
"""What the functions below import."""


def load_beneath() -> None:
    """Import `BENEATH` and what spells the kinds of records, on a worker."""
    for name in BENEATH:
        import_module(name)
    load_all()


def load_behind(within: QObject, then: Callable[[], object]) -> None:
    """Import `BEHIND` on the UI thread, one in each turn of its loop, and call ``then``; it ends with ``within``."""
    names = iter(BEHIND)
    # No single shots: the binding never lets go of a function that one has not called yet when ``within`` ends.
    timer = QTimer(within)

    def turn() -> None:
        name = next(names, None)
        if name is not None:
            import_module(name)
            return
        timer.stop()
        timer.deleteLater()
        then()

    timer.timeout.connect(turn)
    timer.start(0)


def visits_page(tools: Tools) -> VisitsPage:
    """Make the page of visits."""
    from desktop.ui.pages.visits import VisitsPage

    return VisitsPage(tools)


def matters_page(tools: Tools) -> MattersPage:
    """Make the page of matters."""
    from desktop.ui.pages.matters import MattersPage

    return MattersPage(tools)


def orders_page(tools: Tools) -> OrdersPage:
    """Make the page of dispatch orders."""
    from desktop.ui.pages.orders import OrdersPage

    return OrdersPage(tools)


def mediations_page(tools: Tools) -> MediationsPage:
    """Make the page of mediations."""
    from desktop.ui.pages.mediations import MediationsPage

    return MediationsPage(tools)


def people_page(tools: Tools) -> PeoplePage:
    """Make the page of persons and organisations."""
    from desktop.ui.pages.people import PeoplePage

    return PeoplePage(tools)


def day_end_page(tools: Tools) -> DayEndPage:
    """Make the page of the exchange."""
    from desktop.ui.pages.day_end import DayEndPage

    return DayEndPage(tools)


def held_page(tools: Tools) -> HeldPage:
    """Make the page of held records."""
    from desktop.ui.pages.held import HeldPage

    return HeldPage(tools)


def mend(shell: Shell, offer: Offer) -> Mending | None:
    """Open the form that mends a held record."""
    from desktop.ui.mending import mend

    return mend(shell, offer, shell)


def prints_page(tools: Tools) -> PrintsPage:
    """Make the page of the print log."""
    from desktop.ui.pages.prints import PrintsPage

    return PrintsPage(tools)


def referrals_page(tools: Tools) -> ReferralsPage:
    """Make the page of referrals."""
    from desktop.ui.pages.referrals import ReferralsPage

    return ReferralsPage(tools)


def statistics_page(tools: Tools) -> StatisticsPage:
    """Make the page of the mediation statistics."""
    from desktop.ui.pages.statistics import StatisticsPage

    return StatisticsPage(tools)


def finder(rooms: Rooms, parent: QWidget) -> Finder:
    """Make what opens the find box."""
    from desktop.ui.finder import Finder

    return Finder(rooms, parent)


def waiting_drafts(forms: Forms, parent: QWidget) -> WaitingDrafts:
    """Make what offers drafts and goes on with them."""
    from desktop.ui.waiting import WaitingDrafts

    return WaitingDrafts(forms, parent)


def desk_commands(shell: Shell) -> list[Command]:
    """What can be done from every page."""
    from desktop.ui.desk_commands import desk_commands

    return desk_commands(shell)


def password_dialog(tools: Tools, window: QWidget) -> PasswordDialog:
    """Make the dialog in which one's own password is changed."""
    from desktop.ui.dialogs.password import PasswordDialog

    return PasswordDialog(tools, window)


def shortcut_sheet(tools: Tools, window: QWidget) -> ShortcutSheet:
    """Make the sheet of shortcuts."""
    from desktop.ui.dialogs.shortcuts import ShortcutSheet

    return ShortcutSheet(tools.words, window)


def call_dialog(tools: Tools, call: CallRow, window: QWidget) -> CallDialog:
    """Make the dialog of a call that the desk has to make."""
    from desktop.ui.dialogs.call import CallDialog

    return CallDialog(tools, call, window)


def snooze_dialog(tools: Tools, line: DueLine, window: QWidget) -> SnoozeDialog:
    """Make the dialog that asks why something is put off."""
    from desktop.ui.dialogs.snooze import SnoozeDialog

    return SnoozeDialog(tools, line, window)


def reminding(tools: Tools, icon: QIcon, parent: QObject) -> Reminding:
    """Begin to tell what is due soon."""
    from desktop.ui.reminding import Reminding

    return Reminding(tools, icon, parent)


def threat_watch(shell: Shell, background: Background) -> ThreatWatch:
    """Make what shows who needs help at a desk."""
    from desktop.ui.threats import ThreatWatch

    return ThreatWatch(shell, background)


def emergency_order(
    tools: Tools,
    threat: str,
    window: QWidget,
    given: Callable[[str, str], None],
    failed: Callable[[QianshaoError], None],
) -> None:
    """Give the emergency order of a call for help at once, or open its form where something has to be asked."""
    from desktop.ui.dialogs.emergency import EmergencyDialog

    EmergencyDialog.begin(tools, threat, window, given, failed)


def threat_end_dialog(tools: Tools, threat: str, window: QWidget) -> ThreatEndDialog:
    """Make the dialog that asks how a call for help ended."""
    from desktop.ui.dialogs.threat_end import ThreatEndDialog

    return ThreatEndDialog(tools, threat, window)


def colleagues_dialog(tools: Tools, window: QWidget) -> ColleaguesDialog:
    """Make the dialog of the station's staff."""
    from desktop.ui.dialogs.colleagues import ColleaguesDialog

    return ColleaguesDialog(tools, window)


def hand_over_dialog(tools: Tools, parent: QWidget) -> HandOverDialog:
    """Make the dialog by which the desk is handed over."""
    from desktop.ui.dialogs.hand_over import HandOverDialog

    return HandOverDialog(tools, parent)


def blank_forms_dialog(tools: Tools, parent: QWidget) -> BlankFormsDialog:
    """Make the dialog of blank forms."""
    from desktop.ui.dialogs.blank_forms import BlankFormsDialog

    return BlankFormsDialog(tools, parent)


def dues_dialog(tools: Tools, parent: QWidget) -> DuesDialog:
    """Make the list of everything that is due."""
    from desktop.ui.dialogs.dues import DuesDialog

    return DuesDialog(tools, parent)


def duties_dialog(tools: Tools, parent: QWidget) -> DutiesDialog:
    """Return the dialog in which the responsibility list is searched."""
    from desktop.ui.dialogs.duties import DutiesDialog

    return DutiesDialog(tools, parent)


def offer_characters(tools: Tools, within: QWidget) -> bool:
    """Offer a rare character for the text that has the focus; False where no text has it."""
    from desktop.ui.dialogs.characters import offer_characters

    return offer_characters(tools.around(), within)


def paper_manner_dialog(tools: Tools, parent: QWidget) -> PaperMannerDialog:
    """Make the choices of face and frame."""
    from desktop.ui.dialogs.paper_manner import PaperMannerDialog

    return PaperMannerDialog(tools, parent)


def stick_dialog(tools: Tools, window: QWidget) -> StickDialog:
    """Make the dialog in which bundles are written and answers read."""
    from desktop.ui.dialogs.sticks import StickDialog

    return StickDialog(tools, window)


def proving_dialog(tools: Tools, window: QWidget) -> ProvingDialog:
    """Make the dialog in which papers are verified."""
    from desktop.ui.dialogs.proving import ProvingDialog

    return ProvingDialog(tools, window)


def conflict_dialog(tools: Tools, window: QWidget) -> ConflictDialog:
    """Open the dialog in which somebody decides about cards that were edited in two places."""
    from desktop.ui.dialogs.conflict import ConflictDialog

    return ConflictDialog.show_for(window, tools)
