"""All members by their handles: only what every member may know, nobody counted or ranked (P2)."""

from collections.abc import Mapping

from textual.content import Content
from textual.widgets import Static

from bbs.clock import to_ms
from bbs.features.boards.seat_messages import SeatState
from bbs.features.members.views import Member, MemberState
from bbs.features.reading.views import Stance
from bbs.terminal.member_text import describe_away
from bbs.terminal.state_text import MEMBER_STATES
from bbs_client.hues import hue_of_board, member_hue
from bbs_client.safe_text import board_title, safe_line
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.page import Page
from bbs_client.widgets.rows import aligned

_STANCES = {Stance.FOLLOW: "followed", Stance.MUTE: "muted"}


class MemberList(BlockView):
    """A row for each member, by handle."""

    EMPTY = "No member is on this device yet; the connection brings them."

    def __init__(self, session: Session) -> None:
        """Make an empty list.

        Args:
            session: The session with the members, boards and seats.
        """
        super().__init__()
        self._session = session
        self._shared: dict[str, list[tuple[str, str]]] = {}
        self._stances: Mapping[str, Stance] = {}

    def reload(self) -> None:
        """Read members and seats again."""
        session = self._session
        self._shared, self._stances = {}, session.cache.stances("member")
        for row in session.cache.boards():
            if not row.is_seated:
                continue
            name = board_title(row.board), hue_of_board(row.board)
            for seat in session.cache.seats(row.board.id):
                if seat.state is SeatState.SEATED:
                    self._shared.setdefault(seat.member, []).append(name)
        members = (one for one in session.members.values() if not one.has_left)
        ordered = sorted(members, key=lambda one: (one.handle or "~", one.id))
        self.set_keys(member.id for member in ordered)

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a member: handle, name, what else holds, the boards that both sit on, and since when."""
        session, member = self._session, self._session.members[self.keys[index]]
        parts: list[str | tuple[str, str]] = [
            (safe_line(member.handle, "?"), f"{member_hue(member.id)}"),
            f"  {safe_line(member.name)}",
            *((f"  {word}", "dim") for word in self._words(member)),
        ]
        if member != session.me:
            for place, (name, hue) in enumerate(self._shared.get(member.id, ())):
                parts += [("  on " if not place else ", ", "dim"), (name, hue)]
        since = session.times.short(member.joined_at) if member.joined_at is not None else ""
        return [aligned(Content.assemble(*parts), since, width)]

    def _words(self, member: Member) -> list[str]:
        """Return what else holds of a member, in words."""
        session = self._session
        away = describe_away(member, to_ms(session.now()), session.times.day)
        stance = _STANCES.get(self._stances.get(member.id, Stance.NONE))
        return [
            word
            for word, holds in (
                ("you", member == session.me),
                ("runs this server", member.sysop),
                (MEMBER_STATES[member.state], member.state is MemberState.WAITING),
                ("here", member.id in session.cache.here),
                (safe_line(away), bool(away)),
                (stance or "", stance is not None),
            )
            if holds
        ]


class MembersPage(Page[str]):
    """The members. Answers the id of the member to show."""

    extra_keys = (("Enter", "open"),)

    def __init__(self, session: Session, at: str = "") -> None:
        """Show all members.

        Args:
            session: The session with the members.
            at: The member under the cursor, by id; empty for the first.
        """
        about = Static(_ABOUT, classes="about", markup=False)
        self._list, self._at = MemberList(session), at
        super().__init__(session, "Members", about, self._list, fact="member since")

    def on_mount(self) -> None:
        """Fill the list, and go to where the reader was."""
        super().on_mount()
        self.refresh_live()
        self._list.focus()
        if (place := self._list.keys.index_of(self._at)) is not None:
            self._list.jump(place)

    def refresh_live(self) -> None:
        """Show the members as they are now."""
        self._list.reload()

    def chosen(self, key: str) -> None:
        """Answer with the member."""
        self.dismiss(key)


_ABOUT = "Members by handle, with the boards on which you both have a seat."
