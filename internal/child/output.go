package child

import (
	"fmt"
	"io"
	"sync"
)

// Output is the beginning of what a child has written.
type Output struct {
	Bytes []byte
	// Dropped is how many bytes came after these.
	Dropped int64
}

// String is the text, saying what is missing of it.
func (o Output) String() string {
	if o.Dropped == 0 {
		return string(o.Bytes)
	}
	return fmt.Sprintf("%s\n[%d more bytes were dropped]", o.Bytes, o.Dropped)
}

// keeper keeps the first bytes written to it and counts the others. A child is never blocked by what it writes.
type keeper struct {
	mu    sync.Mutex
	limit int64
	kept  Output
}

// output is where a stream goes: the writer that was given, or a keeper.
func output(w io.Writer, limit int64) (io.Writer, *keeper) {
	if limit == 0 {
		limit = DefaultOutput
	}
	k := &keeper{limit: limit}
	if w != nil {
		return w, k
	}
	return k, k
}

func (k *keeper) Write(b []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := min(int64(len(b)), k.limit-int64(len(k.kept.Bytes)))
	k.kept.Bytes = append(k.kept.Bytes, b[:n]...)
	k.kept.Dropped += int64(len(b)) - n
	return len(b), nil
}

func (k *keeper) output() Output {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.kept
}
