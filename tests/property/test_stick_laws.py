"""Laws of the exchange where sticks and the network carry the same records, in any order, more than once, or never.

The history is that of tests/property/test_exchange_laws.py; between its steps bundles are written, imported (again),
and their answers read (again, late, or never). What must hold in the end is what must hold without any stick.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from sync.records.errors import Refused
from tests.property.test_exchange_laws import DESKS, ExchangeToTheEnd
from tests.support.sticks import Carrier, carrier

pytestmark = pytest.mark.timeout(600)  # half a minute where nothing else runs


class ExchangeBySticks(ExchangeToTheEnd):
    """Everything of `ExchangeToTheEnd`, and sticks that travel as they like."""

    @initialize()
    def plug_in(self) -> None:
        """Nothing is on a stick yet."""
        self.carriers: dict[str, Carrier] = {}
        self.bundles: list[tuple[str, str, tuple[Path, ...]]] = []
        self.imported: dict[tuple[Path, ...], str] = {}
        self.answers: list[tuple[str, str, tuple[Path, ...]]] = []

    def _carrier(self, name: str) -> Carrier:
        store = self.desks[name].store.id
        if store not in self.carriers:
            self.carriers[store] = carrier(self.desks[name], self.folder)
        return self.carriers[store]

    @rule(name=DESKS)
    def write_bundle(self, name: str) -> None:
        """Everything that waits goes on the stick; nothing is settled by it."""
        unsent = self.desks[name].journal.standing().unsent
        written = self._carrier(name).write(self.district)
        self.bundles.append((name, self.desks[name].store.id, written.files))
        assert self.desks[name].journal.standing().unsent == unsent

    @precondition(lambda self: getattr(self, "bundles", []))
    @rule(data=st.data())
    def import_a_bundle(self, data: st.DataObject) -> None:
        """Any bundle that was ever written reaches the district, for the first time or again.

        Of one of a store that goes on under a new id the records are taken up, and nothing is answered to that id.
        """
        name, store, files = data.draw(st.sampled_from(self.bundles))
        done = self.carriers[store].import_at(self.district, files)
        assert done.retired == (store != self.desks[name].store.id)
        if done.retired:
            assert not done.receipt
            return
        assert (done.again is not None) == (files in self.imported)
        assert self.imported.setdefault(files, done.receipt) == done.receipt, "the same bundle, the same receipt"
        self.answers.append((name, store, done.answers))

    @precondition(lambda self: getattr(self, "answers", []))
    @rule(data=st.data())
    def read_an_answer(self, data: st.DataObject) -> None:
        """Any answer reaches its desk; one to the store's former id is not for it any more."""
        name, store, files = data.draw(st.sampled_from(self.answers))
        if store != self.desks[name].store.id:
            with pytest.raises(Refused):
                self._carrier(name).read(files)
            return
        self._carrier(name).read(files)


TestExchangeBySticks = ExchangeBySticks.TestCase
TestExchangeBySticks.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
