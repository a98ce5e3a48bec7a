"""Files of labels that people bring: the labels that are there, or an error that names the row."""

# ruff: noqa: RUF001 - letters that look like Latin ones are what is tested
from __future__ import annotations

import io
import zipfile

import cv2
import numpy as np
import pytest

from mygenerator import NlpDataset, TextToImage
from mygenerator.errors import InputError
from mygenerator.inspection.replay import replay
from mygenerator.inspection.sheets import sheet_of_folder
from mygenerator.pipeline import run_generate_numbers_sequence
from mygenerator.validate import validate_folder
from tests.brought.cases import Case, check, each, refused
from tests.brought.files import file


def zipped() -> bytes:
    """What a spreadsheet is: an archive."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    return data.getvalue()


# Files with one label a line


LINES = (
    Case("line feeds", "text editor", file("a.txt", "007\n42\n"), ["007", "42"]),
    Case("no line feed at the end", "text editor", file("a.txt", "007\n42"), ["007", "42"]),
    Case("carriage returns and line feeds", "Windows editor", file("a.txt", "007\r\n42\r\n"), ["007", "42"]),
    Case("carriage returns alone", "old Mac", file("a.txt", "007\r42\r"), ["007", "42"]),
    Case("all ends of line in one file", "joined files", file("a.txt", "1\n2\r\n3\r4"), ["1", "2", "3", "4"]),
    Case("a byte order mark", "Windows editor", file("a.txt", "007\n", "utf-8-sig"), ["007"]),
    Case("U+0085 in a label", "text from a mainframe", file("a.txt", "12\x8534\n5\n"), ["12\x8534", "5"]),
    Case("U+2028 in a label", "text from the web", file("a.txt", "12\u202834"), ["12\u202834"]),
    Case("U+2029 in a label", "text from the web", file("a.txt", "12\u202934"), ["12\u202934"]),
    Case("vertical tab", "text from a word processor", file("a.txt", "1\v2\n"), ["1\v2"]),
    Case("form feed", "printed listing", file("a.txt", "1\f2\n"), ["1\f2"]),
    Case("file and group separators", "barcode scanner", file("a.txt", "1\x1c2\x1d3\x1e4\n"), ["1\x1c2\x1d3\x1e4"]),
    Case("a blank at the end", "text editor", file("a.txt", "007 \n42\n"), ["007 ", "42"]),
    Case("a blank line", "text editor", file("a.txt", "1\n\n2\n"), refused(r"a\.txt:2: label ''", "leave the row out")),
    Case("blank lines at the end", "text editor", file("a.txt", "1\n2\n\n\n"), refused(r"a\.txt:3", "fill it in")),
    Case("empty", "touch", file("a.txt", ""), refused(r"a\.txt: there are no labels")),
    Case(
        "UTF-16",
        "spreadsheet's Unicode text",
        file("a.txt", "\ufeff007\r\n", "utf-16-le"),
        refused(r"a\.txt: .*UTF-16", "save it as plain text in UTF-8, with one label a line"),
    ),
    *(
        Case(
            f"UTF-32 with a mark, {way}-endian",
            "script",
            file("a.txt", "\ufeff007\n", f"utf-32-{way[0]}e"),
            refused(r"a\.txt: .*text in UTF-32, not text in UTF-8", "one label a line"),
        )
        for way in ("little", "big")
    ),
    Case(
        "a PDF", "document scanner", file("a.txt", b"%PDF-1.7\n"), refused("PDF document", "one label a line, or, if")
    ),
    Case(
        "a table with tabs",
        "database",
        file("a.txt", "label\tx\n7\t1\n"),
        refused(r"a\.txt:1: .*header of a table", r"by tabs, not by commas: save it as CSV.* name .* \.csv"),
    ),
    Case("a table with ;", "office", file("a.txt", "x;label\n1;7\n"), refused(r"a\.txt:1: .*by ';', not by commas")),
    Case(
        "UTF-16 without a mark",
        "old program",
        file("a.txt", "1\n2", "utf-16-le"),
        refused(r"a\.txt:1: .*NUL", "UTF-16"),
    ),
    Case("NUL in line 2", "broken disk", file("a.txt", "1\n2\0\n"), refused(r"a\.txt:2: .*NUL")),
    Case("CP1252", "Windows editor", file("a.txt", "1\n2\n3€\n", "cp1252"), refused(r"a\.txt:3: .*0x80 is not UTF-8")),
    Case(
        "a table",
        "renamed export",
        file("a.txt", "file,label\na.png,007\n"),
        refused(r"a\.txt:1: .*name the file \.csv"),
    ),
    Case(
        "tab-separated", "database", file("a.tsv", "label\tx\n7\t1\n"), refused(r"a file \.tsv is not read", r"\.csv")
    ),
    Case("JSON", "web API", file("a.json", '["007"]\n'), refused(r"a file \.json is not read")),
    Case(
        "a pointer of Git LFS",
        "git clone",
        file("a.txt", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"),
        refused("the label file is a pointer of Git LFS", "git lfs pull"),
    ),
    Case(
        "an HTML page", "download", file("a.txt", "<!DOCTYPE html>\n<html>\n"), refused("is an HTML page", "download")
    ),
    Case(
        "a picture", "wrong file", file("a.txt", b"\xff\xd8\xff\xe0\0\x10JFIF\0"), refused("is a JPEG image, not text")
    ),
    Case("a Parquet file", "database", file("a.txt", b"PAR1\x15\0\x15"), refused("is a Parquet file")),
    Case(
        "labels like the first bytes of other files",
        "part numbers",
        file("a.txt", "PAR1\nBZh9\nRar!\n"),
        ["PAR1", "BZh9", "Rar!"],
    ),
    Case("compressed", "archive", file("a.txt", b"\x1f\x8b\x08\0"), refused("packed with gzip", "unpack it")),
    Case(
        "rich text",
        "WordPad",
        file("a.txt", "{\\rtf1\\ansi 007\\par}"),
        refused("is a rich-text document", "one label"),
    ),
    *(
        Case(
            f"the header {name!r}",
            "column of a spreadsheet",
            file("a.txt", f"{name}\n007\n42\n"),
            refused(
                rf"a\.txt:1: the first line is '{name}', as the header", r"name the file \.csv.*or remove that line"
            ),
        )
        for name in ("labels", "Labels", "text", "Number", "value", "code", "digits")
    ),
    Case("words among words", "word list", file("a.txt", "text\nnumber\nvalue\n"), ["text", "number", "value"]),
    Case("one word alone", "word list", file("a.txt", "label\n"), ["label"]),
    Case("a name that is no header", "word list", file("a.txt", "abc\n007\n"), ["abc", "007"]),
    *(
        Case(
            f"a file {ending}",
            "script",
            file(f"a{ending}", "labels\n007\n"),
            refused(rf"a file \{ending.lower()} is not read"),
        )
        for ending in (".toml", ".ini", ".xml", ".html", ".rtf", ".py", ".YAML")
    ),
)


@each(LINES)
def test_a_file_of_lines_has_a_label_in_each_line(case, tmp_path):
    path = case.bring(tmp_path)
    check(case, lambda: NlpDataset(path, seed=1).labels().tolist())


# Tables in files


TABLES = (
    Case("one column", "spreadsheet export", file("a.csv", "label\r\n007\r\n42\r\n"), ["007", "42"]),
    Case("upper-case ending", "Windows", file("A.CSV", "label\n007\n"), ["007"]),
    Case("a byte order mark", "spreadsheet's CSV UTF-8", file("a.csv", "label,x\n007,1\n", "utf-8-sig"), ["007"]),
    Case("carriage returns alone", "old Mac", file("a.csv", "label\r007\r42\r"), ["007", "42"]),
    Case("a comma in quotes", "spreadsheet export", file("a.csv", 'label,x\n"1,234",a\n'), ["1,234"]),
    Case("doubled quotes", "spreadsheet export", file("a.csv", 'label\n"5"" 7"\n'), ['5" 7']),
    Case("a line feed in quotes", "spreadsheet export", file("a.csv", 'label,x\n"1\n2",a\n3,b\n'), ["1\n2", "3"]),
    Case("U+2028 and U+0085", "text from the web", file("a.csv", "label\n1\u20282\n3\x854\n"), ["1\u20282", "3\x854"]),
    Case("blank lines", "text editor", file("a.csv", "label\n\n007\n\n\n42\n\n"), ["007", "42"]),
    Case("columns without name and content", "spreadsheet export", file("a.csv", "label,,\n007,,\n"), ["007"]),
    Case("an index without a name", "pandas", file("a.csv", ",label\n0,007\n1,42\n"), ["007", "42"]),
    Case("words for a missing value", "pandas", file("a.csv", "label\nNA\nnull\nnan\n"), ["NA", "null", "nan"]),
    Case("short exponents", "instrument", file("a.csv", "label\n1.5E+03\n5E12\n1e-11\n"), ["1.5E+03", "5E12", "1e-11"]),
    Case(
        "decimal comma without quotes",
        "script",
        file("a.csv", "label\n1,234\n5,678\n"),
        refused(r"a\.csv, row 0 \(line 2\): 2 fields for 1 column", '"1,234"'),
    ),
    Case(
        "decimal comma after good rows",
        "script",
        file("a.csv", 'file,label\na,"1,5"\n\nb,1,5\n'),
        refused(r"a\.csv, row 1 \(line 4\): 3 fields for 2 columns", "in quotes"),
    ),
    Case(
        "a long field before the faulty row",
        "spreadsheet export",
        file("a.csv", 'label,x\n"1\n2\n3",a\n4,b,c\n'),
        refused(r"row 1 \(line 5\)"),
    ),
    Case(
        "a row that is too short",
        "text editor",
        file("a.csv", "filename,label\na.png,12\nb.png\n"),
        refused(r"row 1 \(line 3\): 1 field for 2 columns", "fill in the field"),
    ),
    Case("the last column missing", "text editor", file("a.csv", "label,x\n007\n"), refused("1 field for 2 columns")),
    Case(
        "a comma at the end of each row",
        "script",
        file("a.csv", "label\n007,\n42,\n"),
        refused(r"row 0 \(line 2\): 2 fields for 1 column", "commas at the end of the line"),
    ),
    Case(
        "empty rows at the end",
        "spreadsheet export",
        file("a.csv", "label,x\n7,a\n,\n"),
        refused(r"row 1 \(line 3\): label ''"),
    ),
    Case(
        "two columns label",
        "joined tables",
        file("a.csv", "label,label\n1,2\n"),
        refused(r"a\.csv:1: .*two columns 'label'"),
    ),
    Case(
        "two other columns of one name",
        "joined tables",
        file("a.csv", "label,x,x\n1,2,3\n"),
        refused("two columns 'x'"),
    ),
    Case(
        "semicolons",
        "German spreadsheet",
        file("a.csv", "file;label\na.png;0123\n"),
        refused(r"a\.csv:1", "separated by ';', not by commas", "save it as CSV with commas"),
    ),
    Case("semicolons and commas", "French spreadsheet", file("a.csv", "label;x\n1,5;a\n"), refused("separated by ';'")),
    Case(
        "semicolons and quotes",
        "German spreadsheet",
        file("a.csv", '"label";"x"\n"007";"a"\n'),
        refused(r"a\.csv:1", "separated by ';', not by commas"),
    ),
    Case(
        "tabs and quotes",
        "database",
        file("a.csv", '"label"\t"x"\n"007"\t"a"\n'),
        refused(r"a\.csv:1", "separated by tabs"),
    ),
    Case(
        "semicolons in the rows alone",
        "German spreadsheet",
        file("a.csv", "label\n007;a\n42;b\n"),
        refused(r"row 0 \(line 2\): the label '007;a' holds ';', and so do all", "CSV with commas", "in quotes"),
    ),
    Case(
        "semicolons at the ends of rows alone",
        "German spreadsheet",
        file("a.csv", "label\n007;\n42;\n"),
        refused("'007;' holds ';'"),
    ),
    Case(
        "semicolons and decimal commas in the rows alone",
        "German spreadsheet",
        file("a.csv", "label\n1,5;a\n"),
        refused(r"row 0 \(line 2\): 2 fields for 1 column", "separated by ';'"),
    ),
    Case("semicolons in quotes", "script", file("a.csv", 'label\n"1;2"\n"3;4"\n'), ["1;2", "3;4"]),
    Case("a semicolon in some labels", "script", file("a.csv", "label\n1;2\n34\n"), ["1;2", "34"]),
    Case("semicolons beside another column", "script", file("a.csv", "label,x\n1;2,a\n"), ["1;2"]),
    Case(
        "a field longer than 131,072 characters",
        "web API",
        file("a.csv", f"label,note\n007,{'x' * 200_000}\n"),
        ["007"],
    ),
    Case("tabs", "database", file("a.csv", "label\tx\n1\ta\n"), refused("separated by tabs")),
    Case("a line sep=;", "German spreadsheet", file("a.csv", "sep=;\nlabel;x\n"), refused("without that line")),
    Case("Label", "spreadsheet", file("a.csv", "Label\n1\n"), refused("rename 'Label' to 'label'")),
    Case(
        "a blank before label",
        "text editor",
        file("a.csv", "x, label\n1, 2\n"),
        refused("only x, ' label'", "rename ' label'"),
    ),
    Case("no header", "script", file("a.csv", "007\n42\n"), refused("no column 'label', only 007", "begin with a row")),
    Case("empty", "touch", file("a.csv", ""), refused("the file is empty", "header")),
    Case("a header alone", "spreadsheet", file("a.csv", "label\n"), refused("there are no labels")),
    Case(
        "a quote that is never closed",
        "script",
        file("a.csv", 'label,note\n1,ok\n2,"in\n3,x\n'),
        refused(r"a\.csv:3: .*quote is opened and never closed"),
    ),
    Case("text behind a quote", "script", file("a.csv", 'label\n"1"2\n'), refused(r"a\.csv:2: .*closing quote")),
    Case(
        "quotes behind a blank",
        "script",
        file("a.csv", 'x,label\na, "007"\n'),
        refused(r"row 0 \(line 2\)", "holds a quote"),
    ),
    Case("inches without quotes", "script", file("a.csv", 'label\n5"\n'), refused("""label '5"' holds a quote""")),
    Case(
        "a shortened number",
        "spreadsheet export",
        file("a.csv", "label\n1.23457E+11\n"),
        refused(r"row 0 \(line 2\)", "shortened"),
    ),
    Case(
        "a shortened number with a comma",
        "German spreadsheet",
        file("a.csv", 'label\n"9,0707E+10"\n"9,1E+11"\n'),
        refused("row 1", "9,1E"),
    ),
    Case("a shortened number in small letters", "pandas", file("a.csv", "label\n-1.5e+16\n"), refused("shortened")),
    Case("three-digit exponent", "other spreadsheet", file("a.csv", "label\n1.2E+011\n"), refused("shortened")),
    Case(
        "a formula that keeps zeros",
        "spreadsheet trick",
        file("a.csv", 'label\n="007"\n'),
        refused("formula", r"\.txt"),
    ),
    Case("the formula in quotes", "spreadsheet trick", file("a.csv", 'label\n"=""007"""\n'), refused("formula")),
    Case("an apostrophe that keeps zeros", "spreadsheet trick", file("a.csv", "label\n'007\n"), refused("apostrophe")),
    Case(
        "a formula's error",
        "spreadsheet export",
        file("a.csv", "label\n1\n#N/A\n"),
        refused(r"row 1 \(line 3\)", "#N/A"),
    ),
    Case(
        "a column too narrow",
        "spreadsheet export",
        file("a.csv", "label\n####\n"),
        refused("shows in place of a value"),
    ),
    Case(
        "a spreadsheet by another name",
        "renamed .xlsx",
        file("a.csv", zipped()),
        refused(r"an office document \(\.xlsx", "save it as CSV"),
    ),
    Case(
        "an old spreadsheet",
        "renamed .xls",
        file("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        refused(r"\(\.xls,", "save it as CSV"),
    ),
    Case("UTF-16", "spreadsheet's Unicode text", file("a.csv", "\ufefflabel\t7", "utf-16-le"), refused("UTF-16")),
    Case(
        "CP1252",
        "spreadsheet's CSV",
        file("a.csv", "label\n7\n8€\n", "cp1252"),
        refused(r"a\.csv:3: .*0x80", "in UTF-8"),
    ),
    Case("a NUL", "broken disk", file("a.csv", "label\n7\n\0\n"), refused(r"a\.csv:3: .*NUL")),
)


@each(TABLES)
def test_a_table_has_a_label_in_each_row(case, tmp_path):
    path = case.bring(tmp_path)
    check(case, lambda: NlpDataset(path, seed=1).labels().tolist())


# What spreadsheets make of labels, in any language


ERRORS = (
    *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#GETTING_DATA", "#ERROR!"),
    *("#NV", "#WERT!", "#BEZUG!", "#ZAHL!", "#ÜBERLAUF!", "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!"),
    *(
        "#N/D",
        "#¡VALOR!",
        "#¡REF!",
        "#¿NOMBRE?",
        "#¡DIV/0!",
        "#RIF!",
        "#NOME?",
        "#NÚM!",
        "#N/B",
        "#WAARDE!",
        "#DEEL/0!",
    ),
    *(
        "#ADR!",
        "#DZIEL/0!",
        "#Н/Д",
        "#ЗНАЧ!",
        "#ССЫЛКА!",
        "#ИМЯ?",
        "#ДЕЛ/0!",
        "#YOK",
        "#DEĞER!",
        "#AD?",
        "#I/T",
        "#VÆRDI!",
    ),
    *("#HIÁNYZIK", "#ÉRTÉK!", "#NENÍ_K_DISPOZICI", "#DĚLENÍ_NULOU!", "#Δ/Υ", "#ΤΙΜΗ!", "#U\u0308BERLAUF!"),
    *("####", "Err:502", "Fehler:502", "Err :508", "Erreur :522"),
)
CHANGED = (
    *("1.00E+05", "1,00E+05", "-9.07E+10", "1.00E-05", "1.23457E+11", "1,23457E+11", "1E+12"),
    *("'007", "\u2019007", "\u2018007", "`007", "\u00b4007", "\u02bc007", "\uff07007"),
    *('="007"', "=\u201c007\u201d", "=\u201e007\u201c"),
)
MEANT = (
    *(
        "#",
        "#7",
        "#A",
        "#A!",
        "#日本!",
        "#١٢٣",
        "#abc!",
        "#ğģ!",
        "#Nr?",
        "#Aב!",
        "#A7",
        "#A/B",
        "№7",
        "!",
        "?",
        "¿?",
        "7!",
        "A!",
        "NV",
    ),
    *("1.5E+03", "1.000E+05", "5E12", "1e-11", "1.00e+05", "12.00E+05", "+1.50", "1.50+E05", "Ε+05", "Err:", "Err:7"),
    *("\u2019n", "it\u2019s", "7\u2019", "\u2019", "'a7", "\u05f3א", "1\u2019000", "=7", "E"),
)
"""Labels that only look a little like what a spreadsheet makes."""


@pytest.mark.parametrize("label", [*ERRORS, *CHANGED])
def test_what_a_spreadsheet_makes_of_a_label_is_refused_in_every_language(label, tmp_path):
    quoted = label.replace('"', '""')
    path = file("a.csv", f'label\n1\n"{quoted}"\n')(tmp_path)
    with pytest.raises(InputError, match=r"a\.csv, row 1 \(line 3\): the label .* is .*\.txt with one label a line"):
        NlpDataset(path, seed=1)


DOUBTFUL = (
    *(
        Case(f"{word} among digits", source, file("a.csv", f"label,place\n007,a\n{word},b\n"), word)
        for source, words in (
            ("pandas", ("nan", "NaN", "None", "<NA>", "NaT", "True", "False")),
            ("database", ("NULL", "null")),
            ("R", ("NA",)),
            ("spreadsheet", ("TRUE", "FALSE", "WAHR", "FALSCH", "VRAI", "FAUX", "VERDADERO")),
        )
        for word in words
    ),
)
CLEAR = (
    Case("words that are no values", "word list", file("a.csv", "label\nnano\nTrue north\nNone of it\n"), None),
    Case("lines of text", "person who means it", file("a.txt", "nan\nTRUE\n"), None),
    Case("digits alone", "database", file("a.csv", "label\n007\n"), None),
)


@each([*DOUBTFUL, *CLEAR])
def test_what_programs_write_for_a_missing_or_a_truth_value_is_said_and_stays_a_label(case, tmp_path, caplog):
    path = case.bring(tmp_path)
    labels = NlpDataset(path, seed=1).labels().tolist()
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(said) == (0 if case.right is None else 1)
    if case.right is not None:
        assert case.right in labels
        assert f"a.csv, row 1 (line 3): the label '{case.right}' is what programs write for a " in said[0]
        assert said[0].endswith("it is written as it is; leave the row out if that is not meant")


def test_several_doubtful_labels_are_one_line(tmp_path, caplog):
    NlpDataset(file("a.csv", "label\nnan\nTRUE\nnan\n7\n")(tmp_path), seed=1)
    assert ["(and 2 more like it)" in record.getMessage() for record in caplog.records] == [True]


def test_labels_that_look_a_little_like_it_are_labels_in_every_alphabet(tmp_path):
    rows = "".join(f'"{label}"\n' for label in MEANT)
    assert NlpDataset(file("a.csv", f"label\n{rows}")(tmp_path), seed=1).labels().tolist() == list(MEANT)


def test_a_label_that_a_table_is_refused_for_can_be_written_into_a_file_of_lines(tmp_path):
    labels = ["1.23457E+11", '="007"', "'07", "#N/A"]
    path = file("a.txt", "\n".join(labels))(tmp_path)
    assert NlpDataset(path, seed=1).labels().tolist() == labels


def test_a_table_whose_columns_without_a_name_are_empty_has_the_others_alone(tmp_path):
    path = file("a.csv", "label,,place,\n007,,Kyoto,\n")(tmp_path)
    assert NlpDataset(path, seed=1).get_meta_row(0).to_dict() == {"label": "007", "place": "Kyoto"}


# Other people's tables next to images


FOREIGN = (
    Case("two columns label", "joined tables", "file_name,label,label\nimg_0.png,1,2\n", "two columns 'label'"),
    Case("semicolons", "German spreadsheet", "file_name;label\nimg_0.png;1\n", "separated by ';', not by commas"),
    Case("decimal comma", "script", "file_name,label\nimg_0.png,1,5\n", "3 fields for 2 columns"),
    Case("an open quote", "script", 'file_name,label\nimg_0.png,"1\n', "never closed"),
)


@each(FOREIGN)
def test_the_validator_says_what_is_wrong_with_a_table(case, tmp_path):
    (tmp_path / "meta.csv").write_text(case.bring, encoding="utf-8")
    cv2.imwrite(str(tmp_path / "img_0.png"), np.full((28, 100), 255, np.uint8))
    assert case.right in str(validate_folder(tmp_path))


USELESS = (
    Case("semicolons", "German spreadsheet", lambda text: text.replace(",", ";"), "separated by ';', not by commas"),
    Case("tabs", "spreadsheet", lambda text: text.replace(",", "\t"), "separated by tabs, not by commas"),
    Case("UTF-16", "spreadsheet", lambda text: text.encode("utf-16"), "text in UTF-16"),
    Case("another encoding", "old editor", lambda text: text.encode() + b"\xe9", "not text in UTF-8"),
    Case("columns of other names", "spreadsheet", lambda text: text.replace("file_name", "File"), "column 'file_name'"),
    Case("a title over the columns", "spreadsheet", lambda text: f"Export,,,,\n{text}", "column 'file_name'"),
    Case("no header", "script", lambda text: text.partition("\n")[2], "column 'file_name'"),
    Case("nothing", "full disk", lambda text: "", "an empty file"),
    Case("zeros", "loss of power", lambda text: bytes(len(text)), "zeros from its first byte on"),
    Case("a page", "broken download", lambda text: f"<html>{text}</html>", "an HTML page"),
    Case("an office document", "spreadsheet", lambda text: b"PK\x03\x04" + bytes(99), "an office document"),
    Case("an open quote", "torn copy", lambda text: text[:-4], "never closed"),
)


@each(USELESS)
def test_a_table_that_is_of_no_use_is_one_finding_and_not_one_for_each_image(case, tmp_path):
    strips = TextToImage("optdigits", (2, 5), 100).fit_transform(NlpDataset(["123"] * 9, seed=1))
    strips.save(tmp_path / "out")
    table = tmp_path / "out" / "meta.csv"
    changed = case.bring(table.read_text(encoding="utf-8"))
    table.write_bytes(changed if isinstance(changed, bytes) else changed.encode())
    report = validate_folder(tmp_path / "out")
    assert dict(report.counts) == {"hash": 1, "unreadable": 1}
    reasons = [finding.reason for finding in report.findings if finding.kind == "unreadable"]
    assert case.right in reasons[0]
    assert len(reasons[0]) < 250


@each(USELESS[:-1])
def test_a_table_of_no_use_alone_is_one_finding_too(case, tmp_path):
    for number in range(3):
        cv2.imwrite(str(tmp_path / f"img_{number}.png"), np.full((28, 100), 255, np.uint8))
    changed = case.bring("file_name,label\n" + "".join(f"img_{number}.png,{number}\n" for number in range(3)))
    (tmp_path / "meta.csv").write_bytes(changed if isinstance(changed, bytes) else changed.encode())
    report = validate_folder(tmp_path)
    # Rows before a fault are read, and their images are blank.
    assert {kind: count for kind, count in report.counts.items() if kind != "blank"} == {"unreadable": 1}
    assert any(case.right in finding.reason for finding in report.findings)


OWN = (
    Case(
        "two columns label", "by hand", lambda text: text.replace("align,invert", "align,label"), r"two columns 'label'"
    ),
    Case("a field too many", "by hand", lambda text: text.replace(",0\n", ",0,1\n"), r"15 fields for 14 columns"),
    Case(
        "a comma too few", "by hand", lambda text: text.replace(",fill", ""), r"meta\.csv:2: .*13 fields for 14 columns"
    ),
    Case("text behind a quote", "by hand", lambda text: text.replace('",', '"7,', 1), r"meta\.csv:2: .*closing quote"),
    Case("a quote never closed", "by hand", lambda text: text + '"', "never closed"),
    Case("semicolons", "spreadsheet", lambda text: text.replace(",", ";"), "separated by ';', not by commas"),
    Case("no column label", "by hand", lambda text: text.replace("label", "text", 1), "it lacks the columns label"),
)


@each(OWN)
def test_a_table_of_sequences_that_was_changed_by_hand_is_not_replayed_by_guess(case, tmp_path):
    run_generate_numbers_sequence("17", output_path=str(tmp_path / "out"))
    table = tmp_path / "out" / "meta.csv"
    changed = case.bring(table.read_text(encoding="utf-8"))
    table.write_text(changed, encoding="utf-8")
    with pytest.raises(InputError, match=case.right) as caught:
        replay(tmp_path / "out", 0)
    assert "meta.csv" in str(caught.value)


def test_a_table_of_sequences_with_a_byte_order_mark_is_replayed(tmp_path):
    run_generate_numbers_sequence("17", output_path=str(tmp_path / "out"))
    table = tmp_path / "out" / "meta.csv"
    table.write_text(table.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert replay(tmp_path / "out", 0).difference == ""


def test_a_contact_sheet_does_not_show_the_second_of_two_labels(tmp_path):
    (tmp_path / "meta.csv").write_text("file_name,label,label\nimg_0.png,1,2\n", encoding="utf-8")
    cv2.imwrite(str(tmp_path / "img_0.png"), np.full((28, 100), 255, np.uint8))
    with pytest.raises(InputError, match=r"meta\.csv:1: .*two columns 'label'"):
        sheet_of_folder(tmp_path)


def test_a_contact_sheet_does_not_show_a_label_that_a_comma_has_cut(tmp_path):
    (tmp_path / "meta.csv").write_text("file_name,label\nimg_0.png,1,5\n", encoding="utf-8")
    cv2.imwrite(str(tmp_path / "img_0.png"), np.full((28, 100), 255, np.uint8))
    with pytest.raises(InputError, match=r"meta\.csv:2: .*3 fields for 2 columns"):
        sheet_of_folder(tmp_path)
