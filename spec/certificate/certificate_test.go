package certificate_test

import (
	"slices"
	"testing"
	"time"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/certificate"
	"github.com/fukusen/fukusen/spec/vectors"
)

func TestEveryCertificateVectorGetsItsVerdict(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for _, v := range all {
		if v.About != "certificate" {
			continue
		}
		judged++
		_, err := certificate.Open(v.Input.Token, v.Audience, v.Clock())
		r := spec.AsRefusal(err)
		switch {
		case v.Verdict == vectors.Admit && err != nil:
			t.Errorf("%s: %s: refused by %v", v.Name, v.What, err)
		case v.Verdict == vectors.Refuse && (r == nil || r.Requirement != v.Requirement && !slices.Contains(v.Also, r.Requirement)):
			t.Errorf("%s: %s: %v, want a refusal by %s", v.Name, v.What, err, v.Requirement)
		case v.Verdict == vectors.Refuse && r.Problem != v.Problem:
			t.Errorf("%s: problem %s, want %s", v.Name, r.Problem, v.Problem)
		}
	}
	if judged < 15 {
		t.Fatalf("only %d vectors are about certificates", judged)
	}
}

func signer(t *testing.T) *spec.Signer {
	t.Helper()
	s, err := spec.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestACountersignatureIsOfOneCertificateByOneNode(t *testing.T) {
	const node = spec.NodeID("https://city.example")
	now := time.Now()
	root, record, runner := signer(t), signer(t), signer(t)
	history, err := spec.SealKeys(root, spec.KeyHistory{Issuer: node, IssuedAt: now.Unix(), Serial: 1, Keys: []spec.KeyEntry{
		{KID: record.KID(), Use: spec.UseRecord, X: spec.EncodeKey(record.Public()), From: now.Unix() - 60},
	}})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := spec.OpenKeys(history, node, root.Public())
	if err != nil {
		t.Fatal(err)
	}
	seal := func(level string) string {
		text, err := certificate.Seal(runner, certificate.Certificate{Target: node, IssuedAt: now.Unix(), Expires: now.Unix() + 60, Level: level})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	about, other := seal("L2"), seal("L4")
	_, id := spec.Peek(about)
	for name, c := range map[string]struct {
		by    *spec.Signer
		says  certificate.Countersignature
		about string
		good  bool
	}{
		"sound":                  {record, certificate.Countersignature{Issuer: node, At: now.Unix(), Certificate: id}, about, true},
		"of another certificate": {record, certificate.Countersignature{Issuer: node, At: now.Unix(), Certificate: id}, other, false},
		"of another node":        {record, certificate.Countersignature{Issuer: "https://club.example", At: now.Unix(), Certificate: id}, about, false},
		"by the runner":          {runner, certificate.Countersignature{Issuer: node, At: now.Unix(), Certificate: id}, about, false},
		"before the key":         {record, certificate.Countersignature{Issuer: node, At: now.Unix() - 61, Certificate: id}, about, false},
		"of no certificate":      {record, certificate.Countersignature{Issuer: node, At: now.Unix()}, "", false},
	} {
		text, err := certificate.Countersign(c.by, c.says)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := certificate.OpenCountersignature(text, c.about, node, keys); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}
