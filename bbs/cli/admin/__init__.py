"""`bbs admin`: the table of its commands."""

import click

from bbs.cli.lazy_group import LazyGroup

COMMANDS = {
    "status": ("bbs.cli.admin.status:status", "Show the community, and a sysop's first steps."),
    "boards": ("bbs.cli.admin.nouns:boards", "List, open, configure and slow boards."),
    "seats": ("bbs.cli.admin.seats:seats", "List seats; offer one, or take an offer back."),
    "applications": (
        "bbs.cli.admin.applications:applications",
        "Read who asks for a seat and what they answered; decide.",
    ),
    "events": ("bbs.cli.admin.events:events", "Print what happens there, for scripts."),
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
    "claims": ("bbs.cli.admin.claims:claims", "Show how many old words were claimed on a board."),
    "reports": ("bbs.cli.admin.reports:reports", "List what was reported to your desk."),
    "cases": ("bbs.cli.admin.nouns:cases", "Handle what members reported: hear, decide."),
    "norms": ("bbs.cli.admin.norms:norms", "Show and change norms; templates to begin with."),
    "members": (
        "bbs.cli.admin.nouns:members",
        "List members; give a member a new recovery code.",
    ),
    "invitations": (
        "bbs.cli.admin.invitations:invitations",
        "Make, list and revoke them; who invited whom.",
    ),
    "tokens": ("bbs.cli.admin.tokens:tokens", "Issue, list and revoke tokens for scripts."),
    "unpack": ("bbs.cli.admin.unpack:unpack", "Bring a board here from a pack."),
    "close": ("bbs.cli.admin.close:close", "Announce the community's end, or call it off."),
    "hand-over": (
        "bbs.cli.admin.hand_over:hand_over",
        "Hand the community over to a member.",
    ),
    "clock": ("bbs.cli.admin.clock:clock", "Show what the server knows of the time."),
    "disk": ("bbs.cli.admin.nouns:disk", "Show what each board takes, and its quota."),
    "threads": ("bbs.cli.admin.nouns:threads", "Tend threads; import a mailing list."),
    "enter": ("bbs.cli.admin.entering:enter", "Enter a private board of others, as sysop."),
    "posts": ("bbs.cli.admin.nouns:posts", "Hide words by a clause; decide about held posts."),
    "plan": ("bbs.cli.admin.plan:plan", "Say what many acts would do; keep that as a plan."),
    "apply": ("bbs.cli.admin.apply:apply", "Let the server do exactly what a plan says."),
    "undo": ("bbs.cli.admin.undo:undo", "Undo a batch, as far as it can come back."),
    "batches": ("bbs.cli.admin.batches:batches", "List, show and stop the plans applied."),
    "purge": ("bbs.cli.admin.purge:purge", "Erase a post or thread that a law wants gone."),
    "pack": ("bbs.cli.admin.pack:pack", "Take a board along as a signed file."),
    "move": ("bbs.cli.admin.move:move", "Let a board move to another community."),
    "proposals": (
        "bbs.cli.admin.proposals:proposals",
        "List what waits for others; agree or object.",
    ),
}

MEANT = {
    "hide": "posts hide",
    "unhide": "posts restore",
    "restore": "posts restore",
    "hidden": "posts hidden",
    "held": "posts held",
    "publish": "posts publish",
    "decline": "posts decline",
    "guards": "members guards",
    "quota": "disk quota",
    "slow": "boards slow",
    "end-slow": "boards end-slow",
    "notice": "boards notice",
    "lock-down": "members lock-down",
    "end-lock-down": "members end-lock-down",
    "import-mbox": "threads import-mbox",
    "hold": "cases hold",
    "sanctions": "restrictions",
    "lines": "posts",
    "invite": "invitations make",
}
"""Acts that people try without their noun."""


@click.group(cls=LazyGroup, sections={"Commands": COMMANDS}, meant=MEANT)
def admin() -> None:
    """Look after a community from scripts: everything here takes --json and --dry-run."""
