"""What each verb of the command line does, once the heavy imports may come."""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from resources import Wording
from sync.protocol.signed import fingerprint as fingerprint_of
from sync.records.errors import Refused, Unavailable
from sync.records.station_keys import Published
from sync.records.times import parse_day, parse_moment, to_minute
from sync.server import admin, bundle_keys, cards, receipt_keys, station_keys, templates
from sync.server.authority import Pair, fingerprint
from sync.server.authority import issue as issue_certificate
from sync.server.cli import Said
from sync.server.file_keys import open_for_files, tidy
from sync.server.place import Place, read_secret
from sync.server.secret_files import write_certificate, write_secret
from sync.server.store import records as kept_records
from sync.server.store import uploads
from sync.server.store.devices import StationRow, stores_of
from sync.server.store.devices import stations as station_rows
from sync.server.store.directory import find_unit, units
from sync.server.store.store import Connection, DistrictStore, district, get_setting

_OF_UPLOAD = ("device", "record", "size", "received", "made_at", "expires_at")


@contextlib.contextmanager
def opened(place: Place) -> Iterator[DistrictStore]:
    """Open the district's store for one verb."""
    place.must_exist()
    store = DistrictStore.open(place.url, place.key())
    try:
        with store.read() as conn:
            district(conn)
        yield store
    finally:
        store.close()


