"""Questions before a seat, and the desk, in lines against a real server (protocol 19.8)."""

from tests.cli.house import House
from tests.client.plain.conftest import visit

QUESTIONS = "What do you read?\nWhy slowly?"


def a_board(house: House, slug: str) -> None:
    """Open a board of ana's that asks two questions."""
    norm = ("--norm", "Wipe your feet. :: It is wet.")
    house.ok("ana", "admin", "boards", "open", slug, *norm, "--questions", QUESTIONS)


def test_answers_are_given_and_a_moderator_accepts(house: House) -> None:
    """seat shows the norms and asks each question; desk tells both and asks what to do."""
    a_board(house, "readers")
    told = visit("bo", "readers", "seat", "yes", "Maps.", "My eyes.", "", "quit")
    assert "What do you read?" in told
    assert "Only the moderators read your answers" in told
    assert "Your answers wait for the desk; without a word by" in told
    told = visit("ana", "desk", "1", "yes", "quit")
    for words in ("Applications:", "@bo asks for a seat on", "Why slowly?", "  My eyes."):
        assert words in told, words
    assert "Accepted; they are told." in told
    assert "@bo asks for a seat on" not in told.partition("Accepted; they are told.")[2]
    assert "the desk accepted your application" in visit("bo", "inbox", "quit")


def test_a_moderator_declines_and_answers_are_taken_back(house: House) -> None:
    """A kind word reaches the applicant alone; who takes the answers back is asked first."""
    a_board(house, "sleepers")
    visit("bo", "sleepers", "seat", "yes", "Maps.", "My eyes.", "", "quit")
    told = visit("bo", "sleepers", "seat", "no", "seat", "yes", "quit")
    assert "Taken back; your answers are erased." in told
    visit("bo", "sleepers", "seat", "yes", "Maps.", "My eyes.", "", "quit")
    told = visit("ana", "desk", "2", "", "1", "Come in spring.", "", "", "quit")
    assert "type a kind word, or the number of a norm" in told
    assert "Declined; they alone are told why" in told
    assert "“Come in spring.”" in visit("bo", "inbox", "quit")


def test_questions_are_changed_and_taken_away(house: House) -> None:
    """The form of a board's settings takes a line for each; none takes them away."""
    a_board(house, "walkers")
    form = [line for line in visit("ana", "walkers", "configure", "cancel", "quit").splitlines()]
    (number,) = [line.partition(".")[0] for line in form if ". questions:" in line]
    visit("ana", "walkers", "configure", number, "none", "", "", "quit")
    assert house.data("bo", "admin", "boards", "list")["boards"][-1].get("questions") is None
