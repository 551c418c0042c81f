"""Settings of the server and of the client: flag > `BBS_` environment > TOML file > default.

One loader for both. Each side declares its settings as a struct and checks what a type cannot say.
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
        field: Where it stands: a file, variable, flag or setting.
        rule: What is wrong there, and what to write.
    """


def load_settings(
    kind: type[S],
    *,
    file: Path | None,
    values: Mapping[str, Any],
    flags: Mapping[str, Any],
    environment: Mapping[str, str],
    error: type[SettingsError] = SettingsError,
) -> S:
    """Put settings together.

    Args:
        kind: What can be set; each field has a default. Lists are tuples, and their items stand
            between commas in the environment.
        file: Where `values` were read; None for nowhere.
        values: What the file holds.
        flags: What the command line gave; None values are passed over.
        environment: Where `BBS_TITLE`, `BBS_THEME` and so on are looked for.
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
        # The library's words name neither the place nor a way out.
        found = re.search(r"\$\.(\w+)", str(fault))
        assert found is not None
        name = found[1]
        raise error(places[name], f"{name} takes {_what_fits(kind, name)}") from fault


def read_toml(
    path: Path, *, optional: bool = False, error: type[SettingsError] = SettingsError
) -> dict[str, Any]:
    """Read a file of settings, unchecked.

    Args:
        optional: True to return nothing where there is no file.
        error: The class to raise.

    Raises:
        SettingsError: If it cannot be read, is no TOML, or longer than
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
    """Return what TOML says; `path` is named where it is none.

    Raises:
        SettingsError: If it is no TOML.
    """
    import tomllib  # late: most readers have no such file

    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as fault:
        rule = f"byte {fault.start + 1} is not UTF-8; save the file in that encoding"
        raise error(str(path), rule) from fault
    except (ValueError, RecursionError) as fault:
        raise error(str(path), f"no TOML: {fault}") from fault


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean …?` for a name nobody knows, or nothing where none is near."""
    import difflib  # late: most people make no mistake

    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _what_fits(kind: type[Struct], name: str) -> str:
    """Say what values a setting takes, with an example."""
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
