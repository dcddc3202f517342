package segment

import (
	"os"
	"sync"

	"github.com/tickmark/tickmark/internal/trail"
)

// readers knows who reads which state of the manifest, so that the files of a segment that left it stay until the last
// of those who may open them is done.
type readers struct {
	mu      sync.Mutex
	state   int64         // counts the times that segments left the manifest
	active  map[int64]int // readers by the state they began with
	retired []retirement
}

// retirement is segments that are in no state after this one.
type retirement struct {
	state    int64
	segments []trail.Segment
}

// enter counts a reader of the present state.
func (r *readers) enter() (state int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.active == nil {
		r.active = map[int64]int{}
	}
	r.active[r.state]++
	return r.state
}

// leave ends what enter began and returns the segments that nobody can open any more.
func (r *readers) leave(state int64) []trail.Segment {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.active[state]--; r.active[state] == 0 {
		delete(r.active, state)
	}
	return r.free()
}

// retire begins a state without these segments, and returns those that nobody can open any more.
func (r *readers) retire(segments []trail.Segment) []trail.Segment {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.retired = append(r.retired, retirement{r.state, segments})
	r.state++
	return r.free()
}

func (r *readers) free() (out []trail.Segment) {
	for len(r.retired) > 0 {
		for state := range r.active {
			if state <= r.retired[0].state {
				return out
			}
		}
		out = append(out, r.retired[0].segments...)
		r.retired = r.retired[1:]
	}
	return out
}

// leaving are the segments whose files are still needed though the manifest has them no more.
func (r *readers) leaving() (out []trail.Segment) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, x := range r.retired {
		out = append(out, x.segments...)
	}
	return out
}

// snapshot runs fn while nothing commits and returns the segments of that moment. Their files stay until done is called.
func (s *Store) snapshot(fn func() error) (segments []trail.Segment, head int64, done func(), err error) {
	s.view.RLock()
	defer s.view.RUnlock()
	if err := fn(); err != nil {
		return nil, 0, nil, err
	}
	state := s.readers.enter()
	return s.segments, s.head, func() { s.discard(s.readers.leave(state)) }, nil
}

// Hold keeps the files of every segment that is in the manifest now or later, until release is called: a backup copies
// them after it has copied the manifest.
func (s *Store) Hold() (release func()) {
	s.view.RLock()
	defer s.view.RUnlock()
	state := s.readers.enter()
	return func() { s.discard(s.readers.leave(state)) }
}

// discard removes the files of segments that are not in the manifest and that nobody reads. What cannot be removed, or
// is not because the process dies, is an orphan that Sweep removes.
func (s *Store) discard(segments []trail.Segment) {
	for i := range segments {
		s.files.forget(segments[i].ID)
		data, side := paths(s.root, &segments[i])
		_, _ = os.Remove(data), os.Remove(side)
	}
}
