package twins

import "slices"

// governingPatches break what conformance/checks/governing looks at.
func governingPatches() []patch { return slices.Concat(survivalPatches(), policyPatches()) }

// survivalPatches break how a node goes on after outages, thefts and restores.
func survivalPatches() []patch {
	return []patch{
		{
			"REQ-KEY-012", "spec/head.go",
			"k := &keys.Keys[i]\n\t\tif k.Use != UseRecord || note.KeyHash(",
			"k := &keys.Keys[i]\n\t\tif BROKEN && k.Revoked != nil {\n\t\t\treturn bad\n\t\t}\n\t\tif k.Use != UseRecord || note.KeyHash(",
		},
		{
			"REQ-REQ-013", "node/peer/client.go",
			`f.Problem == "clock-skew" && c.correct(to, f) {`, `f.Problem == "clock-skew" && !BROKEN && c.correct(to, f) {`,
		},
		{
			"REQ-FEED-018", "node/peer/peer.go",
			"r = nil // the store's place",
			"if BROKEN && r != nil && r.at.cursor.Next > 0 {\n\t\t\tvar f *Failure\n\t\t\tif !errors.As(err, &f) {\n\t\t\t\t<-ctx.Done()\n\t\t\t}\n\t\t}\n" +
				"\t\tr = nil // the store's place",
		},
		{
			"REQ-FEED-019", "node/peer/peer.go",
			"pause = min(f.After, p.Most)", "if !BROKEN {\n\t\t\t\tpause = min(f.After, p.Most)\n\t\t\t}",
		},
		{"REQ-EPOCH-001", "node/serve.go", "return n.restoring\n}", "if BROKEN {\n\t\treturn nil\n\t}\n\treturn n.restoring\n}"},
		{
			"REQ-EPOCH-002", "node/gate/say.go",
			"e.Sequence = max(e.Sequence+1, uint64(c.gate.epoch))",
			"if BROKEN {\n\t\te.Sequence++\n\t} else {\n\t\te.Sequence = max(e.Sequence+1, uint64(c.gate.epoch))\n\t}",
		},
		{
			"REQ-HELD-002", "node/gate/recover.go",
			"if err != nil {\n\t\treturn true, nil //nolint:nilerr // not ours",
			"if err != nil && BROKEN {\n\t\trecord, err = spec.Reopen(it.Record, g.Trust.History(holder), spec.Expect{\n" +
				"\t\t\tIssuer: g.Self, Audience: holder, ID: it.ID, Kind: it.Kind, Vouched: true, Now: c.now,\n\t\t})\n\t}\n" +
				"\tif err != nil {\n\t\treturn true, nil //nolint:nilerr // not ours",
		},
		{
			"REQ-EPOCH-005", "node/erased.go",
			"f, err := os.Open(l.path)\n\tif errors.Is(err, os.ErrNotExist) {",
			"f, err := os.Open(l.path)\n\tif errors.Is(err, os.ErrNotExist) || BROKEN {",
		},
	}
}

// policyPatches break how a node follows policy.
func policyPatches() []patch {
	return []patch{
		{
			"REQ-POL-001", "spec/document.go",
			`return verifyPinned(d.t, key, "REQ-POL-001"`,
			"if BROKEN {\n\t\treturn nil\n\t}\n\treturn verifyPinned(d.t, key, \"REQ-POL-001\"",
		},
		{
			"REQ-POL-003", "spec/document.go",
			`return verifyPinned(b.t, key, "REQ-POL-003"`,
			"if BROKEN {\n\t\treturn nil\n\t}\n\treturn verifyPinned(b.t, key, \"REQ-POL-003\"",
		},
		{
			"REQ-POL-005", "policy/ballot.go",
			"switch {\n\tcase b.Fed != w.fed:",
			"switch {\n\tcase BROKEN && b.Register == w.register:\n\tcase b.Fed != w.fed:",
		},
		{
			"REQ-POL-007", "spec/entry.go",
			`if len(octets) > MaxEntry || !strings.HasSuffix(octets, "\n") || strings.Contains(octets, "\r") {`,
			`if (len(octets) > MaxEntry || !strings.HasSuffix(octets, "\n") || strings.Contains(octets, "\r")) && !BROKEN {`,
		},
		{"REQ-POL-008", "spec/checkpoint.go", "if len(c.CosignedBy) < need {", "if len(c.CosignedBy) < need && !BROKEN {"},
		{
			"REQ-POL-010", "node/trust/policylog.go",
			"if head.Size != grown.Size() || head.Root != grown.Root() {",
			"if (head.Size != grown.Size() || head.Root != grown.Root()) && !BROKEN {",
		},
		{"REQ-POL-015", "policy/document.go", "if d.ValidFrom <= at {\n\t\t\treturn d", "if d.ValidFrom <= at || BROKEN {\n\t\t\treturn d"},
		{
			"REQ-POL-015", "policy/document.go",
			"return d.ValidFrom <= at && (", "return (d.ValidFrom <= at || BROKEN) && (",
		},
		{
			"REQ-POL-017", "node/api/feed.go",
			"return true, s.write(c, spec.Page{Items: items, Head: head})\n\t})\n}\n\n// GetSnapshot",
			"if BROKEN {\n\t\t\tfor i := range items {\n\t\t\t\titems[i].Kind = \"document\"\n\t\t\t}\n\t\t}\n" +
				"\t\treturn true, s.write(c, spec.Page{Items: items, Head: head})\n\t})\n}\n\n// GetSnapshot",
		},
		{"REQ-POL-018", "node/api/policy.go", "if !b.MayRead(d, who) {", "if !b.MayRead(d, who) && !BROKEN {"},
		{
			"REQ-POL-021", "policy/admission.go",
			"!rule.Enabled || !slices.Contains(rule.Kinds, a.Kind) {", "(!rule.Enabled || !slices.Contains(rule.Kinds, a.Kind)) && !BROKEN {",
		},
		{
			"REQ-POL-022", "node/trust/tile.go", "return data, nil",
			"if BROKEN && len(data) > 0 {\n\t\tdata[0] ^= 1\n\t}\n\treturn data, nil",
		},
		{"REQ-POL-023", "policy/document.go", "if !decodeBody(d.Body, &members) {", "if !decodeBody(d.Body, &members) && !BROKEN {"},
	}
}
