package spec_test

import (
	"mime"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/fukusen/fukusen/spec"
)

func TestEveryBodyHasALimitAndAnExample(t *testing.T) {
	for _, op := range operations(loadContract(t)) {
		limit, limited := op.Extensions["x-fukusen-max-body"].(float64)
		if limited != (op.RequestBody != nil) {
			t.Errorf("%s: x-fukusen-max-body stands exactly where a body does", op.name())
		}
		if op.RequestBody != nil {
			if limit < 1 || limit != float64(int(limit)) {
				t.Errorf("%s: the limit %v is not a number of octets", op.name(), limit)
			}
			if !op.RequestBody.Value.Required {
				t.Errorf("%s: a body that may be missing has two meanings", op.name())
			}
			checkMedia(t, op.name()+" request", op.RequestBody.Value.Content)
		}
		for code, response := range op.Responses.Map() {
			checkMedia(t, op.name()+" "+code, response.Value.Content)
		}
		for _, p := range op.Parameters {
			if p.Value.Example == nil && len(p.Value.Examples) == 0 {
				t.Errorf("%s: parameter %s has no example", op.name(), p.Value.Name)
			}
		}
	}
}

// checkMedia leaves octets out: what is not text has no example in YAML.
func checkMedia(t *testing.T, where string, content openapi3.Content) {
	t.Helper()
	for name, media := range content {
		if kind, _, err := mime.ParseMediaType(name); err != nil {
			t.Errorf("%s: %q is not a media type", where, name)
		} else if kind == "application/octet-stream" {
			continue
		}
		if media.Schema == nil || media.Example == nil {
			t.Errorf("%s %s: no schema or no example", where, name)
		}
	}
}

func TestTheLimitsFitWhatTheStandardAllows(t *testing.T) {
	limits := map[string]float64{}
	for _, op := range operations(loadContract(t)) {
		limits[op.OperationID], _ = op.Extensions["x-fukusen-max-body"].(float64)
	}
	for name, octets := range map[string]float64{
		"postEntry":  spec.MaxEntry,
		"postDraft":  spec.MaxDocument,
		"postBallot": spec.MaxToken,
	} {
		if limits[name] < octets {
			t.Errorf("%s takes %v octets, less than the %v that are allowed", name, limits[name], octets)
		}
	}
}

// The profile that generators of many languages read alike.
func TestTheContractKeepsTheGeneratorsProfile(t *testing.T) {
	text := string(spec.Contract())
	for _, word := range []string{"$defs", "oneOf:", "anyOf:", "discriminator:"} {
		if strings.Contains(text, word) {
			t.Errorf("openapi.yaml holds %s", word)
		}
	}
	for _, ref := range regexp.MustCompile(`\$ref: *"?([^"}\s]+)`).FindAllStringSubmatch(text, -1) {
		if !regexp.MustCompile(`^#/components/[a-zA-Z]+/[A-Za-z]+$`).MatchString(ref[1]) {
			t.Errorf("%s is not a named component", ref[1])
		}
	}
	doc := loadContract(t)
	for name, schema := range doc.Components.Schemas {
		checkProfile(t, name, schema)
	}
	for _, op := range operations(doc) {
		for _, m := range contents(op) {
			if s := m.Schema; s != nil && s.Ref == "" && (s.Value.Type == nil || s.Value.Type.Is("object")) {
				t.Errorf("%s: an object without a name", op.name())
			}
		}
	}
}

func contents(op operation) []*openapi3.MediaType {
	var all []*openapi3.MediaType
	add := func(content openapi3.Content) {
		for _, m := range content {
			all = append(all, m)
		}
	}
	if op.RequestBody != nil {
		add(op.RequestBody.Value.Content)
	}
	for _, r := range op.Responses.Map() {
		add(r.Value.Content)
	}
	return all
}

func checkProfile(t *testing.T, where string, schema *openapi3.SchemaRef) {
	t.Helper()
	if schema.Ref != "" && strings.Contains(where, ".") {
		return // judged where it is defined
	}
	s := schema.Value
	if s.Type == nil || len(s.Type.Slice()) != 1 {
		t.Errorf("%s: exactly one type stands in every schema, beside a const too", where)
		return
	}
	if s.Type.Is("object") && strings.Contains(where, ".") {
		t.Errorf("%s: an object without a name", where)
	}
	if s.Type.Is("integer") && s.Format == "" {
		t.Errorf("%s: an integer says its format", where)
	}
	for name, property := range s.Properties {
		checkProfile(t, where+"."+name, property)
	}
	for _, name := range s.Required {
		if s.Properties[name] == nil {
			t.Errorf("%s: %s is required and not defined", where, name)
		}
	}
	if s.Items != nil {
		checkProfile(t, where+".items", s.Items)
	}
}

