"""The exit code of what Ctrl-C ended; those of errors stand in `bbs.terminal.error_report`."""

INTERRUPTED = 130
