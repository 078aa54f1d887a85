"""The administrator's command line, `qianshao-district`: arguments in, text or JSON out; the work is in admin.py.

Nothing heavy is imported before a verb needs it, so that --help and a mistyped verb answer at once.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from resources import Wording, wording
from resources.arguments import Arguments
from sync.records.errors import QianshaoError, Unavailable
from sync.records.units import Level, Role
from sync.server.place import Place, place_from

DEFAULT_PORT: Final = 8443
OK: Final = 0
REFUSED: Final = 1


@dataclass(frozen=True, slots=True)
class Said:
    """What a verb has to say: ``data`` for --json (an object, or a list: one object a line), ``lines`` for people.

    ``done`` is False where what was looked at is not as it should be: the exit code says so.
    """

    data: dict[str, Any] | list[dict[str, Any]]
    lines: list[str] = field(default_factory=list)
    done: bool = True


Verb = Callable[[argparse.Namespace, Place, Wording], Said | None]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; 0 done, 1 refused with one sentence on standard error, 2 bad usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a file's name may hold bytes that are no UTF-8
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    words = wording(_language(argv))
    args = _parser(words).parse_args(argv)
    verb: Verb = args.verb
    try:
        place = place_from(
            args.db, args.key_file, args.ca_key, os.environ, args.bundle_key, args.receipt_key, args.notices
        )
        said = verb(args, place, words)
    except QianshaoError as error:
        sys.stderr.write(_sentence(error, words) + "\n")
        return REFUSED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except OSError as error:  # a folder is closed, a disk is full
        said_file = error.filename or words("district.a_file")
        sys.stderr.write(words("district.system", file=said_file, reason=error.strerror or error) + "\n")
        return REFUSED
    if said is not None:
        _print(said, as_json=args.json)
    return OK if said is None or said.done else REFUSED


def _print(said: Said, *, as_json: bool) -> None:
    items = said.data if isinstance(said.data, list) else [said.data]
    lines = [json.dumps(item, ensure_ascii=False) for item in items] if as_json else said.lines
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _sentence(error: QianshaoError, words: Wording) -> str:
    said = {k: _sentence(v, words) if isinstance(v, QianshaoError) else v for k, v in error.values.items()}
    return words(error.key, **said) if words.has(error.key) else error.key


def _language(argv: Sequence[str] | None) -> str:
    """--language decides before the parser exists, for its own texts; Chinese where nobody says."""
    given = list(sys.argv[1:] if argv is None else argv)
    for place, word in enumerate(given):
        if word == "--language" and given[place + 1 : place + 2] == ["en"]:
            return "en"
    return "en" if "--language=en" in given else "zh"


def _parser(words: Wording) -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--db", metavar="URL", help=words("district.help_db"))
    common.add_argument("--key-file", metavar="FILE", help=words("district.help_key_file"))
    common.add_argument("--ca-key", metavar="FILE", help=words("district.help_ca_key"))
    common.add_argument("--receipt-key", metavar="FILE", help=words("district.help_receipt_key"))
    common.add_argument("--bundle-key", metavar="FILE", help=words("district.help_bundle_key"))
    common.add_argument("--notices", metavar="FILE", help=words("district.help_notices_file"))
    common.add_argument("--json", action="store_true", help=words("district.help_json"))
    common.add_argument("--language", choices=("zh", "en"), help=words("district.help_language"))
    parser = Arguments(words=words, prog="qianshao-district", description=words("district.help_program"))
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def add(to: Any, name: str, verb: Verb, key: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = to.add_parser(name, parents=[common], help=words(f"district.help_{key}"))
        made.set_defaults(verb=verb)
        return made

    _add_serving(add, verbs, words)
    _add_directory(add, verbs, words)
    one = add(verbs, "stations", _verb("stations"), "stations")
    one = _group(verbs, "card", words, add, "edit", "card_edit")
    one.add_argument("card", metavar="CARD")
    one.add_argument("fields", nargs="+", metavar="FIELD=VALUE", help=words("district.help_card_fields"))
    one.add_argument("--by", default="", metavar="STAFF", help=words("district.help_card_by"))
    one = add(verbs, "revoke", _verb("revoke"), "revoke")
    one.add_argument("device", metavar="DEVICE")
    _add_papers(add, verbs, words)
    _add_rules(add, verbs, words)
    _add_duties(add, verbs, words)
    _add_registers(add, verbs, words)
    _add_bundles(add, verbs, words)
    _add_accusations(add, verbs, words)
    _add_notices(add, verbs, words)
    kinds = verbs.add_parser("upload", help=words("district.help_upload"))
    group = kinds.add_subparsers(required=True, metavar="VERB")
    add(group, "list", _verb("upload_list"), "upload_list")
    one = add(group, "expire", _verb("upload_expire"), "upload_expire")
    one.add_argument("--all", action="store_true", help=words("district.help_upload_all"))
    one = add(verbs, "records", _verb("records"), "records")
    one.add_argument("--upto", type=int, metavar="SEQ", help=words("district.help_upto"))
    one.add_argument("--station", metavar="UNIT", help=words("district.help_station"))
    one.add_argument("--lines", action="store_true", help=words("district.help_lines"))
    one = add(verbs, "doctor", _verb("doctor"), "doctor")
    one.add_argument("--repair", action="store_true", help=words("district.help_repair"))
    one = add(verbs, "rehearse", _verb("rehearse"), "rehearse")
    for name, default in (("stations", 6), ("days", 7), ("seed", 1)):
        one.add_argument(f"--{name}", type=int, default=default, metavar="N")
    one.add_argument("--nemesis", default="all", metavar="NAMES", help=words("district.help_nemesis"))
    one.add_argument("--keep", default="", metavar="DIR", help=words("district.help_keep"))
    return parser


def _add_serving(add: Callable[..., argparse.ArgumentParser], verbs: Any, words: Wording) -> None:
    one = add(verbs, "init", _verb("init"), "init")
    one.add_argument("--name", default=words("district.default_name"), help=words("district.help_name"))
    one.add_argument("--url", default="", help=words("district.help_url"))
    one = add(verbs, "serve", _verb("serve"), "serve")
    one.add_argument("--host", default="127.0.0.1")
    one.add_argument("--port", type=_port, default=DEFAULT_PORT)
    one.add_argument("--tls-cert", default="", metavar="FILE")
    one.add_argument("--tls-key", default="", metavar="FILE")
    one.add_argument("--behind-proxy", action="store_true", help=words("district.help_behind_proxy"))
    one.add_argument("--metrics-port", type=_port, metavar="PORT", help=words("district.help_metrics_port"))
    one = _group(verbs, "tls", words, add, "issue", "tls_issue")
    one.add_argument("--host", action="append", required=True, metavar="HOST")
    one.add_argument("--out", default=".", metavar="DIR")


def _add_directory(add: Callable[..., argparse.ArgumentParser], verbs: Any, words: Wording) -> None:
    one = _group(verbs, "station", words, add, "add", "station_add")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--level", type=Level, choices=(Level.STATION, Level.COMMUNITY, Level.STREET), default="community")
    one.add_argument("--parent", default="", metavar="UNIT")
    one.add_argument("--short", default="", help=words("district.help_short"))
    one.add_argument("--telephone", default="", metavar="NUMBER", help=words("district.help_telephone"))
    one.add_argument("--address", default="", help=words("district.help_telephone"))
    one = _group(verbs, "department", words, add, "add", "department_add")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--level", type=Level, choices=(Level.DISTRICT, Level.STREET, Level.CITY), default="district")
    one.add_argument("--parent", default="", metavar="UNIT")
    one.add_argument("--telephone", default="", metavar="NUMBER", help=words("district.help_department_telephone"))
    one = _group(verbs, "staff", words, add, "add", "staff_add")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--station", required=True, metavar="UNIT")
    one.add_argument("--role", required=True, action="append", type=Role, choices=tuple(Role))
    one = _group(verbs, "user", words, add, "add", "user_add")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--unit", required=True, metavar="UNIT")
    one.add_argument("--role", required=True, action="append", type=Role, choices=tuple(Role))


def _add_papers(add: Callable[..., argparse.ArgumentParser], verbs: Any, words: Wording) -> None:
    """What papers need of a district: the keys that sign them, and the editions of their words."""
    keys = verbs.add_parser("key", help=words("district.help_key")).add_subparsers(required=True, metavar="VERB")
    add(keys, "list", _verb("key_list"), "key_list")
    one = add(keys, "revoke", _verb("key_revoke"), "key_revoke")
    one.add_argument("key", metavar="KEY")
    one.add_argument("--reason", required=True, metavar="TEXT")
    one.add_argument("--since", default="", metavar="TIME", help=words("district.help_since"))
    add(keys, "bundle", _verb("bundle_key", "bundle_verbs"), "key_bundle")
    given = verbs.add_parser("receipts", help=words("district.help_receipts"))
    group = given.add_subparsers(required=True, metavar="VERB")
    add(group, "verify", _verb("receipts_verify"), "receipts_verify")
    add(group, "key", _verb("receipts_key"), "receipts_key")
    one = add(group, "rotate", _verb("receipts_rotate"), "receipts_rotate")
    one.add_argument("--lost", action="store_true", help=words("district.help_receipts_lost"))
    kinds = verbs.add_parser("template", help=words("district.help_template"))
    group = kinds.add_subparsers(required=True, metavar="VERB")
    one = add(group, "publish", _verb("template_publish"), "template_publish")
    one.add_argument("name", metavar="NAME", help=words("district.help_template_name"))
    one.add_argument("file", metavar="FILE")
    one.add_argument("--starts", default="", metavar="DAY", help=words("district.help_starts"))
    add(group, "list", _verb("template_list"), "template_list")
    add(group, "show", _verb("template_show"), "template_show").add_argument("template", metavar="TEMPLATE")


def _add_rules(add: Callable[..., argparse.ArgumentParser], verbs: Any, words: Wording) -> None:
    """The tables that stations work by."""
    group = verbs.add_parser("rules", help=words("tables.help_rules")).add_subparsers(required=True, metavar="VERB")
    one = add(group, "show", _verb("rules_show", "rule_verbs"), "rules_show")
    one.add_argument("name", nargs="?", default="", metavar="NAME", help=words("tables.help_name"))
    one.add_argument("--version", default="", metavar="VERSION", help=words("tables.help_version"))
    for name in ("check", "publish"):
        one = add(group, name, _verb(f"rules_{name}", "rule_verbs"), f"rules_{name}")
        one.add_argument("name", metavar="NAME", help=words("tables.help_name"))
        one.add_argument("file", metavar="FILE")
    one.add_argument("--starts", default="", metavar="DAY", help=words("district.help_starts"))
    one.add_argument("--note", default="", metavar="TEXT", help=words("tables.help_note"))


def _add_duties(add: Callable[..., argparse.ArgumentParser], verbs: Any, words: Wording) -> None:
    group = verbs.add_parser("duties", help=words("tables.name_duties")).add_subparsers(required=True, metavar="VERB")
    one = add(group, "import", _verb("duties_import", "rule_verbs"), "duties_import")
    one.add_argument("file", metavar="FILE", help=words("tables.help_duties_file"))
    one.add_argument("--starts", default="", metavar="DAY", help=words("district.help_starts"))
    one.add_argument("--note", default="", metavar="TEXT", help=words("tables.help_note"))


def _add_registers(add: Callable[..., argparse.ArgumentParser], verbs: Any, words: Wording) -> None:
    """Who may order whom, and who is on duty."""
    kinds = verbs.add_parser("authority", help=words("authority.help_authority"))
    group = kinds.add_subparsers(required=True, metavar="VERB")
    one = add(group, "add", _verb("authority_add", "register_verbs"), "authority_add")
    one.add_argument("unit", metavar="UNIT")
    told = words("authority.help_department")
    one.add_argument("--department", action="append", default=[], metavar="UNIT", help=told)
    one.add_argument("--paper", required=True, metavar="TEXT", help=words("authority.help_paper"))
    one.add_argument("--granted-by", required=True, metavar="TEXT", help=words("authority.help_granted_by"))
    one.add_argument("--starts", default="", metavar="DAY", help=words("district.help_starts"))
    one.add_argument("--ends", default="", metavar="DAY", help=words("authority.help_ends"))
    one = add(group, "end", _verb("authority_end", "register_verbs"), "authority_end")
    one.add_argument("entry", metavar="ENTRY")
    one.add_argument("--reason", required=True, metavar="TEXT")
    one = add(group, "until", _verb("authority_until", "register_verbs"), "authority_until")
    one.add_argument("entry", metavar="ENTRY")
    one.add_argument("--ends", default="", metavar="DAY", help=words("authority.help_ends"))
    one.add_argument("--reason", required=True, metavar="TEXT")
    add(group, "list", _verb("authority_list", "register_verbs"), "authority_list")
    group = verbs.add_parser("duty", help=words("duty.help_duty")).add_subparsers(required=True, metavar="VERB")
    one = add(group, "import", _verb("duty_import", "register_verbs"), "duty_import")
    one.add_argument("file", metavar="FILE", help=words("duty.help_file"))
    one = add(group, "list", _verb("duty_list", "register_verbs"), "duty_list")
    one.add_argument("--now", action="store_true", help=words("duty.help_now"))


def _add_bundles(add: Callable[..., argparse.ArgumentParser], verbs: Any, words: Wording) -> None:
    """What stations without a network bring on a stick."""
    group = verbs.add_parser("bundle", help=words("district.help_bundle")).add_subparsers(required=True, metavar="VERB")
    one = add(group, "import", _verb("bundle_import", "bundle_verbs"), "bundle_import")
    one.add_argument("files", nargs="+", metavar="FILE")
    one.add_argument("--out", default="", metavar="FILE", help=words("district.help_bundle_out"))
    one.add_argument("--part-mb", type=int, default=0, metavar="MB", help=words("district.help_bundle_part"))
    one.add_argument("--revoked", action="store_true", help=words("district.help_bundle_revoked"))


def _add_accusations(add: Callable[..., argparse.ArgumentParser], verbs: Any, words: Wording) -> None:
    """What stations sealed to bodies that take accusations."""
    given = verbs.add_parser("accusation", help=words("district.help_accusation"))
    group = given.add_subparsers(required=True, metavar="VERB")
    one = add(group, "key", _verb("accusation_key", "accusation_verbs"), "accusation_key")
    one.add_argument("unit", metavar="UNIT")
    one.add_argument("--out", required=True, metavar="FILE", help=words("district.help_accusation_out"))
    add(group, "list", _verb("accusation_list", "accusation_verbs"), "accusation_list")
    one = add(group, "open", _verb("accusation_open", "accusation_verbs"), "accusation_open")
    one.add_argument("id", metavar="ID|CODE")
    one.add_argument("--key", default="", metavar="FILE", help=words("district.help_accusation_open_key"))
    one.add_argument("--out", default="", metavar="DIR", help=words("district.help_accusation_open_out"))


def _add_notices(add: Callable[..., argparse.ArgumentParser], verbs: Any, words: Wording) -> None:
    """What is said outside the platform."""
    kinds = verbs.add_parser("notices", help=words("district.help_notices"))
    group = kinds.add_subparsers(required=True, metavar="VERB")
    add(group, "list", _verb("notices_list", "notices.verbs"), "notices_list")
    one = add(group, "test", _verb("notices_test", "notices.verbs"), "notices_test")
    one.add_argument("channel", metavar="CHANNEL")
    one.add_argument("--to", default="", metavar="NUMBER", help=words("district.help_notices_to"))


def _group(
    verbs: Any, noun: str, words: Wording, add: Callable[..., argparse.ArgumentParser], name: str, key: str
) -> argparse.ArgumentParser:
    """Add the verb ``noun name``, for example ``station add``."""
    group = verbs.add_parser(noun, help=words(f"district.help_{key}")).add_subparsers(required=True, metavar="VERB")
    return add(group, name, _verb(key), key)


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port


def _verb(name: str, module: str = "verbs") -> Verb:
    """Return the verb of ``module`` called ``name``, imported when it runs."""

    def run(args: argparse.Namespace, place: Place, words: Wording) -> Said | None:
        verbs = importlib.import_module(f"sync.server.{module}")
        from sync.server.store.store import StoreBusy

        try:
            said: Said | None = getattr(verbs, name)(args, place, words)
        except StoreBusy as error:
            raise Unavailable("district.no_database") from error
        return said

    return run


if __name__ == "__main__":
    sys.exit(main())
