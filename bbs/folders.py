"""Folders that only their owner may enter."""

from pathlib import Path

PRIVATE = 0o700


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may enter, with every missing folder above it.

    Folders that exist keep their permissions.

    Args:
        folder: It gets the mode 0700, whatever the umask, and so does each missing folder above.

    Raises:
        OSError: If a folder cannot be made, or a path is no folder.
    """
    # Path.mkdir(parents=True) makes the folders above by the umask, open to the whole machine.
    folder = folder.absolute()
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=PRIVATE, exist_ok=True)
        each.chmod(PRIVATE)  # a umask may take the owner's own rights away
    folder.mkdir(exist_ok=True)
