package access

import "slices"

// hosted are the roles that make sense in an organisation which this node only
// serves: running the node and the council's votes are home's.
func hosted() []Role { return []Role{Person, Coach, Educator, Evaluator, Coordinator, Clerk} }

// givers says which roles a holder of a role at home, or a coordinator in
// their own organisation, may give.
func givers(role Role) []Role {
	switch role {
	case Operator:
		return Roles()
	case Clerk:
		return []Role{Person, Coach, Educator, Evaluator, Coordinator}
	case Coordinator:
		return []Role{Person, Coach, Educator, Evaluator}
	}
	return nil
}

// MayGive says whether a caller may give a role to an account, or end it. What
// a clerk or an operator may give counts in every organisation of the node; a
// coordinator gives in their own alone. Nobody gives themselves anything, and
// neither a code nor a program gives anybody anything.
func MayGive(c Caller, account string, what Held) bool {
	switch {
	case !c.Known() || c.Node != "" || c.Method == ByDesk || c.Method == ByCode || c.Method == ByToken:
		return false
	case c.Account != "" && c.Account == account:
		return false
	case !slices.Contains(Roles(), what.Role) || what.Organisation == "":
		return false
	case what.Organisation != Home && !slices.Contains(hosted(), what.Role):
		return false
	}
	return slices.ContainsFunc(c.Held, func(h Held) bool {
		where := Home
		if h.Role == Coordinator {
			where = what.Organisation
		}
		return h.Organisation == where && slices.Contains(givers(h.Role), what.Role)
	})
}

// MayGiveAny lists the roles that a caller may give to others in an
// organisation, the least powerful first.
func MayGiveAny(c Caller, organisation string) []Role {
	var list []Role
	for _, role := range Roles() {
		if MayGive(c, "", Held{role, organisation}) {
			list = append(list, role)
		}
	}
	return list
}

// MayAdmit says whether a caller may make a code for an account. A code opens
// the account with all that it holds, so only who could give every one of its
// roles makes one; else a coordinator could become an operator by a code.
func MayAdmit(c Caller, account string, holds []Held) bool {
	if c.Account != "" && c.Account == account {
		return false
	}
	return len(holds) > 0 && !slices.ContainsFunc(holds, func(h Held) bool { return !MayGive(c, account, h) })
}
