"""`bbs admin threads import-mbox`: import a mailing list's archive as threads of a board."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, BinaryIO, cast

import click
from msgspec.structs import replace

from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, with_community
from bbs.features.boards.messages import Board
from bbs.features.threads.messages import ImportPosts
from bbs.features.threads.views import Mail
from bbs.ids import new_id
from bbs.mbox.errors import NoMails
from bbs.mbox.plan import NO_SUBJECT, Summary, batches, plan_import
from bbs.refusals import NotAllowed, Refused
from bbs.sdk import lookup
from bbs.terminal.error_report import PARTLY
from bbs.terminal.progress import Progress
from bbs.text import sanitize

CALL_SECONDS = 120.0  # a full batch waits until the server has handled what people write
REFUSALS_TOLD_MAX = 20
LINES_TOLD_MAX = 20  # for each reason; JSON has them all


@click.command(name="import-mbox")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--board", required=True, shell_complete=complete_board, help="Where it goes.")
@click.option("--dry-run", is_flag=True, help="Read and thread everything; add nothing.")
@with_community
async def import_mbox(caller: CliContext, file: str, board: str, dry_run: bool) -> int | None:
    """Import the mailing list archive FILE (mbox) into a board.

    Threads come from Message-ID, In-Reply-To and References; dates are kept; authors become
    imported names nobody can sign in as, without their addresses. Mail text stays as it is written:
    what Markdown would redraw stands in code blocks, patches too. A subject that differs from its
    thread's title stays with its mail. Forwarded mails stand in the text. Attachments are named, not
    kept. Nothing becomes unread, nobody is mentioned. A second import adds nothing. FILE may be
    packed with gzip.

    Says what was skipped, on which line of the file, and what was changed, and why. Every mail of
    the file is added, known already, twice in the file, or skipped. Exit code 3 if the server
    refused some of it.
    """
    place = await lookup.find_board(caller.community, board)
    progress = Progress(caller.out)
    with click.open_file(file, "rb") as archive:
        posts, summary = plan_import(
            cast("BinaryIO", archive),
            board=place.id,
            now=datetime.now(UTC),
            progress=partial(_show_read, progress),
        )
    if not summary.has_mails:
        raise NoMails(file)
    refused = await _send(caller, place, posts, summary, progress, dry_run=dry_run)
    progress.show("")
    _tell(caller, place, posts, summary, refused, dry_run)
    return PARTLY if refused else None


async def _send(
    caller: CliContext,
    board: Board,
    posts: Sequence[Mail],
    summary: Summary,
    progress: Progress,
    *,
    dry_run: bool,
) -> list[tuple[Mail, Refused]]:
    """Send the posts in batches; return those the server refused, each with its reason.

    In a dry run the server tries each post by itself, because it did not add the answered post.
    """
    refused: list[tuple[Mail, Refused]] = []
    if dry_run:
        posts = [replace(post, parent=None, title=post.title or NO_SUBJECT) for post in posts]
    waiting = list(batches(posts))
    import_id, sent = new_id(), 0
    while waiting:
        batch = waiting.pop(0)
        try:
            command = ImportPosts(board=board.id, posts=batch, batch=import_id, dry_run=dry_run)
            done = await caller.community.call(command, timeout_s=CALL_SECONDS)
        except Refused as error:
            if dry_run and isinstance(error, NotAllowed):
                raise
            if len(batch) == 1:
                refused.append((batch[0], error))
                summary.skipped[f"refused: {sanitize(str(error))}"] += 1
                if len(refused) == len(posts):
                    raise
            else:
                # The server refuses the whole batch for a single post: halve until that post is alone.
                half = len(batch) // 2
                waiting[:0] = [batch[:half], batch[half:]]
            continue
        summary.added += 0 if dry_run else done.added
        summary.known += done.known
        sent += len(batch)
        progress.show(f"sent {sent} of {len(posts)}")
    return refused


def _show_read(progress: Progress, count: int) -> None:
    if count % 100 == 0:
        progress.show(f"read {count}")


def _tell(
    caller: CliContext,
    board: Board,
    posts: Sequence[Mail],
    summary: Summary,
    refused: list[tuple[Mail, Refused]],
    dry_run: bool,
) -> None:
    would_add = len(posts) - summary.known - len(refused)
    value: dict[str, Any] = {"board": board.slug, "address": board.slug, "by": None}
    value |= vars(summary)
    value["refused"] = [
        {
            "post": post.id,
            "author": post.author,
            "at": post.at,
            "code": error.code,
            "message": str(error),
        }
        for post, error in refused
    ]
    if dry_run:
        value["would_send"] = would_add
    added = f"would be added {would_add}" if dry_run else f"added {summary.added}"
    skipped = sum(summary.skipped.values())
    lines = [
        f"in the file {summary.read} = {added} + known {summary.known}"
        f" + twice {summary.duplicates} + skipped {skipped}",
        f"threads   {summary.threads}",
    ]
    say = lines.append
    for reason, count in sorted(summary.skipped.items()):
        say(
            f"skipped   {count}: {sanitize(reason)}{_places(summary.skipped_lines.get(reason, []))}"
        )
    for reason, count in sorted(summary.changed.items()):
        say(f"changed   {count}: {sanitize(reason)}")
    for post, error in refused[:REFUSALS_TOLD_MAX]:
        say(f"refused   {sanitize(post.author)}, {post.at:%Y-%m-%d}: {sanitize(str(error))}")
    caller.out.result(value, lines)


def _places(lines: list[int]) -> str:
    """Return the line numbers of skipped mails, to be put behind the reason."""
    if not lines:
        return ""
    more = f" and {len(lines) - LINES_TOLD_MAX} more" if len(lines) > LINES_TOLD_MAX else ""
    return f" (line {', '.join(map(str, lines[:LINES_TOLD_MAX]))}{more})"
