package courier

import (
	"bytes"
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/logfile"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/trails"
)

// hour is the time that a digest covers.
const hour = time.Hour

// digests writes the digests that are due, and the last ones when there shall be no more.
func (v *visit) digests(ctx context.Context) error {
	if !v.Value.Closing.IsZero() { // begun before a crash or a failure
		if err := v.close(ctx); err != nil {
			return err
		}
	}
	if v.Value.Hour.IsZero() {
		return nil
	}
	ended := !v.Value.Session.Ended.IsZero()
	wanted := ended || v.now.Validation
	for now := v.c.Clock.Now(); ; {
		end, last := v.Value.Hour.Add(hour), false
		if over := ended && v.Value.Seq >= v.Value.Session.EndSeq; end.After(now) || over && end.After(v.Value.Session.Ended) {
			if wanted && !over {
				return nil
			}
			end, last = now.Truncate(time.Second).Add(time.Second), true
			if !end.After(v.Value.Hour) { // the one before ended within this second
				end = v.Value.Hour.Add(time.Second)
			}
		}
		if err := v.save(ctx, func(p *plan) { p.Closing = end }, nil); err != nil {
			return err
		}
		if err := v.close(ctx); err != nil {
			return err
		}
		if last {
			return v.save(ctx, func(p *plan) { p.Hour = time.Time{} }, v.unchain)
		}
	}
}

// found begins the digests when they are wanted, with a chain at the trail's home. It comes before the files that they
// shall name.
func (v *visit) found(ctx context.Context) error {
	p := v.plan()
	if !p.Hour.IsZero() || !p.Session.Ended.IsZero() || !v.now.Validation {
		return nil
	}
	from := p.Session.Started
	if !p.Last.Equal(from) { // files were written before validation was turned on
		from = v.c.Clock.Now()
	}
	from = from.Truncate(time.Second)
	if from.Before(v.Value.Ended) {
		from = v.Value.Ended
	}
	org, err := v.c.organization(ctx, v.now)
	if err != nil {
		return err
	}
	return v.save(ctx, func(p *plan) {
		v.adopt(org)(p)
		p.Hour = from
	}, func(tx Tx) error {
		return v.rechain(tx, v.now.Place(), func(ch *chain) { ch.Start = from })
	})
}

// close writes the digests that end at Closing, chain by chain.
func (v *visit) close(ctx context.Context) error {
	end := v.Value.Closing
	var own []docs.Doc[chain]
	err := v.c.Store.Read(ctx, func(tx Tx) (err error) {
		own, err = v.chainsOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, d := range own {
		if !d.Value.Start.Before(end) {
			continue // written before a crash
		}
		if err := v.digest(ctx, d, end); err != nil {
			return err
		}
	}
	return v.save(ctx, func(p *plan) { p.Hour, p.Ended, p.Closing = end, end, time.Time{} }, nil)
}

// digest writes one digest and moves its chain behind it.
func (v *visit) digest(ctx context.Context, d docs.Doc[chain], end time.Time) error {
	at, t := trails.Place{Account: d.Account, Region: d.Region}, &v.Value.Trail
	key, err := v.c.signingKey(ctx, trails.Place{Account: t.Account, Region: at.Region}, end)
	if err != nil {
		return err
	}
	n := logfile.Name{Place: v.place(at), Folder: logfile.FolderDigest, At: end, Trail: t.Name, Home: t.HomeRegion}
	doc := &logfile.Digest{Account: at.Account, Start: logfile.Wire(d.Value.Start), End: logfile.Wire(end), Bucket: t.Bucket, Key: n.Key()}
	doc.Follow(d.Value.Link)
	var files []logfile.LogFile
	var later []pending
	for _, f := range d.Value.Files {
		if f.At.Before(end) {
			files = append(files, f.LogFile)
		} else {
			later = append(later, f)
		}
	}
	doc.Cover(files)
	signed, err := doc.Sign(key)
	if err != nil {
		return err
	}
	o := object.Object{Bucket: t.Bucket, Key: doc.Key, ContentType: "application/json", Modified: v.c.Clock.Now(), Metadata: signed.Metadata()}
	if err := v.c.put(ctx, t, o, bytes.NewReader(logfile.Pack(signed.Text))); err != nil {
		return v.failed(ctx, at, err, func(s *trails.Status, code string) { s.DigestError = code })
	}
	d.Value = chain{Start: end, Link: &signed.Link, Files: later}
	return v.c.Store.Write(ctx, func(tx Tx) error {
		if err := chains.Update(tx, d); err != nil {
			return err
		}
		if v.now == nil {
			return nil
		}
		return trails.Note(tx, t.ARN, at, func(s *trails.Status) { s.DigestDelivered, s.DigestError = tx.Now(), "" })
	})
}
