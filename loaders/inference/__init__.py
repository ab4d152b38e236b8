"""What rules tell: members of filières and what programmes prepare for, from labels and codes."""
