"""What is made ahead of visitors: findings of portraits and whole pages, by a process of low priority."""
