"""The settings of a board are declared once: everything that knows them follows from that."""

import click
import pytest
from msgspec import NODEFAULT
from msgspec.structs import fields

from bbs.cli.admin.nouns import boards as boards_commands
from bbs.errors import BadParams
from bbs.features.boards.declaring import BoardSetting, Setting, Where
from bbs.features.boards.messages import Board, ConfigureBoard, OpenBoard, Visibility
from bbs.features.boards.rules import changes_between
from bbs.features.boards.settings import SETTINGS, BoardSettings
from bbs.features.moderation.messages import Change, GetLog
from bbs.ids import COMMONS, BoardId, new_id
from bbs.testing import a_board
from bbs_server.store.api import Tx
from tests.support.moot import NORMS, Moot

BESIDE = {"id", "kind", "slug", "number", "norms_version", "opened_at", "came_as", "revision"}
"""Columns of boards that are no settings: what a board is."""

COUNTED = {"threads", "positions", "applications"}
"""Columns of boards in which the server counts."""


async def test_the_table_has_a_column_for_each_setting(moot: Moot) -> None:
    """The migrations make the columns that the declaration names, and no others."""

    def columns(tx: Tx) -> set[str]:
        return {name for (name,) in tx.fetch_all("SELECT name FROM pragma_table_info('boards')")}

    declared = {f"{name}_text" if each.is_text else name for name, each in SETTINGS.items()}
    assert await moot.read(columns) == declared | BESIDE | COUNTED


def test_a_board_and_both_commands_have_every_setting() -> None:
    """What can be set can be read, at the opening and later (protocol 5)."""
    for message in (Board, OpenBoard, ConfigureBoard):
        assert set(SETTINGS) <= set(message.__struct_fields__)
    opened = {field.name: field.default for field in fields(OpenBoard)}
    for name, setting in SETTINGS.items():
        assert opened[name] == setting.at_opening
    assert {each.default for each in fields(ConfigureBoard) if each.name in SETTINGS} == {None}


def test_what_is_new_is_a_default_on_the_wire() -> None:
    """A board of an older server, which tells no more than it ever did, can be read (protocol 1)."""
    required = {each.name for each in fields(Board) if each.default is NODEFAULT}
    assert required == {"id", "number", "seats", "lounge_hours"}
    assert {each.name for each in fields(BoardSettings)} == set(SETTINGS)


async def test_everything_can_be_set_and_is_in_the_log(moot: Moot) -> None:
    """Each setting is stored, read again, and told in the act that changed it (P8)."""
    board = new_id()
    await moot.sysop.ask(
        OpenBoard(board=board, slug="garden", title="Garden", charter="Soil.", norms=NORMS)
    )
    other = {
        **{"slug": "allotment", "title": "Allotment", "charter": "Seed."},
        **{"visibility": Visibility.PRIVATE, "seats": 7, "retention_days": 3},
        **{"lounge_hours": 5, "hold_s": 9, "newcomers_per_week": 3, "invitation_budget": True},
        **{"questions": "Who sent you?", "log_by_office": True},
        **{
            "guard_first_posts": True,
            "guard_links": True,
            "guard_pace_s": 60,
            "guard_letters": True,
        },
    }
    assert set(other) == set(SETTINGS)
    for name, value in other.items():
        where = board if SETTINGS[name].is_on(board) else COMMONS
        changed = await moot.sysop.ask(ConfigureBoard(board=where, **{name: value}))  # type: ignore[arg-type]  # each has its own type
        assert getattr(changed.board, name) == value
        (act, *_) = (await moot.sysop.ask(GetLog(board=where))).acts
        (change,) = act.changes
        assert change.field == name
        assert (change.said_after if SETTINGS[name].is_text else change.after) == value


def test_a_new_board_tells_all_its_settings() -> None:
    """The act of an opening says what the board was like; words stand apart from values (P10)."""
    told = changes_between(None, a_board(id=COMMONS, slug="commons"))
    assert Change(field="slug", said_after="commons") in told
    assert [each.field for each in told if each.said_after is None] == [
        name for name, each in SETTINGS.items() if not each.is_text
    ]


