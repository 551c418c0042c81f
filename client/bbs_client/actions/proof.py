"""Asking a member for their word with its proof: to what waits, or to what binds them (protocol 15.6)."""

from msgspec import Struct

from bbs_client.actions.surface import Question
from bbs_client.session.proposals import WaitingCommand, Word

OFFLINE = "You are offline; agreeing and objecting need a connection. Nothing was sent."
SAYS = {
    Word.AGREE: "Agree to this",
    Word.OBJECT: "Object to this",
    Word.WITHDRAW: "Take this back",
    Word.READ: "Read the words hidden for this",
    Word.ITEMS: "Read the items of this",
    Word.ACCEPT: "Accept what binds you, and run the community from then on",
    Word.REFUSE: "Refuse to take the community over",
}
"""What a word does, in one line."""

READERS = {False: "all readers of the board", True: "the moderators who are told of it"}
"""Who reads why somebody objects, by whether few are told of the command."""

WRONG_PASSWORD = "That is not your password. Nothing was sent on; type it once more."  # noqa: S105 - a sentence

OLD_KEY = (
    "The community does not know the key of this device any more. Nothing was sent on; type your"
    " password."
)


class Said(Struct, frozen=True):
    """The reader's word to a command that waits. Kept nowhere: its proof is good for one moment.

    Attributes:
        reason: Why; empty where none is asked.
        password: As typed; empty: the key of this device proves it.
    """

    reason: str
    password: str


class WordQuestion(Question[Said], frozen=True):
    """The proof, and of an objection the reason.

    Attributes:
        command: What is agreed or objected to.
        word: Which of both.
        reason: What to begin with: what was typed before.
        trouble: Why the word before was not taken, a sentence; empty for none.
        with_key: Whether the key of this device can prove it.
    """

    command: WaitingCommand
    word: Word
    reason: str = ""
    trouble: str = ""
    with_key: bool = False
