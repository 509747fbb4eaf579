package door

import (
	"github.com/fukusen/fukusen/node/web/parts"
)

func (v accountView) passkeys() parts.TableView {
	t := parts.TableView{CaptionKey: "door.passkeys", Columns: []parts.Column{
		{Key: "door.passkey.name"}, {Key: "door.created"}, {Key: "door.used"}, {Key: "door.state"}, {Key: "door.passkey.remove"},
	}}
	for _, k := range v.Passkeys {
		state := parts.Key("door.state.good")
		if k.SuspendedAt != 0 {
			state = "door.state.suspended"
		}
		t.Rows = append(t.Rows, parts.Cells(k.Name, parts.Time(k.CreatedAt), parts.Time(k.UsedAt), state, removePasskey(k.ID)))
	}
	return t
}

func (v accountView) sessions() parts.TableView {
	t := parts.TableView{CaptionKey: "door.sessions", Columns: []parts.Column{
		{Key: "door.agent"}, {Key: "door.method"}, {Key: "door.created"}, {Key: "door.seen"}, {Key: "door.session.end"},
	}}
	for _, s := range v.Sessions {
		var last any = endSession(s.Hash)
		if s.Hash == v.Here {
			last = parts.Key("door.session.this")
		}
		agent := any(s.Agent)
		if s.Agent == "" {
			agent = parts.Key("door.agent.unknown")
		}
		t.Rows = append(t.Rows, parts.Cells(agent, parts.Key("method."+s.Method), parts.Time(s.CreatedAt), parts.Time(s.SeenAt), last))
	}
	return t
}
