"""Batches at the desk."""
