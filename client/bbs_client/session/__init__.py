"""The client without a user interface: mirror, outbox, drafts, connection and time as one object."""
