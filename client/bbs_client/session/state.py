"""What is not as usual about a session, in words: the same facts on every surface (looks, section 7)."""

from collections.abc import Callable
from datetime import timedelta
from math import ceil

from bbs.features.members.views import MemberState
from bbs.plural import counted
from bbs_client.session.session import Session

SIGNED_OUT = "This device is signed out."
OLD_KEY = "The server knows this device's key no more"
ERASED_HERE = (
    "What it had fetched is erased, boards kept as lifeboats too; files you made of them stay."
)
PROGRESS_CELLS = 8
SHORT_CUT = timedelta(seconds=3)  # a shorter one moves no row under the reader's eye
_POSTS = frozenset({"threads.post", "threads.start", "threads.say"})


def is_outside(session: Session) -> bool:
    """Return whether the reader has no seat in the community yet."""
    return session.me is not None and session.me.state is MemberState.WAITING


def is_leaving(session: Session) -> bool:
    """Return whether the reader has left the community, and can still come back."""
    return session.me is not None and session.me.state is MemberState.LEAVING


def describe_fetching(session: Session) -> str:
    """Return how far a first fetch is, as a bar and in numbers; empty if there is none."""
    if session.fetching is None:
        return ""
    done, total = session.fetching
    full = PROGRESS_CELLS * done // total
    bar = "━" * full + "╌" * (PROGRESS_CELLS - full)
    return f"fetching {bar} {done} of {total} boards"


def describe_absent(session: Session) -> str:
    """Return why an empty list says nothing yet; empty once this device knows what there is."""
    if session.signed_out:
        return "Nothing that was fetched is here any more."
    if session.cache.epoch() is not None or (not session.fetching and session.cache.boards()):
        return ""
    if session.is_connecting:
        return "Connecting to the server."
    if session.online:
        return "Being fetched for the first time."
    return "You are offline, and nothing was fetched to this device yet."


def describe_slowing(wait_s: float) -> str:
    """Return when the next words are sent to a server that was sent too many at once."""
    wait = f"{ceil(wait_s)} s" if wait_s < 100 else counted(ceil(wait_s / 60), "minute")
    return f"That was quick. You can send the next one in {wait}; your words are kept."


def describe_return(session: Session) -> str:
    """Return what happens to unsent words once the connection is back; empty if there are none."""
    waiting = [item for item in session.pending() if not item.reason]
    if not waiting:
        return ""
    what = "post" if all(item.method in _POSTS for item in waiting) else "thing"
    are = "is" if len(waiting) == 1 else "are"
    return f"Back. {counted(len(waiting), what)} {are} being sent."


def describe_state(session: Session, key_of: Callable[[str], str]) -> list[str]:
    """Return the sentences about a session that cannot do all it should; none if it can.

    Args:
        session: The reader's session.
        key_of: Returns the key of an action, by its id.
    """
    if session.signed_out:
        from bbs_client.session.returning import how_to_sign_in  # late: seldom

        if session.left is not None:
            until = session.times.near(session.left.until)
            return [
                f"You left {session.community}. Until {until} you can come back: {key_of('leave')}.",
                ERASED_HERE,
            ]
        was = "was signed out from another one, or by the server"
        by_key = (
            f"{key_of('try_now')} signs in again by this device's key. If the key has ended too,"
        )
        return [
            f"This device {was if session.was_online else 'is signed out'}.",
            ERASED_HERE,
            "Your drafts are kept until you say otherwise.",
            f"{by_key if session.connection.has_key else 'To come back,'} quit and type:",
            how_to_sign_in(session),
        ]
    since = session.offline_since
    if since is None or (session.was_online and session.now() - since < SHORT_CUT):
        return []
    why = f": {session.reason}" if session.reason else ""
    return [
        f"You are offline since {session.times.clock(since)}{why}. You can read what is on this"
        " device and write; it is sent when the connection is back."
    ]
