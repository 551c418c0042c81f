"""The page of the states of words: which move leads where, and what each state means for readers."""

from bbs.features.threads.moves import STATES, Move, Shown, StateRules
from bbs.features.threads.views import ContentState
from generating.text import comments_of, page, table

_SEARCH = {Shown.WORDS: "found", Shown.NOTHING: "not found"}
_THERE = {
    Shown.WORDS: "the words",
    Shown.MARKER: "a marker",
    Shown.AUTHOR: "the author's own alone",
    Shown.NOTHING: "nothing",
}


def states() -> str:
    """Return the page made of the table of moves."""
    intro = (
        "The states of a post, and of a line where they fit: a line is never held and never edited."
        " The table is data in `bbs/features/threads/moves.py`; handlers refuse by it, and a test"
        " tries every pair of state and move. An empty cell: refused with a reason, or nothing that"
        " time does. A move to the same state changes none: an edit changes words, and what is gone"
        " can be taken back or purged once more without effect. A post that was withdrawn while it"
        " was held leaves no marker: nobody had seen it."
    )
    about = comments_of(ContentState)
    by = comments_of(Move)
    lines = ["## Which move leads where", ""]
    heads = ("state", *(f"{move}" for move in Move))
    lines += table(heads, [_row(state, rules) for state, rules in STATES.items()])
    lines += ["", "## Who moves", ""]
    lines += table(("move", "who"), [(f"`{move}`", by[move.name]) for move in Move])
    lines += ["", "## What a state means", ""]
    heads = ("state", "about", "search", "mirror", "answers", "quoted", "author's export", "undo")
    lines += table(heads, [_meaning(state, rules, about) for state, rules in STATES.items()])
    lines += [
        "",
        "`withdrawn`, `faded` and `purged` are ends: nothing brings the words back (P10).",
        "",
    ]
    return page("States of words", intro, lines)


def _row(state: ContentState, rules: StateRules) -> tuple[str, ...]:
    led = (rules.moves.get(move) for move in Move)
    return f"`{state}`", *("" if to is None else str(to) for to in led)


def _meaning(state: ContentState, rules: StateRules, about: dict[str, str]) -> tuple[str, ...]:
    return (
        f"`{state}`",
        about.get(state.name, ""),
        _SEARCH[rules.search],
        _THERE[rules.mirror],
        "allowed" if rules.answered else "none",
        _THERE[rules.quoted],
        _THERE[rules.export],
        "none" if rules.undo is None else f"`{rules.undo}`",
    )
