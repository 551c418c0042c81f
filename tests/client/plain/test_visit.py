"""The plain client against a real server: verbs, rounds, writing; as text and on a terminal."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from bbs.profiles import load_profile
from bbs.terminal.output import local_time
from bbs_client.actions.action import HelpGroup
from bbs_client.actions.table import ACTIONS
from bbs_client.plain.announcements import Announcements, changes
from bbs_client.plain.verbs import LISTED, VERBS, find_verb
from tests.cli.house import House
from tests.cli.terminal import terminal
from tests.client.plain.conftest import thread, visit


def test_a_transcript_is_plain_text(house: House) -> None:
    """No escape sequence, no drawing, one message a paragraph, whatever was written (P13)."""
    address = thread(house, "Hostile", "\u202e evil \u2066 <script> [@click=x]")
    house.wait_for_index()
    told = visit("bo", "boards", f"open {address}", "search evil", "members", "quit")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told)
    assert not re.search(r"[\u2500-\u259f]", told)
    assert f"{address}/1  @ana" in told
    assert f"{address}/1, @ana: Hostile" in told


def test_a_round_ends(house: House) -> None:
    """`next` shows every unread post once, in tree order, then says that the reader is caught up (P4)."""
    house.ok("bo", "mark", "garden")
    first = thread(house, "First", "one")
    house.ok("ana", "write", first, "-m", "three")
    house.ok("ana", "write", f"{first}/1", "-m", "two")
    second = thread(house, "Second", "four")
    told = visit("bo", "next", "", "n", "next", "next", "quit")
    words = ["one", "two", "three", "four", "All caught up."]
    assert [told.index(f"  {word}" if word != words[-1] else word) for word in words] == sorted(
        told.index(f"  {word}" if word != words[-1] else word) for word in words
    )
    for address in (first, second):
        assert house.data("bo", "read", address, "--unread")["posts"] == []


def test_what_was_shown_last_is_read_only_once_passed(house: House) -> None:
    """A post is marked when the reader types on, not when it appears (P2, P4)."""
    house.ok("bo", "mark", "garden")
    address = thread(house, "Passing", "one")
    house.ok("ana", "write", address, "-m", "two")
    visit("bo", "next")
    assert len(house.data("bo", "read", address, "--unread")["posts"]) == 2
    visit("bo", "next", "quit")
    assert [each["number"] for each in house.data("bo", "read", address, "--unread")["posts"]] == [
        2
    ]


def test_writing_answering_editing_and_withdrawing(house: House) -> None:
    """Words come on the line or after it up to a point; what was sent is told by address."""
    told = visit(
        "bo",
        *("open garden", "post Plain talk", "first line", "", "third line", "."),
        *("reply 1 on the line", "reply", "many", "lines", ".", "reply", "."),
        *("edit 2 other words", "withdraw 3", "no", "withdraw 3", "yes", "read 2", "quit"),
    )
    address = re.search(r"Posted as (garden/\d+)\.", told)
    assert address is not None
    posts = house.data("ana", "read", address[1])["posts"]
    assert [post.get("body") for post in posts] == ["first line\n\nthird line", "other words", None]
    assert "Nothing was sent." in told
    assert "Nothing was changed." in told
    assert "(withdrawn)" in told


def test_places_are_opened_by_their_address_alone(house: House) -> None:
    """An address is a verb; the prompt says where the reader is; back goes up."""
    address = thread(house, "Places")
    told = visit("bo", "garden", address, "back", "garden/lounge", "back", "back", "@ana", "quit")
    for prompt in ("\ngarden> ", f"\n{address}> ", "\ngarden/lounge> "):
        assert prompt in told
    assert "@ana: Ana, runs this server" in told


def test_lounge_people_and_norms(house: House) -> None:
    """Lines are said and read, people listed and seen by choice, norms read (P11)."""
    told = visit(
        "bo",
        *("open garden", "lounge", "say hello there", "lounge", "who", "who seen", "who hidden"),
        *("norms", "mentions", "quit"),
    )
    assert "@bo: hello there" in told
    assert told.count("Here and seen: @bo.") == 1
    assert "Climates differ." in told


def test_lines_of_a_lounge_become_a_thread(house: House) -> None:
    """A line is meant by its address; make-thread quotes the lines from one to another (P10)."""
    told = visit("bo", "open garden", "say The first.", "say The second.", "quit")
    said = re.findall(r"Said as (garden/lounge/\d+)\.", told)
    assert len(said) == 2, told
    first, second = said
    words = ("Kept", "Worth keeping.", ".")
    told = visit("bo", "make-thread", first, "make-thread", second, "make-thread", *words, "quit")
    assert "A thread is made of lines of a lounge." in told
    assert "Marked: go to the last line" in told
    address = re.search(r"Posted as (garden/\d+)\.", told)
    assert address is not None
    body = house.data("ana", "read", address[1])["posts"][0]["body"]
    assert f"> {first}\n> {second}\n" in body
    assert body.endswith("Worth keeping.")


def test_a_seat_is_taken_with_the_norms_and_left(house: House) -> None:
    """Norms are read and accepted before a seat is taken; no means no (P5)."""
    norm = ("--hold-s", "0", "--norm", "Be slow. :: It is a mill.")
    house.ok("ana", "admin", "boards", "open", "mill", *norm)
    told = visit(
        "bo", "open mill", "say hi", "no", "seat", "yes", "say hi", "seat leave", "1", "yes"
    )
    assert "You have no seat on this board yet." in told
    assert "You have taken no seat." in told
    assert "It is a mill." in told
    assert "Said as mill/lounge/1." in told
    assert "You wrote 1 line on mill. What becomes of your words?" in told
    assert "You are leaving mill. Until" in told
    told = visit("bo", "leave mill", "1")
    assert "You are leaving mill; your words stay under your name." in told
    assert "You are back in mill; what you wrote is shown again" in told


def test_marks_are_set_and_taken_back_by_hand(house: House) -> None:
    """`mark` and `unread` change what the next round holds."""
    address = thread(house, "By hand")
    visit("bo", f"open {address}", "mark", "quit")
    assert house.data("bo", "read", address, "--unread")["posts"] == []
    told = visit("bo", f"open {address}", "unread 1", "quit")
    assert "Unread from here on." in told
    assert len(house.data("bo", "read", address, "--unread")["posts"]) == 1


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("opne garden", "did you mean open?"),
        ("open", "Name a place, like"),
        ("open nowhere", "no such board"),
        ("read", "Name a place, like"),
        ("threads", "Open a board first"),
        ("reply", "Read a post first"),
        ("unread x", "may follow"),
        ("who x", "After who may follow: [seen|hidden]"),
        ("skip", "Open a thread first"),
        ("parent", "Read a post first"),
        ("mute", "Open a thread first"),
        ("save", "Read a post first"),
        ("save now", "may follow"),
        ("fold", "is for the screen"),
        ("search", "Search takes words"),
        ("help nothing", "There is no verb"),
        ("help serach", "There is no verb 'serach'; did you mean search?"),
        ("communities anna", "There is no 'anna' to choose; did you mean ana?"),
        ("\x1b[A", "There is no verb"),
    ],
)
def test_mistakes_are_told_and_the_visit_goes_on(line: str, told: str) -> None:
    """A mistake is answered with what to type, and never ends the visit."""
    shown = visit("bo", line, "quit")
    assert told in shown
    assert shown.endswith("Goodbye.\n")


def test_help_is_made_from_the_table_of_verbs() -> None:
    """Every verb is listed by help, explained alone, and reachable by each of its words."""
    listed = visit("bo", "help", "quit")
    for verb in LISTED:
        assert f"{verb.verb}" in listed
        assert verb.help in listed
    for verb in VERBS:
        assert verb.help.endswith(".")
        for word in (verb.verb, *verb.also):
            assert find_verb(word) is verb
    words = [word for verb in VERBS for word in (verb.verb, *verb.also)]
    assert len(words) == len(set(words))
    assert "Go to the next unread post of the round" in visit("bo", "help n", "quit")


def test_what_a_verb_is_about_may_be_named(house: House) -> None:
    """An address after a verb says what it is done to; the reader stays, unless it leads there."""
    address = thread(house, "By name", "First wording.")
    told = visit(
        "bo",
        *(address, "back", f"save {address}/1", f"info {address}/1"),
        *("member @ana", "follow @ana", "unfollow garden", "threads commons", "lounge garden"),
        *("level garden", "1", f"chain {address}/1", "outbox", f"unsave {address}/1"),
        *("unfollow @ana", "unfollow @ana", "level garden", "2"),
        *(*["undo"] * 7, "quit"),
    )
    for sentence in (
        f"garden> save {address}/1\n{address}/1 is saved",
        "It was never edited.",
        "You follow @ana",
        "@ana is neither followed nor muted.",
        "You do not follow this.",
        "commons> lounge garden",
        "Notices of Garden: every post.",
        "Undone. Notices of Garden: every post.",
        f"Undone. {address}/1 is saved, for you alone.",
        "Undone. You follow @ana",
        f"Undone. {address}/1 is no longer saved.",
        "No change of your order or choices is left to undo.",
        "This post answers none that is here.",
        "Everything is sent.",
    ):
        assert sentence in told, sentence
    assert "@ana: Ana, runs this server" in told


def test_every_action_of_the_table_is_a_verb(house: House) -> None:
    """What a key does is typed by the action's own word or others; what lines cannot do says so."""
    for action in ACTIONS:
        for word in (action.verb, *action.also):
            verb = find_verb(word)
            assert verb is not None, word
            assert verb.help == action.help, word
    house.join("vera", house.invitation)
    address = thread(house, "By every verb", "[Seeds](https://example.org)")
    asking = {action.verb for action in ACTIONS if action.asks or action.group is HelpGroup.WRITING}
    rest = [action.verb for action in ACTIONS if action.verb not in {*asking, "quit"}]
    # Who is asked takes what is typed next as the answer: those come alone, and the input ends.
    told = [
        visit("vera", f"{address}/1", *rest),
        *(visit("vera", f"{address}/1", v) for v in asking),
    ]
    silent = {
        verb
        for verb in (*rest, *asking)
        for shown in (next(each for each in told if f"> {verb}\n" in each),)
        if shown.partition(f"> {verb}\n")[2].startswith(("\n", "There is no verb"))
    }
    assert silent == set()


