"""An export for people: the member's own text, thread by thread, in Markdown. Pure.

Every text is sanitized, so that showing such a file in a terminal is safe (P13). The rows beside it
contain the text exactly as it is.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache

import msgspec

from bbs.address import LineAddress, ThreadAddress, parse
from bbs.errors import BadParams
from bbs.export.taking import Manifest
from bbs.features.members.author_text import script_note
from bbs.features.ownership.views import ExportedRow, OwnLine, OwnPost
from bbs.features.threads.views import ContentState, Post
from bbs.ids import BoardId
from bbs.text import sanitize

README = "README.md"
BOARDS = "boards"

_ADDRESSES_KEPT = 64  # posts of one thread often stand together

_post = msgspec.json.Decoder(OwnPost)
_line = msgspec.json.Decoder(OwnLine)
_GONE = {
    ContentState.WITHDRAWN: "*You withdrew this.*",
    ContentState.FADED: "*This has faded.*",
    ContentState.PURGED: "*This was erased by the sysop.*",
}


def render_row(row: ExportedRow) -> tuple[str, str, str] | None:
    """Return the file that a row's words belong to, that file's heading, and the words.

    None for a row that holds no words of the member.
    """
    if row.section == "posts":
        post = _post.decode(row.row)
        return _thread_file(post), _thread_heading(post), _post_text(post)
    if row.section == "lines":
        line = _line.decode(row.row)
        slug = _slug(line.address, LineAddress)
        folder = slug or line.line.board
        return _file(folder, "lounge"), f"# {folder}/lounge\n\n", _line_text(line)
    return None


@lru_cache(_ADDRESSES_KEPT)
def _slug(address: str | None, kind: type[ThreadAddress | LineAddress]) -> str | None:
    """Return the slug of an address of ours; None for anything else that a server may send."""
    try:
        found = parse(address or "")
    except BadParams:
        return None
    return found.board if isinstance(found, kind) else None


def _file(folder: str | BoardId, name: str) -> str:
    return f"{BOARDS}/{folder}/{name}.md"


def _thread_file(own: OwnPost) -> str:
    slug = _slug(own.thread_address, ThreadAddress)
    if slug is None:
        return _file(own.post.board, own.post.thread)
    return _file(slug, str(own.thread_address).rpartition("/")[2])


def _thread_heading(own: OwnPost) -> str:
    title = sanitize(own.title or "") or "(a title that is not yours, or is gone)"
    where = f"\n{own.thread_address}\n" if _slug(own.thread_address, ThreadAddress) else ""
    return f"# {title}\n{where}\n"


def _post_text(own: OwnPost) -> str:
    post = own.post
    number = f"#{post.number}" if post.number is not None else "held"
    lines = [f"## {number}, {_day(post.at)}{script_note(post.words_via, ', ')}", ""]
    if (answered := _answered(own)) is not None:
        lines += [answered, ""]
    if post.subject:
        lines += [f"**{sanitize(post.subject)}**", ""]
    return "\n".join([*lines, _body(post), "", ""])


def _answered(own: OwnPost) -> str | None:
    """Return the line that names the member whom a post answers."""
    who = f"@{sanitize(own.answers)}" if own.answers else ""
    what = f"#{own.answers_number}" if own.answers_number is not None else ""
    told = " ".join(part for part in (who, what) if part)
    return f"*In answer to {told}.*" if told else None


def _body(post: Post) -> str:
    if post.body is None:
        return _GONE.get(post.state, "*The words are gone.*")
    return sanitize(post.body, multiline=True)


def _line_text(own: OwnLine) -> str:
    body = own.line.body
    said = "(gone)" if body is None else sanitize(body, multiline=True).replace("\n", "\n  ")
    return f"- {_day(own.line.at)}{script_note(own.line.via, ', ')}: {said}\n"


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def render_readme(manifest: Manifest, counts: Mapping[str, int]) -> str:
    """Return the first page of a folder: its content, and the data that it lacks."""
    return "\n".join([*_readme(manifest, counts), ""])


def _readme(manifest: Manifest, counts: Mapping[str, int]) -> Iterator[str]:
    source = manifest.source
    handle = f"@{sanitize(source.handle)}" if source.handle else "a member"
    yield f"# What {sanitize(source.community)} keeps of {handle}"
    yield ""
    where = f" from {sanitize(source.url)}" if source.url else ""
    yield f"Taken on {_day(manifest.began_at)}{where} by {manifest.program}."
    yield ""
    yield manifest.note
    yield ""
    yield (
        f"`{BOARDS}/` holds your words, a file for each thread. `data/` holds everything, a file"
        " for each section with a JSON object on each line; `manifest.json` says the same as this"
        " page."
    )
    yield ""
    yield "| section | rows | what it holds |"
    yield "|---|---|---|"
    for section in manifest.sections:
        yield f"| {section.name} | {counts.get(section.name, 0)} | {sanitize(section.about)} |"
    yield ""
    yield "## What is left out"
    yield ""
    yield "- the words of others: only whom you answered, and titles of threads you wrote in"
    for left in manifest.left_out:
        yield f"- `{sanitize(left.what)}`: {sanitize(left.why)}"
