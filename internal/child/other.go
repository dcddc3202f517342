//go:build !linux

package child

import (
	"errors"
	"os"
	"syscall"
)

func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }

// release refuses: without limits nothing is run.
func release(int, Limits) error {
	return errors.New("programs are only run on Linux, where their limits can be enforced")
}

func awaitExit(int) {}

func killGroup(pid int) {
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Kill()
	}
}

func sweep(string) {}

func signalOf(*os.ProcessState) string { return "" }
