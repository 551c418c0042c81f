"""Archives as a whole: separators, threads, duplicates, ids, batches, and importing twice."""

import io
import json
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.mbox.archive import read_mails
from bbs.mbox.plan import batches
from tests.cli.house import House
from tests.cli.mails import FROM_LINE, archive, imported, mail, multipart, planned


def test_threads_follow_references_and_dates() -> None:
    """Answers stand under what they answer, and the whole import is in order of time (P1)."""
    posts, summary = imported(
        mail("<3@x>", date="Tue, 17 Nov 2009 12:00:00 +0000", References="<1@x> <2@x>"),
        mail("<1@x>", date="Tue, 17 Nov 2009 10:00:00 +0000"),
        mail("<9@x>", date="Tue, 17 Nov 2009 10:30:00 +0000", subject="Another"),
        mail("<2@x>", date="Tue, 17 Nov 2009 11:00:00 +0000", In_Reply_To="<1@x> (Ana)"),
    )
    assert summary.threads == 2
    first, other, second, third = posts
    assert (second.parent, third.parent) == (first.id, second.id)
    assert first.thread == second.thread == third.thread != other.thread
    assert [post.title for post in posts] == ["A subject", "Another", "A subject", "A subject"]


def test_an_answer_dated_before_its_parent_still_follows_it() -> None:
    """Parents come before answers whatever their clocks said, as the protocol asks."""
    posts, _ = imported(
        mail("<2@x>", date="Mon, 16 Nov 2009 10:00:00 +0000", References="<1@x>"),
        mail("<1@x>", date="Tue, 17 Nov 2009 10:00:00 +0000"),
    )
    assert [post.parent for post in posts] == [None, posts[0].id]


def test_a_missing_parent_keeps_its_answers_together() -> None:
    """Answers to a mail that is not in the archive are one thread, named by what is missing."""
    answers = [mail(f"<{n}@x>", References="<0@x>", subject="Re: frost") for n in (1, 2)]
    posts, summary = imported(*answers)
    assert summary.threads == 1
    assert {post.thread for post in posts} == {posts[0].thread}
    whole, _ = imported(mail("<0@x>", subject="frost"), *answers)
    assert whole[0].thread == posts[0].thread, "the missing mail, imported later, finds its thread"


def test_rings_of_references_end() -> None:
    """Mails that claim to answer each other, or themselves, are threads all the same."""
    posts, _ = imported(
        mail("<1@x>", References="<2@x>"),
        mail("<2@x>", References="<1@x>"),
        mail("<3@x>", References="<3@x>"),
    )
    known: set[str] = set()
    for post in posts:
        assert post.parent is None or post.parent in known
        known.add(post.id)
    assert len(known) == 3


def test_a_message_id_twice_counts_once_and_a_missing_one_is_made() -> None:
    """The first mail with an id counts; one without gets an id that is the same next time."""
    mails = (mail("<1@x>"), mail("<1@x>", body="Again."), mail(None, body="No id."))
    posts, summary = imported(*mails)
    assert (summary.read, len(posts), summary.duplicates) == (3, 2, 1)
    assert [post.id for post in imported(*mails)[0]] == [post.id for post in posts]
    assert summary.changed["message id missing, made from its content"] == 1


def test_a_from_line_in_the_text_does_not_cut_a_mail() -> None:
    """`From ` after an empty line is text unless a mail's header follows."""
    body = "Hello.\n\nFrom here on it is downhill.\n\nFrom the docs:\nNote: do not.\n\nBye.\n"
    posts, summary = imported(mail("<1@x>", body=body), mail("<2@x>"))
    assert summary.read == 2
    assert "downhill" in posts[0].body
    assert "Bye." in posts[0].body


def test_a_separator_needs_no_empty_line_before_it() -> None:
    """What a program wrote without an empty line between two mails is two mails all the same."""
    posts, summary = planned(FROM_LINE + mail("<1@x>") + FROM_LINE + mail("<2@x>"))
    assert (summary.read, len(posts)) == (2, 2)
    assert [post.body for post in posts] == ["Hello.", "Hello."]


