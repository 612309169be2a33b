"""What kind of message is this, what does it refer to, what may be said: hits to an Answer."""
