package store

import (
	"database/sql"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
)

// blockSize is how many evaluations a block holds at most.
const blockSize = 500

// maxBlock bounds the size of a block once it is unpacked.
const maxBlock = 64 << 20

var packer = sync.OnceValues(func() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
})

var unpacker = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxBlock))
})

// AppendEvaluations implements compliance.VerdictTx.
func (tx *Tx) AppendEvaluations(account, region string, evaluations []compliance.Evaluation) error {
	var last int64
	if err := tx.row("SELECT COALESCE(MAX(last), 0) FROM evaluation_blocks WHERE account = ? AND region = ?", account, region).Scan(&last); err != nil {
		return err
	}
	z, err := packer()
	if err != nil {
		return err
	}
	for len(evaluations) > 0 {
		block := evaluations[:min(len(evaluations), blockSize)]
		evaluations = evaluations[len(block):]
		first := last + 1
		last += int64(len(block))
		text, err := packEvaluations(account, region, first, block)
		if err != nil {
			return err
		}
		if _, err := tx.exec("INSERT INTO evaluation_blocks (account, region, last, first, body) VALUES (?,?,?,?,?)",
			account, region, last, first, z.EncodeAll(text, nil)); err != nil {
			return err
		}
		if _, err := tx.exec("INSERT INTO evaluation_subjects (account, region, last, filter) VALUES (?,?,?,?)",
			account, region, last, subjectFilter(block)); err != nil {
			return err
		}
	}
	return nil
}

// EvaluationsSince implements compliance.VerdictTx.
func (tx *Tx) EvaluationsSince(account, region string, after int64, limit int) ([]compliance.Evaluation, error) {
	var out []compliance.Evaluation
	for limit <= 0 || len(out) < limit {
		blocks, err := collect(tx, func(r *sql.Rows) ([]byte, error) {
			var b []byte
			err := r.Scan(&b)
			return b, err
		}, "SELECT body FROM evaluation_blocks WHERE account = ? AND region = ? AND last > ? ORDER BY last LIMIT 4", account, region, after)
		if err != nil || len(blocks) == 0 {
			return out, err
		}
		for _, b := range blocks {
			block, err := unpack(b)
			if err != nil {
				return nil, err
			}
			for _, e := range block {
				if e.Seq > after && (limit <= 0 || len(out) < limit) {
					out, after = append(out, e), e.Seq
				}
			}
		}
	}
	return out, nil
}

func unpack(b []byte) ([]compliance.Evaluation, error) {
	z, err := unpacker()
	if err != nil {
		return nil, err
	}
	text, err := z.DecodeAll(b, nil)
	if err != nil {
		return nil, fmt.Errorf("unpack evaluations: %w", err)
	}
	block, err := unpackEvaluations(text)
	if err != nil {
		return nil, fmt.Errorf("decode evaluations: %w", err)
	}
	return block, nil
}

// EvaluationFeeds implements compliance.VerdictTx.
func (tx *Tx) EvaluationFeeds(s arn.Scope) ([]compliance.Feed, error) {
	where, args := scoped(s, "account", "region")
	return collect(tx, func(r *sql.Rows) (compliance.Feed, error) {
		var f compliance.Feed
		err := r.Scan(&f.Account, &f.Region, &f.Last)
		return f, err
	}, "SELECT account, region, MAX(last) FROM evaluation_blocks WHERE "+where+" GROUP BY account, region ORDER BY account, region", args...)
}
