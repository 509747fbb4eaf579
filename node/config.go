package node

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/goccy/go-yaml"

	"github.com/fukusen/fukusen/node/mail"
	"github.com/fukusen/fukusen/spec"
)

// Config is everything that an operator sets: by a YAML file, and over it by
// the environment (FUKUSEN_ and the name in capitals). Unknown keys are refused.
type Config struct {
	// ID is the node's https origin, such as https://city.example. In a
	// development federation http://localhost:PORT is allowed.
	ID string `yaml:"id" env:"ID"`
	// Listen is the address to serve on, such as 0.0.0.0:8443.
	Listen string `yaml:"listen" env:"LISTEN"`
	// Data is the directory that holds keys, store and raft state.
	Data string `yaml:"data" env:"DATA"`
	// Store is empty for SQLite in Data, or a postgres:// connection string.
	Store string `yaml:"store" env:"STORE"`
	// ErasedList is the file of erased ids that stands outside backups; by
	// default Data with ".erased" behind it.
	ErasedList string `yaml:"erased_list" env:"ERASED_LIST"`
	// NameJA and NameEN are the organisation's names; Kind is one of
	// municipality, company, university, school, club, foundation.
	NameJA string `yaml:"name_ja" env:"NAME_JA"`
	NameEN string `yaml:"name_en" env:"NAME_EN"`
	Kind   string `yaml:"kind" env:"KIND"`
	// Identifiers are codes of public registers.
	Identifiers []spec.Identifier `yaml:"identifiers"`
	// TLS holds certificate and key files, read again when they change. Without
	// them the node serves plain HTTP: for localhost, or behind Proxy.
	TLS TLS `yaml:"tls" envPrefix:"TLS_"`
	// Proxy says that a reverse proxy in front terminates TLS for ID.
	Proxy bool `yaml:"proxy" env:"PROXY"`
	// RaftListen is the council's raft address; empty at nodes without a seat.
	RaftListen string `yaml:"raft_listen" env:"RAFT_LISTEN"`
	// DialPrivate lists private networks that may be dialled, such as 10.1.0.0/16.
	DialPrivate []string `yaml:"dial_private" env:"DIAL_PRIVATE"`
	// Fed pins the federation: the digest of its genesis. Empty trusts the
	// genesis file in Data.
	Fed string `yaml:"fed" env:"FED"`
	// Demo lets anybody sign in as a fictional persona; a development federation
	// alone may be started with it.
	Demo bool `yaml:"demo" env:"DEMO"`
	// OIDC is the organisation's identity provider; empty without an issuer.
	OIDC OIDC `yaml:"oidc" envPrefix:"OIDC_"`
	// Mail says which server takes mail from this node; empty is none.
	Mail mail.Config `yaml:"mail" envPrefix:"MAIL_"`
	// LogLevel is debug, info, warn or error.
	LogLevel string `yaml:"log_level" env:"LOG_LEVEL"`
}

// TLS names the files of the server's certificate and of further authorities.
type TLS struct {
	CertFile string `yaml:"cert_file" env:"CERT_FILE"`
	KeyFile  string `yaml:"key_file" env:"KEY_FILE"`
	CAFile   string `yaml:"ca_file" env:"CA_FILE"` // authorities beyond the system's
}

// ErrConfig begins every complaint about the configuration.
var ErrConfig = errors.New("configuration")

