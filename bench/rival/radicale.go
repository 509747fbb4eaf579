package rival

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ErrNoRadicale means that the rival is not installed (Debian: radicale).
var ErrNoRadicale = errors.New("there is no radicale in the path (Debian: radicale)")

// Radicale is one server with a calendar of one person, each event a file.
type Radicale struct {
	address string
	cmd     *exec.Cmd
	log     bytes.Buffer
}

// StartRadicale runs a server below a directory, without sign-in and without flushes to the disk, which is in its favour.
// Objects are calendar objects by their names.
func StartRadicale(ctx context.Context, dir string, objects map[string]string) (*Radicale, error) {
	program, err := exec.LookPath("radicale")
	if err != nil {
		return nil, ErrNoRadicale
	}
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(dir, "collection-root", "person", "events")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, ".Radicale.props"), []byte(`{"tag": "VCALENDAR"}`), 0o600); err != nil {
		return nil, err
	}
	for name, text := range objects {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	r := &Radicale{address: fmt.Sprintf("http://127.0.0.1:%d/person/events/", port)}
	r.cmd = exec.CommandContext(ctx, program, "--config", "", "--server-hosts", fmt.Sprintf("127.0.0.1:%d", port),
		"--storage-filesystem-folder", dir, "--auth-type", "none", "--rights-type", "authenticated",
		"--logging-level", "error")
	r.cmd.Stdout, r.cmd.Stderr = &r.log, &r.log
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	for range 300 {
		if _, err = r.Between(ctx, time.Unix(0, 0), time.Unix(1, 0)); err == nil {
			return r, nil
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), r.Close())
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil, errors.Join(fmt.Errorf("radicale does not answer: %w: %s", err, r.log.String()), r.Close())
}

// Close ends the server.
func (r *Radicale) Close() error {
	err := r.cmd.Process.Kill()
	_ = r.cmd.Wait() // it was killed
	return err
}

// Between asks for the names of the events in a span, sorted (RFC 4791 section 7.8); it is not even asked when they are.
func (r *Radicale) Between(ctx context.Context, from, to time.Time) ([]string, error) {
	const form = "20060102T150405Z"
	body := `<C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/></prop><C:filter>` +
		`<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="` + from.UTC().Format(form) + `" end="` +
		to.UTC().Format(form) + `"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`
	request, err := http.NewRequestWithContext(ctx, "REPORT", r.address, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Depth", "1")
	request.SetBasicAuth("person", "x")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	octets, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusMultiStatus {
		return nil, fmt.Errorf("radicale answers %s", answer.Status)
	}
	var names []string
	for _, part := range strings.Split(string(octets), "<href>")[1:] {
		href, _, _ := strings.Cut(part, "<")
		names = append(names, href[strings.LastIndex(href, "/")+1:])
	}
	slices.Sort(names)
	return names, nil
}
