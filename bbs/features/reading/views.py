"""Views in the messages of reading: choices made by hand, the inbox, and rounds."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.arriving.views import HeldTold
from bbs.features.boards.application_messages import OwnApplication
from bbs.features.boards.messages import Board
from bbs.features.boards.seat_messages import Seat
from bbs.features.cases.views import CaseTold
from bbs.features.members.views import Member
from bbs.features.moderation.messages import ACT_WORDS, Act
from bbs.features.threads.views import Line, Post, Thread
from bbs.ids import BoardId, MemberId, PostId, ProposalId, ThreadId
from bbs.messages import Number, Place, Result, Seq, View


class Stance(StrEnum):
    """Whether a member follows or mutes something; set by hand only, private (P1, P2)."""

    FOLLOW = "follow"  # comes early in the member's rounds
    MUTE = "mute"  # in no round, inbox or count of the member
    NONE = "none"  # neither


class NotificationLevel(StrEnum):
    """The posts of a board that a client notifies about, beyond their place in the round."""

    ALL = "all"
    MENTIONS = "mentions"  # posts that mention or answer the member
    NONE = "none"


class ThreadChoice(View, frozen=True, kw_only=True, tag_field="kind", tag="thread"):
    """Whether the member follows or mutes a thread."""

    thread: ThreadId
    stance: Stance = Stance.NONE


class BoardChoice(View, frozen=True, kw_only=True, tag_field="kind", tag="board"):
    """Whether the member follows or mutes a board, and its notification level."""

    board: BoardId
    stance: Stance = Stance.NONE
    level: NotificationLevel = NotificationLevel.MENTIONS


class MemberChoice(View, frozen=True, kw_only=True, tag_field="kind", tag="member"):
    """Whether the member follows or mutes another member, who never learns of it."""

    member: MemberId
    stance: Stance = Stance.NONE


class SavedChoice(View, frozen=True, kw_only=True, tag_field="kind", tag="post"):
    """Whether the member saved a post."""

    post: PostId
    saved: bool = True


class Folder(View, frozen=True, kw_only=True):
    """Boards that are together in the member's own order.

    Attributes:
        name: One line that no other folder has; None for boards outside all folders.
    """

    name: Annotated[str, Meta(max_length=limits.SHORT_CHARS_MAX * 4)] | None = None
    boards: Annotated[tuple[BoardId, ...], Meta(max_length=limits.BOARDS_MAX)] = ()


class Layout(View, frozen=True, kw_only=True, tag_field="kind", tag="layout"):
    """The member's own order of boards; boards it does not name come after it, by number."""

    folders: tuple[Folder, ...] = ()


Choice = ThreadChoice | BoardChoice | MemberChoice | SavedChoice | Layout


class InboxKind(StrEnum):
    """The reason why something is in the member's inbox."""

    ANSWER = "answer"  # answers a post of the member, or a thread that the member began
    MENTION = "mention"
    THANKS = "thanks"
    NOTICE = "notice"  # a notice: something was done to the member


class NoticeKind(StrEnum):
    """The reason of a notice to a member; each belongs to a feature."""

    ABOUT = "about"  # power was used on the member
    WORDS = "words"  # power was used on words of the member
    HIDDEN = "hidden"  # words of the member are hidden while a command about them waits
    CITED = "cited"  # a command waits against words of the member, and few are told of it
    SEAT = "seat"  # a seat of the member changed, and nobody used power
    ENDS = "ends"  # a board where the member sits ends unless somebody renews it
    APPLICATION = "application"  # a desk decided about an application of the member
    GUEST = "guest"  # a newcomer whom the member invited was removed
    URGENT = "urgent"  # an urgent notice on a board where the member sits, past all mutes
    HAND_OVER = (
        "hand_over"  # the community is to be handed over, or, without `until`, its heir refused
    )
    HEIR = "heir"  # the member is to be sysop, and is asked whether they accept
    HELD = "held"  # a post of the member waits for a moderator, or was declined
    CASE = "case"  # a case about words of the member: they are asked, or it is over
    REPORT = "report"  # what became of a report of the member
    MOVE = "move"  # a board where the member wrote or sits is to move to another community


