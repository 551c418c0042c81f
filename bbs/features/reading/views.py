"""What the messages of reading carry: choices made by hand, and rounds."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.boards.messages import Seat
from bbs.features.threads.views import Post, Thread
from bbs.ids import BoardId, MemberId, PostId, ThreadId
from bbs.messages import Number, Seq, View


class Stance(StrEnum):
    """How one stands to a thread, a board or a member; set by hand only, private (P1, P2)."""

    FOLLOW = "follow"  # comes early in one's rounds
    MUTE = "mute"  # in no round, no inbox and no count of one's own
    NONE = "none"  # neither


class NotificationLevel(StrEnum):
    """What of a board calls for attention beyond its place in the round."""

    ALL = "all"
    MENTIONS = "mentions"  # what mentions or answers one
    NONE = "none"


class ThreadChoice(View, frozen=True, kw_only=True, tag_field="kind", tag="thread"):
    """How one stands to a thread."""

    thread: ThreadId
    stance: Stance = Stance.NONE


class BoardChoice(View, frozen=True, kw_only=True, tag_field="kind", tag="board"):
    """How one stands to a board, and what of it calls for attention."""

    board: BoardId
    stance: Stance = Stance.NONE
    level: NotificationLevel = NotificationLevel.MENTIONS


class MemberChoice(View, frozen=True, kw_only=True, tag_field="kind", tag="member"):
    """How one stands to a member. They are never told."""

    member: MemberId
    stance: Stance = Stance.NONE


class SavedChoice(View, frozen=True, kw_only=True, tag_field="kind", tag="post"):
    """Whether one put a post aside."""

    post: PostId
    saved: bool = True


class Folder(View, frozen=True, kw_only=True):
    """Boards that stand together in one's own order.

    Attributes:
        name: One line, unlike the other folders'; None for boards that stand in no folder.
    """

    name: Annotated[str, Meta(max_length=limits.SHORT_CHARS_MAX * 4)] | None = None
    boards: Annotated[tuple[BoardId, ...], Meta(max_length=limits.BOARDS_MAX)] = ()


class Layout(View, frozen=True, kw_only=True, tag_field="kind", tag="layout"):
    """One's own order of boards; those it does not name come after it, by their number."""

    folders: tuple[Folder, ...] = ()


Choice = ThreadChoice | BoardChoice | MemberChoice | SavedChoice | Layout


class InboxKind(StrEnum):
    """Why something is in one's inbox."""

    ANSWER = "answer"  # of somebody to one's post, or in a thread one began
    MENTION = "mention"
    THANKS = "thanks"
    NOTICE = "notice"  # of a seat of one's own that somebody else changed


class InboxItem(View, frozen=True, kw_only=True):
    """Something that was meant for one.

    Attributes:
        post: What was written; of thanks, the post that was thanked for; None for a notice.
        thread: Where it stands.
        by: Who thanked; None for everything else.
        seat: Of a notice: the seat as it then was.
    """

    kind: InboxKind
    at: Instant
    post: Post | None = None
    thread: Thread | None = None
    by: MemberId | None = None
    seat: Seat | None = None


class Section(StrEnum):
    """Why a stop stands where it does in a round."""

    FOR_ME = "for_me"  # mentions or answers one
    FOLLOWED = "followed"  # of a thread, board or member one follows
    BOARD = "board"


class Stop(View, frozen=True, kw_only=True):
    """Posts of one thread that a round shows together.

    Attributes:
        numbers: In the order they are read; never empty.
    """

    section: Section
    board: BoardId
    thread: ThreadId
    numbers: tuple[Number, ...]


class Round(View, frozen=True, kw_only=True):
    """Everything new for one at one moment, in order; it does not grow (P4).

    Attributes:
        vector: For each board, the last seq of its stream that belongs to the round.
        more: Whether there was more than one round may hold; the next one goes on with it.
    """

    vector: dict[BoardId, Seq]
    stops: tuple[Stop, ...] = ()
    more: bool = False


class RoundSize(View, frozen=True, kw_only=True):
    """How much a round is.

    Attributes:
        minutes: About how long it takes: 200 words a minute, six characters to a word, rounded
            up; 0 only where nothing waits.
    """

    posts: int = 0
    threads: int = 0
    minutes: int = 0
