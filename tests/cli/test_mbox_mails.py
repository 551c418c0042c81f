"""Mails as they really are: names, dates, encodings, parts, patches; nothing makes the import fail."""

from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.features.threads.rules import check_import_body, check_title
from bbs.mbox.html_text import markdown_of_html
from bbs.mbox.markdown import as_markdown, fenced
from bbs.text import check_line
from tests.cli.mails import archive, imported, mail, multipart, only, planned

PATCH = """\
diff --git a/a.c b/a.c
index 1..2 100644
--- a/a.c
+++ b/a.c
@@ -1,3 +1,3 @@
 context with *stars* and `ticks`

-old
+new
"""


def test_a_mail_keeps_name_date_title_and_words() -> None:
    """Author, moment of writing, subject and text arrive as they were."""
    post = only(imported(mail(body="One.\n\nTwo.\n"))[0])
    assert post.author == "Ana Example"
    assert post.at.isoformat() == "2009-11-17T15:28:37+00:00"
    assert post.title == "A subject"
    assert post.body == "One.\n\nTwo."


def test_names_are_decoded_and_addresses_stay_behind() -> None:
    """RFC 2047 names are read; of a bare address only the part before the @ is kept (P11)."""
    cases = {
        "=?utf-8?q?Jos=C3=A9_Garc=C3=ADa?= <jose@example.org>": "José García",
        "=?iso-8859-1?b?SvxyZ2Vu?= =?iso-8859-1?q?_M=FCller?= <j@example.org>": "Jürgen Müller",
        '"Doe, Jane" <jane@example.org>': "Doe, Jane",
        "jane@example.org": "jane",
        "jane@example.org (Jane Doe)": "Jane Doe",
        "=?nonsense?x?broken?= <jane@example.org>": "=?nonsense?x?broken?=",
        "": "unknown",
        "<@>": "unknown",
    }
    for sender, name in cases.items():
        post = only(imported(mail(sender=sender))[0])
        assert post.author == name, sender
        check_line(post.author, field="author", chars_max=limits.NAME_CHARS_MAX)


def test_raw_bytes_in_headers_are_read() -> None:
    """A header with unencoded UTF-8 or Latin-1 bytes is decoded and counted, not lost."""
    raw = mail(subject="x").replace(b"Subject: x", "Subject: Größe".encode("latin-1"))
    posts, summary = imported(raw, mail("<2@x>", subject="Größe"))
    assert [post.title for post in posts] == ["Größe", "Größe"]
    assert summary.changed["character set guessed"]


def test_titles_lose_their_answer_marks_and_keep_the_lists_tag() -> None:
    """`Re:` in its forms goes, the list's tag stays, no subject is said to be none."""
    cases = {
        "Re: [list] RE: Re[2]: frost": "[list] frost",
        "[list] Re: AW: frost": "[list] frost",
        "Regarding frost": "Regarding frost",
        "re:": "(no subject)",
        "": "(no subject)",
        "two\n lines": "two lines",
        "x" * 500: "x" * limits.TITLE_CHARS_MAX,
    }
    for subject, title in cases.items():
        post = only(imported(mail(subject=subject))[0])
        assert post.title == title
        check_title(post.title)


def test_dates_come_from_the_mail_its_separator_or_a_mail_near() -> None:
    """A mail whose Date does not serve takes that of its separator, else of the mail before, at the
    beginning of the file of the next; what was wrong and what was taken is told."""
    nobody = b"From somebody\n"
    data = archive(mail("<0@x>", date=None), envelope=nobody)
    data += archive(mail("<1@x>"))
    data += archive(mail("<2@x>", date="yesterday"), envelope=b"From a Wed Nov 18 10:00:00 2009\n")
    data += archive(mail("<3@x>", date=None), envelope=nobody)
    years = ("0001", "1066", "2099", "9999")
    for year in years:
        data += archive(mail(f"<{year}@x>", date=f"Mon, 1 Jan {year} 00:00:00 +0000"))
    patch = b"From 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001\n"
    data += archive(mail("<5@x>", date="Tue, 1 Jan 9999 00:00:00 +0000"), envelope=patch)
    posts, summary = planned(data)
    first = "2009-11-17T15:28:37+00:00"
    on_separator = "2009-11-17T21:28:37+00:00"
    assert sorted(post.at.isoformat() for post in posts) == [
        *[first] * 2,
        *[on_separator] * (len(years) + 1),
        *["2009-11-18T10:00:00+00:00"] * 2,
    ]
    assert summary.changed == {
        "date missing, taken from the next mail that has one": 1,
        "date unreadable, taken from its From line": 1,
        "date missing, taken from the mail before": 1,
        "date not believable, taken from its From line": len(years),
        "date not believable, taken from the mail before": 1,
    }
    post, summary = planned(archive(mail(date=None), envelope=nobody))
    assert only(post).at.year == 1971
    assert summary.changed == {"date missing, 1971 for want of any in the file": 1}


