"""The station's command line, `qianshao`: the same verbs without a window; without a verb the window opens.

Nothing heavy is imported before a verb needs it, so that --help and a mistyped verb answer at once.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from resources import LANGUAGES, Wording, wording
from resources.arguments import Arguments

if TYPE_CHECKING:
    from desktop.commands.access import Access
    from desktop.commands.output import Said

OK: Final = 0
REFUSED: Final = 1
INTERRUPTED: Final = 130

_DISPLAYS: Final = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
_LISTS: Final = ("visits", "matters", "orders", "mediations", "persons", "organisations", "prints")
PRINT: Final = "work.print_paper"
_PAPERS: Final = (
    "registration", "dispatch_order", "agreement", "visit", "order", "mediation_event", "mediation_record",
    "visit_receipt", "privacy_notice", "acceptance_notice", "non_acceptance_notice", "referral_letter",
    "blank_form", "hand_over", "payment_list", "accusation_receipt",
    "file", "case_file",
    "file_cover", "file_index", "application", "acceptance", "rights_notice", "authorisation", "investigation",
    "evidence", "payment_receipt", "follow_up_record", "confirmation_application", "file_statement", "file_back",
    "closing_report", "termination_notice", "delivery_address", "statistics", "representation",
    "review_application",
)  # fmt: skip
"""Names that `print` knows, spelled out: the records are not loaded for a help text."""


_MANNERS: Final = ("at_desk", "phone", "in_writing", "message", "visit")
"""How a party says what it wants (forms.consents.TOLD_BY), spelled out too."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb: 0 only on success, 1 refused with one sentence on standard error, 2 bad usage."""
    given = list(sys.argv[1:] if argv is None else argv)
    _fill_closed_streams()
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "backslashreplace"), (sys.stderr, "backslashreplace")):
        if hasattr(stream, "reconfigure"):  # a file's name may hold bytes that are no UTF-8
            stream.reconfigure(encoding="utf-8", errors=errors)
    said_language = _said(given, "--language")
    words = wording(said_language if said_language in LANGUAGES else _set_language(given))
    parser = _parser(words)
    args = parser.parse_args(given)
    if args.verb == PRINT and not (args.kinds or (args.kind and args.id and args.out)):
        parser.error(words("cli.print_needs"))
    if args.verb is None:
        return _window(args.home, words)
    return _run(args, said_language)


def _fill_closed_streams() -> None:
    """Give a process that was started without one of the three streams an empty one.

    Otherwise the next file to be opened, the store among them, would take its number and whatever is printed.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            try:
                os.fstat(number)
            except OSError:
                os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 as long as the process


def _window(home: str | None, words: Wording) -> int:
    from desktop.commands.access import BACKUP_PASSPHRASE, PASSWORD, STAFF

    for name in (STAFF, PASSWORD, BACKUP_PASSPHRASE):  # of no use to the window, and none of its children's business
        os.environ.pop(name, None)
    if sys.platform == "linux" and not any(map(os.environ.get, _DISPLAYS)):
        sys.stderr.write(words("cli.no_display") + "\n")  # Qt itself would end the process by a signal
        return REFUSED
    gc.disable()  # a start makes what stays; the window's own collector takes over (desktop/ui/collecting.py)
    from desktop.config import home_from
    from desktop.early import ask_early

    asked = ask_early(home_from(home))
    from desktop import app

    return app.main(["--home", home] if home else [], asked)


def _run(args: argparse.Namespace, language: str) -> int:
    from desktop.commands.access import Access, Secrets
    from desktop.commands.output import drop_output, put, sentence
    from desktop.config import home_from, owner_only
    from sync.records.errors import QianshaoError

    secrets = Secrets.taken(os.environ)
    owner_only()
    home = home_from(args.home)
    words = wording(language or LANGUAGES[0])
    try:
        words = wording(language or home.settings.language)
        said = _verb(args.verb)(args, Access(home, words, secrets))
        put(said, as_json=args.json)
    except QianshaoError as error:
        sys.stderr.write(sentence(words, error) + "\n")
        return REFUSED
    except BrokenPipeError:
        drop_output()  # whoever read the output has seen enough
        return REFUSED
    except OSError as error:  # the home is a file, a folder is closed, a disk is full
        sys.stderr.write(words("cli.system", file=error.filename or home.path, reason=error.strerror or error) + "\n")
        return REFUSED
    except KeyboardInterrupt:
        sys.stderr.write(words("cli.interrupted") + "\n")
        return INTERRUPTED
    return OK if said.done else REFUSED


def _verb(name: str) -> Callable[[argparse.Namespace, Access], Said]:
    """Return the function that ``module.function`` names in desktop.commands, imported only now."""
    module, function = name.split(".")
    found: Callable[[argparse.Namespace, Access], Said] = getattr(
        importlib.import_module(f"desktop.commands.{module}"), function
    )
    return found


def _set_language(given: Sequence[str]) -> str:
    """The language that the window of this home is set to, for the parser's own texts; Chinese where nobody says."""
    if not given:
        return LANGUAGES[0]
    from desktop.config import home_from
    from sync.records.errors import QianshaoError

    try:
        return home_from(_said(given, "--home") or None).settings.language
    except (QianshaoError, OSError):  # the verb will say it
        return LANGUAGES[0]


