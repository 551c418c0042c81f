"""Commands that print what the caller may read: boards, rounds, the inbox, searches, the log."""
