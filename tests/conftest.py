"""What every test gets: a home of its own, no way to the user's keyring, and no unexpected log line passes unseen."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.support.postgres",
    "tests.support.secret_service",
    "tests.support.print_queue",
    "tests.support.pdf_queue",
    "tests.support.district",
    "tests.support.quick_argon2",
]


LONGEST = (
    "gui/test_layout.py",
    "system/test_planted_faults.py",
    "system/test_killed.py",
    "system/test_power_cut.py",
    "system/test_rehearsal.py",
    "system/test_every_kind.py",
    "system/test_many_servers.py",
    "system/test_pages_in_chromium.py",
    "gui/test_open_close.py",
)
"""Files of few tests that take long: begun first, for one that a worker begins last is what the others wait for."""


UMASK = 0o022


class LogWatch(logging.Handler):
    """Keeps the warnings and errors that a test logs, from whichever thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test that logs a warning or an error which no `allowed_log` marker names."""
    watch = LogWatch()
    logging.getLogger().addHandler(watch)
    yield
    logging.getLogger().removeHandler(watch)
    allowed = [str(marker.args[0]) for marker in request.node.iter_markers("allowed_log")]
    unexpected = [line for line in watch.seen if not any(re.search(pattern, line) for pattern in allowed)]
    if unexpected:
        pytest.fail("unexpected log lines:\n" + "\n".join(unexpected), pytrace=False)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that this test alone sees as the program's home and as the user's own folders."""
    folder = tmp_path_factory.mktemp("home")
    for name, part in {
        "HOME": "",
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": ".local/share",
        "XDG_STATE_HOME": ".local/state",
        "XDG_CACHE_HOME": ".cache",
        "QIANSHAO_HOME": "qianshao",
    }.items():
        monkeypatch.setenv(name, str(folder / part))
    for name in ("QIANSHAO_STAFF", "QIANSHAO_PASSWORD", "QIANSHAO_PASSPHRASE", "QIANSHAO_DISTRICT_DB"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """Give the umask back: a program that a test or a fixture runs in this process takes it from everybody else."""
    os.umask(UMASK)
    yield
    os.umask(UMASK)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files (`make test` gives out files in this order)."""
    places = {str(Path(__file__).parent / name): place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(str(item.path), len(places)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than cores: many tests wait (for a process to start, a pause in typing, a line that is cut)."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_configure(config: pytest.Config) -> None:
    """Outside a private session no test reaches a keyring: it would be the user's own."""
    if "QIANSHAO_PRIVATE_SESSION" not in os.environ:
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    # Two cores that other work shares make single examples slow now and then: pytest-timeout watches instead.
    settings.register_profile("steady", deadline=None)
    settings.load_profile("steady")