def test_every_encoding_ends_in_text() -> None:
    """Declared, wrong, unknown and missing character sets all end in text, guesses counted."""
    cases = [
        ("text/plain; charset=iso-8859-1", "8bit", "Größe".encode("latin-1"), 0),
        ("text/plain; charset=utf-8", "quoted-printable", b"Gr=C3=B6=C3=9Fe", 0),
        ("text/plain; charset=koi8-r", "base64", b"79TXxdQ=", 0),
        ("text/plain; charset=us-ascii", "8bit", "Größe".encode(), 1),
        ("text/plain; charset=martian", "8bit", "Größe".encode("latin-1"), 1),
        ("text/plain; charset=hex", "8bit", b"616", 1),
        ("text/plain", "base64", b"!!! not base64 !!!", 0),
    ]
    for kind, encoding, words, guessed in cases:
        raw = mail(body=words, Content_Type=kind, Content_Transfer_Encoding=encoding)
        posts, summary = imported(raw)
        check_import_body(only(posts).body)
        assert summary.changed["character set guessed"] == guessed, kind
    assert only(imported(mail(body=cases[0][2], Content_Type=cases[0][0]))[0]).body == "Größe"


def test_what_no_body_may_hold_is_mended_and_counted() -> None:
    """Controls, escapes and decomposed letters are mended; a mail counts once for each reason."""
    posts, summary = imported(mail(body="a\x1b[31mred\x00 cafe\u0301\r\n"))
    check_import_body(only(posts).body)
    assert "\x1b" not in only(posts).body
    assert any(reason.startswith("text: ") for reason in summary.changed)


def test_alternatives_take_the_plain_one() -> None:
    """Of plain text and HTML that say the same, the plain one is taken."""
    parts = multipart("alternative", "\nPlain.", "Content-Type: text/html\n\n<b>Rich</b>")
    raw = mail(body=parts, Content_Type="multipart/alternative; boundary=cut")
    assert only(imported(raw)[0]).body == "Plain."


def test_html_alone_becomes_text() -> None:
    """Where there is only HTML, its text is taken: paragraphs, points, links; no scripts."""
    html = (
        "<html><head><style>p{}</style><title>no</title></head><body><p>Dear&nbsp;all,</p>"
        "<ul><li>one<li>two</ul><script>alert(1)</script>"
        "<p>See <a href='https://example.org/a'>here</a>.</p></body>"
    )
    posts, summary = imported(mail(body=html, Content_Type="text/html; charset=utf-8"))
    body = only(posts).body
    assert "Dear all," in body
    assert "- one" in body
    assert "[here](https://example.org/a)" in body
    assert "alert" not in body
    assert "p{}" not in body
    assert summary.changed["HTML turned into text"] == 1


def test_a_multipart_without_its_boundary_gives_its_text() -> None:
    """Where the header names no boundary, or a wrong one, the parts are read by the one the text
    shows; where there is none, the whole is the text."""
    parts = multipart(
        "mixed", "Content-Type: text/plain\n\nPlain words.", "Content-Type: image/x\n\n"
    )
    for kind in ("multipart/mixed", "multipart/mixed; boundary=other", "multipart/alternative"):
        posts, summary = imported(mail(body=parts, Content_Type=kind))
        assert only(posts).body.startswith("Plain words."), kind
        assert "--cut" not in only(posts).body
        assert summary.changed["multipart without its boundary"] == 1
        assert only(imported(mail(body="Just text.", Content_Type=kind))[0]).body == "Just text."


