"""The page of personal data: what the community keeps of a member, and what becomes of it."""

from collections.abc import Iterable

from bbs_server.manifest import find_sections, list_personal_data
from generating.text import page, table


def personal_data() -> str:
    """Return the page, from what each feature declares of its tables."""
    rows = [
        (
            f"`{data.column}`",
            data.what,
            _names(data.words),
            _names(data.sections) or f"no: {data.why_not}",
            f"{data.leaving.value}: {data.why}",
            "yes" if data.packed else "no",
        )
        for data in list_personal_data()
    ]
    lines = ["## What is kept", ""]
    lines += table(
        ("column", "it tells", "your words in it", "in an export", "when you leave", "in a pack"),
        rows,
    )
    lines += ["## Sections of an export", "", *_sections()]
    lines += ["## Secrets", "", _secrets(), ""]
    intro = (
        "Everything that the server keeps of a member, column by column of its tables, as the code"
        " declares it; a test reads the schema and fails for a column that is missing here."
        " `bbs export` gives it to you ([protocol 14](../protocol.md#14-export)). What the last two"
        " columns say of leaving and of packed boards binds the commands that will do it."
    )
    return page("Personal data", intro, lines)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _sections() -> list[str]:
    return table(
        ("section", "what it holds", "fields of a row"),
        (
            (f"`{name}`", section.about, _names(section.fields))
            for name, section in find_sections().items()
        ),
    )


def _secrets() -> str:
    found = [f"{data.table}.{name}" for data in list_personal_data() for name in data.secrets]
    return (
        "No export gives these, because somebody who finds the file could act with them, or test a"
        f" guess: {_names(found)}."
    )
