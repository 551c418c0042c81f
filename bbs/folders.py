"""Folders for one person's eyes, however many of them are missing."""

from pathlib import Path

PRIVATE = 0o700


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may enter, with every missing one above it.

    What is there already stays as it is: who made it decided who may enter.

    Args:
        folder: Made as 0700, whatever the umask; so is each folder above it that is made.

    Raises:
        OSError: If one of them cannot be made, or is no folder.
    """
    # Path.mkdir(parents=True) makes those above with the umask alone, open to the whole machine.
    folder = folder.absolute()
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=PRIVATE, exist_ok=True)
        each.chmod(PRIVATE)  # a umask may take the owner's own rights away
    folder.mkdir(exist_ok=True)
