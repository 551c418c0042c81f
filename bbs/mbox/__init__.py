"""Mailing lists: reading mbox files, and making posts of mails (`bbs admin import-mbox`)."""
