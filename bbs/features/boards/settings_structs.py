"""The view and the commands with a board's settings: their fields follow from the declarations."""

import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Generic, Never

from msgspec import NODEFAULT, Meta, Struct

from bbs.features.boards.declaring import BoardSetting
from bbs.features.boards.settings import SETTINGS, BoardSettings
from bbs.messages import Command, R_co, View

if TYPE_CHECKING:

    class SettingsView(View, BoardSettings[Never], frozen=True, kw_only=True):
        """A view with a board's settings."""

    class PackedSettings(BoardSettings[Never], frozen=True, kw_only=True):
        """A board's settings as a file holds them, in their bounds (protocol 29)."""

    class SettingsAtOpening(
        Command[R_co], BoardSettings[None], Generic[R_co], frozen=True, kw_only=True
    ):
        """A command that says what a new board is like."""

    class SettingsChange(
        Command[R_co], BoardSettings[None], Generic[R_co], frozen=True, kw_only=True
    ):
        """A command that changes the settings it names."""

else:
    # msgspec lays fields out in memory, so a class cannot inherit fields from a command and from
    # `BoardSettings`. `_made` therefore builds these classes with the same fields as above, each
    # with the types and defaults it needs.
    def _made(
        name: str, bases: tuple[Any, ...], type_of: Callable[[BoardSetting], tuple[Any, Any]]
    ) -> type[Struct]:
        shapes = {name: type_of(setting) for name, setting in SETTINGS.items()}
        told = {
            name: Annotated[kind, Meta(description=SETTINGS[name].about.help)]
            for name, (kind, _) in shapes.items()
        }
        defaults = {name: value for name, (_, value) in shapes.items() if value is not NODEFAULT}
        body = {"__module__": __name__, "__annotations__": told, **defaults}
        return types.new_class(
            name, bases, {"frozen": True, "kw_only": True}, lambda ns: ns.update(body)
        )

    def _told(setting: BoardSetting) -> tuple[Any, Any]:
        # Without bounds, because a newer server may allow a wider range.
        return (setting.kind | None, None) if setting.is_text else (setting.kind, setting.default)

    def _asked(setting: BoardSetting) -> tuple[Any, Any]:
        value = setting.at_opening
        return (setting.bounded | None if value is None else setting.bounded), value

    def _packed(setting: BoardSetting) -> tuple[Any, Any]:
        text = setting.is_text
        return (setting.bounded | None, None) if text else (setting.bounded, setting.default)

    class _Strict(
        Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
    ):
        """A struct that is read from a file: what it does not know is refused."""

    PackedSettings = _made("PackedSettings", (_Strict,), _packed)
    SettingsView = _made("SettingsView", (View,), _told)
    SettingsAtOpening = _made("SettingsAtOpening", (Command[R_co], Generic[R_co]), _asked)
    SettingsChange = _made(
        "SettingsChange", (Command[R_co], Generic[R_co]), lambda each: (each.bounded | None, None)
    )
