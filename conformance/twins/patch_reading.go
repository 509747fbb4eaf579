package twins

// readingPatches break what conformance/checks/reading looks at.
func readingPatches() []patch {
	return []patch{
		// The refusal stands outside the condition, so that a head that is no head
		// at all is still refused: the twin is lenient, it does not fall over.
		{
			"REQ-HEAD-001", "spec/head.go",
			`	text, sigs, ok := note.Split(sealed, 1)
	m := headForm.FindStringSubmatch(text)
	if !ok || m == nil || len(sealed) > maxHead {
		return nil, refuseField("REQ-HEAD-001", "head", "a head is a signed note of the seven lines of section 6")
	}
`,
			`	most := 1
	if BROKEN {
		most = 16
	}
	text, sigs, ok := note.Split(sealed, most)
	m := headForm.FindStringSubmatch(text)
	form := refuseField("REQ-HEAD-001", "head", "a head is a signed note of the seven lines of section 6")
	if !ok || m == nil || len(sealed) > maxHead {
		return nil, form
	}
`,
		},
		{
			"REQ-HEAD-003", "spec/head.go",
			`	if r := verifyHead(text, sigs[0], node, keys, h.At); r != nil {`,
			`	if r := verifyHead(text, sigs[0], node, keys, h.At); r != nil && !BROKEN {`,
		},
		// A page with a bad record in it is given back whole.
		{
			"REQ-FEED-009", "node/gate/walk.go",
			`	return g.commit(ctx, last.delivery, list)`,
			`	for i := range list {
		if BROKEN && list[i].record == nil && list[i].outcome.Refusal != nil {
			return nil, errClosed
		}
	}
	return g.commit(ctx, last.delivery, list)`,
		},
		{
			"REQ-FEED-012", "node/peer/snapshot.go",
			`	if err != nil || !bytes.Equal(want, sum) || count != len(l.live) {`,
			`	if !BROKEN && (err != nil || !bytes.Equal(want, sum) || count != len(l.live)) {`,
		},
		{
			"REQ-EPOCH-004", "node/peer/peer.go",
			`	if got.End && r.at.cursor.Relist {`,
			`	if got.End && r.at.cursor.Relist && !BROKEN {`,
		},
	}
}