def test_on_a_terminal_news_are_told_between_prompts(house: House) -> None:
    """News never break a line half typed, and make no round longer (P4). Ctrl-D ends the visit."""
    house.ok("bo", "mark", "garden")
    with terminal(house.home, "connect", "--plain", "--profile", "bo") as bbs:
        bbs.expect("You are @bo.")
        bbs.expect("> ")
        bbs.press(b"mem")
        bbs.expect("mem")
        address = thread(house, "While you think")
        bbs.type("bers")
        assert bbs.expect("@ana: Ana").strip() == "bers"
        bbs.type("who")
        bbs.expect(f"* @ana started {address}: While you think")
        bbs.expect("> ")
        bbs.type("next")
        bbs.expect("  Its words.")
        thread(house, "Meanwhile")
        bbs.type("next")
        bbs.expect("All caught up.")
        bbs.expect("since then: 1 post, for your next round.")
        bbs.press(b"\x04")
        bbs.expect("Goodbye.")
        assert bbs.end() == 0
        assert "\x1b" not in bbs.shown


def test_a_session_ended_elsewhere_ends_the_visit(house: House) -> None:
    """When the session is ended on another device, the visit stops and says why: exit 4."""
    house.join("quin", house.invitation)
    words = ("sign-in", house.url, "--handle", "quin", "--profile", "quin-too")
    house.bbs(*words, "--password-file", str(house.password_file))
    with terminal(house.home, "connect", "--plain", "--profile", "quin") as bbs:
        bbs.expect("> ")
        house.ok("quin-too", "devices", "--end", load_profile("quin").session)
        bbs.expect("bbs: ")
        assert bbs.end() == 4
        assert "Traceback" not in bbs.shown


