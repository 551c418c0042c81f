"""Start the `bbs` script, and handle Ctrl-C while the command line is still loading."""

from bbs.cli.exit_codes import INTERRUPTED


def main() -> None:
    """Load the command line and run it; exit with 130 if Ctrl-C interrupts."""
    try:
        from bbs.cli.main import main as run  # late: most of the time goes into this import

        run()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
