"""Widgets, the parts of screens. They know the mirror's views, not the network."""
