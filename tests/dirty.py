"""Tables as people have them, and damaged ones."""

import codecs
import random

ROWS = 30


def _rows(text, n=ROWS):
    return "".join(text(i) for i in range(n))


#: Name -> (bytes, columns read).
READABLE = {
    "semicolons": (
        ("name;price;qty\n" + _rows(lambda i: f"item {i % 4};{i},{i % 10}5;{i % 7}\n")).encode(),
        ["name", "price", "qty"],
    ),
    "latin-1": (
        ("név;ország\n" + _rows(lambda i: f"café {i % 5};Österreich{i % 3}\n")).encode("latin-1"),
        ["név", "ország"],
    ),
    "byte order mark": (
        codecs.BOM_UTF8 + ("a,b\n" + _rows(lambda i: f"{i},{i % 4}\n")).encode(),
        ["a", "b"],
    ),
    "quotes in quotes": (
        ("a,b\n" + _rows(lambda i: f'"say ""hi"", {i % 3}\nand go",{i}\n')).encode(),
        ["a", "b"],
    ),
    "decimal commas": (
        ("a\tb\n" + _rows(lambda i: f"1.{i:03d},5\t{i},25\n")).encode(),
        ["a", "b"],
    ),
    "duplicate headers": (
        ("a,a,,a\n" + _rows(lambda i: f"{i},{i % 3},{i % 5},{i % 2}\n")).encode(),
        ["a", "a.1", "column_3", "a.2"],
    ),
    "no header": (
        _rows(lambda i: f"{i},x{i % 3},2024-01-{i % 28 + 1:02d}\n").encode(),
        ["column_1", "column_2", "column_3"],
    ),
    "10 MB cell": (
        b"a,b,c\n1,2," + b"x" * 10_000_000 + b"\n" + b"2,3,y\n1,5,z\n" * ROWS,
        ["a", "b", "c"],
    ),
    "one column": (("price\n" + _rows(lambda i: f"{i},5\n")).encode(), ["price"]),
    "backslashes": (
        ("a,b\n" + _rows(lambda i: f'"say \\"hi\\", {i % 3}",{i}\n')).encode(),
        ["a", "b"],
    ),
    "spaces before quotes": (
        ("a, b, c\n" + _rows(lambda i: f'{i}, "x, {i % 3}", {i % 4}\n')).encode(),
        ["a", "b", "c"],
    ),
    "utf-16": (("a\tb\n" + _rows(lambda i: f"Öl{i % 3}\t{i}\n")).encode("utf-16"), ["a", "b"]),
    "utf-16 without its mark": (
        ("a\tb\n" + _rows(lambda i: f"xy{i % 3}\t{i}\n")).encode("utf-16-be"),
        ["a", "b"],
    ),
    "carriage returns": (
        ("a,b\n" + _rows(lambda i: f"{i % 3},{i}\n")).replace("\n", "\r").encode(),
        ["a", "b"],
    ),
    "utf-16 of other letters": (
        ("имя;цена\n" + _rows(lambda i: f"товарный знак {i % 4};{i},5\n")).encode("utf-16-le"),
        ["имя", "цена"],
    ),
    "comments above": (
        ("# made by X\n# in 2024, late\na,b,c\n" + _rows(lambda i: f"{i},{i % 2},x\n")).encode(),
        ["a", "b", "c"],
    ),
    "a title above": (
        ("Sales\r\n\r\na,b,c\r\n" + _rows(lambda i: f"{i},{i % 2},x\r\n")).encode(),
        ["a", "b", "c"],
    ),
    "carets": (("a^b\n" + _rows(lambda i: f"{i}^{i % 3}\n")).encode(), ["a", "b"]),
    "single quotes": (("a,b\n" + _rows(lambda i: f"'x, {i % 3}',{i}\n")).encode(), ["a", "b"]),
    "sep= of Excel, wide": (
        ("sep=\t\r\na\tb\r\n" + _rows(lambda i: f"{i}\t{i % 3}\r\n")).encode("utf-16"),
        ["a", "b"],
    ),
    "sep= of Excel": (("sep=|\na|b\n" + _rows(lambda i: f"{i}|{i % 3}\n")).encode(), ["a", "b"]),
}

#: Name -> (bytes, line, words of the error).
REFUSED = {
    "ragged rows": (b"a,b,c\n" + b"1,2,3\n" * 5 + b"1,2\n" + b"1,2,3\n", 7, "2 fields where the"),
    "more fields": (b"a,b\n" + b"1,2\n" * 9 + b"1,2,3\n", 11, "3 fields where the header has 2"),
    "NUL byte": (b"a,b\n1,2\n3,x\x00y\n" + b"1,2\n" * 9, 3, "column 'b': a NUL byte"),
    "empty": (b"", None, "is empty"),
    "a PDF": (b"%PDF-1.4\n1 0 obj\n" * 9, None, "is a PDF"),
    "a web page": (b"<!DOCTYPE html><p>404\n" * 9, None, "is a web page"),
    "below a comment": (b"# x\na,b,c\n" + b"1,2,3\n" * 9 + b"1,2\n", 12, "2 fields where the"),
    "blank": (b"\n \n\n", None, "is empty"),
    "header only": (b"a,b\n", None, "has a header and no rows"),
    "open quote": (b'a,b\n1,2\n3,"4\n5,6\n', 3, "never closes"),
    "UTF-8 with a wrong byte": (
        "a,b\nZoë,1\nJürgen,2\n".encode() * 3 + b"Ren\xe9,3\n",
        10,
        "byte 0xe9 is no UTF-8, and",
    ),
    "no text": (bytes(range(256)) * 8, 1, "NUL byte"),
}


def table(rng):
    """A small table in some dialect and encoding."""
    mark = rng.choice(",;\t|")
    lines = [mark.join(["id", "name", "price", "when", "ok"])]
    for i in range(rng.randint(1, 40)):
        price = f"{rng.random() * 100:.2f}"
        name = rng.choice(['"a ""q"" b"', "foo", "Zoë", f'"x{mark}y"', "", "NA", '"two\nlines"'])
        lines.append(
            mark.join(
                [
                    str(i),
                    name,
                    price if mark == "," else price.replace(".", ","),
                    f"2024-01-{i % 28 + 1:02d}",
                    rng.choice(["true", "false", ""]),
                ]
            )
        )
    text = rng.choice(["\n", "\r\n", "\r"]).join(lines) + rng.choice(["", "\n"])
    return text.encode(rng.choice(["utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16"]))


_INSERTS = [
    b'"', b'""', b"\n", b"\r", b",", b";", b"\0", b"'", b'\\"', b"\xff\xfe", b"NaN", b"1e999",
    b"-", codecs.BOM_UTF8, b"\x1a", b"\x1f", b"inf",
]  # fmt: skip


def mutated(seed):
    """A table with up to six changes to its bytes."""
    rng = random.Random(seed)
    data = bytearray(table(rng))
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) + 1)
        change = rng.randrange(6)
        if change == 0 and at < len(data):
            data[at] = rng.randrange(256)
        elif change == 1:
            data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 8)))
        elif change == 2:
            del data[at : at + rng.randint(1, 30)]
        elif change == 3:
            data[at:at] = rng.choice(_INSERTS)
        elif change == 4:
            data[at:at] = data[max(0, at - 50) : at]
        else:
            data = data[at:] + data[:at]
    return bytes(data)
