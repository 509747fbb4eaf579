package browser

import (
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
)

// PasskeyOptions say what the person's device does; the zero value is a
// telephone that keeps passkeys and whose owner always agrees.
type PasskeyOptions struct {
	Unverified bool // the owner's finger is not recognised
	Absent     bool // nobody touches the device, so each question runs into its end
	External   bool // a USB key instead of the device itself
	Forgetful  bool // keeps no resident keys
}

// Credential is one passkey on the device.
type Credential struct {
	ID        []byte `json:"credentialId"`
	Resident  bool   `json:"isResidentCredential"`
	Site      string `json:"rpId"`
	Private   []byte `json:"privateKey"` // PKCS #8
	User      []byte `json:"userHandle,omitempty"`
	SignCount int    `json:"signCount"` // its next use shows one more
}

// credentialOf is what the protocol's command takes; its generated parameters
// name an extension that the device does not have.
type credentialOf struct {
	Device     webauthn.AuthenticatorID `json:"authenticatorId"`
	Credential Credential               `json:"credential"`
}

// Passkey is the device on which a tab keeps its passkeys.
type Passkey struct {
	page *Page
	id   webauthn.AuthenticatorID
}

// Passkey gives the tab a device for passkeys. Its site must be localhost or
// a name under it, as browsers want for a site without TLS.
func (p *Page) Passkey(o PasskeyOptions) *Passkey {
	p.t.Helper()
	command(p, webauthn.Enable, webauthn.EnableParams{})
	transport := webauthn.AuthenticatorTransportInternal
	if o.External {
		transport = webauthn.AuthenticatorTransportUsb
	}
	added := command(p, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: transport,
			HasResidentKey: !o.Forgetful, HasUserVerification: true,
			IsUserVerified: !o.Unverified, AutomaticPresenceSimulation: !o.Absent,
		},
	})
	return &Passkey{p, added.AuthenticatorID}
}

// Credentials are the passkeys on the device.
func (k *Passkey) Credentials() []Credential {
	k.page.t.Helper()
	var all []Credential
	for _, c := range command(k.page, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: k.id}).Credentials {
		all = append(all, Credential{c.CredentialID, c.IsResidentCredential, c.RpID, c.PrivateKey, c.UserHandle, int(c.SignCount)})
	}
	return all
}

// AddCredential puts a passkey on the device, as a copy from another one does;
// with a lower SignCount it is what a cloned passkey looks like.
func (k *Passkey) AddCredential(c Credential) {
	k.page.t.Helper()
	add := cdp.Command[credentialOf, cdp.Empty]{Method: webauthn.CommandAddCredential}
	command(k.page, add, credentialOf{k.id, c})
}

// RemoveCredentials takes all passkeys off the device.
func (k *Passkey) RemoveCredentials() {
	k.page.t.Helper()
	command(k.page, webauthn.ClearCredentials, webauthn.ClearCredentialsParams{AuthenticatorID: k.id})
}

// SetVerified says whether the device recognises its owner from now on.
func (k *Passkey) SetVerified(verified bool) {
	k.page.t.Helper()
	command(k.page, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: k.id, IsUserVerified: verified})
}

// SetPresence says whether somebody touches the device from now on.
func (k *Passkey) SetPresence(present bool) {
	k.page.t.Helper()
	command(k.page, webauthn.SetAutomaticPresenceSimulation, webauthn.SetAutomaticPresenceSimulationParams{AuthenticatorID: k.id, Enabled: present})
}

// Remove takes the device away.
func (k *Passkey) Remove() {
	k.page.t.Helper()
	command(k.page, webauthn.RemoveVirtualAuthenticator, webauthn.RemoveVirtualAuthenticatorParams{AuthenticatorID: k.id})
}
