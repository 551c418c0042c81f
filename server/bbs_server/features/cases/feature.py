"""Registers the feature of cases with the server."""

from bbs.features.boards.seat_messages import SeatChanged
from bbs.features.cases.judging_messages import DecideCase
from bbs.features.cases.removal_messages import RemoveNewcomer
from bbs.features.moderation.messages import Acted, RestrictionChanged
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.erasing_messages import TextPurged
from bbs.features.threads.messages import LineUnsaid, PostWithdrawn
from bbs.powers import NeedTarget
from bbs.streams import StreamKind
from bbs_server.features.cases import (
    appeal_records,
    appeals,
    audience,
    copies,
    deadlines,
    deciding,
    decisions_waiting,
    evidence,
    flagging,
    handling,
    holding,
    judging_jobs,
    judging_personal,
    listeners,
    numbers,
    opening,
    own,
    personal,
    queries,
    records,
    removing,
    reporting,
    sanction_views,
    sanctions,
    undoing_batches,
)
from bbs_server.manifest import Feature, ReactsTo
from bbs_server.standing import StreamSpec, kept_always

FEATURE = Feature(
    modules=(
        appeals,
        deadlines,
        deciding,
        flagging,
        handling,
        holding,
        judging_jobs,
        own,
        queries,
        removing,
        reporting,
        sanction_views,
        sanctions,
    ),
    lookups={
        "case_barred": audience.case_barred,
        "case_numbers": numbers.case_numbers,
        "count_open_cases": numbers.count_open,
        "check_words": audience.check_words,
        "keeps_copy": copies.keeps_copy,
        "report_of_letter": opening.report_of_letter,
    },
    reactions=(
        ReactsTo(SeatChanged, listeners.follow_seat),
        ReactsTo(RestrictionChanged, listeners.follow_restriction),
        ReactsTo(TextPurged, evidence.erase_purged),
    ),
    targets={
        NeedTarget.CASE: records.locate,
        NeedTarget.MATTER: records.locate_matter,
        NeedTarget.APPEAL: appeal_records.locate_appeal,
    },
    streams=(
        StreamSpec(
            names=True,
            kind=StreamKind.CASE,
            of_board=False,
            hears_by_rows=audience.hears,
            kept_ms=kept_always,
        ),
    ),
    tells={
        # The others come with what changed the case.
        NoticeKind.CASE: {PostWithdrawn: copies.tell_writer, LineUnsaid: copies.tell_writer},
        NoticeKind.REPORT: {},
        NoticeKind.GUEST: {Acted: removing.tell_host},
    },
    waiting=dict.fromkeys((DecideCase, RemoveNewcomer), decisions_waiting.WAITING),
    undo=undoing_batches.UNDO,
    awaited=deadlines.find_awaited,
    jobs=(*deadlines.JOBS, *evidence.JOBS, *holding.JOBS, *judging_jobs.JOBS, *removing.JOBS),
    personal=(*personal.PERSONAL, *judging_personal.PERSONAL),
    sections=(*personal.SECTIONS, *judging_personal.SECTIONS),
)
