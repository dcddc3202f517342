package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/rule/custom"
	"github.com/tickmark/tickmark/internal/rule/managed"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
)

const (
	openGroup   = `{"version":"1.3","accountId":"111111111111","awsRegion":"eu-west-1","resourceType":"AWS::EC2::SecurityGroup","resourceId":"sg-1","configurationItemCaptureTime":"2026-01-15T10:00:00Z","configurationItemStatus":"OK","configuration":{"ipPermissions":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":["0.0.0.0/0"]}]}}`
	closedGroup = `{"version":"1.3","accountId":"111111111111","awsRegion":"eu-west-1","resourceType":"AWS::EC2::SecurityGroup","resourceId":"sg-2","configurationItemCaptureTime":"2026-01-15T10:00:00Z","configurationItemStatus":"OK","configuration":{"ipPermissions":[]}}`
)

// bundleFiles writes a report over evidence of a managed rule, as bundleOf does.
func bundleFiles(t *testing.T, verdicts map[string]ledger.Verdict) (bundle, key, checkpoint string) {
	t.Helper()
	rule := ledger.Rule{ID: "INCOMING_SSH_DISABLED", Version: managed.Lookup("INCOMING_SSH_DISABLED").Version()}
	return bundleOf(t, rule, "", verdicts)
}

