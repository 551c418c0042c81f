"""What acts about packs and moves changed, in words: where a board came from, and where it goes. Pure."""

from bbs.features.community.keys import shorten_key
from bbs.features.moderation.messages import Change
from bbs.plural import counted, size_text

_PACK_KINDS = {
    "server": "a copy that its server made",
    "lifeboat": "a lifeboat, which a member made from their own copy: nothing proves its words",
    "move": "it moved here",
}
"""What the pack was, by its kind as the act names it."""


def describe_pack_change(change: Change) -> str | None:
    """Return what an act about a pack or a move changed; empty for nothing to say, None for any other change."""
    match change:
        case Change(field="announced_to" | "moves_to", said_after=str(place)):
            return f"it is to be {place}"
        case Change(field="moves_to", said_before=str(place)):
            return f"it was to be {place}"
        case Change(field="handed_to", said_after=str(place)):
            return f"it is {place} now"
        case Change(field="new_community", said_after=str(title)):
            return f"that is {title}"
        case Change(field="came_from", said_after=str(home)):
            return f"it was {home}"
        case Change(field="pack_kind", after=str(kind)):
            return _PACK_KINDS.get(kind, kind)
        case Change(field="signed_with", after=str(key)):
            return f"signed with the key {shorten_key(key)}"
        case Change(field="signed_with"):
            return "signed by no server"
        case Change(field="size_bytes", after=int(size)):
            return f"a file of {size_text(size)}"
        case Change(field="words_ended", after=int(count)):
            return f"{counted(count, 'post')} without words since it was packed" if count else ""
        case Change(field="open", after=True):
            return "it is open now"
        case Change(field="unpacking"):
            return ""  # what was done says it
    return None
