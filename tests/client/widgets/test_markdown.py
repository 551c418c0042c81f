"""Markdown bodies as rows of text."""

import time
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from bbs.mbox.markdown import as_markdown
from bbs_client.theme import LOOKS
from bbs_client.widgets import markdown
from bbs_client.widgets.rows import copied

SECONDS_MAX = 1.0  # of this process: ten times what the slowest takes here


def drawn(body: str, width: int = 40) -> list[str]:
    """Return a body as plain rows."""
    return [row.plain.rstrip() for row in markdown.wrap(markdown.rows(body), width)]


def roles(body: str, role: str) -> list[str]:
    """Return the stretches of a body that have a role."""
    return [
        row.text.plain[span.start : span.end]
        for row in markdown.rows(body)
        for span in row.text.spans
        if span.style == role
    ]


def test_paragraphs_keep_their_lines() -> None:
    """A line break of the writer's is kept: people break lines on purpose."""
    assert drawn("one\ntwo\n\nthree") == ["one", "two", "", "three"]


def test_emphasis_and_code_have_roles() -> None:
    """Emphasis and code are told by roles, and their marks are gone."""
    body = "a *b* **c** `d`"
    assert drawn(body) == ["a b c d"]
    assert roles(body, "em") == ["b"]
    assert roles(body, "strong") == ["c"]
    assert roles(body, "code") == ["d"]


def test_links_are_numbered_and_their_whole_targets_told() -> None:
    """A link is read, not trusted: where it leads is told in full, and it opens nothing (P13)."""
    body = (
        "[bank](https://evil.example/x) and https://a.example/(b). [again](https://evil.example/x)"
    )
    assert drawn(body, 80) == [
        "bank[1] and https://a.example/(b)[2]. again[1]",
        "",
        "[1] https://evil.example/x",
    ]
    assert markdown.links(body) == ["https://evil.example/x", "https://a.example/(b)"]
    assert drawn("<https://a.example>") == ["<https://a.example>[1]"]
    assert drawn("see (https://a.example/b_(c)), *ok*", 60) == [
        "see (https://a.example/b_(c)[1]), ok"
    ]
    assert not any(
        "@click" in str(span.style) for row in markdown.rows("[a](b)") for span in row.text.spans
    )


def test_mail_is_shown_as_written() -> None:
    """Of a mail's text nothing is swallowed: addresses and links keep their angle brackets, quotes
    their depth, and an address brings no footnote."""
    mail = (
        "On Tue, Ana <ana@x.example> wrote:\n> see <https://x.example/a>\n>> deeper\n\n"
        "Yes: <URL:https://y.example/b> <not a link>\n\n> quoted\nanswered at once"
    )
    assert drawn(as_markdown(mail), 80) == [
        "On Tue, Ana <ana@x.example> wrote:",
        "",
        "▎ see <https://x.example/a>[1]",
        "▎",
        "▎ ▎ deeper",
        "",
        "Yes: <URL:https://y.example/b>[2] <not a link>",
        "",
        "▎ > quoted",
        "▎ answered at once",
    ]
    assert markdown.links(as_markdown(mail)) == ["https://x.example/a", "URL:https://y.example/b"]


def test_a_host_of_other_letters_is_spelled_out() -> None:
    """A name that looks like another shows what it is before anything is opened (P13)."""
    assert markdown.links("https://\u0430pple.com/x") == ["https://xn--pple-43d.com/x"]
    assert drawn("https://\u0430pple.com", 60)[-1] == "[1] https://xn--pple-43d.com"
    assert markdown.links("[a](javascript:x) [b](file:///etc/passwd)") == []


def test_spoilers_are_covered_until_they_are_asked_for() -> None:
    """What `||` encloses is covered, formatting, lines and links of it too; logic is no spoiler."""
    body = "He ||dies *badly*\nat [sea](http://a.b)|| then.\na || b || c, `||d||`, || e ||"
    covered = f"He {'░' * 17} (uncover with .) then.\na || b || c, ||d||, || e ||"
    assert drawn(body, 80) == covered.split("\n")
    assert markdown.links(body) == []
    shown = [row.text.plain for row in markdown.rows(body, reveal=True)]
    assert shown[:2] == ["He dies badly", "at sea[1] then."]
    assert markdown.links(body, reveal=True) == ["http://a.b"]
    assert drawn("||whole|| and ||more||") == ["░░░░░ (uncover with .) and ░░░░"]
    assert markdown.plain("||whole||") == "░░░░░"
    assert drawn("||open and ||| never closed") == ["||open and ||| never closed"]


