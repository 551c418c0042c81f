"""Registers the feature of threads, posts and lounges with the server."""

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS, Ms
from bbs.features.moderation.messages import Acted
from bbs.features.proposals.messages import ProposalMoved
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.erasing_messages import Purge, TextPurged
from bbs.features.threads.hiding_messages import HideLine, HidePost
from bbs.features.threads.views import Line, Post, Thread
from bbs.powers import NeedTarget, Power
from bbs.streams import StreamKind
from bbs_server.features.threads import (
    approving,
    finding,
    forwarding,
    handlers,
    hidden,
    hidden_by_acts,
    hidden_writers,
    hiding,
    hiding_by_clause,
    holding_words,
    imported_words,
    imports,
    jobs,
    leaving_authors,
    letters,
    lounge,
    moved_words,
    moving,
    moving_away,
    others,
    pace,
    packing,
    personal,
    purge,
    queries,
    records,
    removed_words,
    reported,
    restating,
    revisions,
    tending,
    thanks,
    undoing,
    unpacking,
    writers,
)
from bbs_server.handler_api import WhileWaiting
from bbs_server.manifest import Feature
from bbs_server.standing import BoardFacts, StreamSpec, heard_with


def _with_lines_ms(facts: BoardFacts | None) -> Ms:
    return limits.STREAM_DAYS * DAY_MS if facts is None else facts.lounge_hours * HOUR_MS


FEATURE = Feature(
    modules=(
        finding,
        handlers,
        hiding_by_clause,
        imports,
        jobs,
        lounge,
        moving,
        moving_away,
        purge,
        queries,
        tending,
        thanks,
    ),
    lookups={
        "author_left": leaving_authors.author_left,
        "look_for_words": leaving_authors.look_for_words,
        "words_written": leaving_authors.words_written,
        "acts_hiding": hidden_by_acts.acts_hiding,
        "begin_letter": letters.begin_letter,
        "erase_letter_threads": letters.erase_letter_threads,
        "end_moved_post": moved_words.end_moved_post,
        "end_moved_title": moved_words.end_moved_title,
        "take_author_off": moved_words.take_author_off,
        "forget_imported_name": moved_words.forget_imported_name,
        "imported_author_of": moved_words.imported_author_of,
        "words_of_members": moved_words.words_of_members,
        "forget_board_authors": moved_words.forget_board_authors,
        "has_board_words": moved_words.has_board_words,
        "decline_post": approving.decline_post,
        "fetch_imported_again": imported_words.fetch_imported_again,
        "erase_imported_words": imported_words.erase_imported_words,
        "give_imported_words": imported_words.give_imported_words,
        "imported_posts": imported_words.imported_posts,
        "rename_imported": imported_words.rename_imported,
        "erase_declined": approving.erase_declined,
        "has_posted": approving.has_posted,
        "held_events": approving.held_events,
        "held_texts": approving.held_texts,
        "publish_post": approving.publish_post,
        "waiting_post": approving.waiting_post,
        "words_hidden_by": hidden_by_acts.words_hidden_by,
        "has_words_of_others": others.has_words_of_others,
        "may_have_words_of_gone": others.may_have_words_of_gone,
        "has_ended_since_packed": packing.has_ended_since_packed,
        "hidden_among": hidden.hidden_among,
        "hidden_by_act": hidden_by_acts.hidden_by_act,
        "hiding_act": hidden_by_acts.hiding_act,
        "hidden_events": hidden.hidden_events,
        "hold_words": holding_words.hold,
        "move_held_words": holding_words.move_end,
        "show_held_words": holding_words.show_again,
        "tell_removed_words": removed_words.tell,
        "is_writer": writers.is_writer,
        "last_written": pace.last_written,
        "line_by_number": forwarding.line_by_number,
        "lines": forwarding.lines_by_id,
        "list_writers": writers.list_writers,
        "name_to_pack": packing.name_to_pack,
        "post_by_number": forwarding.post_by_number,
        "posts_by_row": records.posts_by_row,
        "posts_to_pack": packing.posts_to_pack,
        "posts_of_letter": letters.posts_of_letter,
        "revision_of_words": revisions.revision_of_words,
        "end_unpacked_post": unpacking.end_post,
        "erase_unpacked_words": unpacking.erase_words,
        "find_standing_words": unpacking.find_standing,
        "insert_imported_author": unpacking.insert_author,
        "insert_unpacked_post": unpacking.insert_post,
        "insert_unpacked_thread": unpacking.insert_thread,
        "thread_by_number": forwarding.thread_by_number,
        "thread_to_pack": packing.thread_to_pack,
        "threads": records.threads_by_id,
        "words_reported": reported.words_reported,
        "writers_to_pack": packing.writers_to_pack,
    },
    targets={
        NeedTarget.THREAD: records.locate_thread,
        NeedTarget.POST: records.locate_post,
        NeedTarget.LINE: records.locate_line,
    },
    streams=(
        StreamSpec(kind=StreamKind.LOUNGE, hears=heard_with(Power.READ), kept_ms=_with_lines_ms),
    ),
    restates={
        Line: restating.restate_line,
        Post: restating.restate_post,
        Thread: restating.restate_thread,
    },
    tells={
        NoticeKind.WORDS: {Acted: tending.tell_of_act, TextPurged: purge.tell_of_slice},
        NoticeKind.HIDDEN: {ProposalMoved: hidden_writers.tell_writer},
    },
    waiting={
        Purge: WhileWaiting(
            begin=hiding.hide,
            end=hiding.show_again,
            parties=hidden_writers.parties,
            show=hidden_writers.show_words,
        ),
        HidePost: WhileWaiting(show=hidden_writers.show_cited),
        HideLine: WhileWaiting(show=hidden_writers.show_cited),
    },
    undo=undoing.UNDO,
    jobs=jobs.JOBS,
    personal=personal.PERSONAL,
    sections=personal.SECTIONS,
)
