"""Describe words that are hidden by a clause, for those who may read them. Pure."""

from collections.abc import Callable

from bbs.features.members.author_text import author_name
from bbs.features.threads.hiding_messages import HiddenTextResult
from bbs.sdk.lookup import Members
from bbs.terminal.act_text import describe_act
from bbs.terminal.output import local_time
from bbs.text import sanitize


def hidden_lines(
    found: HiddenTextResult, members: Members, slug: Callable[[str], str]
) -> list[str]:
    """Return hidden text as lines of clean text: the act, the end, the author, the text.

    Args:
        found: The server's answer.
        members: By id.
        slug: Returns a board's name by its id.
    """
    lines = [] if found.act is None else [describe_act(found.act, members, slug)]
    said = found.post or found.line
    if said is not None and said.hold_until is not None:
        lines.append(f"held until {local_time(found.until)}; shown again then, if nobody decides")
    else:
        lines.append(f"kept until {local_time(found.until)}, if their own end does not come before")
    if found.title is not None:
        lines += ["", sanitize(found.title)]
    if said is not None:
        lines += ["", f"#{said.number or '-'} {author_name(said.author, members)}"]
        lines += sanitize(said.body or "", multiline=True).split("\n")
    return lines
