"""`bbs appeal`: appeal against an act on you or your words, or take an appeal back (P7)."""

from collections.abc import Sequence
from typing import TypeVar

import click

from bbs.cli.account.devices import check_id_prefix
from bbs.cli.account.known import known_boards, known_members
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.errors import BadParams
from bbs.features.cases.appeal_messages import AskAppeal, TakeBackAppeal
from bbs.features.cases.own_messages import ListOwnCases, OwnCaseList
from bbs.features.cases.views import Appeal, AppealState
from bbs.features.moderation.messages import Act
from bbs.ids import new_id
from bbs.refusals import Conflict, NotFound
from bbs.terminal.act_text import describe_act
from bbs.terminal.input_text import read_case_text
from bbs.terminal.output import local_time, table
from bbs.terminal.sanction_text import describe_appeal

T = TypeVar("T", Act, Appeal)


@click.command()
@click.argument("act", required=False, callback=check_id_prefix)
@click.option("--words", help="Why, in your words; those who decide about it read them.")
@click.option("--take-back", is_flag=True, help="Take back your appeal against ACT.")
@dry_run_option
@with_community
async def appeal(
    caller: CliContext, act: str | None, words: str | None, take_back: bool, dry_run: bool
) -> None:
    """Appeal against a sanction, or against an act that hid your words, within 14 days.

    Without ACT: list what you can appeal, and your appeals. The first characters of an id are enough.
    Somebody who did not decide answers within 14 days; else the decision is lifted. It holds until
    then. You can appeal while you are silenced or suspended, too.

    \b
    bbs appeal
    bbs appeal 1f3a9c02 --words "I was quoting the post above."
    """
    found = await caller.community.call(ListOwnCases())
    if act is None:
        await _list(caller, found)
    elif take_back:
        waiting = [each for each in _appeals(found) if each.state is AppealState.OPEN]
        one = _only([each for each in waiting if each.act.startswith(act)], "appeal")
        done = await caller.community.call(TakeBackAppeal(appeal=one.id, dry_run=dry_run))
        caller.out.done(done, "took the appeal back; the decision holds")
    elif words is None:
        raise BadParams("--words", "say why, in your words")
    else:
        text = read_case_text(words, field="words")
        target = _only([each for each in found.can_appeal if each.id.startswith(act)], "act")
        command = AskAppeal(appeal=new_id(), act=target.id, words=text, dry_run=dry_run)
        asked = await caller.community.call(command)
        by = local_time(asked.appeal.decide_by)
        caller.out.done(asked, f"appealed; without an answer it is lifted on {by}", tried=True)


def _appeals(found: OwnCaseList) -> list[Appeal]:
    of_cases = [case.appeal for case in found.cases if case.appeal is not None]
    return [*of_cases, *found.appeals]


def _only(found: Sequence[T], what: str) -> T:
    if not found:
        raise NotFound(what=what)
    if len(found) > 1:
        raise Conflict(what=f"more than one {what} begins like that")
    return found[0]


async def _list(caller: CliContext, found: OwnCaseList) -> None:
    members = await known_members(caller)
    boards = {each.id: each.label for each in await known_boards(caller)}
    rows = [
        [
            act.id[:8],
            local_time(act.at),
            describe_act(act, members, lambda board: boards.get(board, "a board"), in_person=True),
        ]
        for act in found.can_appeal
    ]
    lines = table(rows, ("ACT", "AT", "WHAT"))
    asked = _appeals(found)
    lines += [f"{each.act[:8]}: {describe_appeal(each, local_time)}" for each in asked]
    value = {"can_appeal": found.can_appeal}
    nothing = "" if found.can_appeal else "There is nothing to appeal."
    caller.out.stream("appeals", asked, value, lines, nothing=nothing)