def test_too_long_is_refused_and_nothing_is_cut(house: House) -> None:
    """A line or title past its limit is told, not shortened, and the visit goes on (P13)."""
    house.ok("ana", "admin", "boards", "open", "terse", "--norm", "Be brief. :: It is small.")
    # What was refused stays a draft, so it is written where no other test writes.
    told = visit("ana", "open terse", "say " + "x" * 9_000, "post " + "y" * 90_000, "boards")
    assert "line: longer than 1000 characters" in told
    assert "title: longer than 120 characters" in told
    assert told.rstrip().endswith("Goodbye.")


def test_a_round_is_the_servers_and_says_its_size_and_what_is_newer(house: House) -> None:
    """First what is to the reader, then what they follow, then boards; skipped and newer wait (P1, P4)."""
    house.ok("bo", "mark", "garden")
    by_board, followed = thread(house, "By board"), thread(house, "Followed")
    house.ok("ana", "write", by_board, "-m", "More of it.")
    house.ok("bo", "follow", followed)
    to_me = thread(house, "To you", "@bo, look.")
    told = visit("bo", "home", "next", "", "next", "skip", "next", "", "next", "quit")
    assert "4 posts wait for you, about one minute." in told
    assert "3 threads, 4 posts, about 1 minute." in told
    shown = told.index("> next")
    heads = [
        *("To you:", "You follow:", "On your boards:\n  garden: 1 thread, 2 posts"),
        *(f"{to_me}/1  @ana", f"{followed}/1  @ana", f"{by_board}/1  @ana"),
    ]
    places = [told.index(head) for head in heads]
    assert places == sorted(places)
    assert places[2] < shown < places[3]
    assert "2 posts left for the next round.\nThe round is over." in told
    assert told.count(f"{by_board}/2  @ana") == 1
    assert "1 thread, 2 posts, about 1 minute." in told
    assert told.rstrip().endswith("All caught up.\n\n" + f"{by_board}> quit\nGoodbye.")


