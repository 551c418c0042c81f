"""Opening a board and changing its settings: one form, whose fields are those that a board declares."""

from collections.abc import Awaitable, Collection
from typing import Any

from bbs import limits
from bbs.features.boards.messages import Board, BoardResult, ConfigureBoard, OpenBoard
from bbs.features.boards.rules import changes_between, end_changes
from bbs.features.boards.settings import SETTINGS, values_of
from bbs.features.norms.messages import AmendNorms, AmendNormsResult
from bbs.features.norms.templates import TEMPLATES, Template
from bbs.ids import COMMONS, new_id
from bbs_client.actions.ends import EndForm, end_command, end_fields, kind_field
from bbs_client.actions.forms import (
    NORMS,
    FormField,
    SettingsQuestion,
    norms_field,
    send_form,
    setting_fields,
)
from bbs_client.actions.places import go
from bbs_client.actions.surface import Question, Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import board_title, safe_line
from bbs_client.session.consent import fetch_norms, whose_norms


class TemplateQuestion(Question[str], frozen=True):
    """Asks how a new board begins: the name of a template, or `OWN_WORDS`."""


OWN_WORDS = "own"
"""The answer of a member who writes charter and norms themselves."""

BEGINNINGS = {
    **{name: f"For {each.about}." for name, each in TEMPLATES.items()},
    OWN_WORDS: "Your own charter and norms, from the first word on.",
}
"""The ways in which a new board can begin, each with its meaning."""


async def configure(surface: Surface, _: str) -> None:
    """Change the settings of the board here. Raises as `configure_board`."""
    await configure_board(surface, surface.board_here())


async def configure_board(
    surface: Surface, row: BoardRow, *, only: Collection[str] = tuple(SETTINGS)
) -> None:
    """Change the settings of a board; its log shows the changes (P8).

    Args:
        surface: The surface that asks.
        row: The board.
        only: The names of the settings to ask for.

    Raises:
        FolkmootError: The server's error; `conflict` if another member changed the board meanwhile.
    """
    board = row.board
    if row.seat is None or not row.seat.moderator:
        surface.notify("Only moderators of a board change its settings.")
        return
    fields = [field for field in setting_fields(board.id, values_of(board)) if field.name in only]
    if board.id != COMMONS and len(only) == len(SETTINGS):
        fields += end_fields(board.end)
    heading = f"Settings of {board_title(board)}"

    async def send(values: dict[str, Any]) -> BoardResult:
        return await _change(surface, board, values)

    done = await send_form(surface, EndForm(heading, tuple(fields)), send)
    if done is not None:
        surface.refresh()
        surface.notify(f"Changed: {_described(board, done.board)}.")


async def _change(surface: Surface, board: Board, values: dict[str, Any]) -> BoardResult:
    """Send what was typed: the settings by one command, and the end by another."""
    call, ending = surface.session.connection.call, end_command(board, values)
    given = {name: value for name, value in values.items() if name in SETTINGS}
    change = ConfigureBoard(board=board.id, if_revision=board.revision, op=new_id(), **given)
    if ending is None:
        return await call(change)
    if given:
        await call(change)
    return await call(ending)


async def open_board(surface: Surface, _: str) -> None:
    """Open a board and go there.

    Raises:
        FolkmootError: The server's error; `taken` if another board has the name, or had it.
    """
    me = surface.session.me
    if me is None or not me.sysop:
        surface.notify("Only the sysop opens boards; ask them for one.")
        return
    if (begins := await surface.ask(TemplateQuestion())) is None:
        return
    usual = {name: setting.at_opening for name, setting in SETTINGS.items()}
    template = TEMPLATES.get(begins)
    if template is not None:
        usual |= _said_by(template, surface)
    clauses = () if template is None else template.clauses
    fields = list(setting_fields(None, usual))
    # Beside the charter: what a board is comes before how it is run.
    fields.insert(list(SETTINGS).index("charter") + 1, norms_field(clauses))
    fields += [kind_field(), *end_fields(None)]
    said = {} if template is None else _said_by(template, surface)

    def send(values: dict[str, Any]) -> Awaitable[BoardResult]:
        given = {NORMS: clauses, **said, **values}
        return surface.session.connection.call(OpenBoard(board=new_id(), op=new_id(), **given))

    form = EndForm("A new board", tuple(fields), makes=True, yes="open the board")
    opened = await send_form(surface, form, send)
    if opened is not None:
        await go(surface, opened.board.label)


async def amend(surface: Surface, _: str) -> None:
    """Change the norms of the board that is here, with a reason; it may wait for others (protocol 15).

    Raises:
        FolkmootError: What the server answered; `conflict` if somebody changed them meanwhile.
    """
    row = surface.board_here()
    if row.seat is None or not row.seat.moderator:
        surface.notify("Only moderators of a board change its norms.")
        return
    norms = (await surface.wait(fetch_norms(surface.session, row))).norms
    if norms is None:
        surface.notify("The norms are not on this device, and the server cannot be asked now.")
        return
    fields = (norms_field(norms.clauses), _REASON_FIELD)
    heading = f"Norms of {whose_norms(row)}"

    async def send(values: dict[str, Any]) -> AmendNormsResult | None:
        if NORMS not in values:
            surface.notify("The norms stay as they are.")
            return None
        command = AmendNorms(
            board=row.board.id,
            norms=values[NORMS],
            reason=values[_REASON_FIELD.name],
            if_version=norms.version,
            op=new_id(),
        )
        return await surface.session.connection.call(command)

    done = await send_form(surface, SettingsQuestion(heading, fields), send)
    if done is not None:
        surface.refresh()
        surface.notify(f"Version {done.version} of the norms is in force.")


_REASON_FIELD = FormField(
    name="reason",
    label="reason",
    help="Why the norms change; members read it with them.",
    chars_max=limits.REASON_CHARS_MAX,
    is_required=True,
)


def _said_by(template: Template, surface: Surface) -> dict[str, Any]:
    """Return what a template says of a board; its name too, unless a board here has it."""
    taken = surface.session.cache.board_named(template.name) is not None
    slug = {} if taken else {"slug": template.name}
    return {**slug, "title": template.title, "charter": template.charter}


def _described(before: Board, after: Board) -> str:
    from bbs.terminal.act_text import describe_change

    changes = (*changes_between(before, after), *end_changes(before.end, after.end))
    return safe_line("; ".join(map(describe_change, changes)))
