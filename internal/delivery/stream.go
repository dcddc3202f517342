package delivery

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// streamBatch is how many changes are told in one transaction.
const streamBatch = 100

// streamReader names the cursors of a region's topic.
func streamReader(region string) string { return "config-stream/" + region }

// ends are the ends of everything that a channel tells of, and where it stands.
type ends struct {
	feeds, cursors          map[string]int64
	evaluations, evaluation int64
	notices                 []compliance.Notice
	topic                   string
}

func (e *ends) reached() bool {
	return len(e.notices) == 0 && maps.Equal(e.feeds, e.cursors) && e.evaluations == e.evaluation
}

func endsOf(tx compliance.Tx, at compliance.Place) (ends, error) {
	e := ends{feeds: map[string]int64{}, cursors: map[string]int64{}}
	feeds, err := tx.ItemFeeds(arn.In(at.Account, at.Region))
	if err != nil {
		return e, err
	}
	for _, f := range feeds {
		e.feeds[f.Region] = f.Last
		if e.cursors[f.Region], err = tx.FeedCursor(streamReader(at.Region), at.Account, f.Region); err != nil {
			return e, err
		}
	}
	evaluations, err := tx.EvaluationFeeds(arn.Scope{Accounts: []string{at.Account}, Regions: []string{at.Region}})
	if err != nil {
		return e, err
	}
	for _, f := range evaluations {
		e.evaluations = f.Last
	}
	if e.notices, err = compliance.Notices(tx, at); err != nil {
		return e, err
	}
	pl, err := planOf(tx, at)
	e.evaluation, e.topic = pl.Evaluations, pl.Topic
	return e, err
}

// Attach makes a channel's topic hear of what changes from now on. The worker would do it too, a moment later. What
// failed before the channel was put is tried anew at once.
func (c *Courier) Attach(ctx context.Context, at compliance.Place) error {
	c.rested(at)
	posts, err := read(ctx, c, func(tx compliance.Tx) ([]compliance.Post, error) {
		return compliance.Posts(tx, arn.Scope{Accounts: []string{at.Account}, Regions: []string{at.Region}})
	})
	if err != nil || len(posts) == 0 {
		return err
	}
	return c.attach(ctx, posts[0])
}

// attach brings the plan in line with the channel's topic: the first one begins at the end of the feeds, another one
// goes on where the former was.
func (c *Courier) attach(ctx context.Context, p compliance.Post) error {
	topic := p.Channel.TopicARN
	e, err := read(ctx, c, func(tx compliance.Tx) (ends, error) { return endsOf(tx, p.Place) })
	if err != nil || e.topic == topic {
		return err
	}
	return c.store.Write(ctx, func(tx compliance.Tx) error {
		if e.topic == "" {
			if err := skip(tx, p.Place); err != nil {
				return err
			}
		}
		return replan(tx, p.Place, func(pl *plan) error { pl.Topic = topic; return nil })
	})
}

// skip moves to the ends without telling anything.
func skip(tx compliance.Tx, at compliance.Place) error {
	e, err := endsOf(tx, at)
	if err != nil || e.reached() {
		return err
	}
	for region, last := range e.feeds {
		if err := tx.SetFeedCursor(streamReader(at.Region), at.Account, region, last); err != nil {
			return err
		}
	}
	if err := compliance.ForgetNotices(tx, at, tx.Now()); err != nil {
		return err
	}
	return replan(tx, at, func(pl *plan) error { pl.Evaluations = e.evaluations; return nil })
}

// stream tells the channel's topic what has changed.
func (c *Courier) stream(ctx context.Context, p compliance.Post) error {
	if err := c.attach(ctx, p); err != nil || p.Channel.TopicARN == "" || !p.Recorder.Status.Recording {
		return err
	}
	_, confirmed, _, err := c.topics.Topic(ctx, p.Channel.TopicARN)
	if fault.KindOf(err) == fault.NotFound {
		return c.streamed(ctx, p, fault.New(fault.NotFound, "There is no topic %s: create it, or put the channel with another one.", p.Channel.TopicARN).With("InvalidSNSTopicARNException"))
	}
	if err != nil {
		return err
	}
	for {
		e, err := read(ctx, c, func(tx compliance.Tx) (ends, error) { return endsOf(tx, p.Place) })
		if err != nil {
			return err
		}
		switch {
		case e.reached():
			return c.streamed(ctx, p, nil)
		case confirmed == 0: // nobody would hear it
			err = c.store.Write(ctx, func(tx compliance.Tx) error { return skip(tx, p.Place) })
		default:
			err = c.batch(ctx, p, e)
		}
		if err != nil {
			return err
		}
	}
}