def test_a_mail_before_the_first_separator_is_read() -> None:
    """An archive may begin with a mail that lost its separator, or with text that is none: the one
    is read, the other counted and named."""
    for before, added, skipped in (
        (b"\n" + mail("<0@x>", subject="First"), 2, {}),
        (b"An archive of: frost\nNote: old\n\n", 1, {"text before the first mail": 1}),
    ):
        posts, summary = planned(before + archive(mail("<1@x>")))
        assert (len(posts), summary.skipped) == (added, skipped)
        assert summary.read == 2
        assert summary.has_mails
    assert not planned(b"Dear diary,\n\nno mail.\n")[1].has_mails


def test_what_is_no_mail_is_named_with_its_line() -> None:
    """A separator with nothing below, or with text that has no header, is counted, and named with
    its line: no text of it gets into the mail before."""
    at_list = b"From ana at example.org  Tue Nov 17 21:28:37 2009\n"
    for before in (b"", archive(mail("<1@x>"))):
        first = before.count(b"\n") + 1
        data = before + FROM_LINE + b"\nNo header.\n\n" + at_list + FROM_LINE + b"\n"
        posts, summary = planned(data + archive(mail("<2@x>")) + at_list + b"\n" + FROM_LINE)
        last = first + 6 + archive(mail()).count(b"\n")
        assert [post.body for post in posts] == ["Hello."] * len(posts)
        assert summary.skipped_lines == {
            "it has no header": [first],
            "an empty mail": [first + 4, first + 5, last + 1, last + 3],
        }
        assert summary.read == len(posts) + 5
    length = str(len("Hello.\n"))
    counted = archive(mail("<1@x>", Content_Length=length), mail("<2@x>", Content_Length="9"))
    skipped = planned(counted + FROM_LINE)[1].skipped_lines
    assert skipped == {"an empty mail": [counted.count(b"\n") + 1]}


def test_lengths_are_believed_where_a_mail_ends_there() -> None:
    """In mboxcl2 nothing in a body is escaped: Content-Length says where it ends. A length that
    leads elsewhere, as mails bring from other places, is passed over."""
    body = "Look:\n\nFrom a Tue Nov 17 21:28:37 2009\nSubject: quoted\n\nas it is.\n"
    for wrong in (0, 3, -7, 500, 10**9):
        length = len(body) + wrong
        first = mail("<1@x>", body=body, Content_Length=str(length))
        data = FROM_LINE + first + b"\n" + archive(mail("<2@x>"))
        posts, summary = planned(data)
        assert summary.read == (3 if wrong else 2), wrong
        if not wrong:
            assert "as it is." in posts[0].body
    quick = b"".join(
        FROM_LINE + mail(f"<{n}@x>", Content_Length="20000000") + b"\n" for n in range(3_000)
    )
    assert planned(quick)[1].read == 3_000


def test_patches_among_mails_are_read() -> None:
    """A patch in an archive of mails is a mail of its own; in a part of one it stays there, and is
    counted and named."""
    line = "From 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001\n"
    patch = line + "From: A <a@example.org>\nSubject: [PATCH] Mend\n\ndiff\n\n"
    mixed = archive(mail("<1@x>")) + patch.encode() + archive(mail("<2@x>"))
    posts, summary = planned(mixed)
    assert summary.read == 3
    assert "[PATCH] Mend" in [post.title for post in posts]
    parts = multipart("mixed", "\nSee:", "Content-Type: text/x-diff\n\n\n" + patch)
    whole = mail("<1@x>", body=parts, Content_Type="multipart/mixed;\n boundary=cut")
    posts, summary = planned(archive(whole) + patch.encode())
    assert summary.read == 2
    assert "[PATCH] Mend" in posts[0].body + posts[1].body
    assert summary.changed["patch with a From line of its own, kept in its mail"] == 1


@given(
    st.lists(
        st.sampled_from(
            [
                FROM_LINE,
                b"From x\n",
                b"From 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001\n",
                b"Subject: s\n",
                b"Content-Length: 12\n",
                b"Content-Type: multipart/mixed; boundary=c\n",
                b"--c--\n",
                b"text\n",
                b"\n",
                b"no end",
            ]
        ),
        max_size=30,
    )
)
def test_every_line_of_an_archive_is_in_one_mail(lines: list[bytes]) -> None:
    """What is read and what is passed over together are the file, whatever it holds."""
    data = b"".join(lines)
    parts: list[bytes] = []
    for raw in read_mails(io.BytesIO(data)):
        parts += [b"From " + raw.envelope.encode() + b"\n"] if raw.envelope else []
        parts.append(raw.data or b"")
    kept = [line for line in b"\n".join(parts).split(b"\n") if line.strip()]
    assert kept == [line for line in data.split(b"\n") if line.strip()]


