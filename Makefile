.PHONY: help setup run test lint format i18n bench screenshots stop clean

dev := scripts/dev

help: ## this list
	@grep -E '^[a-z0-9]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## fetch Odoo, PostgreSQL and the tools; the other targets do it by themselves
	@$(dev) setup

run: ## start the application with demo data on http://127.0.0.1:8069
	@$(dev) run

test: ## run all tests; PART=unit|repo|odoo|lifecycle|system|processes ARGS="..."
	@$(dev) test $(PART) $(ARGS)

lint: ## check the style of everything
	@$(dev) lint

format: ## put the style right where a tool can
	@$(dev) format

i18n: ## bring the translations' catalogues up to date with the program's words
	@$(dev) i18n

bench: ## print the figures of speed
	@$(dev) bench

screenshots: ## take pictures of every screen
	@$(dev) screenshots

stop: ## stop the PostgreSQL servers of this checkout
	@$(dev) stop

clean: ## stop them and delete everything that was made in the checkout
	@$(dev) clean
