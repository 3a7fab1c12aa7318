"""The only place where steps are joined."""
