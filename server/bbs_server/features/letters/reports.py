"""Reports of letters: copies of the quoted posts for the moderators of the commons, for a time."""

from collections.abc import Iterable
from typing import NamedTuple

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant, to_ms
from bbs.errors import BadParams
from bbs.features.letters import rules
from bbs.features.letters.messages import LetterReported, ListReports, ReportLetter
from bbs.features.letters.views import Quote, Report, ReportList, ReportResult
from bbs.features.members.views import MemberAuthor
from bbs.features.threads.erasing_messages import TextPurged
from bbs.features.threads.views import Post
from bbs.ids import COMMONS, MemberId, PostId, ReportId
from bbs.refusals import Conflict, Gone, LimitReached, NotFound
from bbs.rows import columns, marks
from bbs.streams import desk_stream
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect, Outcome
from bbs_server.paging import fit_page, format_page_token, parse_page_token
from bbs_server.store import event_log, texts
from bbs_server.store.api import RemovalReason, Tx


class _ReportRow(NamedTuple):
    """A report as it is stored."""

    id: ReportId
    reporter: MemberId
    at: Ms
    until: Ms
    norm: int
    norms_version: int
    words_text: str | None


class _QuoteRow(NamedTuple):
    """A copy of a post in a report."""

    report: ReportId
    place: int
    post: PostId
    author: MemberId
    at: Ms
    body_text: str


def report_letter(tx: Tx, ctx: Context, command: ReportLetter) -> Outcome[ReportResult]:
    """Hand copies of posts over to the moderators of the commons, and nothing else of the letter."""
    rules.check_report(command.posts, command.words)
    if tx.fetch_one("SELECT 1 FROM letter_reports WHERE id = ?", command.report) is not None:
        raise Conflict(what="a report with this id exists")
    sql = "SELECT count(*) FROM letter_reports WHERE reporter = ? AND until > ?"
    if tx.fetch_value(sql, ctx.member, ctx.now) >= limits.REPORTS_MAX:
        raise LimitReached("reports of yours that are kept", limits.REPORTS_MAX)
    posts = _quoted(tx, ctx, command)
    written = max(to_ms(post.edited_at or post.at) for post in posts)
    version = ctx.readers.norms_version_at(tx, COMMONS, written)
    if not ctx.readers.clause_existed(tx, COMMONS, version, command.clause):
        rule = f"version {version} of the commons' norms has no clause {command.clause}"
        raise BadParams(field="clause", rule=rule)
    report = _ReportRow(
        id=command.report,
        reporter=ctx.member,
        at=ctx.now,
        until=ctx.now + limits.REPORT_DAYS * DAY_MS,
        norm=command.clause,
        norms_version=version,
        words_text=None if command.words is None else texts.insert_text(tx, ctx, command.words),
    )
    _insert(tx, ctx, report, posts)
    told = AppendEvent(desk_stream(COMMONS), LetterReported(report=report.id), report.id)
    return Outcome(ReportResult(report=report.id, until=instant(report.until)), (told,))


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


def _insert(tx: Tx, ctx: Context, report: _ReportRow, posts: list[Post]) -> None:
    tx.execute(
        f"INSERT INTO letter_reports ({columns(_ReportRow)}) VALUES ({marks(_ReportRow)})",  # noqa: S608 - names of ours
        *report,
    )
    quotes: list[_QuoteRow] = []
    for place, post in enumerate(posts):
        assert isinstance(post.author, MemberAuthor)
        assert post.body is not None
        body_text = texts.insert_text(tx, ctx, post.body)
        quotes.append(
            _QuoteRow(report.id, place, post.id, post.author.id, to_ms(post.at), body_text)
        )
    tx.execute_many(
        f"INSERT INTO letter_quotes ({columns(_QuoteRow)}) VALUES ({marks(_QuoteRow)})",  # noqa: S608 - names of ours
        quotes,
    )


def list_reports(tx: Tx, ctx: Context, query: ListReports) -> ReportList:
    """Return what was reported, newest first, as long as it is kept."""
    at, key = parse_page_token(query.before)
    rows = tx.select(
        _ReportRow,
        'FROM letter_reports WHERE (at, id COLLATE "binary") < (?, ?) AND until > ?'
        ' ORDER BY at DESC, id COLLATE "binary" DESC LIMIT ?',
        *(at, key or "g", ctx.now, query.limit + 1),
    )
    views = [_view(tx, row) for row in rows[: query.limit]]
    views = views[: fit_page(views)]
    more = len(rows) > len(views)
    last = rows[len(views) - 1] if more else None
    return ReportList(
        reports=tuple(views),
        next_before=None if last is None else format_page_token(last.at, last.id),
        as_of=event_log.heads(tx, [desk_stream(COMMONS)]),
    )


def _view(tx: Tx, row: _ReportRow) -> Report:
    quotes = _quotes(tx, row.id)
    words = texts.load_bodies(tx, [row.words_text, *(quote.body_text for quote in quotes)])
    return Report(
        id=row.id,
        by=row.reporter,
        at=instant(row.at),
        until=instant(row.until),
        norm=row.norm,
        norms_version=row.norms_version,
        words=words.get(row.words_text or ""),
        quotes=tuple(
            Quote(
                post=quote.post,
                author=quote.author,
                at=instant(quote.at),
                body=words.get(quote.body_text),
            )
            for quote in quotes
        ),
    )


def _quotes(tx: Tx, report: ReportId) -> list[_QuoteRow]:
    return tx.select(_QuoteRow, "FROM letter_quotes WHERE report = ? ORDER BY place", report)


def forget_purged(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Erase the copies of posts that the sysop purged: a purge reaches every copy (P10)."""
    assert isinstance(emit.event, TextPurged)
    for post in emit.event.posts:
        found = tx.select(_QuoteRow, "FROM letter_quotes WHERE post = ?", post.id)
        texts.delete_texts(tx, [quote.body_text for quote in found], RemovalReason.PURGED)
        if found:
            tx.execute("DELETE FROM letter_quotes WHERE post = ?", post.id)
    return ()


def erase_report(tx: Tx, proven_now: Ms) -> bool:
    """Erase a report whose time is over, with its copies (P10); return whether there was one."""
    sql = "FROM letter_reports WHERE until <= ? ORDER BY until LIMIT 1"
    row = tx.select_one(_ReportRow, sql, proven_now)
    if row is None:
        return False
    gone = [row.words_text, *(quote.body_text for quote in _quotes(tx, row.id))]
    texts.delete_texts(tx, gone, RemovalReason.FADED)
    tx.execute("DELETE FROM letter_quotes WHERE report = ?", row.id)
    tx.execute("DELETE FROM letter_reports WHERE id = ?", row.id)
    return True
