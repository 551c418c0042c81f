"""Registers the feature of packs with the server."""

from bbs.features.packs.move_messages import MoveBoard
from bbs.features.reading.views import NoticeKind
from bbs_server.features.packs import (
    claim_lists,
    claim_parts,
    consent,
    consent_personal,
    consent_records,
    handing,
    last_list,
    move_jobs,
    move_records,
    moved_in,
    moving,
    opening_acts,
    packing_handlers,
    unpack_handlers,
    unpack_jobs,
    unpack_records,
)
from bbs_server.manifest import Feature

FEATURE = Feature(
    modules=(
        *(claim_lists, consent, handing, last_list, move_jobs, moved_in, moving, opening_acts),
        *(packing_handlers, unpack_handlers),
        *claim_parts.MODULES,
    ),
    reactions=claim_parts.REACTIONS,
    lookups={
        "is_lifeboats": unpack_records.is_lifeboats,
        "consents_of": consent_records.consents_of,
        "refusal_of_moved": move_records.refusal_of_moved,
    },
    tells={NoticeKind.MOVE: {}},  # its job tells them, in slices
    waiting={MoveBoard: moving.WAITING},
    jobs=(*move_jobs.JOBS, *unpack_jobs.JOBS, *claim_parts.JOBS),
    personal=(*consent_personal.PERSONAL, *claim_parts.PERSONAL),
    sections=(*consent_personal.SECTIONS, *claim_parts.SECTIONS),
)
