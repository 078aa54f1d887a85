"""How much goes into one part of a file (resources/print/whole_file.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

import resources


@dataclass(frozen=True, slots=True)
class Limits:
    """``part_bytes`` of the whole PDF, ``part_pages`` of it, ``scan_pages`` of one scanned PDF; pictures are scaled
    to ``longest_side`` pixels and packed with ``jpeg_quality`` where they are larger, and not opened where they have
    more than ``most_pixels``.
    """

    part_bytes: int
    part_pages: int
    scan_pages: int
    longest_side: int
    most_pixels: int
    jpeg_quality: int


@cache
def limits() -> Limits:
    """Return what one part may hold."""
    return Limits(**tomllib.loads(resources.read_text("print", "whole_file.toml")))
