"""What is typed, before anything reads it: cleaned, bounded, and a long text in parts."""

import re
import unicodedata

from coach.errors import MessageRefused

LONGEST_MESSAGE = 2000
# The model reads some 250 word pieces and no further, about this many characters of English.
WINDOW = 900
# Control characters separate words, format characters (such as zero-width ones) stand within them.
BLANKS = {"Cc": " ", "Cf": ""}
BRAILLE_BLANK = "\u2800"
SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
# In words; shorter ones ("He did.") say nothing alone.
SHORTEST_PART = 3
# What hurts mostly stands at the end; no message may cost more than so many encodings.
MOST_PARTS = 24


def clean(message: str) -> str:
    """The message in one form of Unicode (NFKC), trimmed; raises MessageRefused when it can't be read."""
    if not isinstance(message, str):
        raise MessageRefused("the message must be text")
    try:
        message.encode()
    except UnicodeEncodeError:
        raise MessageRefused("the message holds half a character (a lone surrogate); type it again") from None
    if len(message.strip()) > LONGEST_MESSAGE:
        raise MessageRefused(f"the message has {len(message.strip())} characters; {LONGEST_MESSAGE} is the most")
    # Wide, joined or hidden characters must not hide a word from the router.
    text = unicodedata.normalize("NFKC", message)
    text = "".join(BLANKS.get(unicodedata.category(character), character) for character in text).strip()
    if not text.strip(BRAILLE_BLANK):
        raise MessageRefused("the message is empty; type a question")
    return text


def parts(text: str) -> list[str]:
    """The sentences of a message that has several, none for a single one; a sentence without end is cut."""
    sentences = [sentence.strip() for sentence in SENTENCE_END.split(text)]
    told = [sentence for sentence in sentences if len(sentence.split()) >= SHORTEST_PART]
    pieces = [sentence[start : start + WINDOW] for sentence in told for start in range(0, len(sentence), WINDOW)]
    return pieces[-MOST_PARTS:] if len(sentences) > 1 or len(text) > WINDOW else []
