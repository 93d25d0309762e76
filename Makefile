# Rebuild everything with one command; `make help` says what else there is. GNU make 3.81 or newer.

PYTHON ?= python3
VENV ?= .venv

SHELL := /bin/sh
.SUFFIXES:
.DELETE_ON_ERROR:
# Analyses run side by side, as many as there are processors but at most four; -j on the command line wins.
jobs := $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ "$$n" -le 4 ] || n=4; echo "$$n")
MAKEFLAGS += --no-builtin-rules -j$(jobs)
processes = $(or $(patsubst -j%,%,$(filter -j%,$(MAKEFLAGS))),$(jobs))
export MPLBACKEND := agg
quoted = '$(subst ','\'',$(1))'

# The environment. INTERPRETER=/path/to/python uses that interpreter, which must already hold the packages of
# requirements/, with the sources of this folder, and makes no environment.
ifdef INTERPRETER
run := $(call quoted,$(INTERPRETER))
export PYTHONPATH := src
ready :=
ready_to_test :=
ready_to_bench :=
ready_to_document :=
else
ifneq ($(words $(VENV)),1)
$(error VENV=$(VENV): a folder without blanks in its name 文件夹名不能含空格)
endif
run := $(call quoted,$(VENV)/bin/python)
ready := $(VENV)/.ready
ready_to_test := $(VENV)/.ready-to-test
ready_to_bench := $(VENV)/.ready-to-bench
ready_to_document := $(VENV)/.ready-to-document
endif

# Fetched data in place of shipped ones: make VINTAGE=latest, or the name of a vintage (`digimfg data fetch` brings them; make
# itself never asks a network). Results are made again when the choice changes. Snapshots are for shipped data.
VINTAGE ?= shipped
export DIGIMFG_VINTAGE := $(VINTAGE)