// LoadConfig reads a YAML file ("" for none) and the environment over it.
func LoadConfig(path string) (Config, error) {
	var c Config
	if path != "" {
		var err error
		if c, err = ReadConfig(path); err != nil {
			return c, err
		}
	}
	if err := env.ParseWithOptions(&c, env.Options{Prefix: "FUKUSEN_"}); err != nil {
		return c, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return c, c.known()
}

// ReadConfig reads a YAML file alone. A relative path in it is relative to the
// file, so that a directory with its configuration can be moved as one.
func ReadConfig(path string) (Config, error) {
	var c Config
	octets, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	if err := yaml.UnmarshalWithOptions(octets, &c, yaml.Strict()); err != nil {
		return c, fmt.Errorf("%w: %s: %s", ErrConfig, path, yaml.FormatError(err, false, false))
	}
	for _, p := range []*string{&c.Data, &c.ErasedList, &c.TLS.CertFile, &c.TLS.KeyFile, &c.TLS.CAFile, &c.Mail.PasswordFile, &c.Mail.CAFile, &c.OIDC.ClientSecretFile} {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(filepath.Dir(path), *p)
		}
	}
	return c, nil
}

// known refuses environment variables with our prefix that mean nothing.
func (c Config) known() error {
	names := map[string]bool{"FUKUSEN_FAILPOINT": true, "FUKUSEN_SOAK": true, "FUKUSEN_THOROUGH": true, "FUKUSEN_CONFIG": true, "FUKUSEN_TOKEN": true}
	params, err := env.GetFieldParamsWithOptions(&c, env.Options{Prefix: "FUKUSEN_"})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrConfig, err)
	}
	for _, p := range params {
		names[p.Key] = true
	}
	for _, pair := range os.Environ() {
		name := pair[:max(0, indexByte(pair, '='))]
		if len(name) > 8 && name[:8] == "FUKUSEN_" && !names[name] {
			return fmt.Errorf("%w: the environment variable %s means nothing here; see docs/operate.md for the names", ErrConfig, name)
		}
	}
	return nil
}

func indexByte(s string, c byte) int {
	for i := range len(s) {
		if s[i] == c {
			return i
		}
	}
	return -1
}

// Complete fills in what an empty setting means.
func (c Config) Complete() Config {
	if c.ErasedList == "" {
		c.ErasedList = filepath.Clean(c.Data) + ".erased"
	}
	if c.Store == "" {
		c.Store = filepath.Join(c.Data, "store.db")
	}
	return c
}

// check completes the configuration and says what is missing.
func (c *Config) check(development bool) (spec.NodeID, error) {
	id, err := spec.ParseNodeID(c.ID, development)
	if err != nil {
		return "", fmt.Errorf("%w: id: %w", ErrConfig, err)
	}
	if c.Data == "" {
		return "", fmt.Errorf("%w: data: name the directory that `fukusen init` made", ErrConfig)
	}
	*c = c.Complete()
	plain := c.TLS.CertFile == "" || c.TLS.KeyFile == ""
	if plain && !c.Proxy && id.Scheme() == "https" {
		return "", fmt.Errorf("%w: tls: an https origin needs tls.cert_file and tls.key_file, or proxy: true behind a reverse proxy", ErrConfig)
	}
	if c.Demo && !development {
		return "", fmt.Errorf("%w: demo: only a development federation has fictional personas; take the setting away", ErrConfig)
	}
	if _, err := c.private(development); err != nil {
		return "", err
	}
	if c.OIDC.On() {
		if _, err := c.OIDC.provider(*c, development); err != nil {
			return "", err
		}
	}
	if err := c.Mail.Check(); err != nil {
		return "", fmt.Errorf("%w: mail: %w", ErrConfig, err)
	}
	return id, nil
}

// private are the networks that may be dialled beyond public addresses; a
// development federation may dial loopback.
func (c *Config) private(development bool) ([]netip.Prefix, error) {
	var list []netip.Prefix
	if development {
		list = append(list, netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"))
	}
	for _, text := range c.DialPrivate {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("%w: dial_private: write a network such as 10.1.0.0/16", ErrConfig)
		}
		list = append(list, p)
	}
	return list, nil
}

// Options are what a test or the demo sets beside the configuration.
type Options struct {
	Clock  func() time.Time
	Wait   time.Duration // of long polls to neighbours
	Least  time.Duration // first backoff
	Most   time.Duration // longest backoff
	Tick   time.Duration // raft's
	Public time.Duration // between readings of public logs
}
