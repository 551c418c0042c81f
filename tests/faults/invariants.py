"""Which test proves which promise: the table that docs, people and a shape test read.

Each invariant has a short name and names its proofs, and the builds that break it on purpose (`weakened.py`), each with
the test that notices: one of the proofs, which `test_weakened.py` sees fail, or a test of its own.
"""

from tests.faults.invariant import Invariant as Invariant
from tests.faults.invariants_client import CLIENT_INVARIANTS

_SERVER_INVARIANTS: dict[str, Invariant] = {
    "acknowledged": Invariant(
        "An acknowledged request survives kill -9 and power loss (P12).",
        (
            "faults/test_crashloop.py::test_what_was_acknowledged_survives_kill_9_exactly_once",
            "faults/test_power.py::test_no_answer_leaves_before_its_words_are_on_the_disk",
            "faults/test_power_loss.py::test_power_loss_at_any_write_keeps_what_was_acknowledged",
        ),
        {
            "faults/test_crashloop.py::test_the_oracle_notices_a_server_that_answers_before_it_commits": "answers-early",
            "faults/test_power.py::test_a_server_that_never_syncs_is_noticed": "never-syncs",
            "faults/test_power_loss.py::test_a_server_that_syncs_less_is_noticed": "never-syncs syncs-seldom hopes-for-the-record",
        },
    ),
    "applied-once": Invariant(
        "A request that is sent again is applied once (P12).",
        (
            "faults/test_resend.py::test_a_line_cut_at_any_byte_makes_one_post",
            "faults/test_resend.py::test_twenty_connections_that_send_one_op_at_once_make_one_post",
            "faults/test_resend.py::test_an_op_sent_with_other_words_is_refused",
            "faults/test_resend.py::test_the_op_of_a_withdrawn_post_names_no_other_command",
            "server/pipeline/test_ops_by_kind.py::test_an_op_sent_with_another_kind_is_a_conflict",
            "features/reading/test_two_devices.py::test_a_resend_undoes_nothing_that_came_later",
            "client/mirror/test_guarding.py::test_the_revision_is_kept_before_the_bytes_go_out",
            "journeys/test_exactly_once.py::test_sent_again_it_happened_once",
        ),
        {
            "faults/test_resend.py::test_a_server_that_looks_up_no_op_is_noticed": "forgets-ops",
            "faults/test_resend.py::test_the_op_of_a_withdrawn_post_names_no_other_command": "forgets-kinds",
            "server/pipeline/test_ops_by_kind.py::test_an_op_sent_with_another_kind_is_a_conflict": "forgets-kinds",
            "client/mirror/test_guarding.py::test_the_revision_is_kept_before_the_bytes_go_out": "names-the-newest-revision",
        },
    ),
    "resumed": Invariant(
        "A client that reconnects gets every event once and in order (P12, protocol 6.2).",
        (
            "faults/test_chaos.py::test_every_client_reads_the_history_whatever_happens",
            "faults/test_resume.py::test_two_clients_and_a_bot_see_every_event_once_in_one_order",
            "journeys/test_resuming.py::test_below_the_base_resets",
        ),
        {
            "faults/test_chaos.py::test_a_server_that_tells_before_it_commits_is_noticed": "tells-early",
        },
    ),
    "script-goes-on": Invariant(
        "A script that follows and is killed goes on right after its cursor: each event at least once, in order within each stream (P12).",
        (
            "faults/test_events_killed.py::test_every_event_is_told_at_least_once_and_in_order",
            "faults/test_events_killed.py::test_a_stalled_pipe_costs_no_memory_and_no_event",
            "sdk/test_following.py::test_a_cursor_goes_on_right_after_itself",
            "wire/test_event_cursor.py::test_a_cursor_cut_off_or_changed_is_refused",
        ),
        {
            "faults/test_events_killed.py::test_every_event_is_told_at_least_once_and_in_order": "forgets-an-event turns-events-round counts-ahead",
        },
    ),
    "one-order": Invariant(
        "A board has one order, the same for every reader (P1, P12).",
        (
            "faults/test_chaos.py::test_every_client_reads_the_history_whatever_happens",
            "journeys/test_talking.py::test_two_clients_and_a_bot_see_one_order",
        ),
        {
            "faults/test_chaos.py::test_a_server_that_tells_before_it_commits_is_noticed": "tells-early",
        },
    ),
    "true-mirror": Invariant(
        "A mirror that folds events equals a fresh fetch and follows a server that was restored or rolled back (protocol 6.4, 6.5, 6.7).",
        (
            "client/mirror/test_truth.py::test_cache_and_events_equal_a_fresh_fetch",
            "journeys/test_mirror_truth.py::test_every_command_is_done_or_named",
            "faults/test_mirrors.py::test_two_mirrors_and_their_outboxes_end_up_as_the_server_is",
            "faults/test_restored.py::test_a_mirror_of_the_lost_server_shows_what_the_restored_one_has",
            "faults/test_rolled_back.py::test_who_followed_what_was_lost_ends_with_what_there_is",
            "server/pipeline/test_cursor_tags.py::test_a_client_with_tags_ends_as_a_fresh_fetch_whatever_was_rolled_back",
            "server/ops/test_restored_mirror.py::test_a_mirror_of_the_lost_community_shows_the_restored_one",
        ),
        {
            "faults/test_restored.py::test_a_restore_that_keeps_the_epoch_is_noticed": "keeps-the-epoch",
            "faults/test_rolled_back.py::test_who_followed_what_was_lost_ends_with_what_there_is": "cursor-without-tag",
            "server/pipeline/test_cursor_tags.py::test_a_client_with_tags_ends_as_a_fresh_fetch_whatever_was_rolled_back": "cursor-without-tag",
        },
    ),
    "slow-reader": Invariant(
        "A slow reader slows nobody (P14).",
        (
            "faults/test_slow_reader.py::test_a_stalled_reader_slows_nobody_and_resumes_whole",
            "faults/test_slow_reader.py::test_a_stalled_reader_is_closed_with_4008_and_its_outbox_stays_bounded",
            "journeys/test_slow_reader.py::test_who_does_not_read_is_cut_off_and_resumes_whole",
        ),
        {
            "faults/test_slow_reader.py::test_a_server_without_bounds_is_noticed": "unbounded",
        },
    ),
    "drained": Invariant(
        "After SIGTERM under load the server drains, closes with 1012 and ends within ten seconds (protocol 8.3).",
        (
            "faults/test_stopping.py::test_sigterm_under_load_closes_with_1012_and_loses_nothing",
            "faults/test_stopping.py::test_sigterm_does_not_wait_for_peers_that_do_not_answer",
            "server/ops_net/test_drain.py::test_what_is_under_way_is_answered_and_the_close_says_come_back",
            "sdk/test_backoff.py::test_a_thousand_clients_come_back_spread_out",
        ),
        {
            "faults/test_stopping.py::test_a_server_that_cuts_everybody_off_is_noticed": "cuts-everybody-off",
        },
    ),
    "failing-disk": Invariant(
        "The server names a disk that is full, read-only or failing, acknowledges nothing it did not store, and recovers without a restart (P12).",
        (
            "faults/test_every_write.py::test_whichever_write_fails_an_act_is_done_or_refused",
            "faults/test_every_start.py::test_whichever_write_of_a_start_fails_nothing_is_lost",
            "faults/test_every_start.py::test_whichever_write_of_a_backup_fails_there_is_no_half_of_one",
            "faults/test_disk.py::test_a_failing_write_is_told_and_heals_without_a_restart",
            "faults/test_disk.py::test_a_full_disk_is_called_full_and_heals_without_a_restart",
            "server/store/test_opening.py::test_a_read_only_disk_is_named",
            "faults/test_vanished.py::test_no_post_is_acknowledged_into_a_deleted_file",
            "server/store/test_vanished.py::test_an_idle_server_notices_too",
            "server/store/test_faults.py::test_a_small_write_does_not_end_a_full_disk",
            "server/store/test_faults.py::test_a_trial_write_is_as_large_as_a_post_each_time",
            "server/ops_net/test_health.py::test_health_heals_by_a_write_that_goes_through_not_by_an_empty_one",
        ),
        {
            "faults/test_every_write.py::test_a_server_that_shrugs_at_a_failed_commit_is_noticed": "shrugs",
            "server/store/test_faults.py::test_a_small_write_does_not_end_a_full_disk": "believes-any-write",
            "faults/test_vanished.py::test_no_post_is_acknowledged_into_a_deleted_file": "looks-at-no-name",
        },
    ),
    "damage": Invariant(
        "The server finds damage, names it and contains it.",
        (
            "faults/test_starting.py::test_a_damaged_database_is_refused_and_left_as_it_is",
            "faults/test_starting.py::test_a_truncated_database_is_refused",
            "server/ops/test_damage.py::test_hidden_damage_is_found_after_the_start_and_stops_writing",
            "server/ops/test_damage.py::test_a_broken_end_of_history_is_refused_at_the_start",
            "server/ops/test_doctor.py::test_what_somebody_changed_by_hand_is_found",
            "server/store/test_altered.py::test_an_altered_text_is_shown_to_nobody",
        ),
        {
            "server/store/test_altered.py::test_an_altered_text_is_shown_to_nobody": "shows-altered-texts",
            "server/ops/test_damage.py::test_a_broken_end_of_history_is_refused_at_the_start": "trusts-the-tails",
            "server/ops/test_damage.py::test_hidden_damage_is_found_after_the_start_and_stops_writing": "looks-at-no-page",
            "faults/test_starting.py::test_a_damaged_database_is_refused_and_left_as_it_is": "founds-over-damage",
        },
    ),
    "updated": Invariant(
        "An update of the database is done as a whole or not at all, keeps every word and brings none back (P10, P12).",
        (
            "faults/test_migration.py::test_a_migration_killed_at_any_moment_leaves_the_old_database_or_the_new_one",
            "faults/test_migrated_words.py::test_no_byte_remembers_what_was_taken_back_around_an_update",
            "server/store/test_opening.py::test_a_crash_inside_a_migration_leaves_nothing",
            "server/store/test_migrating.py::test_words_and_facts_of_the_first_version_are_kept",
            "server/store/test_migrating.py::test_the_copy_made_before_is_the_old_database",
        ),
        {
            "faults/test_migration.py::test_a_migration_in_steps_is_noticed": "migrates-step-by-step",
        },
    ),
    "backup": Invariant(
        "A backup is of one moment, a restore is whole or changes nothing, and removed text stays gone (P10).",
        (
            "faults/test_backup.py::test_a_backup_under_load_holds_everything_acknowledged_before_it",
            "faults/test_backup.py::test_a_killed_backup_or_restore_leaves_no_half",
            "faults/test_backup.py::test_an_answered_withdrawal_outlives_kill_and_restore",
            "faults/test_backup.py::test_a_backup_has_no_word_withdrawn_a_moment_before",
            "faults/test_set_back.py::test_a_database_one_answer_behind_brings_no_words_back",
            "faults/test_set_back.py::test_a_removal_cut_short_before_its_commit_is_finished_or_never_was",
            "server/ops/test_behind.py::test_a_database_that_was_set_back_has_withdrawn_words_no_more",
            "server/ops/test_behind.py::test_a_withdrawal_cut_short_is_finished_and_told",
            "faults/test_every_start.py::test_whichever_write_of_a_backup_fails_there_is_no_half_of_one",
            "server/ops/test_restore.py::test_old_tokens_and_invitations_are_dead",
            "server/ops/test_restore.py::test_without_the_right_record_nothing_is_restored",
        ),
        {
            "faults/test_backup.py::test_a_backup_that_copies_the_file_is_noticed": "copies-the-file",
            "faults/test_backup.py::test_a_backup_has_no_word_withdrawn_a_moment_before": "copies-the-index-unmerged",
            "faults/test_set_back.py::test_a_database_one_answer_behind_brings_no_words_back": "marks-nothing follows-nothing",
            "faults/test_backup.py::test_a_server_that_keeps_no_record_is_noticed": "keeps-no-record",
        },
    ),
    "harmless-post": Invariant(
        "No post can make a board unreadable (P13).",
        (
            "client/app/test_hostile.py::test_hostile_words_stay_words",
            "client/widgets/test_markdown.py::test_no_body_takes_long",
            "client/plain/test_visit.py::test_a_transcript_is_plain_text",
            "server/test_hostile.py::test_a_refused_text_names_the_character",
        ),
        {
            "client/app/test_hostile.py::test_hostile_words_stay_words": "draws-words-as-they-come parses-markup",
        },
    ),
    "bad-frame": Invariant(
        "A bad frame costs at most one error, and no other connection is affected (protocol 2.7).",
        (
            "server/test_hostile.py::test_what_cannot_be_read_costs_one_error",
            "server/test_hostile.py::test_others_do_not_notice",
            "server/test_hostile.py::test_random_bytes_break_nothing",
        ),
        {
            "server/test_hostile.py::test_what_cannot_be_read_costs_one_error": "reads-before-it-looks",
            "server/test_hostile.py::test_others_do_not_notice": "sends-away-at-once",
        },
    ),
    "bounded": Invariant(
        "Memory, files, threads and tasks are bounded, and return to where they were (P14).",
        (
            "faults/test_churn.py::test_an_hour_of_coming_and_going_leaves_nothing_behind",
            "faults/test_churn.py::test_whoever_left_leaves_no_task_and_no_entry",
            "faults/test_floods.py::test_floods_cost_what_they_may_and_a_member_is_served",
            "server/net/test_connection.py::test_a_cut_line_leaves_nothing_behind",
            "server/pipeline/test_throttle.py::test_the_memory_of_budgets_is_bounded",
        ),
        {
            "faults/test_churn.py::test_an_hour_of_coming_and_going_leaves_nothing_behind": "keeps-a-line",
            "faults/test_churn.py::test_a_server_that_forgets_nobody_is_noticed": "forgets-nobody",
            "faults/test_floods.py::test_a_server_without_bounds_is_noticed_by_its_memory": "unbounded",
        },
    ),
    "clock": Invariant(
        "A clock that jumps does no harm, and a wrong clock destroys nothing (P10).",
        (
            "faults/test_proven_time.py::test_no_job_destroys_by_a_clock_that_is_not_proven",
            "faults/test_proven_time.py::test_a_start_a_year_ahead_destroys_no_word_and_no_session",
            "faults/test_device_clock.py::test_a_clock_that_was_ahead_for_a_moment_changed_nothing",
            "faults/test_clock.py::test_a_clock_that_jumps_changes_no_order_and_shuts_nobody_out",
            "faults/test_clock.py::test_a_session_is_neither_ended_nor_prolonged_by_a_clock_set_back",
            "server/pipeline/test_throttle.py::test_a_clock_that_jumps_gives_and_takes_nothing",
            "store/test_event_log.py::test_a_clock_once_ahead_stops_no_forgetting",
            "server/ops/test_doctor.py::test_a_clock_that_is_behind_is_found",
            "client/session/test_times.py::test_no_moment_crashes",
        ),
        {
            "faults/test_proven_time.py::test_no_job_destroys_by_a_clock_that_is_not_proven": "takes-the-wall-clock",
            "faults/test_proven_time.py::test_a_start_a_year_ahead_destroys_no_word_and_no_session": "takes-the-wall-clock",
            "faults/test_device_clock.py::test_a_clock_that_was_ahead_for_a_moment_changed_nothing": "fades-by-itself",
            "server/pipeline/test_throttle.py::test_a_clock_that_jumps_gives_and_takes_nothing": "believes-the-clock",
            "faults/test_clock.py::test_a_clock_that_jumps_changes_no_order_and_shuts_nobody_out": "believes-the-clock",
            "faults/test_clock.py::test_a_session_is_neither_ended_nor_prolonged_by_a_clock_set_back": "ends-nothing-for-good",
        },
    ),
    "dead-peer": Invariant(
        "The server notices a dead peer within two pings and removes it from presence (protocol 1.5).",
        (
            "faults/test_dead_peers.py::test_dead_peers_are_noticed_and_gone_from_presence",
            "faults/test_resend.py::test_a_post_sent_into_a_silent_line_is_there_once",
        ),
        {
            "faults/test_dead_peers.py::test_a_server_that_never_pings_is_noticed": "never-pings",
        },
    ),
    "cancelled": Invariant(
        "A task that is cancelled at any await leaves no transaction and no lock behind (protocol 5.10).",
        (
            "server/store/test_faults.py::test_cancelling_leaves_no_transaction_open",
            "store/test_transactions.py::test_a_cancelled_caller_cancels_no_write",
            "store/test_transactions.py::test_cancelled_readers_come_back",
            "server/net/test_connection.py::test_a_cut_line_leaves_nothing_behind",
        ),
        {
            "server/store/test_faults.py::test_cancelling_leaves_no_transaction_open": "waits-inside",
            "store/test_transactions.py::test_a_cancelled_caller_cancels_no_write": "forgets-who-left",
        },
    ),
    "lost-right": Invariant(
        "A right that ends is ended at once, also for queued frames (protocol 6.6).",
        (
            "faults/test_revoked.py::test_nothing_queued_leaves_after_a_right_has_ended",
            "server/pipeline/test_syncing.py::test_who_may_not_read_is_not_sent_the_rest_of_a_replay",
            "server/fanout/test_hub.py::test_who_may_not_read_is_sent_nothing_that_was_held",
            "journeys/test_seats.py::test_a_revoked_session_is_closed",
            "journeys/test_seats.py::test_a_revoked_token_is_closed",
            "journeys/test_seats.py::test_closing_a_board_ends_its_listeners",
        ),
        {
            "faults/test_revoked.py::test_nothing_queued_leaves_after_a_right_has_ended": "keeps-the-queue",
        },
    ),
    "one-server": Invariant(
        "Only one server uses a data folder.",
        (
            "faults/test_starting.py::test_a_second_server_on_the_same_folder_is_refused",
            "faults/test_vanished.py::test_a_second_server_is_refused_though_the_lock_file_was_deleted",
            "server/store/test_opening.py::test_only_one_server_has_a_folder",
            "server/store/test_opening.py::test_the_lock_ends_with_its_process",
        ),
        {
            "server/store/test_opening.py::test_only_one_server_has_a_folder": "takes-no-lock",
            "faults/test_starting.py::test_a_second_server_on_the_same_folder_is_refused": "takes-no-lock",
            "faults/test_vanished.py::test_a_second_server_is_refused_though_the_lock_file_was_deleted": "locks-the-file-alone",
        },
    ),
    "failed-start": Invariant(
        "A start that fails ends within ten seconds, in one line.",
        (
            "faults/test_starting.py::test_a_port_in_use_is_said",
            "faults/test_starting.py::test_an_unknown_setting_is_named_with_the_near_one",
            "faults/test_starting.py::test_a_folder_that_cannot_be_used_is_named",
            "faults/test_starting.py::test_a_certificate_that_cannot_be_used_is_said",
            "faults/test_starting.py::test_a_database_of_another_program_is_refused",
            "faults/test_every_start.py::test_whichever_write_of_a_start_fails_nothing_is_lost",
        ),
        {
            "faults/test_starting.py::test_a_start_that_hangs_is_noticed": "leaves-the-store-open",
        },
    ),
    "fair-limits": Invariant(
        "Limits are fair and say when to come back (protocol 2.9).",
        (
            "server/pipeline/test_throttle.py::test_writing_is_paced_for_each_member",
            "server/pipeline/test_throttle.py::test_reading_is_paced_and_says_when",
            "server/pipeline/test_throttle.py::test_a_refusal_takes_nothing",
            "server/pipeline/test_syncing.py::test_what_strangers_may_ask_is_paced_for_members",
            "sdk/test_calls.py::test_what_may_succeed_later_is_tried_later",
            "client/mirror/test_outbox.py::test_what_cannot_be_taken_now_stays",
        ),
        {
            "server/pipeline/test_throttle.py::test_reading_is_paced_and_says_when": "says-too-short-a-wait",
            "server/pipeline/test_throttle.py::test_a_refusal_takes_nothing": "charges-for-refusals",
        },
    ),
    "no-secrets": Invariant(
        "No log, page, report or process list holds a secret or a control character (P11).",
        (
            "faults/test_secrets.py::test_planted_secrets_are_in_no_log_page_report_or_process_list",
            "faults/test_secrets.py::test_no_option_takes_a_secret_on_the_command_line",
            "server/ops_net/test_logs.py::test_a_servers_log_holds_no_secret_and_no_word",
            "server/ops_net/test_logs.py::test_any_text_becomes_a_line_without_controls",
            "server/ops_net/test_hook.py::test_the_command_is_given_no_setting",
            "server/ops_net/test_health.py::test_the_pages_name_nobody",
            "server/test_canaries.py::test_no_secret_is_ever_sent",
        ),
        {
            "faults/test_secrets.py::test_planted_secrets_are_in_no_log_page_report_or_process_list": "logs-what-comes",
        },
    ),
    "no-descriptors": Invariant(
        "Without file descriptors the server waits, and recovers.",
        ("faults/test_descriptors.py::test_a_server_without_descriptors_waits_and_recovers",),
        {
            "faults/test_descriptors.py::test_a_server_without_descriptors_waits_and_recovers": "gives-up-on-newcomers tells-each-time",
        },
    ),
    "replayed": Invariant(
        "A recorded session that is sent again changes nothing and signs nobody in (protocol 5.2).",
        ("faults/test_replayed.py::test_a_replayed_session_changes_nothing_and_opens_nothing",),
        {
            "faults/test_replayed.py::test_a_server_that_forgets_ops_answers_a_replay_otherwise": "forgets-ops",
        },
    ),
}
INVARIANTS = _SERVER_INVARIANTS | CLIENT_INVARIANTS
