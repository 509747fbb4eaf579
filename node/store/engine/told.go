package engine

import "context"

type toldKey struct{}

// Told is a context under which tell hears of each statement before it runs:
// its text, which names no value, and the context it runs under. So a test sees
// what work an answer costs, which must not depend on whether somebody is there.
func Told(ctx context.Context, tell func(ctx context.Context, query string)) context.Context {
	return context.WithValue(ctx, toldKey{}, tell)
}

func (r Rows) tell(query string) {
	if tell, ok := r.ctx.Value(toldKey{}).(func(context.Context, string)); ok {
		tell(r.ctx, query)
	}
}