def test_mentioned_members_have_their_hues() -> None:
    """A handle of a mentioned member has the role of the name; a word that looks alike has none."""
    body = "@ana, @Ben: *and @cleo* `@ana` x@ana @anastasia https://a.example/@ana"
    hues = {"ana": "hue1", "ben": "hue2", "cleo": "hue3"}
    (line, *_) = markdown.rows(body, called=hues)
    found = [
        (line.text.plain[span.start : span.end], span.style)
        for span in line.text.spans
        if str(span.style).startswith("hue")
    ]
    assert found == [("@ana", "hue1"), ("@Ben", "hue2"), ("@cleo", "hue3")]


def test_tables_stand_in_columns() -> None:
    """Cells stand under their head, wide letters counted as two; a narrow view wraps cells."""
    body = "| what | n |\n|---|--:|\n| 東京 | 1 |\n| a longer cell | 22 |"
    assert drawn(body) == [
        "▎ what          │  n",
        "▎ ──────────────┼───",
        "▎ 東京          │  1",
        "▎ a longer cell │ 22",
    ]
    assert drawn(body, 16) == [
        "▎ what      │  n",
        "▎ ──────────┼───",
        "▎ 東京      │  1",
        "▎ a longer  │ 22",
        "▎ cell      │",
    ]
    assert max(row.cell_length for row in markdown.wrap(markdown.rows(body), 6)) <= 6


def test_code_is_told_by_roles() -> None:
    """Known languages are highlighted, patches by what each line does, the unknown left alone."""
    assert roles("```python\ndef f():  # why\n    return 'x'\n```", "keyword") == ["def", "return"]
    patch = "```diff\n@@ -1,2 +1,2 @@\n-old\n+new\n same\n-- \n2.1\n```"
    assert roles(patch, "removed") == ["-old"]
    assert roles(patch, "added") == ["+new"]
    assert roles(patch, "dim") == ["-- ", "2.1"]
    assert drawn("```nobody\nif x\n```") == ["▎ if x"]
    assert roles("> a\n>> b", "quote") == []
    assert [row.style for row in markdown.rows("> a\n>> b") if row.text.plain] == ["", "deep"]


def test_a_quote_by_address_is_drawn_from_its_post() -> None:
    """What is quoted by reference shows the post's words while they are there, and then is gone (P10)."""
    posts: dict[str, tuple[str, str | None]] = {
        "garden/42/6": ("cleo #6", "one *two*\nthree"),
        "garden/42/7": ("ana garden/42/7", "one *two*\n\n" + "three\n" * 20),
        "garden/42/8": ("ben #8", None),
    }

    def quoting(body: str) -> list[str]:
        rows = markdown.rows(body, quoted=posts.get)
        return [row.plain for row in markdown.wrap(rows, 40)]

    assert quoting("> garden/42/6\n\nyes") == ["▎ one two", "▎ three  cleo #6", "", "yes"]
    shown = quoting("> garden/42/7\n\nyes")
    assert shown[:1] == ["▎ one two"]
    assert shown[-4:] == ["▎ three  ana garden/42/7", "▎ …", "", "yes"]
    assert quoting("> garden/42/8") == ["▎ ben #8  its words are gone"]
    assert quoting("> garden/42/9") == ["▎ garden/42/9  not on this device"]
    assert quoting("> see garden/42/7") == ["▎ see garden/42/7"]


def test_lists_and_quotes_hang_together() -> None:
    """Wrapped rows stay under their bullet and behind their quote bar."""
    assert drawn("- one two three four\n  1. sub", 12) == [
        "• one two",
        "  three four",
        "  1.  sub",
    ]
    assert drawn("> a\n>> b", 12) == ["▎ a", "▎", "▎ ▎ b"]
    assert drawn("> one two three four", 12) == ["▎ one two", "▎ three four"]


def test_code_is_kept_as_it_was_typed() -> None:
    """Fenced code keeps its spaces and is no markdown inside."""
    assert drawn("```\nif a:\n    *b*\n```") == ["▎ if a:", "▎     *b*"]
    assert drawn("```\n" + "x" * 12 + "\n```", 10) == ["▎ xxxxxxxx", "▎ xxxx"]


def test_tabs_are_as_wide_as_they_count() -> None:
    """A tab leads to the next stop of four columns, in code from where its line begins (B4)."""
    assert drawn("```\na\tb\n\tc\nabcde\tf\n```") == ["▎ a   b", "▎     c", "▎ abcde   f"]
    assert drawn("- ```\n  a\tb\n  ```") == ["• ▎ a   b"]
    assert drawn("one\ttwo *th\tree*") == ["one two th  ree"]
    assert drawn("東京\tx\n" * 2) == ["東京    x"] * 2


