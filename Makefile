# One word per habit. Each works as the first command on a fresh Debian 12 with Swift 6.3, as root; set-up does nothing
# when nothing is missing. The work itself is in scripts/.
.DEFAULT_GOAL := help
.PHONY: help setup build run dev test check format bench docs pictures clean

help: ## these words
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## install and fetch all that building, running and testing need
	@scripts/setup test

build: ## the release binary: .build/release/yiju
	@scripts/build release

run: ## the demo city in a browser: http://127.0.0.1:8080
	@scripts/run

dev: ## the same from a debug build, rebuilt and restarted at every change
	@scripts/dev

test: ## everything: unit tests on both engines, a real server, a real browser
	@scripts/test

check: ## before each commit: format, lint, unit tests (about a minute once built)
	@scripts/check

format: ## lay out the Swift sources as .swift-format says
	@scripts/format

bench: ## speed and size against peers, as ratios of one run
	@scripts/bench

docs: ## the reference of every module: .build/docs
	@scripts/docs

pictures: ## the README's screenshots: docs/pictures
	@scripts/pictures

clean: ## remove what was built and measured (not the data)
	@rm -rf .build .build-bench
