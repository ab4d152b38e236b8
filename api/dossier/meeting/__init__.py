"""The sheet of a meeting: two parties on two pages, written as HTML, PDF and Word."""
