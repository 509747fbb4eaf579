package node_test

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/founding"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/spec"
)

// The directories of a city and a club as the version of each issue wrote them.
// Node ids hold ports, so these are theirs for good; they lie below those that
// systems hand out by themselves.
const (
	fixtures    = "testdata/directories"
	writing     = "FUKUSEN_WRITE_FIXTURE" // names the issue, such as issue-b
	mostFixture = 300 << 10
)

func fixtureSeats() []nodetest.Seat {
	city, club := nodetest.City, nodetest.Club
	city.Port, city.Raft, club.Port = 18471, 18481, 18472
	return []nodetest.Seat{city, club}
}

// A directory that the version of an earlier issue wrote opens, adds up, and
// goes on: the club and the city still exchange records, and the council still
// decides.
func TestADirectoryOfEachIssueStillOpens(t *testing.T) {
	if os.Getenv(writing) != "" {
		t.Skip("a fixture is being written")
	}
	list, err := filepath.Glob(filepath.Join(fixtures, "issue-*.tar.gz"))
	if err != nil || len(list) < 2 {
		t.Fatalf("%d fixtures: %v", len(list), err)
	}
	for _, fixture := range list {
		t.Run(filepath.Base(fixture), func(t *testing.T) { stillOpens(t, fixture) })
	}
}

func stillOpens(t *testing.T, fixture string) {
	t.Helper()
	dir := t.TempDir()
	at := unpack(t, fixture, dir)
	waitForPorts(t)
	f := nodetest.Resume(t, dir, at.Add(time.Minute), fixtureSeats()...)
	for _, name := range []string{"city", "club"} {
		f.Start(name) // which brings the store up to date; a check changes nothing, so it cannot
	}
	for _, name := range []string{"city", "club"} {
		f.Stop(name)
		n := f.Check(name)
		if n.Records < 3 || n.LogEntries < 2 || n.PolicyEntries < 5 || n.People != 1 || n.NotJudged != 0 {
			t.Errorf("%s: looked through %+v, which is too little to say anything", name, n)
		}
	}
	f.Start("city")
	f.Start("club")
	if n := len(f.Current("city", spec.KindTalent)); n != 1 {
		t.Fatalf("the city holds %d talents of the club, want the one of then", n)
	}
	for _, way := range []struct{ from, to string }{{"club", "city"}, {"city", "club"}} {
		before := len(f.Current(way.to, spec.KindTalent))
		person := f.Person(way.from, "Newcomer")
		f.Talent(way.from, person)
		f.Consent(way.from, person, way.to, spec.KindTalent)
		f.Eventually("a new record reaches the "+way.to, func() bool {
			return len(f.Current(way.to, spec.KindTalent)) == before+1
		})
	}
	// The ballot keys left the machine; an admission needs the record key alone.
	admission := admissionBy(t, f, "city", "http://localhost:18479")
	if err := founding.Submit(f.Context(), f.Node("city"), admission); err != nil {
		t.Fatal(err)
	}
	if err := f.Node("club").WaitPolicy(f.Context(), f.Node("city").Trust().Book().Size()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"city", "club"} {
		f.Stop(name)
		f.Check(name)
	}
}

