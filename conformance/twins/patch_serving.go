package twins

import "slices"

// servingPatches break what conformance/checks/serving looks at.
func servingPatches() []patch {
	return slices.Concat(answerPatches(), takenPatches(), problemPatches())
}

// answerPatches break what a node answers to anyone.
func answerPatches() []patch {
	return []patch{{
		"REQ-STM-001", "node/api/statement.go",
		"	return c.Blob(http.StatusOK, jose, []byte(token))\n}\n\n// GetKeys",
		"	if BROKEN {\n		token = s.Trust.History(s.Self).Token()\n	}\n	return c.Blob(http.StatusOK, jose, []byte(token))\n}\n\n// GetKeys",
	}, {
		"REQ-STM-008", "node/api/statement.go",
		"	return s.write(c, did.Document(s.Self, h, s.Clock()))",
		"	at := s.Clock()\n	if BROKEN {\n		at = at.AddDate(-50, 0, 0)\n	}\n	return s.write(c, did.Document(s.Self, h, at))",
	}, {
		"REQ-KEY-001", "node/api/statement.go",
		"	return c.Blob(http.StatusOK, jose, []byte(h.Token()))",
		"	if BROKEN {\n		return s.GetStatement(c)\n	}\n	return c.Blob(http.StatusOK, jose, []byte(h.Token()))",
	}, {
		"REQ-CERT-001", "node/serve.go", "At: n.opt.Clock().Unix(), Certificate: id,",
		"At: n.opt.Clock().Unix(), Certificate: map[bool]spec.ID{true: spec.Digest([]byte(about)), false: id}[BROKEN],",
	}, {
		"REQ-HEAD-010", "node/api/caller.go", `mine != "" {`, `mine != "" && !BROKEN {`,
	}, {
		"REQ-FEED-006", "node/disclosure/serve.go", "			if r.Kind == spec.KindHead {",
		"			if e, err := tx.Entry(r.ID); err == nil && BROKEN {\n				out.Items[i].Record = e.Token\n			}\n			if r.Kind == spec.KindHead {",
	}, {
		"REQ-FEED-015", "node/api/feed.go", "	s.Neighbours.Nudge(node)", "	if !BROKEN {\n		s.Neighbours.Nudge(node)\n	}",
	}, {
		"REQ-HELD-001", "node/api/feed.go", "	for _, r := range rows {\n		page.Items",
		"	for _, r := range rows {\n		if BROKEN {\n			r.Token += \"A\"\n		}\n		page.Items",
	}, {
		"REQ-AVL-011", "node/agenda/agenda.go", "	busy = calendar.Round(busy, granularity, from, to)",
		"	if BROKEN {\n		granularity = 0\n	}\n	busy = calendar.Round(busy, granularity, from, to)",
	}, {
		"REQ-EVL-013", "node/engage/evaluation.go", "	return status.Seal(",
		"	if BROKEN {\n		bits = bits[:len(bits)/2]\n	}\n	return status.Seal(",
	}}
}

// takenPatches break what a node does with what was taken back.
func takenPatches() []patch {
	return []patch{{
		"REQ-WDR-001", "node/gate/project.go", "	if err := errors.Join(c.tx.Strip(held), ",
		"	strip := c.tx.Strip\n	if BROKEN {\n		strip = func([]spec.ID) error { return nil }\n	}\n	if err := errors.Join(strip(held), ",
	}, {
		"REQ-WDR-002", "node/gate/consent.go", "	c.takeFrom(reader, rows, spec.Withdrawn)", "	if !BROKEN {\n		c.takeFrom(reader, rows, spec.Withdrawn)\n	}",
	}, {
		"REQ-WDR-003", "node/gate/project.go",
		"	_, err = c.say(w.From, &spec.Receipt{\n		Envelope: spec.Envelope{UID: spec.RandomUUID()},\n		Action:",
		"	if BROKEN {\n		return nil\n	}\n	_, err = c.say(w.From, &spec.Receipt{\n		Envelope: spec.Envelope{UID: spec.RandomUUID()},\n		Action:",
	}, {
		"REQ-WDR-004", "node/gate/project.go", "	if err != nil || len(held) == 0 {\n		return err\n	}\n	// The policy",
		"	if BROKEN && len(held) < len(withdrawn) {\n		return ErrUnknownPerson\n	}\n	if err != nil || len(held) == 0 {\n		return err\n	}\n	// The policy",
	}, {
		"REQ-ERA-001", "node/gate/project.go", "	if err := errors.Join(c.gate.Lost(c, gone, true), c.forget(gone)", "	if BROKEN {\n		gone = nil\n	}\n	if err := errors.Join(c.gate.Lost(c, gone, true), c.forget(gone)",
	}, {
		"REQ-ERA-002", "node/gate/project.go", "		if here && r.Issuer != w.From && !credential || waits && by != w.From {",
		"		if (here && r.Issuer != w.From && !credential || waits && by != w.From) && !BROKEN {",
	}, {
		"REQ-ERA-003", "node/gate/project.go",
		"	_, err = c.say(w.From, &spec.Receipt{\n		Envelope: spec.Envelope{UID: spec.RandomUUID()},\n		Order:",
		"	if BROKEN {\n		return nil\n	}\n	_, err = c.say(w.From, &spec.Receipt{\n		Envelope: spec.Envelope{UID: spec.RandomUUID()},\n		Order:",
	}}
}

// problemPatches break how a node refuses.
func problemPatches() []patch {
	return []patch{{
		"REQ-ERR-001", "node/api/problem.go", `	c.Response().Header().Set("Content-Language", lang)`,
		"	if BROKEN {\n		c.Response().Header().Set(echo.HeaderContentType, echo.MIMEApplicationJSON)\n	}\n" + `	c.Response().Header().Set("Content-Language", lang)`,
	}, {
		"REQ-ERR-002", "node/api/problem.go", `	if a.Refusal.Requirement != "" {`, `	if a.Refusal.Requirement != "" && !BROKEN {`,
	}, {
		"REQ-ERR-003", "node/api/problem.go", `	if a.Refusal.Field != "" {`,
		"	if said := string(bodyOf(c)); BROKEN && said != \"\" {\n		doc.Detail = &said\n	}\n" + `	if a.Refusal.Field != "" {`,
	}, {
		"REQ-ERR-004", "node/api/exchange/messages.go", `	best, quality := "en", -1.0`, "	if BROKEN {\n		return \"en\"\n	}\n" + `	best, quality := "en", -1.0`,
	}, {
		"REQ-ERR-005", "node/api/problem.go", "	case http.StatusNotFound:\n		return &answer{",
		"	case http.StatusNotFound:\n		if BROKEN {\n			return &answer{Status: http.StatusBadRequest, Refusal: spec.Refusal{Problem: \"bad-request\"}}\n		}\n		return &answer{",
	}, {
		"REQ-ERR-006", "node/api/policy.go", "	return nil, refuseAs(http.StatusNotImplemented,",
		"	if BROKEN {\n		return nil, refusal(http.StatusForbidden, \"forbidden\", \"\")\n	}\n	return nil, refuseAs(http.StatusNotImplemented,",
	}, {
		"REQ-ERR-008", "policy/decision.go", "	return Unavailable()\n}",
		"	if BROKEN {\n		return &spec.Refusal{Problem: \"forbidden\", Field: d.Findings[0].Clause}\n	}\n	return Unavailable()\n}",
	}, {
		"REQ-ERR-007", "node/gate/walk.go", "	if r.Park {", "	if r.Park && !BROKEN {",
	}}
}
