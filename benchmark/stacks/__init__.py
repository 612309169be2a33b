"""One file for each stack, as its documentation shows it: `build(texts, model, folder)` and `load(model, folder)`.

`load` returns the search (a text to the texts of the five nearest passages) and the bare encoding of a text.
"""
