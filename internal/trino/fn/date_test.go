package fn_test

import (
	"testing"

	"github.com/tickmark/tickmark/internal/trino/fn"
	"github.com/tickmark/tickmark/internal/trino/value"
)

func TestDate(t *testing.T) {
	check(t, [][2]string{
		{"now()", "2024-03-05 08:00:00.000 UTC"},
		{"date('2024-03-05')", "2024-03-05"},
		{"date(TIMESTAMP '2024-03-05 23:00')", "2024-03-05"},
		{"date('x')", "!Cannot cast 'x' to date"},
		{"date_trunc('hour', TIMESTAMP '2001-08-22 03:04:05.321')", "2001-08-22 03:00:00.000"},
		{"date_trunc('second', TIMESTAMP '2001-08-22 03:04:05.321')", "2001-08-22 03:04:05.000"},
		{"date_trunc('day', TIMESTAMP '2001-08-22 03:04:05.321')", "2001-08-22 00:00:00.000"},
		{"date_trunc('hour', TIMESTAMP '1969-12-31 22:30')", "1969-12-31 22:00:00.000"},
		{"date_trunc('day', TIMESTAMP '1969-12-30 22:30')", "1969-12-30 00:00:00.000"},
		{"date_trunc('week', DATE '1969-12-28')", "1969-12-22"},
		{"date_trunc('month', TIMESTAMP '1969-12-30 22:30')", "1969-12-01 00:00:00.000"},
		{"date(TIMESTAMP '1969-12-30 22:30')", "1969-12-30"},
		{"date_trunc('day', CAST(NULL AS timestamp))", "NULL"},
		{"date_trunc('week', TIMESTAMP '2001-08-22 03:04:05.321')", "2001-08-20 00:00:00.000"},
		{"date_trunc('month', DATE '2001-08-22')", "2001-08-01"},
		{"date_trunc('QUARTER', DATE '2001-08-22')", "2001-07-01"},
		{"date_trunc('year', TIMESTAMP '2001-08-22 03:04:05 Europe/Zurich')", "2001-01-01 00:00:00.000 Europe/Zurich"},
		{"date_trunc('hour', TIMESTAMP '2024-03-05 08:45:00 +05:30')", "2024-03-05 08:00:00.000 +05:30"},
		{"date_trunc('minute', TIME '03:04:05')", "03:04:00.000"},
		{"date_trunc('hour', DATE '2001-08-22')", "!date_trunc: 'hour' is not a valid unit of date: day, week, month, quarter, year"},
		{"date_trunc('dy', TIMESTAMP '2001-08-22 00:00')", "!date_trunc: 'dy' is not a valid unit of timestamp"},
		{"date_add('second', 86, TIMESTAMP '2020-03-01 00:00:00')", "2020-03-01 00:01:26.000"},
		{"date_add('hour', 9, TIMESTAMP '2020-03-01 00:00:00')", "2020-03-01 09:00:00.000"},
		{"date_add('day', -1, TIMESTAMP '2020-03-01 00:00:00 UTC')", "2020-02-29 00:00:00.000 UTC"},
		{"date_add('month', 1, DATE '2024-01-31')", "2024-02-29"},
		{"date_add('year', 1, DATE '2024-02-29')", "2025-02-28"},
		{"date_add('week', 2, DATE '2024-03-05')", "2024-03-19"},
		{"date_add('quarter', -1, DATE '2024-03-05')", "2023-12-05"},
		{"date_add('hour', 25, TIME '23:00')", "00:00:00.000"},
		{"date_add('day', 1, TIMESTAMP '2024-03-30 12:00 Europe/Zurich')", "2024-03-31 12:00:00.000 Europe/Zurich"},
		{"date_add('hour', 24, TIMESTAMP '2024-03-30 12:00 Europe/Zurich')", "2024-03-31 13:00:00.000 Europe/Zurich"},
		{"date_add('day', 1000000000000000, DATE '2024-03-05')", "!date_add: 1000000000000000 days are out of range"},
		{"date_add('hour', 9223372036854775807, TIMESTAMP '2024-03-05 00:00')", "!date_add: 9223372036854775807 hours are out of range"},
		{"date_add('year', -100000, DATE '2024-03-05')", "!date_add: -100000 years are out of range"},
		{"date_diff('second', TIMESTAMP '2020-03-01 00:00:00', TIMESTAMP '2020-03-02 00:00:00')", "86400"},
		{"date_diff('hour', TIMESTAMP '2020-03-01 00:00:00 UTC', TIMESTAMP '2020-03-02 00:00:00 UTC')", "24"},
		{"date_diff('day', DATE '2020-03-01', DATE '2020-03-02')", "1"},
		{"date_diff('day', TIMESTAMP '2020-03-01 12:00', TIMESTAMP '2020-03-02 11:00')", "0"},
		{"date_diff('week', DATE '2020-03-01', DATE '2020-03-20')", "2"},
		{"date_diff('month', DATE '2024-01-31', DATE '2024-02-29')", "1"},
		{"date_diff('month', DATE '2024-01-31', DATE '2024-03-30')", "1"},
		{"date_diff('month', DATE '2024-03-05', DATE '2024-01-06')", "-1"},
		{"date_diff('year', DATE '2020-03-01', DATE '2024-02-29')", "3"},
		{"date_diff('quarter', DATE '2020-01-01', DATE '2021-01-01')", "4"},
		{"date_diff('day', TIMESTAMP '2024-03-30 12:00 Europe/Zurich', TIMESTAMP '2024-03-31 10:00 UTC')", "1"},
		{"human_readable_seconds(96)", "1 minute, 36 seconds"},
		{"human_readable_seconds(3762)", "1 hour, 2 minutes, 42 seconds"},
		{"human_readable_seconds(56363463)", "93 weeks, 1 day, 8 hours, 31 minutes, 3 seconds"},
		{"human_readable_seconds(0)", "0 seconds"},
		{"parse_duration('42.8ms')", "0 00:00:00.043"},
		{"parse_duration('3.81 d')", "3 19:26:24.000"},
		{"parse_duration('5m')", "0 00:05:00.000"},
		{"parse_duration('5')", "!parse_duration: '5' is not a number with a unit"},
		{"to_milliseconds(INTERVAL '2' HOUR)", "7200000"},
	})
}