// bundleOf writes a report over evidence of a rule, which has a policy or none, with its key and checkpoint, into a
// directory.
func bundleOf(t *testing.T, rule ledger.Rule, policy string, verdicts map[string]ledger.Verdict) (bundle, key, checkpoint string) {
	t.Helper()
	ctx, dir, clock := context.Background(), t.TempDir(), stamp.NewFixed(time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC))
	db, err := store.Open(ctx, filepath.Join(dir, "state.db"), store.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	signer, err := ledger.OpenSigner(dir, clock)
	if err != nil {
		t.Fatal(err)
	}
	st := store.For(db, func(tx *store.Tx) ledger.Tx { return tx })
	raws := map[ledger.Hash]string{}
	var inputs []ledger.Hash
	if policy != "" {
		inputs = []ledger.Hash{sha256.Sum256([]byte(policy))}
		raws[inputs[0]] = policy
	}
	if err := db.Write(ctx, func(tx *store.Tx) error {
		for raw, verdict := range verdicts {
			h := ledger.Hash(sha256.Sum256([]byte(raw)))
			raws[h] = raw
			_, err := ledger.Put(tx, ledger.Item{
				Body: ledger.Body{
					Source: "AWS Config", Type: "Compliance check", Event: "restricted-ssh", Verdict: verdict, Raw: h, Account: "111111111111", Region: "eu-west-1",
					Rule: &rule, Inputs: inputs,
				},
				Occurrence: ledger.Occurrence{Owner: "111111111111", Assessment: "a", ControlSet: "s", Control: "c", Collector: "test", ObservedAt: clock.Now()},
			})
			if err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	cp, err := ledger.NewPublisher(st, signer).Checkpoint(ctx, "111111111111")
	if err != nil {
		t.Fatal(err)
	}
	in := report.Input{
		Tool: "test", Created: clock.Now(), Account: "111111111111", Assessment: report.Assessment{ID: "a", Name: "A"}, Report: report.About{ID: "r", Name: "R"},
		ControlSets: []report.ControlSet{{ID: "s", Name: "S", Controls: []report.Control{{ID: "c", Name: "C"}}}}, Checkpoint: cp,
		Source: report.LedgerSource{
			Store: st, Account: "111111111111", Assessment: "a", Size: cp.Size, Selected: func(string) bool { return true },
			Objects: func(_ context.Context, h ledger.Hash) (report.Raw, error) {
				if _, ok := raws[h]; !ok {
					return report.Raw{}, fault.Missing("raw object", h.String())
				}
				return report.Raw{ReadCloser: io.NopCloser(strings.NewReader(raws[h])), Extension: "json"}, nil
			},
		},
	}
	var b bytes.Buffer
	if _, err := report.Write(ctx, &b, in, signer); err != nil {
		t.Fatal(err)
	}
	bundle, checkpoint = filepath.Join(dir, "R.zip"), filepath.Join(dir, "checkpoint.txt")
	for path, content := range map[string][]byte{bundle: b.Bytes(), checkpoint: cp.Note} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return bundle, filepath.Join(dir, "ledger.pub"), checkpoint
}

func runVerify(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	p := &program{in: strings.NewReader(""), out: &o, err: &e, env: func(string) (string, bool) { return "", false }, clock: stamp.System}
	code = p.run(context.Background(), append([]string{"verify"}, args...))
	return code, o.String(), e.String()
}

func TestVerifyCommand(t *testing.T) {
	bundle, key, checkpoint := bundleFiles(t, map[string]ledger.Verdict{openGroup: ledger.NonCompliant, closedGroup: ledger.Compliant})
	_, otherKey, _ := bundleFiles(t, nil)
	whole, err := os.ReadFile(bundle)
	if err != nil {
		t.Fatal(err)
	}
	changed := filepath.Join(t.TempDir(), "changed.zip")
	whole[len(whole)/3] ^= 4
	if err := os.WriteFile(changed, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		part string
	}{
		"key":            {[]string{bundle, "--key", key}, 0, "INTACT       signed by tickmark/"},
		"checkpoint":     {[]string{bundle, "--checkpoint", checkpoint}, 0, "continues the kept checkpoint over 2 records"},
		"nothing":        {[]string{bundle}, 2, "fingerprint"},
		"other key":      {[]string{bundle, "--key", otherKey}, 1, "NOT INTACT"},
		"changed":        {[]string{changed, "--key", key}, 1, "NOT INTACT"},
		"reperform":      {[]string{bundle, "--key", key, "--reperform"}, 0, "2 verdicts of rules were found again"},
		"no bundle":      {[]string{bundle + "x"}, 1, "There is no file"},
		"no key":         {[]string{bundle, "--key", key + "x"}, 1, "There is no file"},
		"key is no key":  {[]string{bundle, "--key", checkpoint}, 1, "not a public key"},
		"no checkpoint":  {[]string{bundle, "--checkpoint", key}, 1, "cannot be used"},
		"format":         {[]string{bundle, "--output", "xml"}, 2, "must be one of"},
		"no argument":    {nil, 2, "accepts 1 arg"},
		"no zip at all":  {[]string{key}, 1, "NOT INTACT"},
		"huge key":       {[]string{bundle, "--key", bigFile(t)}, 1, "no file for --key"},
		"not intact, js": {[]string{changed, "--output", "json"}, 1, `"intact": false`},
	} {
		code, out, errs := runVerify(t, c.args...)
		if code != c.code || !strings.Contains(out+errs, c.part) {
			t.Errorf("%s: exit %d, want %d with %q\n%s%s", name, code, c.code, c.part, out, errs)
		}
	}
	_, out, _ := runVerify(t, bundle, "--key", key, "--reperform", "--output", "json")
	var got verifyJSON
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if !got.Intact || !got.Authenticated || got.Totals.Selected.NonCompliant != 1 || *got.RecordsProven != 2 || *got.Anchored || got.Reperformed.Same != 2 {
		t.Errorf("JSON %s", out)
	}
}

// TestReperformFindsWrongVerdict: a verdict that the rule does not give is found, though the ledger holds it.
func TestReperformFindsWrongVerdict(t *testing.T) {
	bundle, key, _ := bundleFiles(t, map[string]ledger.Verdict{openGroup: ledger.Compliant})
	if code, out, _ := runVerify(t, bundle, "--key", key); code != 0 {
		t.Errorf("without judging again: exit %d\n%s", code, out)
	}
	if code, out, _ := runVerify(t, bundle, "--key", key, "--reperform"); code != 1 || !strings.Contains(out, "says NON_COMPLIANT, not COMPLIANT") {
		t.Errorf("exit %d\n%s", code, out)
	}
}

// TestReperformPolicies: the verdicts of a policy are found again by its text in the report; what a function said is not.
func TestReperformPolicies(t *testing.T) {
	const cel = `item.configuration.ipPermissions.size() == 0`
	const guard = `rule closed { configuration.ipPermissions empty }`
	version := func(runtime, text string) string {
		p, err := custom.Compile(runtime, text)
		if err != nil {
			t.Fatal(err)
		}
		return p.Version
	}
	function := ledger.Rule{ID: "arn:aws:lambda:eu-west-1:111111111111:function:f", Version: "arn:aws:lambda:eu-west-1:111111111111:function:f/0"}
	right := map[string]ledger.Verdict{openGroup: ledger.NonCompliant, closedGroup: ledger.Compliant}
	for name, c := range map[string]struct {
		rule   ledger.Rule
		policy string
		found  map[string]ledger.Verdict
		code   int
		part   string
	}{
		"cel":           {ledger.Rule{ID: "closed", Version: version(custom.CEL, cel)}, cel, right, 0, "2 verdicts of rules were found again; 0 could not"},
		"guard":         {ledger.Rule{ID: "closed", Version: version(custom.Guard, guard), Parameters: map[string]string{"a": "b"}}, guard, right, 0, "2 verdicts of rules were found again; 0 could not"},
		"wrong verdict": {ledger.Rule{ID: "closed", Version: version(custom.Guard, guard)}, guard, map[string]ledger.Verdict{openGroup: ledger.Compliant}, 1, "says NON_COMPLIANT, not COMPLIANT"},
		"no text":       {ledger.Rule{ID: "closed", Version: version(custom.Guard, guard)}, "", right, 0, "0 verdicts of rules were found again; 2 could not be judged here"},
		"other text":    {ledger.Rule{ID: "closed", Version: version(custom.Guard, guard)}, cel, right, 0, "was not recorded with the verdict"},
		"later logic":   {ledger.Rule{ID: "closed", Version: version(custom.Guard, guard) + "9"}, guard, right, 0, "this program has version"},
		"function":      {function, "", right, 0, "the function arn:aws:lambda:eu-west-1:111111111111:function:f gave the verdict"},
	} {
		bundle, key, _ := bundleOf(t, c.rule, c.policy, c.found)
		if code, out, _ := runVerify(t, bundle, "--key", key, "--reperform"); code != c.code || !strings.Contains(out, c.part) {
			t.Errorf("%s: exit %d\n%s", name, code, out)
		}
	}
}

func bigFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "big")
	if err := os.WriteFile(path, make([]byte, maxKeyFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
