"""Read clauses of norms from options or a TOML file."""

import tomllib
from pathlib import Path

import click

from bbs import limits
from bbs.features.norms.clause_text import BETWEEN, parse_clause
from bbs.features.norms.messages import Clause
from bbs.text import check_line


def clauses_from(
    texts: tuple[str, ...], file: Path | None, template: tuple[Clause, ...] = ()
) -> tuple[Clause, ...]:
    """Return the clauses of a new board: those of the template, of the file, then the texts.

    Args:
        texts: Each `text :: why`.
        file: TOML with an array of tables `norms`, each with `text` and `why`; None for none.
        template: The clauses of a template; empty for none.

    Raises:
        UsageError: If there is no clause, or a clause lacks its text or why.
        TextRefused: If a text or why is too long, or not a single line.
    """
    clauses = [*template, *(_from_file(file) if file is not None else ())]
    for text in texts:
        if (clause := parse_clause(text)) is None:
            raise click.UsageError(f'a norm is "text {BETWEEN} why": the reason is part of it')
        clauses.append(clause)
    if not clauses:
        raise click.UsageError(
            "a board needs at least one norm; give --template, --norm or --norms-file"
        )
    for clause in clauses:
        check_line(clause.text, field="norm", chars_max=limits.NORM_CHARS_MAX)
        check_line(clause.why, field="why", chars_max=limits.NORM_CHARS_MAX)
    return tuple(clauses)


def _from_file(file: Path) -> list[Clause]:
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{file}: {error}") from None
    norms = content.get("norms")
    if not isinstance(norms, list):
        raise click.UsageError(f"{file}: it needs [[norms]] with text and why")
    clauses = []
    for number, norm in enumerate(norms, 1):
        fields = norm if isinstance(norm, dict) else {}
        unknown = sorted(set(fields) - {"text", "why"})
        sentence, why = fields.get("text"), fields.get("why")
        if unknown or not (isinstance(sentence, str) and isinstance(why, str)):
            what = f"unknown key {unknown[0]!r}" if unknown else "text and why are two strings"
            raise click.UsageError(f"{file}, norm {number}: {what}")
        clauses.append(Clause(text=sentence.strip(), why=why.strip()))
    return clauses
