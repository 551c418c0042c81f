"""The `bbs` command: its table of commands, and exit codes for results and errors."""

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from bbs import terminal
from bbs.cli.exit_codes import INTERRUPTED
from bbs.cli.lazy_group import LazyGroup

SECTIONS = {
    "In the community": {
        "connect": ("bbs_client.cli:connect", "Read and talk, in the terminal."),
        "join": ("bbs.cli.account.join:join", "Join a community with an invitation."),
        "demo": ("bbs.cli.demo.demo:demo", "Look around in a sample community."),
    },
    "For pipes and scripts": {
        "read": ("bbs.cli.read.read:read", "Print boards, threads, posts or a lounge."),
        "write": ("bbs.cli.write.write:write", "Start a thread, answer, edit or withdraw."),
        "chat": ("bbs.cli.write.chat:chat", "Say lines in a board's lounge."),
        "letter": ("bbs.cli.write.letter:letter", "Read, write, ask for or leave a letter."),
        "block": ("bbs.cli.write.letter:block", "Block somebody's requests for letters."),
        "search": ("bbs.cli.read.search:search", "Search the posts you may read."),
        "round": ("bbs.cli.read.round:reading_round", "Print what is new for you, in order."),
        "inbox": ("bbs.cli.read.inbox:inbox", "Print answers, mentions, thanks, notices."),
        "saved": ("bbs.cli.read.inbox:saved", "Print the posts you saved."),
        "who": ("bbs.cli.read.who:who", "Print who is here, or who a member is."),
        "follow": ("bbs.cli.write.choices:follow", "Follow a thread, board or member."),
        "unfollow": ("bbs.cli.write.choices:unfollow", "Stop following it."),
        "mute": ("bbs.cli.write.choices:mute", "Mute a thread, board or member, for you."),
        "unmute": ("bbs.cli.write.choices:unmute", "Stop muting it."),
        "save": ("bbs.cli.write.choices:save", "Save a post, or stop saving it."),
        "thank": ("bbs.cli.write.choices:thank", "Thank a post's author, privately."),
        "report": ("bbs.cli.write.report:report", "Report words to those who handle cases."),
        "reports": ("bbs.cli.write.report:reports", "Print what became of your reports."),
        "cases": ("bbs.cli.account.cases:cases", "Print what is said of your words."),
        "answer": ("bbs.cli.account.cases:answer", "Answer what is said of your words."),
        "note": ("bbs.cli.write.note:note", "Read a newcomer's note, or write into it."),
        "mark": ("bbs.cli.write.mark:mark", "Mark posts as read, or unread again."),
        "seat": ("bbs.cli.write.seat:seat", "Take or leave a seat on a board."),
        "norms": ("bbs.cli.read.norms:norms", "Print the norms of a board, or what changed."),
        "log": ("bbs.cli.read.log:log", "Print the uses of power on a board."),
        "pack": ("bbs.cli.read.pack:pack", "Check a pack: a board as a file."),
    },
    "Your account and devices": {
        "sign-in": (
            "bbs.cli.account.sign_in:sign_in",
            "Sign in with your account on this device.",
        ),
        "account": (
            "bbs.cli.account.account:account",
            "Show or change your account, away line and page.",
        ),
        "appeal": (
            "bbs.cli.account.appeal:appeal",
            "Appeal against what was decided about you.",
        ),
        "devices": (
            "bbs.cli.account.devices:devices",
            "List devices and tokens, or end a session.",
        ),
        "consent": (
            "bbs.cli.account.consent:consent",
            "Choose how your words may go with a board.",
        ),
        "claim": (
            "bbs.cli.account.claim:claim",
            "Claim your old words on a board that came from elsewhere.",
        ),
        "vouch": ("bbs.cli.account.vouch:vouch", "Say whose old words are, without their key."),
        "export": (
            "bbs.cli.account.export:export",
            "Take your words with you, and all that is kept of you.",
        ),
        "leave": ("bbs.cli.account.leave:leave", "Leave a board, or the community."),
        "come-back": ("bbs.cli.account.leave:come_back", "Take that back, within seven days."),
        "lifeboat": (
            "bbs_client.lifeboat_cli:lifeboat",
            "Keep a board whole here, and save it when its server dies.",
        ),
        "profiles": ("bbs.cli.account.profiles:profiles", "List the profiles of this device."),
        "forget-device": (
            "bbs.cli.account.forget_device:forget_device",
            "Sign out here and delete this device's files.",
        ),
        "keys": ("bbs_client.keys_cli:keys", "Print the keys of connect, as a file to change."),
    },
    "Running a community": {
        "serve": ("bbs_server.cli:serve", "Run a server."),
        "admin": ("bbs.cli.admin:admin", "Boards, members, invitations, tokens, imports."),
        "sysop-invite": (
            "bbs_server.cli:sysop_invite",
            "Make the first invitation, on the server's machine.",
        ),
        "backup": ("bbs_server.ops.cli:backup", "Back up a community while it runs."),
        "restore": ("bbs_server.ops.cli:restore", "Restore a community from a backup."),
        "doctor": ("bbs_server.ops.cli:doctor", "Check a server and name its problems."),
        "completion": ("bbs.cli.completion:completion", "Print completion for a shell."),
    },
}


class Root(LazyGroup):
    """The root group: turns each result and error into an exit code (docs/reference/command-line.md)."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command line and exit with its code, unless not `standalone_mode`.

        A command returns None or its exit code; an error is reported on stderr.
        """
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        words = list(sys.argv[1:] if args is None else args)
        _open_missing_streams()
        terminal.fit_encodings()
        terminal.guard()
        try:
            _refuse_unreadable(words)
            result = super().main(words, prog_name, complete_var, standalone_mode=False, **extra)
            code = result if isinstance(result, int) else 0
            sys.stdout.flush()
        except (click.Abort, KeyboardInterrupt):
            code = INTERRUPTED
        except Exception as error:
            from bbs.terminal.error_report import (
                report,
            )  # late: a command that succeeds needs no errors

            code = report(error, as_json="--json" in words or "--jsonl" in words)
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; if the reader of stdout stops reading, that is no error, unlike in click."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            from bbs.terminal.error_report import discard_output

            discard_output()
            return 0


def _open_missing_streams() -> None:
    """Replace standard streams that were closed before this program began.

    Python leaves None there, and the next socket would get their number. The new input is empty;
    a command that writes to the new output fails.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            wanted = os.O_WRONLY if name == "stderr" else os.O_RDONLY
            setattr(sys, name, os.fdopen(os.open(os.devnull, wanted), mode, encoding="utf-8"))


def _refuse_unreadable(words: Sequence[str]) -> None:
    """Refuse words of a command line that are not text; Python keeps their bytes as surrogates."""
    for place, word in enumerate(words, 1):
        if not word.isascii() and any("\ud800" <= char <= "\udfff" for char in word):
            raise click.UsageError(
                f"word {place} of the command line is not in the terminal's encoding; "
                "write it in UTF-8"
            )


@click.command(
    cls=Root,
    sections=SECTIONS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Begin with: bbs demo, or bbs join and the invitation you were given.",
)
@click.version_option(
    package_name="folkmoot", message="folkmoot %(version)s", help="Print the version and exit."
)
def cli() -> None:
    """A community in a terminal: small boards, threaded talk, live chat, no feed."""


def main() -> None:
    """Run the command line."""
    cli.main(prog_name="bbs")


if __name__ == "__main__":
    main()
