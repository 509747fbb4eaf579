package keys

import (
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// sheet is the printable form of a root key: from the seed on paper the key
// can be typed in again when every disk is gone.
func sheet(node spec.NodeID, root *spec.Signer, now time.Time) string {
	seed := hex.EncodeToString(root.Private().Seed())
	var groups []string
	for i := 0; i < len(seed); i += 8 {
		groups = append(groups, seed[i:i+8])
	}
	return fmt.Sprintf(`FUKUSEN ROOT KEY / ルート鍵

node / ノード        %s
made / 作成日        %s
fingerprint / 指紋   %s
public key / 公開鍵  %s

seed (hex) / 種（16進）
  %s
  %s

EN  Print this sheet, lock it away, and remove the folder "offline" from the node.
    Whoever holds it speaks for the node. Without it the node cannot rotate keys.
JA  この用紙を印刷して金庫に保管し、ノードから "offline" フォルダーを取り除いてください。
    この鍵を持つ人はノードの名で話せます。失うと鍵の更新ができなくなります。
`, node, now.UTC().Format("2006-01-02"), root.KID(),
		spec.EncodeKey(root.Public()), strings.Join(groups[:4], " "), strings.Join(groups[4:], " "))
}

// typedIn makes a key of the seed on a root sheet, whole or its groups alone, or
// answers nil where the text has not exactly that many groups.
func typedIn(text string) *spec.Signer {
	var seed []byte
	for _, word := range strings.Fields(text) {
		if group, err := hex.DecodeString(word); err == nil && len(group) == 4 {
			seed = append(seed, group...)
		}
	}
	if len(seed) != ed25519.SeedSize {
		return nil
	}
	return spec.NewSigner(ed25519.NewKeyFromSeed(seed))
}