func TestDatePart(t *testing.T) {
	const moment = "TIMESTAMP '2024-12-30 21:07:09.123'"
	check(t, [][2]string{
		{"year(" + moment + ")", "2024"},
		{"quarter(" + moment + ")", "4"},
		{"month(" + moment + ")", "12"},
		{"week(" + moment + ")", "1"},
		{"week_of_year(" + moment + ")", "1"},
		{"year_of_week(" + moment + ")", "2025"},
		{"yow(" + moment + ")", "2025"},
		{"day(" + moment + ")", "30"},
		{"day_of_month(" + moment + ")", "30"},
		{"day_of_week(" + moment + ")", "1"},
		{"dow(DATE '2024-03-10')", "7"},
		{"day_of_year(" + moment + ")", "365"},
		{"doy(DATE '2024-03-05')", "65"},
		{"hour(" + moment + ")", "21"},
		{"minute(" + moment + ")", "7"},
		{"second(" + moment + ")", "9"},
		{"millisecond(" + moment + ")", "123"},
		{"hour(TIMESTAMP '2024-03-05 08:00 +05:30')", "8"},
		{"hour(TIME '08:05')", "8"},
		{"year(DATE '1969-12-31')", "1969"},
		{"year(NULL)", "NULL"},
		{"last_day_of_month(DATE '2024-02-10')", "2024-02-29"},
		{"last_day_of_month(" + moment + ")", "2024-12-31"},
		{"timezone_hour(TIMESTAMP '2024-03-05 08:00 +05:30')", "5"},
		{"timezone_minute(TIMESTAMP '2024-03-05 08:00 -05:30')", "-30"},
		{"day(INTERVAL '50' HOUR)", "2"},
		{"hour(INTERVAL '50' HOUR)", "2"},
		{"year(INTERVAL '26' MONTH)", "2"},
		{"month(INTERVAL '26' MONTH)", "2"},
	})
}

