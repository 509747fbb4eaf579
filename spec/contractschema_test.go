package spec_test

import (
	"bytes"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fukusen/fukusen/spec"
)

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
