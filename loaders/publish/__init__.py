"""Publications made: sources staged, generations built, checked and swapped; backups and restoration."""
