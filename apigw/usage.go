package apigw

import (
	"fmt"
	"time"
)

// A Day is a day of UTC, counted from 1970-01-01: usage is kept by the day
// (data plane §7.2).
type Day int32

const secondsOfDay = 24 * 60 * 60

// DayOf is the day of t.
func DayOf(t time.Time) Day {
	seconds := t.Unix()
	day := seconds / secondsOfDay
	if seconds%secondsOfDay < 0 {
		day--
	}
	return Day(day)
}

// ParseDay reads "2026-03-01".
func ParseDay(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fmt.Errorf("%q is no date; write YYYY-MM-DD", text)
	}
	return DayOf(t), nil
}

func (d Day) time() time.Time { return time.Unix(int64(d)*secondsOfDay, 0).UTC() }

// String is the day as "2026-03-01".
func (d Day) String() string { return d.time().Format(time.DateOnly) }

// MaxPeriod is the number of days of the longest period of a quota.
const MaxPeriod = 31

// PeriodStart is the first day of the quota's period that d is in: weeks begin
// on Sunday, months with their first day (control plane §2.16).
func (q *QuotaSettings) PeriodStart(d Day) Day {
	if q.Period == nil {
		return d
	}
	switch *q.Period {
	case QuotaPeriodTypeWeek:
		return d - Day(d.time().Weekday())
	case QuotaPeriodTypeMonth:
		return d - Day(d.time().Day()-1)
	}
	return d
}

// A UsageCount is requests that an API key made in a usage plan on a day.
type UsageCount struct {
	Region, UsagePlanId, KeyId string
	Day                        Day
	Requests                   int64
}

// A UsageGrant is requests that UpdateUsage added to what a key may make in the
// period of a day, or took away.
type UsageGrant struct {
	Day      Day
	Requests int64
}

// Allowance is how many requests the key may make in the period that day is
// in, as it is on that day: the limit, without the offset in the period in
// which the key joined the plan, with what was granted up to the day.
func (q *QuotaSettings) Allowance(joined Day, grants []UsageGrant, day Day) int64 {
	start := q.PeriodStart(day)
	var allowed int64
	if q.Limit != nil {
		allowed = int64(*q.Limit)
	}
	if q.Offset != nil && q.PeriodStart(joined) == start {
		allowed -= int64(*q.Offset)
	}
	for _, g := range grants {
		if g.Day >= start && g.Day <= day {
			allowed += g.Requests
		}
	}
	return allowed
}
