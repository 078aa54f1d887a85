"""How a station likes its papers: the face of their text, and the frame of its orders and notices. A plain value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Layout(StrEnum):
    """OFFICIAL: the frame of GB/T 9704-2012 (156 mm by 225 mm, 22 lines of 28 characters). FORM: as forms have it."""

    OFFICIAL = "official"
    FORM = "form"


NOTICES = ("dispatch_order", "termination_notice", "acceptance_notice", "non_acceptance_notice", "referral_letter")
"""What the templates of orders and notices are called: for these a station chooses the layout."""


@dataclass(frozen=True, slots=True)
class Manner:
    """``face`` names a style of resources/fonts/manifest.toml, or the file of a system font (``simfang.ttf``); empty is
    the Kai that comes with the program. ``layout`` is for orders and notices; None leaves each paper its own.
    """

    face: str = ""
    layout: Layout | None = None

    def layout_for(self, template: str) -> Layout | None:
        """Return the layout that was chosen for papers of a template; None where each has its own."""
        return self.layout if template.startswith(NOTICES) else None


USUAL = Manner()
