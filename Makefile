# Cairn: six commands, and the first one needs nothing but git, make and some Python 3.
#   make demo    play the whole journey on real data, then serve it (SERVE=0: play, check and stop)
#   make serve   serve this checkout's own site
#   make test    the whole suite, on SQLite and on PostgreSQL
#   make bench   speed beside other people's programs (JSON=1: one figure a line)
#   make fuzz    odd credentials, for SECONDS=60 (SEED=1: the same ones as the last time)
#   make check   style, types, rooms, and the examples in the documents
SERVE ?= 1
ARGS ?=
SECONDS ?= 60
SEED ?= 0
.PHONY: demo serve test check bench fuzz

demo:
	@tools/setup.sh run
	@.venv/bin/cairn demo $(if $(filter 0,$(SERVE)),--no-serve) $(ARGS)

serve:
	@tools/setup.sh run
	@.venv/bin/cairn serve $(ARGS)

test:
	@tools/setup.sh dev
	@tools/test.sh $(ARGS)

check:
	@tools/setup.sh dev
	@tools/check.sh

bench:
	@tools/setup.sh dev
	@JSON=$(JSON) .venv/bin/python benchmarks/run.py $(ARGS)

fuzz:
	@tools/setup.sh dev
	@PYTHONHASHSEED=0 .venv/bin/python -m tests.fuzz.fuzz_credentials -max_total_time=$(SECONDS) -seed=$(SEED) -verbosity=0 -print_final_stats=1
