"""Widgets: what screens are made of. They know the mirror's views, not the network."""
