package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"

	"github.com/tickmark/tickmark/internal/connect/connecttest"
)

// playAWS serves an organization of so many accounts until it is killed, every tenth of them with a broken role, and writes
// its address to the file aws.
func playAWS() {
	n, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	o := &connecttest.Organization{Management: "100000000000", Next: playEC2}
	for i := range n {
		m := &connecttest.Member{ID: strconv.Itoa(100000000000 + i), Name: fmt.Sprintf("account %d", i)}
		if i%20 != 10 && i > 0 {
			m.Roles = []string{"TickmarkCollector=estate-1"}
		}
		switch i {
		case 1:
			m.Missing = []string{"s3:ListAllMyBuckets"}
		case 2:
			m.State = "SUSPENDED"
		}
		o.Members = append(o.Members, m)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	if err := os.WriteFile("aws.new", []byte("http://"+l.Addr().String()), 0o600); err != nil {
		panic(err)
	}
	if err := os.Rename("aws.new", "aws"); err != nil {
		panic(err)
	}
	_ = http.Serve(l, o)
}

// playEC2 has a volume in each region of an account; VPCs are denied.
func playEC2(w http.ResponseWriter, req *http.Request, from connecttest.Caller) {
	w.Header().Set("Content-Type", "text/xml")
	if req.ParseForm() == nil && req.Form.Get("Action") == "DescribeVolumes" {
		fmt.Fprintf(w, `<DescribeVolumesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><volumeSet><item><volumeId>vol-%s</volumeId>`+
			`<size>8</size><status>in-use</status><availabilityZone>%sa</availabilityZone><encrypted>true</encrypted></item></volumeSet></DescribeVolumesResponse>`, from.Account, from.Region)
		return
	}
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprint(w, `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this operation.</Message></Error></Errors><RequestID>r</RequestID></Response>`)
}
