package scan_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// serve starts a server on a data directory and gives its address.
func serve(t *testing.T, data string) string {
	t.Helper()
	cmd := exec.Command(binary(t), "serve", "--data", data, "--listen", "127.0.0.1:0", "--log-level", "warn")
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	for range 300 {
		b, err := os.ReadFile(filepath.Join(data, "server.json"))
		var s struct{ Address string }
		if err == nil && json.Unmarshal(b, &s) == nil && s.Address != "" {
			return "http://" + s.Address
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the server does not start")
	return ""
}