def _said(given: Sequence[str], option: str) -> str:
    """An option's value before there is a parser, for the parser's own texts."""
    for place, word in enumerate(given):
        if word == option and place + 1 < len(given):
            return given[place + 1]
        if word.startswith(f"{option}="):
            return word.removeprefix(f"{option}=")
    return ""


def _parser(words: Wording) -> argparse.ArgumentParser:
    parser = Arguments(words=words, prog="qianshao", description=words("cli.help_program"))
    parser.set_defaults(verb=None)
    _add_common(parser, words, home=None, as_json=False, language="")
    verbs = parser.add_subparsers(metavar="VERB")

    def add(name: str, verb: str, to: Any = verbs, key: str = "") -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = to.add_parser(name, help=words(f"cli.help_{key or name.replace('-', '_')}"))
        # What is not said after the verb must not undo what was said before it.
        _add_common(made, words, home=argparse.SUPPRESS, as_json=argparse.SUPPRESS, language=argparse.SUPPRESS)
        made.set_defaults(verb=verb)
        return made

    _add_working(add, words, verbs)
    _add_looking(add, words)
    _add_counting(add, words)
    _add_deadlines(add, words)
    _add_departments(add, words, verbs)
    for name, verb in (("backup", "care.backup"), ("restore", "care.restore")):
        add(name, verb).add_argument("file", type=Path, metavar="FILE")
    add("doctor", "care.doctor")
    _add_papers(add, words, verbs)
    _add_conflicts(add, words, verbs)
    _add_orders(add, words, verbs)
    _add_mass_change(add, words, verbs)
    _add_accusations(add, words, verbs)
    return parser


def _add_common(parser: argparse.ArgumentParser, words: Wording, *, home: Any, as_json: Any, language: Any) -> None:
    parser.add_argument("--home", metavar="DIR", default=home, help=words("cli.help_home"))
    parser.add_argument("--json", action="store_true", default=as_json, help=words("cli.help_json"))
    parser.add_argument("--language", choices=LANGUAGES, default=language, help=words("cli.help_language"))