// streamed notes how it went where that is something else than before.
func (c *Courier) streamed(ctx context.Context, p compliance.Post, failure *fault.Error) error {
	was, now := p.Channel.Stream, p.Channel.Stream
	note(&now, c.ids.Now(), failure)
	if was.Status == now.Status && was.ErrorCode == now.ErrorCode {
		return nil
	}
	return c.store.Write(ctx, func(tx compliance.Tx) error {
		return compliance.NoteDeliveries(tx, p.Place, func(ch *compliance.Channel) { note(&ch.Stream, tx.Now(), failure) })
	})
}

// bulletin is a message to publish.
type bulletin struct {
	subject string
	body    []byte
}

// batch tells the next changes; what was told and the places behind it are written in one transaction.
func (c *Courier) batch(ctx context.Context, p compliance.Post, e ends) error {
	if len(e.notices) > 0 {
		return c.batchOfNotices(ctx, p, e.notices)
	}
	for _, region := range slices.Sorted(maps.Keys(e.feeds)) {
		if e.cursors[region] < e.feeds[region] {
			return c.batchOfChanges(ctx, p, region, e.cursors[region])
		}
	}
	list, err := read(ctx, c, func(tx compliance.Tx) ([]compliance.Evaluation, error) {
		return tx.EvaluationsSince(p.Account, p.Region, e.evaluation, streamBatch)
	})
	if err != nil {
		return err
	}
	last := e.evaluations
	var out []bulletin
	for _, ev := range list {
		last = ev.Seq
		if b, ok, err := complianceBulletin(p.Place, ev); err != nil {
			return err
		} else if ok {
			out = append(out, b)
		}
	}
	return c.send(ctx, p, out, func(tx compliance.Tx) error {
		return replan(tx, p.Place, func(pl *plan) error { pl.Evaluations = last; return nil })
	})
}

func (c *Courier) batchOfNotices(ctx context.Context, p compliance.Post, list []compliance.Notice) error {
	var out []bulletin
	for _, n := range list {
		b, err := evaluationBulletin(p.Place, n)
		if err != nil {
			return err
		}
		out = append(out, b)
	}
	return c.send(ctx, p, out, func(tx compliance.Tx) error {
		return compliance.ForgetNotices(tx, p.Place, list[len(list)-1].At)
	})
}

func (c *Courier) batchOfChanges(ctx context.Context, p compliance.Post, region string, after int64) error {
	type step struct {
		change  inventory.Change
		it, old *inventory.Item
	}
	last := after
	steps, err := read(ctx, c, func(tx compliance.Tx) ([]step, error) {
		changes, err := tx.ItemChanges(p.Account, region, after, streamBatch)
		if err != nil {
			return nil, err
		}
		var out []step
		for _, ch := range changes {
			last = ch.Seq
			if !wanted(&p.Recorder, ch.Type) {
				continue
			}
			it, old, err := stateOf(tx, ch, true)
			if err != nil {
				return nil, err
			}
			if it != nil {
				out = append(out, step{ch, it, old})
			}
		}
		return out, nil
	})
	if err != nil {
		return err
	}
	if last == after {
		return errors.New("the change feed of " + p.Account + " " + region + " is shorter than its end")
	}
	var out []bulletin
	for _, s := range steps {
		b, err := c.changeBulletin(ctx, p, s.change, s.it, s.old)
		if err != nil {
			return err
		}
		out = append(out, b)
	}
	return c.send(ctx, p, out, func(tx compliance.Tx) error {
		return tx.SetFeedCursor(streamReader(p.Region), p.Account, region, last)
	})
}

func (c *Courier) send(ctx context.Context, p compliance.Post, out []bulletin, moved func(compliance.Tx) error) error {
	err := c.store.Write(ctx, func(tx compliance.Tx) error {
		for _, b := range out {
			if err := gone(c.publish(tx, p, b.subject, b.body)); err != nil {
				return err
			}
		}
		return moved(tx)
	})
	c.topics.Wake()
	return err
}
