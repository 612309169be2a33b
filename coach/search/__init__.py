"""Vectors: encoding texts, finding the nearest, publishing and loading a built index."""