def test_html_keeps_what_it_means_and_shows_the_rest_as_written() -> None:
    """Quotes, tables of data and code stay what they are; tables that arrange a page are read cell
    after cell; no text becomes markup, and no size of markup takes long."""
    shown = markdown_of_html(
        "<blockquote>Said</blockquote><table><tr><th>a<th>b<tr><td>1<td>2</table>"
        "<table><tr><td><p>Left<td>Right</table><pre>x\n  y</pre><p># 1*2*3 _a_b &lt;z@x.org&gt;"
        "<p>1. one <a href='javascript:x'>js</a>"
    )
    assert "> Said" in shown
    assert "| 1 | 2 |" in shown
    assert "Left\n\nRight" in shown
    assert "```text\nx\n  y\n```" in shown
    assert "\\# 1\\*2\\*3 \\_a_b <z@x.org>" in shown
    assert "1\\. one js" in shown
    for much in ("<div>" * 50_000, "<table><tr><td>" * 9_000, "<li>x" * 50_000, "<soup>" * 9):
        assert len(markdown_of_html(much + "end")) < limits.IMPORT_HTML_CHARS_MAX


def test_rows_of_a_table_without_headings_stay_on_a_line() -> None:
    """Cells that hold nothing but text are read row by row; those that hold blocks one by one."""
    shown = markdown_of_html(
        "<table><tr><td>Pear<td> <td>3 kg\n<tr>\n<td><b>Fig</b>\n<td>1 kg</table>"
        "<table><tr><td><table><tr><td>In<td>side</table><td>Outside</table>"
    )
    assert shown == "Pear | 3 kg\n\n**Fig** | 1 kg\n\nIn | side\n\nOutside"


def test_the_text_of_an_image_stands_for_it() -> None:
    """What an HTML mail writes for those who see no images is read, as text and nothing else."""
    shown = markdown_of_html(
        "<p>It works <img src=x.png alt=':-)'> <a href='https://example.org'><img alt='Our *map*'>"
        "</a><img src=pixel.gif><img alt='&lt;b&gt;'>"
    )
    assert shown == "It works :-) [Our \\*map\\*](https://example.org)<b>"


def test_patches_are_inlined_and_attachments_named() -> None:
    """Patch parts stand in the post, whole; what else is attached is named with type and size."""
    parts = multipart(
        "mixed",
        "\nSee the patch.",
        "Content-Type: application/octet-stream; name=0001-fix.patch\n\n" + PATCH,
        "Content-Type: text/x-diff\nContent-Disposition: attachment; filename=b.diff\n\n" + PATCH,
        "Content-Type: text/x-python; name=notes.py\n\nprint(1)\n",
        "Content-Type: image/png; name=cat.png\nContent-Transfer-Encoding: base64\n\nAAAA",
        "Content-Type: application/pgp-signature\n\nxx",
    )
    posts, summary = imported(mail(body=parts, Content_Type="multipart/mixed; boundary=cut"))
    body = only(posts).body
    assert body.count(PATCH.strip("\n")) == 2
    assert "0001-fix.patch:\n\n```diff\n" in body
    assert "```text\nprint(1)\n```" in body
    assert body.endswith(
        "[attachment: cat.png, image/png, 3 bytes]\n\n"
        "[attachment: without a name, application/pgp-signature, 2 bytes]"
    )
    assert summary.changed["attachment listed, not kept"] == 2


def test_a_patch_in_the_text_is_verbatim() -> None:
    """A diff within the mail keeps every character, its empty lines and the `---` above it."""
    text = f"Fix it.\n\nSigned-off-by: A\n---\n a.c | 2 +-\n 1 file changed\n\n{PATCH}-- \n2.1\n"
    body = only(imported(mail(body=text))[0]).body
    assert PATCH.strip("\n") in body
    assert body.startswith("Fix it.\n\nSigned-off-by: A\n```diff\n---\n")
    assert body.count("```") == 2


