package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// barePull is the limit of every reader: pages of 500 tokens, one a line, over
// HTTP on loopback; each page is verified on all cores, appended to a file and
// flushed before the next is asked for. No form, no policy, no index.
func barePull(ctx context.Context, g *ground, items []spec.Item, from *townMember) (float64, error) {
	dir, err := g.fresh("bare-pull")
	if err != nil {
		return 0, err
	}
	file, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return 0, err
	}
	defer file.Close()
	address, stop, err := serveBare(pages(items))
	if err != nil {
		return 0, err
	}
	defer stop()
	key := from.record.Public()
	began := time.Now()
	for done := 0; done < len(items); {
		page, octets, err := pullPage(ctx, address, done)
		if err != nil {
			return 0, err
		}
		if good := verifyAll(page, key); good != len(page) || good == 0 {
			return 0, fmt.Errorf("only %d of %d signatures verify", good, len(page))
		}
		if _, err := file.Write(octets); err != nil {
			return 0, err
		}
		if err := syscall.Fdatasync(int(file.Fd())); err != nil {
			return 0, err
		}
		done += len(page)
	}
	return perSecond(len(items), began), nil
}

// pages answers GET /?after=N with the next tokens.
func pages(items []spec.Item) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		after, err := strconv.Atoi(r.FormValue("after"))
		if err != nil || after < 0 || after > len(items) {
			http.Error(w, "after", http.StatusBadRequest)
			return
		}
		out := bufio.NewWriterSize(w, 1<<16)
		for _, it := range items[after:min(after+spec.MaxLimit, len(items))] {
			_, _ = out.WriteString(it.Record)
			_ = out.WriteByte('\n')
		}
		_ = out.Flush()
	})
}

func pullPage(ctx context.Context, address string, after int) ([]spec.Item, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/?after="+strconv.Itoa(after), nil)
	if err != nil {
		return nil, nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	octets, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		return nil, nil, errors.Join(err, fmt.Errorf("bare page: status %d", res.StatusCode))
	}
	var page []spec.Item
	for token := range strings.Lines(string(octets)) {
		page = append(page, spec.Item{Record: strings.TrimSuffix(token, "\n")})
	}
	return page, octets, nil
}

// serveBare serves a handler on loopback until stop is called.
func serveBare(h http.Handler) (address string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l)
	}()
	return "http://" + l.Addr().String(), func() {
		_ = server.Close()
		<-done
	}, nil
}
