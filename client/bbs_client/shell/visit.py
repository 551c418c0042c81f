"""One community of this device, opened: what its profile keeps, its link, and its screen."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from bbs.features.members.views import MemberAuthor
from bbs_client.safe_text import handle_of
from bbs_client.session.events import AttentionNeeded, AttentionReason
from bbs_client.session.session import Session
from bbs_client.shell.main import MainScreen

if TYPE_CHECKING:
    from bbs_client.session.events import SessionEvent
    from bbs_client.shell.program import ScreenProgram

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
        session: What it keeps, opened.
        main: Its reading screen.
    """

    def __init__(
        self,
        name: str,
        session: Session,
        program: "ScreenProgram",
        tell: "Callable[[OpenCommunity, SessionEvent], None]",
    ) -> None:
        """Put it together; nothing runs yet.

        Args:
            name: The profile's; the name of its screens too.
            session: What it keeps, opened.
            program: What the app has only one of.
            tell: Told the news of this community.
        """
        self.name = name
        self.mode = f"visit:{name}"
        self.session = session
        self.main = MainScreen(session, program)
        session.listener = partial(tell, self)

    def called(self, call: AttentionNeeded) -> str:
        """Return what to say of a call: who, where and why, and never what they wrote (P13)."""
        who = handle_of(MemberAuthor(id=call.member), self.session.members)
        place = self.session.slug(call.board)
        return f"{who} {_SAYS[call.why]} in {place} · {self.session.community}"
