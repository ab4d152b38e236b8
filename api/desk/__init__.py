"""The desk's pages: requests without an account, the board of its officers, offers, messages, rates."""
