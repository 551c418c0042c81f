"""The part that exists once in lines: the profile. Keys, theme and tour belong to the screen."""

from bbs.profiles import list_profiles
from bbs.settings import did_you_mean


class PlainProgram:
    """The program around a visit."""

    def names_for(self, id: str) -> list[str]:
        """Return the names of the communities of this device; for other choices, none."""
        return sorted(list_profiles()) if id == "communities" else []

    def choose(self, id: str, name: str) -> str:
        """Return a sentence: how to visit another community beside this one."""
        known = self.names_for(id)
        if name not in known:
            return f"There is no {name!r} to choose{did_you_mean(name, known)}."
        return f"Visit it in another terminal: bbs connect --plain --profile {name}"
