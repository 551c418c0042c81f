"""The gate to a shell: which words may complete what a person began to type (P13). Pure.

bash puts a completed word into the command line as it is, so a word from a hostile server could be
executed. Only well-formed names pass, whatever their source.
"""

import re

from click.shell_completion import CompletionItem

from bbs.address import NAME_PATTERN

HELP_CHARS_MAX = 60  # zsh and fish show it beside the word, on the same line

Offered = list[CompletionItem]
"""What the gate lets through to a shell."""

Words = list[tuple[str | None, str | None]]
"""What may be typed, each with what the shell shows beside it."""

_is_word = re.compile(rf"@?{NAME_PATTERN}(/[a-z0-9-]{{1,36}}){{0,2}}/?|[0-9a-f-]{{1,36}}").fullmatch
"""Names, addresses, numbers and ids: nothing in them means anything to a shell."""


def let_through(words: Words, incomplete: str) -> Offered:
    """Return those words that begin with `incomplete` and can do nothing in a shell.

    Args:
        words: What may be typed, as it came from a server or from a mirror.
        incomplete: What was typed of the word.
    """
    from bbs.text import sanitize

    return [
        CompletionItem(word, help=sanitize(text or "").strip()[:HELP_CHARS_MAX])
        for word, text in words
        if word and _is_word(word) and word.startswith(incomplete)
    ]
