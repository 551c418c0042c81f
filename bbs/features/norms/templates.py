"""Starter charters with norms, for a community or a board to begin with."""

from msgspec import Struct

from bbs.features.norms.messages import Clause
from bbs.settings import SettingsError, did_you_mean


class Template(Struct, frozen=True, kw_only=True):
    """A charter with norms for a new board or community.

    Attributes:
        name: The name by which it is chosen.
        title: The title of the board, if no other is given.
        about: Its purpose, in a few words.
        charter: The charter, a paragraph.
        clauses: Its norms, each with a why (P5).
    """

    name: str
    title: str
    about: str
    charter: str
    clauses: tuple[Clause, ...]


_TABLE = Template(
    name="table",
    title="The table",
    about="people who talk about anything",
    charter=(
        "A table for everybody: bring what happened, what you wonder about and what made you laugh."
        " Subjects that need more room get a board of their own."
    ),
    clauses=(
        Clause(
            text="Speak to people as if they sat in the room with you.",
            why="A screen hides the face, not the person; what hurts across a table hurts here.",
            example="“I see that differently, because …” instead of “nobody with half a brain thinks that”.",
        ),
        Clause(
            text="Argue with what was said, never with who said it.",
            why="A claim can be answered; a person under attack can only fight or leave.",
            example="“The numbers are from 2009” answers a claim; “you always make things up” attacks a person.",
        ),
        Clause(
            text="Keep to the theme of the board; open or find another for something else.",
            why="Small themed spaces stay kind because everybody there came for the same thing.",
        ),
        Clause(
            text="What is said on a private board stays there, and nobody's private life is told by"
            " others.",
            why="People speak freely only where they decide themselves how far their words go.",
        ),
        Clause(
            text="Leave room: say a thing once, and let others finish.",
            why="Where the one who repeats most is heard most, the thoughtful fall silent.",
            example="Five posts in an hour about the same point, while three people have not answered yet.",
        ),
        Clause(
            text="Whoever is asked to stop stops, and may ask why afterwards.",
            why="A quarrel ends where one side can end it; being right can wait, and mistakes are"
            " forgiven.",
            example="“Please let that go now” is enough; why it had to stop can be asked the day after.",
        ),
    ),
)

_WORKSHOP = Template(
    name="workshop",
    title="Workshop",
    about="people who make, mend and grow things",
    charter=(
        "Ask for help with what you make, mend or grow, and show how it went. Beginners and masters"
        " sit at the same bench."
    ),
    clauses=(
        Clause(
            text="Say what you want to do, what you tried, and what happened instead.",
            why="Nobody can help with a problem they have to guess, and half of all answers come"
            " while you write it down.",
            example="“The tap drips; I changed the washer; now it drips faster.”",
        ),
        Clause(
            text="Answer the question that was asked before you suggest a better one.",
            why="The person who asks knows their money, time and tools; you do not.",
            example="“Glue holds for a year. If you can, screw it” and not “why would anybody glue that?”.",
        ),
        Clause(
            text="Say whether you did it yourself, read of it, or guess.",
            why="All three help, but only if the reader can tell which of them it is.",
            example="“I have not tried this, but oak should stand it.”",
        ),
        Clause(
            text="Name the danger first where electricity, gas, load, poison or heat is involved.",
            why="A reader may follow your steps before they reach your last line.",
            example="“Switch the fuse off first” stands before the first step, not after the last.",
        ),
        Clause(
            text="Never laugh at a beginner's question or at work that went wrong.",
            why="People who are laughed at hide their mistakes, and then nobody learns from them.",
        ),
        Clause(
            text="Come back and tell what worked.",
            why="The next person with the same trouble finds an answer instead of a riddle.",
        ),
    ),
)

