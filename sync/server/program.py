"""The program's name and version, as the exchange and the command line say it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def _version() -> str:
    try:
        return version("qianshao")
    except PackageNotFoundError:
        return "0"


PROGRAM = f"qianshao-district/{_version()}"
