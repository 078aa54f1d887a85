"""The versions of the protocol that this program speaks, each with its date and reason."""

from __future__ import annotations

from typing import Final

VERSION: Final = 1
"""1 (2026-11-24): hello, push, pull, receipt, files, enrol."""

OLDEST: Final = 1
"""The oldest version that this program still answers."""

PAGES: Final = "pages"
"""The capability of an end that takes pages of records without their hashes, and short answers (protocol.pages)."""

SIGNED_RECEIPTS: Final = "signed-receipts"
"""The capability of a district that signs its receipts, and of a station that numbers its journal."""

FILES_IN_PIECES: Final = "files-in-pieces"
"""The capability of a district that takes files by tus 1.0 under /v1/uploads."""

ONE_TRIP: Final = "one-trip"
"""The capability of a district that answers a whole exchange in one request (messages.Exchange)."""

SEALED_FILES: Final = "sealed-files"
"""The capability of a district that takes an accusation's files in the envelopes that they are sealed in."""

PLAIN_MESSAGES: Final = "plain-messages"
"""The capability of a district that reads small messages without compression (`PLAIN_TYPE`)."""

CAPABILITIES: Final = (PAGES, FILES_IN_PIECES, SIGNED_RECEIPTS, ONE_TRIP, SEALED_FILES, PLAIN_MESSAGES)
"""What this program says in hello and welcome; an end does nothing of it with one that does not say it.

A district that has no key to sign with leaves `SIGNED_RECEIPTS` out.
"""

MEDIA_TYPE: Final = "application/x-qianshao"
"""Body of every request and answer: MessagePack maps with field names, compressed with Zstandard."""

PLAIN_TYPE: Final = "application/x-qianshao-plain"
"""The same without compression: in a request to a district that says `PLAIN_MESSAGES`, in an answer to who takes it."""

PLAIN_BYTES: Final = 512
"""Up to this length a message goes as it is where the other end takes it so: compression would save a few bytes."""

KEEP_ALIVE_SECONDS: Final = 5
"""How long a district keeps a connection on which nothing is said; a station gives it up before."""

MAX_PAGE_RECORDS: Final = 2000
MAX_PAGE_BYTES: Final = 4 * 1024 * 1024
"""Limits of one page before compression; a single larger record travels alone, up to ``MAX_BODY_BYTES``."""

MAX_BODY_BYTES: Final = 16 * 1024 * 1024
"""What an end accepts after decompression; more is refused before it is expanded."""

MAX_RECORD_BYTES: Final = 8 * 1024 * 1024
"""The largest record: with what travels around it, it fits into a request and into an answer to any other desk."""

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
"""The largest attachment."""
