package ledger

import (
	"bytes"
	"fmt"
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
func MembersOf(bodies []Hash) Members {
	set := sortMembers(bodies)
	return Members{Count: int64(len(set)), Root: set.root()}
}

// root is the RFC 6962 tree hash over the members, bound to its purpose by a tag.
func (s memberSet) root() Hash {
	var stored hashList
	for i, h := range s {
		add, err := tlog.StoredHashes(int64(i), h[:], stored)
		if err != nil { // stored holds every earlier hash
			panic(err)
		}
		stored = append(stored, add...)
	}
	th, err := tlog.TreeHash(int64(len(s)), stored)
	if err != nil {
		panic(err)
	}
	return tagged(membersTag, th[:])
}

// hashList is a whole tree's stored hashes in memory.
type hashList []tlog.Hash

// ReadHashes implements tlog.HashReader.
func (l hashList) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(l)) {
			return nil, fmt.Errorf("tree hash %d of %d asked for", x, len(l))
		}
		out[i] = l[x]
	}
	return out, nil
}
