package sweep_test

import (
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/recording"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/sweep"
)

// What is read goes by the recorders: at once, once a day, or not at all. Places without one get one.
func TestRecorded(t *testing.T) {
	h := open(t)
	h.stock()
	rules := store.For(h.env.DB, func(tx *store.Tx) compliance.Tx { return tx })
	program := compliance.New(rules, h.env.Clock)
	observer := recording.New(rules, func() {})
	sink := &sweep.Recorded{Observer: observer, Program: program}
	h.runner.Sink, h.runner.Wanted = sink, sink.Wanted
	if p := h.run(h.plan(one)); p.Written != 35 || h.present(alpha, arn.Global, role.Name) != 2 {
		t.Errorf("%+v", p)
	}
	at := compliance.Place{Account: alpha, Region: ireland}
	list, err := program.Recorders(t.Context(), at)
	if err != nil || len(list) != 1 || !list[0].Status.Recording {
		t.Fatalf("%+v %v", list, err)
	}
	r := list[0]
	r.Mode = compliance.RecordingMode{Frequency: compliance.Daily}
	r.Group = compliance.RecordingGroup{Strategy: compliance.ExclusionTypes, Exclude: []string{queue.Name}}
	if _, err := program.PutRecorder(t.Context(), at, r); err != nil {
		t.Fatal(err)
	}
	h.world.put(alpha, ireland, "ec2:DescribeVolumes", numbered("new", 4)...)
	h.world.put(alpha, ireland, "sqs:ListQueues")
	if p := h.run(h.plan(one)); p.Written != 0 || p.Done != p.Units || h.present(alpha, ireland, volume.Name) != 30 || h.present(alpha, ireland, queue.Name) != 3 {
		t.Errorf("held for the day, the queues left out: %+v", p)
	}
	h.env.Clock.Advance(24 * time.Hour)
	if err := observer.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := h.present(alpha, ireland, volume.Name); n != 4 {
		t.Errorf("%d volumes after the day", n)
	}
	if err := program.StopRecorder(t.Context(), at, "default"); err != nil {
		t.Fatal(err)
	}
	h.world.put(alpha, ireland, "ec2:DescribeVolumes")
	before := h.world.counts[alpha+"/"+ireland+"/ec2:DescribeVolumes"]
	if p := h.run(h.plan(one)); p.Done != p.Units || h.present(alpha, ireland, volume.Name) != 4 || h.world.counts[alpha+"/"+ireland+"/ec2:DescribeVolumes"] != before {
		t.Errorf("while it is stopped: %+v", p)
	}
}