def init(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    with contextlib.closing(admin.create_store(place)) as store:
        made = admin.init(store, place.ca_key_file, args.name, args.url)
        bundle_keys.ready(store, place.bundle_key_file)
        with store.read() as conn:
            print_ = fingerprint((get_setting(conn, admin.CA_SETTING) or "").encode())
    data = {"store": place.url, "key_file": str(place.key_file), "ca_fingerprint": print_, "link": made.link}
    return Said(data, [words("district.init_done", ca_key=place.ca_key_file), made.link])


def serve(args: argparse.Namespace, place: Place, _words: Wording) -> None:
    from sync.server.serve import Listen
    from sync.server.serve import serve as run

    if bool(args.tls_cert) != bool(args.tls_key):
        raise Refused("district.tls_pair")
    listen = Listen(args.host, args.port, args.tls_cert, args.tls_key, args.behind_proxy, args.metrics_port)
    from sync.server.notices.channels import read_channels

    listen.check()
    place.must_exist()
    with contextlib.closing(open_for_files(place)) as store:
        with store.read() as conn:
            district(conn)
        channels = read_channels(place)
        tidy(store)
        bundle_keys.ready(store, place.bundle_key_file)
        run(store, listen, place.receipt_key_file, channels)


def tls_issue(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    with opened(place) as store, store.read() as conn:
        certificate = (get_setting(conn, admin.CA_SETTING) or "").encode()
    pair = issue_certificate(Pair(certificate, read_secret(place.ca_key_file)), args.host)
    folder = Path(args.out)
    stem = args.host[0].replace(":", "_").replace("/", "_").replace("*", "_")
    cert, key = folder / f"{stem}.pem", folder / f"{stem}.key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        key.unlink(missing_ok=True)
        write_secret(key, pair.key)
        write_certificate(cert, pair.certificate + certificate)
    except OSError as error:
        raise Unavailable("district.cannot_write", folder=str(folder)) from error
    return Said({"cert": str(cert), "key": str(key)}, [words("district.tls_done", cert=cert, key=key)])


def station_add(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    with opened(place) as store:
        made = admin.add_station(
            store, args.name, args.level, args.parent, args.short, telephone=args.telephone, address=args.address
        )
    line = words("district.station_done", name=args.name, unit=made.unit, until=to_minute(made.expires_at))
    return Said({"unit": made.unit, "code": made.code, "expires_at": made.expires_at.isoformat()}, [line, made.code])


def department_add(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    with opened(place) as store:
        unit = admin.add_department(store, args.name, args.level, args.parent, telephone=args.telephone)
    return Said({"unit": unit}, [words("district.department_done", name=args.name), unit])


def staff_add(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    with opened(place) as store:
        staff = admin.add_staff(store, args.name, args.station, args.role)
    return Said({"staff": staff}, [words("district.staff_done", name=args.name, station=args.station), staff])


def user_add(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    with opened(place) as store:
        made = admin.add_user(store, args.name, args.unit, args.role)
    return Said({"staff": made.staff, "link": made.link}, [words("district.user_done", name=args.name), made.link])


def stations(_args: argparse.Namespace, place: Place, words: Wording) -> Said:
    with opened(place) as store, store.read() as conn:
        rows = station_rows(conn)
    lines = [words("district.stations_none")] if not rows else [_station_line(row, words) for row in rows]
    return Said([_plain(asdict(row)) for row in rows], lines)


def _station_line(row: StationRow, words: Wording) -> str:
    return words(
        "district.station_revoked" if row.revoked_at else "district.station_line",
        unit=row.unit_name or row.unit,
        device=row.device,
        day_end=to_minute(row.last_day_end) if row.last_day_end else words("district.never"),
        unsent=row.unsent,
        held=row.held,
        program=row.program or "-",
    )


def revoke(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    with opened(place) as store:
        admin.revoke_device(store, args.device)
    return Said({"revoked": args.device}, [words("district.revoke_done", device=args.device)])


def upload_list(_args: argparse.Namespace, place: Place, words: Wording) -> Said:
    with opened(place) as store, store.read() as conn:
        found = uploads.list_uploads(conn)
    data = [_plain({name: getattr(one, name) for name in _OF_UPLOAD}) for one in found]
    lines = [
        words("district.upload_line", device=one.device, received=one.received, size=one.size, until=to_minute(at))
        for one in found
        for at in (one.expires_at,)
    ]
    return Said(data, lines or [words("district.uploads_none")])


def upload_expire(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """Forget uploads whose time is over, or all that are not whole: who sends them begins again."""
    with opened(place) as store, store.write() as conn:
        count = uploads.drop_unfinished(conn) if args.all else uploads.drop_expired(conn, datetime.now(UTC))
    return Said({"forgotten": count}, [words("district.upload_expire_done", count=count)])


def card_edit(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """Edit a station's card from the district: its desks pull the edit, and merge or hold it."""
    fields = dict(cards.field_said(text) for text in args.fields)
    with opened(place) as store:
        edit = cards.edit_card(store, args.card, fields, args.by)
    line = words("district.card_edited" if edit else "district.card_same", card=args.card, edit=edit)
    return Said({"card": args.card, "revision": edit or None}, [line])


def records(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    with opened(place) as store, store.read() as conn:
        scopes = _scopes(conn, args.station) if args.station else None
        if args.lines:
            found = sorted(kept_records.lines(conn, scopes, 0, args.upto))
            data = [{"kind": kind, "id": record_id, "hash": hash_.hex()} for kind, record_id, hash_ in found]
            return Said(data, [f"{one['kind']} {one['id']} {one['hash']}" for one in data])
        counts, digest = kept_records.tally(conn, scopes, 0, args.upto)
    lines = [words("district.records_line", kind=kind, count=count) for kind, count in counts.items()]
    return Said({"counts": counts, "digest": digest}, [*lines, words("district.records_digest", digest=digest)])


def key_list(_args: argparse.Namespace, place: Place, words: Wording) -> Said:
    with opened(place) as store, store.read() as conn:
        keys = list(station_keys.published_keys(conn).values())
        names = {unit.unit: unit.name for unit in units(conn).values()}
    told = [{**_plain(asdict(key)), "public": key.public.hex()} for key in keys]
    lines = [_key_line(key, names.get(key.unit, key.unit), words) for key in keys]
    return Said(told, lines or [words("district.keys_none")])


def _key_line(key: Published, unit: str, words: Wording) -> str:
    state = "revoked" if key.revoked_at else "ended" if key.ended_at else "valid"
    at = key.revoked_at or key.ended_at or key.starts_at
    return words(f"district.key_{state}", key=key.key, unit=unit, at=to_minute(at), reason=key.reason)


def key_revoke(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    with opened(place) as store:
        key = station_keys.revoke_key(store, args.key, args.reason, parse_moment(args.since) if args.since else None)
    at = key.revoked_at
    line = words("district.key_revoke_done", key=key.key, at=to_minute(at) if at else "")
    return Said({"revoked": key.key, "since": at.isoformat() if at else None}, [line])


def receipts_verify(_args: argparse.Namespace, place: Place, words: Wording) -> Said:
    from sync.server.receipt_check import verify

    with opened(place) as store:
        found = verify(store)
    counts = {"receipts": found.receipts, "signed": found.signed, "journals": found.journals, "lines": found.lines}
    faults = [words(fault.key, **fault.values) for fault in found.faults]
    told = [{"fault": fault.key.partition(".")[2], **fault.values} for fault in found.faults]
    lines = [words("district.receipts_verified", **counts), *(faults or [words("district.receipts_fine")])]
    return Said({**counts, "faults": told}, lines, done=not faults)


def receipts_key(_args: argparse.Namespace, place: Place, words: Wording) -> Said:
    with opened(place) as store:
        receipt_keys.ready(store, place.receipt_key_file)
        with store.read() as conn:
            keys = receipt_keys.known_keys(conn)
    return _receipt_key(keys, words)


def receipts_rotate(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    with opened(place) as store:
        keys = receipt_keys.rotate(store, place.receipt_key_file, lost=args.lost)
    return _receipt_key(keys, words)


def _receipt_key(keys: receipt_keys.Keys, words: Wording) -> Said:
    shown = fingerprint_of(keys.present)
    data = {"public": keys.present.hex(), "fingerprint": shown, "keys": [key.hex() for key in keys.publics]}
    return Said(data, [words("district.receipts_key_is", fingerprint=shown)])


def template_publish(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    text = templates.read_file(Path(args.file))
    with opened(place) as store:
        made = templates.publish(store, args.name, text, parse_day(args.starts) if args.starts else None)
    data = {"template": made.edition, "starts_on": made.starts_on.isoformat()}
    return Said(data, [words("district.template_done", template=made.edition, day=made.starts_on)])


def template_list(_args: argparse.Namespace, place: Place, words: Wording) -> Said:
    with opened(place) as store, store.read() as conn:
        found = templates.published_templates(conn)
    data = [{"template": t.edition, "starts_on": t.starts_on.isoformat()} for t in found]
    lines = [words("district.template_line", template=t.edition, day=t.starts_on) for t in found]
    return Said(data, lines or [words("district.templates_none")])


def template_show(args: argparse.Namespace, place: Place, _words: Wording) -> Said:
    with opened(place) as store, store.read() as conn:
        found = templates.find_template(conn, args.template)
    told = {"template": found.edition, "starts_on": found.starts_on.isoformat(), "text": found.text}
    return Said(told, found.text.splitlines())


def doctor(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    from sync.server.store.check import check

    with opened(place) as store:
        differences = check(store, repair=args.repair)
        if args.repair:
            station_keys.publish_waiting(store)
    lines = [words("district.doctor_line", table=name, count=count) for name, count in differences.items()]
    if not differences:
        lines = [words("district.doctor_fine")]
    elif args.repair:
        lines.append(words("district.doctor_repaired"))
    return Said({"differences": differences, "repaired": bool(differences) and args.repair}, lines)


def _scopes(conn: Connection, station: str) -> frozenset[str]:
    """What the stations of a unit hold together, and what was for stores that they were before a restore."""
    unit = find_unit(conn, station).unit
    devices = [row.device for row in station_rows(conn) if row.unit == unit]
    return frozenset({kept_records.EVERYONE, unit}.union(*(stores_of(conn, device) for device in devices)))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def rehearse(args: argparse.Namespace, _place: Place, _words: Wording) -> None:
    """Hand over to the rehearsal, a program of its own that knows neither end from inside; its exit code is ours."""
    asked = [f"--{name}={getattr(args, name)}" for name in ("stations", "days", "seed", "nemesis", "keep")]
    asked += [f"--language={args.language or 'zh'}"]
    if find_spec("desktop") is None:
        raise Refused("district.no_station_program")
    command = [sys.executable, "-m", "sync.rehearsal", *asked, *(["--json"] if args.json else [])]
    sys.exit(subprocess.run(command, check=False).returncode)
