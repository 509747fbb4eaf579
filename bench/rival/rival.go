// Package rival runs what this project is held against: etcd in processes of
// its own, bare hashicorp/raft, and Open Policy Agent as a library.
//
// It refuses to stand in for a rival that is not there: that is an error.
package rival

import (
	"context"
	"fmt"
	"net"
	"time"
)

// Voters is the size of every council here, a rival's as ours.
const Voters = 3

// FreePort asks the system for a loopback port.
func FreePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Until asks again every millisecond, where there is no channel to wait on.
func Until(ctx context.Context, what string, holds func() (bool, error)) error {
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for {
		ok, err := holds()
		if err != nil || ok {
			return err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("it never came to pass: %s: %w", what, ctx.Err())
		}
	}
}
