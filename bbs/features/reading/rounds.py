"""Rules of rounds: what is new for one at one moment, in which order, and that it ends. Pure.

Server and mirror give the same waiting posts, wishes and vector, and so walk the same list (P4).
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, Ms
from bbs.features.reading.views import (
    BoardChoice,
    Choice,
    Folder,
    Layout,
    MemberChoice,
    Round,
    RoundSize,
    Section,
    Stance,
    Stop,
    ThreadChoice,
)
from bbs.ids import BoardId, MemberId, PostId, ThreadId
from bbs.messages import Seq

Vector = Mapping[BoardId, Seq]
"""For each board, the last seq of its stream that belongs to a round."""


class UnreadPost(NamedTuple):
    """A post that is unread: published, not one's own, above one's floor, not in one's marks.

    Attributes:
        post: Its id; None where only its place is known.
        seq: Its place in the board's stream.
        at: When it was published, in ms since 1970 UTC.
        author: The member who wrote it; None for all others.
        for_me: Whether it mentions or answers one.
        chars: The length of its words in code points; 0 where they are not here.
    """

    board: BoardId
    thread: ThreadId
    number: int
    post: PostId | None
    seq: Seq
    at: Ms
    author: MemberId | None = None
    for_me: bool = False
    chars: int = 0


class RoundPreferences(Struct, frozen=True):
    """What a member chose by hand; nothing else orders or selects (P1).

    Attributes:
        threads, boards, members: The member's stance on each, by id; a missing id has none.
        order: All boards in the member's own order; a board that is missing here comes last.
    """

    threads: Mapping[ThreadId, Stance] = {}
    boards: Mapping[BoardId, Stance] = {}
    members: Mapping[MemberId | None, Stance] = {}
    order: tuple[BoardId, ...] = ()


class CatchUpMode(StrEnum):
    """How to go on after a long time away; always the reader's choice."""

    FROM_START = "from_start"  # everything that waits
    DIGEST = "digest"  # of threads one does not follow only the first new post
    TODAY = "today"  # what came before today counts as read


class RoundStart(Struct, frozen=True):
    """How a round begins.

    Attributes:
        round: What is walked.
        read: What counts as read at once.
    """

    round: Round
    read: tuple[Stop, ...] = ()


def round_preferences(
    choices: Iterable[Choice], numbers: Mapping[BoardId, int]
) -> RoundPreferences:
    """Return what choices made by hand say about rounds.

    Args:
        choices: One's own; of each thread, board and member at most one.
        numbers: The numbers of all boards one may know of.
    """
    threads: dict[ThreadId, Stance] = {}
    boards: dict[BoardId, Stance] = {}
    members: dict[MemberId | None, Stance] = {}
    folders: tuple[Folder, ...] = ()
    for choice in choices:
        match choice:
            case ThreadChoice(thread=key, stance=stance):
                threads[key] = stance
            case BoardChoice(board=key, stance=stance):
                boards[key] = stance
            case MemberChoice(member=key, stance=stance):
                members[key] = stance
            case Layout(folders=found):
                folders = found
            case _:
                pass
    return RoundPreferences(threads, boards, members, order_boards(folders, numbers))


def order_boards(folders: Iterable[Folder], numbers: Mapping[BoardId, int]) -> tuple[BoardId, ...]:
    """Return all boards one may know of: as one arranged them, then the others by number.

    Args:
        folders: One's own; what they name and `numbers` does not is left out.
        numbers: The numbers of the boards.
    """
    arranged = [board for folder in folders for board in folder.boards if board in numbers]
    others = sorted(numbers, key=lambda board: (numbers[board], board))
    return tuple(dict.fromkeys((*arranged, *others)))


def is_muted(one: UnreadPost, wishes: RoundPreferences) -> bool:
    """Tell whether a reader has muted a post; see `is_muted_by`."""
    return is_muted_by(wishes, one.board, one.thread, one.author)


def is_muted_by(
    wishes: RoundPreferences, board: BoardId, thread: ThreadId, author: MemberId | None
) -> bool:
    """Tell whether a reader has muted what a member says in a thread.

    Muted means muted, a mention included. What was said of the thread goes before what was said
    of its board: a thread followed on a muted board is shown. A muted member's posts never are.

    Args:
        author: None for all who are no members.
    """
    if Stance.MUTE in (wishes.members.get(author), wishes.threads.get(thread)):
        return True
    return (
        wishes.boards.get(board) is Stance.MUTE and wishes.threads.get(thread) is not Stance.FOLLOW
    )


