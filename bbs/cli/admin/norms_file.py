"""Read clauses of norms from options or a TOML file."""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import click

from bbs.features.norms.clause_text import BETWEEN, parse_clause
from bbs.features.norms.messages import Clause
from bbs.features.norms.rules import check_clauses

_NEEDS = "text and why are two strings, example a third, judgement true or false"


class NormsFile(NamedTuple):
    """The content of a file of norms.

    Attributes:
        clauses: All clauses, in their order.
        version: The version that they were written from; None if the file does not say.
    """

    clauses: tuple[Clause, ...]
    version: int | None


def clauses_from(
    texts: tuple[str, ...], file: Path | None, template: tuple[Clause, ...] = ()
) -> tuple[Clause, ...]:
    """Return the clauses of a new board: those of the template, of the file, then the texts.

    Args:
        texts: Each `text :: why`.
        file: TOML, as `read_norms_file` reads it; None for none.
        template: The clauses of a template; empty for none.

    Raises:
        UsageError: If there is no clause, or a clause lacks its text or why.
        BadParams: If there are too many.
        TextRefused: If a text, why or example is too long, or not a single line.
    """
    clauses = [*template, *(read_norms_file(file).clauses if file is not None else ())]
    for text in texts:
        if (clause := parse_clause(text)) is None:
            raise click.UsageError(f'a norm is "text {BETWEEN} why": the reason is part of it')
        clauses.append(clause)
    if not clauses:
        raise click.UsageError(
            "a board needs at least one norm; give --template, --norm or --norms-file"
        )
    check_clauses(clauses)
    return tuple(clauses)


def read_norms_file(file: Path) -> NormsFile:
    """Read a file of norms: an array of tables `norms`, as `bbs norms --toml` writes it.

    Raises:
        UsageError: If it is no such file.
        BadParams, TextRefused: As `check_clauses`.
    """
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{file}: {error}") from None
    norms, version = content.get("norms"), content.get("version")
    if not isinstance(norms, list):
        raise click.UsageError(f"{file}: it needs [[norms]] with text and why")
    if not (version is None or _is_number(version)):
        raise click.UsageError(f"{file}: version is a number from 1 on")
    clauses = tuple(_clause(norm, f"{file}, norm {number}") for number, norm in enumerate(norms, 1))
    check_clauses(clauses)
    return NormsFile(clauses, version)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _clause(norm: Any, where: str) -> Clause:
    fields = norm if isinstance(norm, dict) else {}
    unknown = sorted(set(fields) - set(Clause.__struct_fields__))
    if unknown:
        raise click.UsageError(f"{where}: unknown key {unknown[0]!r}")
    text, why, example = (fields.get(name) for name in ("text", "why", "example"))
    judgement = fields.get("judgement", False)
    if not (
        isinstance(text, str)
        and isinstance(why, str)
        and isinstance(example, str | None)
        and isinstance(judgement, bool)
    ):
        raise click.UsageError(f"{where}: {_NEEDS}")
    return Clause(
        text=text.strip(),
        why=why.strip(),
        example=None if example is None else example.strip(),
        judgement=judgement,
    )
