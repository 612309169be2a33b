"""Serves the chat with other threads for one encoding: `python -m benchmark.tuned THREADS SPIN PORT`."""

import os
import sys

from app import create_app
from coach.encoders import export_path, reference_encoder
from coach.search.onnx_encoder import OnnxEncoder
from coach.settings import read_settings
from coach.web.serving import serve


def main() -> None:
    """Serve until told to stop."""
    threads, spin, port = map(int, sys.argv[1:])
    settings = read_settings(os.environ)

    def encoder() -> OnnxEncoder:
        identity = reference_encoder(settings).identity
        return OnnxEncoder(export_path(settings, identity), identity=identity, threads=threads, spin=bool(spin))

    def load():
        app = create_app(settings, encoder)
        app.extensions["live_coach"].warm_up()
        return app

    serve(load, "127.0.0.1", port, settings)


if __name__ == "__main__":
    main()
