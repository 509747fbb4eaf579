package door_test

import (
	"os"
	"testing"

	"github.com/fukusen/fukusen/node/nodetest/browser"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }
