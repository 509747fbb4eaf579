package spec_test

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/fukusen/fukusen/spec"
)

// access is x-fukusen-access, what the product's permission matrix is made from.
type access struct {
	who, roles []string
}

type operation struct {
	*openapi3.Operation
	path, method string
	item         *openapi3.PathItem
}

func (o operation) name() string { return o.method + " " + o.path }

func parseContract(t *testing.T, text []byte) (*openapi3.T, error) {
	t.Helper()
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(text)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(context.Background(), openapi3.EnableExamplesValidation())
}

func loadContract(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := parseContract(t, spec.Contract())
	if err != nil {
		t.Fatalf("openapi.yaml: %v", err)
	}
	return doc
}

func operations(doc *openapi3.T) []operation {
	var all []operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			all = append(all, operation{op, path, method, item})
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.name(), b.name()) })
	return all
}

func TestTheContractIsOpenAPI31AndItsExamplesHold(t *testing.T) {
	doc := loadContract(t)
	if doc.OpenAPI != "3.1.0" || doc.Info.Version != spec.Version+".0" {
		t.Errorf("openapi %s, version %s; want 3.1.0 and %s.0", doc.OpenAPI, doc.Info.Version, spec.Version)
	}
	if n := len(operations(doc)); n < 40 {
		t.Errorf("%d operations; the contract of 1.0 has more than 40, so this reading lost some", n)
	}
}

