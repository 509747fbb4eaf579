package proxy

import (
	"net/http"
	"strings"
)

// identityMutations bend who the target says it is.
func identityMutations() []Mutation {
	const statement, keys = "/.well-known/fukusen", "/.well-known/fukusen/keys"
	text := func(change func(string) string) func(*Answer) bool {
		return func(a *Answer) bool {
			a.Body = []byte(change(strings.TrimSpace(string(a.Body))))
			return true
		}
	}
	return []Mutation{
		{Name: "statement-type", About: "the statement is called text/plain", Notice: []string{"REQ-STM-001"}, Make: on(statement, func(a *Answer) bool {
			a.Header.Set("Content-Type", "text/plain")
			return true
		})},
		{
			Name: "statement-kid", About: "the statement's header is changed", Notice: []string{"REQ-STM-001"},
			Make: on(statement, text(func(s string) string { return inMiddle(s, 0) })),
		},
		{
			Name: "statement-claims", About: "the statement's payload is changed", Notice: []string{"REQ-STM-001"},
			Make: on(statement, text(func(s string) string { return inMiddle(s, 1) })),
		},
		{
			Name: "statement-spare-bits", About: "unused base64 bits of the statement's signature are set", Notice: []string{"REQ-STM-001"},
			Make: on(statement, text(spare)),
		},
		{
			Name: "statement-padding", About: "the statement's parts are padded", Notice: []string{"REQ-STM-001"},
			Make: on(statement, text(func(s string) string { return s + "==" })),
		},
		{
			Name: "statement-cut", About: "the statement ends in the middle", Notice: []string{"REQ-STM-001"},
			Make: on(statement, text(func(s string) string { return s[:len(s)/2] })),
		},
		{
			Name: "keys-signature", About: "the key history's signature is changed", Notice: []string{"REQ-KEY-001"},
			Make: on(keys, text(func(s string) string { return inMiddle(s, 2) })),
		},
		{Name: "keys-gone", About: "there is no key history", Notice: []string{"REQ-KEY-001"}, Make: on(keys, func(a *Answer) bool {
			a.Status = http.StatusNotFound
			return true
		})},
		{Name: "did-key-gone", About: "the DID document lists no key", Notice: []string{"REQ-STM-008"}, Make: on("/.well-known/did.json", func(a *Answer) bool {
			return rewriteJSON(a, func(doc map[string]any) bool {
				doc["verificationMethod"] = []any{}
				return true
			})
		})},
	}
}

// feedMutations bend what the target's logs show.
func feedMutations() []Mutation {
	own := []string{"REQ-FEED-006", "REQ-WDR-002", "REQ-AVL-011", "REQ-FEED-011", "REQ-FEED-017"}
	return []Mutation{
		{Name: "page-without-head", About: "a page has no head", Notice: own, Make: onFeed(func(p map[string]any) bool {
			delete(p, "head")
			return true
		})},
		{Name: "page-head-changed", About: "a digit of the head is changed", Notice: own, Make: onFeed(func(p map[string]any) bool {
			head, _ := p["head"].(string)
			p["head"] = strings.Replace(head, "epoch 1", "epoch 2", 1)
			return head != ""
		})},
		{Name: "page-head-signature", About: "the head's signature is changed", Notice: own, Make: onFeed(func(p map[string]any) bool {
			head, _ := p["head"].(string)
			p["head"] = flip(strings.TrimRight(head, "\n=")) + "=\n"
			return head != ""
		})},
		{Name: "page-reordered", About: "the items of a page stand in another order", Notice: own, Make: onFeed(func(p map[string]any) bool {
			list := items(p)
			if len(list) < 2 {
				return false
			}
			list[0], list[len(list)-1] = list[len(list)-1], list[0]
			return true
		})},
		{Name: "page-item-gone", About: "the first item of a page is left out", Notice: own, Make: onFeed(func(p map[string]any) bool {
			list := items(p)
			if len(list) == 0 {
				return false
			}
			p["items"] = list[1:]
			return true
		})},
		{Name: "page-item-twice", About: "an item of a page stands twice", Notice: own, Make: onFeed(func(p map[string]any) bool {
			list := items(p)
			if len(list) == 0 {
				return false
			}
			p["items"] = append(list, list[len(list)-1])
			return true
		})},
		{Name: "record-spare-bits", About: "unused base64 bits of a record are set", Notice: own, Make: onFeed(eachItem(func(it map[string]any) bool {
			token, ok := it["record"].(string)
			if !ok || token == "" {
				return false
			}
			it["record"] = spare(token)
			return true
		}))},
		{Name: "record-changed", About: "a record's payload is changed", Notice: own, Make: onFeed(eachItem(func(it map[string]any) bool {
			token, ok := it["record"].(string)
			if !ok || token == "" {
				return false
			}
			it["record"] = inMiddle(token, 1)
			return true
		}))},
		{Name: "record-gone", About: "live items have no body", Notice: own, Make: onFeed(eachItem(func(it map[string]any) bool {
			_, had := it["record"]
			delete(it, "record")
			return had && it["state"] == "live"
		}))},
		{Name: "state-unknown", About: "live items have a state of their own", Notice: own, Make: onFeed(eachItem(func(it map[string]any) bool {
			it["state"] = "present"
			return true
		}))},
		{Name: "withdrawn-live", About: "what was withdrawn is shown as live", Notice: []string{"REQ-WDR-002", "REQ-FEED-006"}, Make: onFeed(eachItem(func(it map[string]any) bool {
			if it["state"] == "live" {
				return false
			}
			it["state"] = "live"
			return true
		}))},
		{Name: "number-shifted", About: "numbers of items are one too high", Notice: own, Make: onFeed(eachItem(func(it map[string]any) bool {
			it["n"] = 1_000_000
			return true
		}))},
		{Name: "stale-page", About: "each page of a log is answered as it first was", Notice: []string{"REQ-WDR-002", "REQ-FEED-017", "REQ-FEED-006"}, Make: stale},
	}
}

// stale answers each question about a log as it was first answered.
func stale() Change {
	first := make(map[string][]byte)
	return func(a *Answer) bool {
		if !feedOf(a) {
			return false
		}
		key := a.Path + "?" + a.Query.Encode()
		if old, known := first[key]; known {
			a.Body = old
			return true
		}
		first[key] = a.Body
		return false
	}
}