def build_round(
    waiting: Iterable[UnreadPost], wishes: RoundPreferences, vector: Vector, *, more: bool = False
) -> Round:
    """Return the round: every waiting post within the vector that is not muted, exactly once (P4).

    First what mentions or answers one, oldest first; then what one follows, by threads, the one
    with the oldest such post first; then board by board in one's own order, within a board the
    thread with the oldest waiting post first. Posts of a thread stand by number.

    Args:
        waiting: In any order; each post once.
        wishes: What one chose by hand.
        vector: What belongs to the round. A board that is not in it gives nothing.
        more: Whether more waits than is in `waiting`.
    """
    return arranged(sections_of(waiting, wishes, vector), wishes, vector, more=more)


def sections_of(
    waiting: Iterable[UnreadPost], wishes: RoundPreferences, vector: Vector
) -> dict[Section, list[UnreadPost]]:
    """Return what of these posts belongs to a round, by the section it stands in; see `build_round`."""
    sections: dict[Section, list[UnreadPost]] = {section: [] for section in Section}
    for one in waiting:
        if one.seq <= vector.get(one.board, -1) and not is_muted(one, wishes):
            sections[_section(one, wishes)].append(one)
    return sections


def arranged(
    sections: Mapping[Section, list[UnreadPost]],
    wishes: RoundPreferences,
    vector: Vector,
    *,
    more: bool,
) -> Round:
    """Return the round of posts that `sections_of` gave; see `build_round`."""
    place = {board: at for at, board in enumerate(wishes.order)}
    last = len(place)
    by_board = sorted(
        _threads(Section.BOARD, sections[Section.BOARD]),
        key=lambda stop: (place.get(stop.board, last), stop.board),
    )
    stops = [
        *_in_time(sections[Section.FOR_ME]),
        *_threads(Section.FOLLOWED, sections[Section.FOLLOWED]),
        *by_board,
    ]
    return _bounded(Round(vector=dict(vector), stops=tuple(stops), more=more))


def count_newer(waiting: Iterable[UnreadPost], wishes: RoundPreferences, vector: Vector) -> int:
    """Return how many posts came after a round was fixed; they are for the next one."""
    return sum(one.seq > vector.get(one.board, -1) and not is_muted(one, wishes) for one in waiting)


