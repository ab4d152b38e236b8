"""Pages of support schemes: their yearly editions, where they work, with whom, and what came of them."""
