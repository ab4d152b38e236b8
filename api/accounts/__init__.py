"""Who is there: sessions, forms that no other site can send, accounts and keys of programs."""
