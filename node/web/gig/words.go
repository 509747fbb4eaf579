package gig

import (
	"context"
	"strings"

	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/work"
)

// gigPairs say what a gig is, to who is offered it.
func gigPairs(ctx context.Context, o offered) []parts.Pair {
	return append(outcomePairs(ctx, &o.Gig.Gig), parts.Define("gig.skills", parts.Plain(listed(ctx, o.Skills))))
}

// outcomePairs say what work is, without the skills it asks for.
func outcomePairs(ctx context.Context, g *work.Gig) []parts.Pair {
	due, _ := code.ParseUTC(g.Outcome.Due)
	place := parts.T(ctx, "gig.remote")
	if g.Place != "" {
		place = g.Place
		if g.Remote {
			place = parts.T(ctx, "gig.place-or-remote", g.Place)
		}
	}
	return []parts.Pair{
		parts.Define("gig.outcome", parts.Name(g.Outcome.Statement)),
		parts.Define("gig.measure", parts.Name(parts.T(ctx, "gig.measure.of", g.Outcome.Measure, g.Outcome.Target, g.Outcome.Unit))),
		parts.Define("gig.due", parts.Time(due.Unix())),
		parts.Define("gig.place", parts.Plain(place)),
		parts.Define("gig.pay", parts.Plain(payOf(ctx, g.Pay))),
	}
}

// payOf is pay in words; the amount counts the minor unit, of which the yen has none.
func payOf(ctx context.Context, p *work.Pay) string {
	if p.Amount == nil || *p.Amount == 0 {
		return parts.T(ctx, "gig.pay.none")
	}
	amount := parts.Number(*p.Amount)
	if p.Currency != "JPY" {
		amount = parts.Number(*p.Amount/100) + "." + strings.Repeat("0", 2-len(cents(*p.Amount))) + cents(*p.Amount)
	}
	return parts.T(ctx, "gig.pay.of", amount, p.Currency, parts.T(ctx, "gig.per."+p.Per), parts.T(ctx, "gig.basis."+p.Basis))
}

func cents(amount int64) string { return parts.Number(amount % 100) }

// listed joins a list for people, or says that it is empty.
func listed(ctx context.Context, list []string) string {
	if len(list) == 0 {
		return parts.T(ctx, "gig.skills.none")
	}
	return strings.Join(list, " / ")
}
