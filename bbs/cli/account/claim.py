"""`bbs claim`: claim your old words on a board that stands on another server now."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

import click

from bbs.claim_link import ClaimLink, parse_claim_link
from bbs.claim_refusals import ClaimFailed
from bbs.cli.completion_profiles import complete_profile
from bbs.cli.context import open_community
from bbs.cli.lazy_group import load
from bbs.errors import BadParams
from bbs.features.packs.claim_messages import DecideClaim
from bbs.features.packs.claim_rules import (
    Finding,
    KeyCheck,
    OwnPost,
    check_key,
    compare_claim,
    count_unknown,
)
from bbs.features.packs.claim_text import (
    CHOICES,
    describe_answer,
    describe_findings,
    describe_found,
)
from bbs.features.packs.claim_views import ClaimAnswer, ClaimedThread
from bbs.ids import PostId
from bbs.plural import counted
from bbs.profiles import Profile, load_profile
from bbs.refusals import PersonNeeded
from bbs.sdk.claiming import Claimant, FoundClaim, new_claim_code, redeem_claim
from bbs.terminal import prompts
from bbs.terminal.output import Output
from bbs.terminal.output_options import with_output_options
from bbs.terminal.person import nobody_is_there

_ANSWERS = {answer.value.replace("_", "-"): answer for answer in ClaimAnswer}


@click.command()
@click.argument("link")
@click.option(
    "--profile",
    metavar="OLD",
    envvar="BBS_PROFILE",
    shell_complete=complete_profile,
    help="The profile of the old server, whose key this device has.",
)
@click.option(
    "--as",
    "member",
    metavar="NEW",
    shell_complete=complete_profile,
    help="The profile of a member there, if you are one already.",
)
@click.option("--thread", "only", type=int, multiple=True, help="Only this thread; repeatable.")
@click.option("--answer", type=click.Choice(list(_ANSWERS)), help="What to decide.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show what the key claims and what differs, only.")
@click.option(
    "--script/--no-script", envvar="BBS_SCRIPT", default=None, help="As for every other command."
)
@with_output_options
def claim(
    out: Output,
    link: str,
    profile: str | None,
    member: str | None,
    only: tuple[int, ...],
    answer: str | None,
    yes: bool,
    dry_run: bool,
    script: bool | None,
) -> None:
    """Claim what you wrote on a board that came to another server, at LINK.

    LINK looks like bbs://host:port/garden#claim. This device's old key shows which words are yours;
    you need not be a member there. First it says what differs from your own copy. Then you decide:

    \b
    named     my name here: join there with the code that you get, and your name stands on them
    nameless  still nameless: no name stands on them, and nobody else can claim them
    taken     taken back: hidden at once, erased in 7 days
    not-mine  the key claims them by mistake

    A person decides: a script can only look, with --dry-run.
    """
    where = parse_claim_link(link.strip())
    old = load_profile(profile)
    if old.key is None:
        raise BadParams("profile", f"{old.name} has no key of this device; only a key can claim")
    script = nobody_is_there() if script is None else script
    if answer is not None and not dry_run and script:
        raise PersonNeeded(what=DecideClaim.method)
    new = None if member is None else load_profile(member)
    there = partial(open_community, where.url, pin=where.pin, script=script)
    claimant = Claimant(there, where.slug, old.key)
    found = _find(claimant, old)
    threads = [each for each in found.threads if not only or each.number in only]
    if not threads:
        raise BadParams("thread", "your key claims nothing there; leave out --thread to see all")
    kept: Mapping[PostId, OwnPost] = load("bbs_client.claiming:kept_posts")(old, found.board)
    findings = compare_claim(where.slug, found.threads, kept)
    shown = _describe(where, old, found, threads, kept, findings)
    if dry_run:
        out.result({**_facts(old, found, threads, findings), "answer": None}, shown)
        return
    for line in shown:
        out.say(line)
    chosen = _ANSWERS[answer] if answer is not None else _ask(threads)
    _confirm(chosen, threads, yes=yes)
    _decide(out, where, claimant, chosen, threads, new)


def _find(claimant: Claimant, old: Profile) -> FoundClaim:
    """Return what the key claims.

    Raises:
        ClaimFailed: If it claims nothing; with the boards that its owner chose to be left out of.
    """
    try:
        return asyncio.run(claimant.find())
    except ClaimFailed as error:
        left_out: Sequence[str] = load("bbs_client.claiming:left_out_of")(old)
        if left_out:
            error.add_note(f'as {old.handle} you chose "leave me out" for: {", ".join(left_out)}')
            error.add_note("words left out are in no pack")
        raise


def _describe(
    where: ClaimLink,
    old: Profile,
    found: FoundClaim,
    threads: Sequence[ClaimedThread],
    kept: Mapping[PostId, OwnPost],
    findings: Sequence[Finding],
) -> list[str]:
    unknown = count_unknown(threads, kept)
    key = _key(old, found)
    lines = describe_found(where.slug, found.pack, threads, key, unknown)
    return [*lines, *(describe_findings(findings) if kept else [])]


def _key(old: Profile, found: FoundClaim) -> KeyCheck:
    return check_key(found.pack, old.server_key)


def _facts(
    old: Profile,
    found: FoundClaim,
    threads: Sequence[ClaimedThread],
    findings: Sequence[Finding],
) -> dict[str, object]:
    return {
        "board": found.board,
        "pack": found.pack,
        "key": _key(old, found).value,
        "threads": threads,
        "differences": [
            {"kind": each.kind.value, "post": each.post, "address": each.address}
            for each in findings
        ],
    }


def _ask(threads: Sequence[ClaimedThread]) -> ClaimAnswer:
    """Ask a person what to decide.

    Raises:
        UsageError: If there is no person to ask.
    """
    posts = _count(threads)
    said = [f"{words}: {describe_answer(each, posts)}" for each, words in CHOICES.items()]
    return list(CHOICES)[prompts.ask_number(said, option="--answer")]


def _count(threads: Sequence[ClaimedThread]) -> int:
    return sum(len(thread.posts) for thread in threads)


def _confirm(answer: ClaimAnswer, threads: Sequence[ClaimedThread], *, yes: bool) -> None:
    prompts.confirm(f"{describe_answer(answer, _count(threads))}. Decide so?", yes=yes)


def _decide(
    out: Output,
    where: ClaimLink,
    claimant: Claimant,
    answer: ClaimAnswer,
    threads: Sequence[ClaimedThread],
    new: Profile | None,
) -> None:
    code = new_claim_code() if answer is ClaimAnswer.NAMED else None
    ids = list(dict.fromkeys(thread.thread for thread in threads))
    result = asyncio.run(claimant.decide(answer, ids, code=code))
    facts: dict[str, object] = {
        "answer": result.answer,
        "threads": len(ids),
        "erase_at": result.erase_at,
        "invitation": None,
    }
    says = f"Decided for {counted(_count(threads), 'post')}: {CHOICES[result.answer]}."
    if code is not None and new is not None:
        asyncio.run(_redeem(new, code))
        says += f" They get the name of @{new.handle}; your seat is offered: bbs seat {where.slug}"
    elif code is not None:
        link = f"{where.url}#{code}{'.' if where.pin else ''}{where.pin or ''}"
        facts["invitation"] = link
        says += f" Join there, and they get your name: bbs join '{link}'"
        if result.invited_until is not None:
            says += f" (until {result.invited_until:%Y-%m-%d})"
        says += f". Then take the seat that is offered to you: bbs seat {where.slug}"
    elif result.erase_at is not None:
        says += f" They are hidden, and erased on {result.erase_at:%Y-%m-%d}."
    out.result(facts, [says])


async def _redeem(new: Profile, code: str) -> None:
    from bbs.sdk.server_key import known_to

    known = known_to(new)
    async with open_community(new.url, token=new.token, pin=new.pin, server_key=known) as community:
        await redeem_claim(community, code)
