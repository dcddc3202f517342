package local

import (
	"bytes"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/function"
)

// output is where a process writes: a pipe of which the end is kept, at most function.MaxLog bytes.
//
// What a function printed before it answered must be in the log of that answer, but the two come on different ways. So
// we write a mark into the pipe when the answer is there: all that was printed before stands in front of it.
type output struct {
	read, write *os.File
	mark        []byte
	ended       chan struct{} // closed when nothing is read any more

	mu   sync.Mutex
	kept []byte
	met  chan struct{} // has room for one mark that was met
}

// settle is how long a mark is waited for: it only has to wait for our own reading.
const settle = 2 * time.Second

func newOutput(mark string) (*output, error) {
	o := &output{mark: []byte("\x00" + mark + "\x00"), ended: make(chan struct{}), met: make(chan struct{}, 1)}
	var err error
	if o.read, o.write, err = os.Pipe(); err != nil {
		return nil, err
	}
	go o.copy()
	return o, nil
}

func (o *output) copy() {
	defer close(o.ended)
	chunk := make([]byte, 32<<10)
	for {
		n, err := o.read.Read(chunk)
		o.keep(chunk[:n])
		if err != nil {
			return
		}
	}
}

func (o *output) keep(b []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.kept = append(o.kept, b...)
	for at := bytes.Index(o.kept, o.mark); at >= 0; at = bytes.Index(o.kept, o.mark) {
		o.kept = append(o.kept[:at], o.kept[at+len(o.mark):]...)
		select {
		case o.met <- struct{}{}:
		default:
		}
	}
	if extra := len(o.kept) - function.MaxLog - len(o.mark); extra > 0 {
		o.kept = append(o.kept[:0], o.kept[extra:]...)
	}
}

// reset forgets what was written before.
func (o *output) reset() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.kept = o.kept[:0]
}

// text is the end of all that was written until now.
func (o *output) text() string {
	o.await()
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.ToValidUTF8(string(o.kept[max(0, len(o.kept)-function.MaxLog):]), "")
}

func (o *output) await() {
	select {
	case <-o.met: // of one that was given up
	default:
	}
	if _, err := o.write.Write(o.mark); err != nil {
		return // closed: everything was read before
	}
	timer := time.NewTimer(settle)
	defer timer.Stop()
	select {
	case <-o.met:
	case <-o.ended:
	case <-timer.C:
	}
}

// close ends it, when the process has ended.
func (o *output) close() {
	o.await()
	_ = o.write.Close()
	_ = o.read.Close()
	<-o.ended
}
