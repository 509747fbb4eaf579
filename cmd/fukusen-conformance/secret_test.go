package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// marked are the secrets of the conversation about them: two tokens and what a
// run is told of people.
func marked() []string {
	return []string{
		"eyJjbGVyayI6InNlY3JldCJ9.clerk-token.c2lnbmVk", "eyJvcGVyYXRvciI6InNlY3JldCJ9.operator-token.c2lnbmVk",
		"灘 櫂 <kai@example.jp>", "電話 090-0000-1234",
	}
}

// spellings are the forms in which a program might carry a text; the second to
// fourth stand inside longer base64, at each of the three places.
func spellings(secret string) []string {
	quoted, err := json.Marshal(secret)
	if err != nil {
		panic(err)
	}
	list := []string{
		secret, string(quoted[1 : len(quoted)-1]), strings.Trim(strconv.QuoteToASCII(secret), `"`), url.QueryEscape(secret), url.PathEscape(secret),
		html.EscapeString(secret), hex.EncodeToString([]byte(secret)),
	}
	for before := range 3 {
		for _, e := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
			list = append(list, e.EncodeToString([]byte("abc"[:before]+secret+"xyz")))
		}
	}
	return list
}

// leaks answers with every secret in every spelling.
func leaks(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	w.Header().Set("X-Leak", url.QueryEscape(marked()[2]))
	w.Header().Set("Set-Cookie", "session="+url.QueryEscape(marked()[2]))
	for _, s := range marked() {
		_, _ = io.WriteString(w, strings.Join(spellings(s), "\n")+"\n")
	}
	_, _ = io.WriteString(w, req.Header.Get("Authorization"))
}

// secrets DIR writes the secrets where a run is given them.
func secrets(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: secrets DIR")
	}
	m := marked()
	for name, text := range map[string]string{"clerk": m[0], "operator": m[1], "people": m[2] + "\n" + m[3] + "\n"} {
		ts.Check(os.WriteFile(filepath.Join(ts.MkAbs(args[0]), name), []byte(text), 0o600))
	}
}

// nowhere KEY PLACE… fails where a secret, or the private key in KEY, stands in
// any output: in a file or directory, unpacked, or in stdout or stderr.
func nowhere(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: nowhere KEY PLACE...")
	}
	seed := seedIn(ts, args[0])
	var needles []string
	for _, s := range append(marked(), string(seed)) {
		for _, form := range spellings(s)[:7] {
			if form != "" {
				needles = append(needles, form)
			}
		}
		for before := range 3 {
			for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
				text := e.EncodeToString(append(make([]byte, before), s...))
				needles = append(needles, text[4:len(text)-4])
			}
		}
	}
	looked := 0
	for _, place := range args[1:] {
		for name, octets := range outputs(ts, place) {
			looked++
			for _, needle := range needles {
				if bytes.Contains(octets, []byte(needle)) {
					ts.Fatalf("%s shows %q", name, needle)
				}
			}
		}
	}
	if looked < 8 {
		ts.Fatalf("only %d outputs were looked at", looked)
	}
}

func seedIn(ts *testscript.TestScript, path string) []byte {
	block, _ := pem.Decode([]byte(ts.ReadFile(path)))
	if block == nil {
		ts.Fatalf("%s holds no key", path)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	ts.Check(err)
	return key.(ed25519.PrivateKey).Seed()
}

// outputs are the octets of a place, archives unpacked.
func outputs(ts *testscript.TestScript, place string) map[string][]byte {
	if place == "stdout" || place == "stderr" {
		return map[string][]byte{place: []byte(ts.ReadFile(place))}
	}
	out := make(map[string][]byte)
	ts.Check(filepath.WalkDir(ts.MkAbs(place), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		octets, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		out[path] = octets
		if !strings.HasSuffix(path, ".gz") {
			return nil
		}
		z, err := gzip.NewReader(bytes.NewReader(octets))
		if err != nil {
			return err
		}
		archive := tar.NewReader(z)
		for {
			head, err := archive.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if out[path+"/"+head.Name], err = io.ReadAll(archive); err != nil {
				return err
			}
		}
	}))
	return out
}

// mode PATH OCTAL fails unless a file has these permissions.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode PATH OCTAL")
	}
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[1] {
		ts.Fatalf("%s has mode %s, want %s", args[0], got, args[1])
	}
}
