package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/signin"
)

// characters are the staff of every node, all of them fictional.
func characters() []signin.Newcomer {
	var list []signin.Newcomer
	for _, c := range []struct {
		name string
		role access.Role
	}{
		{"架空 運子", access.Operator},
		{"架空 窓太", access.Clerk},
		{"架空 調", access.Coordinator},
		{"架空 櫂斗", access.Coach},
		{"架空 評", access.Evaluator},
		{"架空 教", access.Educator},
		{"架空 議", access.Council},
	} {
		list = append(list, signin.Newcomer{
			Name: c.name, Language: "ja", Demo: true, Held: access.Held{Role: c.role, Organisation: access.Home},
		})
	}
	return list
}

// cast gives every node its characters, so that a browser can be one of them.
func (s *story) cast(ctx context.Context) error {
	for _, x := range s.seats {
		if err := node.Cast(ctx, x.config.Complete(), characters(), time.Now); err != nil {
			return fmt.Errorf("characters of %s: %w", x.name, err)
		}
	}
	s.out.phase("pages", "画面", "be one of %d fictional characters in a browser: %s/demo", len(characters()), s.seats[0].id)
	return nil
}
