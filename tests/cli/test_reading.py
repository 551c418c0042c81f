"""Rounds, choices, thanks and the inbox from the command line."""

from tests.cli.house import House


def thread(house: House, who: str, title: str, body: str = "Its words.") -> str:
    """Start a thread; return its address."""
    return house.ok(who, "write", "garden", "--title", title, "-m", body).strip()


def test_a_round_is_printed_in_order_and_passed(house: House) -> None:
    """What is for one comes first, then what one follows; --mark passes it, and then it is over."""
    house.ok("bo", "round", "--mark")
    plain = thread(house, "ana", "Plain talk")
    followed = thread(house, "ana", "Followed talk")
    called = thread(house, "ana", "For you", "Hello @bo, look.")
    house.ok("bo", "follow", followed)
    house.ok("bo", "write", called, "-m", "Yes.")
    answer = house.ok("ana", "write", f"{called}/2", "-m", "Good.").strip()
    shown = house.bbs("round", "--profile", "bo")
    assert shown.exit_code == 0
    assert "3 threads, 4 posts, about 1 minute." in shown.stderr
    places = [shown.stdout.index(f"{address}  @ana") for address in (f"{called}/1", answer)]
    places += [shown.stdout.index(f"{address}/1  @ana") for address in (followed, plain)]
    assert places == sorted(places)
    data = house.data("bo", "round")
    assert [stop["section"] for stop in data["round"]["stops"]] == ["for_me", "followed", "board"]
    assert (data["size"]["posts"], len(data["posts"])) == (4, 4)
    assert len(house.ok("bo", "round", "--jsonl").splitlines()) == 4
    house.ok("bo", "round", "--mark")
    over = house.bbs("round", "--profile", "bo")
    assert over.stdout == ""
    assert "All caught up." in over.stderr


def test_muting_is_for_oneself_and_can_be_undone(house: House) -> None:
    """What is muted is in no round and no count; unmuting what one follows leaves that alone."""
    house.ok("bo", "round", "--mark")
    address = thread(house, "ana", "Loud")
    for named in (address, f"{address}/1", "garden", "@ana"):
        house.ok("bo", "mute", named)
        assert house.data("bo", "round")["posts"] == []
        assert house.data("bo", "read", address, "--unread")["posts"] == []
        house.ok("bo", "unmute", named)
        assert len(house.data("bo", "round")["posts"]) == 1
        assert len(house.data("bo", "read", address, "--unread")["posts"]) == 1
    house.ok("bo", "follow", "@ana")
    assert "You did not mute @ana." in house.ok("bo", "unmute", "@ana")
    assert house.data("bo", "round")["round"]["stops"][0]["section"] == "followed"
    house.ok("bo", "unfollow", "@ana")
    refused = house.bbs("mute", "@bo", "--profile", "bo")
    assert refused.exit_code != 0
    house.ok("bo", "mute", "garden", "--dry-run")
    assert len(house.data("bo", "round")["posts"]) == 1


def test_what_was_withdrawn_is_unread_no_more(house: House) -> None:
    """`bbs read --unread` prints what the counts count: a withdrawn post is not among it (P10)."""
    address = thread(house, "ana", "Figs")
    house.ok("ana", "write", address, "-m", "Not so.")
    house.ok("ana", "write", f"{address}/2", "--withdraw")
    unread = house.data("bo", "read", address, "--unread")["posts"]
    assert [post["number"] for post in unread] == [1]


def test_the_inbox_tells_what_was_done_to_somebody(house: House) -> None:
    """Who did it in which office, to what and why: in a line, and as JSON with every name (P8)."""
    address = thread(house, "bo", "Slander", "About somebody.")
    house.ok("ana", "admin", "boards", "appoint", "garden", "bo")
    why = ("--law", "StGB 187", "--reason", "By order of the court")
    waits = house.bbs("admin", "purge", f"{address}/1", *why, "--yes", "--profile", "ana")
    assert waits.exit_code == 7
    items = house.data("bo", "inbox", "--limit", "2")["items"]
    assert {item["kind"] for item in items} == {"notice"}
    [hidden] = [item["notice"] for item in items if item["notice"]["kind"] == "hidden"]
    told = [line.rpartition("  ")[0] for line in house.ok("bo", "inbox").splitlines()[:2]]
    assert sorted(told) == [
        "notice: garden: @ana, moderator of garden, made you a moderator",
        "notice: garden: words of yours are hidden while a purge by law waits;"
        f" bbs admin proposals words {hidden['proposal']} shows them",
    ]
    [appointed] = [item["notice"] for item in items if item["notice"]["kind"] == "about"]
    assert appointed["act"]["office"] == "moderator"
    assert "notice" not in house.ok("ana", "inbox")
    house.ok("bo", "admin", "boards", "appoint", "garden", "bo", "--end")


def test_saving_thanking_and_the_inbox(house: House) -> None:
    """Saved posts are listed for oneself; thanks stand in the author's inbox and nowhere else."""
    address = thread(house, "ana", "Figs", "Cover the figs.")
    house.ok("bo", "save", f"{address}/1")
    saved = house.ok("bo", "saved")
    assert f"{address}/1  @ana" in saved
    assert "Cover the figs." in saved
    house.ok("bo", "save", address, "--undo")
    assert f"{address}/1" not in house.ok("bo", "saved")
    for _ in range(2):
        house.ok("bo", "thank", address)
    assert house.ok("ana", "inbox").count(f"@bo thanks you for {address}/1") == 1
    assert "thanks" not in house.ok("bo", "inbox")
    house.ok("bo", "write", address, "-m", "Done.")
    assert f"answer: {address}/2  @bo" in house.ok("ana", "inbox")
    assert house.data("ana", "inbox", "--limit", "1")["items"][0]["kind"] == "answer"
    refused = house.bbs("thank", f"{address}/1", "--profile", "ana")
    assert refused.exit_code == 1
    assert "your own" in refused.stderr


def test_a_mention_in_a_lounge_stands_in_the_inbox(house: House) -> None:
    """A line that calls somebody is told by its address, its author and its words, like a post."""
    house.ok("ana", "chat", "garden", "-m", "the kettle, @bo")
    number = house.data("ana", "read", "garden/lounge")["lines"][-1]["number"]
    [head, words] = house.ok("bo", "inbox").splitlines()[:2]
    assert head.startswith(f"mention: garden/lounge/{number}  @ana")
    assert words.strip() == "the kettle, @bo"
    [item] = house.data("bo", "inbox", "--limit", "1")["items"]
    assert (item["kind"], item["line"]["number"]) == ("mention", number)
