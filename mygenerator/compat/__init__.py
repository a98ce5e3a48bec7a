"""The calls of three older systems, each under its own name: seqgen, imgaug, digitsequence.

They are thin: digits, layout and pixels come from the same steps as everything else. The pages "Coming from ..." of the
documentation say what is better and what was left behind.
"""
