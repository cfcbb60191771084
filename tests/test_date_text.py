"""Forms of dates in strings and numbers: read, or told with lines that work."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frameumap.columns.date_formats import DATE_FORMATS, parse_dates, write_dates
from frameumap.columns.date_text import read_date_format, skeleton

#: Two values, the format, and what the second one means.
READ = [
    (["2016-12-29", "2017-01-05"], "ISO8601", "2017-01-05"),
    (["2016-12-29 08:00:00+00:00", "2015-03-28 00:31:27+02:00"], "ISO8601", "2015-03-27T22:31:27"),
    (["2016-03-18T00:00:00.000", "2016-03-19T12:30:00.250"], "ISO8601", "2016-03-19T12:30:00.250"),
    (["1952-04-05T05:00:00Z", "1952-04-06T05:00:00Z"], "ISO8601", "1952-04-06T05:00"),
    (["2016/12/29", "2017/01/05"], "%Y/%m/%d", "2017-01-05"),
    (["2016.12.29", "2017.01.05"], "%Y.%m.%d", "2017-01-05"),
    (["10/25/2016", "1/4/2017"], "%m/%d/%Y", "2017-01-04"),
    (["25/10/2016", "1/4/2017"], "%d/%m/%Y", "2017-04-01"),
    (["10-25-2016", "01-04-2017"], "%m-%d-%Y", "2017-01-04"),
    (["25.10.2016", "04.01.2017"], "%d.%m.%Y", "2017-01-04"),
    (["1/13/14", "11/10/14"], "%m/%d/%y", "2014-11-10"),
    (["13/1/14", "11/10/14"], "%d/%m/%y", "2014-10-11"),
    (["97-03-12", "98-05-01"], "%y-%m-%d", "1998-05-01"),
    (["12/31/2025 0:01", "1/4/2025 16:59"], "%m/%d/%Y %H:%M", "2025-01-04T16:59"),
    (["12/31/2025 12:01 AM", "1/4/2025 4:59 p.m."], "%m/%d/%Y %I:%M %p", "2025-01-04T16:59"),
    (["31.12.2009 13:00:00", "04.01.2010 15:00:30"], "%d.%m.%Y %H:%M:%S", "2010-01-04T15:00:30"),
    (["Aug 07 1998", "Sep 12 2001"], "%b %d %Y", "2001-09-12"),
    (["August 7, 1998", "May 12, 2001"], "%B %d, %Y", "2001-05-12"),
    (["13-Aug-21", "1-Sep-20"], "%d-%b-%y", "2020-09-01"),
    (["13-Aug-2021", "1-Sep-2020"], "%d-%b-%Y", "2020-09-01"),
    (["2011-Aug-12", "2014-Jul-07"], "%Y-%b-%d", "2014-07-07"),
    (["12 Jun 1998 - 14:30", "23 Jul 1966 - 15:00"], "%d %b %Y - %H:%M", "1966-07-23T15:00"),
    (["15:09:38  1 Nov 2016", "15:03:47  1 Nov 2016"], "%H:%M:%S %d %b %Y", "2016-11-01T15:03:47"),
    (["Mon, 3 May 1999 10:00:00 +0200", "Tue, 4 Aug 1998 11:00:00 +0200"], "%a, %d %b %Y %H:%M:%S %z",
     "1998-08-04T09:00"),
    (["Monday, 3 May 1999", "Tuesday, 4 May 1999"], "%A, %d %B %Y", "1999-05-04"),
    (["Sat 5/12/2012", "Sun 5/13/2012"], "%a %m/%d/%Y", "2012-05-13"),
    (["3. März 2021", "12. Oktober 2020"], "%d. %b %Y", "2020-10-12"),
    (["12 août 1998", "3 février 2001"], "%d %b %Y", "2001-02-03"),
    (["12 de Mayo 1998", "3 de enero de 2001"], "%d %b %Y", "2001-01-03"),
    (["May 2014", "Aug 2015"], "%b %Y", "2015-08-01"),
    (["2014-05", "2015-12"], "%Y-%m", "2015-12-01"),
    (["05/2014", "12/2015"], "%m/%Y", "2015-12-01"),
    (["2014Q3", "2015Q1"], "%YQ%q", "2015-01-01"),
    (["Q3 2014", "Q1 2015"], "Q%q %Y", "2015-01-01"),
    (["2014-W05", "2015-W10"], "%G-W%V", "2015-03-02"),
    (["20111109", "20140902"], "%Y%m%d", "2014-09-02"),
    (["20141005T0430", "20151005T1130"], "%Y%m%dT%H%M", "2015-10-05T11:30"),
    (["20141005043000", "20151005113015"], "%Y%m%d%H%M%S", "2015-10-05T11:30:15"),
    (["11:00 AM", "2:30 PM"], "%I:%M %p", "1900-01-01T14:30"),
    (["2016/12/11 8:42:47 AM GMT+5", "2016/12/12 8:47:34 PM GMT+5"], "%Y/%m/%d %I:%M:%S %p%z",
     "2016-12-12T15:47:34"),
    (["05 29 2006", "09 4 2015"], "%m %d %Y", "2015-09-04"),
    (["1/1/89", "4/1/89"], "%m/%d/%y", "1989-04-01"),
    (["1Q19", "3Q20"], "%qQ%y", "2020-07-01"),
    (["2019/Q1", "2020/Q3"], "%Y/Q%q", "2020-07-01"),
    (["Q1'19", "Q3'20"], "Q%q'%y", "2020-07-01"),
    (["FY19 Q1", "FY20 Q3"], "FY%y Q%q", "2020-07-01"),
    (["T1 2019", "T3 2020"], "T%q %Y", "2020-07-01"),
    (["2019-W01-4", "2019-W02-1"], "%G-W%V-%u", "2019-01-07"),
    (["KW01/2019", "KW02/2019"], "KW%V/%G", "2019-01-07"),
    (["Week 1, 2019", "Week 2, 2019"], "Week %V, %G", "2019-01-07"),
    (["Do, 03.01.2019", "Mo, 28.01.2019"], "%d.%m.%Y", "2019-01-28"),
    (["13.01.2019, 19:28 Uhr", "14.01.2019, 7:05 Uhr"], "%d.%m.%Y, %H:%M", "2019-01-14T07:05"),
    (["1er août 2020", "12 mars 2021"], "%d %b %Y", "2021-03-12"),
    (["3 de janeiro de 2019", "9 de outubro de 2020"], "%d %b %Y", "2020-10-09"),
    (["13/01/2019 19h28", "14/01/2019 7h05"], "%d/%m/%Y %H:%M", "2019-01-14T07:05"),
    (["07:28pm", "11:05am"], "%I:%M%p", "1900-01-01T11:05"),
    (["7 p.m.", "11 a.m."], "%I:%M %p", "1900-01-01T11:00"),
    (["2019-01-03 19:28 EST", "2019-07-03 19:28 EDT"], "%Y-%m-%d %H:%M%z", "2019-07-03T23:28"),
    (["Thu Jan 03 19:28:33 UTC 2019", "Mon May 30 21:35:41 UTC 2022"],
     "%a %b %d %H:%M:%S%z %Y", "2022-05-30T21:35:41"),
    (["03/Jan/2019:19:28:33 -0700", "04/Feb/2019:08:00:00 -0700"],
     "%d/%b/%Y %H:%M:%S %z", "2019-02-04T15:00"),
    (["20190103T192833Z", "20200214T050607Z"], "%Y%m%dT%H%M%S", "2020-02-14T05:06:07"),
    (["3rd January 2019", "1st of March 2021"], "%d %B %Y", "2021-03-01"),
    (["Thursday, January 3rd, 2019", "Monday, March 1st, 2021"], "%A, %B %d, %Y", "2021-03-01"),
    (["2019-01-03 19:28:33,231", "2020-01-03 19:28:33,500"], "%Y-%m-%d %H:%M:%S.%f",
     "2020-01-03T19:28:33.500"),
    (["January 3, 2019 at 07:28 PM", "March 1, 2021 at 08:00 AM"], "%B %d, %Y %I:%M %p",
     "2021-03-01T08:00"),
    (["2019年1月3日", "2020年10月31日"], "%Y-%m-%d", "2020-10-31"),
    (["2019년 1월 3일", "2020년 10월 31일"], "%Y-%m-%d", "2020-10-31"),
    (["03-JAN-19 07.28.33.000000 PM", "14-FEB-20 08.00.00.000000 AM"],
     "%d-%b-%y %I:%M:%S.%f %p", "2020-02-14T08:00"),
    (["Thu Jan  3 19:28:33 2019", "Mon May 30 21:35:41 2022"], "%a %b %d %H:%M:%S %Y",
     "2022-05-30T21:35:41"),
    (["Jan '19", "Mar '20"], "%b '%y", "2020-03-01"),
    (["2019-01-03 19", "2019-01-04 08"], "%Y-%m-%d %H", "2019-01-04T08:00"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "fmt", "second"), READ)
def test_forms_of_dates(values: list[str], fmt: str | None, second: str | None) -> None:
    reading = read_date_format(values)
    assert reading.format == fmt
    if fmt is not None:
        assert parse_dates(values, fmt)[1] == np.datetime64(second)
        again = write_dates(parse_dates(values, fmt), fmt)
        assert np.array_equal(parse_dates(list(map(str, again)), fmt), parse_dates(values, fmt))


@pytest.mark.parametrize(
    ("values", "choices"),
    [
        (["3/4/2016", "1/5/2017"], ("%m/%d/%Y", "%d/%m/%Y")),
        (["03.04.16", "01.05.17"], ("%m.%d.%y", "%d.%m.%y")),
        (["3/4/2016 10:00", "1/5/2017 9:30"], ("%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M")),
    ],
)
def test_day_or_month_first_is_not_guessed(values: list[str], choices: tuple[str, ...]) -> None:
    reading = read_date_format(values)
    assert reading.format is None
    assert reading.choices == choices


@pytest.mark.parametrize(
    "values",
    [
        ["1.2.3", "1.3.4"],  # versions
        ["192.168.1.1", "10.0.0.7"],
        ["2010-11", "2011-12"],  # seasons
        ["3-5", "2-1"],  # scores
        ["10:30", "11:45"],  # times of day, or minutes and seconds
        ["1998", "2001"],
        ["New York", "Mayfair"],
        ["12", "13"],
        ["201207", "201301"],
        ["3 out of 5", "4 out of 5"],  # "out" is October in Portuguese
        ["1 1/4", "3 2/4"],
    ],
)
def test_what_is_no_date(values: list[str]) -> None:
    reading = read_date_format(values)
    assert reading.format is None
    assert reading.likely == 0


@pytest.mark.parametrize(
    ("values", "fmt"),
    [
        (["10:30", "11:45"], "%H:%M"),
        (["14:30:00", "6:36:00"], "%H:%M:%S"),
        (["201207", "201301"], "%Y%m"),
        (["Aug 98", "Sep 01"], "%b %y"),
    ],
)
def test_a_name_that_says_date_decides(values: list[str], fmt: str) -> None:
    assert read_date_format(values).format is None
    assert read_date_format(values, named=True).format == fmt


@pytest.mark.parametrize(
    ("values", "misfit"),
    [
        (["1/1/89", "1/2/89", "unknown"], "unknown"),
        (["2016-12-29", "2016-13-29"], "2016-13-29"),
        (["13/13/2001", "1/14/2001"], "13/13/2001"),
        (["1/2/2015", "1/3/2015", "Aug 3 2015"], "Aug 3 2015"),
    ],
)
def test_a_value_that_does_not_fit_is_told(values: list[str], misfit: str) -> None:
    reading = read_date_format(values)
    assert reading.format is None
    assert reading.likely > 0.5
    assert reading.misfit == misfit


@pytest.mark.parametrize("fmt", DATE_FORMATS)
def test_counted_dates_come_back(fmt: str) -> None:
    dates = np.array(["2001-02-03T04:05:06", "1999-12-31"], "datetime64[us]")
    written = [str(v) for v in write_dates(dates, fmt)]
    gap = np.abs(parse_dates(written, fmt) - dates)
    assert (gap < np.timedelta64(1, "ms")).all()


@given(
    st.lists(st.dates(dt.date(1970, 1, 1), dt.date(2060, 1, 1)), min_size=1, max_size=20),
    st.sampled_from(["%m/%d/%Y", "%d.%m.%Y", "%b %d, %Y", "%d-%b-%y", "%Y%m%d", "%A, %d %B %Y"]),
)
def test_any_dates_in_a_format_are_read_or_left_undecided(days: list[dt.date], fmt: str) -> None:
    values = [day.strftime(fmt) for day in days]
    reading = read_date_format(values)
    oracle = pd.to_datetime(pd.Series(values), format=fmt).to_numpy("datetime64[us]")
    if reading.format is None:
        assert any(np.array_equal(parse_dates(values, c), oracle) for c in reading.choices)
    elif reading.format.replace("%B", "%b") == fmt.replace("%B", "%b"):
        assert np.array_equal(parse_dates(values, reading.format), oracle)


def test_skeletons_hold_lengths_and_codes() -> None:
    assert skeleton("Tuesday, 4 Mai 1999 9:05 pm") == "%A, <2> %b <4> %I:%M %p"
