"""What lines have only one of: a profile. Keys, theme and tour are the screen's."""

from bbs.profiles import list_profiles


class PlainProgram:
    """The program around a visit.

    Attributes:
        tour_due: Never: help lists all verbs.
    """

    def __init__(self) -> None:
        """Begin."""
        self.tour_due = False

    def names_for(self, id: str) -> list[str]:
        """Return the names of the communities of this device; none to choose of anything else."""
        return sorted(list_profiles()) if id == "communities" else []

    def choose(self, id: str, name: str) -> str:
        """Return how a community is visited: beside this one."""
        if id == "communities":
            return f"Visit it in another terminal: bbs connect --plain --profile {name}"
        return "Keys and themes are for the screen."

    def note_tour_taken(self) -> None:
        """Do nothing: there is none."""
