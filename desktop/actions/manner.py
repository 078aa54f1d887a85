"""How this station sets its papers: read from the settings with every print, chosen by anyone at the desk."""

from __future__ import annotations

from dataclasses import replace

from desktop.config import Home
from desktop.printing.manner import Layout, Manner


def manner_of(home: Home) -> Manner:
    """Return the manner in the settings file as it is now; a layout that this program does not know counts as none."""
    settings = home.settings
    known = settings.paper_layout in set(Layout)
    return Manner(settings.paper_face, Layout(settings.paper_layout) if known else None)


def choose_manner(home: Home, manner: Manner) -> None:
    """Keep a manner. Refused("printing.no_style") where this machine has not the face: nothing is kept then."""
    from desktop.printing.fonts import installed

    _ = installed(manner.face).first
    layout = manner.layout.value if manner.layout is not None else ""
    home.save(replace(home.settings, paper_face=manner.face, paper_layout=layout))


def faces(home: Home) -> list[str]:
    """Return the styles that can be chosen here: "" (the Kai that comes along), the others that this machine has, and
    the one that is chosen now."""
    from desktop.printing.fonts import installed

    return list(dict.fromkeys(["", *installed().styles(), home.settings.paper_face]))