class Notice(View, frozen=True, kw_only=True):
    """Something that was done to a member; only that member is told (P8, protocol 7.13).

    The server does not store whether the member has read it (P2). It ends after `NOTICE_DAYS`.

    Attributes:
        id: Digits, in the order in which the member was told.
        board: In whose acts it stands, or whose seat it is; the commons for what concerns all.
        act: The use of power; None where nobody used any.
        seat: The member's seat as it was then, where that is what changed.
        proposal: The command that waits. What is hidden for it `proposals.words` shows, with the
            command; one of the kind `cited` is in `proposals.list`.
        until: When the board ends, the post is published without a decision, or the time to answer in a
            case is over; else None.
        title: The title that a thread of the member's had before, where a moderator changed it; None
            once the thread has none.
        application: What was decided about an application of the member; its word is None once it is
            erased.
        held: The member's post that waits or was declined, and why; its word likewise.
        case: The case, or the report; `cases.mine` and `cases.reports` have the words.
    """

    id: str
    kind: NoticeKind
    at: Instant
    board: BoardId
    act: Act | None = None
    seat: Seat | None = None
    proposal: ProposalId | None = None
    until: Instant | None = None
    title: str | None = None
    application: OwnApplication | None = None
    held: HeldTold | None = None
    case: CaseTold | None = None


NOTICE_WORDS = (
    *(f"notice.{path}" for path in ACT_WORDS),
    "notice.title",
    "notice.application.decision.word",
    "notice.held.word",
)


class InboxItem(View, frozen=True, kw_only=True):
    """One item of the member's inbox.

    Attributes:
        post: The answer or the post with the mention; for thanks, the member's own post; None for
            a notice, and for a mention in a lounge.
        thread: The thread of `post`.
        line: The line of a lounge with the mention; None for other items.
        by: The member who thanked; None for other kinds.
        seat: For a notice about a seat of the member, the seat as it was then.
        notice: The notice; None for other kinds.
    """

    kind: InboxKind
    at: Instant
    post: Post | None = None
    thread: Thread | None = None
    line: Line | None = None
    by: MemberId | None = None
    seat: Seat | None = None
    notice: Notice | None = None


class Section(StrEnum):
    """The part of a round to which a stop belongs."""

    FOR_ME = "for_me"  # posts that mention or answer the member
    FOLLOWED = "followed"  # posts of a thread, board or member that the member follows
    BOARD = "board"


class Stop(View, frozen=True, kw_only=True):
    """Posts of one thread that a round shows together.

    Attributes:
        numbers: Numbers of the posts, in the order of reading; never empty.
    """

    section: Section
    board: BoardId
    thread: ThreadId
    numbers: tuple[Number, ...]


class Round(View, frozen=True, kw_only=True):
    """Everything new for the member at a moment, in order; it does not grow (P4).

    Attributes:
        vector: For each board, the last seq of its stream that belongs to the round.
        more: Whether there were more posts than a round may hold; the next round continues there.
    """

    vector: dict[BoardId, Seq]
    stops: tuple[Stop, ...] = ()
    more: bool = False


class RoundSize(View, frozen=True, kw_only=True):
    """The size of a round.

    Attributes:
        minutes: About how long reading it takes: 200 words a minute, six characters to a word,
            rounded up; 0 only if no post is unread.
    """

    posts: int = 0
    threads: int = 0
    minutes: int = 0


class RoundResult(Result, frozen=True, kw_only=True):
    """The round at this moment; its vector is the `as_of` of the boards' streams."""

    round: Round
    size: RoundSize


class Inbox(Result, frozen=True, kw_only=True):
    """The member's inbox, newest first.

    Attributes:
        next_before: Pass it as `before` for the next page; None at the end.
    """

    items: tuple[InboxItem, ...]
    next_before: Place | None = None


class NoticePage(Result, frozen=True, kw_only=True):
    """The member's notices, newest first.

    Attributes:
        next_before: Pass it as `before` for the next page; None at the end.
    """

    notices: tuple[Notice, ...]
    next_before: Place | None = None


class ResolveResult(Result, frozen=True, kw_only=True):
    """The thing that an address names, and the things that contain it."""

    board: Board | None = None
    thread: Thread | None = None
    post: Post | None = None
    line: Line | None = None
    member: Member | None = None
