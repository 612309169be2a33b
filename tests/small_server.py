"""Serves the small knowledge base as scripts/serve.py would, with the fake embedding model: up in a second."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from support import WordEncoder

from app import create_app
from coach.settings import read_settings
from coach.web.serving import serve

if __name__ == "__main__":
    settings = read_settings(os.environ)
    serve(lambda: create_app(settings, WordEncoder), "127.0.0.1", int(sys.argv[1]), settings)