def test_the_text_of_rows_is_the_text_as_written() -> None:
    """Soft wraps are joined, addresses are whole, code keeps its lines, blanks and tabs; bullets come
    along, no bar and no indent does (B4)."""
    address = "https://example.org/" + "a" * 30
    code = "if x:\n\tgo('" + "b" * 30 + "')"
    body = f"one two three four five six\n{address} end\n\n- seven eight nine ten\n\n```\n{code}\n```\n\n> quoted words go on"
    rows = markdown.laid(markdown.rows(body), 20)
    assert max(row.content.cell_length for row in rows) <= 20
    text = copied((row, 0, len(row.content)) for row in rows)
    assert text == (
        f"one two three four five six\n{address}[1] end\n\n"
        f"• seven eight nine ten\n\n{code}\n\nquoted words go on"
    )


def test_html_and_images_are_text() -> None:
    """Raw HTML is shown as typed and nothing is ever fetched."""
    assert drawn("<b>x</b> ![alt](http://a/b)", 60) == [
        "<b>x</b> !alt[1]",
        "",
        "[1] http://a/b",
    ]


def test_entities_bring_no_control_characters() -> None:
    """A control character spelled as an entity is as dead as a typed one (P13)."""
    text = "".join(drawn("&#27;[31mred&#x202e;x&#155;", 60))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\x9b" not in text


@given(st.text(max_size=400), st.integers(4, 100))
def test_rows_fit_and_are_printable(body: str, width: int) -> None:
    """Any body becomes rows that fit the width and hold nothing that acts on a terminal (P13)."""
    for row in markdown.wrap(markdown.rows(body), width):
        assert row.cell_length <= max(width, 20)
        acting = {char for char in row.plain if category(char) in ("Cc", "Cs", "Co", "Zl", "Zp")}
        assert not acting | set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(
            row.plain
        )


@given(st.text(alphabet="*_`[]()<>#->1.:/ \n\t|~!\\a&;", max_size=300))
def test_tangled_markdown_never_fails(body: str) -> None:
    """Half-written markdown is shown somehow; nothing a member types breaks a reader (P13)."""
    rows = markdown.wrap(markdown.rows(body), 40)
    assert rows
    assert all(isinstance(row, Content) for row in rows)


@pytest.mark.parametrize(
    "body",
    [
        "![" * 8_000,
        "[" * 16_000,
        "\n" * 16_000,
        "*a " * 5_000,
        "> " * 8_000,
        "- " * 8_000,
        "* a\n" * 1_000,
        "[a](b) " * 2_000,
        "`" * 16_000,
        "&#x202e;" * 1_500,
        "x" * 16_000,
        "http://a" * 2_000 + "(",
        "||a" * 5_000,
        "|a" * 4_000 + "\n" + "|-" * 4_000 + "\n" + "|b" * 4_000,
        "|a|b|\n|-|-|\n" + "|c|d|\n" * 1_500,
        "```python\n" + ("`" * 200 + "\n") * 40 + "```",
        "```yaml\n" + ("`" * 200 + "\n") * 40 + "```",
        "```diff\n" + "@@ -1 +1 @@\n-a\n+b\n" * 600 + "```",
        "\n".join(" " * depth + "- a" for depth in range(170)),
    ],
)
def test_no_body_takes_long(body: str) -> None:
    """The worst known inputs of the parser are drawn at once, as typed if need be (P13)."""
    # What is slow by nature is slow each time; a pause of the machine is not.
    assert any(_seconds_for(body) < SECONDS_MAX for _ in range(3))


def _seconds_for(body: str) -> float:
    began = time.thread_time()
    markdown.wrap(markdown.rows(body), 60)
    return time.thread_time() - began


def test_plain_is_the_first_line_of_text() -> None:
    """Lists show how a post begins, without its marks."""
    assert markdown.plain("\n> *hello* there\n\nmore") == "hello there"
    assert markdown.plain("") == ""


def test_every_look_the_renderer_gives_is_known_to_the_views() -> None:
    """No post can name a look a view does not have: that would end the client (P13)."""
    written = (
        "*em* **strong** ***both*** `code` <https://example.org> [a](https://example.org)\n\n"
        "> *quoted* **text**\n\n# Heading *em*\n\n- *item*\n\n1. two\n\n```py\nx = 1\n```\n\n---\n\n"
        "| a | b |\n|---|---|\n| *c* | d |\n\n~~gone~~ a  \nb\n"
    )
    known = set(LOOKS)
    looks = {
        role
        for row in markdown.rows(written)
        for span in row.text.spans
        for role in str(span.style).split()
    }
    assert "em" in looks
    assert looks <= known
