"""Exports and leaving, in the client."""
