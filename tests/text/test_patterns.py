r"""patterns: against `re.fullmatch` and a list of all strings, where the list is short; and what is refused, and how.

The strings of generated patterns are made of three characters and are at most six long, so all 1,092 texts are tried.
"""

import itertools
import pickle
import re
import sys
import time

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mygenerator.errors import InputError
from mygenerator.text.patterns import Pattern

ALPHABET = "-0a"
TEXTS = ["".join(text) for length in range(1, 7) for text in itertools.product(ALPHABET, repeat=length)]

ATOMS = st.sampled_from(["a", "0", "\\-", "[0a]", "[a-a]", "[-0]", "[0\\-a]", ""])


def grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Patterns one step larger; every one may stand inside another."""
    counts = st.tuples(st.integers(0, 2), st.integers(0, 2)).map(sorted)
    return st.one_of(
        st.lists(parts, min_size=2, max_size=3).map("".join),
        st.lists(parts, min_size=2, max_size=3).map(lambda options: f"({'|'.join(options)})"),
        parts.map(lambda part: f"({part})?"),
        st.tuples(parts, counts).map(lambda pair: f"(?:{pair[0]}){{{pair[1][0]},{pair[1][1]}}}"),
        parts.map(lambda part: f"({part}){{2}}"),
    )


PATTERNS = st.recursive(ATOMS, grown, max_leaves=8)


def strings_by_re(pattern: str, lengths: set[int]) -> list[str]:
    compiled = re.compile(pattern, re.ASCII)
    return [text for text in TEXTS if len(text) in lengths and compiled.fullmatch(text)]


@given(PATTERNS, st.sets(st.integers(1, 6), min_size=1))
@settings(max_examples=150, deadline=None)
def test_the_strings_are_those_of_re_each_once_and_in_order(pattern, lengths):
    expected = sorted(strings_by_re(pattern, lengths))
    assume(expected)
    found = Pattern(pattern, lengths)
    assert found.count == len(expected)
    assert found.unrank(range(found.count)).tolist() == expected
    assert found.characters == "".join(sorted(set("".join(expected))))
    assert {found.min_length, found.max_length} == {min(map(len, expected)), max(map(len, expected))}
    assert [text for text in TEXTS if found.matches(text)] == [text for text in TEXTS if text in set(expected)]


@given(PATTERNS)
@settings(max_examples=60, deadline=None)
def test_without_lengths_all_lengths_count(pattern):
    pattern = f"a(?:{pattern})"
    found = Pattern(pattern)
    assume(found.count <= 5000)
    strings = found.unrank(range(found.count)).tolist()
    assert strings == sorted(set(strings))
    assert all(re.fullmatch(pattern, text) for text in strings)
    assert set(strings_by_re(pattern, set(range(1, 7)))) <= set(strings)


@given(PATTERNS, st.data())
@settings(max_examples=60, deadline=None)
def test_a_batch_of_ranks_gives_what_they_give_one_by_one(pattern, data):
    assume(strings_by_re(pattern, {2, 3}))
    found = Pattern(pattern, [2, 3])
    ranks = data.draw(st.lists(st.integers(0, found.count - 1), max_size=8))
    batch = found.unrank(ranks)
    assert batch.dtype == f"<U{found.max_length}"
    assert batch.shape == (len(ranks),)
    assert batch.tolist() == [found.unrank([rank])[0] for rank in ranks]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"(a|a)b?b?", ["a", "ab", "abb"]),
        (r"^x[a-c\-e]$", ["x-", "xa", "xb", "xc", "xe"]),
        (r"\d", list("0123456789")),
        (r"[\d\]]", [*"0123456789", "]"]),
        (r"\$|\^|[$^]", ["$", "^"]),
        (r"a{0}b{1}|c{2,2}", ["b", "cc"]),
        (r"[+-]?[ab]", ["+a", "+b", "-a", "-b", "a", "b"]),
        (r"(|0)(|0)1", ["001", "01", "1"]),
        (r"é|1\.5", ["1.5", "é"]),
        ("😀[01]", ["😀0", "😀1"]),
    ],
)
def test_what_a_pattern_spells(pattern, expected):
    found = Pattern(pattern)
    assert found.unrank(range(found.count)).tolist() == expected
    assert all(re.fullmatch(pattern, text) for text in expected)


def test_digits_are_the_ascii_ones_only():
    assert not Pattern(r"\d").matches("\u0663")
    assert Pattern(r"\d{2}").characters == "0123456789"


def test_sixty_four_strings_come_once_each_and_the_next_is_an_error():
    found = Pattern("[0-3]{3}")
    assert len(set(found.unrank(range(64)).tolist())) == found.count == 64
    with pytest.raises(IndexError, match="index 64 is out of range: there are 64"):
        found.unrank([64])


@pytest.mark.parametrize("ranks", [[-1], [2**64], [2**70]])
def test_a_rank_out_of_range_is_an_error_that_names_it(ranks):
    with pytest.raises(IndexError, match=f"index {ranks[0]} is out of range"):
        Pattern("[0-9]{8}").unrank(ranks)


@pytest.mark.parametrize("ranks", [[0.5], ["0"], np.array([1.0])])
def test_ranks_that_are_no_whole_numbers_are_an_error(ranks):
    with pytest.raises(InputError, match="whole numbers"):
        Pattern("[0-9]{8}").unrank(ranks)


def test_no_ranks_give_no_strings():
    assert Pattern("[0-9]{8}").unrank([]).shape == (0,)


@pytest.mark.parametrize("digits", [19, 20, 30, 1000])
def test_counts_around_and_above_64_bits_are_exact(digits):
    found = Pattern(f"[0-9]{{{digits}}}")
    ranks = [0, 1, 10**digits // 3, 10**digits - 1]
    assert found.count == 10**digits
    assert found.unrank(ranks).tolist() == [f"{rank:0{digits}}" for rank in ranks]


@pytest.mark.parametrize("pattern", ["[0-1]{64}", "x[0-1]{64}", "[0-1]{64}|a", "[0-1]{63}"])
def test_counts_at_the_edge_of_64_bits_are_exact(pattern):
    found = Pattern(pattern)
    bits = 63 if "63" in pattern else 64
    assert found.count == 2**bits + ("|a" in pattern)
    head = "x" if pattern.startswith("x") else ""
    assert found.unrank([0, 2**bits - 1]).tolist() == [head + "0" * bits, head + "1" * bits]


def test_a_late_row_asks_for_no_more_than_the_first():
    found = Pattern("[0-9]{8}|a[0-9]{7}")

    def work(rank: int) -> int:
        events = 0

        def count(*_):
            nonlocal events
            events += 1

        ranks = np.array([rank], np.uint64)
        sys.setprofile(count)
        try:
            found.unrank(ranks)
        finally:
            sys.setprofile(None)
        return events

    found.unrank([0])  # whatever is made once
    assert work(99_999_999) == work(0) > 0


@pytest.mark.parametrize(
    "pattern",
    [
        "(a|b|ab){200}",
        "((a?){30}){30}b",
        "([ab]?){999}c",
        "[01]{0,20}1[01]{20}",
        "(a{1000}){1000}",
        "(((){1000}){1000}){1000}a",
        "(([0-9]{5}){5}|[0-9]{0,30}x){30}",
        "((((((a|b)?c?){9}){9}){9}){2}z){3}",
        "(?:" + "|".join(f"{number:04}" for number in range(3000)) + ")",
    ],
    ids=lambda pattern: pattern[:30],
)
def test_a_pattern_that_could_take_ages_is_answered_or_refused_at_once(pattern):
    began = time.process_time()
    answer = answer_or_refusal(pattern)
    # Half a second here; the limit leaves room for a slower machine, and minutes would still show.
    assert time.process_time() - began < 5
    assert re.search("^counted|1,000,000 steps|5,000 characters|up to 1000 characters", answer)


def answer_or_refusal(pattern: str) -> str:
    try:
        return f"counted {Pattern(pattern).count}"
    except InputError as error:
        return str(error)


def test_nested_options_are_counted_exactly():
    assert Pattern("((a?){30}){30}b").count == 901
    assert Pattern("([ab]?){999}c").count == 2**1000 - 1


REFUSED = [
    ("a*", 2, "* repeats without bound", "{0,9}"),
    ("ab+", 3, "+ repeats without bound", "{1,9}"),
    ("a{2,}", 2, "{2,} repeats without bound", "{2,9}"),
    ("a{,3}", 2, "no lower number", "{0,3}"),
    ("a{3,2}", 2, "wrong way round", "{2,3}"),
    ("a{x}", 2, "unexpected '{'", r"\{"),
    ("12.", 3, "unexpected '.'", r"\."),
    ("[^0-9]", 2, "negated class", "[0-9]"),
    ("[]", 2, "empty class", r"\]"),
    ("[0-", 3, "ends within a class", "finish"),
    ("[9-0]", 3, "does not run upwards", "[0-9a-f]"),
    (r"[\d-x]", 4, "does not run upwards", "[0-9a-f]"),
    (r"\w", 1, r"unknown escape \w", "[0-9A-Za-z_]"),
    (r"a\s", 2, r"unknown escape \s", "space"),
    (r"\D", 1, r"unknown escape \D", "[a-z]"),
    (r"a\b", 2, r"unknown escape \b", "leave it out"),
    (r"\n", 1, r"unknown escape \n", "the character itself"),
    (r"(a)\1", 4, r"\1 refers back", "again"),
    ("\\", 1, "ends within an escape", "finish"),
    ("(?=a)b", 1, "special kind", "(...)"),
    ("(?P<x>a)", 1, "special kind", "(...)"),
    ("(ab", 1, "a ( without its )", r"\("),
    ("ab)", 3, "a ) without its (", r"\)"),
    ("a|?", 3, "nothing for ? to repeat", r"\?"),
    ("a{2}{3}", 5, "second repetition", "group"),
    ("a{1}{1}", 5, "second repetition", "group"),
    ("a??", 3, "second repetition", "group"),
    ("a?+", 3, "second repetition", "group"),
    ("a^b", 2, "unexpected '^'", r"\^"),
    ("a$b", 2, "unexpected '$'", r"\$"),
    ("(a$)", 3, "unexpected '$'", r"\$"),
    ("a]", 2, "unexpected ']'", r"\]"),
    ("a\nb", 2, r"'\n' is not allowed in a label", "leave it out"),
    ("a\0", 2, r"'\x00' is not allowed in a label", "leave it out"),
    ("[ -\xa1]", 3, r"'\x7f' is not allowed in a label", "leave it out"),
    ("(" * 60 + "a" + ")" * 60, 51, "more than 50 deep", "leave out"),
]


@pytest.mark.parametrize(("pattern", "character", "what", "do"), REFUSED)
def test_what_is_not_understood_is_refused_with_its_place_and_a_way_out(pattern, character, what, do):
    with pytest.raises(InputError) as caught:
        Pattern(pattern)
    assert caught.value.where.startswith(f"character {character} of pattern ")
    assert what in caught.value.what
    assert do in caught.value.do


@pytest.mark.parametrize(
    ("pattern", "lengths", "words"),
    [
        ("", None, "allows the empty string"),
        ("a?", None, "allows the empty string"),
        ("x|", None, "allows the empty string"),
        ("[0-9]{3}", [4, 5], "no string of lengths 4, 5; its strings have 3 to 3"),
        ("", [1], "no string of lengths 1"),
        ("[0-9]{1001}", None, "strings of 1001 characters; allowed: up to 1000"),
        ("a", [0], "a length is 0; allowed: whole numbers from 1 to 1000"),
        ("a", [1.0], "a length is 1.0"),
        ("a", [], "lengths is empty"),
        ("a", 3, "lengths is 3"),
        ("a", "12", "lengths is '12'"),
        (123, None, "pattern is 123"),
        (None, None, "pattern is None"),
    ],
)
def test_patterns_without_usable_strings_are_refused(pattern, lengths, words):
    with pytest.raises(InputError, match=re.escape(words)):
        Pattern(pattern, lengths)


@pytest.mark.parametrize("text", ["", "12", "1234", "123\0", "123\n", "12a", "\uff11\uff12\uff13", 123, None])
def test_other_texts_and_no_texts_do_not_match(text):
    assert not Pattern("[0-9]{3}").matches(text)


def test_a_text_from_numpy_matches_too():
    found = Pattern("[0-9]{3}")
    assert found.matches(found.unrank([5])[0])


def test_a_pattern_is_a_value():
    found = Pattern(r"\d{3}-?\d{4}", lengths=[8, 7, 8])
    assert found.lengths == (7, 8)
    assert repr(found) == r"Pattern('\\d{3}-?\\d{4}', lengths=(7, 8))"
    assert repr(Pattern("a")) == "Pattern('a')"
    copies = [eval(repr(found)), pickle.loads(pickle.dumps(found))]
    assert copies == [found, found]
    assert len({found, *copies}) == 1
    assert copies[1].unrank([7]) == found.unrank([7])
    assert found not in (Pattern(r"\d{3}-?\d{4}"), Pattern("a"), "a")


def test_pickling_a_large_pattern_sends_its_text_only():
    assert len(pickle.dumps(Pattern("([ab]?){300}c"))) < 200
