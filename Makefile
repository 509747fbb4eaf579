# Everything a newcomer runs. `make` alone lists it.
# The recipes are plain sh, so that Go, git and make are enough for build, demo and test.

SHELL       := /bin/sh
.SHELLFLAGS := -euc
MAKEFLAGS   += --no-print-directory

GO    ?= go
TOOL  := $(GO) tool -modfile=tools/go.mod
# The vector maker needs Ed25519 from outside the standard library; the first
# interpreter that has it is taken, and none is a message, never a guess.
PYTHON ?= $(shell for p in python3 /usr/bin/python3; do \
	"$$p" -c 'import cryptography' >/dev/null 2>&1 && echo "$$p" && break; done)

# Programs, tests, twins and checks are built alike, so that each package is
# compiled once for all of them.
export CGO_ENABLED := 0
export GOFLAGS     := $(strip $(filter-out -trimpath -buildvcs=%,$(GOFLAGS)) -trimpath -buildvcs=false)

BUILD := -ldflags '-s -w'
IMAGE ?= fukusen:local

TEST_TIMEOUT ?= 15m
# Tests wait for disks and for each other's nodes more than they compute: one
# package more than there are processors keeps those busy.
TEST_PACKAGES ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1 )))
SOAK_TIMEOUT ?= 3h
FUZZTIME     ?= 30s
SEEDS        ?= 200
BASE         ?= 1
GIVEN        ?= ../shared/bench
PKG          ?= ./...

.DEFAULT_GOAL := help
.PHONY: help build demo test check fmt vet staticcheck check-gen check-vectors house \
	gen vectors contract image compose-test bench bench-match fuzz soak clean matrix conform gates previous-test screenshots thorough FORCE

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

build: ## build bin/fukusen, static and without cgo
	@mkdir -p bin
	$(GO) build $(BUILD) -o bin/fukusen ./cmd/fukusen

bin/fukusen-conformance: FORCE
	@mkdir -p bin
	$(GO) build $(BUILD) -o $@ ./cmd/fukusen-conformance
FORCE:

matrix: bin/fukusen-conformance ## which check kills which broken twin of the node; survivors are an error
	@bin/fukusen-conformance matrix

conform: build bin/fukusen-conformance ## judge a running make demo read-only, and a node of the same program in full
	@deploy/conform.sh

gates: bin/fukusen-conformance ## damaged, harmless and recited answers, and repeats: is the judge just? (SEEDS=200 BASE=1)
	@bin/fukusen-conformance gates --seeds $(SEEDS) --base $(BASE)

demo: build ## start four nodes on loopback; ONCE=1 proves every claim and ends, PORT=8201 moves it
	@bin/fukusen demo $(if $(filter-out 0,$(ONCE)),--once) $(if $(PORT),--port $(PORT))

# The whole log stays in bin/test.log. What scrolls by is one line a package,
# every skipped test with its reason, and the full log of a package that failed.
# go vet is a check of its own and is not run twice.
test: ## run the tests (PKG=./node/... for some) and the vector maker's check
	@mkdir -p bin
	@start=$$(date +%s); \
	{ code=0; $(GO) test -v -vet=off -p $(TEST_PACKAGES) -timeout $(TEST_TIMEOUT) $(PKG) 2>&1 || code=$$?; echo "exit $$code"; } | \
	tee bin/test.log | awk -v start="$$start" ' \
		BEGIN                   { code = "unknown" } \
		/^exit [0-9]+$$/        { code = $$2; next } \
		/^=== /                 { next } \
		/^ *--- PASS/           { passed++; next } \
		/^ *--- FAIL/           { failed++ } \
		/^ *--- SKIP/           { skipped++; skip = $$0; sub(/^ */, "", skip); skips = skips "  " skip "\n    " last "\n" } \
		/^ +[^ ]+\.go:[0-9]+: / { last = $$0; sub(/^ +/, "", last) } \
		/^ok *\t/               { print; fflush(); packages++; held = ""; next } \
		/^\?/                   { untested++; held = ""; next } \
		                        { held = held $$0 "\n" } \
		/^FAIL\t/               { printf "%s", held; fflush(); broken++; held = "" } \
		END { \
			if (code != "0") printf "%s", held; \
			if (skips) printf "skipped:\n%s", skips; \
			"date +%s" | getline now; \
			printf "test: %s: %d packages ok, %d failed, %d without tests; %d tests passed, %d failed, %d skipped; %d s (log: bin/test.log)\n", \
				code == "0" ? "ok" : "FAILED", packages, broken, untested, passed, failed, skipped, now - start; \
			exit code != "0" }'
	@$(MAKE) check-vectors

thorough: ## the tests as the CI runs them: every page in every look, five kills at each failpoint
	@FUKUSEN_THOROUGH=1 $(MAKE) test

check: ## formatting, vet, staticcheck, generated code up to date, the house test
	@$(MAKE) fmt
	@$(MAKE) vet
	@$(MAKE) staticcheck
	@$(MAKE) check-gen
	@$(MAKE) house
	@echo "check: ok"

fmt:
	@echo "check: gofumpt"
	@found=$$($(TOOL) gofumpt -l .); \
	if [ -n "$$found" ]; then \
		echo "not in gofumpt's form (run: $(TOOL) gofumpt -w .):"; echo "$$found"; exit 1; \
	fi

vet:
	@echo "check: go vet"
	@$(GO) vet ./...
	@if [ -f bench/go.mod ]; then cd bench && $(GO) vet ./...; fi

staticcheck:
	@echo "check: staticcheck"
	@$(TOOL) staticcheck ./...
	@if [ -f bench/go.mod ]; then cd bench && $(GO) tool -modfile=../tools/go.mod staticcheck ./...; fi

