"""Settings of the server and of the client: flag > `BBS_` environment > TOML file > default.

Both sides use this loader. Each declares its settings as a struct and checks the rules that a type
cannot express.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec
from msgspec import Struct

from bbs import limits
from bbs.errors import BadParams

S = TypeVar("S", bound=Struct)


class SettingsError(BadParams, audience="member", hint=""):
    """A setting cannot be used.

    Attributes:
        field: The place of the mistake: a file, variable, flag or setting.
        rule: The mistake, and what to write instead.
    """

    def __str__(self) -> str:
        return f"{self.field}: {self.rule}"  # as the file, or who starts the program, writes it


def load_settings(
    kind: type[S],
    *,
    file: Path | None,
    values: Mapping[str, Any],
    flags: Mapping[str, Any],
    environment: Mapping[str, str],
    error: type[SettingsError] = SettingsError,
) -> S:
    """Merge the sources of settings and convert the values.

    Args:
        kind: The struct of all settings; each field has a default. Lists are tuples; commas
            separate their items in the environment.
        file: The file of `values`, for errors; None for no file.
        values: The settings in the file.
        flags: The settings on the command line; those that are None were not given.
        environment: The variables: `BBS_` and the setting's name in capitals, like `BBS_TITLE`.
        error: The class to raise.

    Raises:
        SettingsError: If a name is unknown or a value does not fit.
    """
    merged, places = dict(values), dict.fromkeys(values, str(file))
    for name, default in zip(kind.__struct_fields__, kind.__struct_defaults__, strict=True):
        variable = f"BBS_{name.upper()}"
        value = environment.get(variable)
        if value is not None:
            merged[name] = value.split(",") if isinstance(default, tuple) else value
            places[name] = variable
    for name, value in flags.items():
        if value is not None:
            merged[name] = value
            places[name] = f"--{name.replace('_', '-')}"
    for name, place in places.items():
        if name not in kind.__struct_fields__:
            near = did_you_mean(name, kind.__struct_fields__)
            raise error(place, f"there is no setting {name!r}{near}")
    try:
        return msgspec.convert(merged, kind, strict=False)
    except msgspec.ValidationError as fault:
        # msgspec's message names neither the place nor the accepted values.
        found = re.search(r"\$\.(\w+)", str(fault))
        assert found is not None
        name = found[1]
        raise error(places[name], f"{name} takes {_what_fits(kind, name)}") from fault


def read_toml(
    path: Path, *, optional: bool = False, error: type[SettingsError] = SettingsError
) -> dict[str, Any]:
    """Read a TOML file of settings without checking them.

    Args:
        optional: True to return an empty table if the file is missing.
        error: The class to raise.

    Raises:
        SettingsError: If the file cannot be read, is no TOML, or is longer than
            `limits.SETTINGS_FILE_BYTES_MAX`.
    """
    try:
        with path.open("rb") as file:
            content = file.read(limits.SETTINGS_FILE_BYTES_MAX + 1)
    except OSError as fault:
        if optional and isinstance(fault, FileNotFoundError):
            return {}
        raise error(str(path), f"cannot be read: {fault.strerror}") from fault
    if len(content) > limits.SETTINGS_FILE_BYTES_MAX:
        raise error(str(path), f"longer than {limits.SETTINGS_FILE_BYTES_MAX} bytes")
    return parse_toml(path, content, error=error)


def parse_toml(
    path: Path, content: bytes, *, error: type[SettingsError] = SettingsError
) -> dict[str, Any]:
    """Parse TOML.

    Args:
        path: The file of `content`, for errors.
        error: The class to raise.

    Raises:
        SettingsError: If `content` is no TOML.
    """
    import tomllib  # late: most people have no such file

    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as fault:
        rule = f"byte {fault.start + 1} is not UTF-8; save the file in that encoding"
        raise error(str(path), rule) from fault
    except (ValueError, RecursionError) as fault:
        raise error(str(path), f"no TOML: {fault}") from fault


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean …?` for an unknown name; empty if no known name is similar."""
    import difflib  # late: most people make no mistake

    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _what_fits(kind: type[Struct], name: str) -> str:
    """Return the values that a setting takes, with an example."""
    field = next(each for each in msgspec.structs.fields(kind) if each.name == name)
    match msgspec.inspect.type_info(field.type):
        case msgspec.inspect.BoolType():
            return "true or false"
        case msgspec.inspect.LiteralType():
            *others, last = get_args(field.type)
            return f"{', '.join(others)} or {last}"
        case msgspec.inspect.IntType(ge=least, le=most):
            bounds = f"of at least {least}" if most is None else f"from {least} to {most}"
            return f"a whole number {bounds}, as in {name} = {field.default}"
        case msgspec.inspect.StrType():
            return f'text in quotes, as in {name} = "{field.default}"'
        case _:
            return f'a list of texts, as in {name} = ["moot.example.org"]'
