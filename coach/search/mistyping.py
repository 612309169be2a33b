"""Messages as thumbs type them, made from clean ones: readers slip, and what is learned from should slip too."""

import random

NEIGHBOURS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wqwrtyuuippsdfghjkkxzcvbbn", strict=True))


def mistyped(text: str, typing: random.Random) -> str:
    """`text` with a slip about every thirty characters: swapped, lost, doubled or neighbouring letters."""
    letters = list(text)
    for _ in range(1 + len(letters) // 30):
        if len(letters) < 4:
            break
        place, slip = typing.randrange(len(letters) - 1), typing.random()
        if not letters[place].isalpha():
            continue
        if slip < 0.3:
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        elif slip < 0.55:
            del letters[place]
        elif slip < 0.75:
            letters.insert(place, letters[place])
        else:
            letters[place] = NEIGHBOURS.get(letters[place].lower(), letters[place])
    typed = "".join(letters)
    return typed.lower().rstrip("?.") if typing.random() < 0.5 else typed
