//go:build linux

package child

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// attributes: a process group of its own, so that all of it can be killed; dead when we die; stopped at its first
// instruction until release has set the limits.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, Ptrace: true}
}

// release sets the limits of the child, which is stopped, and lets it go. Core files would hold its secrets.
func release(pid int, l Limits) error {
	var status unix.WaitStatus
	if err := restarted(func() error { _, err := unix.Wait4(pid, &status, unix.WALL, nil); return err }); err != nil {
		return fmt.Errorf("wait for its start: %w", err)
	}
	if !status.Stopped() {
		return errors.New("it was ended while it started")
	}
	limits := map[int]uint64{unix.RLIMIT_CORE: 0}
	if l.Memory > 0 {
		limits[unix.RLIMIT_DATA] = uint64(l.Memory)
	}
	for which, most := range limits {
		if err := unix.Prlimit(pid, which, &unix.Rlimit{Cur: most, Max: most}, nil); err != nil {
			return fmt.Errorf("set its limits: %w", err)
		}
	}
	return unix.PtraceDetach(pid)
}

// awaitExit waits until the process has ended and leaves it unreaped: its id stays its own.
func awaitExit(pid int) {
	_ = restarted(func() error { return unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil) })
}

func restarted(call func() error) error {
	for {
		if err := call(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

func killGroup(pid int) { _ = unix.Kill(-pid, unix.SIGKILL) }

// sweep kills what has left the process group: everything whose environment began with the marker. It looks again as
// long as it finds something, since what is being killed may have just started more.
func sweep(marker string) {
	for range 8 {
		if !sweepOnce([]byte(marker)) {
			return
		}
	}
}

func sweepOnce(marker []byte) (found bool) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil || pid == os.Getpid() {
			continue
		}
		if env, err := os.ReadFile(dir + "/environ"); err != nil || !bytes.Contains(env, marker) {
			continue
		}
		found = killMarked(pid, dir, marker) || found
	}
	return found
}

// killMarked holds on to the process before it looks again, so that a process that got the same id meanwhile is safe.
func killMarked(pid int, dir string, marker []byte) bool {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	if env, err := os.ReadFile(dir + "/environ"); err != nil || !bytes.Contains(env, marker) {
		return false
	}
	return unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0) == nil
}

func signalOf(s *os.ProcessState) string {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return w.Signal().String()
	}
	return ""
}
