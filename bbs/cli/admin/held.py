"""`bbs admin posts held|show|publish|decline`, `members guards`: what guards of newcomers hold."""

import click

from bbs import limits
from bbs.cli.account.devices import check_id_prefix
from bbs.cli.completion_places import complete_held
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.arriving.messages import (
    DeclinePost,
    ListHeldPosts,
    ListNewcomers,
    PublishPost,
)
from bbs.features.arriving.views import HeldPost
from bbs.features.members.author_text import author_name, member_name
from bbs.refusals import Conflict, NotFound
from bbs.sdk import lookup
from bbs.terminal.arriving_text import WHY_HELD, describe_guard, posts_counted
from bbs.terminal.input_text import read_line
from bbs.terminal.output import local_time, table
from bbs.text import sanitize


@click.command()
@click.argument("board", required=False, shell_complete=complete_board)
@with_community
async def held(caller: CliContext, board: str | None) -> None:
    """List what you may decide about, on BOARD or on all boards, the oldest first."""
    community = caller.community
    found = await _waiting(caller, board)
    members = await lookup.list_members(community)
    boards = {each.id: each.label for each in (await lookup.list_boards(community)).boards}
    rows = [
        [
            each.post.id[:8],
            boards.get(each.post.board, ""),
            author_name(each.post.author, members),
            local_time(each.post.at),
            WHY_HELD[each.post.approval] if each.post.approval else "",
            local_time(each.post.visible_at),
        ]
        for each in found
    ]
    heads = ("POST", "BOARD", "MEMBER", "SINCE", "WHY", "PUBLISHED BY ITSELF")
    caller.out.stream("held", found, lines=table(rows, heads), nothing="No post waits.")


@click.command()
@click.argument("post", callback=check_id_prefix, shell_complete=complete_held)
@with_community
async def show(caller: CliContext, post: str) -> None:
    """Show a post that waits; the first characters of its id are enough."""
    one = _found(await _waiting(caller, None), post)
    members = await lookup.list_members(caller.community)
    lines = [f"{author_name(one.post.author, members)}, since {local_time(one.post.at)}", ""]
    if one.thread is not None:
        lines += [sanitize(one.thread.title or ""), ""]
    lines += sanitize(one.post.body or "", multiline=True).splitlines()
    lines += ["", f"Without a decision it is published on {local_time(one.post.visible_at)}."]
    caller.out.result(one, lines)


@click.command()
@click.argument("post", callback=check_id_prefix, shell_complete=complete_held)
@dry_run_option
@with_community
async def publish(caller: CliContext, post: str, dry_run: bool) -> None:
    """Publish a post that waits. The board's log names you, and not whose post it was."""
    one = _found(await _waiting(caller, None), post)
    done = await caller.community.call(
        PublishPost(
            board=one.post.board,
            post=one.post.id,
            if_revision=one.post.revision,
            dry_run=dry_run,
        )
    )
    caller.out.done(done, f"Published {one.post.id}")


@click.command()
@click.argument("post", callback=check_id_prefix, shell_complete=complete_held)
@click.option("--word", help="A kind word, one line: author and readers of the note read it.")
@click.option(
    "--norm",
    type=click.IntRange(1, limits.NORMS_MAX),
    help="The number of a clause of the board's norms.",
)
@dry_run_option
@with_community
async def decline(
    caller: CliContext, post: str, word: str | None, norm: int | None, dry_run: bool
) -> None:
    """Decline a post that waits, with a kind word, a clause, or both.

    Its author is told, and keeps the words to write them anew. The board's log names you, and not
    whose post it was.

    \b
    bbs admin posts decline 1f3a9c02 --word "Please tell us first who you are."
    """
    if word is not None:
        word = read_line(word, field="word", chars_max=limits.NOTE_LINE_CHARS_MAX)
    one = _found(await _waiting(caller, None), post)
    done = await caller.community.call(
        DeclinePost(
            board=one.post.board,
            post=one.post.id,
            word=word,
            norm=norm,
            if_revision=one.post.revision,
            dry_run=dry_run,
        )
    )
    caller.out.done(done, f"Declined {one.post.id}")


@click.command()
@click.argument("board", shell_complete=complete_board)
@with_community
async def guards(caller: CliContext, board: str) -> None:
    """List for whom guards are on, on BOARD. Nobody but its moderators can."""
    place = await lookup.find_board(caller.community, board)
    found = (await caller.community.call(ListNewcomers(board=place.id))).guards
    members = await lookup.list_members(caller.community)
    rows = [
        [
            member_name(each.member, members),
            describe_guard(each),
            local_time(each.until),
            posts_counted(each, limits.GUARD_POSTS),
        ]
        for each in found
    ]
    lines = table(rows, ("MEMBER", "GUARD", "UNTIL", "PUBLISHED"))
    caller.out.stream("guards", found, {"board": place}, lines, nothing="No guard is on.")


async def _waiting(caller: CliContext, board: str | None) -> tuple[HeldPost, ...]:
    place = None if board is None else (await lookup.find_board(caller.community, board)).id
    listed = await caller.community.call(ListHeldPosts(board=place, limit=limits.PAGE_ITEMS_MAX))
    return listed.held


def _found(waiting: tuple[HeldPost, ...], prefix: str) -> HeldPost:
    found = [each for each in waiting if each.post.id.startswith(prefix)]
    if not found:
        raise NotFound(what="post")
    if len(found) > 1:
        raise Conflict(what="more than one post begins like that")
    return found[0]
