"""Reports of letters: copies of the quoted posts open a case at the commons, and nothing else of them."""

from bbs.clock import to_ms
from bbs.errors import BadParams
from bbs.features.cases.reporting_messages import OwnReportResult
from bbs.features.cases.wording import check_words
from bbs.features.letters import rules
from bbs.features.letters.messages import ReportLetter
from bbs.features.members.views import MemberAuthor
from bbs.features.threads.views import Post
from bbs.ids import COMMONS
from bbs.refusals import Conflict, Gone, NotFound
from bbs_server.case_lookups import LetterReport, WordsCopied
from bbs_server.handler_api import Context
from bbs_server.outcome import Outcome
from bbs_server.store.api import Tx


def report_letter(tx: Tx, ctx: Context, command: ReportLetter) -> Outcome[OwnReportResult]:
    """Hand copies of posts over to the moderators of the commons, and nothing else of the letter."""
    rules.check_report(command.posts)
    check_words(command.words, field="words")
    posts = _quoted(tx, ctx, command)
    written = max(to_ms(post.edited_at or post.at) for post in posts)
    version = ctx.readers.norms_version_at(tx, COMMONS, written)
    if not ctx.readers.clause_existed(tx, COMMONS, version, command.clause):
        rule = f"version {version} of the commons' norms has no clause {command.clause}"
        raise BadParams(field="clause", rule=rule)
    copies = tuple(_copied(post, version) for post in posts)
    if all(copy.author == ctx.member for copy in copies):
        raise Conflict(what="these words are your own; withdraw them instead")
    report = LetterReport(command.report, command.clause, version, command.words, copies)
    return ctx.readers.report_of_letter(tx, ctx, report)


def _quoted(tx: Tx, ctx: Context, command: ReportLetter) -> list[Post]:
    """Return the quoted posts, in the order of writing."""
    found = ctx.readers.posts_of_letter(tx, command.letter, command.posts, ctx.moment)
    if len(found) < len(command.posts):
        raise NotFound(what="post")
    posts = sorted(found.values(), key=lambda post: post.number or 0)
    for post in posts:
        if post.body is None:
            raise Gone(state=post.state.value)
    return posts


def _copied(post: Post, version: int) -> WordsCopied:
    """Return a quoted post, without its place in the letter."""
    assert isinstance(post.author, MemberAuthor)
    return WordsCopied(
        post=post.id,
        line=None,
        board=COMMONS,
        thread=None,
        number=None,
        author=post.author.id,
        written_at=to_ms(post.edited_at or post.at),
        norms_version=version,
        norms_board=None,
        body=post.body,
    )