def test_mails_within_mails_keep_their_words() -> None:
    """A forwarded mail and those of a digest stand in the text: who wrote them, when, and what;
    their addresses stay behind (P11)."""
    inner = mail("<2@x>", subject="=?utf-8?q?Fr=C3=B6st?=", body="It froze.\n").decode()
    head = "From: Ana Example\nDate: Tue, 17 Nov 2009 21:28:37 +0600\nSubject: Fröst\n\nIt froze."
    forwarded = multipart("mixed", "\nFwd.", "Content-Type: message/rfc822\n\n" + inner)
    raw = mail(body=forwarded, Content_Type="multipart/mixed; boundary=cut")
    assert only(imported(raw)[0]).body == f"Fwd.\n\n{head}"
    digest = multipart("digest", "\n" + inner, "\n" + inner.replace("froze", "thawed"))
    raw = mail(body=digest, Content_Type="multipart/digest; boundary=cut")
    posts, summary = imported(raw)
    assert only(posts).body == f"{head}\n\n{head.replace('froze', 'thawed')}"
    assert not summary.changed


def test_deep_nesting_does_no_harm() -> None:
    """Mails in mails are read to a depth and named beyond; absurd nesting is skipped or cut."""
    inner = mail(body="Innermost.\n")
    for depth in range(limits.IMPORT_MAILS_WITHIN_MAX + 2):
        posts, summary = imported(inner)
        too_deep = depth > limits.IMPORT_MAILS_WITHIN_MAX
        assert ("Innermost." in only(posts).body) is not too_deep
        assert ("[attachment: without a name, message/rfc822]" in only(posts).body) is too_deep
        assert summary.changed["attachment listed, not kept"] == too_deep
        inner = mail(body=inner, Content_Type="message/rfc822")
    deep = b"x"
    for _ in range(3_000):
        deep = b"Content-Type: multipart/mixed; boundary=c\n\n--c\n" + deep
    posts, summary = imported(mail("<1@x>"), b"Message-ID: <2@x>\n" + deep)
    assert len(posts) + sum(summary.skipped.values()) == 2


def test_an_empty_mail_says_so() -> None:
    """A mail without any text becomes a post that says so, and is counted."""
    posts, summary = imported(mail(body=" \n\u200b\n"))
    check_import_body(only(posts).body)
    assert summary.changed["nothing in it to read"] <= 1
    assert only(posts).body


def test_what_is_too_long_is_cut_with_a_note() -> None:
    """A body beyond the limit ends in a note and closed fences, within every limit."""
    for text in ("word " * 9_000, "é\\\n" * 20_000, "\t" + '"\\' * 12_000, "a\n" * 12_000):
        posts, summary = imported(mail(body=text))
        body = only(posts).body
        check_import_body(body)
        assert "[cut here: the whole mail has" in body.splitlines()[-1]
        assert body.count("```") % 2 == 0
        assert summary.changed["too long, cut"] == 1


@given(st.text(alphabet=st.sampled_from("ab \t>-+*#`\\_[]1.\n@~=|&;"), max_size=200))
def test_markdown_shows_every_character(text: str) -> None:
    """Taking out the fence lines gives the text back, whatever it holds."""
    shown = as_markdown(text).split("\n")
    kept: list[str] = []
    fence = ""
    for line in shown:
        ticks = line.rstrip("abcdefghijklmnopqrstuvwxyz")
        if not fence and line.startswith("```") and line.removeprefix(ticks) in ("text", "diff"):
            fence = ticks
        elif fence and line == fence:
            fence = ""
        else:
            kept.append(line)
    assert "\n".join(kept) == text
    assert not fence


@given(st.text(max_size=100))
def test_a_fence_is_longer_than_any_inside(text: str) -> None:
    """No text can close the fence it stands in (P13)."""
    first, *inside, last = fenced(text, "text").split("\n")
    assert first == last + "text"
    assert last not in [line.strip() for line in inside]


@given(st.text(max_size=300))
def test_any_html_ends_in_text(html: str) -> None:
    """No HTML makes the reader fail, and no tag gets through as markup of ours."""
    assert isinstance(markdown_of_html(html), str)


@given(st.binary(max_size=400))
def test_any_bytes_can_be_imported(data: bytes) -> None:
    """Whatever follows a separator becomes a post the gate accepts, or is skipped with a reason."""
    posts, summary = planned(b"From x\n" + b"Subject: x\n" + data)
    for post in posts:
        check_import_body(post.body)
        check_line(post.author, field="author", chars_max=limits.NAME_CHARS_MAX)
    assert summary.read == len(posts) + summary.duplicates + sum(summary.skipped.values())