// openBodies are the operations whose bodies another standard defines, with the
// standard: its members are not ours to close.
var openBodies = map[string]string{"POST /v1/people/{person}/vitals": "Open mHealth"}

// A misspelt member must not be lost in silence, so what people and programs
// send is closed.
func TestWhatIsSentToANodeIsClosed(t *testing.T) {
	for _, op := range operations(loadContract(t)) {
		if op.RequestBody == nil {
			continue
		}
		if standard := openBodies[op.name()]; standard != "" {
			if !strings.Contains(op.Description, standard) {
				t.Errorf("%s does not name %s", op.name(), standard)
			}
			continue
		}
		if media := op.RequestBody.Value.Content["application/json"]; media != nil {
			checkClosed(t, op.name(), media.Schema)
		}
	}
}

func checkClosed(t *testing.T, where string, schema *openapi3.SchemaRef) {
	t.Helper()
	s := schema.Value
	if s.Type.Is("object") && (s.AdditionalProperties.Has == nil || *s.AdditionalProperties.Has) {
		t.Errorf("%s: %s takes further members", where, schema.Ref)
	}
	for name, property := range s.Properties {
		checkClosed(t, where+"."+name, property)
	}
	if s.Items != nil {
		checkClosed(t, where, s.Items)
	}
}

func TestEveryRequirementTheContractNamesExists(t *testing.T) {
	known := []string{}
	for _, r := range spec.Requirements() {
		known = append(known, r.Number)
	}
	named := regexp.MustCompile(`REQ-[A-Z]+-[0-9]+`).FindAllString(string(spec.Contract()), -1)
	if len(named) < 40 {
		t.Errorf("%d requirements are named; the contract should say what it rests on", len(named))
	}
	for _, number := range named {
		if !slices.Contains(known, number) {
			t.Errorf("%s does not stand in standard.md", number)
		}
	}
}

// Every path that the standard speaks of is an operation of the contract.
func TestTheContractHasEveryPathOfTheStandard(t *testing.T) {
	doc := loadContract(t)
	asked := regexp.MustCompile("`GET (/[^`?]*)").FindAllStringSubmatch(spec.Standard(), -1)
	if len(asked) < 6 {
		t.Fatalf("found %d paths in standard.md; it names more", len(asked))
	}
	for _, m := range asked {
		if !slices.ContainsFunc(operations(doc), func(op operation) bool {
			return op.method == "GET" && samePath(op.path, m[1])
		}) {
			t.Errorf("GET %s stands in standard.md and not in openapi.yaml", m[1])
		}
	}
}

// samePath lets a parameter of the contract stand for any one step.
func samePath(contract, asked string) bool {
	have, want := strings.Split(contract, "/"), strings.Split(asked, "/")
	return slices.EqualFunc(have, want, func(h, w string) bool {
		return h == w || strings.HasPrefix(h, "{")
	})
}

func TestTheReleasedContractLoads(t *testing.T) {
	text, err := os.ReadFile("released/" + spec.Version + "/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parseContract(t, text); err != nil {
		t.Error(err)
	}
}

var changeLine = regexp.MustCompile(`^- (new|clarified|breaking|deprecated|removed): \S`)

func TestEveryChangeHasAType(t *testing.T) {
	text, err := os.ReadFile("CHANGES.md")
	if err != nil {
		t.Fatal(err)
	}
	_, sections, _ := strings.Cut(string(text), "\n## ")
	if !strings.HasPrefix(sections, spec.Version+"\n") {
		t.Errorf("the newest section of CHANGES.md is not %s", spec.Version)
	}
	lines := 0
	for line := range strings.Lines(sections) {
		if strings.HasPrefix(line, "-") {
			lines++
			if !changeLine.MatchString(line) {
				t.Errorf("a change without a type: %s", line)
			}
		}
	}
	if lines == 0 {
		t.Error("no changes are listed")
	}
}
