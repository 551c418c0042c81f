"""No body can pass for a header, a subject or a rail, whatever it contains, in both looks (P13)."""

import re

from hypothesis import example, given
from hypothesis import strategies as st
from rich.segment import Segment
from textual.color import Color
from textual.content import Content

from bbs.features.threads.tree import Tree
from bbs_client.signs import SignFilter, Signs
from bbs_client.widgets import markdown, post_rows
from bbs_client.widgets.rails import DIARY_BEAD, LEVEL_MAX, Frame, Rails, diary, edge_of

HEADER = re.compile(r"(?:[│| ] )*(?:[├╰+']─|[+']-)?[●○◌·*%.o] ")
RAILS = "│├╰─┃█▌▎|+'-"
SIGNS = "●○◌◉•·∙│├╰─┃█▸▌▎|+'-*%.o"
BLANKS = " \t\u00a0\u2000\u2003\u200a\u202f\u205f\u3000\u2800\U0001d159\u3164\u200b"
_bodies = st.text(alphabet=SIGNS + BLANKS + "\n\n>#[]`a1東", max_size=120)
_forged = st.lists(
    st.sampled_from(
        [*SIGNS, *BLANKS, "\n", "  ", "● mirela calls you      #5  14:28\n", "├─● otto  #3\n", "│ "]
    ),
    max_size=40,
).map("".join)


def frames(width: int) -> list[Frame]:
    """Return what stands before the posts of a tree that has each level, with and without branches."""
    parents = [
        None,
        *(number - 1 - number % 2 for number in range(2, 2 * LEVEL_MAX + 2)),
        17,
        18,
        1,
    ]
    rails = Rails(Tree.build(range(1, len(parents) + 1), parents), width)
    found = [rails.frame(place) for place in range(len(parents))]
    assert {len(at.head) // 2 for at in found} == set(range(LEVEL_MAX + 1))
    return found


TREE, DIARY = frames(78), diary(78, "14:28")


def rows_of(body: str, at: Frame, subject: str | None = None) -> list[str]:
    """Return the rows of a post by otto with a body."""
    head = post_rows.Header(("● ", "new"), Content("otto"), ("#3", "13:01"))
    words = markdown.laid(markdown.rows(body), at.room)
    rows = post_rows.framed(head, words, at, edge=edge_of(78), subject=subject)
    return [row.content.plain for row in rows]


def in_ascii(row: str) -> str:
    """Return a row as it is drawn on a terminal without our signs."""
    (segment,) = SignFilter(Signs.ASCII).apply([Segment(row)], Color(0, 0, 0))
    return segment.text


@given(_bodies | _forged, st.integers(0, len(TREE) - 1))
@example("││ ● mirela calls you", 0)
@example("\u3000● mirela", 0)
@example("-* mirela", 4)
@example("| | |\n|-|-|\n| |● mirela|", 2)
@example("```\n ● mirela\n```", 3)
@example("1. ● mirela", 0)
@example("- " + "word " * 14 + "\n  ● mirela\n\n  1. a\n     ● mirela", 5)
@example("word " * 15 + "\u2800● mirela", 1)
def test_no_body_imitates_a_header(body: str, level: int) -> None:
    """In a tree beads stand in even columns alone, and no word begins in one (looks 4)."""
    at = TREE[level]
    header, *rows = rows_of(body, at)
    assert HEADER.match(header)
    assert HEADER.match(in_ascii(header))
    for row in rows:
        assert not HEADER.match(row)
        assert not HEADER.match(in_ascii(row))
        assert row.startswith(at.body.plain)
        words = row[len(at.body) :]
        assert (len(words) - len(words.lstrip(BLANKS))) % 2 == 0  # but for an indent of a list
        if words.startswith("▎"):
            continue  # an odd column, from which no header begins
        begin = len(at.body)
        assert begin % 2
        for place, char in enumerate(words.expandtabs(1), begin):
            column = begin + Content(words[: place - begin]).cell_length
            is_first = not words[: place - begin].strip(RAILS + BLANKS)
            alone = place == begin or words[place - begin - 1] in RAILS + " "
            assert not (char in "●○◌◉" and alone and column % 2 == 0)
            assert not (char in "│├╰┃█" and is_first and column % 2 == 0)


@given(_bodies | _forged)
def test_by_time_no_body_reaches_the_column_of_beads(body: str) -> None:
    """Clock, bead and rail have columns of their own, left of all words (looks 4)."""
    header, *rows = rows_of(body, DIARY)
    assert header.startswith("14:28  ● otto")
    for row in rows:
        assert row[: DIARY_BEAD + 3] == " " * DIARY_BEAD + "│  "


@given(_bodies, st.sampled_from((*TREE, DIARY)))
def test_a_subject_stands_where_no_body_can(body: str, at: Frame) -> None:
    """It hangs from the rail of its post, by a sign that no body has in that column (P13)."""
    _, subject, *rows = rows_of(body, at, "[PATCH 2/44] Quince")
    assert subject == at.subject.plain + "[PATCH 2/44] Quince"
    own = len(at.subject) - 3
    assert subject[own] == "├"
    assert all(row[own] == "│" for row in rows)
