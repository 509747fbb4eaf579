package demo

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// raftFrom is where the council's raft ports begin, above the base port.
const raftFrom = 10

// portsFree looks at every port before anything is made. A port may still be
// taken in the moment between; then the node itself says so.
func portsFree(base int) error {
	for _, offset := range []int{0, 1, 2, 3, 4, raftFrom, raftFrom + 1, raftFrom + 2} {
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
				return fmt.Errorf("%w: port %d is taken by another program; stop that program and start the demo again (ポート%dは使用中です)", ErrTaken, port, port)
			case host == "127.0.0.1":
				return fmt.Errorf("%w: port %d cannot be used: %w", ErrTaken, port, err)
			}
		}
	}
	return nil
}