def _add_working(add: Callable[..., argparse.ArgumentParser], words: Wording, verbs: Any) -> None:
    one = add("enrol", "work.enrol")
    one.add_argument("--district", required=True, type=_text, metavar="URL")
    one.add_argument("--code", required=True, type=_text, metavar="CODE")
    one.add_argument("--staff", required=True, type=_text, metavar="NAME")
    group = verbs.add_parser("import", help=words("cli.help_import"))
    kinds = group.add_subparsers(required=True, metavar="KIND")
    add("visits", "work.import_ledger", kinds).add_argument("file", type=Path, metavar="FILE")
    one = add("matters", "work.import_items", kinds)
    one.add_argument("file", type=Path, metavar="FILE")
    one.add_argument("--system", type=_text, default="", metavar="NAME", help=words("cli.help_system"))
    one = add("export", "work.export")
    one.add_argument("kind", choices=_LISTS, metavar="KIND", help="|".join(_LISTS))
    one.add_argument("--out", required=True, type=Path, metavar="FILE", help=words("lists.help_out"))
    one.add_argument("--text", type=_text, default="", help=words("cli.help_text"))
    for name in ("since", "until"):
        one.add_argument(f"--{name}", type=_text, default="", metavar="DAY", help=words(f"lists.help_{name}"))
    one.add_argument("--encoding", choices=("utf-8", "gb18030"), default="utf-8", help=words("lists.help_encoding"))
    one.add_argument("--full", action="store_true", help=words("lists.help_full"))
    one.add_argument("--reason", type=_text, default="", metavar="TEXT", help=words("lists.help_reason"))
    one = add("print", PRINT)
    one.add_argument("kind", nargs="?", choices=_PAPERS, metavar="KIND", help=words("cli.help_print_kind"))
    one.add_argument("id", nargs="?", type=_text, metavar="ID", help=words("cli.help_print_id"))
    one.add_argument("--kinds", action="store_true", help=words("cli.help_print_kinds"))
    one.add_argument("--out", type=Path, metavar="FILE")
    one.add_argument("--copies", type=int, default=None, metavar="N")
    one.add_argument("--part", type=int, default=0, metavar="N", help=words("cli.help_part"))
    one.add_argument("--reason", type=_text, default="", metavar="TEXT", help=words("cli.help_print_reason"))
    one = add("consent", "consents.consent")
    one.add_argument("id", type=_text, metavar="ID")
    for name in ("agrees", "refuses"):
        told = words(f"cli.help_consent_{name}")
        one.add_argument(f"--{name}", type=_text, action="append", default=[], metavar="NAME", help=told)
    one.add_argument("--others-agree", action="store_true", help=words("cli.help_consent_others"))
    one.add_argument("--manner", choices=_MANNERS, default=_MANNERS[0], help="|".join(_MANNERS), metavar="MANNER")
    one.add_argument("--at", type=_text, default="", metavar="MOMENT", help=words("cli.help_consent_at"))
    one = add("step", "roads.step")
    one.add_argument("id", type=_text, metavar="ID")
    one.add_argument("kind", type=_text, metavar="KIND", help=words("cli.help_step_kind"))
    one.add_argument("given", type=_text, nargs="*", metavar="FIELD=VALUE", help=words("cli.help_step_given"))
    _add_passed(add, words, verbs)
    add("day-end", "work.day_end")
    _add_held(add, words)
    group = verbs.add_parser("bundle", help=words("cli.help_bundle")).add_subparsers(required=True, metavar="VERB")
    write, read = (add(name, f"bundles.{name}", group, f"bundle_{name}") for name in ("write", "read"))
    write.add_argument("--out", required=True, type=Path, metavar="DIR", help=words("cli.help_bundle_out"))
    write.add_argument("--part-mb", type=_positive, default=0, metavar="MB", help=words("cli.help_bundle_part"))
    read.add_argument("files", nargs="+", type=Path, metavar="FILE")


def _add_held(add: Callable[..., argparse.ArgumentParser], words: Wording) -> None:
    one = add("held", "held.held")
    for name in ("all-again", "history"):
        one.add_argument(f"--{name}", action="store_true", help=words(f"held.help_{name.replace('-', '_')}"))
    one.add_argument("--again", type=_text, action="append", default=[], metavar="ID", help=words("held.help_again"))


def _add_counting(add: Callable[..., argparse.ArgumentParser], words: Wording) -> None:
    one = add("stats", "statistics.stats")
    one.add_argument("--period", type=_text, default="", metavar="PERIOD", help=words("statistics.help_period"))
    one.add_argument("--visits", action="store_true", help=words("statistics.help_visits"))
    one.add_argument("--basis", choices=("event", "accepted"), default="event", help=words("statistics.help_basis"))
    one.add_argument("--out", type=Path, metavar="FILE", help=words("statistics.help_stats_out"))
    one.add_argument("--report", action="store_true", help=words("statistics.help_report"))
    one.add_argument("--reason", type=_text, default="", metavar="TEXT", help=words("statistics.help_reason"))


def _add_deadlines(add: Callable[..., argparse.ArgumentParser], words: Wording) -> None:
    one = add("deadline", "deadlines.deadline")
    one.add_argument("--kind", required=True, type=_text, metavar="KIND", help=words("deadlines.help_kind"))
    one.add_argument("--start", required=True, type=_text, metavar="MOMENT", help=words("deadlines.help_start"))
    one.add_argument("--grade", type=_text, default="", metavar="GRADE", help=words("deadlines.help_grade"))
    one.add_argument("--calendar", type=Path, metavar="FILE", help=words("deadlines.help_calendar"))
    one = add("due", "deadlines.due")
    one.add_argument("--at", type=_text, default="", metavar="MOMENT", help=words("deadlines.help_at"))
    one.add_argument("--only", choices=("clocks", "moments"), default="", help=words("deadlines.help_only"))


