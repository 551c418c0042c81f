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
        ),
        {
            "client/pty/test_terminal.py::test_a_signal_gives_the_terminal_back": "takes-the-terminal-along",
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
