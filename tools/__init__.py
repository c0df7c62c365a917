"""Commands for those who build the course."""
