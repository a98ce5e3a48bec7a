"""What is written: patterns whose strings are counted, the shuffle of their rows, numbering plans."""
