"""The keys of each place, as the help page shows them first: short, in two columns."""

from typing import NamedTuple

from bbs_client.keys import Pane


class Hint(NamedTuple):
    """A row: the keys of one function or two, and what they do.

    Attributes:
        ids: Of the key table.
        says: A few words.
    """

    ids: tuple[str, ...]
    says: str


class Group(NamedTuple):
    """A heading with its rows."""

    heading: str
    hints: tuple[Hint, ...]


class Sheet(NamedTuple):
    """The keys of a place.

    Attributes:
        place: Its name, with an article: a thread.
        left, right: The two columns.
    """

    place: str
    left: tuple[Group, ...]
    right: tuple[Group, ...]


_ALONG = (
    Hint(("down", "up"), "next, before"),
    Hint(("enter", "back"), "into, out again"),
    Hint(("first", "last"), "first, last"),
)
_PLACES = (
    Hint(("home",), "home"),
    Hint(("boards", "threads", "lounge"), "boards, threads, lounge"),
    Hint(("switch",), "go to, by a few letters"),
    Hint(("inbox", "saved"), "inbox, saved"),
    Hint(("search",), "search"),
)
_MOVING = Group("Moving about", (*_ALONG[:2], *_PLACES[:3], Hint(("margin",), "third pane, next, none"),
    _PLACES[3]))  # fmt: skip
_PROGRAM = Group(
    "This program",
    (
        Hint(("command_palette", "command_line"), "commands, command line"),
        Hint(("settings", "theme"), "settings, how it looks"),
        Hint(("keymap",), "other keys: vi, irc, news"),
        Hint(("help",), "this page"),
        Hint(("quit",), "quit"),
    ),
)
_READ_ON = Hint(("page_on",), "read on, to the end")
_NEXT = Hint(("next_unread", "previous_unread"), "next new, new before")

SHEETS: dict[Pane, Sheet] = {
    Pane.THREAD: Sheet(
        "a thread",
        (
            Group("Reading", (
                _READ_ON,
                _NEXT,
                Hint(("skip",), "leave it for the next round"),
                Hint(("catch_up",), "mark the thread read"),
                Hint(("turn",), "tree or by time"),
                Hint(("fold",), "fold answers"),
                Hint(("save", "thanks"), "put aside, thank"),
            )),
            Group("Writing", (
                Hint(("reply", "quote"), "answer, answer with quote"),
                Hint(("new_thread",), "new thread"),
                Hint(("edit", "withdraw"), "edit, withdraw"),
                Hint(("report",), "report it to moderators"),
                Hint(("send", "keep_draft"), "send, leave and keep draft"),
                Hint(("preview",), "see it as readers will"),
            )),
        ),
        (_MOVING, _PROGRAM),
    ),
    Pane.LOUNGE: Sheet(
        "a lounge",
        (
            Group("Talking", (
                Hint(("reply",), "write a line"),
                Hint(("send_line", "newline"), "send, begin a new line"),
                Hint(("withdraw",), "take a line back"),
                Hint(("make_thread",), "make lines a thread"),
                Hint(("report",), "report it to moderators"),
            )),
            Group("Reading", (
                Hint(("page_back",), "earlier lines"),
                Hint(("last",), "the newest line"),
                Hint(("who",), "who is here"),
                Hint(("member",), "who wrote this"),
                Hint(("copy",), "copy its address, its text"),
            )),
        ),
        (_MOVING, _PROGRAM),
    ),
    Pane.THREADS: Sheet(
        "a board",
        (
            Group("Reading", (
                _READ_ON,
                _NEXT,
                Hint(("follow", "mute"), "follow, mute this thread"),
                Hint(("catch_up", "catch_up_board"), "mark thread, board read"),
            )),
            Group("Writing", (Hint(("new_thread",), "new thread"), Hint(("outbox",), "what is unsent"))),
            Group("The board", (
                Hint(("seat", "norms"), "your seat, its norms"),
                Hint(("log", "seats"), "log of power, who has a seat"),
                Hint(("level",), "what of it notifies you"),
            )),
        ),
        (_MOVING, _PROGRAM),
    ),
    Pane.BOARDS: Sheet(
        "the boards",
        (
            Group("Reading", (
                _READ_ON,
                _NEXT,
                Hint(("follow", "mute"), "follow, mute this board"),
                Hint(("catch_up_board",), "mark all of it read"),
            )),
            Group("The board", (
                Hint(("seat", "norms"), "your seat, its norms"),
                Hint(("log", "seats"), "log of power, who has a seat"),
                Hint(("level",), "what of it notifies you"),
                Hint(("board_up", "board_down"), "up, down in your order"),
                Hint(("folder",), "into a folder of yours"),
            )),
        ),
        (_MOVING, _PROGRAM),
    ),
    Pane.HOME: Sheet(
        "home",
        (
            Group("Reading", (
                _READ_ON,
                Hint(("enter",), "open what is under the cursor"),
                Hint(("skip",), "leave it for the next round"),
                Hint(("peek",), "read it without marking it"),
                Hint(("follow", "mute"), "follow, mute a thread"),
            )),
            Group("What waits", (
                Hint(("inbox",), "what was meant for you"),
                Hint(("proposals",), "what waits for others"),
                Hint(("outbox",), "what is unsent"),
                Hint(("communities",), "other communities"),
            )),
        ),
        (_MOVING, _PROGRAM),
    ),
    Pane.PAGE: Sheet(
        "a page",
        (
            Group("Reading", (
                *_ALONG,
                Hint(("page_on", "page_back"), "on, back by a page"),
            )),
            Group("Hits of a search", (
                Hint(("next_hit", "previous_hit"), "next hit, hit before"),
                Hint(("copy",), "copy the address"),
            )),
        ),
        (Group("Away from here", (_PLACES[0], Hint(("boards",), "boards"), *_PLACES[2:])), _PROGRAM),
    ),
}  # fmt: skip
"""The places with keys of their own; `PAGE` stands for every page."""