// TestWriteDirectoryFixture writes a fixture, when asked to by its name: only
// the version that it is named after does that.
func TestWriteDirectoryFixture(t *testing.T) {
	if os.Getenv(writing) == "" {
		t.Skip("set " + writing + "=issue-b to write " + fixtures + "/issue-b.tar.gz")
	}
	fixture := filepath.Join(fixtures, os.Getenv(writing)+".tar.gz")
	waitForPorts(t)
	f := nodetest.New(t, fixtureSeats()...)
	ics, err := os.ReadFile("calendar/testdata/khal-practice.ics")
	if err != nil {
		t.Fatal(err)
	}
	rower, resident := f.Person("club", "Rower"), f.Person("city", "Resident")
	if _, err := f.Node("club").Gate().PutCalendar(f.Context(), rower, "practice", ics); err != nil {
		t.Fatal(err)
	}
	f.Talent("club", rower)
	f.Consent("club", rower, "city", spec.KindTalent, spec.KindAvailability)
	f.Talent("city", resident)
	given := f.Consent("city", resident, "club", spec.KindTalent)
	f.Consent("city", resident, "club", spec.KindEvaluation)
	e, err := f.Node("city").Engagements().Engage(f.Context(), resident, f.ID("club"), f.Clock.Now().Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Node("club").Engagements().Evaluate(f.Context(), f.ID("city"), nodetest.Evaluation(e), nil); err != nil {
		t.Fatal(err)
	}
	f.Eventually("the city holds the club's records", func() bool {
		return len(f.Current("city", spec.KindTalent)) == 1 && len(f.Current("city", spec.KindAvailability)) == 1 &&
			len(f.Current("city", spec.KindEvaluation)) == 1
	})
	f.Eventually("the club holds the city's record", func() bool { return len(f.Current("club", spec.KindTalent)) == 1 })
	if _, err := f.Node("city").Gate().Withdraw(f.Context(), resident, given.RecordID); err != nil {
		t.Fatal(err)
	}
	f.Eventually("the receipt is back", func() bool { return f.Settled("city", resident, spec.ActionWithdrawn) == 1 })
	at := f.Clock.Now()
	for _, name := range []string{"city", "club"} {
		f.Stop(name)
		if err := os.RemoveAll(filepath.Dir(keys.RootPath(f.Config(name).Data))); err != nil { // they leave the machine
			t.Fatal(err)
		}
	}
	pack(t, f.Dir, fixture, at)
	for _, name := range []string{"city", "club"} {
		f.Check(name)
	}
}

// admissionBy is an admission by a council node's record key.
func admissionBy(t *testing.T, f *nodetest.Federation, by string, newcomer spec.NodeID) string {
	t.Helper()
	n := f.Node(by)
	on, err := keys.Load(f.Config(by).Data)
	if err != nil {
		t.Fatal(err)
	}
	root, err := spec.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	book := n.Trust().Book()
	entry, err := spec.SealAdmission(on.Record, spec.Admission{
		Fed: book.Fed(), Issuer: n.Self(), IssuedAt: f.Clock.Now().Unix(), JTI: spec.NewUUID(), Node: newcomer,
		Root: spec.EncodeKey(root.Public()), Name: spec.Text{JA: "架空大学", EN: "Fictional University"}, Kind: "university",
		Register: book.RegisterID(),
	}, n.Trust().History(n.Self()))
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

// waitForPorts waits until no other test of this kind holds the fixed ports.
func waitForPorts(t *testing.T) {
	t.Helper()
	held, err := os.OpenFile(filepath.Join(os.TempDir(), "fukusen-test-ports.lock"), os.O_CREATE|os.O_RDONLY, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = held.Close() })
	if err := syscall.Flock(int(held.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
}

// pack writes a directory as one file; the archive's time is when it was written.
func pack(t *testing.T, dir, file string, at time.Time) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	squeezed, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	squeezed.ModTime = at
	archive := tar.NewWriter(squeezed)
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "lock" {
			return err
		}
		return packFile(archive, dir, path, at)
	})
	for _, step := range []func() error{archive.Close, squeezed.Close, out.Close} {
		err = errors.Join(err, step())
	}
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Size() > mostFixture {
		t.Fatalf("%s has %d octets, at most %d: %v", file, info.Size(), mostFixture, err)
	}
}

func packFile(archive *tar.Writer, dir, path string, at time.Time) error {
	octets, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	name, err := filepath.Rel(dir, path)
	if err != nil {
		return err
	}
	header := &tar.Header{Name: filepath.ToSlash(name), Mode: 0o600, Size: int64(len(octets)), ModTime: at, Format: tar.FormatPAX}
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	_, err = archive.Write(octets)
	return err
}

// unpack puts an archive into a directory and returns its time.
func unpack(t *testing.T, file, dir string) time.Time {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	squeezed, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	archive := tar.NewReader(squeezed)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return squeezed.ModTime
		}
		if err != nil || !filepath.IsLocal(header.Name) {
			t.Fatalf("%s: %v", header.Name, err)
		}
		octets, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, filepath.FromSlash(header.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, octets, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
