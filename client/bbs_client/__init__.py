"""The client: a local mirror, the link that keeps it true, and the front ends that show it."""
