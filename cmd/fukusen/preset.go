package main

import "fmt"

// preset is a deployment model: who takes the lead in a region, and what its
// node is then usually called. A flag that is given stands over the preset.
type preset struct {
	name, kind     string
	nameJA, nameEN string
	about          string
}

// presets are the three models in which a region usually begins.
func presets() []preset {
	return []preset{
		{
			"region-core", "municipality", "市区町村", "Municipality",
			"the municipality runs the first node and the one-stop desk, and founds the council\n" +
				"with a university and a company. Give this node a raft_listen.",
		},
		{
			"education-driven", "university", "大学", "University",
			"the university runs the first node, because work-integrated courses come first;\n" +
				"city and companies join. Give this node a raft_listen.",
		},
		{
			"company-led", "company", "企業", "Company",
			"a company runs the first node for its own people with several careers;\n" +
				"clubs and the city join. Give this node a raft_listen and agree on a red list early.",
		},
	}
}

func presetNamed(name string) (preset, error) {
	for _, p := range presets() {
		if p.name == name {
			return p, nil
		}
	}
	return preset{}, fmt.Errorf("--preset is region-core, education-driven or company-led")
}

func (p preset) fill(c *initCommand) {
	for _, f := range []struct {
		into  *string
		value string
	}{{&c.Kind, p.kind}, {&c.NameJA, p.nameJA}, {&c.NameEN, p.nameEN}} {
		if *f.into == "" {
			*f.into = f.value
		}
	}
}
