"""What was meant for one, what one put aside, and thanks: seen by nobody else (P2)."""

from functools import partial
from typing import TYPE_CHECKING

from bbs.features.boards.messages import SeatState
from bbs.features.threads.views import Post
from bbs.plural import counted
from bbs_client.actions.table import BY_ID
from bbs_client.safe_text import safe_line
from bbs_client.session import destination
from bbs_client.session.destination import DestinationKind
from bbs_client.shell.looking import Looking

if TYPE_CHECKING:
    from bbs_client.features.reading.home import OpenTask

DRAFT_CHARS = 60  # of a draft, to know it by
_KINDS = {
    DestinationKind.LINE: "a line",
    DestinationKind.THREAD: "a thread",
    DestinationKind.POST: "an answer",
    DestinationKind.EDIT: "an edit",
    DestinationKind.FIRST: "an edit",
}


class Own(Looking):
    """The keys to what is one's own."""

    def action_saved(self) -> None:
        """Show what one has put aside."""
        from bbs_client.features.reading.saved import SavedDialog

        self.app.push_screen(
            SavedDialog(self.session, self.session.connection.call), self._to_chosen
        )

    def action_inbox(self) -> None:
        """Show what was meant for one: answers, mentions, thanks and notices."""
        from bbs_client.features.reading.inbox import InboxDialog

        self.app.push_screen(
            InboxDialog(self.session, self.session.connection.call), self._to_chosen
        )

    def _to_chosen(self, post: Post | None) -> None:
        if post is not None:
            self.go_to_post(post)

    # What waits beside what is to be read

    def asides(self) -> "list[OpenTask]":
        """Return refusals, what is to be sent, drafts and offered seats, each leading there."""
        from bbs_client.features.reading.home import OpenTask

        session = self.session
        pending = session.pending()
        refused = sum(1 for item in pending if item.reason)
        found = []
        show_outbox = partial(self.surface.run, BY_ID["outbox"])
        if refused:
            says = f"{counted(refused, 'refusal')} to look at"
            found.append(OpenTask("refused", says, show_outbox))
        if len(pending) > refused:
            says = f"{len(pending) - refused} to be sent"
            found.append(OpenTask("unsent", says, show_outbox))
        for draft in session.drafts.all():
            where = destination.parse(draft.destination)
            if where is not None:
                says = f"draft of {_KINDS[where.kind]} in {session.slug(where.board)}: "
                begins = says + safe_line(draft.text[:DRAFT_CHARS])
                found.append(
                    OpenTask(draft.destination, begins, partial(self._resume, draft.destination))
                )
        for row in session.cache.boards():
            if row.seat is not None and row.seat.state is SeatState.OFFERED:
                says = f"a seat is offered to you: {safe_line(row.board.title, '?')}"
                found.append(OpenTask(row.board.id, says, partial(self._to_seat, row.board.id)))
        return found

    def _to_seat(self, board: str) -> None:
        self.open_board(board)
        self.boards.go_to(board)
        self.surface.run(BY_ID["seat"])

    def _resume(self, draft: str) -> None:
        from bbs_client.actions.unsent import resume

        self.surface.start(partial(resume, self.surface, draft))
