"""Looking for words in every byte of a data folder, as nobody may find them once they are erased (P10)."""

from collections.abc import Iterable
from pathlib import Path


def files_with(folder: Path, words: Iterable[str]) -> dict[str, list[str]]:
    """Return which of `words`, but for their first letters, are in the bytes of which file.

    The index keeps of a word only where it differs from the one before it.
    """
    contents = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    found = {
        name: [word for word in words if word[3:].encode() in content]
        for name, content in contents.items()
    }
    return {name: words_ for name, words_ in found.items() if words_}
