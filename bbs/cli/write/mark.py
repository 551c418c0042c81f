"""`bbs mark`: mark posts as read, or as unread again; only the member sees it (P2)."""

import click

from bbs.address import BoardAddress, PostAddress, ThreadAddress, parse
from bbs.cli.completion_places import complete_place
from bbs.cli.context import CliContext, dry_run_option, with_connection_options
from bbs.features.reading.messages import GetUnread, MarkPosts
from bbs.features.threads.messages import GetThread
from bbs.plural import counted
from bbs.refusals import NotFound
from bbs.sdk import lookup


@click.command()
@click.argument("address", shell_complete=complete_place)
@click.option("--unread", is_flag=True, help="Mark as unread again.")
@dry_run_option
@with_connection_options
def mark(caller: CliContext, address: str, unread: bool, dry_run: bool) -> int | None:
    """Mark what ADDRESS names as read: a post, a whole thread, or everything unread on a board."""
    parsed = parse(address)
    if not isinstance(parsed, BoardAddress | ThreadAddress | PostAddress):
        raise click.UsageError("name a post, a thread or a board to mark, like garden/42/7")
    if unread and isinstance(parsed, BoardAddress):
        raise click.UsageError("a whole board cannot be made unread; name a thread")

    async def work() -> None:
        found = await lookup.find_address(caller.community, address)
        caller.out.learn(found)
        if found.thread is not None:
            first, last = 1, max(1, found.thread.posts)
            if isinstance(parsed, PostAddress):
                first = last = parsed.post
            spans = [(found.thread.id, first, last)]
            what = counted(last - first + 1, "post")
            told = f"{parsed}: {what} marked as {'unread' if unread else 'read'}."
        elif found.board is not None:
            listed = await caller.community.call(GetUnread(board=found.board.id))
            threads = [
                (await caller.community.call(GetThread(thread=entry.thread))).thread
                for entry in listed.threads
            ]
            caller.out.learn(threads)
            spans = [(thread.id, 1, max(1, thread.posts)) for thread in threads]
            posts = sum(entry.posts for entry in listed.threads)
            told = (
                f"{counted(posts, 'post')} in {counted(len(spans), 'thread')} marked as read."
                if spans
                else "Nothing was unread."
            )
        else:
            raise NotFound("thread")
        marks = []
        for thread, first, last in spans:
            command = MarkPosts(
                thread=thread, first=first, last=last, read=not unread, dry_run=dry_run
            )
            marks.append((await caller.community.call(command)).marks)
        caller.out.stream("marks", marks)
        if not dry_run:
            caller.out.say(told)

    return caller.run(work)
