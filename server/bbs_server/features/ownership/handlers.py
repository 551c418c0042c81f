"""Handlers of the member's export (P9)."""

from collections.abc import Mapping

import msgspec
from msgspec import Raw

from bbs import limits
from bbs.errors import BadParams
from bbs.features.ownership.messages import Export, ListExport
from bbs.features.ownership.views import (
    ExportContents,
    ExportedRow,
    ExportPage,
    ExportPlace,
    ExportSection,
    LeftOut,
)
from bbs.streams import member_stream
from bbs_server.handler_api import Context
from bbs_server.manifest import find_sections, list_personal_data
from bbs_server.personal import ExportKey, Section
from bbs_server.store import event_log
from bbs_server.store.api import Slices, Tx

_ROW_BYTES = 48  # bytes that a page adds to each row: the section's name and the frame around it


def list_export(tx: Tx, ctx: Context, query: ListExport) -> ExportContents:
    """Return the sections of an export, and the data it leaves out."""
    sections = [
        ExportSection(name=name, about=section.about) for name, section in find_sections().items()
    ]
    return ExportContents(
        sections=tuple(sections),
        left_out=_left_out(),
        as_of=event_log.heads(tx, [member_stream(ctx.member)]),
    )


def _left_out() -> tuple[LeftOut, ...]:
    found = [
        LeftOut(what=f"{data.table}.{column}", why="a secret, or what could test a guess at one")
        for data in list_personal_data()
        for column in data.secrets
    ]
    found += [
        LeftOut(what=data.column, why=data.why_not)
        for data in list_personal_data()
        if not data.sections
    ]
    return tuple(found)


def export(tx: Tx, ctx: Context, query: Export) -> Slices[ExportPage]:
    """Return as many rows as fit a page by bytes, of as many sections as that takes."""
    return make_page(tx, ctx, query.after, limits.PAGE_BYTES_MAX)


def make_page(
    tx: Tx, ctx: Context, after: ExportPlace | None, bytes_max: int
) -> Slices[ExportPage]:
    """Return the rows after a place, at least one if there is one.

    Rows are in the order of keys that never change. So a row that exists from the first page to the
    last is returned exactly once. A row that is added or deleted in between may be returned or not.

    Args:
        after: The `next_after` of the page before; None for the first page.
        bytes_max: The size at which the page ends.

    Raises:
        BadParams: If `after` is not a value that a page returned.
    """
    sections = find_sections()
    begin, key = _begin(sections, after)
    as_of = event_log.heads(tx, [member_stream(ctx.member)])
    rows: list[ExportedRow] = []
    size, place = 0, after
    names = list(sections)
    for name in names[names.index(begin) :]:
        section = sections[name]
        for given in section.rows(tx, ctx, key):
            if given is None:
                yield
                continue
            row = msgspec.json.encode(given.row)
            size += len(row) + _ROW_BYTES
            if rows and size > bytes_max:
                return ExportPage(rows=tuple(rows), next_after=place, as_of=as_of)
            rows.append(ExportedRow(section=name, row=Raw(row)))
            place = section.place(given.key)
        key = None
        yield
    return ExportPage(rows=tuple(rows), as_of=as_of)


def _begin(
    sections: Mapping[str, Section], after: ExportPlace | None
) -> tuple[str, ExportKey | None]:
    """Return the section and the key after which a page begins.

    Raises:
        BadParams: If `after` is not a value that a page returned.
    """
    if after is None:
        return next(iter(sections)), None
    name, _, text = after.partition(":")
    key = sections[name].parse_key(text) if name in sections else None
    if key is None:
        raise BadParams("after", "is no place in an export; begin anew without it")
    return name, key
