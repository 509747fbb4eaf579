package match

import (
	"encoding/base64"
	"encoding/binary"
	"math"

	"github.com/fukusen/fukusen/spec"
)

// Page is one page of an answer, the best first; of equals the smaller key.
type Page struct {
	Candidates []Candidate
	Next       string     // cursor of the next page; empty on the last
	Excluded   []Excluded // who would stand on this page
	Near       []NearMiss // the best of those who miss one thing
}

// Candidate is somebody who can do the work. Score is the product of the parts
// below it, which are the reasons for the rank.
type Candidate struct {
	Key        string
	Issuer     spec.NodeID
	Score      float32
	Evaluation Evaluation // its mean over the highest is the first part
	Fit        float64    // the second
	Freshness  float64    // the third
	Skills     []SkillFit // what the fit is made of, in the order asked
	Region     string
	Afar       bool   // works from afar, and does not come
	Units      []Unit // the earliest way to do all of it
}

// SkillFit is a skill that was asked for, as the person has it.
type SkillFit struct {
	URI       string
	Level     float32
	Evaluated bool
	Weight    float64
}

// Excluded is somebody whom everything suits but the caller's rule.
type Excluded struct {
	Key    string
	Issuer spec.NodeID
	Score  float32
	Code   string
}

// Lack is what somebody misses.
type Lack string

// The lacks.
const (
	LackSkill    Lack = "skill"    // stands one level short
	LackPlace    Lack = "place"    // is elsewhere in the prefecture, or outside of it
	LackLanguage Lack = "language" // does not speak one of them
	LackTime     Lack = "time"     // has time for a part of the units
	LackWord     Lack = "word"     // whether they are free is no longer known
)

// NearMiss is somebody who misses one thing alone.
type NearMiss struct {
	Key    string
	Issuer spec.NodeID
	Score  float32
	Region string
	Lack   Lack
	What   string // the skill or the language
	Units  int    // how many do not fit, for LackTime
}

// cursor is the place after somebody in a list. Freshness is that of the first
// page on all pages, so that the order stays.
type cursor struct {
	moment int64
	score  float32
	key    string // empty: from the beginning
}

func (c cursor) String() string {
	octets := binary.BigEndian.AppendUint32(nil, uint32(c.moment))
	octets = binary.BigEndian.AppendUint32(octets, math.Float32bits(c.score))
	return base64.RawURLEncoding.EncodeToString(append(octets, c.key...))
}

func readCursor(text string) (cursor, error) {
	octets, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(octets) < 9 || len(octets) > 8+MostKey {
		return cursor{}, ErrCursor
	}
	c := cursor{
		moment: int64(binary.BigEndian.Uint32(octets)),
		score:  math.Float32frombits(binary.BigEndian.Uint32(octets[4:])), key: string(octets[8:]),
	}
	if !(c.score >= 0) {
		return cursor{}, ErrCursor
	}
	return c, nil
}
