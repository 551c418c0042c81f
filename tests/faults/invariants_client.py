"""Which test proves which promise of the client; the rest of the table is in `invariants.py`."""

from tests.faults.invariant import Invariant

CLIENT_INVARIANTS: dict[str, Invariant] = {
    "kept-offline": Invariant(
        "Text written offline survives any kill and is sent once, in order (P12).",
        (
            "client/mirror/test_outbox.py::test_a_killed_client_leaves_what_it_had_done",
            "client/mirror/test_outbox.py::test_a_client_killed_between_act_and_answer_acts_once",
            "client/mirror/test_outbox.py::test_a_refused_one_stays_with_its_reason",
            "client/mirror/test_outbox.py::test_a_second_client_is_refused",
            "faults/test_mirrors.py::test_two_mirrors_and_their_outboxes_end_up_as_the_server_is",
        ),
        {
            "client/mirror/test_outbox.py::test_a_killed_client_leaves_what_it_had_done": "commits-at-the-end",
            "client/mirror/test_outbox.py::test_a_client_killed_between_act_and_answer_acts_once": "draws-a-new-op",
        },
    ),
    "lost-mirror": Invariant(
        "The client's mirror can be lost; unsent text is stored elsewhere.",
        (
            "client/mirror/test_file.py::test_a_broken_file_is_begun_anew",
            "client/mirror/test_file.py::test_a_file_that_breaks_while_it_is_open_is_begun_anew",
            "client/mirror/test_file.py::test_a_later_versions_file_is_left_alone",
            "client/mirror/test_link.py::test_a_mirror_that_breaks_is_filled_again",
            "client/mirror/test_outbox.py::test_a_damaged_file_is_named_and_kept",
        ),
        {
            "client/mirror/test_outbox.py::test_a_damaged_file_is_named_and_kept": "throws-the-outbox-away",
            "client/mirror/test_file.py::test_a_file_that_breaks_while_it_is_open_is_begun_anew": "believes-its-copy",
        },
    ),
    "terminal": Invariant(
        "The client restores the terminal, however it ends.",
        (
            "client/pty/test_terminal.py::test_a_signal_gives_the_terminal_back",
            "client/pty/test_terminal.py::test_a_normal_exit_gives_the_terminal_back",
            "client/pty/test_terminal.py::test_an_exception_gives_the_terminal_back",
            "client/pty/test_terminal.py::test_being_stopped_gives_the_terminal_to_the_shell_and_takes_it_back",
            "client/pty/test_terminal.py::test_a_closed_window_ends_the_client",
            "client/pty/test_terminal.py::test_a_storm_of_sizes_is_survived",
            "client/pty/test_suspending.py::test_every_mode_goes_to_the_shell_and_comes_back_whole",
            "client/pty/test_suspending.py::test_whatever_stopped_it_the_screen_is_whole_again",
            "client/pty/test_hanging_up.py::test_a_terminal_that_is_gone_ends_the_client",
            "client/pty/test_hanging_up.py::test_an_input_that_ends_while_the_screen_lives",
            "faults/test_slow_line.py::test_what_is_old_by_the_time_it_could_be_shown_is_left_out",
            "faults/test_slow_line.py::test_a_line_that_takes_nothing_holds_nobody",
        ),
        {
            "faults/test_slow_line.py::test_what_is_old_by_the_time_it_could_be_shown_is_left_out": "waits-for-the-line",
            "faults/test_slow_line.py::test_a_line_that_takes_nothing_holds_nobody": "waits-for-the-line",
            "client/pty/test_terminal.py::test_a_signal_gives_the_terminal_back": "takes-the-terminal-along",
            "client/pty/test_suspending.py::test_every_mode_goes_to_the_shell_and_comes_back_whole": "comes-back-without-drawing",
            "client/pty/test_hanging_up.py::test_a_terminal_that_is_gone_ends_the_client": "reads-as-textual-does",
        },
    ),
    "typed-input": Invariant(
        "A paste is text to its end mark, no letter comes of a key that nothing is bound to, and no draft is lost (P12).",
        (
            "faults/test_slow_line.py::test_keys_on_a_slow_line_are_keys",
            "client/pty/test_pasting.py::test_a_paste_is_text_and_runs_no_command",
            "client/pty/test_pasting.py::test_a_line_that_is_pasted_is_not_sent",
            "client/pty/test_pasting.py::test_a_paste_among_reading_keys_runs_none",
            "client/pty/test_pasting.py::test_strange_keys_run_no_command",
            "client/pty/test_pasting.py::test_a_paste_that_is_too_long_says_by_how_much",
            "client/pty/test_pasting.py::test_a_paste_without_an_end_leaves_the_client_usable",
            "client/pty/test_pasting.py::test_no_bytes_of_a_paste_are_a_command_wherever_the_line_cuts_them",
            "client/pty/test_hanging_up.py::test_the_last_words_before_the_end_are_kept",
            "client/pty/test_suspending.py::test_what_is_written_outlives_a_suspended_client",
            "client/tui/test_terminal_input.py::test_a_paste_stays_one_whatever_is_in_it",
            "client/tui/test_terminal_input.py::test_a_paste_whose_end_does_not_come",
            "client/tui/test_terminal_input.py::test_no_sequence_types_its_own_letters",
            "client/tui/test_terminal_input.py::test_what_no_key_is_named_by_types_nothing",
        ),
        {
            "client/pty/test_pasting.py::test_a_paste_is_text_and_runs_no_command": "reads-as-textual-does ends-a-paste-at-an-escape",
            "client/pty/test_pasting.py::test_no_bytes_of_a_paste_are_a_command_wherever_the_line_cuts_them": "reads-as-textual-does ends-a-paste-at-an-escape",
            "client/pty/test_pasting.py::test_strange_keys_run_no_command": "reads-as-textual-does types-what-it-does-not-know types-letters-with-modifiers",
            "client/pty/test_pasting.py::test_a_paste_without_an_end_leaves_the_client_usable": "waits-for-the-end-mark",
            "client/tui/test_terminal_input.py::test_a_paste_stays_one_whatever_is_in_it": "ends-a-paste-at-an-escape",
            "client/tui/test_terminal_input.py::test_a_paste_whose_end_does_not_come": "waits-for-the-end-mark",
            "client/tui/test_terminal_input.py::test_no_sequence_types_its_own_letters": "types-what-it-does-not-know",
        },
    ),
    "foreign-text": Invariant(
        "No text of a server acts on a terminal, in a question or in a shell (P13).",
        (
            "faults/test_foreign_words.py::test_no_command_lets_a_servers_word_act",
            "faults/test_foreign_words.py::test_a_question_shows_foreign_words_as_text",
            "faults/test_foreign_words.py::test_a_shell_executes_no_completed_word",
            "client/hostile/test_server.py::test_no_word_of_a_server_reaches_the_terminal_as_more_than_text",
            "client/hostile/test_server.py::test_lines_are_plain_text",
            "shape/test_terminal_sinks.py::test_nothing_writes_past_the_gates",
            "test_text.py::test_no_hidden_text_is_drawn",
        ),
        {
            "faults/test_foreign_words.py::test_no_command_lets_a_servers_word_act": "cleans-nothing",
            "faults/test_foreign_words.py::test_a_question_shows_foreign_words_as_text": "asks-past-the-gate",
            "faults/test_foreign_words.py::test_a_shell_executes_no_completed_word": "believes-names",
        },
    ),
}
