"""The end of a board: its lines in the forms of boards, and renewing it."""

from collections.abc import Awaitable, Iterator, Mapping
from datetime import datetime
from typing import Any

from bbs.features.boards.end_messages import Renew, SetEnd
from bbs.features.boards.end_rules import DAY_RULE, end_day, parse_end, typed_end
from bbs.features.boards.end_views import AtEnd, BoardEnd, EndState
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Board, BoardResult
from bbs.ids import new_id
from bbs_client.actions.forms import FormError, FormField, SettingsQuestion, send_form
from bbs_client.actions.surface import Surface
from bbs_client.safe_text import board_title

KIND, ENDS, AT_END, UNTIL = "kind", "ends_at", "at_end", "until"
"""The names of the lines, as the commands call them; `until` is that of renewing."""
_NEVER = "never"


class EndForm(SettingsQuestion, frozen=True):
    """A form of a board's settings with lines for its kind and its end."""

    def mean(self, field: FormField, text: str) -> Any:
        """Return what a text means in a field. Raises as `SettingsQuestion.mean` does."""
        word = text.lower()
        if field.name in (KIND, AT_END):
            if word not in field.choices:
                raise FormError(field.name, f"{field.label}: type {' or '.join(field.choices)}.")
            return BoardKind(word) if field.name == KIND else AtEnd(word)
        if field.name in (ENDS, UNTIL):
            return _moment(field, word)
        return super().mean(field, text)


def _moment(field: FormField, word: str) -> datetime | None:
    if word in ("", _NEVER):
        return None
    if (moment := parse_end(word.upper())) is None:
        raise FormError(field.name, f"{field.label}: {DAY_RULE}.")
    return moment


def kind_field() -> FormField:
    """Return the line in which the kind of a new board is typed."""
    kinds = (BoardKind.BOARD, BoardKind.JOURNAL)
    says = "board: everybody with a seat writes; journal: you write, and the others read."
    return FormField(
        name=KIND,
        label="kind",
        help=says,
        now=BoardKind.BOARD.value,
        choices=tuple(kind.value for kind in kinds),
    )


def end_fields(end: BoardEnd | None) -> Iterator[FormField]:
    """Yield the lines in which a board's end is typed."""
    yield FormField(
        name=ENDS,
        label="ends",
        help="Its last day in UTC, such as 2027-06-30; its seat holders are asked before. never: no end.",
        now=_NEVER if end is None else typed_end(end.at),
    )
    yield FormField(
        name=AT_END,
        label="at its end",
        help="archive: everything stays readable; forget: all words there are erased, too.",
        now=(AtEnd.ARCHIVE if end is None else end.then).value,
        choices=tuple(each.value for each in AtEnd),
    )


def end_command(board: Board, values: Mapping[str, Any]) -> SetEnd | None:
    """Return the command for what was typed of a board's end; None if that is nothing."""
    if ENDS not in values and AT_END not in values:
        return None
    before = board.end
    ends_at = values.get(ENDS, None if before is None else before.at)
    kept = AtEnd.ARCHIVE if before is None or ends_at is None else before.then
    return SetEnd(board=board.id, ends_at=ends_at, at_end=values.get(AT_END, kept), op=new_id())


async def renew(surface: Surface, _: str) -> None:
    """Let the board here go on that would end.

    Raises:
        FolkmootError: The server's error.
    """
    row = surface.board_here()
    end, title = row.board.end, board_title(row.board)
    if end is None:
        surface.notify(f"{title} has no end, so there is nothing to renew.")
        return
    if end.state is not EndState.ASKED:
        from bbs.terminal.board_text import describe_end

        surface.notify(describe_end(end, ""))
        return
    if not row.is_seated:
        surface.notify(f"Only members with a seat renew {title}; you have none.")
        return
    field = FormField(
        name=UNTIL,
        label="until",
        help=f"A day; empty for another {end.days} days after {end_day(end.at)}.",
    )

    def send(values: dict[str, Any]) -> Awaitable[BoardResult]:
        command = Renew(board=row.board.id, until=values.get(UNTIL), op=new_id())
        return surface.session.connection.call(command)

    question = EndForm(f"Let {title} go on", (field,), makes=True, yes="renew it")
    done = await send_form(surface, question, send)
    if done is not None and done.board.end is not None:
        surface.refresh()
        surface.notify(f"{title} goes on until {end_day(done.board.end.at)}.")