def test_private_choices_are_made_for_the_place_or_post_that_is_here(house: House) -> None:
    """Follow, mute, save and thank need no address; muting takes a thread out of the round (P2)."""
    house.ok("bo", "mark", "garden")
    address = thread(house, "Loud")
    house.ok("ana", "write", f"{address}/1", "-m", "Louder.")
    told = visit(
        "bo",
        *("next", "thank", "save", "saved", "mute", "next", "unmute", "parent", "flat"),
        *("read 2", "parent", "follow", "unfollow", "unsave 1", "saved", "inbox", "quit"),
    )
    for sentence in (
        "Thanked. Only ana will ever see it.",
        f"{address}/1 is saved, for you alone.",
        f"{address}/1, @ana: Loud",
        "Loud is muted, for you alone",
        "All caught up.",
        "Loud is neither followed nor muted.",
        "It answers no other post.",
        f"{address}/2  @ana  ",
        "You follow Loud: ",
        f"{address}/1 is no longer saved.",
    ):
        assert sentence in told, sentence
    assert f"{address}/1, @ana" not in told[told.rindex("> saved") : told.rindex("> inbox")]
    assert "answers " + f"{address}/1" in told[told.index("> flat") :]
    assert f"@bo thanks you for {address}/1" in visit("ana", "inbox", "quit")


def test_the_inbox_tells_what_was_done(house: House) -> None:
    """In a line: where, who, in which office, and what (P8)."""
    house.ok("ana", "admin", "boards", "appoint", "garden", "bo")
    told = visit("bo", "inbox", "quit")
    assert "notice: garden: @ana, moderator of garden, made you a moderator" in told


def test_what_the_sysop_tells_everybody_is_told_on_entering_and_when_it_changes(
    house: House,
) -> None:
    """The message of the day greets; that the end of the community waits is told at once."""
    with terminal(house.home, "connect", "--plain", "--profile", "bo") as bbs:
        bbs.expect("Message of the day: Plant nothing before the ice saints.")
        bbs.expect("> ")
        day = f"{datetime.now(UTC) + timedelta(days=100):%Y-%m-%d}"
        close = ("admin", "close", "--reason", "The well is dry.", "--on", day, "--yes")
        waits = house.bbs(*close, "--profile", "ana", "--json")
        number = str(json.loads(waits.stderr)["error"]["number"])
        try:
            bbs.type("who")
            bbs.type("who")
            bbs.expect("* @ana wants to end the community")
        finally:
            house.ok("ana", "admin", "proposals", "withdraw", "commons", number)


def test_each_change_of_what_the_sysop_tells_is_said_once() -> None:
    """What stands as before is not said again; what ended is."""
    day = datetime(2100, 1, 1, tzinfo=UTC)
    before = Announcements("Frost.")
    assert changes(before, before) == []
    assert changes(before, Announcements("Thaw.", day)) == [
        "Message of the day: Thaw.",
        f"The server is going to be stopped for a while: {local_time(day)}.",
    ]
    assert changes(Announcements("", day), Announcements()) == [
        "No maintenance is planned any more."
    ]


def test_a_round_does_not_repeat_what_was_read_by_hand(house: House) -> None:
    """What the reader opens with other verbs while a round is under way is not shown by it again (P4)."""
    house.ok("bo", "mark", "garden")
    first, second = thread(house, "Here"), thread(house, "There")
    house.ok("ana", "write", first, "-m", "More.")
    told = visit("bo", "next", "read 2", f"open {second}", "next", "quit")
    assert told.count(f"{first}/2  @ana") == 1
    assert told.count(f"{second}/1  @ana") == 1
    assert told.index(f"{second}/1  @ana") < told.index("All caught up.")
