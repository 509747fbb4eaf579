package node_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/fukusen/fukusen/node"
)

// assertSound opens a stopped node's directory as the program would.
func assertSound(t *testing.T, config node.Config) {
	t.Helper()
	n, err := node.Open(context.Background(), config, node.Options{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatalf("the directory does not open: %v", err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
}
