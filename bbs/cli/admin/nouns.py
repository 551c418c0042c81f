"""The nouns of `bbs admin` whose verbs stand in several files: their tables, loaded verb by verb."""

import click

from bbs.cli.lazy_group import LazyGroup

_BOARDS = {
    "list": ("bbs.cli.admin.boards:list_boards", "List the boards with their settings."),
    "open": ("bbs.cli.admin.boards:open_board", "Open a board, or a journal."),
    "configure": ("bbs.cli.admin.boards:configure", "Change the settings of a board."),
    "renew": ("bbs.cli.admin.board_ends:renew", "Renew a board that ends."),
    "appoint": ("bbs.cli.admin.boards:appoint", "Make somebody a moderator there, or end it."),
    "hand-over": ("bbs.cli.admin.boards:hand_over", "Hand your office over to somebody."),
    "take-up": ("bbs.cli.admin.boards:take_up", "Take up an office that nobody holds."),
    "read-only": ("bbs.cli.admin.boards:read_only", "Let nobody write there for a while."),
    "archive": ("bbs.cli.admin.boards:archive", "Archive a board: it is read, not written."),
    "reopen": ("bbs.cli.admin.boards:reopen", "Open it again for writing."),
    "slow": ("bbs.cli.admin.calm:slow", "Slow a board or thread down for some days."),
    "end-slow": ("bbs.cli.admin.calm:end_slow", "End a slow mode or a cool-down now."),
    "notice": ("bbs.cli.admin.calm:notice", "Tell everybody on a board one urgent line."),
}

_THREADS = {
    "pin": ("bbs.cli.admin.threads:pin", "Pin a thread to the head of its board's list."),
    "unpin": ("bbs.cli.admin.threads:unpin", "Take it from the head of the list."),
    "lock": ("bbs.cli.admin.threads:lock", "Let nobody write in a thread until a day."),
    "unlock": ("bbs.cli.admin.threads:unlock", "End the lock of a thread now."),
    "retitle": ("bbs.cli.admin.threads:retitle", "Give a thread another title."),
    "move": ("bbs.cli.admin.threads:move", "Move posts to a thread, or a thread to a board."),
    "split": ("bbs.cli.admin.threads:split", "Make a thread of a post and its answers."),
    "merge": ("bbs.cli.admin.threads:merge", "Move all posts of a thread into another."),
    "import-mbox": ("bbs.cli.admin.import_mbox:import_mbox", "Bring a mailing list in."),
}

_POSTS = {
    "list": ("bbs.cli.admin.posts_list:list_posts", "List what was written on a board, by whom."),
    "hide": ("bbs.cli.admin.hide:hide", "Hide a post or line by a clause of the norms."),
    "restore": ("bbs.cli.admin.hide:restore", "Show again what was hidden by a clause."),
    "hidden": ("bbs.cli.admin.hide:hidden", "Read words that are hidden by a clause."),
    "held": ("bbs.cli.admin.held:held", "List posts of newcomers that wait for you."),
    "show": ("bbs.cli.admin.held:show", "Read a post that waits."),
    "publish": ("bbs.cli.admin.held:publish", "Publish a post that waits."),
    "decline": ("bbs.cli.admin.held:decline", "Decline it, with a word or a clause."),
    "flag": ("bbs.cli.admin.flagging:flag", "Flag words for a person, as a script."),
    "hold-back": ("bbs.cli.admin.flagging:hold_back", "Hold words for a day, as a script."),
}

_MEMBERS = {
    "list": ("bbs.cli.admin.members:list_members", "List the members as they joined."),
    "reset": ("bbs.cli.admin.members:reset", "Make a recovery code for a member."),
    "guards": ("bbs.cli.admin.held:guards", "List for whom guards are on, on a board."),
    "lock-down": ("bbs.cli.admin.calm:lock_down", "Take no newcomers for three days."),
    "end-lock-down": ("bbs.cli.admin.calm:end_lock_down", "Take newcomers again."),
}

_CASES = {
    "list": ("bbs.cli.admin.cases:list_cases", "List the cases that you handle."),
    "show": ("bbs.cli.admin.cases:show", "Read a case: words, what happened, what is due."),
    "claim": ("bbs.cli.admin.cases:claim", "Take a case on."),
    "ask": ("bbs.cli.admin.cases:ask", "Ask the person for an answer, within a day."),
    "note": ("bbs.cli.admin.cases:note", "Write a note into a case."),
    "pass-on": ("bbs.cli.admin.cases:pass_on", "Pass a case on to the next desk."),
    "hold": ("bbs.cli.admin.case_holds:hold", "Hold words or writing, for hours only."),
    "release": ("bbs.cli.admin.case_holds:release", "End an urgent hold now."),
    "decide": ("bbs.cli.admin.judging:decide", "Decide by a clause: hide, sanction, both."),
    "let-be": ("bbs.cli.admin.judging:let_be", "Close a case without doing anything."),
    "lift": ("bbs.cli.admin.judging:lift", "Lift the sanction of a case now."),
    "sanctions": ("bbs.cli.admin.judging:sanctions", "List what decisions do on a board."),
    "remove": ("bbs.cli.admin.case_holds:remove", "Remove who never was a member."),
}

_DISK = {
    "show": ("bbs.cli.admin.disk:show", "Show what each board takes, and its quota."),
    "quota": ("bbs.cli.admin.disk:quota", "Set what a board's words may take."),
}


@click.group(cls=LazyGroup, sections={"Commands": _BOARDS})
def boards() -> None:
    """List, open, configure and calm boards; appoint moderators."""


@click.group(cls=LazyGroup, sections={"Commands": _THREADS})
def threads() -> None:
    """Pin, lock, retitle, move, split and merge threads of a board you moderate; import a mailing list.

    Each act needs a reason; the board's log shows it (P8).
    """


@click.group(cls=LazyGroup, sections={"Commands": _POSTS})
def posts() -> None:
    """List posts and lines, hide them by a clause; publish or decline what guards of newcomers hold."""


@click.group(cls=LazyGroup, sections={"Commands": _MEMBERS})
def members() -> None:
    """List members and who is guarded; lock the community down; make a recovery code."""


@click.group(cls=LazyGroup, sections={"Commands": _CASES})
def cases() -> None:
    """Handle what members reported: read it, hear the person, decide.

    CASE is an address such as garden/case/12, or the first characters of the case's id.
    """


@click.group(cls=LazyGroup, sections={"Commands": _DISK})
def disk() -> None:
    """Show and bound what each board takes of the disk."""
