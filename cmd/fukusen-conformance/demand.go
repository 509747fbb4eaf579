package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance/judge"
)

// demand is a requirements document: what a region asks of the nodes that join
// it. A member that is not defined here is refused, so that nothing which a
// region demands is overlooked.
type demand struct {
	Level        string   `json:"level"`        // up to which every MUST holds
	Roles        []string `json:"roles"`        // that are claimed and kept
	Requirements []string `json:"requirements"` // beside those of the level, such as a SHOULD
}

const mostDemand = 1 << 20

// demanded fetches a requirements document; none is asked for with an empty
// place. A place without a scheme is a file.
func demanded(ctx context.Context, place string) (demand, error) {
	if place == "" {
		return demand{}, nil
	}
	octets, err := fetch(ctx, place)
	if err != nil {
		return demand{}, err
	}
	d := json.NewDecoder(bytes.NewReader(octets))
	d.DisallowUnknownFields()
	var wanted demand
	if err := d.Decode(&wanted); err != nil {
		return wanted, fmt.Errorf("%s is no requirements document: %w", place, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return wanted, fmt.Errorf("%s is no requirements document: something stands after it", place)
	}
	if len(judge.UpTo(wanted.Level)) == 0 {
		return wanted, fmt.Errorf("%s: level is one of %s", place, strings.Join(judge.Levels(), ", "))
	}
	if word := stranger(wanted.Roles, judge.AllRoles()); word != "" {
		return wanted, fmt.Errorf("%s: %q is no role of a statement", place, word)
	}
	if word := stranger(wanted.Requirements, numbers()); word != "" {
		return wanted, fmt.Errorf("%s: this version of the standard has no requirement %q", place, word)
	}
	return wanted, nil
}

func isURL(place string) bool { return strings.Contains(place, "://") }

func fetch(ctx context.Context, place string) ([]byte, error) {
	if !isURL(place) {
		return os.ReadFile(place)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, place, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %d", place, res.StatusCode)
	}
	octets, err := io.ReadAll(io.LimitReader(res.Body, mostDemand+1))
	if err == nil && len(octets) > mostDemand {
		err = fmt.Errorf("%s is longer than 1 MiB", place)
	}
	return octets, err
}
