"""Writes into the mirror, reports changes to surfaces, and queues the fetches that they need."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from bbs.clock import HOUR_MS, SECOND_MS, Ms, instant
from bbs.features.batches.messages import BatchChanged
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import RestrictionChanged
from bbs.features.moderation.views import RestrictionKind
from bbs.features.ownership.leaving_messages import LeavingChanged
from bbs.features.ownership.views import LeavingState
from bbs.features.packs.move_messages import MoveChanged
from bbs.features.proposals.messages import ProposalEnded, ProposalMoved, ProposalVoted
from bbs.features.reading import rules
from bbs.features.reading.messages import Ranges
from bbs.features.reading.rounds import is_muted_by
from bbs.features.reading.views import BoardChoice, NotificationLevel, Stance
from bbs.features.threads.leaving_messages import AuthorLeft
from bbs.features.threads.messages import LineSaid, PostPublished, ThreadPublished
from bbs.features.threads.tending_messages import PostsRenumbered
from bbs.features.threads.views import Line, Post
from bbs.ids import COMMONS, MemberId
from bbs.messages import Event, Result
from bbs.streams import StreamKind, board_stream, stream_parts
from bbs.wire.messages import StreamEnded
from bbs_client.mirror.changes import Change
from bbs_client.mirror.file import Mirror, TouchedRows
from bbs_client.mirror.fold import fold
from bbs_client.mirror.pending_marks import PendingMarks
from bbs_client.mirror.places import EventPlace
from bbs_client.session.events import (
    AttentionNeeded,
    AttentionReason,
    BatchHappened,
    CaseHappened,
    MirrorChanged,
    ProposalTold,
    SessionEvent,
)
from bbs_client.session.fetch_queue import FetchQueue, Sleep
from bbs_client.session.sync import MirrorSync

if TYPE_CHECKING:
    from bbs.sdk.updates import EventHappened, StreamGone, StreamReset

_AT_DESK = frozenset({"cases.waits", "cases.appeal_waits"})
_STAY_KNOWN = frozenset({RestrictionKind.SUSPENDED, RestrictionKind.MOVED})
"""Restrictions under which the reader still knows of a board whose words they may not read."""

FRESH = timedelta(minutes=2)  # older events are news for the round and do not call


class Keeper:
    """The one way into the mirror while a connection runs.

    Attributes:
        errands: The queue of things to fetch; None while there is no session.
        sync: The session's sync; None while there is none.
        seats_changed: Called when a board or a seat has changed.
    """

    def __init__(
        self, cache: Mirror, marking: PendingMarks, notify: Callable[[SessionEvent], None]
    ) -> None:
        """Write into `cache`, with the reader's own marks over the server's; report to `notify`."""
        self.errands: FetchQueue | None = None
        self.sync: MirrorSync | None = None
        self.seats_changed: Callable[[], None] = lambda: None
        self._cache = cache
        self._marking = marking
        self._notify = notify

    def write(self, facts: Iterable[Change], place: EventPlace | None = None) -> TouchedRows:
        """Apply changes, with the place of their event; None if they come from no event.

        Raises:
            MirrorUnwritable: If this device's disk cannot be written.
        """
        touched = self._cache.apply(self._marking.overlay(facts), place)
        self.announce(touched)
        return touched

    def fold_answer(self, result: Result) -> None:
        """Fold an answer, unless later events were folded already.

        Raises:
            MirrorUnwritable: If this device's disk cannot be written.
        """
        if self.sync is None or not self.sync.pages.is_stale(result):
            self.write(fold(result))

    def wipe(self) -> None:
        """Empty the mirror, because this device may not read it any more."""
        with contextlib.suppress(sqlite3.Error):
            self._cache.wipe()
        self._notify(MirrorChanged(whole=True))

    def add(self, kind: str, subject: str = "") -> None:
        """Queue an errand; drop it while there is no session, because the next session asks anyway."""
        if self.errands is not None:
            self.errands.add(kind, subject)

    def announce(self, touched: TouchedRows) -> None:
        """Report changes, and queue the fetches that they need."""
        if self._cache.lost:
            self._cache.lost = False
            self.add("bring_up")
            self._notify(MirrorChanged(whole=True))
            return
        if not touched.tables:
            return
        self._notify(MirrorChanged(touched.tables, touched.boards, touched.threads))
        if touched.wanting and self.sync is not None:
            self.sync.pages.wanting |= touched.wanting
            self.add("wanting")
        for thread in sorted(touched.shown):
            self.add("thread", thread)
        if "notes" in touched.tables:
            self.add("notes")
        if touched.tables & {"boards", "seats"}:
            self.seats_changed()
            self._ask_for_boards(touched.boards)
            rows = map(self._cache.board, touched.boards)
            if any(row is not None and row.moderates for row in rows):
                self.add("desks")
        if "letters" in touched.tables:
            for letter in self._cache.letters_behind():
                self.add("board", letter)

    def erase_faded(self) -> None:
        """Erase text that has expired by the server's proven time (P10)."""
        if (proven_ms := self._cache.time.proven()) is not None:
            self.announce(self._cache.erase_faded(proven_ms))

    async def fade_hourly(self, sleep: Sleep) -> None:
        """Hide expired text, and erase text that has expired by the server's proven time."""
        then_ms = 0
        while True:
            self.erase_faded()
            now_ms = self._cache.time()
            self.announce(self._cache.hidden_since(then_ms))
            if then_ms:  # a connection begins with it
                self.add("packs")
            then_ms = now_ms
            await sleep(HOUR_MS / SECOND_MS)

    def end_stream(self, stream: str) -> None:
        """Drop what an ended stream fed; a suspended reader's board stays known (P7).

        Raises:
            MirrorUnwritable: If this device's disk cannot be written.
        """
        kind, board = stream_parts(stream)
        known = self._cache.restriction(board, None, self._cache.time())
        self.write((StreamEnded(stream=stream),))
        if kind == StreamKind.BOARD and known and known.kind in _STAY_KNOWN:
            self.add("board", board)

    def hear(self, event: Event | None, place: EventPlace) -> None:
        """Write an event into the mirror, and fetch what it makes necessary.

        Nothing of cases and batches is written: their pages are fetched when they are opened.

        Raises:
            MirrorUnwritable: If this device's disk cannot be written.
        """
        if stream_parts(place.stream).kind != StreamKind.CASE:
            self.write(fold(event) if event else (), place)
            self.note_rights(event, place.stream)
            self.note_proposal(event)
            self.note_leaving(event, place.stream)
            self.note_move(event)
        if event is not None and event.kind.startswith("cases."):
            self._notify(CaseHappened(event))
            if event.kind in _AT_DESK:
                self.add("cases")
        if isinstance(event, BatchChanged):
            self._notify(BatchHappened(event.batch))

    def take(self, happened: "EventHappened | StreamReset | StreamGone") -> None:
        """Take what a stream brought: write its event, or fetch anew what it feeds (protocol 6.5, 6.6).

        Raises:
            MirrorUnwritable: If this device's disk cannot be written.
        """
        from bbs.sdk import updates as sdk  # late, as the network is in `connect_by_network`

        match happened:
            case sdk.EventHappened(stream=stream, seq=seq, event=event, tag=tag):
                self.hear(event, EventPlace(stream, seq, happened.at, tag))
            case sdk.StreamReset(stream=stream):
                # After a reset the seq may start below the old cursor, so drop the cursor.
                self._cache.forget_cursor(stream)
                self.add("reset", stream)
            case sdk.StreamGone(stream=stream):
                if self.sync is not None:
                    self.sync.stream_lost(stream)
                self.end_stream(stream)

    def note_rights(self, event: Event | None, stream: str) -> None:
        """Fetch again what a suspension takes away or gives back, and a board that is visited (P7, P8)."""
        if not isinstance(event, RestrictionChanged):
            return
        restriction = event.restriction
        is_own = stream_parts(stream).kind == StreamKind.MEMBER
        if is_own and restriction.kind is RestrictionKind.ENTERED:
            self.add("board", restriction.board)
        if restriction.kind is not RestrictionKind.SUSPENDED:
            return
        if restriction.board == COMMONS:
            self.add("bring_up")
        else:
            self.add("board", restriction.board)

    def note_move(self, event: Event | None) -> None:
        """Fetch where a board moves to, which its events do not say (protocol 30)."""
        if isinstance(event, MoveChanged) and event.state is not None:
            self.add("move", event.board)

    def note_leaving(self, event: Event | None, stream: str) -> None:
        """Fetch again what somebody who came back wrote, and all that the reader came back to (P9)."""
        if isinstance(event, AuthorLeft) and event.is_back:
            self.add("reset", stream)
        elif isinstance(event, LeavingChanged) and event.leaving.state is LeavingState.BACK:
            self.add(
                "bring_up" if event.leaving.board is None else "board", event.leaving.board or ""
            )

    def note_proposal(self, event: Event | None) -> None:
        """Fetch a waiting command's texts and the reader's rights, which its events lack."""
        if isinstance(event, ProposalMoved | ProposalVoted):
            self.add("proposals", event.proposal.board)

    def _ask_for_boards(self, touched: frozenset[str]) -> None:
        letters = {board for board in touched if self._cache.is_letter(board)}
        for board in sorted((touched & self._cache.seated()) - letters):
            if self._cache.cursor(board_stream(board)) is None:
                self.add("board", board)
            elif self._cache.lacks_norms(board):
                self.add("norms", board)
        # An offer on a private board comes alone: nothing else tells of the board.
        for board in sorted(touched & self._cache.unknown_boards()):
            self.add("board", board)


