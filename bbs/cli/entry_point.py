"""Where the `bbs` script begins: Ctrl-C is quiet before the command line is loaded, too."""

from bbs.cli.exit_codes import INTERRUPTED


def main() -> None:
    """Load the command line and run it; interrupted meanwhile, exit with 130."""
    try:
        from bbs.cli.main import main as run  # late: loading is what takes the time

        run()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
