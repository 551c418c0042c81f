"""What only a desk hears, and what was lost, in sentences for `bbs admin events`."""

from collections.abc import Callable, Mapping

from bbs.features.arriving.messages import PostAsked, PostDecided
from bbs.features.batches.messages import BatchChanged
from bbs.features.boards.application_messages import ApplicationAtDesk
from bbs.features.cases.appeal_messages import AppealWaits
from bbs.features.cases.messages import CaseChanged, CaseWaits
from bbs.features.members.author_text import author_name
from bbs.features.members.views import Member
from bbs.features.threads.messages import PostHeld
from bbs.messages import Event
from bbs.plural import counted
from bbs.sdk.following import StreamLost, Why
from bbs.streams import StreamKind, stream_parts
from bbs.terminal.batch_text import STATES
from bbs.terminal.case_text import describe_state
from bbs.terminal.output import local_time
from bbs.text import sanitize

_WHY = {
    Why.RIGHTS: "you may not read it any longer",
    Why.LOG: "the server does not keep them so long",
    Why.EPOCH: "the server was restored from a backup",
    Why.HISTORY: "the server went back to an earlier state",
    Why.FULL: "more streams than one cursor holds",
}


def describe_at_desk(
    event: Event | None, members: Mapping[str, Member], slug: Callable[[str], str]
) -> str | None:
    """Return an event of a desk or a case as a clean sentence; None if it needs none.

    Args:
        event: The event.
        members: By id.
        slug: What a board is called in addresses.
    """
    match event:
        case CaseWaits(board=board, number=number):
            return f"case {slug(board)}/case/{number}: something changed"
        case CaseChanged(head=head):
            place = f"{slug(head.board)}/case/{head.number}"
            return f"case {place}: {describe_state(head, local_time)}"
        case AppealWaits(board=board):
            return f"an appeal waits for {slug(board)}, or waits no more"
        case ApplicationAtDesk(board=board, number=number, state=state):
            return f"application {number} at {slug(board)}: {state.value}"
        case PostHeld(post=post):
            who = sanitize(author_name(post.author, dict(members)))
            return f"a post of {who} is held on {slug(post.board)}"
        case PostAsked(held=held):
            return f"a post has waited on {slug(held.post.board)} for a while"
        case PostDecided(board=board, state=state):
            return f"a held post on {slug(board)}: {state.value}"
        case BatchChanged(batch=batch):
            return f"a batch of {counted(batch.count, 'item')} on {slug(batch.board)}: {STATES[batch.state]}"
    return None


def describe_lost(lost: StreamLost, slug: Callable[[str], str]) -> str:
    """Return that events of a stream may be missing, as a clean sentence."""
    kind, owner = stream_parts(lost.stream)
    places = {
        StreamKind.BOARD: f"of {slug(owner)}",
        StreamKind.LOUNGE: f"of the lounge of {slug(owner)}",
        StreamKind.DESK: f"of the desk of {slug(owner)}",
        StreamKind.CASE: "of a case",
    }
    place = places.get(StreamKind(kind), "of your own")
    return f"events {place} may be missing here: {_WHY[lost.why]}"