func TestInstant(t *testing.T) {
	check(t, [][2]string{
		{"at_timezone(TIMESTAMP '2024-03-05 08:00 UTC', 'America/New_York')", "2024-03-05 03:00:00.000 America/New_York"},
		{"at_timezone(TIMESTAMP '2024-03-05 08:00 UTC', INTERVAL '-90' MINUTE)", "2024-03-05 06:30:00.000 -01:30"},
		{"at_timezone(TIMESTAMP '2024-03-05 08:00 UTC', 'Mars')", "!at_timezone: 'Mars' is not a time zone"},
		{"with_timezone(TIMESTAMP '2024-03-05 08:00', 'Europe/Zurich')", "2024-03-05 08:00:00.000 Europe/Zurich"},
		{"from_unixtime(1709625600)", "2024-03-05 08:00:00.000 UTC"},
		{"from_unixtime(1709625600.1235e0)", "2024-03-05 08:00:00.124 UTC"},
		{"from_unixtime(0, 'Asia/Kolkata')", "1970-01-01 05:30:00.000 Asia/Kolkata"},
		{"from_unixtime(0, -5, 30)", "1969-12-31 19:30:00.000 -04:30"},
		{"from_unixtime(0, 1, 10000)", "!from_unixtime: '+167:40' is not a time zone"},
		{"from_unixtime(1e18)", "!from_unixtime: 1e+18 is out of range"},
		{"from_unixtime_nanos(1709625600123000000)", "2024-03-05 08:00:00.123 UTC"},
		{"to_unixtime(TIMESTAMP '2024-03-05 08:00:00.5')", "1.7096256005E9"},
		{"to_unixtime(TIMESTAMP '1970-01-01 01:00 +01:00')", "0.0"},
		{"to_iso8601(DATE '2024-03-05')", "2024-03-05"},
		{"to_iso8601(TIMESTAMP '2024-03-05 08:00')", "2024-03-05T08:00:00.000"},
		{"to_iso8601(TIMESTAMP '2024-03-05 08:00 UTC')", "2024-03-05T08:00:00.000Z"},
		{"to_iso8601(TIMESTAMP '2024-03-05 08:00 -01:30')", "2024-03-05T08:00:00.000-01:30"},
		{"from_iso8601_timestamp('2024-03-05T08:00:00Z')", "2024-03-05 08:00:00.000 UTC"},
		{"from_iso8601_timestamp('2024-03-05T08:00:00.123+05:30')", "2024-03-05 08:00:00.123 +05:30"},
		{"from_iso8601_timestamp('2024-03-05T08+02')", "2024-03-05 08:00:00.000 +02:00"},
		{"from_iso8601_timestamp('2024-03-05')", "2024-03-05 00:00:00.000 UTC"},
		{"from_iso8601_timestamp('2024-03-05T08:00+99:00')", "!is not a timestamp of ISO 8601"},
		{"from_iso8601_timestamp('2024-03-05T08:xx')", "!is not a timestamp of ISO 8601"},
		{"from_iso8601_timestamp('2024-03')", "2024-03-01 00:00:00.000 UTC"},
		{"from_iso8601_timestamp('2024-03-05 08:00')", "!from_iso8601_timestamp: '2024-03-05 08:00' is not a timestamp of ISO 8601"},
		{"from_iso8601_date('2024-W10-2')", "2024-03-05"},
		{"from_iso8601_date('2024-W10')", "2024-03-04"},
		{"from_iso8601_date('2024-065')", "2024-03-05"},
		{"from_iso8601_date('20240305')", "!from_iso8601_date: '20240305' is not a date"},
		{"current_timezone()", "UTC"},
	})
}

