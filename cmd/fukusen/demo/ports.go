package demo

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// raftFrom is where the council's raft ports begin, above the base port.
const (
	raftFrom = 10
	lastPort = raftFrom + 2 // above the base port
)

// portsFree looks at every port before anything is made. A port may still be
// taken in the moment between; then the node itself says so.
func portsFree(base int) error {
	if base < 1024 || base > 65535-lastPort {
		return fmt.Errorf("%w: --port is a number from 1024 to %d, because the demo takes the next ones too", ErrTaken, 65535-lastPort)
	}
	for _, offset := range []int{0, 1, 2, 3, 4, raftFrom, raftFrom + 1, lastPort} {
		port := base + offset
		// localhost may mean either family, so another program on one of them
		// would be taken for the node.
		for _, host := range []string{"127.0.0.1", "::1"} {
			l, err := net.Listen("tcp", net.JoinHostPort(host, fmt.Sprint(port)))
			switch {
			case err == nil:
				if err := l.Close(); err != nil {
					return fmt.Errorf("demo: %w", err)
				}
			case errors.Is(err, syscall.EADDRINUSE):
				return fmt.Errorf("%w: port %d is taken by another program; stop that program, or choose others with --port (ポート%dは使用中です。--port で別の番号を選べます)", ErrTaken, port, port)
			case host == "127.0.0.1":
				return fmt.Errorf("%w: port %d cannot be used: %w", ErrTaken, port, err)
			}
		}
	}
	return nil
}
