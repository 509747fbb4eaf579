package parts

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"sync"
)

//go:embed *.css *.js *.svg
var static embed.FS

// Static holds the files that pages refer to, by plain names. They are served
// below /static/; a request with ?v= may be answered as immutable.
func Static() fs.FS { return static }

// versions is computed once and never changed.
var versions = sync.OnceValue(func() map[string]string {
	found := make(map[string]string)
	_ = fs.WalkDir(static, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		octets, err := static.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(octets)
		found[name] = hex.EncodeToString(sum[:6])
		return nil
	})
	return found
})

// Asset is the address of a static file with its version, so that a browser
// keeps it until it changes.
func Asset(name string) string { return "/static/" + name + "?v=" + versions()[name] }
