package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// admit runs the command as a council node's operator would.
func admit(t *testing.T, f *nodetest.Federation, row policy.Member) (out, complaint string, code int) {
	t.Helper()
	var stdout, stderr strings.Builder
	code = run(f.Context(), []string{
		"policy", "admit", "--dir", f.Config("city").Data, "--url", string(f.ID("city")), "--node", string(row.Node),
		"--name-ja", "架空大学", "--name-en", "Fictional University", "--kind", row.Kind, "--root=" + row.Root,
	}, terminal{&stdout, &stderr})
	return stdout.String(), stderr.String(), code
}

// A university joins without a ballot: a council node admits it under the
// charter's auto-rule, and its node, started with the genesis alone, exchanges
// records with a club.
func TestAdmittedUniversityExchangesRecords(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	seat := nodetest.University
	seat.Council = false
	row := f.Newcomer(seat)
	n := f.Start("university") // before it is admitted: it waits for the register
	if h := n.Trust().History(f.ID("university")); h != nil {
		t.Error("the university's keys are proven before it is a member")
	}
	out, complaint, code := admit(t, f, row)
	if code != 0 || !strings.Contains(out, policy.Words(f.Founded.Fed)) {
		t.Fatalf("exit %d: %s%s", code, out, complaint)
	}
	if err := n.WaitPolicy(f.Context(), f.Node("city").Trust().Book().Size()); err != nil {
		t.Fatal(err)
	}
	m := n.Trust().Book().Register().Find(f.ID("university"))
	if m == nil || m.Role != policy.RoleMember || m.Name.EN != "Fictional University" {
		t.Fatalf("the register has %+v", m)
	}
	f.Eventually("the university's keys are proven", func() bool {
		return n.Trust().History(f.ID("university")) != nil
	})

	rower := f.Person("club", "Rower")
	f.Talent("club", rower)
	f.Consent("club", rower, "university", spec.KindTalent)
	f.Eventually("the university holds the club's record", func() bool { return len(f.Current("university", spec.KindTalent)) == 1 })
	student := f.Person("university", "Student")
	f.Talent("university", student)
	f.Consent("university", student, "club", spec.KindTalent)
	f.Eventually("the club holds the university's record", func() bool { return len(f.Current("club", spec.KindTalent)) == 1 })

	// Once more is once too often: ballots change a member.
	if _, complaint, code := admit(t, f, row); code != 1 || !strings.Contains(complaint, "REQ-POL-021") {
		t.Errorf("admitted twice: exit %d: %s", code, complaint)
	}
}

// A company is admitted by ballot alone: the starting charter's auto-rule leaves
// companies out.
func TestAdmissionOfACompanyIsRefused(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	seat := nodetest.Company
	seat.Council = false
	row := f.Newcomer(seat)
	size := f.Node("city").Trust().Book().Size()
	_, complaint, code := admit(t, f, row)
	if code != 1 || !strings.Contains(complaint, "REQ-POL-021") {
		t.Errorf("exit %d: %s", code, complaint)
	}
	if got := f.Node("city").Trust().Book().Size(); got != size {
		t.Errorf("the policy log grew from %d to %d", size, got)
	}
	_, complaint, code = admit(t, f, policy.Member{Node: row.Node, Kind: "shop", Root: row.Root})
	if code != 1 || !strings.Contains(complaint, "--kind is one of") {
		t.Errorf("exit %d: %s", code, complaint)
	}
}

// Only a council node admits: a club's keys sign nothing that the council takes.
func TestAdmissionByAnOrdinaryMemberIsRefused(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	seat := nodetest.University
	seat.Council = false
	row := f.Newcomer(seat)
	city := f.Config("city").Data
	token, err := f.Node("city").Access("council", "", actLife)
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr strings.Builder
	code := run(f.Context(), []string{
		"policy", "admit", "--dir", filepath.Join(filepath.Dir(city), "club"), "--url", string(f.ID("city")), "--token", token,
		"--node", string(row.Node), "--name-ja", "架空大学", "--name-en", "Fictional University", "--kind", row.Kind, "--root=" + row.Root,
	}, terminal{&stdout, &stderr})
	if code != 1 || !strings.Contains(stderr.String(), "REQ-POL-021") {
		t.Errorf("exit %d: %s", code, stderr.String())
	}
}