// A validator that accepts everything would make the test above worthless.
func TestAContractWithAFaultIsRefused(t *testing.T) {
	for name, change := range map[string][2]string{
		"an example of the wrong type":    {"example: {next: 43}", `example: {next: "43"}`},
		"an example with a strange word":  {"state: withdrawn}", "state: hidden}"},
		"an example that breaks a const":  {"kty: OKP\n", "kty: RSA\n"},
		"an example with a further word":  {"example: {next: 43}", "example: {next: 43, again: true}"},
		"a parameter example off pattern": {"example: x001/067", "example: x1/67"},
		"a reference to nothing":          {"schemas/Ack\"", "schemas/Nack\""},
		"an operation named twice":        {"operationId: getKeys", "operationId: getDid"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(string(spec.Contract()), change[0], change[1], 1)
			if text == string(spec.Contract()) {
				t.Fatalf("openapi.yaml does not hold %q any more", change[0])
			}
			if _, err := parseContract(t, []byte(text)); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestEveryOperationSaysWhoMayAsk(t *testing.T) {
	for _, op := range operations(loadContract(t)) {
		for _, fault := range accessFaults(op) {
			t.Errorf("%s: %s", op.name(), fault)
		}
	}
}

func TestAnOperationThatIsOpenByOmissionIsFound(t *testing.T) {
	public := openapi3.NewSecurityRequirements()
	bearer := openapi3.NewSecurityRequirements().With(openapi3.NewSecurityRequirement().Authenticate("bearer"))
	who := func(roles []any, words ...any) map[string]any {
		given := map[string]any{"who": words}
		if roles != nil {
			given["roles"] = roles
		}
		return map[string]any{"x-fukusen-access": given}
	}
	for name, op := range map[string]*openapi3.Operation{
		"no security":                {Extensions: who(nil, "public")},
		"no access":                  {Security: public},
		"open, said to be closed":    {Security: public, Extensions: who(nil, "node")},
		"closed, said to be open":    {Security: bearer, Extensions: who(nil, "public")},
		"a bearer without roles":     {Security: bearer, Extensions: who(nil, "bearer")},
		"a role that does not exist": {Security: bearer, Extensions: who([]any{"mayor"}, "bearer")},
		"a word that does not exist": {Security: public, Extensions: who(nil, "public", "friends")},
		"roles without a bearer":     {Security: public, Extensions: who([]any{"clerk"}, "public")},
		"a scheme that does not exist": {
			Security:   openapi3.NewSecurityRequirements().With(openapi3.NewSecurityRequirement().Authenticate("basic")),
			Extensions: who(nil),
		},
	} {
		op.OperationID = "x"
		if len(accessFaults(operation{Operation: op})) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
}

var (
	whoWords  = []string{"public", "node", "reader", "bearer"}
	roleWords = []string{"person", "coordinator", "clerk", "evaluator", "operator", "council"}
)

// accessFaults holds the two ways in which an operation says who may ask
// against each other.
func accessFaults(op operation) []string {
	var faults []string
	say := func(wrong bool, fault string) {
		if wrong {
			faults = append(faults, fault)
		}
	}
	say(op.OperationID == "", "no operationId")
	if op.Security == nil {
		return append(faults, "no security, not even an empty one")
	}
	given, ok := accessOf(op)
	if !ok {
		return append(faults, "no x-fukusen-access of the form {who: [...], roles: [...]}")
	}
	schemes := map[string]bool{"": len(*op.Security) == 0}
	for _, alternative := range *op.Security {
		schemes[""] = schemes[""] || len(alternative) == 0
		for scheme := range alternative {
			schemes[scheme] = true
			say(scheme != "node" && scheme != "bearer", "a scheme other than node and bearer: "+scheme)
		}
	}
	has := func(word string) bool { return slices.Contains(given.who, word) }
	say(len(given.who) == 0, "nobody may ask")
	say(has("public") != schemes[""], "public and security differ")
	say((has("node") || has("reader")) != schemes["node"], "node or reader and security differ")
	say(has("bearer") != schemes["bearer"], "bearer and security differ")
	say(has("bearer") != (len(given.roles) > 0), "bearer and roles come together")
	for _, word := range given.who {
		say(!slices.Contains(whoWords, word), "an unknown who: "+word)
	}
	for _, role := range given.roles {
		say(!slices.Contains(roleWords, role), "an unknown role: "+role)
	}
	return faults
}

func accessOf(op operation) (access, bool) {
	given, ok := op.Extensions["x-fukusen-access"].(map[string]any)
	if !ok {
		return access{}, false
	}
	for member := range given {
		if member != "who" && member != "roles" {
			return access{}, false
		}
	}
	who, ok := wordList(given["who"])
	if !ok {
		return access{}, false
	}
	roles, ok := wordList(given["roles"])
	return access{who, roles}, ok || given["roles"] == nil
}

func wordList(value any) ([]string, bool) {
	list, ok := value.([]any)
	var words []string
	for _, v := range list {
		word, isText := v.(string)
		words, ok = append(words, word), ok && isText
	}
	return words, ok
}

func TestEveryRefusalIsAProblemDocument(t *testing.T) {
	for _, op := range operations(loadContract(t)) {
		success := 0
		for code, response := range op.Responses.Map() {
			status, err := strconv.Atoi(code)
			if err != nil || response.Value == nil {
				t.Errorf("%s: response %q is not a status", op.name(), code)
				continue
			}
			if status < 400 {
				success++
				continue
			}
			checkProblem(t, op.name()+" "+code, response.Value, status)
		}
		if success == 0 {
			t.Errorf("%s: no answer below 400", op.name())
		}
		for status, wanted := range expectedRefusals(op) {
			if found := op.Responses.Value(strconv.Itoa(status)) != nil; wanted && !found {
				t.Errorf("%s: answers %d and does not say so", op.name(), status)
			}
		}
	}
}

func TestAMethodThatAPathLacksIsAProblemWithAllow(t *testing.T) {
	response := loadContract(t).Components.Responses["NotAllowed"]
	if response == nil || response.Value.Headers["Allow"] == nil {
		t.Fatal("no response NotAllowed with the header Allow (REQ-ERR-005)")
	}
	checkProblem(t, "NotAllowed", response.Value, http.StatusMethodNotAllowed)
}

// expectedRefusals follows from the rest of an operation, so that none is forgotten.
func expectedRefusals(op operation) map[int]bool {
	credentials := len(*op.Security) > 0
	body := op.RequestBody != nil
	return map[int]bool{
		http.StatusBadRequest:            body || len(op.Parameters) > 0,
		http.StatusUnauthorized:          credentials,
		http.StatusForbidden:             op.has("bearer") || op.has("reader"),
		http.StatusRequestEntityTooLarge: body,
		http.StatusUnsupportedMediaType:  body,
		http.StatusUnprocessableEntity:   body,
		http.StatusTooManyRequests:       true,
		http.StatusInternalServerError:   true,
		http.StatusServiceUnavailable:    true,
	}
}

func (o operation) has(word string) bool {
	given, _ := accessOf(o)
	return slices.Contains(given.who, word)
}

func checkProblem(t *testing.T, where string, response *openapi3.Response, status int) {
	t.Helper()
	media := response.Content["application/problem+json"]
	if len(response.Content) != 1 || media == nil || media.Schema == nil ||
		media.Schema.Ref != "#/components/schemas/Problem" {
		t.Errorf("%s: not a problem document and nothing else", where)
		return
	}
	example, ok := media.Example.(map[string]any)
	if !ok {
		t.Errorf("%s: no example", where)
		return
	}
	if given, _ := example["status"].(float64); int(given) != status {
		t.Errorf("%s: the example has the status %v", where, example["status"])
	}
	name, _ := example["type"].(string)
	if !slices.Contains(problemNames(), strings.TrimPrefix(name, spec.ProblemPrefix)) {
		t.Errorf("%s: %s does not stand in section 11", where, name)
	}
}

// problemNames are those of the register and those of section 11 itself.
func problemNames() []string {
	names := []string{}
	for _, r := range spec.Requirements() {
		names = append(names, r.Problem)
	}
	_, section, _ := strings.Cut(spec.Standard(), "\n## 11. Problem types\n")
	section, _, _ = strings.Cut(section, "\n## 12.")
	for _, m := range regexp.MustCompile("`([a-z-]+)` \\(\\d{3}\\)").FindAllStringSubmatch(section, -1) {
		names = append(names, m[1])
	}
	return names
}
