"""Markdown and YAML to checked nouns: the only room that knows the file format."""
