package main

import (
	"fmt"
	"strconv"
	"strings"
)

// settings writes node.yaml: every setting with the reason one would change
// it. Paths are relative to the file, so that the directory can be moved.
func (c *initCommand) settings() []byte {
	var b strings.Builder
	line := func(key, value, why string) {
		fmt.Fprintf(&b, "\n# %s\n%s: %s\n", strings.ReplaceAll(why, "\n", "\n# "), key, value)
	}
	off := func(key, value, why string) { line("# "+key, value, why) }
	b.WriteString("# A Fukusen node. Unknown keys are refused. A path is relative to this file.\n" +
		"# Each setting may also come from the environment: FUKUSEN_ and its name in capitals.\n")
	if p, err := presetNamed(c.Preset); err == nil {
		fmt.Fprintf(&b, "#\n# Deployment model %s: %s\n", p.name, strings.ReplaceAll(p.about, "\n", "\n# "))
	}
	line("id", strconv.Quote(c.ID), "The node's origin. It is pinned in the register and never changes without a ballot.")
	line("listen", strconv.Quote(c.Listen), "Address to serve on.")
	line("data", ".", "The directory with keys, genesis, store and raft state: this one.")
	off("store", "postgres://fukusen@db.example/fukusen", "Empty is SQLite in the data directory, and nothing to install.")
	off("erased_list", "../erased.txt",
		"Ids whose bodies were erased. It stands outside the data directory, so that a restored backup\n"+
			"cannot bring them back. By default beside the data directory, with .erased behind its name.")
	line("name_ja", strconv.Quote(c.NameJA), "The organisation's name, in both languages.")
	fmt.Fprintf(&b, "name_en: %s\n", strconv.Quote(c.NameEN))
	line("kind", c.Kind, "municipality, company, university, school, club or foundation.")
	if c.DevCA != "" {
		b.WriteString("\n# A throwaway authority made these. For production name your own certificate;\n" +
			"# it is read again when the file changes.\n" +
			"tls:\n  cert_file: tls/server.pem\n  key_file: tls/server.key\n  ca_file: tls/ca.pem\n")
	} else {
		b.WriteString("\n# Certificate and key, read again when they change; ca_file adds authorities to the system's.\n" +
			"# tls:\n#   cert_file: tls/server.pem\n#   key_file: tls/server.key\n#   ca_file: tls/ca.pem\n")
	}
	off("proxy", "true", "A reverse proxy in front ends TLS for the id.")
	if c.RaftListen != "" {
		line("raft_listen", strconv.Quote(c.RaftListen), "The council's raft: mutual TLS with pinned keys. Reachable for the other council nodes.")
	} else {
		off("raft_listen", "0.0.0.0:8444", "The council's raft address, at a council node alone.")
	}
	off("dial_private", "[10.1.0.0/16]", "Private networks in which neighbours may be dialled. Without it, public addresses alone.")
	off("fed", "…", "Pins the federation: the digest of its genesis, as `fukusen found` printed it.")
	line("log_level", "info", "debug, info, warn or error.")
	return []byte(b.String())
}
