"""The file of channels, and what each adapter really sends: to a receiver on loopback, over TLS too."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from sync.records.errors import Damaged, QianshaoError, Refused, Unavailable
from sync.server.authority import issue, new_authority
from sync.server.notices.callbacks import authenticated
from sync.server.notices.channels import Channel, Channels, read_channels
from sync.server.notices.message import Message
from sync.server.notices.senders import SIGNATURE, TIME, notifier, signature
from sync.server.place import Place, place_from
from tests.support.gateway import Gateway, gateway

MESSAGE = Message(
    notice="ntc_1", kind="order", number='(2026)"凤凰"第1号', telephone="13800000000", text="请于\n16:30前报到&签收"
)
WEBHOOK = 'name = "平台"\nkind = "webhook"\nsecret = "s"\nurl = "{url}"\n'
SMS = """
name = "短信"
kind = "sms"
url = "{url}"
format = "form"
headers = {{ Authorization = "Bearer 密" }}
body = {{ to = "{{telephone}}", content = "{{text}}" }}
ok = {{ "data.code" = 0 }}
receipt = "data.id"
"""
ROBOT = """
name = "群"
kind = "messenger"
url = "{url}?access_token=x"
secret = "SEC1"
sign = "dingtalk"
body = {{ msgtype = "text", text = {{ content = "{{text}}" }}, at = {{ mobiles = ["{{telephone}}"] }} }}
ok = {{ errcode = 0 }}
"""


@pytest.fixture
def receiver() -> Iterator[Gateway]:
    with gateway() as made:
        yield made


def place(tmp_path: Path, text: str | None, mode: int = 0o600) -> Place:
    file = tmp_path / "district-notices.toml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
    return place_from(f"sqlite:///{tmp_path}/district.db", None, None, {})


def written(tmp_path: Path, *parts: str, head: str = "", url: str = "http://127.0.0.1:1/in") -> Channels:
    text = head + "".join("[[channel]]\n" + part.format(url=url) for part in parts)
    return read_channels(place(tmp_path, text))


def test_a_district_without_the_file_has_no_channels(tmp_path: Path) -> None:
    assert read_channels(place(tmp_path, None)) == Channels()


def test_channels_serve_the_units_and_the_kinds_that_they_name(tmp_path: Path) -> None:
    (one,) = written(tmp_path, WEBHOOK + 'units = ["住建局"]\nabout = ["order"]\n', head="unread_minutes = 3\n").all
    assert one.serves("order", "uni_1", "住建局")
    assert not one.serves("order", "uni_1", "城管局")
    assert not one.serves("threat", "住建局")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[channel", "channels_damaged"),
        (WEBHOOK.format(url="http://127.0.0.1/") + 'colour = "red"\n', "channels_damaged"),
        ('name = "a"\nkind = "pigeon"\nurl = "https://x/"\n', "channels_damaged"),
        ('name = "a"\nkind = "sms"\nurl = "https://x/"\n', "channels_damaged"),
        (WEBHOOK.format(url="http://gateway.example/"), "channel_needs_tls"),
        ('name = "a"\nkind = "webhook"\nurl = "https://x/"\n', "channel_needs_secret"),
        ('name = "a"\nkind = "sms"\nurl = "https://x/"\nbody = { t = "{name}" }\n', "channel_place"),
        ('name = "a"\nkind = "sms"\nurl = "https://x/"\nbody = { t = "{text.__class__}" }\n', "channel_place"),
    ],
)
def test_a_file_that_is_not_as_it_must_be_is_told_in_one_sentence(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises((Damaged, Refused), match=why):
        read_channels(place(tmp_path, text if text.startswith("[[") else "[[channel]]\n" + text))


def test_names_are_given_once_minutes_are_minutes_and_the_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    for bad in (WEBHOOK, WEBHOOK), (WEBHOOK,):
        with pytest.raises(Damaged, match="channels_damaged"):
            written(tmp_path, *bad, head="" if len(bad) == 2 else "unread_minutes = 0\n")
    with pytest.raises(Refused, match="open_key_file"):
        read_channels(place(tmp_path, "", 0o644))


def test_no_secret_is_in_what_a_log_could_show(tmp_path: Path) -> None:
    shown = repr(written(tmp_path, SMS, ROBOT))
    assert "SEC1" not in shown
    assert "密" not in shown


def test_a_webhook_is_signed_over_time_and_body(tmp_path: Path, receiver: Gateway) -> None:
    (one,) = written(tmp_path, WEBHOOK, url=receiver.url).all
    assert notifier(one, lambda: 1000.5).send(MESSAGE) == "r-1"
    (told,) = receiver.told
    assert told.headers[TIME.lower()] == "1000"
    assert told.headers[SIGNATURE.lower()] == signature("s", "1000", told.body)
    assert told.json["text"] == MESSAGE.text


def test_an_sms_gateway_gets_its_form_and_its_answer_is_looked_at(tmp_path: Path, receiver: Gateway) -> None:
    (one,) = written(tmp_path, SMS.replace("Bearer 密", "Bearer t"), url=receiver.url).all
    receiver.answer = b'{"data": {"code": 0, "id": 77}}'
    assert notifier(one).send(MESSAGE) == "77"
    assert receiver.told[0].form == {"to": MESSAGE.telephone, "content": MESSAGE.text}
    assert receiver.told[0].headers["authorization"] == "Bearer t"
    receiver.answer = b'{"data": {"code": 13}}'
    with pytest.raises(Unavailable, match="not_taken"):
        notifier(one).send(MESSAGE)
    with pytest.raises(Refused, match="no_telephone"):
        notifier(one).send(Message("ntc_2", "order"))


def test_a_messenger_s_robot_gets_its_shape_and_a_signed_address(tmp_path: Path, receiver: Gateway) -> None:
    (one,) = written(tmp_path, ROBOT, url=receiver.url).all
    notifier(one, lambda: 1700000000.0).send(MESSAGE)
    (told,) = receiver.told
    assert told.json == {"msgtype": "text", "text": {"content": MESSAGE.text}, "at": {"mobiles": [MESSAGE.telephone]}}
    asked = parse_qs(urlsplit(told.path).query)
    made = hmac.new(b"SEC1", b"1700000000000\nSEC1", hashlib.sha256).digest()
    assert asked == {"access_token": ["x"], "timestamp": ["1700000000000"], "sign": [base64.b64encode(made).decode()]}


def test_only_a_certificate_that_is_trusted_is_spoken_to(tmp_path: Path) -> None:
    authority = new_authority("网关")
    pair = issue(authority, ["127.0.0.1"])
    cert, key, ca = (tmp_path / name for name in ("cert.pem", "key.pem", "ca.pem"))
    cert.write_bytes(pair.certificate + authority.certificate)
    key.write_bytes(pair.key)
    ca.write_bytes(authority.certificate)
    with gateway(cert, key) as receiver:
        (stranger,) = written(tmp_path, WEBHOOK, url=receiver.url).all
        with pytest.raises(Unavailable) as refused:
            notifier(stranger).send(MESSAGE)
        assert refused.value.values == {"reason": "tls"}
        assert receiver.told == []
        (one,) = written(tmp_path, WEBHOOK + f'ca = "{ca}"\n', url=receiver.url).all
        assert notifier(one).send(MESSAGE) == "r-1"


@pytest.mark.parametrize(("status", "reason"), [(500, "status 500"), (302, "status 302"), (401, "status 401")])
def test_what_was_not_taken_says_why_in_a_word(tmp_path: Path, receiver: Gateway, status: int, reason: str) -> None:
    receiver.status = status
    (one,) = written(tmp_path, WEBHOOK, url=receiver.url).all
    with pytest.raises(QianshaoError) as told:
        notifier(one).send(MESSAGE)
    assert told.value.values == {"reason": reason}


def test_nobody_there_and_nobody_who_speaks_are_told_apart(tmp_path: Path, receiver: Gateway) -> None:
    receiver.mute = True
    (silent,) = written(tmp_path, WEBHOOK + "timeout_seconds = 1\n", url=receiver.url).all
    (nobody,) = written(tmp_path, WEBHOOK, url="http://127.0.0.1:9/in").all
    for one, reason in ((silent, "timeout"), (nobody, "no_line")):
        with pytest.raises(Unavailable) as told:
            notifier(one).send(MESSAGE)
        assert told.value.values == {"reason": reason}


def test_a_gateway_proves_itself_by_a_fresh_signature_or_by_its_token(tmp_path: Path) -> None:
    token = SMS + 'callback_secret = "T"\n'
    both = written(tmp_path, WEBHOOK, token.replace("密", "x"))
    body = json.dumps({"notice": "ntc_1", "state": "read"}).encode()

    def speaks(name: str, now: float = 1000, **headers: str) -> Channel | None:
        return authenticated(both, name, headers, body, lambda: now)

    signed = {TIME.lower(): "1000", SIGNATURE.lower(): signature("s", "1000", body)}
    assert speaks("平台", **signed) == both.find("平台")
    assert speaks("短信", authorization="Bearer T") == both.find("短信")
    assert speaks("平台", now=1301, **signed) is None, "an old word said again"
    assert speaks("平台", **{**signed, SIGNATURE.lower(): signature("s", "1000", body + b" ")}) is None
    assert speaks("短信", **signed) is None, "another channel's secret"
    assert speaks("平台", authorization="Bearer s") is None
    assert speaks("平台", authorization="Bearer ") is None
    assert speaks("无", **{TIME.lower(): "1000", SIGNATURE.lower(): signature("", "1000", body)}) is None
