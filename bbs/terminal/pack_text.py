"""What surfaces say of a pack: what it holds, who signed it, and whose it is (protocol 29)."""

from collections.abc import Iterator

from bbs.features.packs.views import PackKind
from bbs.plural import counted, size_text
from bbs.text import sanitize
from bbs.wire.pack_reader import PackSummary

TAKEN_AWAY = (
    "The file is yours from here on, and with it the trust of those whose words are in it: what fades,"
    " is withdrawn or erased in the community is not erased in the file (P10)."
)
"""Said to who takes a board along."""


def describe_pack(summary: PackSummary) -> Iterator[str]:
    """Yield what a pack is, a line each: the board, how much it holds, where it stood, who signed it."""
    heading, last = summary.heading, summary.heading.homes[-1]
    made = "a lifeboat" if heading.kind is PackKind.LIFEBOAT else "a pack"
    yield f"board     {last.slug} of {last.host} ({sanitize(last.community)}), {made}"
    yield (
        f"holds     {counted(summary.threads, 'thread')}, {counted(summary.posts, 'post')},"
        f" {counted(summary.acts, 'act')}; {size_text(summary.size)}"
    )
    for home in heading.homes[:-1]:
        yield f"stood at  {home.slug} of {home.host} ({sanitize(home.community)})"
    for each in summary.signatures:
        yield f"signed    {each.at:%Y-%m-%d %H:%M} UTC by {each.host}, key {each.key}"
    if not summary.signatures:
        yield "signed    by nobody: nothing proves its words"
    yield f"digest    {summary.digest}"
