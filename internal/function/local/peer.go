package local

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// ownPeers accepts connections of processes of our own user only: others on the machine could otherwise ask for a
// function's events, which carry result tokens.
type ownPeers struct{ net.Listener }

func (l ownPeers) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if ours(c) {
			return c, nil
		}
		_ = c.Close()
	}
}

// ours finds the other end of a loopback connection in the kernel's table, which tells whose it is.
func ours(c net.Conn) bool {
	local, remote := c.LocalAddr().(*net.TCPAddr), c.RemoteAddr().(*net.TCPAddr)
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		if uid, ok := ownerOf(table, remote, local); ok {
			return uid == os.Getuid()
		}
	}
	return false
}

// ownerOf is the user of the socket with these two ends. A line is: number, local address, remote address, state,
// queues, timer, retransmits, user ... with addresses as ADDRESS:PORT in hexadecimal.
func ownerOf(table string, from, to *net.TCPAddr) (uid int, ok bool) {
	f, err := os.Open(table)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	local, remote := inTable(from), inTable(to)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) > 7 && strings.HasSuffix(fields[1], local) && strings.HasSuffix(fields[2], remote) {
			uid, err := strconv.Atoi(fields[7])
			return uid, err == nil
		}
	}
	return 0, false
}

// inTable is how an IPv4 address stands in the table, or at the end of a mapped one.
func inTable(a *net.TCPAddr) string {
	return fmt.Sprintf("%08X:%04X", binary.NativeEndian.Uint32(a.IP.To4()), a.Port)
}
