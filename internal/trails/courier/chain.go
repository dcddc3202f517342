package courier

import (
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/logfile"
	"github.com/tickmark/tickmark/internal/trails"
)

// chain is the digests of a trail in an account and Region.
type chain struct {
	// Start is where the next digest begins, Link the last one; none at the beginning.
	Start time.Time
	Link  *logfile.Link `json:",omitempty"`
	// Files wait for their digest.
	Files []pending `json:",omitempty"`
}

// pending is a log file that no digest names yet.
type pending struct {
	At time.Time
	logfile.LogFile
}

// chains are kept by the account and Region of the log files, under the trail's ARN.
var chains = docs.Collection[chain]{Kind: "trail-digest-chain", Noun: "digests of a trail"}

// link adds files to the chain of their place, which begins with them if it is the first time.
func (v *visit) link(tx Tx, at trails.Place, files []delivered) error {
	return v.rechain(tx, at, func(ch *chain) {
		for _, f := range files {
			ch.Files = append(ch.Files, pending{v.Value.Window.At, f.File})
		}
	})
}

// rechain changes the chain of a place; one that is not there begins.
func (v *visit) rechain(tx Tx, at trails.Place, change func(*chain)) error {
	d, err := chains.Get(tx, at.Account, at.Region, v.Value.Trail.ARN)
	fresh := fault.KindOf(err) == fault.NotFound
	if err != nil && !fresh {
		return err
	}
	if fresh {
		d.Value.Start = v.Value.Hour
	}
	change(&d.Value)
	if fresh {
		return chains.Insert(tx, at.Account, at.Region, v.Value.Trail.ARN, "", d.Value)
	}
	return chains.Update(tx, d)
}

// chainsOf are all chains of the trail.
func (v *visit) chainsOf(tx Tx) ([]docs.Doc[chain], error) {
	all, err := chains.All(tx, arn.Everything())
	var own []docs.Doc[chain]
	for _, d := range all {
		if d.ID == v.Value.Trail.ARN {
			own = append(own, d)
		}
	}
	return own, err
}

// unchain ends all chains of the trail.
func (v *visit) unchain(tx Tx) error {
	own, err := v.chainsOf(tx)
	for _, d := range own {
		if err == nil {
			err = chains.Delete(tx, d.Account, d.Region, d.ID)
		}
	}
	return err
}
