// Package pgtest starts a real PostgreSQL server for a test: in a temporary folder, on loopback, as an
// unprivileged user, with a fresh database for each caller.
package pgtest

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

var (
	start   sync.Once
	server  *cluster
	failure error
	count   int
	mu      sync.Mutex
)

type cluster struct {
	dir  string
	port int
	cmd  *exec.Cmd
}

// Run runs a package's tests and stops the server afterwards; TestMain calls it.
func Run(m *testing.M) int {
	defer func() {
		if server != nil {
			server.stop()
		}
	}()
	return m.Run()
}

// URL gives a fresh, empty database. Without a PostgreSQL server on the machine the test is skipped with a clear
// line, but never in CI, where its absence is a failure.
func URL(t testing.TB) string {
	t.Helper()
	start.Do(func() { server, failure = startCluster() })
	if failure != nil {
		if os.Getenv("CI") != "" || os.Getenv("TICKMARK_REQUIRE_POSTGRES") != "" {
			t.Fatalf("PostgreSQL is required here: %v", failure)
		}
		t.Skipf("PostgreSQL tests skipped: %v", failure)
	}
	mu.Lock()
	count++
	name := fmt.Sprintf("t%d", count)
	mu.Unlock()
	db, err := sql.Open("pgx", server.url("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	return server.url(name)
}

func (c *cluster) url(database string) string {
	return fmt.Sprintf("postgres://tickmark@127.0.0.1:%d/%s?sslmode=disable", c.port, database)
}

// binaries finds the newest server installed the Debian way, or on the path.
func binaries() (string, error) {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	sort.Strings(dirs)
	for i := len(dirs) - 1; i >= 0; i-- {
		if _, err := os.Stat(filepath.Join(dirs[i], "initdb")); err == nil {
			return dirs[i], nil
		}
	}
	if p, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(p), nil
	}
	return "", fmt.Errorf("no PostgreSQL server found (on Debian: apt-get install postgresql)")
}

func startCluster() (*cluster, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "tickmark-pg-")
	if err != nil {
		return nil, err
	}
	cred, err := unprivileged(dir)
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir}
	data := filepath.Join(dir, "data")
	init := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "tickmark", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	init.SysProcAttr, init.Dir = &syscall.SysProcAttr{Credential: cred}, dir
	if out, err := init.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	if c.port, err = freePort(); err != nil {
		return nil, err
	}
	var log bytes.Buffer
	c.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(c.port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=60")
	c.cmd.SysProcAttr, c.cmd.Dir = &syscall.SysProcAttr{Credential: cred, Pdeathsig: syscall.SIGQUIT}, dir
	c.cmd.Stdout, c.cmd.Stderr = &log, &log
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	if err := c.wait(); err != nil {
		c.stop()
		return nil, fmt.Errorf("%w: %s", err, log.Bytes())
	}
	return c, nil
}

func (c *cluster) wait() error {
	db, err := sql.Open("pgx", c.url("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	for range 200 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		err = db.PingContext(ctx)
		cancel()
		if err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("PostgreSQL did not start: %w", err)
}

func (c *cluster) stop() {
	if c.cmd != nil && c.cmd.Process != nil {
		_ = c.cmd.Process.Signal(syscall.SIGINT)
		_ = c.cmd.Wait()
	}
	_ = os.RemoveAll(c.dir)
}

// unprivileged gives the folder to a user that is not root, because PostgreSQL refuses to run as root; nil when we
// are not root ourselves.
func unprivileged(dir string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("no unprivileged user to run PostgreSQL as")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
