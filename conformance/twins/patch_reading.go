package twins

import "slices"

// readingPatches break what conformance/checks/reading looks at.
func readingPatches() []patch { return slices.Concat(logPatches(), keyPatches()) }

// logPatches break what is believed of heads, pages and epochs.
func logPatches() []patch {
	return []patch{
		// The refusal stands outside the condition, so that a head that is no head
		// at all is still refused: the twin is lenient, it does not fall over.
		{
			"REQ-HEAD-001", "spec/head.go",
			`	text, sigs, ok := note.Split(sealed, 1)
	m := headForm.FindStringSubmatch(text)
	if !ok || m == nil || len(sealed) > maxHead {
		return nil, "", none, refuseField("REQ-HEAD-001", "head", "a head is a signed note of the seven lines of section 6")
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
		return nil, "", none, form
	}
`,
		},
		{
			"REQ-HEAD-003", "spec/head.go",
			`	if r := verifyHead(text, sig, node, keys, h.At); r != nil {`,
			`	if r := verifyHead(text, sig, node, keys, h.At); r != nil && !BROKEN {`,
		},
		// A page with a bad record in it is given back whole.
		{
			"REQ-FEED-009", "node/gate/walk.go",
			`	return g.commit(ctx, last.delivery, list)`,
			`	for i := range list {
		if BROKEN && list[i].record == nil && list[i].outcome.Refusal != nil {
			return nil, context.Canceled
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

// keyPatches break what is believed of key histories.
func keyPatches() []patch {
	return []patch{
		// A lower serial replaces what is known.
		{
			"REQ-KEY-003", "node/trust/trust.go",
			`	if known != nil && fresh.Serial <= known.Serial {`,
			`	if known != nil && fresh.Serial <= known.Serial && !(BROKEN && fresh.Serial < known.Serial) {`,
		},
		// Any listed key will do for a record: a TLS key, or whichever comes first,
		// so that a record of a key to come is refused for good.
		{
			"REQ-KEY-007", "spec/keys.go",
			`	k := h.Find(UseRecord, kid)
	if k == nil {`,
			`	k := h.Find(UseRecord, kid)
	if BROKEN && k == nil {
		k = h.Find(UseTLS, kid)
	}
	if BROKEN && k == nil && len(h.Keys) > 0 {
		k = &h.Keys[0]
	}
	if k == nil {`,
		},
		// A revoked key vouches for what it signed, itself among it.
		{
			"REQ-KEY-009", "spec/head.go",
			`		if k.CurrentAt(time.Unix(at, 0)) && ed25519.Verify(`,
			`		if (k.CurrentAt(time.Unix(at, 0)) || BROKEN && k.covers(at)) && ed25519.Verify(`,
		},
		{
			"REQ-KEY-010", "node/peer/pull.go",
			`	newer := head != nil && head.Keys > keys.Serial`,
			`	newer := head != nil && head.Keys > keys.Serial && !BROKEN`,
		},
		// The later of two histories wins, and nothing is kept.
		{
			"REQ-KEY-011", "node/trust/trust.go",
			`	if known != nil && known.Serial == fresh.Serial && known.Token() == token {`,
			`	if BROKEN && known != nil && known.Serial == fresh.Serial && known.Token() != token {
		known = nil
	}
	if known != nil && known.Serial == fresh.Serial && known.Token() == token {`,
		},
	}
}
