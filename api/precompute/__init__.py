"""What is computed ahead of visitors: findings of portraits, by a process of low priority."""
