"""A snapshot in columns: Parquet files beside the store, and the compiler that answers analytical questions from them."""
