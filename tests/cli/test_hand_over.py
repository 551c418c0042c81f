"""`bbs admin hand-over`: announced, shown, accepted by the device's key or refused (protocol 32)."""

from collections.abc import Iterator

import pytest

from tests.cli.house import House, furnished, running_server

WORDS = ("admin", "hand-over")
TO_BO = (*WORDS, "@bo", "--backup-days", "30", "--reason", "I move to the sea")


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of its own, because everybody in it is told."""
    folder = tmp_path_factory.mktemp("house")
    with running_server(folder / "data") as invitation:
        yield furnished(folder, invitation)


def test_a_hand_over_is_announced_shown_accepted_and_refused(house: House) -> None:
    """Both say exactly what binds the heir, and whose answer is missing (32.3, 32.4)."""
    assert house.bbs(*WORDS, "@bo", "--profile", "ana").exit_code == 2
    assert house.bbs(*WORDS, "--accept", "--refuse", "--profile", "bo").exit_code == 2
    by_bo = house.bbs(*TO_BO, "--profile", "bo")
    assert ("may not" in by_bo.output, "give --yes" in by_bo.output) == (
        True,
        False,
    )  # refused, not asked
    assert "not to be handed over" in house.ok("bo", *WORDS)
    tried = house.bbs(*TO_BO, "--dry-run", "--profile", "ana")
    assert tried.exit_code == 7, tried.output
    assert "Dry run: nothing was changed." in tried.stderr
    assert "proposal" not in house.data("bo", *WORDS)
    announced = house.bbs(*TO_BO, "--yes", "--profile", "ana")
    assert announced.exit_code == 7, announced.output
    shown = house.ok("ana", *WORDS)
    assert "To @bo on " in shown
    assert "not accepted yet" in shown
    assert "No backup holds what is erased today for longer than 30 days" in shown
    assert "the record of removals beside each backup" in shown
    assert "The community is to be handed over to @bo on" in house.ok("ana", "admin", "status")
    assert "hand the community over to @bo" in house.ok("ana", "admin", "proposals", "list")
    assert "the community is to be handed over" in house.ok("ana", "inbox")
    assert "handed over to you on" in house.ok("bo", "inbox")
    assert "Answer: bbs admin hand-over --accept" in house.ok("bo", *WORDS)
    early = house.bbs(*WORDS, "--done", "machine", "--profile", "bo")
    assert (early.exit_code, "waits until its day" in early.stderr) == (6, True)
    assert "If the server is off on that day, it is done once it runs again" in shown
    assert house.bbs(*WORDS, "--accept", "--yes", "--profile", "ana").exit_code == 5
    no_trial = house.bbs(*WORDS, "--accept", "--dry-run", "--profile", "bo")
    assert (no_trial.exit_code, "they have no dry run" in no_trial.stderr) == (2, True)
    accepted = house.bbs(*WORDS, "--accept", "--yes", "--profile", "bo")
    assert accepted.exit_code == 0, accepted.output
    assert "The norms of the commons, version 1, hold for you" in accepted.stderr
    assert "You can still refuse until the day" in accepted.stderr
    assert "; accepted. What binds" in accepted.stdout
    assert "accepted by its heir" in house.ok("ana", "admin", "proposals", "list")
    assert "accepted what binds" in house.ok("ana", "log", "commons")
    refused = house.data("bo", *WORDS, "--refuse")
    assert "proposal" not in refused
    ended = house.ok("ana", "admin", "proposals", "list", "--ended")
    assert "the member who was to take it over refused" in ended
    assert "to whom you want to hand the community over refused" in house.ok("ana", "inbox")
    assert "hand the community over refused" not in house.ok("bo", "inbox")
    assert house.bbs(*WORDS, "--done", "machine", "--profile", "ana").exit_code == 6
