"""From one version of the words to the next: what changed, how the golden questions fare, what was served before."""