def carried_marks(moved: PostsRenumbered, cache: Mirror) -> Ranges:
    """Return which moved posts the reader has read, by their new numbers.

    The server carries over the marks it knows; this device may hold some that it was not told yet.
    """
    stances, there = cache.stances("thread"), cache.read_ranges(moved.to)
    muted = stances.get(moved.thread) is Stance.MUTE and stances.get(moved.to) is not Stance.MUTE
    left = [pair for pair in moved.numbers if not rules.contains(there, pair[1])]
    return rules.carried_ranges(left, cache.read_ranges(moved.thread), was_muted=muted)


def attention_for(happened: "EventHappened", cache: Mirror, now_ms: Ms) -> AttentionNeeded | None:
    """Return the call for attention that an event is for the reader, or None.

    Muted threads, boards and members never call (P1: set by hand alone).

    Args:
        happened: An event, already in the mirror.
        cache: The mirror, with the reader's id and choices.
        now_ms: The time; replayed events older than a while do not call.
    """
    said = _said(happened.event)
    me = cache.me()
    if said is None or me is None or not isinstance(said.author, MemberAuthor):
        return None
    if said.author.id == me.id or happened.at < instant(now_ms) - FRESH:
        return None
    thread = said.thread if isinstance(said, Post) else ""
    if is_muted_by(cache.wishes(), said.board, thread, said.author.id):
        return None
    board = cache.choices().get(("board", said.board))
    level = board.level if isinstance(board, BoardChoice) else NotificationLevel.MENTIONS
    why = AttentionReason.LETTER if cache.is_letter(said.board) else _why(said, me.id)
    if level is NotificationLevel.NONE or (
        why is AttentionReason.NEW and level is not NotificationLevel.ALL
    ):
        return None
    return AttentionNeeded(said.author.id, said.board, why, said.via)


