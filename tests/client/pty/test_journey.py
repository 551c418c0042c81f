"""The journey of a round, by one script: with keys on the screen, and in lines; on real terminals."""

import pytest

from tests.cli.house import House
from tests.client.plain.conftest import bodies, thread
from tests.client.pty.surfaces import Connect, Step, at_screen, in_lines, until

JOURNEY = (
    Step("home", ("4 posts wait for you, about one minute.", "To you", "You follow")),
    Step("next_unread", ("Tell me, @",)),
    Step("reply", ("An answer.",), writes="An answer."),
    Step("withdraw", ("Take this post back?",), confirms=True),
    Step("next_unread", ("Followed words.",)),
    Step("next_unread", ("Words to skip.",)),
    Step("skip", ("1 post left for the next round", "Last words.")),
    Step("next_unread"),
    Step("next_unread", ("Words to skip.",)),
)
"""Coming home, and a round stop by stop: an answer is taken back, and a thread left for another round."""

END = Step("next_unread", ("All caught up", "since then: 1 post, for your next round"))
"""What a round comes to that leaves nothing, while somebody wrote on."""


def unread_of(house: House, who: str, *addresses: str) -> list[str]:
    """Return which of some threads hold what is new to somebody, as the server knows it."""
    return [each for each in addresses if house.data(who, "read", each, "--unread")["posts"]]


@pytest.mark.parametrize(("who", "connect"), [("sven", at_screen), ("lina", in_lines)])
def test_a_round_is_the_same_journey_on_both_surfaces(
    house: House, who: str, connect: Connect
) -> None:
    """One script by the table: each post is read once passed, an answer written once, and all of it ends.

    Also what a reader leaves for the next round is left, and what came meanwhile waits (P2, P4, P12).
    """
    house.join(who, house.invitation)
    house.ok(who, "seat", "garden", "--accept-norms", "1")
    to_me = thread(house, "For you", f"Tell me, @{who}.")
    followed = thread(house, "Followed", "Followed words.")
    skipped = thread(house, "Skipped", "Words to skip.")
    last = thread(house, "Last", "Last words.")
    house.ok(who, "follow", followed)
    with connect(house.home, who) as reader:
        for step in JOURNEY:
            reader.do(step)
        newer = thread(house, "Newer")
        reader.do(END)
        threads = (to_me, followed, skipped, last, newer)
        until(lambda: unread_of(house, who, *threads) == [newer])
        assert reader.leave() == 0
    assert bodies(house, to_me) == [f"Tell me, @{who}.", None]
