package compliance

import (
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Notice is the beginning of a full evaluation of some rules, which a delivery channel's topic is to be told of.
type Notice struct {
	At    time.Time
	Rules []string // names
}

// maxNotices are kept for a topic that nobody reads to the end of; older ones are dropped.
const maxNotices = 100

var notices = docs.Collection[[]Notice]{Kind: "config-evaluation-notice", Noun: "notice of evaluations"}

const noticeID = "begun"

// announce keeps a notice for the topic of a place; without one, or while nothing is recorded, nobody is told.
func announce(tx Tx, at Place, rules []string) error {
	c, err := channels.Get(tx, at.Account, at.Region, channelID)
	if fault.KindOf(err) == fault.NotFound || err == nil && c.Value.TopicARN == "" {
		return nil
	}
	if err != nil {
		return err
	}
	r, err := recorders.Get(tx, at.Account, at.Region, recorderID)
	if fault.KindOf(err) == fault.NotFound || err == nil && !r.Value.Status.Recording {
		return nil
	}
	if err != nil {
		return err
	}
	d, err := notices.Get(tx, at.Account, at.Region, noticeID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	list := append(d.Value, Notice{tx.Now(), rules})
	list = list[max(0, len(list)-maxNotices):]
	if err != nil {
		return notices.Insert(tx, at.Account, at.Region, noticeID, "", list)
	}
	d.Value = list
	return notices.Update(tx, d)
}

// Notices are the beginnings of evaluations that the topic of a place has not been told of.
func Notices(tx Tx, at Place) ([]Notice, error) {
	d, err := notices.Get(tx, at.Account, at.Region, noticeID)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return d.Value, err
}

// ForgetNotices drops the notices of a place up to a time: they were told.
func ForgetNotices(tx Tx, at Place, to time.Time) error {
	d, err := notices.Get(tx, at.Account, at.Region, noticeID)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	left := []Notice{}
	for _, n := range d.Value {
		if n.At.After(to) {
			left = append(left, n)
		}
	}
	if d.Value = left; len(left) == 0 {
		return notices.Delete(tx, at.Account, at.Region, noticeID)
	}
	return notices.Update(tx, d)
}
