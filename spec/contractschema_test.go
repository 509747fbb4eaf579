package spec_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
)

// The contract takes the language tags that the standard takes, and no others.
func TestTheContractsLanguageTagIsThatOfTheStandard(t *testing.T) {
	schema := loadContract(t).Components.Schemas["LanguageTag"].Value
	pattern := regexp.MustCompile(schema.Pattern)
	for _, v := range everyVector(t) {
		if v.Requirement != "REQ-TAL-005" && v.Shows != "REQ-TAL-005" {
			continue
		}
		var claims struct {
			Languages []string
			Remote    *bool
		}
		if json.Unmarshal(spec.Payload(v.Input.Token), &claims) != nil || len(claims.Languages) == 0 || claims.Remote == nil {
			continue // not a matter of the pattern
		}
		takes := !slices.ContainsFunc(claims.Languages, func(tag string) bool { return !pattern.MatchString(tag) })
		if takes != (v.Requirement == "") {
			t.Errorf("%s: the contract takes %q: %v", v.Name, claims.Languages, takes)
		}
	}
	tags := []string{
		"x-a", "abcd", "abcdefgh", "zh-cmn-Hans-CN", "zh-gan-hak-yue", "sl-1994", "a-DE", "de-419-DE", "ar-a-aaa-b-bbb",
		"en-a-x-b", "en-a", "abcdefghi", "i-default", "de-1abc-x-1", "X-Y", "ja-Jpan-JP-U-CA-japanese", "ja-JPN-jpan", "en-abc1",
	}
	for _, tag := range tags {
		if got, want := pattern.MatchString(tag), code.ValidLanguage(tag); got != want {
			t.Errorf("the contract takes %q: %v, the standard: %v", tag, got, want)
		}
	}
}

// The product compiles bodies' schemas once with a JSON Schema 2020-12
// validator instead of asking the OpenAPI one at each request, so both have to
// read the contract alike.
func TestASecondValidatorReadsTheSchemasAlike(t *testing.T) {
	octets, err := yaml.YAMLToJSON(spec.Contract())
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(octets))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	if err := compiler.AddResource("contract.json", document); err != nil {
		t.Fatal(err)
	}
	doc, compiled := loadContract(t), map[string]*jsonschema.Schema{}
	for name := range doc.Components.Schemas {
		schema, err := compiler.Compile("contract.json#/components/schemas/" + name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		compiled["#/components/schemas/"+name] = schema
	}
	examples := 0
	for _, op := range operations(doc) {
		for _, media := range contents(op) {
			if media.Schema == nil || compiled[media.Schema.Ref] == nil {
				continue
			}
			examples++
			if err := compiled[media.Schema.Ref].Validate(media.Example); err != nil {
				t.Errorf("%s: %v", op.name(), err)
			}
		}
	}
	if examples < 100 {
		t.Errorf("only %d examples were held against their schemas", examples)
	}
	if compiled["#/components/schemas/Ack"].Validate(map[string]any{"next": "43"}) == nil {
		t.Error("the second validator accepts a text for a number")
	}
}
