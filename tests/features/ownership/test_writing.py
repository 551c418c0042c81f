"""What is written of an export: whole or not at all, nowhere else, and text only (P9, P13)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw
from msgspec.structs import replace

from bbs.export.errors import ExportStuck, TargetTaken
from bbs.export.markdown import render_readme, render_row
from bbs.export.taking import Manifest, Source, take_away
from bbs.export.writers import FileWriter, FolderWriter, LinesWriter, free_name, open_writer
from bbs.features.ownership.messages import Export, ListExport
from bbs.features.ownership.views import (
    ExportContents,
    ExportedRow,
    ExportPage,
    ExportSection,
    LeftOut,
    OwnLine,
    OwnPost,
)
from bbs.features.threads.views import ContentState
from bbs.testing import a_line, a_post
from tests.wire.strategies import few, messages

SOURCE = Source(community="Our village", handle="ana", url="bbs://here")
CONTENTS = ExportContents(
    sections=(
        ExportSection(name="posts", about="Your posts."),
        ExportSection(name="lines", about="Your lines."),
    ),
    left_out=(LeftOut(what="members.password", why="a secret"),),
)
EVIL = "\x1b]0;owned\x07\u202e\x9b2J"


def row(section: str, view: Any) -> ExportedRow:
    """Return a row of an export."""
    return ExportedRow(section=section, row=Raw(msgspec.json.encode(view)))


def own(**fields: Any) -> OwnPost:
    """Return a post of garden/4."""
    return OwnPost(thread_address="garden/4", title="Slugs", post=a_post(**{"number": 1, **fields}))


class Pages:
    """A server that gives these pages, one after the other."""

    def __init__(self, *pages: Sequence[ExportedRow]) -> None:
        self.pages = list(pages)
        self.asked: list[str | None] = []

    async def __call__(self, request: Any, /) -> Any:
        if isinstance(request, ListExport):
            return CONTENTS
        assert isinstance(request, Export)
        self.asked.append(request.after)
        rows = self.pages.pop(0)
        place = f"posts:[{len(self.asked)}]" if self.pages else None
        return ExportPage(rows=tuple(rows), next_after=place)


def names(folder: Path) -> list[str]:
    """Return all files below a folder, by their paths in it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def test_pages_become_one_tree(tmp_path: Path) -> None:
    """Posts of a thread come together whichever page had them; each answers to one line of context."""
    answer = replace(own(number=3, body="two"), answers="ben", answers_number=2)
    pages = Pages(
        [row("posts", own(body="one"))],
        [row("posts", answer), row("lines", OwnLine(address="garden/lounge/1", line=a_line()))],
    )
    told: list[str] = []
    with FolderWriter(tmp_path / "mine") as writer:
        counts = await take_away(pages, SOURCE, writer, told.append)
    assert counts == {"posts": 2, "lines": 1}
    assert pages.asked == [None, "posts:[1]"]
    assert told == ["1 row, part 1 of 2: posts"]
    assert names(tmp_path / "mine") == [
        "README.md",
        "boards/garden/4.md",
        "boards/garden/lounge.md",
        "data/lines.jsonl",
        "data/posts.jsonl",
        "manifest.json",
    ]
    text = (tmp_path / "mine/boards/garden/4.md").read_text()
    assert text.count("# Slugs") == 1
    assert text.index("one") < text.index("*In answer to @ben #2.*") < text.index("two")


class Halted(Exception):
    """What ends an export in its middle."""


@pytest.mark.parametrize("name", ["mine", "mine.jsonl"])
async def test_what_ends_in_its_middle_leaves_nothing(tmp_path: Path, name: str) -> None:
    """Whatever ends an export after a page, no file of it stays, under any name (P9)."""

    def halt(_: str) -> None:
        raise Halted

    pages = Pages([row("posts", own())], [row("posts", own())])
    with pytest.raises(Halted), open_writer(tmp_path / name) as writer:
        await take_away(pages, SOURCE, writer, halt)
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - nothing else runs here


async def test_a_server_that_goes_in_circles_is_left(tmp_path: Path) -> None:
    """Pages that do not go on end the export with an error that says where."""

    async def circle(request: Any, /) -> Any:
        if isinstance(request, ListExport):
            return CONTENTS
        return ExportPage(rows=(row("posts", own()),), next_after="posts:[1]")

    with pytest.raises(ExportStuck, match=r"posts:\[1\]"), FolderWriter(tmp_path / "m") as writer:
        await take_away(circle, SOURCE, writer, lambda _: None)


