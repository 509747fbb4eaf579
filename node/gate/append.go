package gate

import (
	"maps"
	"slices"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// append writes proven records to the ledger and lets the newest version of
// each uid become current. A duplicate ends here, harmlessly.
func (c *Change) append(w *delivery) error {
	if err := c.refuseErased(w.list); err != nil {
		return err
	}
	held, err := c.refuseForeignSubjects(w.list)
	if err != nil {
		return err
	}
	if err := c.refuseStrangeCredentials(w); err != nil {
		return err
	}
	var rows []store.Entry
	var which []int
	for i := range w.list {
		if w.list[i].in() {
			rows = append(rows, c.row(w.list[i].record))
			which = append(which, i)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	added, err := c.tx.Append(rows)
	if err != nil {
		return err
	}
	fresh := rows[:0]
	for j, ok := range added {
		if !ok {
			w.list[which[j]].outcome.Verdict = Duplicate
			continue
		}
		fresh = append(fresh, rows[j])
	}
	return c.versionOver(held, fresh)
}

func (c *Change) row(r *spec.Record) store.Entry {
	e := r.Envelope()
	return store.Entry{
		ID: r.ID(), Kind: r.Kind(), Issuer: e.Issuer, Audience: e.Audience, Subject: e.Subject, UID: e.UID,
		Sequence: e.Sequence, IssuedAt: e.IssuedAt, Expires: e.Expires, Until: e.Until, Purpose: e.Purpose,
		Consent: e.Consent, KID: r.KID(), Policy: e.Policy, Token: r.Token(),
		State: store.StateLive, AdmittedAt: c.now.Unix(),
	}
}

func (c *Change) refuseErased(list []entry) error {
	offered := ids(list, (*entry).in)
	if len(offered) == 0 {
		return nil
	}
	erased, err := c.tx.IsErased(offered)
	if err != nil || len(erased) == 0 {
		return err
	}
	for i := range list {
		if list[i].in() && erased[list[i].item.ID] {
			list[i].refuse(spec.RefuseField("REQ-ERA-005", "id", "the record was erased"))
		}
	}
	return nil
}

// refuseForeignSubjects keeps one issuer's names from being used by another
// (REQ-ENV-012), also within one delivery. It answers the versions that are
// held of the records' uids, which version needs next.
func (c *Change) refuseForeignSubjects(list []entry) ([]store.Current, error) {
	held, err := c.tx.CurrentsOf(names(list, func(e *spec.Envelope) string { return e.UID }))
	if err != nil {
		return nil, err
	}
	known := make(map[string]spec.NodeID, 2*len(list))
	for i := range held {
		known[held[i].UID], known[string(held[i].Subject)] = held[i].Issuer, held[i].Issuer
	}
	asked := names(list, func(e *spec.Envelope) string { return string(e.Subject) })
	asked = slices.DeleteFunc(asked, func(name string) bool { return known[name] != "" })
	issuers, err := c.tx.SubjectIssuers(asked)
	if err != nil {
		return nil, err
	}
	maps.Copy(known, issuers)
	for i := range list {
		if !list[i].in() {
			continue
		}
		e := list[i].record.Envelope()
		for _, name := range namesOf(e) {
			if owner, ok := known[name]; ok && owner != e.Issuer {
				given, err := c.given(name, &e, owner)
				if err != nil {
					return nil, err
				}
				if given {
					continue // ours; it stays so
				}
				list[i].refuse(spec.RefuseField("REQ-ENV-012", "sub", "the name is known under another issuer"))
				break
			}
			known[name] = e.Issuer
		}
	}
	return held, nil
}

// names are one member of all records that are still in, without empty ones.
func names(list []entry, member func(*spec.Envelope) string) []string {
	found := make([]string, 0, len(list))
	for i := range list {
		if !list[i].in() {
			continue
		}
		e := list[i].record.Envelope()
		if name := member(&e); name != "" {
			found = append(found, name)
		}
	}
	return found
}

// given reports whether a name is the sub that this home gave to the issuer for
// its people, who is named by it in offers and answers (REQ-ENV-012).
func (c *Change) given(name string, e *spec.Envelope, owner spec.NodeID) (bool, error) {
	if owner != c.gate.Self || name != string(e.Subject) {
		return false, nil
	}
	pairs, err := c.tx.PairwiseBySubject(e.Subject)
	return slices.ContainsFunc(pairs, func(p store.Pairwise) bool { return p.Audience == e.Issuer }), err
}

// namesOf are the names that a record uses: its uid and, about a person, its
// sub. Each belongs to one issuer here.
func namesOf(e spec.Envelope) []string {
	names := []string{e.UID}
	if e.Subject != "" {
		names = append(names, string(e.Subject))
	}
	return names
}

// version lets the highest sequence of each uid become current; two ids for
// one version make the uid unknown, whatever arrived first (REQ-ENV-010, 011).
func (c *Change) version(rows []store.Entry) error {
	uids := make([]string, len(rows))
	for i, r := range rows {
		uids[i] = r.UID
	}
	held, err := c.tx.CurrentsOf(uids)
	if err != nil {
		return err
	}
	return c.versionOver(held, rows)
}

// versionOver is version for who knows what versions are held of the uids.
func (c *Change) versionOver(held []store.Current, rows []store.Entry) error {
	currents := make(map[store.VersionKey]store.Current, len(rows))
	for _, h := range held {
		currents[h.VersionKey] = h
	}
	keys := make([]store.VersionKey, len(rows))
	for i, r := range rows {
		keys[i] = store.VersionKey{Issuer: r.Issuer, Audience: r.Audience, UID: r.UID}
	}
	var superseded, unknown []spec.ID
	touched := make(map[store.VersionKey]bool)
	for i, r := range rows {
		was, known := currents[keys[i]]
		switch {
		case known && r.Sequence < was.Sequence:
			superseded = append(superseded, r.ID)
			continue
		case known && r.Sequence == was.Sequence && r.ID != was.ID:
			first, err := c.equivocation(was, r)
			if err != nil {
				return err
			}
			unknown = append(unknown, r.ID)
			if first.State == store.StateLive {
				unknown = append(unknown, was.ID)
			}
			was.State = store.StateUnknown
			currents[keys[i]] = was
		default:
			if known {
				superseded = append(superseded, was.ID)
			}
			currents[keys[i]] = currentOf(r)
		}
		touched[keys[i]] = true
	}
	if err := c.states(superseded, store.StateSuperseded, unknown, store.StateUnknown); err != nil {
		return err
	}
	put := make([]store.Current, 0, len(touched))
	for key := range touched {
		put = append(put, currents[key])
	}
	return c.tx.PutCurrents(put)
}

func (c *Change) states(a []spec.ID, stateA string, b []spec.ID, stateB string) error {
	if len(a) > 0 {
		if err := c.tx.SetState(a, stateA); err != nil {
			return err
		}
	}
	if len(b) > 0 {
		return c.tx.SetState(b, stateB)
	}
	return nil
}

func currentOf(r store.Entry) store.Current {
	return store.Current{
		VersionKey: store.VersionKey{Issuer: r.Issuer, Audience: r.Audience, UID: r.UID},
		ID:         r.ID, Sequence: r.Sequence, State: store.CurrentKnown, Kind: r.Kind,
		Subject: r.Subject, Expires: r.Expires, Until: r.Until,
	}
}

// equivocation keeps both records byte for byte: signed proof against whoever
// signed both. Of one that was taken back since, the id is left to keep.
func (c *Change) equivocation(was store.Current, r store.Entry) (store.Entry, error) {
	first, err := c.tx.Entry(was.ID)
	if err != nil {
		return first, err
	}
	evidence := first.Token
	if evidence == "" {
		evidence = string(first.ID)
	}
	return first, c.tx.PutProof(store.Proof{
		ID: string(spec.Digest([]byte(string(was.ID) + string(r.ID)))), Kind: "equivocation",
		Issuer: r.Issuer, A: evidence, B: r.Token, At: c.now.Unix(),
	})
}

// refuseStrangeCredentials admits a credential only for a subject id that this
// home gave to that evaluator (REQ-EVL-011); the engagement may still come.
func (c *Change) refuseStrangeCredentials(w *delivery) error {
	if w.From == c.gate.Self {
		return nil
	}
	for i := range w.list {
		e := &w.list[i]
		if !e.in() || e.record.Kind() != spec.KindEvaluation {
			continue
		}
		env := e.record.Envelope()
		given, found, err := maybe(c.tx.Engagement(env.Subject))
		if err != nil {
			return err
		}
		if !found || given.Evaluator != env.Issuer {
			e.refuse(spec.RefuseField("REQ-EVL-011", "sub", "this home gave that subject id to no such evaluator"))
		}
	}
	return nil
}
