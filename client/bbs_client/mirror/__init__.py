"""The client's local data: the copy to read offline, the commands to send, and the drafts."""
