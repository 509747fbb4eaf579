package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/spec"
)

// rule says who may call one operation, and how much body it takes.
type rule struct {
	method, path string
	Who          []string `json:"who"` // public, node, reader, bearer
	Roles        []string `json:"roles"`
	maxBody      int64    // 0: none is taken
}

// access is the rule as the one place that decides reads it. A role acts for
// people of the organisation it is held in; person means the one in the path.
func (r rule) access(operation string) access.Rule {
	a := access.Rule{Public: r.allows("public"), Nodes: r.allows("node") || r.allows("reader")}
	if !r.allows("bearer") {
		return a
	}
	a.Operation, a.Anywhere = operation, true
	for _, role := range r.Roles {
		if role == access.Person {
			a.Own = true
			continue
		}
		a.Roles = append(a.Roles, role)
	}
	return a
}

func (r rule) allows(who string) bool { return slices.Contains(r.Who, who) }

// declared are the rules of the contract that this program carries, read once
// for all nodes of a process and changed by none.
var declared = sync.OnceValues(func() (map[string]rule, error) { return readRules(spec.Contract()) })

// readRules reads the access rules from the contract, which is the one place
// that declares them. An operation without a rule is an error.
func readRules(contract []byte) (map[string]rule, error) {
	doc, err := openapi3.NewLoader().LoadFromData(contract)
	if err != nil {
		return nil, fmt.Errorf("read contract: %w", err)
	}
	rules := make(map[string]rule)
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			r := rule{method: method, path: echoPath(path)}
			if err := extension(op.Extensions["x-fukusen-access"], &r); err != nil || len(r.Who) == 0 {
				return nil, fmt.Errorf("contract: %s %s declares no access rule", method, path)
			}
			if limit, ok := op.Extensions["x-fukusen-max-body"]; ok {
				if err := extension(limit, &r.maxBody); err != nil {
					return nil, fmt.Errorf("contract: %s %s: x-fukusen-max-body: %w", method, path, err)
				}
			}
			rules[op.OperationID] = r
		}
	}
	return rules, nil
}

func extension(raw any, into any) error {
	octets, err := json.Marshal(raw)
	if err != nil {
		return err
	}
	return json.Unmarshal(octets, into)
}

func echoPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// at reports whether the rule is that of a route; a tile's index has several parts.
func (r rule) at(path string) bool {
	return r.path == path || r.path == "/v1/policy/tile/:level/:index" && path == "/v1/policy/tile/:level/*"
}

func routeKnown(rules map[string]rule, method, path string) bool {
	for _, r := range rules {
		if r.method == method && r.at(path) {
			return true
		}
	}
	return false
}

// methodsOf lists the methods that the contract defines for a route.
func methodsOf(rules map[string]rule, path string) []string {
	var list []string
	for _, r := range rules {
		if r.at(path) {
			list = append(list, r.method)
		}
	}
	slices.Sort(list)
	return list
}
