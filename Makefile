# Cairn: four commands, and the first one needs nothing but git, make and some Python 3.
#   make demo    play the whole journey on real data, then serve it (SERVE=0: play, check and stop)
#   make serve   serve this checkout's own site
#   make test    the whole suite, on SQLite and on PostgreSQL
#   make check   style, types, rooms, and the examples in the documents
SERVE ?= 1
ARGS ?=
.PHONY: demo serve test check

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
