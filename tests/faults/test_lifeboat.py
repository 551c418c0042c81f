"""A community dies with its disk, and its members go on elsewhere from what a member kept (P9, protocol 33).

Real servers and real commands, each with a terminal as its input, as people have one.
"""

import os
import pty
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.faults.people import PASSWORD
from tests.faults.server_process import BBS, ROOT, ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

_LINK = re.compile(r"bbs://[^\s']+#[^\s']+")


class Device:
    """A device of a person: it has a home folder of its own, and runs `bbs` at a terminal."""

    def __init__(self, folder: Path, name: str) -> None:
        self._home = folder / name
        self._home.mkdir()
        self.password_file = self._home / "password"
        self.password_file.write_text(PASSWORD + "\n")
        self.password_file.chmod(0o600)

    def run(self, *words: str, code: int = 0) -> str:
        """Run a command and return what it wrote on both outputs.

        Args:
            code: The exit code that it has to end with.
        """
        master, slave = pty.openpty()
        try:
            done = subprocess.run(
                [*BBS, *words],
                cwd=ROOT,
                env={**os.environ, "BBS_HOME": str(self._home), "NO_COLOR": "1"},
                stdin=slave,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=60,
                check=False,
            )
        finally:
            os.close(slave)
            os.close(master)
        text = done.stdout.decode()
        assert done.returncode == code, text
        return text

    def join(self, link: str, handle: str, profile: str) -> None:
        """Join a community by an invitation, under a profile."""
        who = ("--handle", handle, "--name", handle, "--password-file", str(self.password_file))
        self.run("join", link, *who, "--accept-norms", "1", "--no-connect", "--profile", profile)

    def link(self, *words: str) -> str:
        """Run a command and return the link that it prints."""
        found = _LINK.search(self.run(*words))
        assert found is not None
        return found[0]

    def open_board(self, slug: str, profile: str) -> None:
        """Open a board that holds no posts back."""
        said = ("--title", slug.title(), "--charter", "What grows.", "--norm", "Be kind. :: Stay.")
        options = ("--hold-s", "0", "--profile", profile)
        self.run("admin", "boards", "open", slug, *said, *options)


def _live(server: ServerProcess, ana: Device, others: tuple[Device, ...]) -> None:
    """Let three people talk at the first server, where ana keeps the board whole."""
    ana.join(server.invitation, "ana", "old")
    for handle, device in zip(("ben", "cyd"), others, strict=True):
        device.join(ana.link("admin", "invitations", "make", "--profile", "old"), handle, "old")
    ana.open_board("garden", "old")
    for device in others:
        device.run("seat", "garden", "--accept-norms", "1")
    ana.run("write", "garden", "--title", "Quinces", "-m", "They ripen late. See garden/1, @ben.")
    others[0].run("write", "garden/1", "-m", "> garden/1/1\n\nMine already fell, @ana.")
    others[1].run("write", "garden/1", "-m", "I have none.")
    ana.run("lifeboat", "keep", "garden")


def _make_lifeboat(ana: Device, folder: Path) -> str:
    """Write the lifeboat, in which nobody is named but in words; return its path."""
    pack = folder / "garden.pack"
    ana.run("lifeboat", "make", "garden", str(pack), "--profile", "old")
    assert "ben" not in pack.read_text().replace("@ben", "")
    return str(pack)


async def test_members_go_on_elsewhere_from_what_one_of_them_kept(tmp_path: Path) -> None:
    """A killed and its disk deleted: two claim their words at B, a third takes his back (P9, P10, protocol 31, 33)."""
    ana, ben, cyd, stranger = (Device(tmp_path, name) for name in ("ana", "ben", "cyd", "other"))
    old, new = tmp_path / "a", tmp_path / "b"
    old.mkdir()
    new.mkdir()
    with ServerProcess(old) as server:
        await server.start()
        _live(server, ana, (ben, cyd))
        server.kill()
        shutil.rmtree(server.data)
    pack = _make_lifeboat(ana, tmp_path)
    with ServerProcess(new) as server:
        await server.start()
        ana.join(server.invitation, "anabel", "new")
        stranger.join(ana.link("admin", "invitations", "make", "--profile", "new"), "ana", "new")
        ana.open_board("garden", "new")
        stranger.run("seat", "garden", "--accept-norms", "1")
        stranger.run("write", "garden", "--title", "Leeks", "-m", "Grown here.")
        unpacked = ana.run(
            *("admin", "unpack", pack, "--as", "old-garden", "--yes", "--profile", "new")
        )
        assert "open" in unpacked
        here = f"{server.url}/old-garden#claim"
        decide = ("claim", here, "--yes", "--answer")
        ana.run(*decide, "named", "--profile", "old", "--as", "new")
        joining = ben.link(*decide, "named", "--profile", "old")
        cyd.run(*decide, "taken", "--profile", "old")
        ben.join(joining, "ben", "new")
        for device in (ana, ben):
            device.run("seat", "old-garden", "--accept-norms", "1", "--profile", "new")
        shown = ben.run("read", "old-garden/1", "--profile", "new")
        members = ana.run("admin", "members", "list", "--profile", "new")
        of_b = stranger.run("read", "garden/1", "--profile", "new")
    assert "@anabel" in shown
    assert "@ben" in shown.replace("See garden/1, @ben.", "")
    assert "I have none." not in shown, "cyd took these words back"
    assert "damaged" not in server.log()
    assert "Grown here." in of_b, "B's own board has its name and its words still"
    assert "Quinces" not in of_b
    assert "@anabel" not in of_b
    assert "cyd" not in members, "nobody who takes words back has to join"
    assert "@ana " not in shown.replace("Mine already fell, @ana.", ""), "another member's handle"
