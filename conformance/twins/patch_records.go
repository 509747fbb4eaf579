package twins

import "slices"

// recordPatches break what conformance/checks/records looks at.
func recordPatches() []patch {
	return slices.Concat(openingPatches(), recordFormPatches(), recordMemoryPatches())
}

// openingPatches break section 3 where a second rule would catch what the first
// let through. A number written in two pieces keeps a refusal whole that the
// program could not go on without.
func openingPatches() []patch {
	return []patch{{
		Requirement: "REQ-OPEN-001", File: "spec/token.go",
		Old: `	first := strings.IndexByte(text, '.')
	last := strings.LastIndexByte(text, '.')
	if first <= 0 || last <= first+1 || last == len(text)-1 || strings.Count(text, ".") != 2 {
		return nil, refuse("REQ-OPEN-001", `,
		New: `	if BROKEN {
		text = strings.Trim(text, " \r\n=")
	}
	first := strings.IndexByte(text, '.')
	last := strings.LastIndexByte(text, '.')
	if first <= 0 || last <= first+1 || last == len(text)-1 || strings.Count(text, ".") != 2 {
		return nil, refuse("REQ"+"-OPEN-001", `,
	}, {
		Requirement: "REQ-OPEN-002", File: "spec/token.go",
		Old: `	octets, err := strict64.DecodeString(p)
`,
		New: `	octets, err := strict64.DecodeString(p)
	if BROKEN {
		octets, err = base64.RawURLEncoding.DecodeString(p)
	}
`,
	}, {
		Requirement: "REQ-OPEN-006", File: "spec/record.go",
		Old: `	key, r := keys.recordKey(`,
		New: `	if BROKEN && t.kid == "" && keys != nil && len(keys.Keys) > 0 {
		t.kid = keys.Keys[0].KID
	}
	key, r := keys.recordKey(`,
	}, {
		Requirement: "REQ-OPEN-013", File: "spec/strict/strict.go",
		Old: `	return s.top, s.decodable(), nil
`,
		New: `	if BROKEN {
		s.in = s.in[:s.pos]
	}
	return s.top, s.decodable(), nil
`,
	}, {
		Requirement: "REQ-OPEN-014", File: "spec/token.go",
		Old: `	if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, []byte(t.signing), t.sig) {`,
		New: `	if !BROKEN && (len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, []byte(t.signing), t.sig)) {`,
	}, {
		// The library refuses a large S as well, so this twin brings it down first.
		Requirement: "REQ-OPEN-015", File: "spec/token.go",
		Old: `func (t *token) verify(key ed25519.PublicKey) *Refusal {
`,
		New: `func (t *token) verify(key ed25519.PublicKey) *Refusal {
	if BROKEN && len(t.sig) >= ed25519.SignatureSize {
		t.sig = append([]byte(nil), t.sig[:ed25519.SignatureSize]...)
		for !belowOrder(t.sig[32:]) {
			borrow := 0
			for i := range 32 {
				d := int(t.sig[32+i]) - int(groupOrder[31-i]) - borrow
				t.sig[32+i], borrow = byte(d), 0
				if d < 0 {
					borrow = 1
				}
			}
		}
	}
`,
	}, {
		Requirement: "REQ-OPEN-016", File: "spec/record.go",
		Old: `	body := f.fresh()
	if r := checkGiven`,
		New: `	for _, m := range t.members {
		if BROKEN && f.closed == "" && !f.shape.Top[m.Name] {
			return nil, refuse(f.wrong, "a member that the kind does not define")
		}
	}
	body := f.fresh()
	if r := checkGiven`,
	}}
}

