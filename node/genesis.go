package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// ErrNoGenesis means a directory that belongs to no federation yet.
var ErrNoGenesis = errors.New("there is no genesis here; ask your federation for its genesis file, or found one (docs/operate.md)")

// GenesisPath is where entry 0 of the policy log stands.
func GenesisPath(data string) string { return filepath.Join(data, "genesis.txt") }

func readGenesis(data string) (string, error) {
	octets, err := os.ReadFile(GenesisPath(data))
	if errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("%s: %w", GenesisPath(data), ErrNoGenesis)
	}
	if err != nil {
		return "", fmt.Errorf("genesis: %w", err)
	}
	return string(octets), nil
}

// WriteGenesis puts a genesis into a data directory.
func WriteGenesis(data, genesis string) error {
	return keys.Write(GenesisPath(data), []byte(genesis))
}

func developmentOf(genesis string, fed spec.ID) (bool, error) {
	book, err := policy.NewBook(genesis, fed)
	if r := spec.AsRefusal(err); r != nil && fed != "" && r.Field == "fed" {
		return false, fmt.Errorf("%w: fed is not this genesis; compare fed in node.yaml with the fingerprint words of the federation: %w", ErrConfig, err)
	}
	if err != nil {
		return false, fmt.Errorf("genesis: %w", err)
	}
	return book.Development(), nil
}
