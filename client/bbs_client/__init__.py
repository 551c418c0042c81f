"""The client: a local mirror, the connection that updates it, and the surfaces that show it."""