def _add_departments(add: Callable[..., argparse.ArgumentParser], words: Wording, verbs: Any) -> None:
    """Who is likely to answer for a matter."""
    group = verbs.add_parser("departments", help=words("departments.help")).add_subparsers(
        required=True, metavar="VERB"
    )
    one = add("suggest", "departments.suggest", group)
    one.add_argument("--category", type=_text, default="other", help=words("departments.help_category"))
    one.add_argument("--text", type=_text, required=True, help=words("departments.help_text"))
    one.add_argument("--limit", type=_positive, default=5, metavar="N")
    one = add("duties", "departments.duties", group)
    one.add_argument("text", type=_text, metavar="TEXT", help=words("departments.help_duties_text"))
    one.add_argument("--limit", type=_positive, default=20, metavar="N")


def _add_looking(add: Callable[..., argparse.ArgumentParser], words: Wording) -> None:
    one = add("list", "records.list_rows")
    one.add_argument("kind", choices=_LISTS, metavar="KIND", help="|".join(_LISTS))
    one.add_argument("--text", type=_text, default="", help=words("cli.help_text"))
    one.add_argument("--limit", type=_positive, metavar="N")
    add("show", "records.show").add_argument("id", type=_text, metavar="ID")
    add("road", "roads.road").add_argument("id", type=_text, metavar="ID")
    one = add("search", "records.search")
    one.add_argument("text", type=_text, metavar="TEXT", help=words("cli.help_search_text"))
    for name in ("kind", "state", "unit"):
        told = words(f"cli.help_search_{name}")
        one.add_argument(f"--{name}", type=_text, action="append", default=[], metavar=name.upper(), help=told)
    for name in ("since", "until"):
        one.add_argument(f"--{name}", type=_text, metavar="DAY", help=words(f"cli.help_search_{name}"))
    one.add_argument("--limit", type=_positive, metavar="N")
    one = add("records", "records.records")
    one.add_argument("--all", action="store_true", help=words("cli.help_all"))
    one.add_argument("--lines", action="store_true", help=words("cli.help_lines"))


def _add_papers(add: Callable[..., argparse.ArgumentParser], words: Wording, verbs: Any) -> None:
    """What proves papers, and what the district publishes for them."""
    one = add("verify", "proofs.verify")
    one.add_argument("files", nargs="+", metavar="FILE|-")
    one.add_argument("--text", action="store_true", help=words("cli.help_verify_text"))
    group = verbs.add_parser("receipts", help=words("receipts.help")).add_subparsers(required=True, metavar="VERB")
    for name, verb in (("list", "list_all"), ("verify", "verify"), ("trust", "trust")):
        one = add(name, f"receipts.{verb}", group, f"receipts_{name}")
        if name == "verify":
            one.add_argument("file", nargs="?", type=Path, metavar="FILE", help=words("receipts.help_file"))
        elif name == "trust":
            one.add_argument("fingerprint", type=_text, metavar="FINGERPRINT")
    group = verbs.add_parser("key", help=words("cli.help_key")).add_subparsers(required=True, metavar="VERB")
    for name in ("show", "rotate"):
        add(name, f"proofs.key_{name}", group, f"key_{name}")
    add("templates", "proofs.list_templates")


def _add_accusations(add: Callable[..., argparse.ArgumentParser], words: Wording, verbs: Any) -> None:
    """What is sealed as it is written down: nothing of it is an argument."""
    group = verbs.add_parser("accusation", help=words("cli.help_accusation")).add_subparsers(
        required=True, metavar="VERB"
    )
    verbs_of = (("seal", "seal"), ("list", "list_all"))
    seal, _ = (add(name, f"accusations.{verb}", group, f"accusation_{name}") for name, verb in verbs_of)
    seal.add_argument("--past", type=_text, default="", metavar="UNIT", help=words("cli.help_accusation_past"))
    told = words("cli.help_accusation_file")
    seal.add_argument("--file", type=Path, action="append", default=[], metavar="FILE", help=told)
    seal.add_argument("--channel", choices=("walk_in", "phone", "letter", "network"), default="walk_in")


