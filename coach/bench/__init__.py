"""The maintainers' instruments: watching the files, what is due, how an answer was found, what readers sent."""
