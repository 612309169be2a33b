"""Short sentences, plain words, and a reader who is spoken to."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from statistics import median

from pyphen import Pyphen

from coach.content.contents import Contents, PageFile
from coach.errors import Fault

LONGEST_SENTENCE = 28
LONGEST_MEDIAN = 20
HIGHEST_GRADE = 9
# A grade of fewer words than this says more about one long name than about the text.
FEWEST_WORDS = 40

WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
# A full stop ends a sentence unless it stands behind one of these.
ABBREVIATIONS = r"(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bSt)(?<!\bvs)(?<!\be\.g)(?<!\bi\.e)(?<!\bet al)"
SENTENCE_END = re.compile(rf"{ABBREVIATIONS}[.!?][\"”’)]*\s+(?=[\"“‘(]*[A-Z0-9])|:\s+(?=[\"“])")
READER = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)
VOWELS = re.compile(r"[aeiouyà-ÿ]+")
# Endings that are written with a vowel and spoken without: "place", "whole", "names", "asked".
SILENT = re.compile(r"(?<![aeiouyl])e$|(?<=[aeiouy]l)e$|(?<![sxzcgh])es$|(?<![td])ed$")


def long_sentences(contents: Contents) -> Iterator[Fault]:
    """No sentence is longer than a breath."""
    for name, _, statement, place in contents.statements():
        longest = max(map(_length, sentences(statement.body)), default=0)
        if longest > LONGEST_SENTENCE:
            message = f"a sentence of {longest} words; make it two, or {LONGEST_SENTENCE} words at most"
            yield Fault(name, *place, message)


def long_page(contents: Contents) -> Iterator[Fault]:
    """Half of a page's sentences are short."""
    for file in contents.pages:
        lengths = [_length(sentence) for _, statement, _ in file.statements() for sentence in sentences(statement.body)]
        if lengths and median(lengths) > LONGEST_MEDIAN:
            message = f"half of the sentences have more than {LONGEST_MEDIAN} words; shorten the longest"
            yield file.fault(message)


def hard_section(contents: Contents) -> Iterator[Fault]:
    """A section can be read by somebody who left school at fifteen."""
    for file in contents.pages:
        for section in file.document.sections:
            grade = reading_grade(statement.body for statement in section.statements)
            if grade > HIGHEST_GRADE:
                message = f"'{section.id}' reads at grade {grade:.1f}; use shorter words and sentences"
                yield Fault(file.name, *section.place, message)


def no_reader(contents: Contents) -> Iterator[Fault]:
    """A page says "you" somewhere."""
    for file in contents.pages:
        if not _speaks_to_the_reader(file):
            yield file.fault("the page never says 'you'; speak to the reader")


def sentences(text: str) -> list[str]:
    """The sentences of a statement; what is quoted behind a colon is one of its own."""
    return [sentence for sentence in SENTENCE_END.split(text) if sentence]


def reading_grade(texts: Iterable[str]) -> float:
    """The US school grade of a text by Flesch and Kincaid (1975); 0 where it is too short to be measured."""
    found = [sentence for text in texts for sentence in sentences(text)]
    words = [word for sentence in found for word in WORD.findall(sentence)]
    if len(words) < FEWEST_WORDS:
        return 0
    return 0.39 * len(words) / len(found) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@cache
def syllables(word: str) -> int:
    """How many syllables an English word has.

    Hyphenation never parts a single letter ("any"), and counting runs of vowels misses "create". The larger of
    the two is right for 98 of 100 words of these pages, by the CMU Pronouncing Dictionary.
    """
    vowels = len(VOWELS.findall(SILENT.sub("", word.casefold())))
    return max(vowels, len(_hyphenation().positions(word)) + 1)


@cache
def _hyphenation() -> Pyphen:
    return Pyphen(lang="en_US")


def _length(sentence: str) -> int:
    return len(WORD.findall(sentence))


def _speaks_to_the_reader(file: PageFile) -> bool:
    return any(READER.search(statement.text) for _, statement, _ in file.statements())
