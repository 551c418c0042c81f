"""One community of this device, opened: what its profile keeps, its link, and its screen."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from bbs.features.members.views import MemberAuthor
from bbs_client.session_events import AttentionNeeded, AttentionReason, OnlineChanged, SignedOut
from bbs_client.shell.main import MainScreen
from bbs_client.widgets.house import House
from bbs_client.widgets.safe_text import handle_of, safe_line

if TYPE_CHECKING:
    from bbs_client.link import CommunitySession
    from bbs_client.session_events import SessionEvent

    MakeLink = Callable[[Callable[[SessionEvent], None]], CommunitySession]

_SAYS = {
    AttentionReason.MENTION: "mentions you",
    AttentionReason.ANSWER: "answered you",
    AttentionReason.NEW: "wrote",
}


class OpenCommunity:
    """A community that is open in the client. Nothing of it is known to another one.

    Attributes:
        name: The profile's.
        mode: What the app calls its stack of screens.
        house: Mirror, outbox and drafts, opened.
        main: Its reading screen.
    """

    def __init__(
        self,
        name: str,
        house: House,
        make_link: "MakeLink",
        tell: "Callable[[OpenCommunity, SessionEvent], None]",
    ) -> None:
        """Put it together; nothing runs yet.

        Args:
            name: The profile's; the name of its screens too.
            house: What it keeps, opened.
            make_link: Makes the link, given whom to tell its news.
            tell: Told the news of this community.
        """
        self.name = name
        self.mode = f"visit:{name}"
        self.house = house
        self.main = MainScreen(house, lambda: self.link)
        self._make_link = make_link
        self._tell = tell

    @cached_property
    def link(self) -> "CommunitySession":
        """The way to the server, made when it is first needed."""
        return self._make_link(lambda news: self._tell(self, news))

    def called(self, call: AttentionNeeded) -> str:
        """Return what to say of a call: who, where and why, and never what they wrote (P13)."""
        who = handle_of(MemberAuthor(id=call.member), self.house.members)
        place = self.house.slug(call.board)
        return f"{who} {_SAYS[call.why]} in {place} · {self.house.community}"

    def note_in_background(self, news: "SessionEvent") -> None:
        """Take note of what the link tells while another community is shown.

        Whatever else changed is in the mirror and the outbox, and drawn on coming back.
        """
        match news:
            case OnlineChanged(online=online, reason=reason):
                self.house.online, self.house.reason = online, safe_line(reason)
            case SignedOut():
                self.house.online, self.house.reason = False, "signed out"
