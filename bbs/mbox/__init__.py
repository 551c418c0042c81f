"""Mailing lists: reading mbox files, and making posts of mails (`bbs admin threads import-mbox`)."""
