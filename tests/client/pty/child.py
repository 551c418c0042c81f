"""The client over the sample, as a process of its own on a real terminal; run by the tests beside it."""

import sys
from pathlib import Path

from msgspec.structs import replace

from bbs_client.theme import choose_theme
from bbs_client.tui.app import QUIET, FolkmootApp
from bbs_client.tui.driver import RestoringDriver
from bbs_client.tui.signals import leave_on_signals
from tests.client.app.sample import a_session


class Breaking(FolkmootApp):
    """A client with a fault: the key of the themes raises."""

    def action_do(self, id: str) -> None:
        """Fail as a programming error would, with foreign words at hand."""
        if id != "theme":
            super().action_do(id)
            return
        token = "-".join(("secret", "of", "this", "device"))
        raise RuntimeError(f"a fault of this program\x1b]2;{len(token)}\x07")


def main() -> int:
    """Run it as `bbs connect` does."""
    session = a_session(Path(sys.argv[1]))
    app = Breaking(
        session,
        settings=replace(QUIET, theme=choose_theme("")),
        driver_class=RestoringDriver,
    )
    with leave_on_signals(app):
        app.run()
    session.cache.close()
    session.outbox.close()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main())
