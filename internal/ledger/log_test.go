package ledger

import (
	"fmt"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"
)

// memTx keeps one log's tree in memory; the other methods of Tx are not there.
type memTx struct {
	Tx
	hashes hashList
	head   Head
}

func (m *memTx) PutHashes(_ string, first int64, hashes []tlog.Hash) error {
	if first != int64(len(m.hashes)) {
		return fmt.Errorf("hashes put at %d of %d", first, len(m.hashes))
	}
	m.hashes = append(m.hashes, hashes...)
	return nil
}

func (m *memTx) MoveHead(_ string, _, to Head) error { m.head = to; return nil }

func (m *memTx) TreeHashes(_ string, indexes []int64) ([]tlog.Hash, error) {
	return m.hashes.ReadHashes(indexes)
}

// TestOracle recomputes roots and checks proofs with an independent implementation of RFC 6962.
func TestOracle(t *testing.T) {
	tx := &memTx{}
	var roots [][]byte // by size
	var leaves [][]byte
	roots = append(roots, rfc6962.DefaultHasher.EmptyRoot())
	for batch := 1; len(leaves) < 130; batch = batch%7 + 1 {
		var add []tlog.Hash
		for range batch {
			data := fmt.Appendf(nil, "leaf %d", len(leaves))
			add = append(add, tlog.RecordHash(data))
			leaves = append(leaves, rfc6962.DefaultHasher.HashLeaf(data))
			roots = append(roots, oracleRoot(leaves))
		}
		first, err := appendLeaves(tx, "1", tx.head, add)
		if err != nil || first != int64(len(leaves)-batch) {
			t.Fatalf("append %d at %d: %d, %v", batch, len(leaves)-batch, first, err)
		}
		if string(tx.head.Root[:]) != string(roots[len(leaves)]) {
			t.Fatalf("root of %d leaves differs", len(leaves))
		}
	}
	size := int64(len(leaves))
	for n := int64(0); n <= size; n++ {
		root, err := RootAt(tx, "1", n)
		if err != nil || string(root[:]) != string(roots[n]) {
			t.Fatalf("root at %d: %v", n, err)
		}
		if n == 0 {
			continue
		}
		p, err := Consistency(tx, "1", size, n)
		if err != nil {
			t.Fatal(err)
		}
		if err := proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(n), uint64(size), bytesOf(p), roots[n], roots[size]); err != nil {
			t.Errorf("consistency %d -> %d: %v", n, size, err)
		}
		q, err := Inclusion(tx, "1", size, n-1)
		if err != nil {
			t.Fatal(err)
		}
		if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(n-1), uint64(size), leaves[n-1], bytesOf(q), roots[size]); err != nil {
			t.Errorf("inclusion of %d: %v", n-1, err)
		}
	}
}

// oracleRoot follows the definition of RFC 6962, section 2.1.
func oracleRoot(leaves [][]byte) []byte {
	if len(leaves) == 1 {
		return leaves[0]
	}
	k := 1
	for 2*k < len(leaves) {
		k *= 2
	}
	return rfc6962.DefaultHasher.HashChildren(oracleRoot(leaves[:k]), oracleRoot(leaves[k:]))
}

func bytesOf[P ~[]tlog.Hash](p P) [][]byte {
	out := make([][]byte, len(p))
	for i := range p {
		out[i] = p[i][:]
	}
	return out
}

func TestMembersRoot(t *testing.T) {
	a, b, c := Hash{3}, Hash{1}, Hash{2}
	m := MembersOf([]Hash{a, b, c, a})
	if m.Count != 3 || m != MembersOf([]Hash{c, b, a}) || m == MembersOf([]Hash{a, b}) {
		t.Errorf("members %+v", m)
	}
	set, err := decodeMembers(sortMembers([]Hash{a, b}).encode())
	if err != nil || len(set) != 2 || set[0] != b {
		t.Errorf("decoded %v, %v", set, err)
	}
	for _, bad := range [][]byte{nil, make([]byte, 31)} {
		if _, err := decodeMembers(bad); err == nil {
			t.Errorf("%d bytes accepted as members", len(bad))
		}
	}
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

// TestMembersTree: the root of members is the tree hash of RFC 6962, whatever their number.
func TestMembersTree(t *testing.T) {
	var set memberSet
	var stored hashList
	for i := range 70 {
		th, err := tlog.TreeHash(int64(i), stored)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := set.root(), tagged(membersTag, th[:]); got != want {
			t.Fatalf("%d members: root %s, want %s", i, got, want)
		}
		h := Hash{byte(i)}
		add, err := tlog.StoredHashes(int64(i), h[:], stored)
		if err != nil {
			t.Fatal(err)
		}
		set, stored = append(set, h), append(stored, add...)
	}
}
