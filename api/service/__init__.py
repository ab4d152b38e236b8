"""The service told from outside: its log, its metrics, its health, its connections."""