def proposal_told(happened: "EventHappened", cache: Mirror, now_ms: Ms) -> ProposalTold | None:
    """Return the report of another member's command that began or stopped to wait, or None.

    Args:
        happened: An event, already in the mirror.
        cache: The mirror, with the reader's seats.
        now_ms: The time; replayed events older than a while are only in the list.
    """
    event, me = happened.event, cache.me()
    if not isinstance(event, ProposalMoved | ProposalEnded) or me is None:
        return None
    if happened.author == MemberAuthor(id=me.id) or happened.at < instant(now_ms) - FRESH:
        return None
    proposal = event.proposal
    is_key = proposal.to_few or proposal.key_of_commons
    concerns = is_key or proposal.board in cache.seated()
    return ProposalTold(proposal) if concerns else None


def _said(event: Event | None) -> Post | Line | None:
    match event:
        case ThreadPublished(post=post) | PostPublished(post=post):
            return post
        case LineSaid(line=line):
            return line
        case _:
            return None


def _why(said: Post | Line, me: MemberId) -> AttentionReason:
    """Return the reason to call the reader; the server names the answered member (protocol 11.3)."""
    if me in said.mentions:
        return AttentionReason.MENTION
    answers = isinstance(said, Post) and said.answers == me
    return AttentionReason.ANSWER if answers else AttentionReason.NEW