def test_a_missing_mail_hides_none_further_up() -> None:
    """References are followed backwards to the last mail that is there; what has no `@` names no
    mail, neither above another nor by itself."""
    posts, summary = imported(
        mail("<1@x>"),
        # Elsewhere the missing one stands under another that is missing too.
        mail("<5@x>", References="<0@x> <3@x>"),
        mail("<4@x>", References="<1@x> <2@x> <3@x>"),
        mail("<6@x>", References="<1>", In_Reply_To="<today>"),
        mail("<1>", body="One."),
        mail("<1>", body="Two."),
        mail("<7@x>", In_Reply_To="<0@y> <1@x>"),
    )
    above = [post.parent for post in posts if post.parent is not None]
    assert above == [posts[0].id] * 2
    assert (summary.threads, summary.duplicates, len({post.id for post in posts})) == (5, 0, 7)


def test_a_file_of_patches_is_an_archive_too() -> None:
    """What `git format-patch --stdout` writes is read as one mail a patch."""
    line = b"From 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001\n"
    data = archive(mail("<1@x>"), mail("<2@x>"), envelope=line)
    assert len(planned(data)[0]) == 2


def test_broken_archives_are_read_as_far_as_they_go() -> None:
    """No separator, only separators, no header, no end of line: nothing fails."""
    assert planned(b"")[1].read == 0
    assert not planned(b"no mbox at all\n")[1].has_mails
    posts, summary = planned(FROM_LINE + b"\n" + archive(mail()) + FROM_LINE.strip())
    assert len(posts) == 1
    posts, summary = planned(FROM_LINE + b"X-Odd: 1\n\n" + archive(mail()))
    assert summary.read == 2
    assert len(posts) == 2


def test_an_enormous_mail_is_skipped_and_told() -> None:
    """A mail beyond the limit is passed over in bounded memory; its neighbours are read."""
    size = limits.IMPORT_MAIL_BYTES_MAX + 1_000
    big = mail("<1@x>", body=b"x" * size)
    posts, summary = imported(big, mail("<2@x>"))
    assert len(posts) == 1
    assert sum(summary.skipped.values()) == 1
    assert [raw.data is None for raw in read_mails(io.BytesIO(archive(big)))] == [True]


@given(st.lists(st.integers(0, 30_000), max_size=60))
def test_batches_keep_order_and_fit_into_frames(sizes: list[int]) -> None:
    """Every post is in one batch, in its order, and no batch is larger than a frame."""
    (template,), _ = imported(mail())
    posts = [msgspec.structs.replace(template, body="x" * size) for size in sizes]
    cut = list(batches(posts))
    assert [post for batch in cut for post in batch] == posts
    for batch in cut:
        assert len(batch) <= limits.IMPORT_POSTS_MAX
        assert len(msgspec.json.encode(batch)) < limits.FRAME_TO_SERVER_BYTES_MAX - 4_096