def _add_passed(add: Callable[..., argparse.ArgumentParser], words: Wording, verbs: Any) -> None:
    """What other units passed to this one, and its answer."""
    group = verbs.add_parser("passed", help=words("cli.help_passed")).add_subparsers(required=True, metavar="VERB")
    add("list", "passed_matters.list_all", group, "passed_list")
    add("show", "passed_matters.show", group, "passed_show").add_argument("id", type=_text, metavar="MATTER")
    one = add("answer", "passed_matters.answer", group, "passed_answer")
    one.add_argument("id", type=_text, metavar="MATTER")
    one.add_argument("kind", type=_text, metavar="KIND", help="received|sent_back|transferred")
    one.add_argument("given", type=_text, nargs="*", metavar="FIELD=VALUE", help=words("cli.help_passed_given"))


def _add_conflicts(add: Callable[..., argparse.ArgumentParser], words: Wording, verbs: Any) -> None:
    """Cards that two desks edited at once, and what counts of them."""
    group = verbs.add_parser("conflicts", help=words("conflicts.help")).add_subparsers(required=True, metavar="VERB")
    add("list", "conflicts.list_open", group, "conflicts_list")
    add("show", "conflicts.show", group, "conflicts_show").add_argument("id", type=_text, metavar="ID")
    one = add("decide", "conflicts.decide", group)
    one.add_argument("id", type=_text, metavar="ID")
    for name, shape in (("take", "FIELD=N"), ("both", "FIELD"), ("value", "FIELD=TEXT")):
        told = words(f"conflicts.help_{name}")
        one.add_argument(f"--{name}", type=_text, action="append", default=[], metavar=shape, help=told)


def _add_mass_change(add: Callable[..., argparse.ArgumentParser], words: Wording, verbs: Any) -> None:
    """What an exchange that stopped would change at once, and the station lead's answer."""
    group = verbs.add_parser("mass-change", help=words("cli.help_mass_change"))
    verbs = group.add_subparsers(required=True, metavar="VERB")
    add("show", "mass_change.show", verbs, "mass_show")
    for name in ("allow", "decline"):
        one = add(name, f"mass_change.{name}", verbs)
        one.add_argument("--reason", type=_text, default="", metavar="TEXT", help=words("cli.help_mass_reason"))


def _add_orders(add: Callable[..., argparse.ArgumentParser], words: Wording, verbs: Any) -> None:
    """Orders, and what came back on them."""
    group = verbs.add_parser("order", help=words("cli.help_order")).add_subparsers(required=True, metavar="VERB")
    one = add("issue", "orders.issue", group)
    one.add_argument("matter", type=_text, metavar="MATTER")
    one.add_argument("--to", type=_text, action="append", default=[], metavar="NAME", help=words("cli.help_order_to"))
    ways = ("issue", "request", "emergency")
    one.add_argument("--way", choices=ways, default="", metavar="WAY", help="|".join(ways))
    one.add_argument("--request", type=_text, default="", metavar="ID", help=words("cli.help_order_request"))
    for name in ("subject", "text", "grade", "place", "contact", "authority"):
        one.add_argument(f"--{name}", type=_text, default="", metavar="TEXT")
    one.add_argument("--issued-at", type=_text, default="", metavar="TIME", help=words("cli.help_order_issued_at"))
    for name in ("called", "callee", "callee-telephone", "called-at", "read-back"):
        told = words("cli.help_order_called")
        one.add_argument(f"--{name}", type=_text, action="append", default=[], metavar="TEXT", help=told)
    one = add("list", "orders.list_all", group, "order_list")
    one.add_argument("--text", type=_text, default="", help=words("cli.help_text"))
    one.add_argument("--limit", type=_positive, metavar="N")
    one.add_argument("--requests", action="store_true", help=words("cli.help_order_requests"))
    add("escalate", "orders.escalate", group)
    add("show", "orders.show", group, "order_show").add_argument("id", type=_text, metavar="ID")
    group = verbs.add_parser("reply", help=words("cli.help_reply")).add_subparsers(required=True, metavar="VERB")
    one = add("list", "orders.replies", group, "reply_list")
    one.add_argument("order", nargs="?", type=_text, default="", metavar="ORDER")
    one.add_argument("--limit", type=_positive, metavar="N")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"not a whole number above 0: {text!r}")
    return int(text)


def _text(text: str) -> str:
    """A word that will be stored or looked for; bytes that are no UTF-8 are bad usage."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise argparse.ArgumentTypeError(f"not UTF-8: {text!r}")
    return text


if __name__ == "__main__":
    sys.exit(main())
