"""Hiding words by a clause of the norms, reading them, and showing them again (P5, P8)."""

from collections.abc import Awaitable, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from bbs import limits
from bbs.features.norms.clause_text import ClauseNumber, parse_clause_number
from bbs.features.threads.hiding_messages import (
    GetHiddenLine,
    GetHiddenPost,
    HideLine,
    HidePost,
    RestoreLine,
    RestorePost,
)
from bbs.features.threads.views import Line, LineResult, Post, PostResult
from bbs.ids import new_id
from bbs.refusals import CommandWaits
from bbs.terminal.hidden_text import hidden_lines
from bbs_client.actions.forms import FormError, FormField, SettingsQuestion, send_form
from bbs_client.actions.proposals import HiddenWordsQuestion
from bbs_client.actions.surface import Confirm, Surface
from bbs_client.safe_text import describe_error

_NORM = FormField(
    name="norm",
    label="norm",
    help='The number of the clause, in the norms under which this was written; "commons 3" for one'
    " of the commons' norms.",
    is_required=True,
)
_REASON = FormField(
    name="reason",
    label="reason",
    help="Why: everybody on the board can read it in its log. Quote nothing.",
    chars_max=limits.REASON_CHARS_MAX,
    is_required=True,
)
_TAKES_TWO = "This norm takes two people. Ask for it to be hidden?"
_HEADING = "Words that are hidden by a norm"


class HideForm(SettingsQuestion, frozen=True):
    """By which clause, and why. Answers with the clause's number and the reason."""

    def read(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Return clause and reason.

        Raises:
            FormError: If one is missing, or the clause is no number that a clause can have.
        """
        values = super().read(typed)
        clause: ClauseNumber = values[_NORM.name]
        return values | clause._asdict()

    def mean(self, field: FormField, text: str) -> Any:
        """Return a clause for its number, and other text as it stands. Raises as `read`."""
        if field.name != _NORM.name:
            return super().mean(field, text)
        if (clause := parse_clause_number(text)) is None:
            says = f"norm: type a number from 1 to {limits.NORMS_MAX}, or “commons 3”."
            raise FormError(field.name, says)
        return clause


class Asked(NamedTuple):
    """A command that takes two people, before it is sent, and what it waits for."""

    command: HidePost | HideLine
    waits: CommandWaits


async def hide(surface: Surface, _: str) -> None:
    """Hide the post or line that is here; if it is hidden or held, read it, or show it again.

    Raises:
        FolkmootError: What the server answered.
    """
    said = surface.line_here() if surface.in_lounge else surface.post_here()
    if said is None:
        return
    row = surface.session.cache.board(said.board)
    moderates = row is not None and row.moderates
    if said.norm is not None or said.hold_until is not None:
        if not moderates and not surface.session.is_mine(said):
            surface.notify("Only its author and the board's moderators read what is hidden.")
            return
        await _read(surface, said)
        if moderates and said.hold_until is None:
            await _restore(surface, said)
        return
    if not moderates:
        surface.notify("Only moderators of a board hide what others wrote there.")
    elif surface.session.is_mine(said):
        surface.notify(f"These words are your own: {surface.key_of('withdraw')} takes them back.")
    else:
        await _hide(surface, said)


async def _hide(surface: Surface, said: Post | Line) -> None:
    what = "post" if isinstance(said, Post) else "line"
    fields = (_norm_field(surface, said), _REASON)
    form = HideForm(f"Hide this {what} by a norm", fields, yes="hide")
    call = surface.session.connection.call

    async def send(values: dict[str, Any]) -> Post | Line | Asked:
        command: HidePost | HideLine
        if isinstance(said, Post):
            command = HidePost(post=said.id, op=new_id(), **values)
        else:
            command = HideLine(line=said.id, op=new_id(), **values)
        try:
            # The server knows what takes two: which norms these words were written under, and who is there.
            await call(replace(command, op=new_id(), dry_run=True))
        except CommandWaits as waits:
            return Asked(command, waits)
        return _hidden(await call(command))

    done = await send_form(surface, form, send)
    if isinstance(done, Asked):
        consequence = describe_error(done.waits)
        if not await surface.ask(Confirm(_TAKES_TWO, consequence, yes="ask for it")):
            return
        done = _hidden(await surface.wait(call(done.command)))
    if done is not None:
        surface.refresh()
        surface.notify(f"Hidden by {done.norm_name}; {surface.key_of('hide')} shows it again.")


def _hidden(result: PostResult | LineResult) -> Post | Line:
    return result.post if isinstance(result, PostResult) else result.line


def _norm_field(surface: Surface, said: Post | Line) -> FormField:
    """Return the field for the clause; of a post that was moved here it says whose norms count."""
    board = said.norms_board if isinstance(said, Post) else None
    if board is None or (name := surface.session.slug(board)) == "?":
        return _NORM
    told = f"The number of the clause in the norms of {name}, under which this was written."
    return replace(_NORM, help=told)


async def _read(surface: Surface, said: Post | Line) -> None:
    session = surface.session
    query = GetHiddenPost(post=said.id) if isinstance(said, Post) else GetHiddenLine(line=said.id)
    found = await surface.wait(session.connection.call(query))
    lines = hidden_lines(found, dict(session.members), session.slug)
    await surface.ask(HiddenWordsQuestion(tuple(lines), has_more=False, heading=_HEADING))


async def _restore(surface: Surface, said: Post | Line) -> None:
    what = "post" if isinstance(said, Post) else "line"
    form = SettingsQuestion(f"Show this {what} to everybody again", (_REASON,), yes="show")

    def send(values: dict[str, Any]) -> Awaitable[PostResult | LineResult]:
        reason, op, call = values[_REASON.name], new_id(), surface.session.connection.call
        if isinstance(said, Post):
            return call(RestorePost(post=said.id, reason=reason, op=op))
        return call(RestoreLine(line=said.id, reason=reason, op=op))

    if await send_form(surface, form, send) is not None:
        surface.refresh()
        surface.notify(f"Everybody reads this {what} again.")
