"""A newcomer's first post in lines: held for a person, declined with a word, and the note about it."""

from tests.cli.house import House
from tests.client.plain.conftest import visit


def guarded(house: House, slug: str) -> None:
    """Open a board of ana's whose newcomers' first posts are held for a person."""
    house.ok(
        *("ana", "admin", "boards", "open", slug, "--title", slug.title(), "--hold-s", "0"),
        *("--norm", "Say where you garden. :: Climates differ.", "--guard-first-posts", "yes"),
    )


def test_a_first_post_is_held_and_a_note_tells_why_it_was_declined(house: House) -> None:
    """The author reads what it waits for; the moderator decides at the desk; both read one note (P7)."""
    guarded(house, "orchard")
    house.join("ulma", house.invitation)
    told = visit(
        *("ulma", "seat orchard", "yes", "orchard", "new-thread orchard Plums", "Are they ripe?"),
        *(".", "note", "", "quit"),
    )
    assert "Held for a person: the moderators look at first posts here." in told
    assert "Who reads this: you, @ana as host until" in told
    assert "and the moderators of Orchard. Nobody else." in told
    told = visit("ana", "desk", "2", "1", "Tell us where, please.", "", "", "quit")
    assert "ulma writes a first post on Orchard" in told
    assert "Declined; the author reads why in the note" in told
    told = visit("ulma", "note", "1", "In the valley.", "", "", "quit")
    assert "@ana: declined the post in “Plums”: Tell us where, please." in told
    assert "you: In the valley." in told
    assert "@ulma: In the valley." in visit("ana", "note", "", "quit")
    assert "There is no note that you read." in visit("bo", "note", "quit")


def test_a_moderator_publishes_at_the_desk(house: House) -> None:
    """The greeting says that it waits; after that everybody reads it, and nothing waits any more."""
    guarded(house, "meadow")
    house.join("vida", house.invitation)
    visit("vida", "seat meadow", "yes", "new-thread meadow Hay", "When is it cut?", ".", "quit")
    assert "Hay" not in house.ok("bo", "read", "meadow")
    told = visit("ana", "desk", "1", "yes", "", "quit")
    assert "1 post of a newcomer waits for a moderator: desk shows it." in told
    assert "Published." in told
    assert "waits for a moderator" not in visit("ana", "quit")
    assert "Hay" in house.ok("bo", "read", "meadow")


def test_an_edit_that_adds_a_link_is_refused_and_kept(house: House) -> None:
    """It says so before and after, with the end of the guard; no word is lost (P7, protocol 21.2)."""
    house.ok(
        *("ana", "admin", "boards", "open", "grove", "--title", "Grove", "--hold-s", "0"),
        *("--norm", "Say where. :: Climates differ.", "--guard-links", "yes"),
    )
    house.join("wyn", house.invitation)
    told = visit(
        *("wyn", "seat grove", "yes", "new-thread grove Oaks", "They are tall.", "."),
        *("edit grove/1/1", "They are tall: https://example.org", ".", "outbox", "", "quit"),
    )
    assert "An edit adds no link, until" in told
    assert (
        "Refused: as a newcomer here you add no links by an edit (the board holds links until"
        in told
    )
    assert "a new post with the link goes to a moderator first." in told
    assert "Your words are kept" in told
    assert "your edit: They are tall: https://example.org (refused" in told
