"""What a pack is, and how far it has come, in lines for people. Pure."""

from collections.abc import Mapping

from bbs.features.packs.move_views import Move
from bbs.features.packs.unpack_messages import Unpacking, UnpackState
from bbs.features.packs.unpack_rules import visibility_here
from bbs.features.packs.views import PackHeading, PackKind
from bbs.plural import counted, size_text
from bbs.text import sanitize
from bbs.wire.pack_reader import PackSummary

_STATES = {
    UnpackState.RECEIVING: "the file is on its way",
    UnpackState.CHECKING: "the server reads all of it",
    UnpackState.WRITING: "the server writes the board; nobody sees it yet",
    UnpackState.CLEARING: "the server takes away what it wrote",
    UnpackState.WHOLE: "all of it is here; the board waits for its old server's last list",
    UnpackState.OPEN: "the board is open",
    UnpackState.REFUSED: "the server refused it; nothing of it is left",
    UnpackState.STOPPED: "it was stopped; nothing of it is left",
}

_SEEN_BY = {
    "members": "every member reads it",
    "unlisted": "members who know its address read it",
    "private": "only who has a seat on it reads it",
}


def describe_state(unpacking: Unpacking) -> str:
    """Return how far a pack has come, as a part of a sentence."""
    return _STATES[unpacking.state]


def share_text(unpacking: Unpacking) -> str:
    """Return how much of the present step is done, as `checking: 40%`."""
    done = {
        UnpackState.RECEIVING: unpacking.arrived,
        UnpackState.CHECKING: unpacking.checked,
        UnpackState.WRITING: unpacking.written,
    }.get(unpacking.state, unpacking.size)
    return f"{unpacking.state.value}: {done * 100 // unpacking.size}%"


def pack_lines(summary: PackSummary, slug: str, known: Mapping[str, str]) -> list[str]:
    """Return what a file is, for whoever decides whether to unpack it.

    Args:
        slug: The name that the board gets.
        known: The profiles of this device by the key by which they know their server.
    """
    heading, settings = summary.heading, summary.settings.settings
    seen = visibility_here(heading.kind, settings.visibility)
    title = sanitize(settings.title or "")
    return [
        f"board     {title} ({slug}), {_SEEN_BY[seen.value]}",
        *(
            f"home      {sanitize(home.slug)} at {sanitize(home.host)}, {sanitize(home.community)}"
            for home in heading.homes
        ),
        f"signed    {_signed(summary, known)}",
        f"words     {counted(summary.posts, 'post')} in {counted(summary.threads, 'thread')}"
        f" by {counted(summary.authors, 'author')}; {size_text(summary.size)}",
        "          who wrote in several threads is counted in each",
        f"norms     {counted(summary.norms, 'version')}; log: {counted(summary.acts, 'act')}",
        "missing   " + _missing(heading),
    ]


def home_line(move: Move) -> str:
    """Return what becomes of a board that moved away from here, and comes home."""
    host = sanitize(move.host)
    return (
        f"home      it moved away from here, to {host}: it comes home. What is left of it here goes, words that"
        " ended here stay ended, and its seats and log stay. Until it opens, its address leads there"
    )


def _signed(summary: PackSummary, known: Mapping[str, str]) -> str:
    if summary.heading.kind is PackKind.LIFEBOAT:
        return "by nobody: a member made it from a mirror, and nothing proves its words"
    last = summary.heading.homes[-1]
    profile = known.get(last.key)
    if profile is not None:
        return f"by {sanitize(last.host)}, with the key that the profile {profile} knows"
    return f"by {sanitize(last.host)}, with a key that no profile of this device knows"


def _missing(heading: PackHeading) -> str:
    never = (
        "lounge, letters, seats, cases, earlier wordings; words hidden or taken back are markers"
    )
    if heading.kind is PackKind.LIFEBOAT:
        return f"what the mirror did not have, and all names; {never}"
    return never
