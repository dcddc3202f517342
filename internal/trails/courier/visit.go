package courier

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// grace is how long after a stop its own event may arrive.
const grace = 5 * time.Second

// run does all that is due for a trail.
func (v *visit) run(ctx context.Context) error {
	for {
		if v.Value.Session == nil {
			if on, err := v.begin(ctx); !on || err != nil {
				return err
			}
		}
		if err := v.notice(ctx); err != nil {
			return err
		}
		if err := v.redirect(ctx); err != nil {
			return err
		}
		if err := v.found(ctx); err != nil {
			return err
		}
		if err := v.windows(ctx); err != nil {
			return err
		}
		if err := v.digests(ctx); err != nil {
			return err
		}
		s := v.Value.Session
		if s.Ended.IsZero() || v.Value.Seq < s.EndSeq {
			return nil
		}
		if err := v.save(ctx, func(p *plan) { p.Session = nil }, nil); err != nil {
			return err
		}
	}
}

// begin opens a session when the trail logs; false when it does not. The plan of a trail that is gone goes with it.
func (v *visit) begin(ctx context.Context) (on bool, err error) {
	if v.now == nil {
		err := v.c.Store.Write(ctx, func(tx Tx) error { return plans.Delete(tx, v.Account, v.Region, v.ID) })
		if fault.KindOf(err) == fault.NotFound {
			err = nil
		}
		return false, err
	}
	if !v.now.Logging {
		return false, nil
	}
	org, err := v.c.organization(ctx, v.now)
	if err != nil {
		return false, err
	}
	return true, v.save(ctx, func(p *plan) {
		v.adopt(org)(p)
		p.Seq, p.Session, p.Last, p.Window = v.now.StartSeq, &session{Started: v.now.Started}, v.now.Started, nil
	}, nil)
}

// notice ends the session when logging has stopped, or stopped and started again.
func (v *visit) notice(ctx context.Context) error {
	s := *v.Value.Session
	restarted := v.now != nil && v.now.Logging && (v.another() || !v.now.Started.Equal(s.Started))
	now := v.c.Clock.Now()
	switch {
	case !s.Ended.IsZero():
		return nil
	case restarted:
		s.Ended, s.EndSeq = v.now.Started, max(v.now.StartSeq, v.Value.Seq)
		if v.now.Stopped.After(s.Started) {
			s.Ended = v.now.Stopped
		}
	case v.now == nil || v.another():
		s.Ended = now
	case v.now.Logging:
		return nil
	case now.Before(v.now.Stopped.Add(grace)):
		return nil
	default:
		s.Ended = v.now.Stopped
	}
	if !restarted {
		err := v.c.Store.Read(ctx, func(tx Tx) (err error) {
			s.EndSeq, err = tx.EventHead()
			return err
		})
		if err != nil {
			return err
		}
	}
	return v.save(ctx, func(p *plan) { p.Session = &s }, nil)
}

// redirect takes what is under way to the trail's other bucket: who changes it may do so because the first takes nothing.
func (v *visit) redirect(ctx context.Context) error {
	if v.now == nil || v.another() {
		return nil
	}
	was, is := &v.Value.Trail, &v.now.Trail
	if was.Bucket == is.Bucket && was.Prefix == is.Prefix && was.Remote == is.Remote && was.BucketAccount == is.BucketAccount && was.KMSKeyID == is.KMSKeyID {
		return nil
	}
	return v.save(ctx, func(p *plan) {
		p.Trail.Bucket, p.Trail.Prefix, p.Trail.Remote, p.Trail.BucketAccount, p.Trail.KMSKeyID = is.Bucket, is.Prefix, is.Remote, is.BucketAccount, is.KMSKeyID
		if p.Window != nil {
			w := *p.Window
			w.At = v.c.Clock.Now()
			p.Window = &w
		}
	}, nil)
}

// abandon forgets a trail that is gone, with a bucket that takes nothing more.
func (v *visit) abandon(ctx context.Context) error {
	return v.save(ctx, func(p *plan) { p.Session, p.Window, p.Closing, p.Hour = nil, nil, time.Time{}, time.Time{} }, v.unchain)
}
