"""Mistakes in what lies beside the tables: the record of removals, copies, the files themselves."""

from bbs_server.store import sqlite_search


def copies_the_index_unmerged() -> None:
    """Copy the database with the words that withdrawn posts left in the search index."""
    sqlite_search.merge_all = lambda connection: None


FILE_MISTAKES = {
    "copies-the-index-unmerged": copies_the_index_unmerged,
}
