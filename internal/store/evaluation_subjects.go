package store

import (
	"database/sql"
	"hash/fnv"

	"github.com/tickmark/tickmark/internal/compliance"
)

// A Bloom filter beside each block of evaluations says which subjects may be in it, so that the history of one is
// read without unpacking all blocks. Twelve bits and six hashes a subject let one foreign block in 300 through.
const (
	filterBits   = 12
	filterHashes = 6
)

// subjectHash of what is in a filter. The region is left out: a rule judges its region's resources and global ones.
func subjectHash(typ, id string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(typ))
	h.Write([]byte{0})
	h.Write([]byte(id))
	return h.Sum64()
}

func filterPlaces(hash uint64, bits uint64) [filterHashes]uint64 {
	var out [filterHashes]uint64
	a, b := hash&0xffffffff, hash>>32|1
	for i := range out {
		out[i] = (a + uint64(i)*b) % bits
	}
	return out
}

// subjectFilter is the filter of a block.
func subjectFilter(block []compliance.Evaluation) []byte {
	hashes := map[uint64]bool{}
	for i := range block {
		if i == 0 || block[i].Subject != block[i-1].Subject {
			hashes[subjectHash(block[i].Subject.Type, block[i].Subject.ID)] = true
		}
	}
	filter := make([]byte, (len(hashes)*filterBits+7)/8)
	for h := range hashes {
		for _, p := range filterPlaces(h, uint64(len(filter))*8) {
			filter[p/8] |= 1 << (p % 8)
		}
	}
	return filter
}

// mayHold reports whether a block may hold a subject. One without a filter was written before there were any.
func mayHold(filter []byte, hash uint64) bool {
	if len(filter) == 0 {
		return true
	}
	for _, p := range filterPlaces(hash, uint64(len(filter))*8) {
		if filter[p/8]&(1<<(p%8)) == 0 {
			return false
		}
	}
	return true
}

// EvaluationsOf implements compliance.VerdictTx.
func (tx *Tx) EvaluationsOf(account, region, typ, id string) ([]compliance.Evaluation, error) {
	wanted, nobody := subjectHash(typ, id), subjectHash("", "")
	type block struct {
		last   int64
		filter []byte
	}
	blocks, err := collect(tx, func(r *sql.Rows) (block, error) {
		var b block
		err := r.Scan(&b.last, &b.filter)
		return b, err
	}, `SELECT b.last, s.filter FROM evaluation_blocks b LEFT JOIN evaluation_subjects s
		ON s.account = b.account AND s.region = b.region AND s.last = b.last
		WHERE b.account = ? AND b.region = ? ORDER BY b.last`, account, region)
	if err != nil {
		return nil, err
	}
	var out []compliance.Evaluation
	for _, b := range blocks {
		if !mayHold(b.filter, wanted) && !mayHold(b.filter, nobody) {
			continue
		}
		var body []byte
		if err := tx.row("SELECT body FROM evaluation_blocks WHERE account = ? AND region = ? AND last = ?", account, region, b.last).Scan(&body); err != nil {
			return nil, err
		}
		all, err := unpack(body)
		if err != nil {
			return nil, err
		}
		for _, e := range all {
			if s := e.Subject; s.Type == typ && s.ID == id || s.Type == "" && s.ID == "" {
				out = append(out, e)
			}
		}
	}
	return out, nil
}