def size(shown: Round, waiting: Iterable[UnreadPost]) -> RoundSize:
    """Return how much a round, or what is left of it, is.

    Args:
        shown: The round.
        waiting: What it was made of, and perhaps more.
    """
    posts = posts_of_section(shown)
    chars = sum(one.chars for one in waiting if (one.thread, one.number) in posts)
    minutes = -(-chars // limits.READ_CHARS_PER_MINUTE)
    threads = len({stop.thread for stop in shown.stops})
    return RoundSize(posts=len(posts), threads=threads, minutes=max(minutes, min(len(posts), 1)))


def posts_of_section(shown: Round, section: Section | None = None) -> set[tuple[ThreadId, int]]:
    """Return a round's posts, each by thread and number.

    Args:
        section: Only what stands there; None: all.
    """
    return {
        (stop.thread, number)
        for stop in shown.stops
        if section in (None, stop.section)
        for number in stop.numbers
    }


def without_posts(shown: Round, thread: ThreadId, numbers: Collection[int]) -> Round:
    """Return a running round after these posts of a thread were shown."""
    return _kept(shown, {(thread, number) for number in numbers}, keep=False)


def without_place(
    shown: Round, *, thread: ThreadId | None = None, board: BoardId | None = None
) -> Round:
    """Return a running round without a thread or a board.

    Skipping, muting and catching up all do this to the round that runs; what was skipped is still
    unread and comes in the next one, what was muted or caught up with does not.

    Args:
        thread: Without this one; None: whatever thread.
        board: Without this one; None: whatever board.
    """
    stops = (stop for stop in shown.stops if stop.thread != thread and stop.board != board)
    return replace(shown, stops=tuple(stops))


def remaining_round(shown: Round, waiting: Iterable[UnreadPost], wishes: RoundPreferences) -> Round:
    """Return a running round as far as it still waits, in its own order.

    What was read on another device, taken back, faded or muted meanwhile goes; nothing comes in.

    Args:
        shown: The round.
        waiting: What waits now.
        wishes: What one wishes now.
    """
    still = {(one.thread, one.number) for one in waiting if not is_muted(one, wishes)}
    return _kept(shown, still, keep=True)


def should_offer_catch_up(shown: Round, waiting: Iterable[UnreadPost], now: Ms) -> bool:
    """Tell whether to offer the choices of `CatchUpMode`: much waits, and some of it for long.

    Judged by what waits alone, for nobody keeps when one was here last (P2).
    """
    posts = posts_of_section(shown)
    if len(posts) < limits.AWAY_POSTS:
        return False
    oldest = min((one.at for one in waiting if (one.thread, one.number) in posts), default=now)
    return now - oldest >= limits.AWAY_DAYS * DAY_MS


def start_round(
    shown: Round, waiting: Iterable[UnreadPost], choice: CatchUpMode, today: Ms
) -> RoundStart:
    """Return how a round begins after a long time away.

    What mentions or answers one, and what one follows, is never put away unseen.

    Args:
        shown: The round as it was fixed.
        waiting: What it was made of.
        choice: What the reader chose.
        today: When this day began where the reader is, in ms since 1970 UTC.
    """
    if choice is CatchUpMode.FROM_START:
        return RoundStart(shown)
    if choice is CatchUpMode.DIGEST:
        away = {
            (stop.thread, number)
            for stop in shown.stops
            if stop.section is Section.BOARD
            for number in stop.numbers[1:]
        }
    else:
        board = posts_of_section(shown, Section.BOARD)
        away = {
            (one.thread, one.number)
            for one in waiting
            if one.at < today and (one.thread, one.number) in board
        }
    return RoundStart(_kept(shown, away, keep=False), _kept(shown, away, keep=True).stops)


def _section(one: UnreadPost, wishes: RoundPreferences) -> Section:
    if one.for_me:
        return Section.FOR_ME
    stances = (
        wishes.threads.get(one.thread),
        wishes.boards.get(one.board),
        wishes.members.get(one.author),
    )
    return Section.FOLLOWED if Stance.FOLLOW in stances else Section.BOARD


def _age(one: UnreadPost) -> tuple[Ms, BoardId, Seq]:
    """The order of time; seq decides within a board where two came in one millisecond."""
    return one.at, one.board, one.seq


def _in_time(posts: list[UnreadPost]) -> list[Stop]:
    """Return posts oldest first; those of one thread that follow on one another are one stop."""
    posts.sort(key=_age)
    return [
        _stop(Section.FOR_ME, list(group)) for _, group in groupby(posts, lambda one: one.thread)
    ]


def _threads(section: Section, posts: list[UnreadPost]) -> list[Stop]:
    """Return one stop for each thread, the one with the oldest post first."""
    threads: dict[ThreadId, list[UnreadPost]] = {}
    for one in posts:
        threads.setdefault(one.thread, []).append(one)
    ordered = sorted(threads.values(), key=lambda found: min(map(_age, found)))
    return [_stop(section, sorted(found, key=lambda one: one.number)) for found in ordered]


def _stop(section: Section, posts: list[UnreadPost]) -> Stop:
    numbers = tuple(one.number for one in posts)
    return Stop(section=section, board=posts[0].board, thread=posts[0].thread, numbers=numbers)


def _bounded(whole: Round) -> Round:
    """Return as much of a round as one may hold; the rest is still unread, for the next one."""
    room = limits.ROUND_POSTS_MAX
    stops: list[Stop] = []
    for stop in whole.stops[: limits.ROUND_STOPS_MAX]:
        if room == 0:
            break
        stops.append(replace(stop, numbers=stop.numbers[:room]))
        room -= len(stops[-1].numbers)
    kept = tuple(stops)
    return whole if kept == whole.stops else replace(whole, stops=kept, more=True)


def _kept(shown: Round, posts: set[tuple[ThreadId, int]], *, keep: bool) -> Round:
    """Return a round with only these posts, or without them."""
    stops = []
    for stop in shown.stops:
        numbers = tuple(n for n in stop.numbers if ((stop.thread, n) in posts) is keep)
        if numbers:
            stops.append(replace(stop, numbers=numbers))
    return replace(shown, stops=tuple(stops))
