"""Registers the feature of acts with the server."""

from bbs import limits
from bbs.clock import DAY_MS, Ms
from bbs.features.moderation.messages import Acted
from bbs.features.reading.views import NoticeKind
from bbs.streams import StreamKind
from bbs_server.features.moderation import (
    calm,
    entering,
    explaining,
    governing,
    handlers,
    jobs,
    later_acts,
    packing,
    personal,
    records,
    restriction_records,
    tending,
    undoing,
)
from bbs_server.manifest import Feature
from bbs_server.standing import BoardFacts, StreamSpec


def _kept_ms(facts: BoardFacts | None) -> Ms:
    return limits.ACT_DAYS * DAY_MS


FEATURE = Feature(
    modules=(calm, entering, explaining, governing, handlers, tending),
    lookups={
        "act": records.find_act,
        "acts": records.acts_of,
        "acts_to_pack": packing.acts_to_pack,
        "cited_clauses": records.cited_clauses,
        "count_hidden_by": records.count_hidden_by,
        "effects_of_act": records.effects_of_act,
        "later_act": later_acts.later_act,
        "last_act_to_pack": packing.last_act_to_pack,
        "last_act_of_batch": records.last_act_of_batch,
        "last_act_on": records.last_act_on,
        "lift_restriction": restriction_records.lift,
        "list_restrictions": restriction_records.list_restrictions,
        "restrict": restriction_records.restrict,
        "restriction_reason": restriction_records.restriction_reason,
        "restricted_boards": restriction_records.restricted_boards,
        "restricted_members": restriction_records.restricted_members,
        "restrictions_on": restriction_records.restrictions_on,
        "set_closing": restriction_records.set_closing,
        "shorten_restriction": restriction_records.shorten,
        "unsay_board": records.unsay_board,
        "who_acted": records.who_acted,
    },
    streams=(StreamSpec(kind=StreamKind.ACTS, names=True, kept_ms=_kept_ms),),
    tells={NoticeKind.ABOUT: {Acted: records.tell_about}},
    undo=undoing.UNDO,
    jobs=jobs.JOBS,
    personal=personal.PERSONAL,
    sections=personal.SECTIONS,
)
