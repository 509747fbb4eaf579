package access

import "slices"

// Group is operations of the contract that a program is given together.
type Group struct {
	Name       string
	Roles      []Role // who may call them, as the contract says
	Operations []string
}

// Groups are all operations of the contract that somebody of this node may
// call, each in one group.
func Groups() []Group {
	of := []Role{Person, Clerk}
	return []Group{
		{"read", of, []string{
			"getPerson", "listCalendars", "getBusy", "listPatterns", "listConsents", "listDisclosures", "listReceipts", "listEvaluations", "getExport",
		}},
		{"keep", of, []string{"putCalendar", "putTalent", "putPattern", "deletePattern", "putTravel"}},
		{"connect", []Role{Person}, []string{"connectCalendar", "refreshCalendar", "deleteCalendar"}},
		{"consent", of, []string{"postConsent", "deleteConsent", "postEngagement"}},
		{"erase", of, []string{"deletePerson"}},
		{"people", []Role{Clerk}, []string{"listPeople", "postPerson"}},
		{"work", of, []string{"listProposals", "listHolds", "deleteHold", "listFollows", "getProgress", "getWorkStatement"}},
		{"focus", []Role{Person}, []string{"getVitals", "putVitalsChoice", "postVitals", "deleteVitals", "getFocus", "postFocus"}},
		{"answer", []Role{Person}, []string{"answerProposal", "postFollow", "deleteFollow", "postRed", "deleteRed", "postDelivery"}},
		{"publish", []Role{Coordinator, Clerk}, []string{"postTimetable", "putTimetable", "deleteTimetable"}},
		{"offer", []Role{Coordinator, Clerk}, []string{
			"listGigs", "postGig", "deleteGig", "listCandidates", "listOffers", "postOffer",
			"listEngagements", "getEngagement", "postOwnerRed", "deleteOwnerRed", "answerDelivery",
		}},
		{"evaluate", []Role{Evaluator}, []string{"postEvaluation", "deleteEvaluation"}},
		{"records", []Role{Operator, Evaluator}, []string{"listRecords"}},
		{"policy", []Role{Operator, Council}, []string{"listDrafts", "getDraft", "postDraft", "postEntry"}},
		{"run", []Role{Operator}, []string{
			"listPeers", "pullNow", "listRefused", "listParked", "listProofs", "countersignCertificate", "listBands",
		}},
	}
}

// GroupsOf are the groups that a role may call.
func GroupsOf(role Role) []Group {
	return slices.DeleteFunc(Groups(), func(g Group) bool { return !slices.Contains(g.Roles, role) })
}
