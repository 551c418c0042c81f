"""Leaving a board, a letter or the community, as pages: the choices, and until when it can be undone."""

from enum import StrEnum

from msgspec import Struct

from bbs.features.boards.kinds import BoardKind
from bbs.features.ownership.views import LeaveWords, Leaving, LeavingPart, LeavingState
from bbs.ids import COMMONS, BoardId
from bbs.plural import counted
from bbs.terminal.leaving_text import (
    CHOICES,
    KEPT_BOARDS_ERASED,
    LETTER_ENDS,
    STAYS,
    ask_about_words,
    describe_leaving,
    describe_parts,
    describe_then,
    describe_written,
    ends_at_once,
    has_words,
    letter_left,
    the_day,
    when_back,
)
from bbs_client.kept_boards import kept_boards
from bbs_client.safe_text import board_title
from bbs_client.session.returning import how_to_sign_in
from bbs_client.session.session import Session
from bbs_client.session.sheets import BLANK, Listing, ListingItem, Sheet, SheetRow, SheetWord
from bbs_client.session.state import ERASED_HERE

COMMUNITY = "community"
"""What is typed after the verb for the community as a whole."""

PARTS_SHOWN_MAX = 3  # of the boards somebody wrote on; the command line lists all of them
_KEYS = {LeaveWords.LEFT: "1", LeaveWords.FORMER: "2", LeaveWords.TAKEN: "3"}


class LeaveWord(StrEnum):
    """What a reader who leaves can do, beside choosing what becomes of their words."""

    EXPORT = "export"
    SIGN_IN = "sign-in"
    COMMUNITY = "community"
    BACK = "back"


class Left(Struct, frozen=True):
    """What is left.

    Attributes:
        board: The board or letter; None for the community.
        name: What it is called; cleaned.
        is_letter: Whether it is a letter.
    """

    board: BoardId | None
    name: str
    is_letter: bool = False


def left_of(session: Session, board: BoardId | None) -> Left:
    """Return what is left when a board, a letter or, by None or the commons, the community is."""
    if board is None or board == COMMONS:
        return Left(None, session.community)
    row = session.cache.board(board)
    if row is None:
        # Only letters are forgotten with the seat, and private boards.
        return Left(board, "a letter or a private board", is_letter=True)
    if row.board.kind is BoardKind.LETTER:
        return Left(board, f"the letter {session.slug(board)}", is_letter=True)
    return Left(board, board_title(row.board))


def leave_sheet(
    session: Session, left: Left, would: Leaving, parts: tuple[LeavingPart, ...]
) -> Sheet:
    """Return the page that asks what becomes of the reader's words, before anything is done.

    Args:
        session: The reader's session.
        left: What is left.
        would: The leaving as the server would keep it: how much was written, and the day.
        parts: How much of that stands where.
    """
    written = describe_written(would.posts, would.lines)
    is_community = left.board is None
    rows = [SheetRow(ask_about_words(left.name, written, is_community=is_community), "strong")]
    if is_community and written:
        rows.append(SheetRow(_where(session, parts), "dim"))
    rows.append(BLANK)
    if written:
        rows += [*_choices(), BLANK]
    back = when_back(would, session.times.moment)
    rows.append(SheetRow(ends_at_once(is_community=is_community)))
    rows.append(SheetRow(_until(back, is_community=is_community, is_written=bool(written))))
    if erased := _erased(session, left):
        rows.append(SheetRow(erased, "warn"))
    return Sheet(
        name="Leave",
        board=left.board or "",
        fact=f"for good on {session.times.day(would.erase_at)}",
        rows=(*rows, *_stays("Whatever you choose, this stays:" if written else "This stays:")),
        words=_words(left, is_written=bool(written)),
    )


def letter_sheet(left: Left) -> Sheet:
    """Return the page that asks what becomes of the reader's words in a letter that they leave."""
    rows = [SheetRow("What is to become of what you wrote in it?", "strong"), BLANK]
    return Sheet(
        name="Leave",
        board=left.board or "",
        rows=(*rows, *_choices(), BLANK, SheetRow(LETTER_ENDS)),
        words=_words(left, is_written=True),
    )


def leaving_sheet(
    session: Session, left: Left, leaving: Leaving, *, is_only: bool = False
) -> Sheet:
    """Return the page of a leaving that can still be taken back.

    Args:
        session: The reader's session.
        left: What is left.
        leaving: The leaving.
        is_only: Whether the reader sees nothing else of the community.
    """
    words = [SheetWord("X", LeaveWord.EXPORT, "export", "Take your words with you.")]
    rows = [SheetRow(describe_leaving(leaving, left.name, session.times.near), "warn")]
    if leaving.state is LeavingState.LEAVING:
        words_then = leaving.words if has_words(leaving) else LeaveWords.LEFT
        rows.append(SheetRow(describe_then(words_then, is_community=left.board is None)))
        says = "Come back: what you wrote is shown again, under your name."
        words.insert(0, SheetWord("c", LeaveWord.BACK, "come back", says))
    return Sheet(
        name="You are leaving",
        board=left.board or "",
        fact=f"for good on {session.times.day(leaving.erase_at)}",
        rows=(*rows, *_stays("Whatever you chose, this stays:")),
        words=tuple(words),
        is_only=is_only,
    )