_CIRCLE = Template(
    name="circle",
    title="Reading circle",
    about="people who read, watch or listen together",
    charter=(
        "We read the same thing at the same time and talk about it: one thread for each part, in"
        " everybody's own pace."
    ),
    clauses=(
        Clause(
            text="Tell nothing beyond the part that the thread's title names.",
            why="A surprise can be had only once, and somebody here has not come to it yet.",
            example="In “Chapters 1 to 4” nobody says that the aunt comes back.",
        ),
        Clause(
            text="Point to the page, line or minute you speak of.",
            why="Others can then look for themselves, and disagree with the text and not with you.",
            example="“Page 112, where he folds the letter”.",
        ),
        Clause(
            text="Nobody's taste has to be defended.",
            why="People talk about what moved them only where they are not put on trial for it.",
        ),
        Clause(
            text="Join late, skip a part or give up a book; no excuse is needed.",
            why="Reading that becomes a duty ends the circle.",
            example="“I come in with chapter 5” is welcome, and a whole apology is not wanted.",
        ),
        Clause(
            text="Quote what you need and no more, with the author's name.",
            why="The work belongs to whoever wrote it, and a long copy can bring the community"
            " trouble with the law.",
        ),
    ),
)

_HEARTH = Template(
    name="hearth",
    title="The hearth",
    about="people who go through something hard",
    charter=(
        "A quiet board for what is hard: illness, grief, a bad year. You may write without wanting"
        " an answer, and answer without knowing one."
    ),
    clauses=(
        Clause(
            text="Give advice only if it is asked for; otherwise say that you listened.",
            why="Advice that nobody wanted turns somebody's grief into a task.",
            example="“I read this, and I am sorry” instead of “have you tried yoga?”.",
        ),
        Clause(
            text="What is told here is repeated nowhere, not even to somebody who is told of in it.",
            why="People say what is hard only if they know who will hear it.",
        ),
        Clause(
            text="Do not compare or weigh what people carry.",
            why="Who has it worse is no question that helps anybody.",
            example="“At least you still have …” is such a comparison.",
        ),
        Clause(
            text="Say in the title or first line if you write of death, violence or harm to yourself.",
            why="Readers have their own bad days, and can then choose when to read.",
        ),
        Clause(
            text="If a life may be in danger, say so at once and name the emergency number of the"
            " place.",
            why="This board is read when its people have time; an emergency service answers now.",
        ),
        Clause(
            text="Speak of treatment from your own experience, never as an instruction.",
            why="Bodies and lives differ, and nobody here can examine anybody.",
            example="“This helped me” and not “take this”.",
        ),
    ),
)

_ASSEMBLY = Template(
    name="assembly",
    title="Assembly",
    about="people who decide something together",
    charter=(
        "Neighbours, a club or a house decide here: what is proposed, what speaks for and against"
        " it, what was decided and who does it."
    ),
    clauses=(
        Clause(
            text="One thread for each question, and the question in its title.",
            why="People who come late find what they want to have a say in.",
            example="“Do we mend the roof this year?” and not “various”.",
        ),
        Clause(
            text="Say until when answers count, and leave at least three days.",
            why="People with small children, night shifts or slow lines belong here too.",
            example="“Please say by Sunday evening.”",
        ),
        Clause(
            text="Say what it costs you or brings you if you have a stake in the question.",
            why="An interest that is known can be weighed; one that is found out breaks trust.",
            example="“My brother owns that firm, so weigh this accordingly.”",
        ),
        Clause(
            text="Put the other side's reason in words they would accept before you answer it.",
            why="Most quarrels here are misunderstandings, and this finds them.",
        ),
        Clause(
            text="Close with what was decided, who does it and by when.",
            why="A decision that nobody wrote down is discussed again next month.",
            example="“We mend it. Otto asks for three prices by the 12th.”",
        ),
        Clause(
            text="What was decided may be opened again only with a new reason.",
            why="The patient would otherwise decide everything by tiring out the others.",
        ),
    ),
)

TEMPLATES = {each.name: each for each in (_TABLE, _WORKSHOP, _CIRCLE, _HEARTH, _ASSEMBLY)}
"""The templates by name, the most general first."""

FLOOR = _TABLE.name
"""The template whose norms a new community begins with, if no other is chosen."""


def find_template(name: str, *, field: str = "template") -> Template:
    """Return a template by its name. Pure.

    Args:
        name: As it was typed.
        field: What to call the place where it was typed.

    Raises:
        SettingsError: If there is none of this name; it names the nearest.
    """
    if (found := TEMPLATES.get(name.strip().lower())) is None:
        known = f"there is none called {name!r}{did_you_mean(name.lower(), TEMPLATES)}"
        raise SettingsError(field, f"{known} (there are: {', '.join(TEMPLATES)})")
    return found
