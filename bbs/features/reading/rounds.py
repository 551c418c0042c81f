"""Rules of rounds: which posts a round holds, in which order, and how it shrinks to its end. Pure.

Server and mirror give the same unread posts, choices and vector, and so get the same list (P4).
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
    """A post that is unread for the member: `bbs.features.reading.unread.is_unread` says when.

    Attributes:
        post: Its id; None if only its place is known.
        seq: Its place in the board's stream.
        at: When it was published, in ms since 1970 UTC.
        author: The member who wrote it; None if no member did.
        for_me: Whether it mentions or answers the member.
        chars: The length of its text in code points; 0 if the text is not known here.
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
    """The choices a member made by hand; nothing else orders or selects posts (P1).

    Attributes:
        threads, boards, members: The member's stance on each, by id; a missing id has none.
        order: All boards in the member's own order; a board that is missing here comes last.
    """

    threads: Mapping[ThreadId, Stance] = {}
    boards: Mapping[BoardId, Stance] = {}
    members: Mapping[MemberId | None, Stance] = {}
    order: tuple[BoardId, ...] = ()


class CatchUpMode(StrEnum):
    """The ways to go on after a long time away; the reader chooses."""

    FROM_START = "from_start"  # every unread post
    DIGEST = "digest"  # only the first new post of each thread that the member does not follow
    TODAY = "today"  # posts from before today count as read


class RoundStart(Struct, frozen=True):
    """The beginning of a round.

    Attributes:
        round: The round that the member reads.
        read: Stops whose posts count as read at once.
    """

    round: Round
    read: tuple[Stop, ...] = ()


def round_preferences(
    choices: Iterable[Choice], numbers: Mapping[BoardId, int]
) -> RoundPreferences:
    """Return what a member's choices say about rounds.

    Args:
        choices: The member's, at most one for each thread, board and member.
        numbers: The numbers of all boards that the member may know of.
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
    """Return letters first, by id, then boards in the member's own order, then the others by number.

    Args:
        folders: The member's. Boards in them that are not in `numbers` are left out.
        numbers: The numbers of all boards that the member may know of; 0 for letters.
    """
    letters = sorted(board for board, number in numbers.items() if not number)
    arranged = [board for folder in folders for board in folder.boards if board in numbers]
    others = sorted(numbers, key=lambda board: (numbers[board], board))
    return tuple(dict.fromkeys((*letters, *arranged, *others)))


def is_muted(post: UnreadPost, wishes: RoundPreferences) -> bool:
    """Return whether the member's choices mute a post; see `is_muted_by`."""
    return is_muted_by(wishes, post.board, post.thread, post.author)


def is_muted_by(
    wishes: RoundPreferences, board: BoardId, thread: ThreadId, author: MemberId | None
) -> bool:
    """Return whether the member's choices mute posts by this author in this thread.

    A mute also holds for posts that mention the member. The choice for a thread overrides the
    choice for its board: a thread that is followed on a muted board is shown. Posts by a muted
    member are never shown.

    Args:
        author: The member who wrote the post; None if no member did.
    """
    if Stance.MUTE in (wishes.members.get(author), wishes.threads.get(thread)):
        return True
    return (
        wishes.boards.get(board) is Stance.MUTE and wishes.threads.get(thread) is not Stance.FOLLOW
    )


def build_round(
    waiting: Iterable[UnreadPost], wishes: RoundPreferences, vector: Vector, *, more: bool = False
) -> Round:
    """Return the round: every unread post within the vector that is not muted, exactly once (P4).

    Posts that mention or answer the member come first, oldest first; then the posts that the member
    follows, by thread; then the other posts, by board in the member's own order and by thread.
    Threads are in the order of their oldest post in that section, and their posts by number.

    Args:
        waiting: The unread posts in any order, each once.
        wishes: The member's choices.
        vector: The last seq of each board that belongs to the round. Of other boards no post does.
        more: Whether there are more unread posts than `waiting` holds.
    """
    return arranged(sections_of(waiting, wishes, vector), wishes, vector, more=more)


def sections_of(
    waiting: Iterable[UnreadPost], wishes: RoundPreferences, vector: Vector
) -> dict[Section, list[UnreadPost]]:
    """Return the posts that belong to a round by their section, as `build_round` defines both."""
    sections: dict[Section, list[UnreadPost]] = {section: [] for section in Section}
    for post in waiting:
        if post.seq <= vector.get(post.board, -1) and not is_muted(post, wishes):
            sections[_section(post, wishes)].append(post)
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
    """Return how many posts are newer than a round; they belong to the next round."""
    return sum(
        post.seq > vector.get(post.board, -1) and not is_muted(post, wishes) for post in waiting
    )


