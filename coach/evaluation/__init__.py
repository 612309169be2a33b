"""How well does it find and decide? Measured on labelled questions that no page holds."""
