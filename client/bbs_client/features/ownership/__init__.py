"""Exports, in the client."""
