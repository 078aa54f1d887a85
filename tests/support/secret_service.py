"""The real Secret Service of the private session, or a failure that says how to get it."""

from __future__ import annotations

import os

import pytest


@pytest.fixture
def secret_service() -> None:
    """Make sure that `keyring` talks to the private session's Secret Service; anything else fails the test."""
    if "QIANSHAO_PRIVATE_SESSION" not in os.environ:
        pytest.fail("run the tests by `make test` or installer/session.sh: they need a private Secret Service")
    import keyring.backends.SecretService

    found = keyring.get_keyring()
    assert isinstance(found, keyring.backends.SecretService.Keyring), f"keyring came up with {found!r}"
