"""What is written: patterns whose strings are counted, the shuffle of their rows, and numbering plans."""
