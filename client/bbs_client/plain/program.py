"""What lines have only one of: a profile. Keys, theme and tour are the screen's."""

from bbs.profiles import list_profiles
from bbs.settings import did_you_mean


class PlainProgram:
    """The program around a visit."""

    def names_for(self, id: str) -> list[str]:
        """Return the names of the communities of this device; none to choose of anything else."""
        return sorted(list_profiles()) if id == "communities" else []

    def choose(self, id: str, name: str) -> str:
        """Return how a community is visited: beside this one."""
        known = self.names_for(id)
        if name not in known:
            return f"There is no {name!r} to choose{did_you_mean(name, known)}."
        return f"Visit it in another terminal: bbs connect --plain --profile {name}"
