package ledger

import (
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// Head is where a log ends: its size, its root, and the roots of the complete subtrees at its right edge, from
// left to right, which are all that an append needs to know of the past.
type Head struct {
	Size int64
	Root tlog.Hash
	Edge []tlog.Hash
}

// edgeIndexes are the storage indexes of the complete subtrees of a tree of size n, from left to right.
func edgeIndexes(n int64) []int64 {
	var out []int64
	for done := int64(0); done < n; {
		level := bits.Len64(uint64(n-done)) - 1
		out = append(out, tlog.StoredHashIndex(level, done>>level))
		done += 1 << level
	}
	return out
}

// edge reads the hashes an append needs: the edge before it and what it has added itself.
type edge map[int64]tlog.Hash

func (e edge) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		h, ok := e[x]
		if !ok {
			return nil, fmt.Errorf("the log's edge lacks tree hash %d", x)
		}
		out[i] = h
	}
	return out, nil
}

// appendLeaves adds leaves to a log and moves its head, all in the transaction. It returns the index of the
// first leaf.
func appendLeaves(tx Tx, account string, from Head, leaves []tlog.Hash) (int64, error) {
	known := edge{}
	before := edgeIndexes(from.Size)
	if len(before) != len(from.Edge) {
		return 0, fmt.Errorf("ledger %q: the head of size %d has %d edge hashes, not %d", account, from.Size, len(from.Edge), len(before))
	}
	for i, x := range before {
		known[x] = from.Edge[i]
	}
	first := tlog.StoredHashCount(from.Size)
	var stored []tlog.Hash
	for i, leaf := range leaves {
		n := from.Size + int64(i)
		add, err := tlog.StoredHashesForRecordHash(n, leaf, known)
		if err != nil {
			return 0, fmt.Errorf("ledger %q: append leaf %d: %w", account, n, err)
		}
		for j, h := range add {
			known[first+int64(len(stored)+j)] = h
		}
		stored = append(stored, add...)
	}
	to := Head{Size: from.Size + int64(len(leaves))}
	var err error
	if to.Edge, err = known.ReadHashes(edgeIndexes(to.Size)); err != nil {
		return 0, err
	}
	if to.Root, err = tlog.TreeHash(to.Size, known); err != nil {
		return 0, err
	}
	if err := tx.PutHashes(account, first, stored); err != nil {
		return 0, fmt.Errorf("ledger %q: store tree hashes: %w", account, err)
	}
	return from.Size, tx.MoveHead(account, from, to)
}

// Reader reads a log's tree hashes inside a transaction.
func Reader(tx Tx, account string) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		if len(indexes) == 0 {
			return nil, nil
		}
		return tx.TreeHashes(account, indexes)
	})
}

// RootAt is the root that the log had at an earlier size.
func RootAt(tx Tx, account string, size int64) (tlog.Hash, error) {
	return tlog.TreeHash(size, Reader(tx, account))
}

// Inclusion proves that the leaf is in the log of that size.
func Inclusion(tx Tx, account string, size, leaf int64) (tlog.RecordProof, error) {
	return tlog.ProveRecord(size, leaf, Reader(tx, account))
}

// Consistency proves that the log of size newer begins with the log of size older.
func Consistency(tx Tx, account string, newer, older int64) (tlog.TreeProof, error) {
	return tlog.ProveTree(newer, older, Reader(tx, account))
}
