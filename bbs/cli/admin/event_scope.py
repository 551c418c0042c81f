"""Which streams `bbs admin events` follows, and which of their events it prints."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bbs import limits
from bbs.features.boards.messages import Board
from bbs.features.boards.seat_messages import Seat, SeatChanged, SeatState
from bbs.features.cases.listing import list_cases
from bbs.features.cases.messages import CaseChanged, CaseWaits, ListCases
from bbs.features.cases.views import CaseLevel, CaseState
from bbs.ids import COMMONS, BoardId, MemberId
from bbs.refusals import Refused
from bbs.sdk import lookup
from bbs.sdk.following import FROM_ITS_BEGIN, EventFollower
from bbs.sdk.updates import EventHappened
from bbs.streams import StreamKind, all_board_streams, case_stream, member_stream, stream_parts
from bbs.terminal.event_lines import OWN_STREAM_KINDS, board_of
from bbs.wire.event_cursor import EventCursor

if TYPE_CHECKING:
    from bbs.sdk.community import Community


@dataclass
class EventScope:
    """What a moderator's script hears of.

    Attributes:
        community: Connected.
        follower: Follows its streams.
        boards: The boards.
        is_given: Whether the caller named them; else a new office adds its board.
        kinds: The kinds of events; None for all.
        since: The cursor that the caller gave.
    """

    community: "Community"
    follower: EventFollower
    boards: set[BoardId]
    is_given: bool = False
    kinds: frozenset[str] | None = None
    since: EventCursor | None = None

    @classmethod
    async def make(
        cls,
        community: "Community",
        slugs: tuple[str, ...],
        kinds: frozenset[str] | None,
        since: EventCursor | None,
    ) -> "EventScope":
        """Find the boards: those named; without a name, the commons and where the caller is in office.

        Raises:
            NotFound: If there is no such board for the caller.
            BadParams: If a name is no board's.
        """
        found: list[Board] = [await lookup.find_board(community, slug) for slug in slugs]
        boards = {board.id for board in found}
        if not slugs:
            seats = (await lookup.list_boards(community)).seats
            boards = {COMMONS, *(seat.board for seat in seats if _is_office(seat))}
        follower = EventFollower(community, since)
        return cls(community, follower, boards, bool(slugs), kinds, since)

    async def begin(self) -> None:
        """Begin to follow: the boards, their desks, the open cases, and the caller's own stream."""
        streams = [each for board in sorted(self.boards) for each in all_board_streams(board)]
        if (me := self._me) is not None:
            streams.append(member_stream(me))
        kept = () if self.since is None else self.since.places
        cases = [each for each in kept if stream_parts(each).kind == StreamKind.CASE]
        await self.follower.follow([*streams, *cases])
        begin = {} if self.since is None else {"begin": FROM_ITS_BEGIN}
        await self.follower.follow(await self._open_cases(), **begin)

    async def _open_cases(self) -> list[str]:
        """Return the streams of the cases that the caller may handle; none for a token."""
        try:
            listed = await list_cases(self.community.call, ListCases(limit=limits.PAGE_ITEMS_MAX))
        except Refused:
            return []
        return [
            case_stream(head.id)
            for head in listed.cases
            if self._is_of_boards(head.board, is_passed_on=head.level is not CaseLevel.BOARD)
        ]

    async def hear(self, happened: EventHappened) -> None:
        """Follow what an event tells of before it is printed, so that its cursor has that, too."""
        match happened.event:
            case CaseWaits(case=case):
                await self.follower.follow([case_stream(case)], begin=FROM_ITS_BEGIN)
            case CaseChanged(head=head):
                is_over = head.state is CaseState.CLOSED
                self.follower.leave_out(happened.stream, is_over=is_over)
            case SeatChanged(seat=seat) if seat.member == self._me and _is_office(seat):
                if not self.is_given:
                    self.boards.add(seat.board)
                if seat.board in self.boards:
                    await self.follower.follow(all_board_streams(seat.board))

    def wants(self, happened: EventHappened) -> bool:
        """Return whether an event is to be printed."""
        if self.kinds is not None and happened.kind not in self.kinds:
            return False
        board = board_of(happened) or ""
        match stream_parts(happened.stream).kind:
            case StreamKind.MEMBER:
                return happened.kind in OWN_STREAM_KINDS and self._is_of_boards(board)
            case StreamKind.CASE if isinstance(happened.event, CaseChanged):
                level = happened.event.head.level
                return self._is_of_boards(board, is_passed_on=level is not CaseLevel.BOARD)
        return True

    def _is_of_boards(self, board: BoardId, *, is_passed_on: bool = False) -> bool:
        return (
            not self.is_given or board in self.boards or (is_passed_on and COMMONS in self.boards)
        )

    @property
    def _me(self) -> MemberId | None:
        """The caller, from a device: a token does not read its owner's stream."""
        me = self.community.me
        return None if me is None or me.session.token else me.member.id


def _is_office(seat: Seat) -> bool:
    return seat.moderator and seat.state is SeatState.SEATED
