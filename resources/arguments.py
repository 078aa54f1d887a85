"""How a command line says what was wrong with what was typed: argparse speaks English alone, people do not.

What argparse found is read back from its sentence, for it tells nothing else; a sentence that is not known here, of a
later Python, stays as it is.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from functools import partial
from typing import Any, Final, NoReturn

from resources import Wording

Known = tuple[tuple[re.Pattern[str], str], ...]


def _known(*sentences: tuple[str, str]) -> Known:
    return tuple((re.compile(sentence, re.DOTALL), key) for sentence, key in sentences)


NAMED: Final = re.compile(r"argument (?P<name>[^:]+): (?P<said>.*)", re.DOTALL)
WHOLE: Final = _known(
    (r"the following arguments are required: (?P<names>.*)", "required"),
    (r"unrecognized arguments: (?P<given>.*)", "unknown"),
    (r"one of the arguments (?P<names>.*) is required", "one_of"),
    (r"ambiguous option: (?P<given>.*) could match (?P<names>.*)", "ambiguous"),
)
"""What is wrong with the line: the pattern, and the wording key in the area "arguments"."""
OF_ONE: Final = _known(
    (r"invalid choice: (?P<given>.*) \(choose from (?P<names>.*)\)", "choice"),
    (r"expected one argument", "one_value"),
    (r"expected at least one argument", "some_value"),
    (r"expected (?P<count>\d+) arguments?", "values"),
    (r"invalid int value: (?P<given>.*)", "number"),
    (r"not a whole number above 0: (?P<given>.*)", "positive"),
    (r"not UTF-8: (?P<given>.*)", "utf8"),
    (r"invalid \S+ value: (?P<given>.*)", "value"),
    (r"not allowed with argument (?P<names>.*)", "not_with"),
    (r"ignored explicit argument (?P<given>.*)", "no_value"),
)
"""What is wrong with one argument."""


class _Formatter(argparse.HelpFormatter):
    def __init__(self, usage: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._word = usage

    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, self._word if prefix is None else prefix)


class Arguments(argparse.ArgumentParser):
    """A parser whose help and errors are in the language of ``words``; so are those of the verbs added to it."""

    def __init__(self, *, words: Wording, add_help: bool = True, **more: Any) -> None:
        formatter: Any = partial(_Formatter, words("arguments.usage"))
        super().__init__(formatter_class=formatter, add_help=False, **more)
        self.words = words
        self._positionals.title, self._optionals.title = words("arguments.positionals"), words("arguments.options")
        if add_help:
            told = words("arguments.help")
            self.add_argument("-h", "--help", action="help", default=argparse.SUPPRESS, help=told)

    def add_subparsers(self, **more: Any) -> Any:
        """Make the verbs speak as this parser does."""
        return super().add_subparsers(**{"parser_class": partial(type(self), words=self.words), **more})

    def error(self, message: str) -> NoReturn:
        """Say what was wrong in one sentence below the usage, and end with 2."""
        self.print_usage(sys.stderr)
        self.exit(2, self.words("arguments.error", prog=self.prog, said=self.told(message)) + "\n")

    def told(self, message: str) -> str:
        """Return one of argparse's sentences in this language."""
        named = NAMED.fullmatch(message)
        if named is None:
            return self._told(message, WHOLE)
        return self.words("arguments.of_one", name=named["name"], said=self._told(named["said"], OF_ONE))

    def _told(self, message: str, known: Known) -> str:
        for pattern, key in known:
            if found := pattern.fullmatch(message):
                return self.words(f"arguments.{key}", **found.groupdict())
        return message
