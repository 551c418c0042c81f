"""The commands that the machine of `test_mirror_truth` does not do, each with why."""

UNSEEN = {
    # Nothing of these is in anybody's mirror: accounts, ways in, presence.
    "members.sign_up", "members.sign_in_password", "members.sign_in_key", "members.recover",
    "members.end_session", "members.issue_token", "members.change_password",
    "members.renew_codes", "members.invite", "members.revoke_invitation", "members.reset",
    "presence.set",
    # A profile page is asked for whenever it is shown; no mirror keeps it.
    "members.set_profile", "members.clear_profile",
    # The whole community's end is told in the answer to hello, and stops all the rest; room is no words.
    "community.close", "community.stay_open", "community.allot", "community.confirm_clock",
    "community.hand_over", "community.answer_hand_over", "community.tick_hand_over",
    # Compared elsewhere: what waits in `tests/client/mirror/test_truth.py`, norms in `test_norms.py`.
    "proposals.second", "proposals.object", "norms.amend",
    # And here in `tests/features/arriving/test_truth.py`.
    "arriving.publish", "arriving.decline", "arriving.say", "arriving.unsay",
    # In `test_calm.py` and `test_visiting.py`: they need two keys, or a board that nobody here reads.
    "moderation.lock_down", "moderation.end_lock_down", "moderation.enter", "community.notice",
    # In `tests/client/mirror/test_author_left.py`; letters are left here with every choice.
    "ownership.leave", "ownership.come_back",
    # No mirror keeps cases; what they hide or forbid is told as hiding and restricting are.
    "cases.report", "cases.report_line", "cases.claim", "cases.ask", "cases.answer", "cases.note",
    "cases.pass_on", "cases.let_be", "cases.decide", "cases.lift", "cases.appeal", "cases.hold",
    "cases.take_back_appeal", "cases.decide_appeal", "cases.release", "cases.remove_newcomer",
    "cases.flag", "cases.flag_line", "cases.hold_back", "cases.hold_back_line",
    # They need a board that came with a pack; mirrors are told by `threads.shown`, which is done here.
    "packs.decide_claim", "packs.redeem_claim", "packs.vouch", "packs.object_to_vouching",
    # No mirror keeps packs. What a move tells readers is compared in `tests/client/app/test_consent.py`.
    "packs.sign", "packs.begin_unpacking", "packs.send_piece", "packs.stop_unpacking",
    "packs.move", "packs.cancel_move", "packs.bring_receipt", "packs.bring_last_page",
    # No mirror keeps batches; each of their items is told as the command it is.
    "batches.rehearse", "batches.begin", "batches.add", "batches.start", "batches.stop",
}  # fmt: skip
