"""`bbs admin undo`: undo what a batch did, as far as it can come back, by a batch of its own."""

from datetime import UTC, datetime

import click

from bbs import limits
from bbs.cli.admin.apply import apply_it, digest_option
from bbs.cli.admin.batch_waits import refuse_waiting
from bbs.cli.admin.find_batch import batch_argument, find_batch
from bbs.cli.admin.plan_files import board_by_id, epoch_of, names_of
from bbs.cli.admin.plan_making import Made, describe, show_plan
from bbs.cli.context import CliContext, with_connection_options
from bbs.features.batches.undoing import plan_undo
from bbs.refusals import NotFound
from bbs.terminal.input_text import read_reason
from bbs.terminal.plan_text import LeftOut, left_out_lines
from bbs.terminal.undo_text import stays_lines


class NothingToUndo(
    NotFound, code="undo.nothing", hint="bbs admin batches show says what each did"
):
    """All that a batch did came back, or stays."""

    def __str__(self) -> str:
        return "nothing is left to undo" + (
            f": batch {self.what[:8]} undid it" if self.what else ""
        )


@click.command()
@batch_argument
@click.option("--reason", help="Why; everybody reads it in the log. Quote nothing.")
@click.option("-o", "--output", metavar="PLAN", help="Keep the plan of it, and undo nothing yet.")
@digest_option
@click.option("--dry-run", is_flag=True, help="Say what it would do, and change nothing.")
@with_connection_options
def undo(
    caller: CliContext,
    batch: str,
    reason: str | None,
    output: str | None,
    digest: str | None,
    dry_run: bool,
) -> int | None:
    """Undo BATCH by a batch of its own, from its last item to its first; say what stays, and why.

    What somebody changed after it stays, and so does what cannot come back. Restored words and lifted
    restrictions need no second key. Exit codes as of bbs admin apply.

    \b
    bbs admin undo 3f0c59ad --reason "The wrong Eve."
    """
    why = None if reason is None else read_reason(reason)

    async def work() -> int | None:
        found = await find_batch(caller, batch)
        board = await board_by_id(caller, found.board)
        await refuse_waiting(caller, board, found)
        if found.undoes is not None:
            first = found.undoes[:8]
            caller.out.say(f"This batch undid {first}: to undo it is to do again what {first} did.")
        undoing = await plan_undo(
            caller.community.call,
            found,
            epoch=epoch_of(caller),
            slug=board.slug or "",
            reason=why or f"Undoes: {found.reason or ''}"[: limits.REASON_CHARS_MAX].strip(),
            made_at=datetime.now(UTC),
        )
        _, slug = await names_of(caller)
        stays = stays_lines(undoing.stays, board.id, slug)
        for line in stays:
            caller.out.say(line)
        left = [LeftOut(number, item) for number, item in enumerate(undoing.left, 1)]
        if undoing.plan is None or (output is None and not dry_run):
            members, slug = await names_of(caller)
            for line in left_out_lines(left, board.id, members, slug):
                caller.out.say(line)
        if undoing.plan is None:
            raise NothingToUndo(found.undone_by or "")
        made = Made(undoing.plan, left)
        if output is not None and not dry_run:
            await show_plan(caller, board, made, output)
            return None
        if dry_run:
            members, slug = await names_of(caller)
            for line in await describe(caller, board, made, members, slug):
                caller.out.say(line)
        name = "the plan that undoes this batch now"
        return await apply_it(caller, board, undoing.plan, digest, name=name, dry_run=dry_run)

    return caller.run(work)
