"""`bbs admin`: the table of its commands."""

import click

from bbs.cli.lazy_group import LazyGroup

COMMANDS = {
    "status": ("bbs.cli.admin.status:status", "Show the community, and a sysop's first steps."),
    "boards": ("bbs.cli.admin.boards:boards", "List, open and configure boards, and seats."),
    "seats": ("bbs.cli.admin.seats:seats", "List seats; offer one, or take an offer back."),
    "applications": (
        "bbs.cli.admin.applications:applications",
        "Read who asks for a seat and what they answered; decide.",
    ),
    "held": (
        "bbs.cli.admin.held:held",
        "Read posts of newcomers that wait; publish or decline.",
    ),
    "log": ("bbs.cli.read.log:log", "Show the uses of power on a board, as bbs log does."),
    "restrictions": (
        "bbs.cli.admin.governing:restrictions",
        "List who is restricted on a board, until when.",
    ),
    "numbers": ("bbs.cli.admin.governing:numbers", "Print counts of a board's moderation."),
    "explain": (
        "bbs.cli.admin.governing:explain",
        "Explain what somebody may do on a board, by which rows.",
    ),
    "appeals": (
        "bbs.cli.admin.appeals:appeals",
        "Read appeals that you may decide about; decide.",
    ),
    "cases": ("bbs.cli.admin.judging:cases", "Handle what members reported: hear, decide."),
    "norms": ("bbs.cli.admin.norms:norms", "Show and change norms; templates to begin with."),
    "members": (
        "bbs.cli.admin.members:members",
        "List members; give a member a new recovery code.",
    ),
    "invitations": (
        "bbs.cli.admin.invitations:invitations",
        "Make, list and revoke them; who invited whom.",
    ),
    "tokens": ("bbs.cli.admin.tokens:tokens", "Issue, list and revoke tokens for scripts."),
    "close": ("bbs.cli.admin.close:close", "Announce the community's end, or call it off."),
    "clock": ("bbs.cli.admin.clock:clock", "Show what the server knows of the time."),
    "disk": ("bbs.cli.admin.disk:disk", "Show what each board takes, and its quota."),
    "quota": ("bbs.cli.admin.disk:quota", "Set what a board's words may take."),
    "threads": ("bbs.cli.admin.threads:threads", "Tend threads of a board you moderate."),
    "slow": ("bbs.cli.admin.calm:slow", "Let everybody write more slowly for some days."),
    "end-slow": ("bbs.cli.admin.calm:end_slow", "End a slow mode or a cool-down now."),
    "lock-down": ("bbs.cli.admin.calm:lock_down", "Take no newcomers for three days."),
    "end-lock-down": ("bbs.cli.admin.calm:end_lock_down", "Take newcomers again."),
    "notice": ("bbs.cli.admin.calm:notice", "Tell everybody on a board one urgent line."),
    "enter": ("bbs.cli.admin.entering:enter", "Enter a private board of others, as sysop."),
    "hide": ("bbs.cli.admin.hide:hide", "Hide a post or line by a clause of the norms."),
    "unhide": ("bbs.cli.admin.hide:unhide", "Show again what was hidden by a clause."),
    "hidden": ("bbs.cli.admin.hide:hidden", "Read words that are hidden by a clause."),
    "purge": ("bbs.cli.admin.purge:purge", "Erase a post or thread that a law wants gone."),
    "proposals": (
        "bbs.cli.admin.proposals:proposals",
        "List what waits for others; agree or object.",
    ),
    "import-mbox": ("bbs.cli.admin.import_mbox:import_mbox", "Bring a mailing list in."),
}


@click.group(cls=LazyGroup, sections={"Commands": COMMANDS})
def admin() -> None:
    """Look after a community from scripts: everything here takes --json and --dry-run."""