def test_an_import_is_done_once_and_disturbs_nobody(house: House, tmp_path: Path) -> None:
    """The second import adds nothing; nothing becomes unread, nobody is mentioned (P4)."""
    house.ok(
        "ana",
        "admin",
        "boards",
        "open",
        "lists",
        "--hold-s",
        "0",
        "--norm",
        "Read on. :: It is old.",
    )
    house.ok("bo", "seat", "lists", "--accept-norms", "1")
    path = tmp_path / "list.mbox"
    patch = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new"
    path.write_bytes(
        archive(
            mail("<1@x>", body="Hello @bo.\n"),
            mail("<2@x>", References="<1@x>", body=patch, sender="Zoë <z@example.org>"),
            mail("<2@x>", References="<1@x>"),
            *(mail(f"<n{n}@x>", body="word " * 3_000) for n in range(20)),
        )
    )
    words = ("admin", "threads", "import-mbox", str(path), "--board", "lists")
    tried = house.data("ana", *words, "--dry-run")
    assert (tried["added"], tried["would_send"]) == (0, 22)
    first = house.data("ana", *words)
    assert (first["read"], first["added"], first["known"], first["duplicates"]) == (23, 22, 0, 1)
    again = house.data("ana", *words)
    assert (again["added"], again["known"]) == (0, 22)
    more = archive(mail("<3@x>", References="<2@x>"), mail("<4@x>", References="<3@x>", subject=""))
    path.write_bytes(path.read_bytes() + more + FROM_LINE)
    tried = house.data("ana", *words, "--dry-run")
    assert (tried["read"], tried["known"], tried["would_send"], tried["refused"]) == (26, 22, 2, [])
    assert (tried["added"], tried["duplicates"]) == (0, 1)
    told = house.ok("ana", *words, "--dry-run")
    assert "in the file 26 = would be added 2 + known 22 + twice 1 + skipped 1\n" in told
    assert "skipped   1: an empty mail (line " in told
    shown = house.data("bo", "read", "lists", "--limit", "200")
    assert shown["unread"] == []
    assert len(shown["threads"]) == 21
    oldest = house.data("bo", "read", "lists/1")
    assert [post["author"]["kind"] for post in oldest["posts"]] == ["imported"] * 2
    assert patch in oldest["posts"][1]["body"]
    assert oldest["posts"][0]["at"] == "2009-11-17T15:28:37Z"
    assert "Zoë (imported)" in house.ok("bo", "read", "lists/1")


def test_subjects_and_dates_of_a_series_are_shown(house: House, tmp_path: Path) -> None:
    """Every `[PATCH n/2]` of a series is shown above its post, found by its words and in the JSON;
    the thread stands with the date of its last mail (P1)."""
    norm = ("--norm", "Read. :: It is old.")
    house.ok("ana", "admin", "boards", "open", "series", "--hold-s", "0", *norm)
    path = tmp_path / "list.mbox"
    late = "Wed, 18 Nov 2009 12:00:00 +0000"
    path.write_bytes(
        archive(
            mail("<0@x>", subject="[PATCH 0/2] Frost"),
            mail("<1@x>", subject="[PATCH 1/2] Quincunx", References="<0@x>", body="One."),
            mail("<2@x>", subject="[PATCH 2/2] Zest", References="<0@x>", date=late),
            mail("<3@x>", subject="Re: [PATCH 0/2] Frost", References="<0@x>"),
        )
    )
    house.ok("ana", "admin", "threads", "import-mbox", str(path), "--board", "series")
    shown = house.ok("ana", "read", "series/1")
    assert shown.count("Subject: ") == 2
    assert "\n  Subject: [PATCH 1/2] Quincunx\n    One.\n" in shown
    assert "[PATCH 1/2] Quincunx" in house.ok("ana", "search", "quincunx")
    assert house.data("ana", "search", "zest")["found"][0]["post"]["subject"] == "[PATCH 2/2] Zest"
    posts = house.data("ana", "read", "series/1")["posts"]
    assert [post.get("subject") for post in posts].count(None) == 2
    assert house.data("ana", "read", "series")["threads"][0]["last_at"] == "2009-11-18T12:00:00Z"
    assert "2009-11-18" in house.ok("ana", "read", "series")


def test_the_summary_is_told_and_importing_needs_the_power(house: House, tmp_path: Path) -> None:
    """The summary is the result, on stdout; who lacks the power is refused and nothing is added."""
    house.ok(
        "ana",
        "admin",
        "boards",
        "open",
        "more-lists",
        "--hold-s",
        "0",
        "--norm",
        "Read. :: It is old.",
    )
    path = tmp_path / "list.mbox"
    path.write_bytes(archive(mail("<1@x>", date=None)))
    words = ("admin", "threads", "import-mbox", str(path), "--board", "more-lists")
    refused = house.bbs(*words, "--profile", "bo", "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stderr)["error"]["power"] == "import"
    told = house.bbs(*words, "--profile", "ana")
    assert told.stderr == ""
    assert "in the file 1 = added 1 + known 0 + twice 0 + skipped 0" in told.stdout
    assert "date missing" in told.stdout
