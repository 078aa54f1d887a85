"""Enrolment: a one-time code makes a device of a district; the code also says whom to trust from then on."""

from __future__ import annotations

import base64
import binascii
import hashlib
import platform
import secrets
from dataclasses import dataclass
from pathlib import Path

from sync.client.http import HttpDistrict, check_url, fetch_ca
from sync.protocol.messages import Enrol, Enrolled, Frame
from sync.protocol.version import VERSION
from sync.records.canonical import Sealed
from sync.records.errors import Refused

_PREFIX = "QS1"
_LOCAL = "LOCAL"
DEVICE_PREFIX = "dev"


@dataclass(frozen=True, slots=True)
class Code:
    """An enrolment code: its one-time ``secret`` part and the CA's ``fingerprint`` (empty: plain loopback)."""

    secret: str
    fingerprint: bytes


def parse_code(text: str) -> Code:
    """Read a typed or pasted code: case, blanks and line breaks do not matter. Refused where it is none."""
    parts = "".join(text.split()).upper().split("-")
    if len(parts) != 3 or parts[0] != _PREFIX or len(parts[1]) != 26:
        raise Refused("exchange.bad_code")
    if parts[2] == _LOCAL:
        return Code(parts[1], b"")
    try:
        fingerprint = base64.b32decode(parts[2])
    except binascii.Error as error:
        raise Refused("exchange.bad_code") from error
    if len(fingerprint) < 20:
        raise Refused("exchange.bad_code")
    return Code(parts[1], fingerprint)


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A device that is about to be enrolled; ``secret`` (256 random bits, base64url) never leaves the station."""

    device: str
    secret: str

    @property
    def digest(self) -> bytes:
        """What the district keeps of the secret: SHA-256 over its characters."""
        return hashlib.sha256(self.secret.encode()).digest()


def new_device(device: str) -> NewDevice:
    """Make a secret for ``device`` (an id that begins with dev\\_)."""
    return NewDevice(device, secrets.token_urlsafe(32))


def trusted_ca(url: str, code: Code) -> bytes | None:
    """Return the CA certificate (PEM) that ``code`` vouches for; None for plain http on this machine."""
    if check_url(url).startswith("https"):
        if not code.fingerprint:
            raise Refused("exchange.code_without_fingerprint")
        return fetch_ca(url, code.fingerprint)
    return None


def hand_in(
    url: str,
    code: Code,
    device: NewDevice,
    store: str,
    staff: Sealed,
    ca_file: Path | None,
    former: tuple[str, ...] = (),
) -> Enrolled:
    """Hand the code in. The same device may repeat it after a lost answer; another one is refused.

    The district's list of devices names the operating system, so that a machine can be told from its neighbour.
    A restored store names its ``former`` ids: they never speak again, and their unsent records may come from here.
    """
    district = HttpDistrict(url, device.device, device.secret, ca_file)
    try:
        return district.enrol(
            Enrol(
                protocol=VERSION,
                code=code.secret,
                store=store,
                device=device.device,
                secret_digest=device.digest,
                staff=Frame.of(staff),
                platform=platform.platform(terse=True),
                former=former,
            )
        )
    finally:
        district.close()
