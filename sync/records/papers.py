"""Papers and what stands behind them: numbers leased and voided, prints, attachments."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sync.records.record import Fact


class Series(StrEnum):
    """The number series: one for each committee or unit, year and store.

    ADMINISTRATIVE numbers agreements of administrative mediation; no blocks of them are leased, so a desk's carry its
    suffix.
    """

    VISIT = "visit"
    ORDER = "order"
    AGREEMENT = "agreement"
    ADMINISTRATIVE = "administrative"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLease(Fact):
    """The district gives ``store`` the serials ``first`` to ``last`` of one series, unit and year, for it alone.

    A restored or copied store has a new id and so has no lease until its next exchange.
    """

    series: Series
    unit: str
    year: int
    store: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberVoid(Fact):
    """A number that was given out and is not used: it stays recorded as 作废, with the reason."""

    series: Series
    unit: str
    year: int
    number: str
    reason: str
    blank: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankForm(Fact):
    """A number given out on a blank form, for a desk without power: the sheet is filled in by hand.

    A visit or an agreement that is entered from it later (补录) names it in ``blank`` and carries its number; a form
    that is not used is voided by a `NumberVoid` that names it. Until then it is open.
    """

    series: Series
    unit: str
    year: int
    number: str


class PaperKind(StrEnum):
    """What can be printed: from FILE_COVER on, the forms of a mediation's file, whose subject is the mediation.

    Before them stand the papers of a visit, of a matter's steps, of an order, of an agreement, of a session, and of the
    desk itself.
    """

    REGISTRATION = "registration"
    DISPATCH_ORDER = "dispatch_order"
    AGREEMENT = "agreement"
    MEDIATION_RECORD = "mediation_record"
    PAYMENT_LIST = "payment_list"
    VISIT_RECEIPT = "visit_receipt"
    PRIVACY_NOTICE = "privacy_notice"
    ACCEPTANCE_NOTICE = "acceptance_notice"
    NON_ACCEPTANCE_NOTICE = "non_acceptance_notice"
    REFERRAL_LETTER = "referral_letter"
    BLANK_FORM = "blank_form"
    HAND_OVER = "hand_over"
    ACCUSATION_RECEIPT = "accusation_receipt"
    CASE_FILE = "case_file"
    STATISTICS = "statistics"
    FILE_COVER = "file_cover"
    FILE_INDEX = "file_index"
    APPLICATION = "application"
    ACCEPTANCE = "acceptance"
    RIGHTS_NOTICE = "rights_notice"
    AUTHORISATION = "authorisation"
    INVESTIGATION = "investigation"
    EVIDENCE = "evidence"
    PAYMENT_RECEIPT = "payment_receipt"
    FOLLOW_UP_RECORD = "follow_up_record"
    CONFIRMATION_APPLICATION = "confirmation_application"
    FILE_STATEMENT = "file_statement"
    FILE_BACK = "file_back"
    CLOSING_REPORT = "closing_report"
    TERMINATION_NOTICE = "termination_notice"
    DELIVERY_ADDRESS = "delivery_address"
    REPRESENTATION = "representation"
    REVIEW_APPLICATION = "review_application"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contained:
    """One thing in a part of a mediation's file, on the pages ``first`` to ``last`` of the file.

    ``document`` is its place among the documents of a file; ``key`` tells it from others there, and says later that it
    is in the file already. ``source`` is the record it comes from, "" for what was drawn for this part of the file;
    ``digest`` is SHA-256 in hex over what was bound.
    """

    document: str
    key: str
    source: str = ""
    digest: str = ""
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WentOn:
    """A rule before print (print_rules.py) that did not hold, and why somebody printed all the same."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Print(Fact):
    """Paper was asked for: committed before it leaves. ``digest`` is SHA-256 in hex over the PDF's bytes.

    ``copy`` is 1 for the original set and counts reprints, which are marked on the paper. ``layout`` names the frame
    that the station had chosen for it (official, form); empty: the paper's own. ``faces`` are the faces that it was set
    in, each its name and SHA-256 in hex. A CASE_FILE print with ``contents`` is one part of a mediation's file: the
    first one, or an appendix, whose pages go on where the last part ended; ``copy_of`` names the part that a later
    print of it is a copy of. ``went_on`` are the rules that did not hold, each with the reason for printing all the
    same. ``text`` is SHA-256 in hex over the paper's canonical text, ``key`` the id of the key that signed it, empty
    where it has no code.

    ``pages`` are those that were asked for ("2-3,5"; empty: all). ``recipients`` are the parties and the unit for whom
    a set each was printed.
    """

    paper: PaperKind
    subject: str
    digest: str
    copies: int = 1
    copy: int = 1
    template: str = ""
    printer: str = ""
    attachment: str | None = None
    layout: str = ""
    faces: tuple[str, ...] = ()
    contents: tuple[Contained, ...] = ()
    copy_of: str | None = None
    went_on: tuple[WentOn, ...] = ()
    text: str = ""
    key: str = ""
    pages: str = ""
    recipients: tuple[str, ...] = ()


OUT_OF_FILE = "none"


class PrintResult(StrEnum):
    """What is known of a print's paper, from the print system or from a person.

    ``TAKEN``: the printer has it, no more is known yet. ``HELD``: it waits at the printer for somebody. ``LOST``: the
    print system knows nothing of it any more. ``NOT_TAKEN``: no printer took it, so no paper of it exists.
    """

    TAKEN = "taken"
    HELD = "held"
    PRINTED = "printed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    NOT_TAKEN = "not_taken"
    LOST = "lost"


FINAL_RESULTS = frozenset({PrintResult.PRINTED, PrintResult.CANCELLED, PrintResult.FAILED, PrintResult.NOT_TAKEN})
"""After these nothing more becomes of a print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOutcome(Fact):
    """What became of ``print``: each further word amends the one before it.

    ``job`` is the print system's name of it (IPP job-id), ``reason`` the printer's own words or keywords (RFC 8011,
    5.3.8 and 5.4.12). ``by_hand``: a person says so, who has the paper in hand or not. ``unbegun``: it was cancelled
    before anything of it was printed, so no paper of it exists.
    """

    print: str
    result: PrintResult
    job: str = ""
    reason: str = ""
    by_hand: bool = False
    unbegun: bool = False


class AttachmentPurpose(StrEnum):
    """What an attachment is, beyond a file that somebody handed in."""

    CONFIRMATION = "confirmation"
    SIGNATURE = "signature"
    SIGNED_ORIGINAL = "signed_original"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment(Fact):
    """A file that belongs to ``subject``; its bytes travel after the records, named by their SHA-256 in hex.

    ``purpose`` CONFIRMATION: the page that a resident was shown and said to be right. SIGNATURE: what was drawn on a
    screen for ``subject``, a visit or a `Signature`: a convenience, the paper's signed original counts.
    SIGNED_ORIGINAL: the scan of that original, with ``subject`` the agreement: what it says counts. One that
    ``amends`` another and is ``withdrawn`` takes it back, with a reason; its bytes stay, as records do. ``document`` is
    the document of a mediation's file behind which it is bound (resources/print/casefile.toml), OUT_OF_FILE where it
    is not to be, "" where nobody said.
    """

    subject: str
    name: str
    media_type: str
    size: int
    digest: str
    purpose: AttachmentPurpose | None = None
    withdrawn: bool = False
    document: str = ""
