"""The reading screen whole: panes, the keys that walk, write and look up, and the link's news."""

from typing import ClassVar, Protocol, runtime_checkable

from textual.binding import BindingType

from bbs_client.actions.action import KeyScope
from bbs_client.actions.table import BY_ID
from bbs_client.keys import bindings, key_of
from bbs_client.safe_text import safe_line
from bbs_client.session.events import (
    CommandRefused,
    MirrorChanged,
    NewEpoch,
    NoticesChanged,
    OnlineChanged,
    SessionEvent,
    SignedOut,
    SyncProgress,
)
from bbs_client.session.session import Session
from bbs_client.shell.choices import Choices
from bbs_client.shell.commanding import Commanding
from bbs_client.shell.frame import fetching
from bbs_client.shell.own import Own
from bbs_client.shell.panes import Panes
from bbs_client.shell.surface import ScreenSurface
from bbs_client.shell.within import Within


@runtime_checkable
class LiveDialog(Protocol):
    """What is shown over the panes and goes on following the mirror."""

    def refresh_live(self) -> None:
        """Read it again."""
        ...


class MainScreen(Commanding, Own, Within, Choices, Panes):
    """Where one reads and writes. Everything else opens over it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(KeyScope.READING, first=True, runs=True),
        # Help takes what is typed: letters typed ahead of it must not be taken for keys.
        *bindings(KeyScope.EVERYWHERE, only={"help"}, first=True),
    ]

    def __init__(self, session: Session) -> None:
        """Make the screen of a session."""
        super().__init__(session)
        self.surface = ScreenSurface(self)

    def action_do(self, id: str) -> None:
        """Do an action of the table."""
        self.surface.run(BY_ID[id])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave letters to the composer while somebody writes."""
        if (action == "do" or action in BY_ID) and self.composing:
            return False
        return super().check_action(action, parameters)

    async def action_help(self) -> None:
        """Show all keys."""
        await self.app.run_action("app.help")

    def hear(self, news: SessionEvent) -> None:
        """Show what the link tells.

        Args:
            news: Any of `bbs_client.session.events`.
        """
        match news:
            case OnlineChanged() | MirrorChanged():
                self.refresh_soon()
            case CommandRefused(item=item):
                self.tell(f"Refused: {item.error} ({key_of('outbox')} shows it)", warn=True)
                if self.is_complete:
                    self.writing.give_back(item.id)
                self.refresh_soon()
            case SyncProgress(done=done, total=total, what=what):
                self.session.reason = (
                    "" if done >= total else fetching(done, total, safe_line(what))
                )
                self.show_state()
            case NoticesChanged(motd=motd, clock_doubt=doubt):
                if doubt is not None:
                    # Late: the first painting needs no rules.
                    from bbs.features.community.rules import advise_on_clock

                    self.tell(advise_on_clock(doubt), warn=True)
                elif motd:
                    self.tell(f"Message of the day: {motd}")
                self.show_state()
            case NewEpoch():
                self.tell("The server went back to an earlier state; everything is fetched again.")
            case SignedOut(reason=reason):
                self.tell(
                    f"This device was signed out ({reason}) and its local copy was deleted. Your drafts and"
                    " unsent posts are kept. Sign in again with bbs sign-in.",
                    warn=True,
                )
                self.refresh_soon()

    def refresh_all(self) -> None:
        """Read everything on the screen from the mirror again, open dialogs included."""
        super().refresh_all()
        for screen in self.app.screen_stack:
            # One that is only opening reads the mirror itself in a moment.
            if isinstance(screen, LiveDialog) and screen.is_mounted:
                screen.refresh_live()
