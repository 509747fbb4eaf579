package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// seal signs n availability records of about 0.9 KB, each of another fictional
// person, over all cores.
func seal(n int, from, to *townMember) ([]spec.Item, error) {
	now := time.Now().UTC().Truncate(time.Hour)
	items := make([]spec.Item, n)
	workers := runtime.GOMAXPROCS(0)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n && errs[w] == nil; i += workers {
				items[i], errs[w] = sealOne(from.record, from.id, to.id, now)
				items[i].N = uint64(i)
			}
		})
	}
	wg.Wait()
	return items, errors.Join(errs...)
}

func sealOne(signer *spec.Signer, from, to spec.NodeID, now time.Time) (spec.Item, error) {
	token, err := spec.Seal(signer, &spec.Availability{
		Envelope: spec.Envelope{
			Issuer: from, Audience: to, Subject: spec.Subject(spec.RandomUUID()), IssuedAt: time.Now().Unix(),
			Expires: now.Add(6 * 24 * time.Hour).Unix(), JTI: spec.NewUUID(), UID: spec.RandomUUID(),
			Sequence: uint64(now.Unix()), Policy: 1, Consent: spec.RandomUUID(), Purpose: "matching",
			Until: now.Add(30 * 24 * time.Hour).Unix(),
		},
		Updated: spec.FormatUTC(now), Start: spec.FormatUTC(now), End: spec.FormatUTC(now.Add(14 * 24 * time.Hour)),
		Busy: []spec.BusyPeriod{},
	})
	if err != nil {
		return spec.Item{}, err
	}
	signing := token[:strings.LastIndexByte(token, '.')]
	return spec.Item{ID: spec.Digest([]byte(signing)), Kind: spec.KindAvailability, State: spec.Live, Record: token}, nil
}

// verifyBare is the least that trust costs: cut the token, decode the
// signature, verify it. Nothing of the payload is read.
func verifyBare(token string, key ed25519.PublicKey) bool {
	at := strings.LastIndexByte(token, '.')
	sig, err := base64.RawURLEncoding.DecodeString(token[at+1:])
	return err == nil && ed25519.Verify(key, []byte(token[:at]), sig)
}

// verifyAll verifies items over all cores and answers how many are good.
func verifyAll(items []spec.Item, key ed25519.PublicKey) int {
	workers := runtime.GOMAXPROCS(0)
	good := make([]int, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(items); i += workers {
				if verifyBare(items[i].Record, key) {
					good[w]++
				}
			}
		})
	}
	wg.Wait()
	sum := 0
	for _, n := range good {
		sum += n
	}
	return sum
}

// perSecond is a rate.
func perSecond(n int, began time.Time) float64 { return float64(n) / time.Since(began).Seconds() }