@pytest.mark.parametrize("command", ["open", "configure"])
def test_the_command_line_has_an_option_for_each_setting(command: str) -> None:
    """Each option has help, its bounds or its choices, and completes what can be completed."""
    found = boards_commands.get_command(click.Context(boards_commands), command)
    assert found is not None
    options = {each.name: each for each in found.params if isinstance(each, click.Option)}
    for name, setting in SETTINGS.items():
        if (command, name) == ("open", "slug"):
            continue  # an argument there
        if command == "open" and not setting.is_on(None):
            assert name not in options
            continue
        option = options[name]
        assert option.help == setting.explanation
        assert setting.about.help in option.help
        assert all(says in option.help for _, says in setting.about.choices)
        assert not option.required
        if setting.about.choices:
            assert isinstance(option.type, click.Choice)
            assert len(option.type.choices) == len(setting.about.choices)
        elif setting.kind is int:
            assert isinstance(option.type, click.IntRange)
            assert (option.type.min, option.type.max) == (setting.least, setting.most)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_explained(name: str) -> None:
    """People are told of each setting in a sentence, of each choice in words, of each number its bounds."""
    setting = SETTINGS[name]
    assert setting.about.help.endswith((".", "none."))
    if setting.kind is int:
        assert setting.least is not None
        assert setting.most is not None
    elif setting.is_text:
        assert setting.about.chars_max
    elif setting.kind is not bool:
        assert [value for value, _ in setting.about.choices] == list(setting.kind)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("retention_days", 0, "kept"),
        ("retention_days", 1, "1 day"),
        ("lounge_hours", 72, "72 hours"),
        ("hold_s", 0, "none"),
        ("hold_s", 1, "1 second"),
        ("seats", 40, "40"),
        ("visibility", Visibility.PRIVATE, "private"),
        ("title", "Garden", "Garden"),
        ("title", None, "none"),
    ],
)
def test_values_are_shown_in_words(name: str, value: object, shown: str) -> None:
    """People read what a value means, the same in the log, in lists and in forms."""
    assert SETTINGS[name].describe(value) == shown


@pytest.mark.parametrize(
    ("where", "on_commons", "on_others", "says"),
    [
        (Where.EVERYWHERE, True, True, ""),
        (Where.COMMONS, True, False, " On the commons alone."),
        (Where.BOARDS, False, True, " Not on the commons."),
    ],
)
def test_a_setting_says_which_boards_have_it(
    where: Where, on_commons: bool, on_others: bool, says: str
) -> None:
    """Forms ask for a setting only where it can be set, and its help says where that is."""
    setting = _flag(where)
    assert (setting.is_on(COMMONS), setting.is_on(new_id())) == (on_commons, on_others)
    assert setting.is_on(None) == on_others
    assert setting.explanation == f"Whether it is.{says}"


@pytest.mark.parametrize(
    ("where", "board", "says"),
    [
        (Where.COMMONS, new_id(), "paced: the commons alone has this setting; change it there"),
        (Where.BOARDS, COMMONS, "paced: every board but the commons has this setting"),
    ],
    ids=["on a board", "on the commons"],
)
def test_a_setting_is_refused_where_it_is_not(where: Where, board: BoardId, says: str) -> None:
    """The error names the setting, and the boards that have it."""
    with pytest.raises(BadParams) as refused:
        _flag(where).check_on(board)
    assert str(refused.value) == says


def test_a_flag_is_yes_or_no() -> None:
    """A setting that is a flag is told in a word, too."""
    flag = _flag()
    assert (flag.describe(True), flag.describe(False)) == ("yes", "no")
    assert (flag.label, flag.at_opening) == ("paced", False)


def _flag(where: Where = Where.EVERYWHERE) -> BoardSetting:
    return BoardSetting(
        name="paced",
        kind=bool,
        bounded=bool,
        least=None,
        most=None,
        about=Setting("Whether it is.", where=where),
        default=False,
        marks=(),
    )
