# The README's two commands are `make demo` and `make test`. Everything builds without cgo.
export CGO_ENABLED = 0
GO ?= go
BIN = bin/tickmark

.PHONY: build demo test lint generate bench mutants size soak clients functions cloud permissions scan bench-scan peers-scan lake oscal clean

build:
	$(GO) build -o $(BIN) ./cmd/tickmark

demo: build
	$(BIN) demo --data tickmark-data --exit

test:
	$(GO) test ./...

lint:
	$(GO) vet ./...
	$(GO) tool -modfile=tools/go.mod staticcheck ./...
	@test -z "$$($(GO) tool -modfile=tools/go.mod gofumpt -l cmd internal | tee -a /dev/stderr)"

generate:
	$(GO) run ./cmd/awsgen
	$(GO) run ./cmd/ruledocs

# The benchmarks behind docs/benchmarks.md; medians of several runs, beside a peer where there is one.
bench:
	$(GO) test -run '^$$' -bench . -benchmem -count 5 ./internal/tree ./internal/inventory ./internal/rule/... ./internal/trail/... ./internal/segment ./internal/lake ./internal/insight ./internal/ledger ./internal/compliance | $(GO) run ./cmd/benchtarget

# Whether the rules' own cases notice a negated condition; at least 90 % of them must be.
mutants:
	$(GO) run ./cmd/rulemutants -min 90

# How large the release binary is and which packages make it so; CI has the limit.
size:
	$(GO) run ./cmd/binarysize

# Long runs that CI samples: 50 kills of ingest and of everything, look-ups beside brute force over 1 M events, 200 accounts.
soak:
	TICKMARK_KILLS=50 $(GO) test -count 1 -timeout 60m -run TestKillDuringIngest -v ./internal/segment
	TICKMARK_TEST_EVENTS=1000000 $(GO) test -count 1 -timeout 60m -run TestLookupByEachAttribute -v ./internal/segment
	TICKMARK_KILLS=50 $(GO) test -count 1 -timeout 60m -run TestKill -v ./internal/server
	TICKMARK_ACCOUNTS=200 $(GO) test -count 1 -timeout 120m -run TestTwoHundredAccounts -v ./internal/server

# The unmodified aws command and boto3, in a virtual environment that the script makes.
clients: build
	test/clients/run

# The example functions through the real Node.js and Python, with the pinned SDKs.
functions:
	test/functions/run

# Calls to AWS, made to a simulator (moto) on loopback; the spelling of their answers held against boto3's models.
cloud:
	test/cloud/run

# The collectors' permissions held against AWS's service authorization reference, in a virtual environment that the script makes.
permissions: build
	test/permissions/run

# A simulated account whose faults are known, scanned whole and with faults put into the calls.
scan: build
	test/scan/run

# A scan of 100,000 simulated resources in 17 regions behind 20 ms and AWS's rates, and of 200 accounts (docs/design/scale.md).
bench-scan: build
	TICKMARK=$(CURDIR)/$(BIN) TICKMARK_RESOURCES=100000 TICKMARK_ACCOUNTS=200 $(GO) test -count 1 -timeout 60m -run 'TestLargeAccount|TestOrganization' -v ./test/scan

# The same checks as Prowler over 5,000 simulated resources: time, memory, calls, verdicts. It installs Prowler.
peers-scan: build
	test/scan/peers

# Statements over generated events, their rows held against DuckDB's over the same Parquet files. LAKE_EVENTS=1000000 by hand.
lake:
	test/lake/run

# A report told as OSCAL, read and validated by trestle, whose models are made of NIST's schemas.
oscal:
	test/oscal/run

clean:
	rm -rf bin tickmark-data
