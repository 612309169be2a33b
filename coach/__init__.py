"""Allyship Coach: finds, decides and composes; the words live in knowledge/ and templates/."""