# What each step depends on. A name that starts with an underscore is a helper of analyses, not an analysis. Analyses have names
# of Python; files of data and text may have any name, so they are looked at below and stand in no rule.
stamps := output/.make
analyses := $(patsubst analyses/%.py,%,$(filter-out analyses/_%,$(wildcard analyses/*.py)))
helpers := $(wildcard analyses/_*.py)
base := $(wildcard src/digimfg/*.py)
data_code := $(base) $(foreach folder,sources panels variables measures,$(wildcard $(foreach kind,py toml,src/digimfg/$(folder)/*.$(kind) src/digimfg/$(folder)/*/*.$(kind))))
all_code := $(wildcard $(foreach kind,py toml,src/digimfg/*.$(kind) src/digimfg/*/*.$(kind) src/digimfg/*/*/*.$(kind) src/digimfg/*/*/*/*.$(kind)) src/digimfg/*/data/* src/digimfg/exhibits/*.mplstyle)
run_code := $(filter-out src/digimfg/cli/% src/digimfg/paper/commands.py src/digimfg/display/terminal.py src/digimfg/replication/report.py src/digimfg/replication/manifest.py src/digimfg/replication/snapshots.py,$(all_code))
ran := $(patsubst %,$(stamps)/analyses/%,$(analyses))
one := $(patsubst %,run-%,$(analyses))

odd := $(shell for file in analyses/*.py; do [ -e "$$file" ] || continue; \
  [ -z "$$(basename "$$file" .py | LC_ALL=C tr -d 'A-Za-z0-9_\200-\377\n')" ] || echo "$$file"; done)
ifneq ($(odd),)
$(error $(odd): rename it, with letters, digits and _ only 请重命名，只用字母、数字与下划线)
endif

# A stamp lists the files its step wrote; it is moved into place whole, so that two builds may run at once. When one of the
# files is gone, or the analysis is, or data or text are newer, the step is due again.
listed = part=$(@D)/.$(@F).$$$$; $(1) > "$$part" && mv -f "$$part" $@ || { code=$$?; rm -f "$$part"; exit $$code; }
ifneq ($(wildcard $(stamps)),)
$(shell \
  made_with=$$(cat $(stamps)/.vintage 2>/dev/null || echo shipped); \
  [ "$$made_with" = $(call quoted,$(VINTAGE)) ] || rm -f $(stamps)/coverage $(stamps)/analyses/*; \
  newer() { [ -n "$$(find "$$@" 2>/dev/null | head -n 1)" ]; }; \
  newer data/raw -newer $(stamps)/data && rm -f $(stamps)/data; \
  newer paper -newer $(stamps)/report && rm -f $(stamps)/report; \
  [ $(call quoted,$(VINTAGE)) = shipped ] || for stamp in $(stamps)/coverage $(stamps)/analyses/*; do \
    newer data/fetched -name manifest.json -newer "$$stamp" && rm -f "$$stamp"; \
  done; \
  for stamp in $(stamps)/* $(stamps)/analyses/*; do \
    [ -f "$$stamp" ] || continue; \
    while IFS= read -r file; do [ -e "$$file" ] || { rm -f "$$stamp"; break; }; done < "$$stamp"; \
  done; \
  for stamp in $(stamps)/analyses/*; do \
    [ -f "analyses/$${stamp##*/}.py" ] || rm -f "$$stamp" $(stamps)/report; \
  done)
endif

.PHONY: $(one) all data check snapshots docs test test-fast lint bench lock clean distclean help
all: $(stamps)/manifest

data: $(stamps)/data

$(stamps)/data: $(data_code) $(ready)
	@mkdir -p $(@D)
	@$(call listed,$(run) -m digimfg data build)

# Analyses that are due are only named; one command then runs them all, so that each process loads the libraries once.
due = $(stamps)/.due.$$PPID
$(ran): $(stamps)/analyses/%: analyses/%.py $(helpers) $(wildcard labels.toml) $(run_code) $(stamps)/data $(ready)
	@mkdir -p $(@D) $(due) && rm -f $@ && : > $(due)/'$*'

$(stamps)/ran: $(ran)
	@echo $(call quoted,$(VINTAGE)) > $(stamps)/.vintage
	@names=$$(ls $(due) 2>/dev/null); rm -rf $(due); [ -z "$$names" ] || \
	  $(run) -m digimfg run --jobs $(processes) --stamps $(stamps)/analyses $$names > /dev/null
	@touch $@

$(one): run-%: $(stamps)/data $(ready)
	@$(run) -m digimfg run '$*'

$(stamps)/coverage: $(stamps)/data $(run_code) $(ready)
	@$(call listed,$(run) -m digimfg data coverage --draw)

# Verdicts that are due are only named too: the text quotes them, and one process judges once.
$(stamps)/verdict: $(stamps)/ran $(wildcard claims.toml) $(all_code) $(ready)
	@mkdir -p $(due) && rm -f $@ && : > $(due)/verdict

$(stamps)/report: $(stamps)/coverage $(stamps)/ran $(stamps)/verdict $(all_code) $(ready)
	@judged=; [ ! -e $(due)/verdict ] || judged=--verdicts=$(stamps)/verdict; rm -rf $(due); \
	  $(call listed,$(run) -m digimfg report $$judged)

$(stamps)/manifest: $(stamps)/report $(all_code)
	@$(call listed,$(run) -m digimfg manifest)
	@echo "output/document/  output/tables/  output/figures/  output/results/"

check: $(stamps)/ran
	@$(run) -m digimfg check

snapshots: $(stamps)/ran
	@$(run) -m digimfg snapshots
	@$(run) -m digimfg verdict --accept

test: $(ready_to_test)
	@$(run) -m pytest -n $(jobs) --dist worksteal $(TESTS)

test-fast: $(ready_to_test)
	@$(run) -m pytest -n $(jobs) --dist worksteal -m 'not slow and not end_to_end' $(TESTS)

lint: $(ready_to_test)
	@$(run) -m ruff check .
	@$(run) -m ruff format --check .
	@$(run) -m mypy
	@$(run) -c 'from importlinter.cli import lint_imports_command as lint; lint()' --no-cache

# The site in both languages, below output/site; it needs the packages of requirements/docs.txt and no server.
docs: $(ready_to_document)
	@$(run) -m docs.site

bench: $(stamps)/data $(ready_to_bench)
	@$(run) -m benchmarks

# The environment: each stamp is made last, so that an installation cut short starts again.
ifndef INTERPRETER
$(VENV)/.locked: requirements/run.txt
	@python=$(call quoted,$(PYTHON)); "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "make: digimfg needs Python 3.11 or newer; '$$python' is: $$("$$python" --version 2>&1 | head -n 1)." >&2; \
	  echo "      Name another one: make PYTHON=python3.12" >&2; \
	  echo "      需要 Python 3.11 或更新版本；请指定：make PYTHON=python3.12" >&2; exit 1; }
	@if [ -e "$(VENV)" ] && [ ! -f "$(VENV)/pyvenv.cfg" ]; then \
	  echo "make: '$(VENV)' is not a virtual environment; choose another: make VENV=.venv-digimfg" >&2; \
	  echo "      “$(VENV)”不是虚拟环境；请另选：make VENV=.venv-digimfg" >&2; exit 1; fi
	@echo "Making the environment $(VENV) (about a minute) / 正在建立环境 $(VENV)（约一分钟）" >&2
	@$(call quoted,$(PYTHON)) -m venv --clear "$(VENV)"
	@"$(VENV)/bin/python" -m pip install --quiet --require-hashes -r requirements/run.txt
	@touch "$@"

$(VENV)/.ready: $(VENV)/.locked pyproject.toml
	@"$(VENV)/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch "$@"

$(VENV)/.ready-to-test: requirements/dev.txt $(VENV)/.ready
	@"$(VENV)/bin/python" -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch "$@"

$(VENV)/.ready-to-bench: requirements/bench.txt $(VENV)/.ready
	@"$(VENV)/bin/python" -m pip install --quiet --require-hashes -r requirements/bench.txt
	@touch "$@"

$(VENV)/.ready-to-document: requirements/docs.txt $(VENV)/.ready
	@"$(VENV)/bin/python" -m pip install --quiet --require-hashes -r requirements/docs.txt
	@touch "$@"
endif

# New versions of everything: needs uv. The locks hold versions and hashes, no addresses.
compile := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
lock:
	$(compile) --upgrade pyproject.toml requirements/build.in -o requirements/run.txt
	$(compile) --upgrade --extra dev -c requirements/run.txt pyproject.toml requirements/build.in -o requirements/dev.txt
	$(compile) --upgrade --extra bench -c requirements/run.txt pyproject.toml requirements/build.in -o requirements/bench.txt
	$(compile) --upgrade --extra docs -c requirements/run.txt pyproject.toml requirements/build.in -o requirements/docs.txt

clean:
	rm -rf output

distclean: clean
	rm -rf "$(VENV)" .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:
	@echo "make             environment, panels, analyses, report: everything below output/ (default)"
	@echo "                 环境、面板、分析、报告：生成 output/ 下的全部内容（默认）"
	@echo "make -j1         the same, one analysis at a time          同上，逐个分析运行"
	@echo "make run-NAME    one analysis of analyses/                 只运行一个分析"
	@echo "make data        only the panels in data/processed         只生成 data/processed 中的面板"
	@echo "make VINTAGE=latest  on fetched data (digimfg data fetch)   使用已取得的最新数据"
	@echo "make check       compare results with tests/snapshots      与已确认的结果逐个比较"
	@echo "make snapshots   accept the present results                确认当前结果"
	@echo "make docs        the site, in output/site                  生成文档网站"
	@echo "make test        all tests; TESTS='tests/unit -k lag' some 全部测试；可用 TESTS= 指定"
	@echo "make test-fast   without the slow ones, for the edit loop  不含耗时的测试，供边改边测"
	@echo "make lint        ruff, mypy, layers of imports             代码检查"
	@echo "make bench       speed against other packages              与其他软件包比较速度"
	@echo "make lock        newest versions into requirements/ (uv)   更新依赖版本（需要 uv）"
	@echo "make clean       remove output/; distclean also $(VENV)      删除 output/；distclean 另删 $(VENV)"
	@echo ""
	@echo "PYTHON=python3.12        interpreter to make the environment with     建立环境所用的 Python"
	@echo "VENV=folder              where the environment goes (.venv)           环境所在文件夹"
	@echo "INTERPRETER=/…/python    use that one as it is, make no environment   直接使用该解释器，不建环境"
