"""A station's command line without a process for each verb: starting Python for each takes longer than most of them."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout

import pytest

from desktop.cli import main
from sync.rehearsal.processes import ProcessFailed, StationProcess
from tests.support.district_process import Done


class Typed(io.StringIO):
    """Standard input that is no terminal."""


def verb(env: Mapping[str, str], *words: str, stdin: str = "") -> Done:
    """Run one verb in this process, as its entry point does."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "stdin", Typed(stdin))
        for name, value in env.items():
            patch.setenv(name, value)
        return Done(main(list(words)), out.getvalue(), err.getvalue())


class StationHere(StationProcess):
    """A station whose verbs run in this process; what is to be killed is started beside it."""

    def verb(self, *args: str, expect: int = 0, seconds: float = 300.0) -> str:
        """Run one verb and return what it printed; ProcessFailed. Nothing counts its ``seconds``."""
        done = verb({"QIANSHAO_HOME": str(self.home), **self.env}, *args)
        if done.returncode != expect:
            raise ProcessFailed(f"{args[0]}: exit {done.returncode}: {done.stderr}")
        return done.stdout
