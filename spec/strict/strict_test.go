package strict_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/spec/strict"
)

// letter is a payload that defines a few members.
type letter struct {
	Issuer string `json:"iss"`
	Body   *struct {
		Kind string `json:"kind"`
	} `json:"body"`
	hidden string
}

func members(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"m%d":0`, i)
	}
	return "{" + b.String()[1:] + "}"
}

// TestWhatTwoReadersCouldReadTwoWaysIsRefused by the requirement that it breaks.
func TestWhatTwoReadersCouldReadTwoWaysIsRefused(t *testing.T) {
	shape := strict.ShapeOf(letter{hidden: "no member"})
	cases := []struct{ text, requirement string }{
		{`{}`, ""},
		{" {\"iss\" : \"a\" , \"body\" : {\"kind\":\"b\"}}\r\n", ""},
		{`{"n":-9007199254740991,"m":9007199254740991,"z":0}`, ""},
		{`{"a":{"x":1},"b":{"x":1}}`, ""},
		{`{"a":"\ud83d\ude00\/\u0041"}`, ""},
		{strings.Repeat(`{"a":`, 15) + "{}" + strings.Repeat("}", 15), ""},
		{members(8192), ""},
		{`{"a":1,"a":1}`, "REQ-OPEN-008"},
		{`{"iss":1,"\u0069ss":1}`, "REQ-OPEN-008"},
		{`{"x":1,"X":1}`, "REQ-OPEN-008"},
		{`{"a":[{"b":1,"b":2}]}`, "REQ-OPEN-008"},
		{members(30)[:len(members(30))-1] + `,"M29":0}`, "REQ-OPEN-008"},
		{`{"Iss":"a"}`, "REQ-OPEN-009"},
		{`{"other":{"KIND":"a"}}`, "REQ-OPEN-009"},
		{`{"n":1.0}`, "REQ-OPEN-010"},
		{`{"n":1e2}`, "REQ-OPEN-010"},
		{`{"n":-0}`, "REQ-OPEN-010"},
		{`{"n":9007199254740992}`, "REQ-OPEN-010"},
		{`{"n":-10000000000000000}`, "REQ-OPEN-010"},
		{"\ufeff{}", "REQ-OPEN-011"},
		{"{\"a\":\"\xff\"}", "REQ-OPEN-011"},
		{`{"a":"\u0000"}`, "REQ-OPEN-011"},
		{`{"a":"\ud800"}`, "REQ-OPEN-011"},
		{`{"a":"\udc00"}`, "REQ-OPEN-011"},
		{`{"a":"\ud800\u0041"}`, "REQ-OPEN-011"},
		{strings.Repeat(`{"a":`, 16) + "{}" + strings.Repeat("}", 16), "REQ-OPEN-012"},
		{`{"a":` + strings.Repeat("[", 16) + strings.Repeat("]", 16) + "}", "REQ-OPEN-012"},
		{members(8193), "REQ-OPEN-012"},
		{``, "REQ-OPEN-013"},
		{`[]`, "REQ-OPEN-013"},
		{`null`, "REQ-OPEN-013"},
		{`{} {}`, "REQ-OPEN-013"},
		{`{"a":1,}`, "REQ-OPEN-013"},
		{`{"a" 1}`, "REQ-OPEN-013"},
		{`{a:1}`, "REQ-OPEN-013"},
		{`{"a":01}`, "REQ-OPEN-013"},
		{`{"a":+1}`, "REQ-OPEN-013"},
		{`{"a":NaN}`, "REQ-OPEN-013"},
		{`{"a":"\x41"}`, "REQ-OPEN-013"},
		{`{"a":"\u00g0"}`, "REQ-OPEN-013"},
		{"{\"a\":\"\n\"}", "REQ-OPEN-013"},
		{`{"a":"b`, "REQ-OPEN-013"},
		{`{"a":[1`, "REQ-OPEN-013"},
	}
	for _, c := range cases {
		_, _, fault := strict.Object(c.text, &shape)
		got := ""
		if fault != nil {
			got = fault.Requirement
		}
		if got != c.requirement {
			t.Errorf("%.60q: %q, want %q", c.text, got, c.requirement)
		}
	}
}

// TestTheTopMembersComeInOrderAsTheyAreSpelled, decoded names and raw values.
func TestTheTopMembersComeInOrderAsTheyAreSpelled(t *testing.T) {
	got, text, fault := strict.Object(`{"b": [1, {"c":2}] ,"\u0061":"x","d":null}`, nil)
	if fault != nil {
		t.Fatal(fault)
	}
	want := []strict.Member{{"b", '[', `[1, {"c":2}]`}, {"a", '"', `"x"`}, {"d", 'n', "null"}}
	if fmt.Sprint(got) != fmt.Sprint(want) || !strings.Contains(text, `"\u0061":"x"`) {
		t.Errorf("%v in %s, want %v", got, text, want)
	}
}

// TestANameThatOnlyTheDecoderWouldFoldIsHiddenFromIt: it takes U+017F for s,
// the standard does not, and all else stays octet for octet.
func TestANameThatOnlyTheDecoderWouldFoldIsHiddenFromIt(t *testing.T) {
	shape := strict.ShapeOf(letter{})
	in := "{\"i\u017fs\":\"other\",\"wa\u017f\":1}"
	_, text, fault := strict.Object(in, &shape)
	if fault != nil {
		t.Fatal(fault)
	}
	if strings.Contains(text, "i\u017fs") || !strings.Contains(text, `":"other","wa`+"\u017f"+`":1}`) || len(text) != len(in) {
		t.Errorf("the decoder is given %q", text)
	}
}

// TestAShapeHoldsTheMembersOfATypeAndNoOthers, those below the top apart.
func TestAShapeHoldsTheMembersOfATypeAndNoOthers(t *testing.T) {
	shape := strict.ShapeOf(letter{})
	if fmt.Sprint(shape.Top) != "map[body:true iss:true]" || fmt.Sprint(shape.Folded) != "map[body:body iss:iss kind:kind]" {
		t.Errorf("top %v, folded %v", shape.Top, shape.Folded)
	}
}
