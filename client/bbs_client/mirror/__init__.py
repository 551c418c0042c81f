"""The local copy: what is read without a network, what waits to be sent, what is being written."""
