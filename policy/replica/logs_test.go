package replica_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/policy/replica"
)

// "An absent council node is reported once, not several times a second."
func TestOneComplaintIsNotRepeated(t *testing.T) {
	var log bytes.Buffer
	sink := replica.NewLogSink(slog.New(slog.NewTextHandler(&log, nil)))
	for i := range 20 {
		for _, peer := range []string{"a", "b"} {
			_, err := fmt.Fprintf(sink, "2026-01-02T15:04:05Z [ERROR] raft: failed to heartbeat to: peer=%s backoff time=%dms error=EOF\n", peer, i)
			must(t, err)
		}
		_, err := fmt.Fprintf(sink, "2026-01-02T15:04:05Z [INFO]  raft: entering candidate state: term=%d\n", i)
		must(t, err)
	}
	if lines := strings.Count(log.String(), "\n"); lines != 2 || !strings.Contains(log.String(), "level=ERROR") {
		t.Fatalf("%d lines:\n%s", lines, log.String())
	}
}