def size(shown: Round, waiting: Iterable[UnreadPost]) -> RoundSize:
    """Return the size of a round, or of the rest of it.

    Args:
        shown: The round.
        waiting: The posts it was made of; other posts do not count.
    """
    posts = posts_of_section(shown)
    chars = sum(post.chars for post in waiting if (post.thread, post.number) in posts)
    minutes = -(-chars // limits.READ_CHARS_PER_MINUTE)
    threads = len({stop.thread for stop in shown.stops})
    return RoundSize(posts=len(posts), threads=threads, minutes=max(minutes, min(len(posts), 1)))


def posts_of_section(shown: Round, section: Section | None = None) -> set[tuple[ThreadId, int]]:
    """Return a round's posts, each by thread and number.

    Args:
        section: Only the posts of this section; None for all.
    """
    return {
        (stop.thread, number)
        for stop in shown.stops
        if section in (None, stop.section)
        for number in stop.numbers
    }


def without_posts(shown: Round, thread: ThreadId, numbers: Collection[int]) -> Round:
    """Return a round without these posts of a thread, which the member has seen."""
    return _kept(shown, {(thread, number) for number in numbers}, keep=False)


def without_place(
    shown: Round, *, thread: ThreadId | None = None, board: BoardId | None = None
) -> Round:
    """Return a round without a thread or a board.

    Skipping, muting and catching up do this to the current round. Skipped posts stay unread and
    come in the next round; muted posts, and posts caught up with, do not.

    Args:
        thread: The thread to leave out; None for none.
        board: The board to leave out; None for none.
    """
    stops = (stop for stop in shown.stops if stop.thread != thread and stop.board != board)
    return replace(shown, stops=tuple(stops))


def remaining_round(shown: Round, waiting: Iterable[UnreadPost], wishes: RoundPreferences) -> Round:
    """Return the posts of a round that are still unread, in its own order.

    Posts that were read on another device, withdrawn, faded or muted meanwhile leave the round; no
    post enters it (P4).

    Args:
        shown: The round.
        waiting: The posts that are unread now.
        wishes: The member's choices now.
    """
    still = {(post.thread, post.number) for post in waiting if not is_muted(post, wishes)}
    return _kept(shown, still, keep=True)


def should_offer_catch_up(shown: Round, waiting: Iterable[UnreadPost], now: Ms) -> bool:
    """Return whether to offer the choices of `CatchUpMode`: for many unread posts, one of them old.

    Only the unread posts decide, because nothing stores when a member was here last (P2).
    """
    posts = posts_of_section(shown)
    if len(posts) < limits.AWAY_POSTS:
        return False
    oldest = min((post.at for post in waiting if (post.thread, post.number) in posts), default=now)
    return now - oldest >= limits.AWAY_DAYS * DAY_MS


def start_round(
    shown: Round, waiting: Iterable[UnreadPost], choice: CatchUpMode, today: Ms
) -> RoundStart:
    """Return how a round begins after a long time away.

    Posts that mention or answer the member, and posts that the member follows, always stay in.

    Args:
        shown: The whole round.
        waiting: The posts it was made of.
        choice: The member's choice.
        today: When the current day began in the member's time zone, in ms since 1970 UTC.
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
            (post.thread, post.number)
            for post in waiting
            if post.at < today and (post.thread, post.number) in board
        }
    return RoundStart(_kept(shown, away, keep=False), _kept(shown, away, keep=True).stops)


def _section(post: UnreadPost, wishes: RoundPreferences) -> Section:
    if post.for_me:
        return Section.FOR_ME
    stances = (
        wishes.threads.get(post.thread),
        wishes.boards.get(post.board),
        wishes.members.get(post.author),
    )
    return Section.FOLLOWED if Stance.FOLLOW in stances else Section.BOARD


def _age(post: UnreadPost) -> tuple[Ms, BoardId, Seq]:
    """Return the place in the order of time; seq decides between posts of the same millisecond."""
    return post.at, post.board, post.seq


def _in_time(posts: list[UnreadPost]) -> list[Stop]:
    """Return posts oldest first; neighbours from the same thread share a stop."""
    posts.sort(key=_age)
    return [
        _stop(Section.FOR_ME, list(group)) for _, group in groupby(posts, lambda post: post.thread)
    ]


def _threads(section: Section, posts: list[UnreadPost]) -> list[Stop]:
    """Return one stop for each thread, the thread with the oldest post first."""
    threads: dict[ThreadId, list[UnreadPost]] = {}
    for post in posts:
        threads.setdefault(post.thread, []).append(post)
    ordered = sorted(threads.values(), key=lambda found: min(map(_age, found)))
    return [_stop(section, sorted(found, key=lambda post: post.number)) for found in ordered]


def _stop(section: Section, posts: list[UnreadPost]) -> Stop:
    numbers = tuple(post.number for post in posts)
    return Stop(section=section, board=posts[0].board, thread=posts[0].thread, numbers=numbers)


def _bounded(whole: Round) -> Round:
    """Return as much of a round as its limits allow; the next round goes on with the rest."""
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
    """Return a round with only these posts if `keep`, else without them."""
    stops = []
    for stop in shown.stops:
        numbers = tuple(n for n in stop.numbers if ((stop.thread, n) in posts) is keep)
        if numbers:
            stops.append(replace(stop, numbers=numbers))
    return replace(shown, stops=tuple(stops))