func TestDateFormat(t *testing.T) {
	const moment = "TIMESTAMP '2001-01-09 13:04:05.321'"
	check(t, [][2]string{
		{"date_format(" + moment + ", '%m-%d-%Y %H')", "01-09-2001 13"},
		{"date_format(" + moment + ", '%a %b %c %d %e %f %h %I %i %j %k %l %M')", "Tue Jan 1 09 9 321000 01 01 04 009 13 1 January"},
		{"date_format(" + moment + ", '%p %r %s %S %T %v %W %x %Y %y %% %Q')", "PM 01:04:05 PM 05 05 13:04:05 02 Tuesday 2001 2001 01 % Q"},
		{"date_format(" + moment + ", '%D')", "!%D is not supported in the date format '%D'"},
		{"date_format(TIMESTAMP '2024-03-05 08:00 +05:30', '%H:%i')", "08:00"},
		{"date_parse('2022/10/20/05', '%Y/%m/%d/%H')", "2022-10-20 05:00:00.000"},
		{"date_parse('5 Mar 2024 1:02:03.5 pm', '%e %b %Y %l:%i:%s.%f %p')", "2024-03-05 13:02:03.500"},
		{"date_parse('69-70', '%y-%j')", "2069-03-11 00:00:00.000"},
		{"date_parse('70', '%y')", "1970-01-01 00:00:00.000"},
		{"date_parse('20240305080910', '%Y%m%d%H%i%s')", "2024-03-05 08:09:10.000"},
		{"date_parse('2024-10 March', '%x-%v %M')", "2024-03-04 00:00:00.000"},
		{"date_parse('2013-05-17 12:35:10', '%Y-%m-%d %h:%i:%s')", "2013-05-17 00:35:10.000"},
		{"date_parse('2013-05-17 12:35:10 PM', '%Y-%m-%d %h:%i:%s %p')", "2013-05-17 12:35:10.000"},
		{"date_parse('2013 14', '%Y %y')", "2014-01-01 00:00:00.000"},
		{"date_parse('1998 53', '%x %v')", "1998-12-28 00:00:00.000"},
		{"date_parse('1.2006', '%s.%f')", "1970-01-01 00:00:01.200"},
		{"date_parse('28-JAN-16 11.45.46.421000 PM', '%d-%b-%y %l.%i.%s.%f %p')", "2016-01-28 23:45:46.421"},
		{"date_parse('3.0123456789', '%s.%f')", "!is malformed at '9'"},
		{"date_parse('1970-01-01', '')", "!is malformed at '1970-01-01'"},
		{"date_parse('2024-02-30', '%Y-%m-%d')", "!date_parse: a number is out of range in '2024-02-30'"},
		{"date_parse('2024-03-05x', '%Y-%m-%d')", "!date_parse: invalid format: '2024-03-05x' is malformed at 'x'"},
		{"date_parse('2024-03', '%Y-%m-%d')", "!date_parse: '2024-03' is too short for the format"},
		{"parse_datetime('999999999', 'yyyy')", "!parse_datetime: a number is out of range"},
		{"date_parse('25', '%H')", "!date_parse: a number is out of range"},
		{"format_datetime(" + moment + ", 'yyyy-MM-dd''T''HH:mm:ss.SSS')", "2001-01-09T13:04:05.321"},
		{"format_datetime(" + moment + ", 'yy M MMM MMMM d E EEEE D w e xxxx h K k a C G SSSSS ''''')", "01 1 Jan January 9 Tue Tuesday 9 2 2 2001 1 1 13 PM 20 AD 32100 '"},
		{"format_datetime(TIMESTAMP '2024-03-05 08:00 Europe/Zurich', 'z Z ZZ ZZZ')", "CET +0100 +01:00 Europe/Zurich"},
		{"format_datetime(TIMESTAMP '2001-08-22 03:04:05.321 +07:09', 'YYYY/MM/dd HH:mm ZZZZ')", "2001/08/22 03:04 +07:09"},
		{"parse_datetime('1960/01/22 03:04 Asia/Oral', 'yyyy/MM/dd HH:mm ZZZZZ')", "1960-01-22 03:04:00.000 Asia/Oral"},
		{"format_datetime(" + moment + ", 'yyyy ''x')", "!a quote has no end in the date pattern"},
		{"format_datetime(" + moment + ", 'qq')", "!q is not known in the date pattern 'qq'"},
		{"parse_datetime('2024-03-05 08:09:10 +0530', 'yyyy-MM-dd HH:mm:ss Z')", "2024-03-05 08:09:10.000 +05:30"},
		{"parse_datetime('05/03/24 8:09 PM', 'dd/MM/yy h:mm a')", "2024-03-05 20:09:00.000 UTC"},
		{"parse_datetime('20240305', 'yyyyMMdd')", "2024-03-05 00:00:00.000 UTC"},
		{"parse_datetime('Tue March 5', 'EEE MMMM d')", "2000-03-05 00:00:00.000 UTC"},
		{"parse_datetime('12:30 Europe/Zurich', 'HH:mm z')", "1970-01-01 12:30:00.000 Europe/Zurich"},
		{"parse_datetime('08:00 Z', 'HH:mm z')", "1970-01-01 08:00:00.000 UTC"},
		{"parse_datetime('08:00 Mars', 'HH:mm z')", "!is malformed at 'Mars'"},
		{"parse_datetime('08.', 'HH.S')", "!is too short for the format"},
		{"format_datetime(TIMESTAMP '2024-03-05 08:00', 'ZZZ z')", "UTC UTC"},
		{"parse_datetime('x', 'yyyy')", "!parse_datetime: invalid format: 'x' is malformed at 'x'"},
	})
}

// BenchmarkTruncate cuts 1,000 timestamps.
func BenchmarkTruncate(b *testing.B) {
	for _, unit := range []string{"hour", "day", "week", "month"} {
		b.Run(unit, func(b *testing.B) {
			f := fn.Lookup("date_trunc")[1]
			times := value.NewBuilder(value.TimestampType, 1000)
			for i := range 1000 {
				times.Int(1_709_625_600_000 + int64(i)*7_777_777)
			}
			args := []*value.Vector{value.Constant(value.VarcharType, unit, 1000), times.Vector()}
			for b.Loop() {
				if _, err := f.Vec(at, args, 1000); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/row")
		})
	}
}
