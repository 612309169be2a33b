"""Encoding and nothing else, in a process of its own: what the whole is held against."""

import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import count

Environment = Mapping[str, str]


def seconds_of_a_full_reindex(environment: Environment) -> float:
    """How long sentence-transformers takes, once loaded, for exactly the texts that a reindex from nothing encodes."""
    return in_a_process(_encode_all, dict(environment))


def encodings_a_second(environment: Environment, messages: Sequence[str], *, threads: int, seconds: float) -> float:
    """How many messages the encoder that serves encodes in a second, asked by so many threads at once."""
    return in_a_process(_encode_by_threads, dict(environment), list(messages), threads, seconds)


def in_a_process(function: Callable, *arguments):
    """What the function returns, called in a process of its own."""
    # A forked one would count the pages of its parent.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def _encode_all(environment: Environment) -> float:
    from coach.check import check, texts_to_encode
    from coach.encoders import reference_encoder
    from coach.settings import read_settings

    settings = read_settings(environment)
    texts = texts_to_encode(check(settings, today=date.today()))
    encoder = reference_encoder(settings)
    encoder.encode(texts[:1])
    started = time.perf_counter()
    encoder.encode(texts)
    return time.perf_counter() - started


def _encode_by_threads(environment: Environment, messages: list[str], threads: int, seconds: float) -> float:
    from coach.encoders import serving_encoder
    from coach.settings import read_settings

    encoder = serving_encoder(read_settings(environment))
    encoder.encode(messages[:1])
    numbers = count()
    started = time.perf_counter()

    def work(_: int) -> int:
        encoded = 0
        while time.perf_counter() < started + seconds:
            encoder.encode([messages[next(numbers) % len(messages)]])
            encoded += 1
        return encoded

    with ThreadPoolExecutor(threads) as pool:
        # Summed, so that what goes wrong in a thread is raised here, and lowers no figure.
        return sum(pool.map(work, range(threads))) / (time.perf_counter() - started)
