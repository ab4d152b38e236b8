"""Query processes: a pool asked from one event loop, its queue, its protocol, its child processes."""