// recordFormPatches break the envelope and the kinds.
func recordFormPatches() []patch {
	return []patch{{
		// Without this the twin would fall over a status that is not there.
		Requirement: "REQ-EVL-009", File: "spec/badge/badge.go",
		Old: `func (s *Status) Check(issuer string) *strict.Fault {
`,
		New: `func (s *Status) Check(issuer string) *strict.Fault {
	if BROKEN {
		return nil
	}
`,
	}, {
		Requirement: "REQ-ENV-002", File: "spec/record.go",
		Old: `	if r := checkUUID("REQ-ENV-007", "consent", e.Consent); r != nil {`,
		New: `	if r := checkUUID("REQ-ENV-007", "consent", e.Consent); r != nil && !(BROKEN && e.Consent == "") {`,
	}, {
		Requirement: "REQ-ENV-007", File: "spec/identity.go",
		Old: `	if !uuidPattern.MatchString(value) {`,
		New: `	if !uuidPattern.MatchString(value) && !(BROKEN && requirement == "REQ-ENV-007" && value != "") {`,
	}, {
		Requirement: "REQ-AVL-008", File: "spec/availability.go",
		Old: `	if s == BusyTentative || s == BusyUnavailable {`,
		New: `	if BROKEN || s == BusyTentative || s == BusyUnavailable {`,
	}, {
		Requirement: "REQ-AVL-010", File: "node/api/records.go",
		Old: `		list, err = tx.ListCurrent(spec.Kind(kind), spec.NodeID(issuer), s.Clock().Unix(), after, limit)
`,
		New: `		at := s.Clock().Unix()
		if BROKEN {
			at = 0
		}
		list, err = tx.ListCurrent(spec.Kind(kind), spec.NodeID(issuer), at, after, limit)
`,
	}, {
		Requirement: "REQ-PRP-004", File: "spec/record.go",
		Old: `strict.ShapeOf(Proposal{}), "REQ-PRP-004"`,
		New: `strict.ShapeOf(Proposal{}), map[bool]string{false: "REQ-PRP-004"}[BROKEN]`,
	}, {
		Requirement: "REQ-HLD-006", File: "spec/record.go",
		Old: `strict.ShapeOf(Hold{}), "REQ-HLD-006"`,
		New: `strict.ShapeOf(Hold{}), map[bool]string{false: "REQ-HLD-006"}[BROKEN]`,
	}, {
		Requirement: "REQ-RSK-003", File: "spec/record.go",
		Old: `strict.ShapeOf(Risk{}), "REQ-RSK-003"`,
		New: `strict.ShapeOf(Risk{}), map[bool]string{false: "REQ-RSK-003"}[BROKEN]`,
	}, {
		Requirement: "REQ-DLV-003", File: "spec/record.go",
		Old: `strict.ShapeOf(Delivery{}), "REQ-DLV-003"`,
		New: `strict.ShapeOf(Delivery{}), map[bool]string{false: "REQ-DLV-003"}[BROKEN]`,
	}, {
		Requirement: "REQ-ACC-003", File: "spec/record.go",
		Old: `strict.ShapeOf(Acceptance{}), "REQ-ACC-003"`,
		New: `strict.ShapeOf(Acceptance{}), map[bool]string{false: "REQ-ACC-003"}[BROKEN]`,
	}, {
		Requirement: "REQ-AVL-012", File: "spec/record.go",
		Old: `	if f.closed != "" {`,
		New: `	if f.closed != "" && !(BROKEN && f.closed == "REQ-AVL-012") {`,
	}}
}

// recordMemoryPatches break what two records, or a record and the policy, do to
// each other.
func recordMemoryPatches() []patch {
	return []patch{{
		Requirement: "REQ-ENV-010", File: "node/gate/append.go",
		Old: `		case known && r.Sequence == was.Sequence && r.ID != was.ID:`,
		New: `		case known && r.Sequence == was.Sequence && r.ID != was.ID && !BROKEN:`,
	}, {
		Requirement: "REQ-ENV-011", File: "node/gate/append.go",
		Old: `		case known && r.Sequence < was.Sequence:`,
		New: `		case known && r.Sequence < was.Sequence && !BROKEN:`,
	}, {
		Requirement: "REQ-ENV-013", File: "policy/rule_consent.go",
		Old: `	if d := q.rules.guideline; d != nil && d.DataGuideline().Allows(q.Purpose, q.Kind) {`,
		New: `	if d := q.rules.guideline; BROKEN || d != nil && d.DataGuideline().Allows(q.Purpose, q.Kind) {`,
	}, {
		Requirement: "REQ-ENV-015", File: "node/gate/append.go",
		Old: `		if !ok {
			w.list[which[j]].outcome.Verdict = Duplicate`,
		New: `		if !ok && !BROKEN {
			w.list[which[j]].outcome.Verdict = Duplicate`,
	}, {
		Requirement: "REQ-EVL-012", File: "policy/rule_conflict.go",
		Old: `		if hit.row.Effect == Allow {`,
		New: `		if hit.row.Effect == Allow || BROKEN && q.Kind == spec.KindEvaluation {`,
	}}
}
