"""`bbs report --letter`: report posts of a letter to the moderators of the commons (protocol 22.1)."""

from bbs.cli.context import CliContext
from bbs.errors import BadParams
from bbs.features.cases.views import OwnReport
from bbs.features.letters.messages import ReportLetter
from bbs.features.norms.clause_text import ClauseNumber
from bbs.features.threads.messages import GetThread
from bbs.ids import PostId, ThreadId, new_id
from bbs.refusals import NotFound
from bbs.sdk import lookup
from bbs.sdk.letters import find_among, list_letters


async def report_letter(
    caller: CliContext,
    handles: str,
    numbers: tuple[str, ...],
    norm: ClauseNumber,
    *,
    words: str | None,
    dry_run: bool,
) -> OwnReport:
    """Report posts of a letter; their moderators get copies of these posts and nothing else of it.

    Args:
        handles: Who is in the letter besides the caller, like `ana+ben`.
        numbers: Those of the posts.
        norm: A clause of the commons' norms, which are a letter's, too.
        words: What the reporter adds; None for nothing.

    Raises:
        BadParams: If a number is none.
        NotFound: If there is no such letter, or no such post in it.
    """
    if not all(each.isdecimal() for each in numbers):
        raise BadParams("address", "of a letter, name the numbers of its posts: bbs report 3 5")
    community = caller.community
    assert community.me is not None
    members = await lookup.list_members(community)
    letters, _ = await list_letters(community)
    people = handles.removeprefix("~").split("+")
    letter = find_among(letters, people, members, community.me.member, to_read=True)
    if letter is None or letter.thread is None:
        raise NotFound(what="letter")
    posts = await _find_posts(caller, letter.thread, {int(each) for each in numbers})
    command = ReportLetter(
        letter=letter.id,
        report=new_id(),
        posts=posts,
        clause=norm.norm,
        words=words,
        dry_run=dry_run,
    )
    return (await community.call(command)).report


async def _find_posts(
    caller: CliContext, thread: ThreadId, numbers: set[int]
) -> tuple[PostId, ...]:
    shown = (await caller.community.call(GetThread(thread=thread))).thread
    posts = await lookup.list_posts(caller.community, shown, after=0)
    found = tuple(each.id for each in posts if each.number in numbers)
    if len(found) != len(numbers):
        raise NotFound(what="post")
    return found
