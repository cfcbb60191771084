"""Numbers in strings: patterns read and written."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frameumap import SchemaError
from frameumap.columns.number_pattern import NumberPattern
from frameumap.columns.number_text import pattern_of, read_number_pattern
from frameumap.columns.shapes import find_shape, split_line

READ = [
    (["$1,200.50", "$3.00"], "$1,234.56", [1200.5, 3]),
    (["$1,200.50", "$3"], "$1,234.[56]", [1200.5, 3]),
    (["12%", "3.5%"], "1234.[5]%", [12, 3.5]),
    (["1.2M", "800k", "950"], "1234.[5]{k,M}", [1.2e6, 8e5, 950]),
    (["£1.2m", "£350k"], "£1234.[5]{k,m}", [1.2e6, 3.5e5]),
    (["3,5", "12"], "1234,[5]", [3.5, 12]),
    (["90 min", "1 min"], "1234 min", [90, 1]),
    (["1 Season", "2 Seasons"], "1234 Seasons", [1, 2]),
    (["1,200 kg", "15 kg"], "1,234 kg", [1200, 15]),
    (["6 658,94", "507,33"], "1 234,56", [6658.94, 507.33]),
    (["1.234,5", "12,0"], "1.234,5", [1234.5, 12]),
    (["1'234.50", "3.00"], "1'234.56", [1234.5, 3]),
    (["1,23,456", "12,345"], "1,234", [123456, 12345]),
    (["(1,200)", "300"], "(1,234)", [-1200, 300]),
    (["-5", "+3"], "1234", [-5, 3]),
    (["-$5.00", "$7.00"], "$1234.56", [-5, 7]),
    (["12 €", "5 €"], "1234 €", [12, 5]),
    (["R$ 5,00", "R$ 1.200,00"], "R$ 1.234,56", [5, 1200]),
    (["0,123", "0,456"], "1234,567", [0.123, 0.456]),
    (["20°C", "-5°C"], "1234°C", [20, -5]),
    (["0,391,674", "4,391"], "1,234", [391674, 4391]),
    (["$06,200.00", "$12.50"], "$1,234.56", [6200, 12.5]),
    (["Rs. 1,200", "Rs. 30"], "Rs. 1,234", [1200, 30]),
    (["$1.5 billion", "$700 million"], "$1234.[5]{million,billion}", [1.5e9, 7e8]),
]


@pytest.mark.parametrize(("values", "pattern", "numbers"), READ)
def test_patterns_of_numbers(values: list[str], pattern: str, numbers: list[float]) -> None:
    found = read_number_pattern(values).pattern
    assert found is not None
    assert str(found) == pattern
    assert NumberPattern.of(pattern) == found
    np.testing.assert_allclose(found.parse(values), numbers)
    np.testing.assert_allclose(found.parse(found.write(numbers)), numbers)


@pytest.mark.parametrize(
    "values",
    [["12 kg", "3 lb"], ["E10", "E12"], ["45", "30 (new)"], ["1.2.3", "4.5.6"], ["5'11", "6'2"],
     ["4.1/5", "3.5/10"], ["3/5", "7/5"], ["12 Jun", "13 Jun"], ["$5", "€7"], ["2-3", "4-5"], ["3,5", "4.5"],
     ["٣٤", "٥٦"]],
)  # fmt: skip
def test_no_pattern_where_values_disagree(values: list[str]) -> None:
    assert read_number_pattern(values).pattern is None


def test_leading_zeros_are_codes() -> None:
    reading = read_number_pattern(["007", "012"])
    assert reading.pattern is None
    assert reading.has_leading_zeros


def test_leading_zeros_of_one_length_are_codes() -> None:
    assert read_number_pattern(["012.345.678", "912.345.678"]).has_leading_zeros


def test_powers_of_ten() -> None:
    found = read_number_pattern(["8.44e+03", "1E-5", "12"]).pattern
    assert found is not None
    assert pattern_of(str(found)) == found
    np.testing.assert_allclose(found.parse(["8.44e+03", "1E-5", "12"]), [8440, 1e-5, 12])
    np.testing.assert_allclose(found.parse(found.write([8440, 1e-5, -12])), [8440, 1e-5, -12])
    assert read_number_pattern(["1E5", "2F7"]).pattern is None


@pytest.mark.parametrize(
    "values",
    [["10-20", "5-7"], ["5'11\"", "6'2\""], ["1h 30m", "2h 5m"], ["54x57", "3x4"], ["#3", "#14"],
     ["(1.5, 2.5)", "(3.5, 4)"], ["120/80", "90/60"], ["No. 3", "No. 4"], ["$5K - $9K", "$1K - $2K"],
     ["PT1H3M", "PT12H30M"]],
)  # fmt: skip
def test_lines_that_split_numbers_work_when_pasted(values: list[str]) -> None:
    shape = find_shape(values)
    assert shape is not None
    df = pd.DataFrame({"it's": values})
    exec(split_line("it's", shape), {"df": df})
    wanted = [[float(v) for v in re.findall(r"\d+(?:\.\d+)?", value)] for value in values]
    made = df.select_dtypes("number").to_numpy()
    np.testing.assert_array_equal(made, wanted)


def test_a_comma_before_three_digits_is_a_guess_unless_something_decides() -> None:
    assert read_number_pattern(["116,024", "120,090"]).is_guess
    assert not read_number_pattern(["2,235,270", "799,640"]).is_guess


def test_money_has_no_thousandths() -> None:
    reading = read_number_pattern(["226.862 €", "90.000 €"])
    assert str(reading.pattern) == "1.234 €"
    assert reading.is_guess
    assert not read_number_pattern(["1.226.862 €", "90.000 €"]).is_guess
    others = {
        "226.862 kg": "1234.567 kg",
        "2.50 €": "1234.56 €",
        "1.859 €": "1234.567 €",
        "$12.459": "$1234.567",
        "12 €": "1234 €",
    }
    assert {v: str(read_number_pattern([v]).pattern) for v in others} == others


def test_a_value_that_does_not_fit_is_nan() -> None:
    pattern = NumberPattern.of("$1,234.56")
    assert np.isnan(pattern.parse(["1,200", "$12.5 kg", "€5", "", "$x"])).all()


@pytest.mark.parametrize("text", ["", "$", "12", "1234{z}"])
def test_what_is_no_pattern_is_an_error(text: str) -> None:
    with pytest.raises(SchemaError):
        NumberPattern.of(text)


@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20),
    st.sampled_from(["$1,234.56", "1.234,5 kg", "1 234", "1234%", "(1,234)", "1'234.567 m"]),
)
def test_what_a_pattern_writes_it_reads(whole: list[int], text: str) -> None:
    pattern = NumberPattern.of(text)
    numbers = np.array(whole) / 10**pattern.decimals
    written = pattern.write(numbers)
    np.testing.assert_allclose(pattern.parse(written), numbers, rtol=1e-12)
    found = read_number_pattern(written).pattern
    assert found is not None
    np.testing.assert_allclose(np.abs(found.parse(written)), np.abs(numbers), rtol=1e-12) if not (
        pattern.decimals == 0 and pattern.thousands == ","
    ) else None