# Compares checksums and not `git diff`, so that work in progress elsewhere in
# the tree neither hides a stale file nor looks like one.
check-gen:
	@echo "check: generated code"
	@sums() { find spec/wire node/web \( -name '*.gen.go' -o -name '*_templ.go' \) -exec cksum {} + | sort; }; \
	before=$$(sums); $(MAKE) gen; after=$$(sums); \
	if [ "$$before" != "$$after" ]; then \
		echo "make gen changed the generated code; keep what it wrote:"; \
		printf '%s\n' "$$after"; exit 1; \
	fi

# Made again in a copy, so that a check never rewrites what it checks.
check-vectors:
	@if [ -z "$(PYTHON)" ]; then \
		echo "vectors: not made again: no python3 with the cryptography package"; \
	elif [ ! -f spec/vectors/make.py ]; then \
		echo "vectors: spec/vectors/make.py is missing"; exit 1; \
	else \
		copy=$$(mktemp -d); trap 'rm -rf "$$copy"' EXIT; \
		cp -R spec "$$copy/spec"; \
		(cd "$$copy" && PYTHONDONTWRITEBYTECODE=1 "$(PYTHON)" spec/vectors/make.py >/dev/null); \
		if diff -rq -x __pycache__ spec/vectors "$$copy/spec/vectors"; then \
			echo "vectors: the maker writes what is committed"; \
		else \
			echo "vectors: run make vectors and commit what it writes"; exit 1; \
		fi; \
	fi

house: ## the import table and the house rules (docs/house.md)
	@echo "check: house"
	@$(GO) test -count=1 ./docs/

gen: ## write spec/wire again from spec/openapi.yaml, and the pages from their .templ files
	@$(TOOL) oapi-codegen -config spec/wire/oapi-codegen.yaml spec/openapi.yaml
	@$(TOOL) templ generate -path node/web -log-level error

vectors: ## write spec/vectors again (python3 with cryptography)
	@if [ -z "$(PYTHON)" ]; then \
		echo "vectors: needs python3 with the cryptography package (Debian: python3-cryptography)"; exit 1; \
	fi
	@PYTHONDONTWRITEBYTECODE=1 "$(PYTHON)" spec/vectors/make.py

# A break may be made, but never by accident: it passes only when the top
# section of spec/CHANGES.md says so in a line that starts "- breaking".
contract: ## compare spec/openapi.yaml with the released contract
	@[ -f spec/CHANGES.md ] || { echo "contract: spec/CHANGES.md is missing"; exit 1; }
	@if $(TOOL) oasdiff breaking --flatten-allof --fail-on ERR spec/released/1.0/openapi.yaml spec/openapi.yaml; then \
		echo "contract: ok, nothing a neighbour relies on was broken"; \
	else \
		code=$$?; \
		if [ $$code -ne 1 ]; then echo "contract: oasdiff could not compare (exit $$code)"; exit 1; fi; \
		if awk '/^## / { section++ } section == 1 && /^- breaking/ { said = 1 } END { exit !said }' spec/CHANGES.md; then \
			echo "contract: ok, the break is declared in spec/CHANGES.md"; \
		else \
			echo "contract: an undeclared break: add a line '- breaking: ...' to the top section of spec/CHANGES.md"; exit 1; \
		fi; \
	fi

# The context holds the binary and an empty directory, nothing else: a scratch
# image has no shell to make the data directory with, so it is copied in.
image: ## build the container image from the static binary; pulls nothing
	@rm -rf bin/image && mkdir -p bin/image/data
	GOOS=linux $(GO) build $(BUILD) -o bin/image/fukusen ./cmd/fukusen
	@docker build --quiet --tag $(IMAGE) --file deploy/Dockerfile bin/image

# Builds an image of its own and removes it, or skips where no engine answers.
compose-test: ## four nodes in containers: cut one off, kill one, remove all
	@deploy/compose-test.sh

previous-test: ## a node of each earlier issue and one of today exchange records
	@deploy/previous-test.sh

screenshots: ## every page in ja and en, narrow and wide, light and dark, to docs/screens (Debian's chromium and fonts-noto-cjk)
	@rm -rf docs/screens && mkdir -p docs/screens
	@FUKUSEN_SCREENS=$(CURDIR)/docs/screens CI=true $(GO) test -count=1 -timeout 30m -run TestWriteScreens ./node/web
	@echo "screenshots: $$(ls docs/screens | wc -l) pictures in docs/screens, $$(du -sh docs/screens | cut -f1)"

bench: ## each figure beside its limit or rival; ROWS="ingest decide" for some
	@cd bench && $(GO) run . $(ROWS)

bench-match: ## who could do a gig, beside PostgreSQL with the same answers; its data and queries: GIVEN=../shared/bench
	@cd bench && $(GO) run . -given $(abspath $(GIVEN)) match

fuzz: ## every fuzz test for FUZZTIME (30s)
	@found=0; \
	for file in $$(grep -rlE '^func Fuzz[A-Z]' --include='*_test.go' .); do \
		for name in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/p' "$$file"); do \
			found=$$((found + 1)); echo "fuzz: $$(dirname "$$file") $$name $(FUZZTIME)"; \
			$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "./$$(dirname "$$file")"; \
		done; \
	done; \
	if [ $$found -eq 0 ]; then echo "fuzz: there is no fuzz test"; exit 1; fi; \
	echo "fuzz: ok: $$found fuzz tests"

soak: ## the tests at their full counts (hours): FUKUSEN_SOAK=1
	FUKUSEN_SOAK=1 $(GO) test -v -count=1 -timeout $(SOAK_TIMEOUT) $(PKG)

clean: ## remove bin/
	rm -rf bin