def left_sheet(session: Session) -> Sheet:
    """Return the page of a device that its reader's leaving of the community has signed out."""
    assert session.left is not None
    until = session.left.until
    is_past = session.now() >= until
    back = f"Until {session.times.near(until)} {'you could' if is_past else 'you can'} come back"
    rows = [
        SheetRow(f"You left {session.community}.", "warn"),
        SheetRow(f"{back}: your words and your account are then as before."),
        BLANK,
        SheetRow(f"This device is signed out. {ERASED_HERE}"),
    ]
    words: tuple[SheetWord, ...] = ()
    if session.connection.has_key:
        words = (
            SheetWord(
                "c", LeaveWord.BACK, "come back", "Sign in by this device's key, and come back."
            ),
            SheetWord(
                "X",
                LeaveWord.SIGN_IN,
                "export first",
                "Sign in alone; X then takes your words with you.",
            ),
        )
    rows += [BLANK, SheetRow(f"By your password: quit and type {how_to_sign_in(session)}", "dim")]
    return Sheet(
        name="You left",
        fact="" if is_past else f"for good on {session.times.day(until)}",
        rows=tuple(rows),
        words=words,
        is_only=True,
    )


def leaving_listing(session: Session) -> Listing:
    """Return the places that the reader is leaving, and the community, as a list to choose from."""
    items = [
        ListingItem(
            leaving.board or COMMUNITY,
            left_of(session, leaving.board).name,
            session.times.short(leaving.left_at),
            (describe_leaving(leaving, "it", session.times.near),),
        )
        for leaving in session.cache.leavings()
    ]
    if all(item.id != COMMUNITY for item in items):
        asks = ("Leave the whole community, with your words or without.",)
        items.append(ListingItem(COMMUNITY, session.community, "", asks))
    return Listing(
        name="Leaving",
        about="What you are leaving: open one to come back to it.",
        items=tuple(items),
        empty="You are leaving nothing.",
        leads=True,
    )


def confirm_text(
    session: Session, left: Left, words: LeaveWords, back: str, *, is_written: bool
) -> str:
    """Return what a yes to leaving does, in sentences; `back` is what `when_back` says."""
    is_community = left.board is None
    then = the_day(words, back, is_community=is_community)
    so = f"Your words {CHOICES[words].is_so}. " if is_written else ""
    return f"{so}{ends_at_once(is_community=is_community)} {then} {_erased(session, left)}".rstrip()


def letter_confirm_text(words: LeaveWords) -> str:
    """Return what a yes to leaving a letter does, in sentences."""
    return letter_left(words)


def leaving_banner(session: Session, board: BoardId | None, key: str) -> str:
    """Return the sentence that stands above a board that the reader is leaving, or above home.

    Args:
        session: The reader's session.
        board: The board; None for home.
        key: The key or verb that shows the page of leaving.

    Returns:
        Empty if the reader is leaving nothing there.
    """
    found = session.cache.leavings()
    if board is not None:
        leaving = next((each for each in found if each.board == board), None)
        if leaving is None:
            return ""
        says = describe_leaving(leaving, left_of(session, board).name, session.times.near)
        return f"{says} {key} shows it."
    found = [each for each in found if each.state is LeavingState.LEAVING]
    if not found:
        return ""
    first = session.times.near(min(each.erase_at for each in found))
    name = left_of(session, found[0].board).name
    what = name if len(found) == 1 else counted(len(found), "place")
    return f"You are leaving {what}, and can come back until {first}. {key} shows it."


def _erased(session: Session, left: Left) -> str:
    """Return what leaving erases on this device that was kept on purpose; empty for nothing."""
    if left.board is not None:
        return ""
    kept = kept_boards(session.connection.profile.name)
    has_copy = any(session.cache.board(board) is not None for board in kept)
    return KEPT_BOARDS_ERASED if has_copy else ""


def _choices() -> list[SheetRow]:
    return [
        SheetRow(choice.does, lead=f"{_KEYS[words]}  {choice.label}: ")
        for words, choice in CHOICES.items()
    ]


def _stays(heading: str) -> list[SheetRow]:
    return [BLANK, SheetRow(heading, "strong"), *(SheetRow(says, lead="· ") for says in STAYS)]


def _where(session: Session, parts: tuple[LeavingPart, ...]) -> str:
    shown = describe_parts(parts, session.slug)
    told = [f"{written} on {place}" for place, written in shown[:PARTS_SHOWN_MAX]]
    if (more := len(shown) - PARTS_SHOWN_MAX) > 0:
        told.append(f"the rest in {counted(more, 'more place')}")
    return f"{', '.join(told)}."


def _until(back: str, *, is_community: bool, is_written: bool) -> str:
    if is_community:
        does = ", and does to your words what you chose" if is_written else ""
        return f"{back}. Then the server erases your account{does}."
    if not is_written:
        return f"{back}."
    return (
        f"{back}: your words are as before, and so is your seat if it is free. Then it is for good."
    )


def _words(left: Left, *, is_written: bool) -> tuple[SheetWord, ...]:
    choices = [
        SheetWord(_KEYS[words], words, choice.label, f"Leave; your words {choice.is_so}.")
        for words, choice in CHOICES.items()
    ]
    if not is_written:
        choices = [SheetWord("1", LeaveWords.LEFT, "leave", "Leave.")]
    export = SheetWord("X", LeaveWord.EXPORT, "export first", "Take your words with you first.")
    away = SheetWord("a", LeaveWord.COMMUNITY, "community", "Leave the whole community instead.")
    is_all = left.board is None or left.is_letter
    return (*choices, export, *([] if is_all else [away]))
