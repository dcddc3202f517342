package ledger

import (
	"bytes"
	"fmt"
	"math/bits"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// memberSet is the stored form of the members of an occurrence: their body hashes in ascending order.
type memberSet []Hash

// sortMembers puts body hashes in order and drops repetitions.
func sortMembers(bodies []Hash) memberSet {
	set := slices.Clone(bodies)
	slices.SortFunc(set, func(a, b Hash) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(set)
}

func (s memberSet) encode() []byte {
	out := make([]byte, 0, len(s)*len(Hash{}))
	for _, h := range s {
		out = append(out, h[:]...)
	}
	return out
}

func decodeMembers(data []byte) (memberSet, error) {
	if len(data) == 0 || len(data)%len(Hash{}) != 0 {
		return nil, fmt.Errorf("read members: %d bytes are not a list of hashes", len(data))
	}
	set := make(memberSet, 0, len(data)/len(Hash{}))
	for i := 0; i < len(data); i += len(Hash{}) {
		set = append(set, Hash(data[i:i+len(Hash{})]))
	}
	return set, nil
}

// MembersOf is the reference to the members with these bodies.
func MembersOf(bodies []Hash) Members { return NewMembers(bodies).ref }

// MemberSet are members in their order with their root, made once for the occurrences that share them.
type MemberSet struct {
	ref Members
	set memberSet
}

// NewMembers puts the bodies of members in order.
func NewMembers(bodies []Hash) *MemberSet {
	set := sortMembers(bodies)
	return &MemberSet{Members{Count: int64(len(set)), Root: set.root()}, set}
}

// Ref is the reference to the members.
func (m *MemberSet) Ref() Members { return m.ref }

// root is the RFC 6962 tree hash over the members, bound to its purpose by a tag.
func (s memberSet) root() Hash {
	th, err := tlog.TreeHash(0, nil)
	if err != nil {
		panic(err) // of nothing it can always be told
	}
	if len(s) > 0 {
		th = s.tree()
	}
	return tagged(membersTag, th[:])
}

// tree is the hash of a subtree: as many leaves to the left as the largest power of two leaves over for the right.
func (s memberSet) tree() tlog.Hash {
	if len(s) == 1 {
		return tlog.RecordHash(s[0][:])
	}
	left := 1 << (bits.Len(uint(len(s)-1)) - 1)
	return tlog.NodeHash(s[:left].tree(), s[left:].tree())
}
