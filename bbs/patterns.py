"""Regular expressions that are compiled at their first use: large ones, which a start does not need."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property


class LatePattern:
    """A regular expression that takes a millisecond or a good part of one to compile.

    Its methods are those of `re.Pattern`; a pattern costs nothing more after its first use.
    """

    def __init__(self, pattern: str) -> None:
        """Take the pattern, as `re.compile` does."""
        self._pattern = pattern

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._pattern)

    @cached_property
    def match(self) -> Callable[[str], re.Match[str] | None]:
        """Match at the beginning."""
        return self._compiled.match

    @cached_property
    def fullmatch(self) -> Callable[[str], re.Match[str] | None]:
        """Match the whole text."""
        return self._compiled.fullmatch

    @cached_property
    def finditer(self) -> Callable[[str], Iterator[re.Match[str]]]:
        """Find every match."""
        return self._compiled.finditer

    @cached_property
    def sub(self) -> Callable[[Callable[[re.Match[str]], str], str], str]:
        """Replace every match by what a function returns for it."""
        return self._compiled.sub
