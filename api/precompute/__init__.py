"""What is made ahead of visitors: findings of portraits, by a process of low priority."""
