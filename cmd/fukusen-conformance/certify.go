package main

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/report"
	"github.com/fukusen/fukusen/spec"
)

const keyBlock = "PRIVATE KEY"

// runnerKey reads the runner's key, and makes it where there is none yet. An
// empty path is a key of this run alone.
func runnerKey(path string) (*spec.Signer, error) {
	if path == "" {
		return spec.GenerateSigner()
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKey(path)
	}
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("others may read %s; make it private (chmod 600)", path)
	}
	octets, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, rest := pem.Decode(octets)
	if block == nil || block.Type != keyBlock || len(strings.TrimSpace(string(rest))) > 0 {
		return nil, fmt.Errorf("%s is not one private key in PEM", path)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	private, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s is not an Ed25519 key", path)
	}
	return spec.NewSigner(private), nil
}

func makeKey(path string) (*spec.Signer, error) {
	s, err := spec.GenerateSigner()
	if err != nil {
		return nil, err
	}
	octets, err := x509.MarshalPKCS8PrivateKey(s.Private())
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	err = pem.Encode(f, &pem.Block{Type: keyBlock, Bytes: octets})
	return s, errors.Join(err, f.Sync(), f.Close())
}

// witness asks the target to countersign, as a member of the sandbox or as its
// operator; nil where there is no way to, or the run was ended.
func witness(ctx context.Context, out *conformance.Outcome) func(string) (string, error) {
	w := out.World
	ask := judge.Ask{Method: http.MethodPost, Path: "/v1/conformance", Type: "application/jose", Token: w.Operator}
	if w.Sandbox != nil {
		ask.As = w.Sandbox.Reader
	}
	if out.Partial || out.Config.ReadOnly || ask.As == nil && ask.Token == "" {
		return nil
	}
	return func(certificate string) (string, error) {
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		ask.Body = []byte(certificate)
		x := w.Do(ctx, ask)
		if x.Status != http.StatusOK {
			return "", fmt.Errorf("the target answers %d to POST /v1/conformance %s", x.Status, x.Failure)
		}
		return strings.TrimSpace(x.See("body")), nil
	}
}

// reportOf is what a run found, before it is judged.
func reportOf(out *conformance.Outcome, asked report.Asked) (report.Report, error) {
	digest, err := ownDigest()
	if err != nil {
		return report.Report{}, err
	}
	bundle, err := report.Bundle(conformance.Version)
	if err != nil {
		return report.Report{}, err
	}
	r := report.Report{
		Suite: report.Suite{Version: conformance.Version, Digest: digest}, Bundle: bundle, Asked: asked,
		Target: report.Target{Node: out.Config.Target, Keys: out.Target.Keys, Root: out.Target.Root, Roles: []string{}},
		Seed:   fmt.Sprintf("%016x", out.World.Seed), Started: out.Began.Unix(), Ended: out.Ended.Unix(), Partial: out.Partial, Checks: out.Results,
	}
	// A statement in which a marked secret stands is left out: its signature
	// would not outlive the blanking.
	if s := out.World.Statement; s != nil && out.World.Journal.Clean(out.Target.Statement) == out.Target.Statement {
		r.Target.Statement, r.Target.Roles = out.Target.Statement, listed(s.Roles)
	}
	return r, nil
}

// listed is a list that is never null in JSON.
func listed(list []string) []string { return append([]string{}, list...) }

// ownDigest is that of the running program.
func ownDigest() (spec.ID, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("the program's own file: %w", err)
	}
	octets, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("the program's own file: %w", err)
	}
	return spec.Digest(octets), nil
}