async def test_what_came_in_between_stays(tmp_path: Path) -> None:
    """A folder that somebody made meanwhile is not replaced; what was fetched goes (P9)."""
    target = tmp_path / "mine"

    def make(_: str) -> None:
        target.mkdir()
        (target / "note").write_text("kept")

    pages = Pages([row("posts", own())], [row("posts", own())])
    with pytest.raises(TargetTaken), FolderWriter(target) as writer:
        await take_away(pages, SOURCE, writer, make)
    assert names(tmp_path) == ["mine/note"]


@pytest.mark.parametrize(
    "address", ["../../etc/4", "/etc/4", "garden/../4", "", "garden/lounge/4", EVIL]
)
def test_no_address_leads_out_of_the_folder(address: str) -> None:
    """A server's address that is none of ours names no file: ids do (P13)."""
    post = replace(own(), thread_address=address)
    rendered = render_row(row("posts", post))
    assert rendered is not None
    place, heading, _ = rendered
    assert place == f"boards/{post.post.board}/{post.post.thread}.md"
    assert "etc" not in heading


@few
@given(st.one_of(messages(OwnPost), messages(OwnLine)))
def test_words_in_markdown_are_text(view: OwnPost | OwnLine) -> None:
    """No text of any field moves a cursor or turns the line around when the file is shown (P13)."""
    section = "posts" if isinstance(view, OwnPost) else "lines"
    rendered = render_row(row(section, view))
    assert rendered is not None
    place, *texts = rendered
    assert ".." not in place.split("/")
    for text in texts:
        assert not [char for char in text if char != "\n" and (ord(char) < 32 or char == "\x9b")]


def test_evil_names_on_the_first_page_are_text() -> None:
    """Title, handle, address and sections of a hostile server stay words (P13)."""
    manifest = Manifest(
        source=Source(community=EVIL, handle=EVIL, url=EVIL),
        began_at=a_post().at,
        program="folkmoot",
        sections=(ExportSection(name="posts", about=EVIL),),
        left_out=(LeftOut(what=EVIL, why=EVIL),),
        as_of={},
    )
    page = render_readme(manifest, {"posts": 1})
    assert not set(page) & set("\x1b\x07\x9b\u202e")


async def test_rows_keep_the_words_as_they_are(tmp_path: Path) -> None:
    """JSON lines hold each character, escaped where it acts on a terminal (P9, P13)."""
    target = tmp_path / "mine.jsonl"
    with FileWriter(target) as writer:
        await take_away(Pages([row("posts", own(body=EVIL))]), SOURCE, writer, lambda _: None)
    text = target.read_text("utf-8")
    assert not set(text) & set("\x1b\x07\x9b\u202e")
    _, post, end = map(json.loads, text.splitlines())
    assert post["row"]["post"]["body"] == EVIL
    assert end == {"section": "end", "row": {"rows": {"posts": 1, "lines": 0}}}


def test_what_is_gone_says_how_it_went() -> None:
    """A post without words is still there, and says why (P10)."""
    for state in (ContentState.WITHDRAWN, ContentState.FADED, ContentState.PURGED):
        rendered = render_row(row("posts", own(body=None, state=state)))
        assert rendered is not None
        _, _, text = rendered
        assert "*" in text
        assert "None" not in text


async def test_lines_go_where_they_are_written() -> None:
    """A pipe gets each row as it comes, and the counts at last."""
    lines: list[bytes] = []
    await take_away(Pages([row("posts", own())]), SOURCE, LinesWriter(lines.append), lambda _: None)
    assert [json.loads(line)["section"] for line in lines] == ["export", "posts", "end"]


def test_a_second_export_of_a_day_has_a_name_of_its_own(tmp_path: Path) -> None:
    """An export that nobody named writes over no other, and is not refused for it (P9)."""
    day = str(tmp_path / "folkmoot-2026-12-01")
    assert free_name(day) == day
    Path(day).mkdir()
    Path(f"{day}-2").symlink_to(tmp_path / "nowhere")
    assert free_name(day) == f"{day}-3"
